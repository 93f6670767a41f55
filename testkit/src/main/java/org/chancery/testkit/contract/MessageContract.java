package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.chancery.core.access.Actor;
import org.chancery.core.access.SenderBindings;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mail.TransportSecurity;
import org.chancery.core.mailbox.Entrance;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.DraftText;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Progress;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.Message.Rejection;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.MessageRepository.MessageQuery;
import org.chancery.core.mailbox.MessageRepository.Place;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a {@link MessageRepository} has to do. */
public interface MessageContract {
    Comparator<Message> NEWEST_FIRST = Comparator.<Message, Instant>comparing(
                    message -> message.facts().occurredAt())
            .thenComparing(message -> message.id().value())
            .reversed();

    Store store();

    private <T> T in(Function<Tx, T> work) {
        return store().transactions().in(work);
    }

    private boolean holds(Function<Tx, Boolean> claim) {
        return store().transactions().in(claim);
    }

    private long number(Function<Tx, ? extends Number> question) {
        return store().transactions().in(question).longValue();
    }

    private MessageRepository messages() {
        return store().messages();
    }

    private Optional<Message> find(Samples samples, MessageId id) {
        return in(tx -> messages().find(tx, samples.workspace.id(), id));
    }

    private Inbound inbound(Samples samples, MessageId id) {
        return assertInstanceOf(Inbound.class, find(samples, id).orElseThrow());
    }

    private Outbound outbound(Samples samples, MessageId id) {
        return assertInstanceOf(Outbound.class, find(samples, id).orElseThrow());
    }

    @Test
    default void messages_are_found_as_they_were_added() {
        Samples samples = Samples.in(store());
        Inbound in = samples.keptInbound();
        Outbound out = samples.keep(samples.outbound(
                in.facts().thread(), OutboundStatus.QUEUED, in.id(), "bob@one.example", "Carol@two.example"));
        assertEquals(Optional.of(in), find(samples, in.id()));
        assertEquals(Optional.of(out), find(samples, out.id()));
    }

    @Test
    default void mail_without_originator_id_and_reverse_path_is_kept() {
        Samples samples = Samples.in(store());
        MessageFacts facts = samples.facts(samples.keptThread(), null, "no address at all", "", NOW);
        MessageFacts bare = new MessageFacts(
                facts.id(),
                facts.workspace(),
                facts.endpoint(),
                facts.thread(),
                facts.from(),
                List.of(),
                List.of(),
                List.of(),
                "",
                null,
                facts.raw(),
                0,
                NOW);
        Inbound bounce = new Inbound(
                bare,
                HandlingState.UNROUTED,
                "",
                SpoolId.at(NOW),
                EmailAddress.of(samples.endpoint.address()),
                ReversePath.NULL,
                Classification.BOUNCE,
                AuthenticationResults.NONE,
                null);
        samples.keep(bounce);
        assertEquals(Optional.of(bounce), find(samples, bounce.id()));
    }

    @Test
    default void a_spooled_mail_becomes_one_message_at_an_endpoint() {
        Samples samples = Samples.in(store());
        Inbound first = samples.keptInbound();
        Inbound again = ofSpool(first.spool(), samples.inbound(first.facts().thread()));
        assertFalse(holds(tx -> messages().add(tx, again)));
        assertEquals(Optional.empty(), find(samples, again.id()));
        assertEquals(Optional.of(first), find(samples, first.id()));
        assertEquals(Optional.of(first.id()), in(tx -> messages().delivered(tx, first.spool(), own(samples.endpoint))));
    }

    @Test
    default void a_spooled_mail_becomes_a_message_at_each_of_its_endpoints() {
        Samples samples = Samples.in(store());
        Endpoint support = samples.keep(samples.newEndpoint("support"));
        Inbound first = samples.keptInbound();
        assertEquals(Optional.empty(), in(tx -> messages().delivered(tx, first.spool(), own(support))));
        Inbound second = samples.keep(ofSpool(first.spool(), at(support.id(), samples.inbound(samples.keptThread()))));
        assertEquals(Optional.of(first.id()), in(tx -> messages().delivered(tx, first.spool(), own(samples.endpoint))));
        assertEquals(Optional.of(second.id()), in(tx -> messages().delivered(tx, first.spool(), own(support))));
    }

    private static Entrance own(Endpoint endpoint) {
        return Entrance.of(endpoint.id(), EmailAddress.of(endpoint.address()));
    }

    @Test
    default void a_spooled_mail_becomes_a_message_of_its_own_at_each_return_path_of_an_endpoint() {
        Samples samples = Samples.in(store());
        Inbound letter = samples.keptInbound();
        EmailAddress path = EmailAddress.of("bounces+One-0123456789abcdef@acme.example");
        EmailAddress other = EmailAddress.of("bounces+two-0123456789abcdef@acme.example");
        Inbound news = samples.keep(ofSpool(letter.spool(), to(path, samples.inbound(samples.keptThread()))));
        Inbound again =
                ofSpool(letter.spool(), to(EmailAddress.of(path.canonical()), samples.inbound(samples.keptThread())));
        assertFalse(holds(tx -> messages().add(tx, again)), "the same, spelled otherwise");
        assertEquals(
                Optional.of(letter.id()), in(tx -> messages().delivered(tx, letter.spool(), own(samples.endpoint))));
        assertEquals(Optional.of(news.id()), delivered(samples, letter.spool(), path));
        assertEquals(Optional.empty(), delivered(samples, letter.spool(), other));
    }

    private Optional<MessageId> delivered(Samples samples, SpoolId spool, EmailAddress recipient) {
        return in(tx -> messages().delivered(tx, spool, Entrance.of(samples.endpoint.id(), recipient)));
    }

    private static Inbound to(EmailAddress recipient, Inbound message) {
        return new Inbound(
                message.facts(),
                message.state(),
                message.stateReason(),
                message.spool(),
                recipient,
                message.reversePath(),
                message.classification(),
                message.authentication(),
                message.agent());
    }

    @Test
    default void a_spooled_mail_becomes_one_message_though_two_add_it_at_the_same_moment() {
        Samples samples = Samples.in(store());
        ThreadId thread = samples.keptThread();
        for (int round = 0; round < 10; round++) {
            SpoolId spool = SpoolId.at(NOW);
            List<Inbound> twins =
                    List.of(ofSpool(spool, samples.inbound(thread)), ofSpool(spool, samples.inbound(thread)));
            List<Boolean> added = AtOnce.run(2, number -> in(tx -> messages().add(tx, twins.get(number))));
            assertEquals(1, Collections.frequency(added, true));
            MessageId winner = twins.get(added.indexOf(true)).id();
            assertEquals(Optional.of(winner), in(tx -> messages().delivered(tx, spool, own(samples.endpoint))));
            assertEquals(
                    Optional.empty(),
                    find(samples, twins.get(added.indexOf(false)).id()));
        }
    }

    @Test
    default void after_an_add_that_was_refused_the_transaction_goes_on() {
        Samples samples = Samples.in(store());
        Inbound first = samples.keptInbound();
        Inbound next = samples.inbound(first.facts().thread());
        in(tx -> {
            assertFalse(messages()
                    .add(
                            tx,
                            ofSpool(first.spool(), samples.inbound(first.facts().thread()))));
            return messages().add(tx, next);
        });
        assertEquals(Optional.of(next), find(samples, next.id()));
    }

    @Test
    default void an_answer_is_found_its_thread_by_the_first_id_that_is_known() {
        Samples samples = Samples.in(store());
        Inbound one = samples.keptInbound();
        Inbound two = samples.keptInbound();
        Outbound reply =
                samples.keep(samples.outbound(two.facts().thread(), OutboundStatus.SENT, two.id(), "bob@one.example"));
        InternetMessageId unknown = new InternetMessageId("nobody@nowhere.example");
        assertEquals(Optional.empty(), threadOf(samples.endpoint.id()));
        assertEquals(Optional.empty(), threadOf(samples.endpoint.id(), unknown));
        assertEquals(
                Optional.of(one.facts().thread()),
                threadOf(samples.endpoint.id(), unknown, internetId(one), internetId(two)));
        assertEquals(
                Optional.of(two.facts().thread()), threadOf(samples.endpoint.id(), internetId(reply), internetId(one)));
        assertEquals(Optional.of(one), inboundOf(samples.endpoint.id(), unknown, internetId(one), internetId(two)));
        assertEquals(
                Optional.of(one),
                inboundOf(samples.endpoint.id(), internetId(reply), internetId(one)),
                "what we sent is not inbound");
    }

    @Test
    default void of_messages_under_one_id_the_newest_counts() {
        Samples samples = Samples.in(store());
        InternetMessageId same = new InternetMessageId("the-same@stranger.example");
        Inbound newest = samples.keep(withId(same, occurredAt(samples, NOW.plusSeconds(2))));
        samples.keep(withId(same, occurredAt(samples, NOW)));
        samples.keep(withId(same, occurredAt(samples, NOW.plusSeconds(1))));
        assertEquals(Optional.of(newest.facts().thread()), threadOf(samples.endpoint.id(), same));
        assertEquals(Optional.of(newest), inboundOf(samples.endpoint.id(), same));
    }

    @Test
    default void our_newest_mail_of_an_id_is_found_however_many_others_bear_it() {
        Samples samples = Samples.in(store());
        InternetMessageId same = new InternetMessageId("used-twice@acme.example");
        samples.keep(sentUnder(same, samples, NOW.plusSeconds(20)));
        Outbound second = samples.keep(sentUnder(same, samples, NOW.plusSeconds(21)));
        for (int i = 0; i < 20; i++) {
            samples.keep(withId(same, occurredAt(samples, NOW.plusSeconds(i))));
            samples.keep(withId(same, occurredAt(samples, NOW.plusSeconds(30 + i))));
        }
        assertEquals(Optional.of(second), in(tx -> messages().outboundOf(tx, samples.endpoint.id(), same)));
        assertEquals(
                Optional.of(second.facts().thread()),
                threadOf(samples.endpoint.id(), same),
                "nobody draws our thread to theirs by using our id");
    }

    private static Outbound sentUnder(InternetMessageId id, Samples samples, Instant at) {
        Outbound sent = samples.outbound(samples.keptThread(), OutboundStatus.SENT, null, "bob@one.example");
        MessageFacts facts = sent.facts();
        return new Outbound(
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
                        id,
                        facts.raw(),
                        facts.size(),
                        at),
                sent.status(),
                sent.inReplyTo(),
                sent.author(),
                sent.handler(),
                sent.automatic(),
                sent.recipients(),
                sent.draft(),
                sent.rejection());
    }

    @Test
    default void the_mail_of_another_endpoint_is_no_part_of_the_thread() {
        Samples samples = Samples.in(store());
        Samples strangers = Samples.in(store());
        Endpoint support = samples.keep(samples.newEndpoint("support"));
        Inbound message = samples.keptInbound();
        for (EndpointId other : List.of(support.id(), strangers.endpoint.id())) {
            assertEquals(Optional.empty(), threadOf(other, internetId(message)));
            assertEquals(Optional.empty(), inboundOf(other, internetId(message)));
        }
    }

    @Test
    default void ids_that_begin_alike_or_differ_in_case_are_not_mixed_up() {
        Samples samples = Samples.in(store());
        String lead = "x".repeat(InternetMessageId.MAX_LENGTH);
        Inbound one = samples.keep(withId(new InternetMessageId(lead + "one"), samples.inbound(samples.keptThread())));
        Inbound two = samples.keep(withId(new InternetMessageId(lead + "two"), samples.inbound(samples.keptThread())));
        assertEquals(
                Optional.of(one.facts().thread()),
                threadOf(samples.endpoint.id(), new InternetMessageId(lead + "one")));
        assertEquals(
                Optional.of(two.facts().thread()),
                threadOf(samples.endpoint.id(), new InternetMessageId(lead + "two")));
        assertEquals(Optional.empty(), threadOf(samples.endpoint.id(), new InternetMessageId(lead + "ONE")));
    }

    @Test
    default void a_message_moves_only_from_the_state_that_was_expected() {
        Samples samples = Samples.in(store());
        Inbound message = samples.keptInbound();
        assertTrue(holds(tx -> messages()
                .move(tx, message.id(), HandlingState.AWAITING_REVIEW, HandlingState.HANDLED, "answered", NOW)));
        assertFalse(holds(tx ->
                messages().move(tx, message.id(), HandlingState.AWAITING_REVIEW, HandlingState.HANDLED, "stale", NOW)));
        Inbound moved = inbound(samples, message.id());
        assertEquals(HandlingState.HANDLED, moved.state());
        assertEquals("answered", moved.stateReason());
        assertFalse(holds(tx -> messages().move(tx, message.id(), OutboundStatus.QUEUED, OutboundStatus.SENT, NOW)));

        Outbound out = samples.keep(
                samples.outbound(message.facts().thread(), OutboundStatus.QUEUED, message.id(), "bob@one.example"));
        assertTrue(holds(tx -> messages().move(tx, out.id(), OutboundStatus.QUEUED, OutboundStatus.SENDING, NOW)));
        assertFalse(holds(tx -> messages().move(tx, out.id(), OutboundStatus.QUEUED, OutboundStatus.FAILED, NOW)));
        assertEquals(OutboundStatus.SENDING, outbound(samples, out.id()).status());
        assertFalse(holds(
                tx -> messages().move(tx, MessageId.at(NOW), HandlingState.ROUTED, HandlingState.HANDLED, "", NOW)));
    }

    @Test
    default void of_two_who_move_a_message_at_the_same_moment_one_does() {
        Samples samples = Samples.in(store());
        for (int round = 0; round < 10; round++) {
            MessageId id = samples.keptInbound().id();
            List<Boolean> moved = AtOnce.run(
                    2,
                    number -> in(tx -> messages()
                            .move(tx, id, HandlingState.AWAITING_REVIEW, HandlingState.HANDLED, "by " + number, NOW)));
            assertEquals(1, Collections.frequency(moved, true));
            assertEquals("by " + moved.indexOf(true), inbound(samples, id).stateReason());
        }
    }

    @Test
    default void decisions_about_a_locked_message_queue_up() {
        Samples samples = Samples.in(store());
        MessageId id = samples.keep(new Inbound(
                        samples.inbound(samples.keptThread()).facts(),
                        HandlingState.AWAITING_REVIEW,
                        "0",
                        SpoolId.at(NOW),
                        EmailAddress.of(samples.endpoint.address()),
                        ReversePath.NULL,
                        Classification.HUMAN,
                        AuthenticationResults.NONE,
                        null))
                .id();
        int each = 20;
        AtOnce.run(2, number -> {
            for (int i = 0; i < each; i++) {
                in(tx -> {
                    Message found =
                            messages().lock(tx, samples.workspace.id(), id).orElseThrow();
                    int decisions = Integer.parseInt(((Inbound) found).stateReason());
                    String reason = Integer.toString(decisions + 1);
                    return messages()
                            .move(tx, id, HandlingState.AWAITING_REVIEW, HandlingState.AWAITING_REVIEW, reason, NOW);
                });
            }
            return true;
        });
        assertEquals(Integer.toString(2 * each), inbound(samples, id).stateReason(), "no decision was lost");
    }

    @Test
    default void who_waited_for_a_lock_sees_what_was_decided() {
        Samples samples = Samples.in(store());
        MessageId id = samples.keptInbound().id();
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch secondBegan = new CountDownLatch(1);
        List<HandlingState> seen = AtOnce.run(
                2,
                number -> in(tx -> {
                    if (number == 1) {
                        AtOnce.await(locked);
                        secondBegan.countDown();
                    }
                    Message found =
                            messages().lock(tx, samples.workspace.id(), id).orElseThrow();
                    if (number == 0) {
                        locked.countDown();
                        AtOnce.await(secondBegan);
                        messages().move(tx, id, HandlingState.AWAITING_REVIEW, HandlingState.HANDLED, "done", NOW);
                    }
                    return ((Inbound) found).state();
                }));
        assertEquals(List.of(HandlingState.AWAITING_REVIEW, HandlingState.HANDLED), seen);
    }

    @Test
    default void what_concerns_a_person_comes_from_their_addresses_or_was_asked_for_by_them() {
        Samples samples = Samples.in(store());
        Samples strangers = Samples.in(store());
        Inbound theirs = samples.keptInbound();
        Inbound others = samples.keep(samples.inbound(
                samples.facts(theirs.facts().thread(), null, "bob@one.example", "Another question", NOW)));
        Inbound foreign = strangers.keptInbound();
        Outbound asked =
                samples.keep(samples.outbound(theirs.facts().thread(), OutboundStatus.QUEUED, null, "bob@one.example"));
        Set<MessageId> all = Set.of(theirs.id(), others.id(), foreign.id(), asked.id(), MessageId.at(NOW));

        assertEquals(
                Set.of(theirs.id(), asked.id()),
                concerning(samples, all, List.of("zoe@stranger.example"), samples.person.id()));
        assertEquals(Set.of(asked.id()), concerning(samples, all, List.of(), samples.person.id()));
        assertEquals(Set.of(), concerning(samples, all, List.of(), strangers.person.id()));
        assertEquals(Set.of(), concerning(samples, Set.of(), List.of("zoe@stranger.example"), samples.person.id()));
    }

    private Set<MessageId> concerning(Samples samples, Set<MessageId> ids, List<String> originators, UserId author) {
        return in(tx -> messages().concerning(tx, samples.workspace.id(), ids, originators, author));
    }

    @Test
    default void a_draft_waits_beside_the_mail_that_it_answers() {
        Samples samples = Samples.in(store());
        Inbound question = samples.keptInbound();
        assertEquals(Optional.empty(), in(tx -> messages().draftFor(tx, question.id())));
        samples.keep(
                samples.outbound(question.facts().thread(), OutboundStatus.QUEUED, question.id(), "bob@one.example"));
        assertEquals(Optional.empty(), in(tx -> messages().draftFor(tx, question.id())));
        Outbound draft = keptDraft(samples, question);
        assertEquals(Optional.of(draft), in(tx -> messages().draftFor(tx, question.id())));
        assertEquals(Optional.of(draft), find(samples, draft.id()));
    }

    @Test
    default void a_draft_is_replaced_under_its_id() {
        Samples samples = Samples.in(store());
        Inbound question = samples.keptInbound();
        Outbound draft = keptDraft(samples, question);
        Outbound other = samples.outbound(
                question.facts().thread(), OutboundStatus.DRAFT, question.id(), "bob@one.example", "dan@two.example");
        DraftText text = new DraftText("A better answer", null);
        in(tx -> {
            messages().redraft(tx, draft.id(), as(other, other.id(), text));
            return true;
        });
        assertEquals(
                Optional.of(as(other, draft.id(), text)), in(tx -> messages().draftFor(tx, question.id())));
        assertEquals(Optional.empty(), find(samples, other.id()));
    }

    @Test
    default void a_draft_is_found_by_every_request_that_gave_it_a_version_for_a_while() {
        Samples samples = Samples.in(store());
        Inbound question = samples.keptInbound();
        Outbound draft = keptDraft(samples, question);
        List<MessageId> requests = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Outbound version =
                    samples.outbound(question.facts().thread(), OutboundStatus.DRAFT, question.id(), "bob@one.example");
            requests.add(version.id());
            store().transactions()
                    .run(tx -> messages().redraft(tx, draft.id(), as(version, version.id(), draft.draft())));
        }
        assertEquals(Optional.empty(), in(tx -> messages().redrafted(tx, draft.id())));
        for (MessageId request : requests) {
            assertEquals(Optional.of(draft.id()), in(tx -> messages().redrafted(tx, request)));
        }
        in(tx -> messages().forgetRedrafts(tx, NOW));
        assertEquals(Optional.of(draft.id()), in(tx -> messages().redrafted(tx, requests.getFirst())));
        in(tx -> messages().forgetRedrafts(tx, NOW.plusSeconds(1)));
        assertEquals(Optional.empty(), in(tx -> messages().redrafted(tx, requests.getFirst())));
    }

    @Test
    default void what_leaves_is_what_was_composed_and_the_drafts_text_stays_as_evidence() {
        Samples samples = Samples.in(store());
        Inbound question = samples.keptInbound();
        Outbound draft = keptDraft(samples, question);
        Outbound composed = as(
                samples.outbound(question.facts().thread(), OutboundStatus.QUEUED, question.id(), "eve@one.example"),
                draft.id(),
                null);
        in(tx -> {
            messages().release(tx, composed);
            return true;
        });
        assertEquals(as(composed, draft.id(), draft.draft()), outbound(samples, draft.id()));
        assertEquals(Optional.empty(), in(tx -> messages().draftFor(tx, question.id())));
        assertThrows(
                RuntimeException.class,
                () -> in(tx -> {
                    messages().release(tx, composed);
                    return true;
                }),
                "it has left already");
    }

    @Test
    default void a_discarded_draft_tells_why_and_waits_no_more() {
        Samples samples = Samples.in(store());
        Inbound question = samples.keptInbound();
        Outbound draft = keptDraft(samples, question);
        Rejection no = new Rejection("not our tone \uD83D\uDE43", "ann@w.example", NOW.plusSeconds(60));
        in(tx -> {
            messages().reject(tx, draft.id(), no);
            return true;
        });
        Outbound rejected = outbound(samples, draft.id());
        assertEquals(OutboundStatus.REJECTED, rejected.status());
        assertEquals(no, rejected.rejection());
        assertEquals(draft.draft(), rejected.draft());
        assertEquals(Optional.empty(), in(tx -> messages().draftFor(tx, question.id())));
    }

    @Test
    default void a_held_message_is_revised_and_its_envelope_stays() {
        Samples samples = Samples.in(store());
        Outbound held =
                samples.keep(samples.outbound(samples.keptThread(), OutboundStatus.HELD, null, "b@one.example"));
        Outbound other = as(samples.outbound(held.facts().thread(), OutboundStatus.HELD, null), held.id(), null);
        store().transactions().run(tx -> messages().revise(tx, held.id(), other));
        Outbound revised = outbound(samples, held.id());
        assertEquals(other.facts(), revised.facts());
        assertEquals(held.recipients(), revised.recipients());
        assertEquals(OutboundStatus.HELD, revised.status());
        assertTrue(holds(tx -> messages().move(tx, held.id(), OutboundStatus.HELD, OutboundStatus.QUEUED, NOW)));
        assertThrows(
                RuntimeException.class,
                () -> store().transactions().run(tx -> messages().revise(tx, held.id(), other)),
                "it has left already");
    }

    @Test
    default void a_held_message_that_is_ended_tells_why_and_ends_once() {
        Samples samples = Samples.in(store());
        Inbound question = samples.keptInbound();
        Outbound held = samples.keep(
                samples.outbound(question.facts().thread(), OutboundStatus.HELD, question.id(), "b@one.example"));
        assertEquals(List.of(held), in(tx -> messages().waitingFor(tx, question.id())));
        Rejection no = new Rejection("not our tone", "ann@w.example", NOW.plusSeconds(60));
        assertTrue(holds(tx -> messages().end(tx, held.id(), OutboundStatus.HELD, OutboundStatus.CANCELLED, no)));
        assertFalse(holds(tx -> messages().end(tx, held.id(), OutboundStatus.HELD, OutboundStatus.REJECTED, no)));
        assertEquals(OutboundStatus.CANCELLED, outbound(samples, held.id()).status());
        assertEquals(no, outbound(samples, held.id()).rejection());
        assertEquals(List.of(), in(tx -> messages().waitingFor(tx, question.id())));
    }

    @Test
    default void an_endpoint_wrote_to_whom_its_mail_left_for() {
        Samples samples = Samples.in(store());
        for (OutboundStatus status : List.of(OutboundStatus.HELD, OutboundStatus.REJECTED, OutboundStatus.BOUNCED)) {
            samples.keep(samples.outbound(samples.keptThread(), status, null, "eve@wrote.example"));
        }
        assertFalse(holds(tx -> messages().wroteTo(tx, samples.endpoint.id(), "eve@wrote.example")));
        samples.keep(samples.outbound(samples.keptThread(), OutboundStatus.QUEUED, null, "Eve@wrote.example"));
        assertTrue(holds(tx -> messages().wroteTo(tx, samples.endpoint.id(), "eve@wrote.example")));
        EndpointId other = samples.keep(samples.newEndpoint("other")).id();
        assertFalse(holds(tx -> messages().wroteTo(tx, other, "eve@wrote.example")));
        assertFalse(holds(tx -> messages().wroteTo(tx, samples.endpoint.id(), "dan@wrote.example")));
    }

    @Test
    default void whom_others_wrote_to_since_hides_nobody_whom_an_endpoint_wrote_to() {
        Samples samples = Samples.in(store());
        samples.keep(samples.outbound(samples.keptThread(), OutboundStatus.DELIVERED, null, "fay@wrote.example"));
        Samples others = Samples.in(store());
        for (int i = 0; i < 60; i++) {
            others.keep(others.outbound(others.keptThread(), OutboundStatus.DELIVERED, null, "fay@wrote.example"));
            samples.keep(samples.outbound(samples.keptThread(), OutboundStatus.HELD, null, "fay@wrote.example"));
        }
        assertTrue(holds(tx -> messages().wroteTo(tx, samples.endpoint.id(), "fay@wrote.example")));
    }

    @Test
    default void of_two_who_decide_on_a_draft_at_the_same_moment_one_does() {
        Samples samples = Samples.in(store());
        for (int round = 0; round < 5; round++) {
            Inbound question = samples.keptInbound();
            Outbound draft = keptDraft(samples, question);
            List<Boolean> done = AtOnce.run(2, number -> {
                try {
                    return in(tx -> {
                        if (number == 0) {
                            messages().release(tx, draft);
                        } else {
                            messages().reject(tx, draft.id(), new Rejection("no", "ann", NOW));
                        }
                        return true;
                    });
                } catch (IllegalStateException tooLate) {
                    return false;
                }
            });
            assertEquals(1, Collections.frequency(done, true));
            assertEquals(
                    done.get(0) ? OutboundStatus.QUEUED : OutboundStatus.REJECTED,
                    outbound(samples, draft.id()).status());
        }
    }

    @Test
    default void only_replies_that_nobody_saw_count_as_automatic() {
        Samples samples = Samples.in(store());
        Inbound question = samples.keptInbound();
        Inbound other = samples.keptInbound();
        assertEquals(0, number(tx -> messages().automaticRepliesTo(tx, question.id())));
        samples.keep(reply(samples, question, false));
        samples.keep(reply(samples, question, true));
        samples.keep(reply(samples, question, true));
        samples.keep(reply(samples, other, true));
        assertEquals(2, number(tx -> messages().automaticRepliesTo(tx, question.id())));
    }

    @Test
    default void progress_is_written_for_the_recipients_named_only() {
        Samples samples = Samples.in(store());
        Outbound message = samples.keep(samples.outbound(
                samples.keptThread(), OutboundStatus.SENDING, null, "a@one.example", "B@two.example", "c@two.example"));
        Instant at = NOW.plusSeconds(5);
        TransportSecurity protection = new TransportSecurity("TLSv1.3 X", "has expired", "testing: has expired");
        in(tx -> {
            messages()
                    .progress(
                            tx,
                            message.id(),
                            List.of(EmailAddress.of("A@ONE.example")),
                            Progress.DELIVERED,
                            "250 ok",
                            at);
            messages().setSecurity(tx, message.id(), List.of(EmailAddress.of("A@ONE.example")), protection);
            messages()
                    .progress(
                            tx,
                            message.id(),
                            List.of(EmailAddress.of("b@two.example"), EmailAddress.of("x@two.example")),
                            Progress.BOUNCED,
                            "550 no\0body " + "?".repeat(100_000),
                            at);
            return true;
        });
        List<RecipientStatus> recipients = outbound(samples, message.id()).recipients();
        assertEquals(
                List.of(Progress.DELIVERED, Progress.BOUNCED, Progress.PENDING),
                recipients.stream().map(RecipientStatus::progress).toList());
        assertEquals(
                new RecipientStatus(EmailAddress.of("a@one.example"), Progress.DELIVERED, "250 ok", at, protection),
                recipients.get(0));
        String reply = recipients.get(1).smtpReply();
        assertTrue(reply != null && reply.startsWith("550 no\uFFFDbody ???"), reply);
        assertEquals(message.recipients().get(2), recipients.get(2));
    }

    @Test
    default void pages_have_no_gaps_where_many_came_at_the_same_moment() {
        Samples samples = Samples.in(store());
        Endpoint support = samples.keep(samples.newEndpoint("support"));
        ThreadId thread = samples.keptThread();
        List<Message> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            Inbound message = samples.inbound(
                    samples.facts(thread, null, "p" + i % 2 + "@stranger.example", "n", NOW.plusSeconds(i % 3)));
            all.add(samples.keep(i % 5 == 0 ? at(support.id(), message) : message));
        }
        all.sort(NEWEST_FIRST);
        List<EndpointId> both = List.of(samples.endpoint.id(), support.id());
        List<String> people = List.of("p0@stranger.example", "p1@stranger.example");
        assertEquals(ids(all), ids(paged(samples, null, null, 4)));
        assertEquals(ids(all), ids(paged(samples, both, null, 4)));
        assertEquals(ids(all), ids(paged(samples, null, people, 4)));
        assertEquals(ids(all), ids(paged(samples, both, people, 1)));
        List<Message> byOffset = new ArrayList<>();
        for (int offset = 0; offset < 32; offset += 4) {
            int from = offset;
            byOffset.addAll(in(tx -> messages().pageFrom(tx, query(samples, both, null, null), from, 4)));
        }
        assertEquals(ids(all), ids(byOffset));
    }

    @Test
    default void a_list_of_endpoints_narrows_and_an_empty_one_finds_nothing() {
        Samples samples = Samples.in(store());
        Endpoint support = samples.keep(samples.newEndpoint("support"));
        Inbound sales = samples.keptInbound();
        Inbound help = samples.keep(at(support.id(), samples.inbound(samples.keptThread())));
        assertEquals(List.of(sales), listed(query(samples, List.of(samples.endpoint.id()), null, null)));
        assertEquals(List.of(help), listed(query(samples, List.of(support.id(), support.id()), null, null)));
        assertEquals(List.of(), listed(query(samples, List.of(), null, null)));
        List<EndpointId> many = new ArrayList<>(
                IntStream.range(0, 100).mapToObj(i -> EndpointId.at(NOW)).toList());
        assertEquals(List.of(), listed(query(samples, many, null, null)));
        many.add(support.id());
        assertEquals(List.of(help), listed(query(samples, many, null, null)));
    }

    @Test
    default void a_list_of_senders_narrows_however_long_it_is() {
        Samples samples = Samples.in(store());
        Inbound zoe = samples.keep(
                samples.inbound(samples.facts(samples.keptThread(), "Zoë", "ZOE@Stranger.Example", "one", NOW)));
        Inbound max = samples.keep(samples.inbound(
                samples.facts(samples.keptThread(), null, "max@stranger.example", "two", NOW.plusSeconds(1))));
        samples.keep(samples.inbound(samples.facts(samples.keptThread(), null, "no address", "three", NOW)));
        assertEquals(List.of(zoe), listed(query(samples, null, List.of("zoe@stranger.example"), null)));
        List<String> many = new ArrayList<>(IntStream.range(0, 100)
                .mapToObj(i -> "n" + i + "@stranger.example")
                .toList());
        assertEquals(List.of(), listed(query(samples, null, many, null)));
        List<String> ofOnePerson = new ArrayList<>(many.subList(0, SenderBindings.MAX_ADDRESSES - 2));
        ofOnePerson.addAll(List.of("zoe@stranger.example", "max@stranger.example"));
        assertEquals(List.of(max, zoe), listed(query(samples, null, ofOnePerson, null)));
        assertEquals(ids(List.of(max, zoe)), ids(paged(samples, null, ofOnePerson, 1)));
        many.addAll(List.of("zoe@stranger.example", "max@stranger.example"));
        assertEquals(List.of(max, zoe), listed(query(samples, null, many, null)));
        assertEquals(List.of(), listed(query(samples, null, List.of(), null)));
    }

    @Test
    default void each_filter_narrows() {
        Samples samples = Samples.in(store());
        Inbound old = samples.keep(occurredAt(samples, NOW.minusSeconds(1000)));
        Inbound question = samples.keep(occurredAt(samples, NOW));
        Inbound handled = samples.keep(Samples.inState(occurredAt(samples, NOW.plusSeconds(1)), HandlingState.HANDLED));
        Outbound sent = samples.keep(samples.outbound(
                question.facts().thread(), OutboundStatus.SENT, question.id(), "zoe@stranger.example"));
        WorkspaceId workspace = samples.workspace.id();
        assertEquals(
                List.of(handled, question, old),
                listed(new MessageQuery(workspace, null, null, true, null, null, null, null, null)));
        assertEquals(
                List.of(sent), listed(new MessageQuery(workspace, null, null, false, null, null, null, null, null)));
        assertEquals(
                List.of(handled),
                listed(new MessageQuery(workspace, null, null, null, HandlingState.HANDLED, null, null, null, null)));
        assertEquals(
                List.of(sent),
                listed(new MessageQuery(workspace, null, null, null, null, OutboundStatus.SENT, null, null, null)));
        assertEquals(
                List.of(old),
                listed(new MessageQuery(
                        workspace, null, null, null, null, null, old.facts().thread(), null, null)));
        assertEquals(
                List.of(handled),
                listed(new MessageQuery(workspace, null, null, null, null, null, null, NOW.plusMillis(1), null)));
        assertEquals(
                List.of(question, old),
                listed(new MessageQuery(
                        workspace,
                        List.of(samples.endpoint.id()),
                        null,
                        true,
                        HandlingState.AWAITING_REVIEW,
                        null,
                        null,
                        null,
                        null)));
    }

    @Test
    default void mail_that_the_pipeline_gave_up_is_listed_only_for_who_asks_for_it() {
        Samples samples = Samples.in(store());
        Inbound good = samples.keptInbound();
        Inbound broken = samples.keep(Samples.inState(samples.inbound(samples.keptThread()), HandlingState.ERROR));
        List<EndpointId> here = List.of(samples.endpoint.id());
        assertEquals(List.of(good), listed(query(samples, null, null, null)));
        assertEquals(List.of(good), listed(query(samples, here, null, null)));
        MessageQuery errors =
                new MessageQuery(samples.workspace.id(), here, null, null, HandlingState.ERROR, null, null, null, null);
        assertEquals(List.of(broken), listed(errors));
    }

    @Test
    default void a_thread_is_read_oldest_first_and_of_many_the_latest() {
        Samples samples = Samples.in(store());
        ThreadId thread = samples.keptThread();
        List<Message> all = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            all.add(samples.keep(
                    samples.inbound(samples.facts(thread, null, "zoe@stranger.example", "n", NOW.plusSeconds(i / 2)))));
        }
        all.sort(NEWEST_FIRST.reversed());
        assertEquals(all, in(tx -> messages().thread(tx, samples.workspace.id(), thread, 10)));
        assertEquals(all.subList(3, 6), in(tx -> messages().thread(tx, samples.workspace.id(), thread, 3)));
    }

    @Test
    default void nothing_of_another_workspace_is_seen() {
        Samples samples = Samples.in(store());
        Samples strangers = Samples.in(store());
        Inbound message = samples.keptInbound();
        ThreadId thread = message.facts().thread();
        WorkspaceId foreign = strangers.workspace.id();
        assertEquals(Optional.empty(), find(strangers, message.id()));
        assertEquals(Optional.empty(), in(tx -> messages().lock(tx, foreign, message.id())));
        assertEquals(List.of(), in(tx -> messages().thread(tx, foreign, thread, 10)));
        List<MessageQuery> questions = List.of(
                query(strangers, null, null, null),
                query(strangers, List.of(samples.endpoint.id()), null, null),
                query(strangers, null, List.of("zoe@stranger.example"), null),
                new MessageQuery(foreign, null, null, null, null, null, thread, null, null),
                new MessageQuery(
                        foreign,
                        List.of(samples.endpoint.id()),
                        null,
                        null,
                        HandlingState.AWAITING_REVIEW,
                        null,
                        null,
                        null,
                        null),
                new MessageQuery(foreign, null, null, null, HandlingState.AWAITING_REVIEW, null, null, null, null));
        for (MessageQuery question : questions) {
            assertEquals(List.of(), listed(question));
        }
        assertEquals(Optional.of(samples.workspace.id()), in(tx -> messages().workspaceOf(tx, message.id())));
        assertEquals(Optional.empty(), in(tx -> messages().workspaceOf(tx, MessageId.at(NOW))));
    }

    @Test
    default void characters_that_no_database_keeps_are_replaced_and_all_others_stay() {
        Samples samples = Samples.in(store());
        String odd = "a\0b \uD83D\uDE00 c\uD800d\uDC00 '\\%_\u202E\uFEFF ü";
        String kept = "a\uFFFDb \uD83D\uDE00 c\uFFFDd\uFFFD '\\%_\u202E\uFEFF ü";
        ThreadId thread = ThreadId.at(NOW);
        in(tx -> {
            messages().addThread(tx, thread, samples.workspace.id(), samples.endpoint.id(), odd, NOW);
            return true;
        });
        Inbound message = samples.keep(addressed(
                withId(new InternetMessageId(odd), samples.inbound(samples.facts(thread, odd, odd, odd, NOW))),
                List.of(new Mailbox(odd, odd))));
        in(tx -> messages().move(tx, message.id(), HandlingState.AWAITING_REVIEW, HandlingState.HANDLED, odd, NOW));
        Inbound found = inbound(samples, message.id());
        assertEquals(kept, found.facts().subject());
        assertEquals(new Mailbox(kept, kept), found.facts().from());
        assertEquals(List.of(new Mailbox(kept, kept)), found.facts().to());
        assertEquals(kept, found.stateReason());
        assertEquals(Optional.of(thread), threadOf(samples.endpoint.id(), new InternetMessageId(odd)));
    }

    @Test
    default void what_is_too_long_is_shortened_and_never_refused() {
        Samples samples = Samples.in(store());
        String huge = "x" + "\uD83D\uDE00".repeat(50_000);
        List<Mailbox> crowd = IntStream.range(0, 5000)
                .mapToObj(i -> new Mailbox("Name " + i + huge.substring(0, 51), i + "@crowd.example"))
                .toList();
        ThreadId thread = ThreadId.at(NOW);
        in(tx -> {
            messages().addThread(tx, thread, samples.workspace.id(), samples.endpoint.id(), huge, NOW);
            return true;
        });
        Inbound message = samples.keep(addressed(
                withId(new InternetMessageId(huge), samples.inbound(samples.facts(thread, huge, huge, huge, NOW))),
                crowd));
        in(tx -> messages().move(tx, message.id(), HandlingState.AWAITING_REVIEW, HandlingState.HANDLED, huge, NOW));
        Inbound found = inbound(samples, message.id());
        MessageFacts facts = found.facts();
        String name = facts.from().name();
        for (String text :
                List.of(facts.subject(), name == null ? "" : name, facts.from().address(), found.stateReason())) {
            assertTrue(text.length() > 100 && huge.startsWith(text), "the beginning is kept");
            assertFalse(Character.isHighSurrogate(text.charAt(text.length() - 1)), "no character is torn");
        }
        assertTrue(facts.to().size() > 10);
        assertEquals(crowd.subList(0, facts.to().size()), facts.to());
        assertEquals(Optional.of(thread), threadOf(samples.endpoint.id(), new InternetMessageId(huge)));
    }

    private Optional<ThreadId> threadOf(EndpointId endpoint, InternetMessageId... ids) {
        return in(tx -> messages().threadOf(tx, endpoint, List.of(ids)));
    }

    private Optional<Inbound> inboundOf(EndpointId endpoint, InternetMessageId... ids) {
        return in(tx -> messages().inboundOf(tx, endpoint, List.of(ids)));
    }

    private List<Message> listed(MessageQuery query) {
        return in(tx -> messages().page(tx, query, 100));
    }

    private List<Message> paged(
            Samples samples, @Nullable List<EndpointId> endpoints, @Nullable List<String> senders, int limit) {
        List<Message> all = new ArrayList<>();
        Place before = null;
        while (true) {
            MessageQuery query = query(samples, endpoints, senders, before);
            List<Message> page = in(tx -> messages().page(tx, query, limit));
            assertTrue(page.size() <= limit);
            if (page.isEmpty()) {
                return all;
            }
            all.addAll(page);
            Message last = page.getLast();
            before = new Place(last.facts().occurredAt(), last.id());
        }
    }

    private static MessageQuery query(
            Samples samples,
            @Nullable List<EndpointId> endpoints,
            @Nullable List<String> senders,
            @Nullable Place before) {
        return new MessageQuery(samples.workspace.id(), endpoints, senders, null, null, null, null, null, before);
    }

    private static InternetMessageId internetId(Message message) {
        return Optional.ofNullable(message.facts().internetId()).orElseThrow();
    }

    private static Inbound occurredAt(Samples samples, Instant at) {
        return samples.inbound(samples.facts(samples.keptThread(), null, "zoe@stranger.example", "A question", at));
    }

    private static Inbound ofSpool(SpoolId spool, Inbound message) {
        return changed(message, message.facts(), spool);
    }

    private static Inbound at(EndpointId endpoint, Inbound message) {
        MessageFacts facts = message.facts();
        return changed(message, facts(facts, facts.id(), endpoint, facts.to(), facts.internetId()), message.spool());
    }

    private static Inbound withId(InternetMessageId id, Inbound message) {
        MessageFacts facts = message.facts();
        return changed(message, facts(facts, facts.id(), facts.endpoint(), facts.to(), id), message.spool());
    }

    private static Inbound addressed(Inbound message, List<Mailbox> to) {
        MessageFacts facts = message.facts();
        return changed(message, facts(facts, facts.id(), facts.endpoint(), to, facts.internetId()), message.spool());
    }

    private static Inbound changed(Inbound message, MessageFacts facts, SpoolId spool) {
        return new Inbound(
                facts,
                message.state(),
                message.stateReason(),
                spool,
                message.recipient(),
                message.reversePath(),
                message.classification(),
                message.authentication(),
                message.agent());
    }

    private static MessageFacts facts(
            MessageFacts facts,
            MessageId id,
            EndpointId endpoint,
            List<Mailbox> to,
            @Nullable InternetMessageId internetId) {
        return new MessageFacts(
                id,
                facts.workspace(),
                endpoint,
                facts.thread(),
                facts.from(),
                to,
                facts.cc(),
                facts.bcc(),
                facts.subject(),
                internetId,
                facts.raw(),
                facts.size(),
                facts.occurredAt());
    }

    private static Outbound keptDraft(Samples samples, Inbound question) {
        Outbound draft = samples.outbound(question.facts().thread(), OutboundStatus.DRAFT, question.id());
        return samples.keep(as(draft, draft.id(), new DraftText("An answer \uD83D\uDE00", "<p>An answer</p>")));
    }

    private static Outbound as(Outbound message, MessageId id, @Nullable DraftText draft) {
        MessageFacts facts = message.facts();
        return new Outbound(
                facts(facts, id, facts.endpoint(), facts.to(), facts.internetId()),
                message.status(),
                message.inReplyTo(),
                message.author(),
                message.handler(),
                message.automatic(),
                message.recipients(),
                draft,
                message.rejection());
    }

    private static Outbound reply(Samples samples, Inbound question, boolean automatic) {
        Outbound reply =
                samples.outbound(question.facts().thread(), OutboundStatus.SENT, question.id(), "zoe@stranger.example");
        return new Outbound(
                reply.facts(),
                reply.status(),
                reply.inReplyTo(),
                new Actor.Address(samples.endpoint.id(), samples.endpoint.address()),
                null,
                automatic,
                reply.recipients(),
                null,
                null);
    }

    private static List<MessageId> ids(List<Message> messages) {
        return messages.stream().map(Message::id).toList();
    }
}
