package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.chancery.core.access.Actor;
import org.chancery.core.access.ApprovalRule;
import org.chancery.core.access.ApprovalRule.When;
import org.chancery.core.access.ApprovalRules;
import org.chancery.core.access.Grant;
import org.chancery.core.access.Scope;
import org.chancery.core.access.Token;
import org.chancery.core.access.TokenSecret;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.ApprovalStatus;
import org.chancery.core.audit.Author;
import org.chancery.core.audit.Channel;
import org.chancery.core.id.TokenId;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawMailStore.Kept;
import org.chancery.core.send.Candidate;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.chancery.core.send.ScheduleRepository.Scheduled;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.junit.jupiter.api.Test;

/** What others do in the moment in which mail for later is decided on, over a real database. */
public interface LaterContract {
    Runnable NOTHING = () -> {};

    /** Holds what carries files. */
    ApprovalRules FILES = new ApprovalRules(List.of(
            new ApprovalRule(ApprovalRule.EMAIL_SEND, new When(null, null, null, null, true, null, null), 1, null)));

    Store store();

    /** Transactions of a database, where something else happens before the next one that is made durable. */
    record Meddled(Transactions transactions, AtomicReference<Runnable> before) implements Transactions {
        @Override
        public <T> T in(Function<Tx, T> work) {
            return transactions.in(work);
        }

        @Override
        public <T> T durably(Function<Tx, T> work) {
            before.getAndSet(NOTHING).run();
            return transactions.durably(work);
        }

        @Override
        public void force() {
            transactions.force();
        }
    }

    private OutboundStatus statusOf(Outbound mail) {
        return store().transactions()
                .in(tx -> store().messages().find(tx, mail.facts().workspace(), mail.id()))
                .map(found -> ((Outbound) found).status())
                .orElseThrow();
    }

    private Token token(SendLab lab, ApprovalRules rules) {
        return new Token(
                TokenId.at(NOW),
                lab.samples.workspace.id(),
                "planning",
                new Grant(Set.of(Scope.EMAIL_SEND), rules, null),
                lab.samples.endpoint.id(),
                null,
                lab.samples.person.id(),
                NOW);
    }

    /** A scheduled mail with that content, whose time has come. */
    private Outbound due(SendLab lab, Token token, String content) {
        Outbound mail = SendLab.at(lab.mail(null).as(OutboundStatus.SCHEDULED), NOW);
        MessageFacts facts = mail.facts();
        Outbound due = SendLab.at(
                SendLab.of(
                        mail,
                        new MessageFacts(
                                facts.id(),
                                facts.workspace(),
                                facts.endpoint(),
                                facts.thread(),
                                facts.from(),
                                facts.to(),
                                facts.cc(),
                                facts.bcc(),
                                facts.subject(),
                                facts.internetId(),
                                kept(lab, content).digest(),
                                content.length(),
                                facts.occurredAt())),
                NOW);
        lab.samples.keep(due);
        store().transactions()
                .run(tx -> store().schedule()
                        .add(tx, new Scheduled(due.id(), facts.workspace(), facts.endpoint(), token.id(), NOW)));
        return due;
    }

    private static Kept kept(SendLab lab, String content) {
        try {
            return lab.raw.put(new ByteArrayInputStream(content.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What becomes of a mail whose token gets the rule in the moment in which it leaves. */
    private OutboundStatus restrictedJustThen(String content) {
        SendLab lab = new SendLab(store());
        Token token = token(lab, ApprovalRules.NONE);
        store().transactions()
                .run(tx ->
                        store().access().add(tx, token, TokenSecret.generate().hash()));
        Outbound mail = due(lab, token, content);
        Token restricted = new Token(
                token.id(),
                token.workspace(),
                token.label(),
                new Grant(token.grant().scopes(), FILES, null),
                token.endpoint(),
                token.agent(),
                token.maker(),
                token.createdAt());
        Runnable restrict =
                () -> store().transactions().run(tx -> store().tokens().change(tx, restricted));
        lab.scheduled(new Meddled(store().transactions(), new AtomicReference<>(restrict)))
                .sendDue();
        List<Scheduled> left =
                store().transactions().in(tx -> store().schedule().due(tx, NOW, 100));
        assertTrue(left.stream().noneMatch(one -> one.message().equals(mail.id())));
        return statusOf(mail);
    }

    @Test
    default void a_rule_about_files_that_a_token_gets_just_then_holds_its_mail_with_files_and_no_other() {
        String text = "Subject: x\r\nContent-Type: text/plain\r\n\r\nHello\r\n";
        String files = "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
                + "Hello\r\n--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf"
                + "\r\n\r\n%PDF\r\n--b--\r\n";
        assertEquals(OutboundStatus.HELD, restrictedJustThen(files));
        assertEquals(OutboundStatus.QUEUED, restrictedJustThen(text));
    }

    /** An answer that is held and is to leave later, and the mail that it answers. */
    record HeldAnswer(Inbound mail, Outbound answer, Approval approval) {}

    private HeldAnswer heldAnswer(SendLab lab, Instant sendAt) {
        Inbound mail =
                lab.samples.keep(Samples.inState(lab.samples.inbound(lab.samples.keptThread()), HandlingState.ROUTED));
        Outbound answer = SendLab.at(
                SendLab.by(new Actor.Person(lab.samples.person.id(), lab.samples.person.email()), lab.mail(mail)),
                sendAt);
        Candidate candidate = lab.candidate(answer, mail);
        assertInstanceOf(Outcome.Held.class, lab.dispatch.hold(candidate, lab.envelope(answer)));
        Approval approval = store().transactions()
                .in(tx -> store().approvals().ofMessage(tx, lab.samples.workspace.id(), answer.id()))
                .orElseThrow();
        return new HeldAnswer(mail, answer, approval);
    }

    private void approve(SendLab lab, Approval approval) {
        store().transactions().run(tx -> {
            assertTrue(store().approvals()
                    .lock(tx, approval.workspace(), approval.id())
                    .isPresent());
            assertTrue(store().approvals()
                    .move(tx, approval.id(), ApprovalStatus.PENDING, ApprovalStatus.EXECUTED, "approved"));
            lab.held.execute(tx, approval, Author.SERVER, NOW);
        });
    }

    private static Candidate.Discard discard(SendLab lab, Inbound mail) {
        Author by = new Actor.Person(lab.samples.person.id(), lab.samples.person.email()).author(Channel.API, null);
        return new Candidate.Discard(mail, by, "needs no answer");
    }

    @Test
    default void an_answer_that_is_approved_for_later_while_a_person_wants_none_is_cancelled() {
        SendLab approving = new SendLab(store());
        HeldAnswer waits = heldAnswer(approving, NOW.plus(Duration.ofHours(1)));
        AtomicReference<Runnable> just = new AtomicReference<>(() -> AtOnce.elsewhere(() -> {
            approve(approving, waits.approval());
            return true;
        }));
        SendLab discarding = new SendLab(
                store(),
                approving.samples,
                new MeddledApprovals(
                        store().approvals(), () -> just.getAndSet(NOTHING).run()));
        discarding.dispatch.discard(discard(discarding, waits.mail()));
        assertEquals(OutboundStatus.CANCELLED, statusOf(waits.answer()));
        assertEquals(
                List.of(),
                store().transactions().in(tx -> store().schedule().at(tx, approving.samples.endpoint.id(), 10)));
    }

    @Test
    default void an_answer_that_was_approved_for_later_is_cancelled_when_a_person_wants_none() {
        SendLab lab = new SendLab(store());
        HeldAnswer waits = heldAnswer(lab, NOW.plus(Duration.ofHours(1)));
        approve(lab, waits.approval());
        assertEquals(OutboundStatus.SCHEDULED, statusOf(waits.answer()));
        lab.dispatch.discard(discard(lab, waits.mail()));
        assertEquals(OutboundStatus.CANCELLED, statusOf(waits.answer()));
    }
}
