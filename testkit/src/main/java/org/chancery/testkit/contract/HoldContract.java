package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Consumer;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Principal;
import org.chancery.core.approval.Approval;
import org.chancery.core.audit.Author;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.Message.DraftText;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.queue.MessageOutcomes;
import org.chancery.core.send.Candidate;
import org.chancery.core.send.Dispatch;
import org.chancery.core.send.HeldSends;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.chancery.core.send.SendCaps;
import org.chancery.core.tx.Tx;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.Test;

/** Mail that is held, over a real database: what can wait, and what can be done of it. */
public interface HoldContract {

    Store store();

    @Test
    default void nothing_begins_to_wait_at_an_endpoint_that_was_removed() {
        Lab lab = new Lab(store());
        lab.remove();
        Outbound mail = lab.mail();
        assertEquals(
                "endpoint_removed",
                assertThrows(CallerFault.class, () -> lab.hold(mail, "")).code());
        assertTrue(store().transactions()
                .in(tx -> store().messages().find(tx, lab.samples.workspace.id(), mail.id()))
                .isEmpty());
    }

    @Test
    default void what_waits_at_an_endpoint_that_is_removed_meanwhile_is_neither_sent_nor_opened_again() {
        Lab lab = new Lab(store());
        Outbound mail = lab.mail();
        assertInstanceOf(Outcome.Held.class, lab.hold(mail, ""));
        Approval approval = store().transactions()
                .in(tx -> store().approvals().ofMessage(tx, lab.samples.workspace.id(), mail.id()))
                .orElseThrow();
        store().transactions().run(tx -> lab.held.requireDoable(tx, approval, NOW));
        lab.remove();
        Consumer<Tx> reopen = tx -> lab.held.requireDoable(tx, approval, NOW);
        Consumer<Tx> send = tx -> lab.held.execute(tx, approval, Author.SERVER, NOW);
        for (Consumer<Tx> late : List.of(reopen, send)) {
            assertEquals(
                    "endpoint_removed",
                    assertThrows(CallerFault.class, () -> store().transactions().run(late::accept))
                            .code());
        }
    }

    @Test
    default void what_a_reviewer_cannot_be_shown_is_not_held() {
        Lab lab = new Lab(store());
        CallerFault refused = assertThrows(CallerFault.class, () -> lab.hold(lab.mail(), "it is longer than we read"));
        assertEquals("not_reviewable", refused.code());
        assertTrue(refused.text().contains("it is longer than we read"));
    }

    /** An endpoint whose mail an operator holds. */
    final class Lab {
        final Samples samples;
        final HeldSends held;
        private final Store store;
        private final Dispatch dispatch;

        Lab(Store store) {
            this.store = store;
            this.samples = Samples.in(store);
            TurningClock clock = TurningClock.atStart();
            ReturnPaths returnPaths = new ReturnPaths(new byte[32]);
            Dispatch.Books books = new Dispatch.Books(
                    store.messages(),
                    store.folders(),
                    store.endpoints(),
                    store.queue(),
                    new MessageOutcomes(
                            new MessageOutcomes.Stores(
                                    store.messages(),
                                    store.endpoints(),
                                    store.access(),
                                    store.suppressions(),
                                    store.awaitedReplies(),
                                    store.earlyReports(),
                                    store.journal()),
                            domain -> false),
                    new SendCaps(
                            store.transactions(),
                            new SendCaps.Stores(store.sendCounts(), store.endpoints(), store.events()),
                            new SendCaps.Config(0, List.of()),
                            clock),
                    store.approvals(),
                    store.access(),
                    store.events(),
                    store.audit(),
                    store.schedule(),
                    returnPaths);
            this.held = new HeldSends(
                    books, new HeldSends.Bytes(new CopiesContract.Bytes(), returnPaths, 1 << 20), () -> {}, clock);
            this.dispatch = new Dispatch(store.transactions(), books, held, () -> {}, clock);
        }

        void remove() {
            store.transactions()
                    .in(tx -> store.endpoints().remove(tx, samples.endpoint.id(), samples.person.id(), NOW));
        }

        Outbound mail() {
            return samples.outbound(samples.keptThread(), OutboundStatus.QUEUED, null, "client@stranger.example");
        }

        Outcome hold(Outbound mail, String obscurity) {
            Candidate candidate = new Candidate(
                    Principal.ofOurOwn(
                            samples.workspace.id(),
                            new Actor.Address(samples.endpoint.id(), samples.endpoint.address()),
                            samples.endpoint.id()),
                    samples.endpoint,
                    mail,
                    null,
                    false,
                    false,
                    new Candidate.Content(new DraftText("Hello", null), false, obscurity),
                    Candidate.Look.NONE);
            EmailAddress returnPath = EmailAddress.of("b+1@acme.example");
            return dispatch.hold(
                    candidate,
                    new Envelope(ReversePath.of(returnPath), List.of(EmailAddress.of("client@stranger.example"))));
        }
    }
}
