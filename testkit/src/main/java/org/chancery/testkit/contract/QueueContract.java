package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.chancery.core.id.JobId;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mail.TransportSecurity;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.queue.OutgoingJob;
import org.chancery.core.queue.QueueRepository;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a {@link QueueRepository} has to do. */
public interface QueueContract {
    Duration LEASE = Duration.ofMinutes(30);

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

    private QueueRepository queue() {
        return store().queue();
    }

    /** The queue is one for all workspaces: what another test left there would be claimed. */
    @BeforeEach
    default void empty_the_queue() {
        Instant end = NOW.plus(Duration.ofDays(1000));
        while (number(tx -> queue().waiting(tx)) > 0) {
            in(tx -> {
                queue().claim(tx, "sweeper", end, end, 1000, Set.of()).forEach(job -> queue().done(tx, job.id()));
                return true;
            });
        }
    }

    @Test
    default void a_job_is_claimed_as_it_was_added_once_it_is_due() {
        Samples samples = Samples.in(store());
        OutgoingJob job = samples.job(message(samples), "one.example");
        OutgoingJob bounce = new OutgoingJob(
                JobId.at(NOW),
                job.workspace(),
                job.message(),
                "two.example",
                ReversePath.NULL,
                List.of(EmailAddress.of("a@two.example"), EmailAddress.of("zoë@two.example")),
                job.raw(),
                7,
                3,
                NOW.minusSeconds(5));
        add(job, NOW);
        add(bounce, NOW.plusSeconds(1));
        assertEquals(List.of(), claim("us", NOW.minusMillis(1), 10));
        assertEquals(List.of(job), claim("us", NOW, 10));
        assertEquals(List.of(bounce), claim("us", NOW.plusSeconds(1), 10));
        assertEquals(List.of(), claim("us", NOW.plusSeconds(2), 10));
    }

    @Test
    default void the_oldest_due_come_first_and_no_more_than_asked_for() {
        Samples samples = Samples.in(store());
        Outbound message = message(samples);
        OutgoingJob third = add(samples.job(message, "one.example"), NOW.minusSeconds(1));
        OutgoingJob first = add(samples.job(message, "two.example"), NOW.minusSeconds(3));
        OutgoingJob second = add(samples.job(message, "three.example"), NOW.minusSeconds(2));
        assertEquals(List.of(first, second), claim("us", NOW, 2));
        assertEquals(List.of(third), claim("us", NOW, 2));
    }

    @Test
    default void who_claims_does_not_wait_for_another_who_does() {
        Samples samples = Samples.in(store());
        List<OutgoingJob> jobs = addMany(samples, "one.example", 4);
        in(tx -> {
            List<OutgoingJob> mine = queue().claim(tx, "us", NOW, NOW.plus(LEASE), 2, Set.of());
            List<OutgoingJob> theirs = AtOnce.elsewhere(() -> claim("them", NOW, 4));
            assertEquals(2, mine.size());
            assertEquals(2, theirs.size());
            assertEquals(ids(jobs), ids(mine, theirs));
            return true;
        });
    }

    @Test
    default void no_job_is_claimed_twice_by_four_at_once() {
        Samples samples = Samples.in(store());
        List<OutgoingJob> jobs = addMany(samples, "one.example", 60);
        List<List<OutgoingJob>> claimed = AtOnce.run(4, number -> {
            List<OutgoingJob> mine = new ArrayList<>();
            List<OutgoingJob> piece;
            do {
                piece = claim("server" + number, NOW, 3);
                mine.addAll(piece);
            } while (!piece.isEmpty());
            return mine;
        });
        claimed = new ArrayList<>(claimed);
        // One who came while the others held the last rows found nothing, and could have left some.
        claimed.add(claim("rest", NOW, 60));
        assertEquals(60, claimed.stream().mapToInt(List::size).sum());
        assertEquals(ids(jobs), ids(claimed.stream().flatMap(List::stream).toList()));
    }

    @Test
    default void a_lease_that_ran_out_is_up_for_claim_again() {
        Samples samples = Samples.in(store());
        OutgoingJob job = add(samples.job(message(samples), "one.example"), NOW);
        claim("us", NOW, 1);
        assertTrue(holds(tx -> queue().holds(tx, job.id(), "us")));
        assertFalse(holds(tx -> queue().holds(tx, job.id(), "them")));
        assertEquals(List.of(), claim("them", NOW.plus(LEASE).minusMillis(1), 1));
        assertEquals(List.of(job), claim("them", NOW.plus(LEASE), 1));
        assertFalse(holds(tx -> queue().holds(tx, job.id(), "us")), "the lease was lost");
        assertTrue(holds(tx -> queue().holds(tx, job.id(), "them")));
    }

    @Test
    default void a_claim_that_was_rolled_back_leases_nothing() {
        Samples samples = Samples.in(store());
        OutgoingJob job = add(samples.job(message(samples), "one.example"), NOW);
        try {
            in(tx -> {
                assertEquals(List.of(job), queue().claim(tx, "us", NOW, NOW.plus(LEASE), 1, Set.of()));
                throw new IllegalArgumentException("crash");
            });
        } catch (IllegalArgumentException crash) {
            assertEquals("crash", crash.getMessage());
        }
        assertFalse(holds(tx -> queue().holds(tx, job.id(), "us")));
        assertEquals(List.of(job), claim("them", NOW, 1));
    }

    @Test
    default void a_job_that_is_recorded_is_not_claimed_meanwhile() {
        Samples samples = Samples.in(store());
        OutgoingJob job = add(samples.job(message(samples), "one.example"), NOW);
        claim("us", NOW, 1);
        Instant late = NOW.plus(LEASE).plusSeconds(1);
        in(tx -> {
            assertTrue(queue().holds(tx, job.id(), "us"));
            assertEquals(List.of(), AtOnce.elsewhere(() -> claim("them", late, 1)), "it is locked");
            queue().done(tx, job.id());
            return true;
        });
        assertEquals(List.of(), claim("them", late, 1));
    }

    @Test
    default void jobs_of_full_destinations_are_passed_over_until_there_is_room() {
        Samples samples = Samples.in(store());
        List<OutgoingJob> stuck = addMany(samples, "slow.example", 300);
        OutgoingJob other = add(samples.job(message(samples), "quick.example"), NOW);
        Set<String> full = Set.of("slow.example");
        assertEquals(List.of(other), claim("us", NOW, 5, full));
        assertEquals(List.of(), claim("us", NOW, 5, full));
        assertEquals(NOW.minusSeconds(60), nextDue(), "they are due nevertheless");
        List<OutgoingJob> freed = claim("us", NOW, 300, Set.of());
        assertEquals(ids(stuck), ids(freed));
        assertEquals(300, freed.size());
        assertEquals(List.of(), claim("us", NOW, 5, Set.of()));
    }

    @Test
    default void a_job_that_was_passed_over_goes_its_way_like_others() {
        Samples samples = Samples.in(store());
        OutgoingJob job = add(samples.job(message(samples), "slow.example"), NOW);
        claim("us", NOW, 1, Set.of("slow.example"));
        assertEquals(List.of(job), claim("us", NOW, 1));
        assertEquals(List.of(), claim("them", NOW, 1), "it is leased");
        assertEquals(List.of(), claim("them", NOW, 1, Set.of("slow.example")));
        Instant later = NOW.plusSeconds(600);
        run(tx -> queue().defer(tx, job.id(), job.recipients(), later));
        assertEquals(List.of(), claim("them", NOW, 1));
        assertEquals(
                List.of(job.id()),
                claim("them", later, 1).stream().map(OutgoingJob::id).toList());
    }

    @Test
    default void a_deferred_job_waits_for_its_time_with_the_recipients_that_are_left() {
        Samples samples = Samples.in(store());
        OutgoingJob job = add(samples.job(message(samples), "one.example"), NOW);
        claim("us", NOW, 1);
        List<EmailAddress> left = List.of(EmailAddress.of("left@one.example"), EmailAddress.of("over@one.example"));
        Instant later = NOW.plusSeconds(600);
        run(tx -> queue().defer(tx, job.id(), left, later));
        assertFalse(holds(tx -> queue().holds(tx, job.id(), "us")));
        assertEquals(later, nextDue());
        assertEquals(List.of(), claim("us", later.minusMillis(1), 1));
        OutgoingJob again = claim("us", later, 1).getFirst();
        assertEquals(left, again.recipients());
        assertEquals(1, again.attempts());
        assertEquals(job.queuedAt(), again.queuedAt());
    }

    @Test
    default void a_job_that_is_done_is_gone_and_its_attempts_stay() {
        Samples samples = Samples.in(store());
        Outbound message = message(samples);
        MessageId id = message.id();
        OutgoingJob job = add(samples.job(message, "one.example"), NOW);
        OutgoingJob other = add(samples.job(message, "two.example"), NOW);
        assertEquals(2, number(tx -> queue().waiting(tx)));
        EmailAddress bob = job.recipients().getFirst();
        Attempt first = new Attempt(
                NOW,
                NOW.plusMillis(1500),
                "mx1.one.example [192.0.2.1]:25",
                "TLSv1.3 TLS_AES_128_GCM_SHA256",
                List.of(
                        new Result.TemporaryFailure(bob, "451 later", true),
                        new Result.PermanentFailure(EmailAddress.of("eve@one.example"), "550 no", true)));
        Attempt second = new Attempt(
                NOW.plusSeconds(60),
                NOW.plusSeconds(61),
                null,
                null,
                List.of(new Result.TemporaryFailure(bob, "no route", false)));
        Attempt third = new Attempt(
                NOW.plusSeconds(120),
                NOW.plusSeconds(121),
                new Attempt.Way(
                        "mx2.one.example [192.0.2.2]:25",
                        new TransportSecurity("TLSv1.3 TLS_AES_128_GCM_SHA256", "verified", "enforce"),
                        "sender.example c20260301-1-rsa c20260301-1-ed25519"),
                List.of(new Result.Delivered(bob, "250 ok")));
        run(tx -> queue().addAttempt(tx, job.id(), first));
        run(tx -> queue().addAttempt(tx, job.id(), second));
        assertFalse(holds(tx -> queue().hasAttempt(tx, job.id(), third)));
        run(tx -> {
            queue().addAttempt(tx, job.id(), third);
            queue().done(tx, job.id());
            queue().addAttempt(tx, job.id(), third);
        });
        assertTrue(holds(tx -> queue().hasAttempt(tx, job.id(), third)));
        assertFalse(holds(tx -> queue().hasAttempt(tx, other.id(), third)));
        Attempt finer = new Attempt(
                third.startedAt().plusNanos(789), third.endedAt().plusNanos(321), null, null, third.results());
        assertTrue(holds(tx -> queue().hasAttempt(tx, job.id(), finer)), "no database keeps nanoseconds");
        assertEquals(List.of(first, second, third), in(tx -> queue().attempts(tx, id, 10)));
        assertEquals(List.of(first, second), in(tx -> queue().attempts(tx, id, 2)));
        assertEquals(1, number(tx -> queue().waiting(tx)));
        assertTrue(holds(tx -> queue().hasJobs(tx, id)));
        assertFalse(holds(tx -> queue().holds(tx, job.id(), "us")));
        run(tx -> queue().done(tx, other.id()));
        assertFalse(holds(tx -> queue().hasJobs(tx, id)));
        assertEquals(List.of(), claim("us", NOW.plus(LEASE), 10));
    }

    @Test
    default void a_peer_may_say_anything() {
        Samples samples = Samples.in(store());
        Outbound message = message(samples);
        OutgoingJob job = add(samples.job(message, "one.example"), NOW);
        EmailAddress bob = job.recipients().getFirst();
        String odd = "550 a\0b\uD800c \uD83D\uDE00 ";
        Attempt attempt = new Attempt(
                NOW,
                NOW,
                odd + "r".repeat(100_000),
                odd + "t".repeat(100_000),
                List.of(new Result.PermanentFailure(bob, odd + "?".repeat(100_000), true)));
        run(tx -> queue().addAttempt(tx, job.id(), attempt));
        Attempt kept = in(tx -> queue().attempts(tx, message.id(), 1)).getFirst();
        String begin = "550 a\uFFFDb\uFFFDc \uD83D\uDE00 ";
        assertTrue(kept.results().getFirst().reply().startsWith(begin + "??"));
        assertTrue(kept.remote() != null && kept.remote().startsWith(begin + "rr"));
    }

    @Test
    default void a_server_that_was_killed_gets_its_jobs_again_and_no_others() {
        Samples samples = Samples.in(store());
        List<OutgoingJob> jobs = addMany(samples, "one.example", 3);
        OutgoingJob ours = claim("us", NOW, 1).getFirst();
        OutgoingJob alsoOurs = claim("us", NOW, 1).getFirst();
        OutgoingJob theirs = claim("them", NOW, 1).getFirst();
        assertEquals(ids(jobs), ids(List.of(ours, alsoOurs, theirs)));
        assertEquals(2, number(tx -> queue().releaseLeases(tx, "us", NOW.plusSeconds(1))));
        assertEquals(0, number(tx -> queue().releaseLeases(tx, "us", NOW.plusSeconds(1))));
        assertFalse(holds(tx -> queue().holds(tx, ours.id(), "us")));
        assertTrue(holds(tx -> queue().holds(tx, theirs.id(), "them")));
        assertEquals(List.of(), claim("us", NOW, 3));
        assertEquals(ids(List.of(ours, alsoOurs)), ids(claim("us", NOW.plusSeconds(1), 3)));
    }

    @Test
    default void the_next_job_is_due_when_its_time_or_the_end_of_its_lease_comes() {
        Samples samples = Samples.in(store());
        assertNull(nextDue());
        assertEquals(0, number(tx -> queue().waiting(tx)));
        OutgoingJob job = add(samples.job(message(samples), "one.example"), NOW);
        assertEquals(NOW, nextDue());
        claim("us", NOW, 1);
        assertEquals(NOW.plus(LEASE), nextDue());
        add(samples.job(message(samples), "two.example"), NOW.plusSeconds(7));
        assertEquals(NOW.plusSeconds(7), nextDue());
        run(tx -> queue().done(tx, job.id()));
        assertEquals(NOW.plusSeconds(7), nextDue());
    }

    private void run(java.util.function.Consumer<Tx> work) {
        store().transactions().run(work);
    }

    private OutgoingJob add(OutgoingJob job, Instant dueAt) {
        run(tx -> queue().add(tx, job, dueAt));
        return job;
    }

    /** Jobs that are due for a minute. */
    private List<OutgoingJob> addMany(Samples samples, String destination, int count) {
        Outbound message = message(samples);
        List<OutgoingJob> jobs = new ArrayList<>();
        run(tx -> {
            jobs.clear();
            for (int i = 0; i < count; i++) {
                OutgoingJob job = samples.job(message, destination);
                queue().add(tx, job, NOW.minusSeconds(60));
                jobs.add(job);
            }
        });
        return jobs;
    }

    private List<OutgoingJob> claim(String owner, Instant now, int limit) {
        return claim(owner, now, limit, Set.of());
    }

    private List<OutgoingJob> claim(String owner, Instant now, int limit, Set<String> full) {
        return in(tx -> queue().claim(tx, owner, now, now.plus(LEASE), limit, full));
    }

    private @Nullable Instant nextDue() {
        AtomicReference<@Nullable Instant> due = new AtomicReference<>();
        run(tx -> due.set(queue().nextDue(tx)));
        return due.get();
    }

    private static Outbound message(Samples samples) {
        return samples.keep(samples.outbound(samples.keptThread(), OutboundStatus.QUEUED, null, "bob@one.example"));
    }

    @SafeVarargs
    private static Set<JobId> ids(Collection<OutgoingJob>... lists) {
        Set<JobId> ids = new HashSet<>();
        for (Collection<OutgoingJob> list : lists) {
            list.forEach(job -> ids.add(job.id()));
        }
        return ids;
    }
}
