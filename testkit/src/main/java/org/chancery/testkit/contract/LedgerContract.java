package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.chancery.core.event.EventLog.Entry;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.JobId;
import org.chancery.core.mail.BounceCategory;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.TransportSecurity;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Progress;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.queue.AttemptRecord;
import org.chancery.core.queue.DeliveryLedger;
import org.chancery.core.queue.MessageOutcomes;
import org.chancery.core.queue.OutgoingJob;
import org.chancery.core.queue.RecipientOutcome;
import org.chancery.core.queue.RetryPolicy;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.Test;

/**
 * What the {@link DeliveryLedger} makes of attempts over a real database: what was recorded is never sent again, and what
 * was not is not forgotten.
 */
public interface LedgerContract {
    Duration PAUSE = Duration.ofMinutes(5);
    /** Tried three times. */
    RetryPolicy RETRIES = new RetryPolicy(List.of(PAUSE, PAUSE));

    Store store();

    // ---- one attempt

    @Test
    default void who_got_the_mail_is_never_tried_again() {
        Lab lab = new Lab(store(), "bob@one.example");
        assertTrue(lab.record(lab.claim("us"), "us", lab.delivered("bob@one.example")));
        assertEquals(OutboundStatus.DELIVERED, lab.message().status());
        assertEquals(List.of("message.sent", "message.delivered"), lab.events());
        lab.clock.turn(Duration.ofDays(1000));
        assertEquals(Optional.empty(), lab.tryClaim("us"));
        assertEquals(1, lab.attempts().size());
    }

    @Test
    default void each_recipient_of_an_attempt_goes_its_own_way() {
        Lab lab = new Lab(store(), "bob@one.example", "eve@one.example", "joe@one.example", "zoe@one.example");
        Attempt mixed = lab.attempt(
                new Result.Delivered(address("bob@one.example"), "250 ok"),
                new Result.PermanentFailure(address("eve@one.example"), "550 no such user", true),
                new Result.PermanentFailure(address("joe@one.example"), "554 not as it is", false),
                new Result.TemporaryFailure(address("zoe@one.example"), "451 later", true));
        assertTrue(lab.record(lab.claim("us"), "us", mixed));
        assertEquals(
                List.of(Progress.DELIVERED, Progress.BOUNCED, Progress.FAILED, Progress.PENDING),
                lab.message().recipients().stream()
                        .map(RecipientStatus::progress)
                        .toList());
        assertEquals(OutboundStatus.SENDING, lab.message().status());
        assertEquals(List.of("message.sent", "message.delivered", "message.bounced", "message.failed"), lab.events());
        assertEquals(Optional.empty(), lab.tryClaim("us"), "not before its time");
        lab.clock.turn(PAUSE);
        OutgoingJob again = lab.claim("us");
        assertEquals(List.of(address("zoe@one.example")), again.recipients());
        assertEquals(1, again.attempts());
        assertEquals(List.of(mixed), lab.attempts());
    }

    @Test
    default void how_the_mail_was_protected_is_kept_of_each_recipient_by_itself() {
        Lab lab = new Lab(store(), "bob@one.example", "eve@one.example", "joe@one.example");
        TransportSecurity secured = new TransportSecurity("TLSv1.3 X", "verified", "testing");
        Attempt.Session other = new Attempt.Session("mx.two.example [192.0.2.2]:25", secured);
        Attempt one = lab.attempt(
                new Result.Delivered(address("bob@one.example"), "250 ok"),
                new Result.Delivered(address("eve@one.example"), "250 ok"),
                new Result.PermanentFailure(address("joe@one.example"), "suppressed", false));
        Attempt two = new Attempt(
                one.startedAt(),
                one.endedAt(),
                new Attempt.Way(one.remote(), new TransportSecurity("TLSv1.2 Y", "has expired", null), null),
                one.results(),
                Map.of(address("eve@one.example"), other, address("joe@one.example"), Attempt.Session.NONE));
        assertTrue(lab.record(lab.claim("us"), "us", two));
        assertEquals(
                List.of(two.way().security(), secured, TransportSecurity.NONE),
                lab.message().recipients().stream()
                        .map(RecipientStatus::security)
                        .toList());
        Attempt kept = lab.attempts().getFirst();
        assertEquals(two, kept);
        assertEquals(AttemptRecord.digest(two), AttemptRecord.digest(kept));
        assertNotEquals(
                AttemptRecord.digest(two),
                AttemptRecord.digest(new Attempt(two.startedAt(), two.endedAt(), two.way(), two.results())));
    }

    @Test
    default void a_refusal_has_a_category_and_an_address_that_is_gone_is_suppressed() {
        Lab lab = new Lab(store(), "bob@one.example", "eve@one.example", "joe@one.example");
        lab.record(
                lab.claim("us"),
                "us",
                lab.attempt(
                        new Result.PermanentFailure(address("bob@one.example"), "550 5.1.1 no such user", true),
                        new Result.PermanentFailure(address("eve@one.example"), "552 5.2.2 mailbox full", true),
                        new Result.PermanentFailure(address("joe@one.example"), "550 no such user", false)));
        assertEquals(List.of("hard", "soft"), lab.categories());
        assertEquals(Set.of(address("bob@one.example")), lab.suppressed());
    }

    @Test
    default void a_bounce_that_was_faster_than_the_record_of_the_peers_word_stays() {
        Lab lab = new Lab(store(), "bob@one.example");
        OutgoingJob job = lab.claim("us");
        lab.bounced("bob@one.example");
        assertTrue(lab.record(job, "us", lab.delivered("bob@one.example")));
        assertEquals(OutboundStatus.BOUNCED, lab.message().status());
        assertEquals(List.of("message.bounced", "message.sent"), lab.events());
        assertEquals(Optional.empty(), lab.tryClaim("us"));
    }

    // ---- several attempts

    @Test
    default void when_the_schedule_ends_for_one_the_others_stay_delivered() {
        Lab lab = new Lab(store(), "bob@one.example", "zoe@one.example");
        lab.record(
                lab.claim("us"),
                "us",
                lab.attempt(
                        new Result.Delivered(address("bob@one.example"), "250 ok"),
                        new Result.TemporaryFailure(address("zoe@one.example"), "451 later", true)));
        for (int attempt = 2; attempt <= 3; attempt++) {
            assertEquals(OutboundStatus.SENDING, lab.message().status());
            lab.clock.turn(PAUSE);
            lab.record(lab.claim("us"), "us", lab.deferred("zoe@one.example"));
        }
        assertEquals(
                List.of(Progress.DELIVERED, Progress.FAILED),
                lab.message().recipients().stream()
                        .map(RecipientStatus::progress)
                        .toList());
        assertEquals(OutboundStatus.FAILED, lab.message().status());
        assertEquals(List.of("message.sent", "message.delivered", "message.failed"), lab.events());
        assertEquals(3, lab.attempts().size());
        lab.clock.turn(Duration.ofDays(1000));
        assertEquals(Optional.empty(), lab.tryClaim("us"));
    }

    @Test
    default void two_jobs_of_a_message_that_end_at_once_bring_it_to_its_end() {
        for (int round = 0; round < 5; round++) {
            Lab lab = new Lab(store(), "bob@one.example", "zoe@two.example");
            OutgoingJob one = lab.claim("us");
            OutgoingJob two = lab.claim("us");
            List<OutgoingJob> jobs = List.of(one, two);
            AtOnce.run(2, number -> {
                OutgoingJob job = jobs.get(number);
                return lab.record(
                        job, "us", lab.delivered(job.recipients().getFirst().toString()));
            });
            assertEquals(OutboundStatus.DELIVERED, lab.message().status());
            assertEquals(4, lab.events().size());
        }
    }

    // ---- lost leases, repeated records

    @Test
    default void a_result_that_comes_after_the_lease_was_lost_is_kept_and_decides_nothing() {
        Lab lab = new Lab(store(), "bob@one.example");
        OutgoingJob late = lab.claim("us");
        lab.clock.turn(DeliveryLedger.LEASE);
        OutgoingJob taken = lab.claim("them");
        Attempt ours = lab.delivered("bob@one.example");
        assertFalse(lab.record(late, "us", ours));
        assertEquals(OutboundStatus.QUEUED, lab.message().status());
        assertEquals(List.of(), lab.events());
        lab.clock.turn(Duration.ofSeconds(1));
        assertTrue(lab.record(taken, "them", lab.delivered("bob@one.example")));
        assertEquals(OutboundStatus.DELIVERED, lab.message().status());
        assertEquals(2, lab.attempts().size());
        assertEquals(ours, lab.attempts().getFirst());
    }

    @Test
    default void a_result_for_a_job_that_another_has_ended_changes_nothing() {
        Lab lab = new Lab(store(), "bob@one.example");
        OutgoingJob late = lab.claim("us");
        lab.clock.turn(DeliveryLedger.LEASE);
        lab.record(lab.claim("them"), "them", lab.delivered("bob@one.example"));
        lab.clock.turn(Duration.ofSeconds(1));
        assertFalse(lab.record(late, "us", lab.deferred("bob@one.example")));
        assertEquals(OutboundStatus.DELIVERED, lab.message().status());
        assertEquals(2, lab.events().size());
    }

    @Test
    default void the_same_attempt_recorded_twice_counts_once() {
        Lab lab = new Lab(store(), "bob@one.example", "zoe@one.example");
        OutgoingJob job = lab.claim("us");
        Attempt attempt = lab.attempt(
                new Result.Delivered(address("bob@one.example"), "250 ok"),
                new Result.TemporaryFailure(address("zoe@one.example"), "451 later", true));
        assertTrue(lab.record(job, "us", attempt));
        assertTrue(lab.record(job, "us", attempt));
        lab.clock.turn(PAUSE);
        lab.claim("us");
        assertTrue(lab.record(job, "us", attempt), "also when its job was claimed again");
        assertEquals(List.of("message.sent", "message.delivered"), lab.events());
        assertEquals(List.of(attempt), lab.attempts());
    }

    // ---- crashes

    @Test
    default void a_result_is_durable_when_record_returns() {
        Lab lab = new Lab(store(), "bob@one.example");
        OutgoingJob job = lab.claim("us");
        int before = lab.transactions.durable.get();
        lab.record(job, "us", lab.delivered("bob@one.example"));
        assertEquals(before + 1, lab.transactions.durable.get());
    }

    @Test
    default void a_record_that_failed_has_kept_nothing_and_can_be_made_again() {
        Lab lab = new Lab(store(), "bob@one.example");
        OutgoingJob job = lab.claim("us");
        Attempt attempt = lab.delivered("bob@one.example");
        lab.transactions.failNext.set(1);
        assertThrows(Unavailable.class, () -> lab.record(job, "us", attempt));
        assertEquals(OutboundStatus.QUEUED, lab.message().status());
        assertEquals(List.of(), lab.attempts());
        assertTrue(lab.record(job, "us", attempt));
        assertEquals(List.of("message.sent", "message.delivered"), lab.events());
    }

    @Test
    default void a_server_that_was_killed_tries_what_it_had_not_recorded() {
        Lab lab = new Lab(store(), "bob@one.example");
        OutgoingJob job = lab.claim("us");
        assertEquals(Optional.empty(), lab.tryClaim("us"));
        assertTrue(lab.ledger.recover("us") > 0);
        assertEquals(job.id(), lab.claim("us").id());
    }

    // ---- what cannot be recorded

    @Test
    default void a_parked_job_is_out_of_reach_and_says_why() {
        Lab lab = new Lab(store(), "bob@one.example");
        OutgoingJob job = lab.claim("us");
        lab.ledger.park(job, "us", lab.delivered("bob@one.example"));
        assertEquals(0, lab.ledger.recover("us"));
        lab.clock.turn(Duration.ofDays(1000));
        assertEquals(Optional.empty(), lab.tryClaim("us"));
        Result note = lab.attempts().getFirst().results().getFirst();
        assertEquals("451 4.3.0 parked, for this outcome cannot be recorded: 250 ok", note.reply());
        assertEquals(OutboundStatus.QUEUED, lab.message().status());
    }

    @Test
    default void a_job_whose_lease_was_lost_is_not_parked() {
        Lab lab = new Lab(store(), "bob@one.example");
        OutgoingJob late = lab.claim("us");
        lab.clock.turn(DeliveryLedger.LEASE);
        OutgoingJob taken = lab.claim("them");
        lab.ledger.park(late, "us", lab.delivered("bob@one.example"));
        assertTrue(lab.record(taken, "them", lab.delivered("bob@one.example")));
        assertEquals(OutboundStatus.DELIVERED, lab.message().status());
    }

    private static EmailAddress address(String text) {
        return EmailAddress.of(text);
    }

    /** A queued message with its jobs, the only ones in the queue, and a ledger. */
    final class Lab {
        private final Store store;
        private final Samples samples;
        private final TurningClock clock = TurningClock.at(NOW);
        private final WatchedTransactions transactions;
        private final MessageOutcomes outcomes;
        private final DeliveryLedger ledger;
        private final Outbound message;

        Lab(Store store, String... recipients) {
            this.store = store;
            this.transactions = new WatchedTransactions(store.transactions());
            this.outcomes = new MessageOutcomes(
                    new MessageOutcomes.Stores(
                            store.messages(),
                            store.endpoints(),
                            store.access(),
                            store.suppressions(),
                            store.awaitedReplies(),
                            store.earlyReports(),
                            store.journal()),
                    "ours.example"::equals);
            this.ledger = new DeliveryLedger(transactions, store.queue(), store.messages(), outcomes, RETRIES, clock);
            emptyQueue();
            samples = Samples.in(store);
            message = samples.keep(samples.outbound(samples.keptThread(), OutboundStatus.QUEUED, null, recipients));
            Arrays.stream(recipients)
                    .map(EmailAddress::of)
                    .map(EmailAddress::domain)
                    .distinct()
                    .forEach(this::queue);
        }

        private void emptyQueue() {
            Instant end = NOW.plus(Duration.ofDays(10_000));
            store.transactions()
                    .run(tx -> store.queue()
                            .claim(tx, "sweeper", end, end, 1000, Set.of())
                            .forEach(job -> store.queue().done(tx, job.id())));
        }

        private void queue(String destination) {
            OutgoingJob job = samples.job(message, destination);
            List<EmailAddress> there = message.recipients().stream()
                    .map(RecipientStatus::address)
                    .filter(address -> address.domain().equals(destination))
                    .toList();
            OutgoingJob addressed = new OutgoingJob(
                    new JobId(UUID.randomUUID()),
                    job.workspace(),
                    job.message(),
                    destination,
                    job.reversePath(),
                    there,
                    job.raw(),
                    job.size(),
                    0,
                    NOW);
            store.transactions().run(tx -> store.queue().add(tx, addressed, NOW));
        }

        Optional<OutgoingJob> tryClaim(String owner) {
            return ledger.claim(owner, 1, Set.of()).stream().findFirst();
        }

        OutgoingJob claim(String owner) {
            return tryClaim(owner).orElseThrow();
        }

        boolean record(OutgoingJob job, String owner, Attempt attempt) {
            return ledger.record(job, owner, attempt);
        }

        Attempt attempt(Result... results) {
            Instant now = clock.instant();
            return new Attempt(now.minusMillis(1500), now, "mx.one.example [192.0.2.1]:25", null, List.of(results));
        }

        /** A report says so. */
        void bounced(String recipient) {
            Outbound now = message();
            store.transactions()
                    .run(tx -> outcomes.record(
                            tx,
                            now,
                            List.of(new RecipientOutcome.Bounced(
                                    address(recipient), "550 5.1.1 no", BounceCategory.HARD, true)),
                            Map.of(),
                            clock.instant()));
        }

        Set<EmailAddress> suppressed() {
            List<EmailAddress> all =
                    message.recipients().stream().map(RecipientStatus::address).toList();
            return store.transactions().in(tx -> store.suppressions().among(tx, samples.workspace.id(), all));
        }

        /** Of those whom the first event about bounces names. */
        List<Object> categories() {
            List<Entry> entries =
                    store.transactions().in(tx -> store.events().after(tx, samples.workspace.id(), 0, Set.of(), 100));
            return entries.stream()
                    .filter(entry -> entry.event().type() == EventType.MESSAGE_BOUNCED)
                    .flatMap(entry -> ((List<?>) Objects.requireNonNull(
                                    entry.event().payload().get("recipients")))
                            .stream())
                    .<Object>map(recipient -> Objects.requireNonNull(((Map<?, ?>) recipient).get("bounce_category")))
                    .toList();
        }

        Attempt delivered(String recipient) {
            return attempt(new Result.Delivered(address(recipient), "250 ok"));
        }

        Attempt deferred(String recipient) {
            return attempt(new Result.TemporaryFailure(address(recipient), "451 later", true));
        }

        Outbound message() {
            return (Outbound) store.transactions()
                    .in(tx -> store.messages().find(tx, samples.workspace.id(), message.id()))
                    .orElseThrow();
        }

        List<Attempt> attempts() {
            return store.transactions().in(tx -> store.queue().attempts(tx, message.id(), 100));
        }

        List<String> events() {
            List<Entry> entries =
                    store.transactions().in(tx -> store.events().after(tx, samples.workspace.id(), 0, Set.of(), 100));
            return entries.stream().map(entry -> entry.event().type().text()).toList();
        }
    }

    /** Transactions that are counted, and fail at their commit when told to. */
    final class WatchedTransactions implements Transactions {
        private final Transactions real;
        private final AtomicInteger durable = new AtomicInteger();
        private final AtomicInteger failNext = new AtomicInteger();

        WatchedTransactions(Transactions real) {
            this.real = real;
        }

        @Override
        public <T> T in(Function<Tx, T> work) {
            return real.in(work);
        }

        @Override
        public <T> T durably(Function<Tx, T> work) {
            durable.incrementAndGet();
            return real.durably(tx -> {
                T result = work.apply(tx);
                if (failNext.getAndDecrement() > 0) {
                    throw new Unavailable("the database goes away at the commit", null);
                }
                return result;
            });
        }

        @Override
        public void force() {
            real.force();
        }
    }
}
