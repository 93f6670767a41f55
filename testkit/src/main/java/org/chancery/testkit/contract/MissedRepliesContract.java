package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chancery.core.endpoint.Behaviour;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventLog.Entry;
import org.chancery.core.event.EventType;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.BounceCategory;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.queue.AwaitedReplies;
import org.chancery.core.queue.MessageOutcomes;
import org.chancery.core.queue.RecipientOutcome;
import org.chancery.core.report.MissedReplies;
import org.chancery.core.tx.Tx;
import org.chancery.testkit.clock.TurningClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which sent mail {@link MissedReplies} tells of, over a real database. */
public interface MissedRepliesContract {
    Duration THREE_DAYS = Duration.ofDays(3);

    Store store();

    @Test
    default void a_mail_that_nobody_answered_is_told_of_once_when_its_days_are_over() {
        Lab lab = new Lab(store(), 3);
        Outbound sent = lab.delivered("bob@there.example");
        lab.clock.turn(THREE_DAYS.minusSeconds(1));
        lab.sweep();
        assertEquals(List.of(), lab.missed());
        lab.clock.turn(Duration.ofSeconds(1));
        lab.sweep();
        lab.sweep();
        DomainEvent event = lab.missed().getFirst();
        assertEquals(1, lab.missed().size());
        assertEquals(sent.id().text(), event.payload().get("message_id"));
        assertEquals("bob@there.example", event.payload().get("to_address"));
        assertEquals("3", String.valueOf(event.payload().get("days_since_sent")));
        assertEquals("Re: A question", event.payload().get("subject"));
    }

    @Test
    default void the_days_of_a_mail_that_was_held_begin_when_it_arrives() {
        Lab lab = new Lab(store(), 3);
        Outbound held = lab.queued("bob@there.example");
        lab.clock.turn(Duration.ofDays(5));
        lab.record(held, new RecipientOutcome.Delivered(EmailAddress.of("bob@there.example"), "250 ok"));
        lab.sweep();
        assertEquals(List.of(), lab.missed());
        lab.clock.turn(THREE_DAYS);
        lab.sweep();
        assertEquals("3", String.valueOf(lab.missed().getFirst().payload().get("days_since_sent")));
    }

    @Test
    default void several_who_look_at_once_tell_once() {
        Lab lab = new Lab(store(), 3);
        lab.delivered("bob@there.example");
        lab.clock.turn(THREE_DAYS);
        AtOnce.run(3, number -> {
            lab.sweep();
            return true;
        });
        assertEquals(1, lab.missed().size());
    }

    @Test
    default void an_answer_in_the_thread_counts_and_an_automatic_one_or_an_older_mail_does_not() {
        Lab lab = new Lab(store(), 3);
        lab.receive(lab.delivered("bob@there.example"), Classification.HUMAN, NOW.plusSeconds(60));
        lab.receive(lab.delivered("eve@there.example"), Classification.AUTO_REPLY, NOW.plusSeconds(60));
        lab.receive(lab.delivered("joe@there.example"), Classification.HUMAN, NOW.minusSeconds(60));
        lab.clock.turn(THREE_DAYS);
        lab.sweep();
        assertEquals(
                Set.of("eve@there.example", "joe@there.example"),
                Set.copyOf(lab.missed().stream()
                        .map(event -> event.payload().get("to_address"))
                        .toList()));
    }

    @Test
    default void of_a_mail_that_came_back_there_is_other_news() {
        Lab lab = new Lab(store(), 3);
        Outbound sent = lab.delivered("bob@there.example");
        lab.record(
                sent,
                new RecipientOutcome.Bounced(
                        EmailAddress.of("bob@there.example"), "550 full", BounceCategory.SOFT, true));
        lab.clock.turn(THREE_DAYS);
        lab.sweep();
        assertEquals(List.of(), lab.missed());
    }

    @Test
    default void an_endpoint_that_names_no_days_is_told_nothing_and_neither_is_one_that_does_so_no_more() {
        Lab never = new Lab(store(), null);
        never.delivered("bob@there.example");
        Lab noMore = new Lab(store(), 3);
        noMore.delivered("bob@there.example");
        noMore.days(null);
        for (Lab lab : List.of(never, noMore)) {
            lab.clock.turn(Duration.ofDays(400));
            lab.sweep();
            assertEquals(List.of(), lab.missed());
        }
    }

    @Test
    default void more_days_count_for_what_waits_already_and_fewer_for_later_mail() {
        Lab more = new Lab(store(), 3);
        more.delivered("bob@there.example");
        more.days(10);
        more.clock.turn(THREE_DAYS);
        more.sweep();
        assertEquals(List.of(), more.missed());
        more.clock.turn(Duration.ofDays(7));
        more.sweep();
        more.sweep();
        assertEquals(
                List.of("10"),
                more.missed().stream()
                        .map(event -> String.valueOf(event.payload().get("days_since_sent")))
                        .toList());
        Lab fewer = new Lab(store(), 10);
        fewer.delivered("bob@there.example");
        fewer.days(3);
        fewer.clock.turn(THREE_DAYS);
        fewer.sweep();
        assertEquals(List.of(), fewer.missed());
        fewer.clock.turn(Duration.ofDays(7));
        fewer.sweep();
        assertEquals(1, fewer.missed().size());
    }

    @Test
    default void where_it_came_back_from_the_first_the_days_begin_with_who_got_it_next() {
        Lab lab = new Lab(store(), 3);
        Outbound sent = lab.queued("bob@there.example", "eve@there.example");
        lab.record(sent, new RecipientOutcome.Delivered(EmailAddress.of("bob@there.example"), "250 ok"));
        lab.clock.turn(Duration.ofDays(2));
        lab.record(
                sent,
                new RecipientOutcome.Bounced(EmailAddress.of("bob@there.example"), "550 x", BounceCategory.SOFT, true),
                new RecipientOutcome.Delivered(EmailAddress.of("eve@there.example"), "250 ok"));
        lab.clock.turn(Duration.ofDays(1));
        lab.sweep();
        assertEquals(List.of(), lab.missed());
        lab.clock.turn(Duration.ofDays(2));
        lab.sweep();
        assertEquals("eve@there.example", lab.missed().getFirst().payload().get("to_address"));
    }

    @Test
    default void an_answer_is_found_among_very_many_others() {
        Lab lab = new Lab(store(), 3);
        Outbound sent = lab.delivered("bob@there.example");
        lab.receive(sent, Classification.HUMAN, NOW.plusSeconds(60));
        for (int i = 0; i < 250; i++) {
            lab.receive(sent, Classification.AUTO_REPLY, NOW.plusSeconds(100 + i));
        }
        lab.clock.turn(THREE_DAYS);
        lab.sweep();
        assertEquals(List.of(), lab.missed());
    }

    @Test
    default void a_mail_that_cannot_be_looked_at_keeps_no_other_waiting() {
        Lab lab = new Lab(store(), 3);
        Outbound broken = lab.delivered("bob@there.example");
        Outbound good = lab.delivered("eve@there.example");
        lab.clock.turn(THREE_DAYS);
        assertThrows(IllegalStateException.class, () -> lab.failingAt(broken).sweep());
        assertEquals(
                List.of(good.id().text()),
                lab.missed().stream()
                        .map(event -> event.payload().get("message_id"))
                        .toList());
        lab.sweep();
        assertEquals(1, lab.missed().size(), "it waits for a day");
        lab.clock.turn(Duration.ofDays(1));
        lab.sweep();
        assertEquals(2, lab.missed().size());
    }

    @Test
    default void what_is_not_delivered_waits_for_no_answer() {
        Lab lab = new Lab(store(), 3);
        lab.record(
                lab.queued("bob@there.example"),
                new RecipientOutcome.Failed(EmailAddress.of("bob@there.example"), "x"));
        lab.clock.turn(THREE_DAYS);
        lab.sweep();
        assertEquals(List.of(), lab.missed());
    }

    /** What fails for one thread and works for all others. */
    record Failing(AwaitedReplies others, ThreadId broken) implements AwaitedReplies {
        @Override
        public void await(Tx tx, Awaited awaited) {
            others.await(tx, awaited);
        }

        @Override
        public List<Awaited> due(Tx tx, Instant now, int limit) {
            return others.due(tx, now, limit);
        }

        @Override
        public boolean isAnswered(Tx tx, WorkspaceId workspace, ThreadId thread, Instant since) {
            if (thread.equals(broken)) {
                throw new IllegalStateException("broken for the test");
            }
            return others.isAnswered(tx, workspace, thread, since);
        }

        @Override
        public boolean take(Tx tx, MessageId message) {
            return others.take(tx, message);
        }
    }

    /** An endpoint with sent mail, and who looks for answers. */
    final class Lab {
        private final Store store;
        private final Samples samples;
        private final TurningClock clock = TurningClock.at(NOW);
        private final MessageOutcomes outcomes;
        private final MissedReplies missed;

        Lab(Store store, @Nullable Integer days) {
            this.store = store;
            this.samples = Samples.in(store);
            this.outcomes = new MessageOutcomes(
                    new MessageOutcomes.Stores(
                            store.messages(),
                            store.endpoints(),
                            store.access(),
                            store.suppressions(),
                            store.awaitedReplies(),
                            store.earlyReports(),
                            store.journal()),
                    domain -> false);
            this.missed = missed(store.awaitedReplies());
            days(days);
        }

        private MissedReplies missed(AwaitedReplies awaited) {
            return new MissedReplies(
                    store.transactions(),
                    new MissedReplies.Stores(awaited, store.messages(), store.endpoints(), store.events()),
                    clock);
        }

        /** The same where no answer to that mail can be looked for. */
        MissedReplies failingAt(Outbound broken) {
            return missed(new Failing(store.awaitedReplies(), broken.facts().thread()));
        }

        void days(@Nullable Integer days) {
            Behaviour.Answers answers = Behaviour.DEFAULT.answers();
            Behaviour asking = Behaviour.DEFAULT.with(new Behaviour.Answers(
                    answers.replyPolicy(),
                    answers.instructions(),
                    answers.defaultReplyLang(),
                    new Behaviour.Sending(null, days)));
            store.transactions().run(tx -> store.endpoints().update(tx, samples.endpoint.with(asking, NOW)));
        }

        Outbound queued(String... recipients) {
            return samples.keep(samples.outbound(samples.keptThread(), OutboundStatus.QUEUED, null, recipients));
        }

        Outbound delivered(String recipient) {
            Outbound sent = queued(recipient);
            record(sent, new RecipientOutcome.Delivered(EmailAddress.of(recipient), "250 ok"));
            return sent;
        }

        void record(Outbound sent, RecipientOutcome... brought) {
            store.transactions().run(tx -> {
                Outbound now = (Outbound) store.messages()
                        .lock(tx, samples.workspace.id(), sent.id())
                        .orElseThrow();
                outcomes.record(tx, now, Arrays.asList(brought), Map.of(), clock.instant());
            });
        }

        void receive(Outbound answered, Classification classification, Instant at) {
            Inbound mail = samples.inbound(
                    samples.facts(answered.facts().thread(), null, "bob@there.example", "Re: A question", at));
            samples.keep(new Inbound(
                    mail.facts(),
                    mail.state(),
                    mail.stateReason(),
                    mail.spool(),
                    mail.recipient(),
                    mail.reversePath(),
                    classification,
                    mail.authentication(),
                    null));
        }

        void sweep() {
            missed.sweep();
        }

        List<DomainEvent> missed() {
            return store
                    .transactions()
                    .in(tx -> store.events().after(tx, samples.workspace.id(), 0, Set.of(), 100))
                    .stream()
                    .map(Entry::event)
                    .filter(event -> event.type() == EventType.MESSAGE_MISSED_REPLY)
                    .toList();
        }
    }
}
