package org.chancery.delivery.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.chancery.core.mailbox.ChangedMail;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.queue.OutgoingJob;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QueueRunnerTest {
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration AT_ONCE = Duration.ofMillis(200);

    private final Clock clock = Clock.systemUTC();
    private final ScriptedJobs jobs = new ScriptedJobs(clock);
    private final ScriptedCourier courier = new ScriptedCourier();
    private final DeliveryFigures figures = new DeliveryFigures();
    private QueueRunner runner = runner(20, 3);

    private QueueRunner runner(int attempts, int perDestination) {
        return new QueueRunner(
                jobs, courier, new QueueLimits(attempts, perDestination, PAUSE, PAUSE.multipliedBy(4)), figures, clock);
    }

    @AfterEach
    void stop() throws InterruptedException {
        runner.stop(AT_ONCE);
    }

    @Test
    void what_a_former_run_left_over_comes_first() throws InterruptedException {
        OutgoingJob job = jobs.add("alice@example.com");
        runner.start();
        jobs.awaitRecorded(job);
        assertEquals(List.of("recover", "claim"), jobs.calls().subList(0, 2));
    }

    @Test
    void a_job_that_is_due_is_tried_and_its_result_recorded() throws InterruptedException {
        OutgoingJob job = jobs.add("alice@example.com");
        runner.start();
        Attempt attempt = jobs.awaitRecorded(job);
        assertInstanceOf(Result.Delivered.class, attempt.results().getFirst());
    }

    @Test
    void a_sleeping_runner_can_be_woken() throws InterruptedException {
        runner.start();
        jobs.awaitCalls("nextDue", 1);
        OutgoingJob job = jobs.add("alice@example.com");
        runner.wake();
        jobs.awaitRecorded(job);
    }

    @Test
    void a_runner_wakes_by_itself_when_something_is_due() throws InterruptedException {
        OutgoingJob job = jobs.add("alice@example.com", clock.instant().plusMillis(150));
        runner.start();
        jobs.awaitRecorded(job);
    }

    @Test
    void an_attempt_that_ends_has_the_queue_looked_at_again() throws InterruptedException {
        runner = runner(1, 1);
        CountDownLatch stall = courier.stall("slow.example");
        jobs.add("alice@slow.example");
        jobs.add("bob@slow.example");
        jobs.add("carol@fast.example");
        runner.start();
        courier.awaitInFlight(1);
        stall.countDown();
        jobs.awaitAllRecorded();
        assertEquals(1, courier.mostAtOnce());
    }

    @Test
    void one_slow_destination_does_not_delay_the_others() throws InterruptedException {
        CountDownLatch stall = courier.stall("slow.example");
        for (int i = 0; i < 40; i++) {
            jobs.add("user" + i + "@slow.example");
        }
        OutgoingJob fast = jobs.add("alice@fast.example");
        runner.start();
        jobs.awaitRecorded(fast);

        courier.awaitInFlight(3);
        stall.countDown();
        jobs.awaitAllRecorded();
        assertEquals(3, courier.mostAtOnce("slow.example"));
    }

    @Test
    void there_are_never_more_attempts_than_allowed() throws InterruptedException {
        runner = runner(5, 2);
        List<CountDownLatch> stalls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            stalls.add(courier.stall("d" + i + ".example"));
            jobs.add("alice@d" + i + ".example");
            jobs.add("bob@d" + i + ".example");
            jobs.add("carol@d" + i + ".example");
        }
        runner.start();
        courier.awaitInFlight(5);
        stalls.forEach(CountDownLatch::countDown);
        jobs.awaitAllRecorded();
        assertEquals(5, courier.mostAtOnce());
        for (int i = 0; i < 10; i++) {
            assertTrue(courier.mostAtOnce("d" + i + ".example") <= 2);
        }
    }

    @Test
    void an_attempt_that_throws_is_a_failure_for_now() throws InterruptedException {
        courier.breaks("bug.example", new IllegalStateException("a bug"));
        courier.breaks("error.example", new StackOverflowError());
        OutgoingJob bug = jobs.add("alice@bug.example");
        OutgoingJob error = jobs.add("alice@error.example");
        runner.start();
        for (OutgoingJob job : List.of(bug, error)) {
            var failure = assertInstanceOf(
                    Result.TemporaryFailure.class,
                    jobs.awaitRecorded(job).results().getFirst());
            assertTrue(failure.reply().startsWith("451 4.3.0 "));
            assertFalse(failure.peerSaid());
        }
    }

    @Test
    void an_attempt_that_finds_other_bytes_is_a_failure_for_good() throws InterruptedException {
        courier.breaks("changed.example", new ChangedMail(RawDigest.of(new byte[0])));
        OutgoingJob job = jobs.add("alice@changed.example");
        runner.start();
        var failure = assertInstanceOf(
                Result.PermanentFailure.class, jobs.awaitRecorded(job).results().getFirst());
        assertEquals(ChangedMail.REPLY, failure.reply());
        assertFalse(failure.peerSaid());
    }

    @Test
    void a_result_is_recorded_when_the_database_is_back() throws InterruptedException {
        jobs.refuseRecords(4);
        OutgoingJob job = jobs.add("alice@example.com");
        runner.start();
        jobs.awaitRecorded(job);
        assertEquals(1, courier.seen().size());
        assertEquals(1, jobs.recorded(job).size());
    }

    @Test
    void a_result_that_cannot_be_recorded_for_another_reason_is_not_forgotten_either() throws InterruptedException {
        jobs.refuseWith(new IllegalStateException("a bug"));
        jobs.refuseRecords(3);
        OutgoingJob job = jobs.add("alice@example.com");
        runner.start();
        jobs.awaitRecorded(job);
        assertEquals(1, courier.seen().size());
    }

    @Test
    void a_job_whose_result_waits_for_the_database_is_not_tried_again() throws InterruptedException {
        jobs.refuseRecords(Integer.MAX_VALUE);
        OutgoingJob job = jobs.add("alice@example.com");
        runner.start();
        jobs.awaitCalls("record", 1);
        jobs.putBack(job);
        runner.wake();
        jobs.awaitTaken(job);
        jobs.refuseRecords(0);
        jobs.awaitRecorded(job);
        assertEquals(1, courier.seen().size());
    }

    @Test
    void a_database_that_is_away_at_the_start_is_waited_for() throws InterruptedException {
        jobs.refuseRecoveries(3);
        OutgoingJob job = jobs.add("alice@example.com");
        runner.start();
        jobs.awaitRecorded(job);
        assertEquals(
                List.of("recover", "recover", "recover", "recover", "claim"),
                jobs.calls().subList(0, 5));
    }

    @Test
    void claiming_goes_on_when_the_database_is_back() throws InterruptedException {
        jobs.refuseClaims(5);
        OutgoingJob job = jobs.add("alice@example.com");
        runner.start();
        jobs.awaitRecorded(job);
    }

    @Test
    void a_stop_lets_attempts_come_to_their_end() throws InterruptedException {
        CountDownLatch stall = courier.stall("slow.example");
        OutgoingJob job = jobs.add("alice@slow.example");
        runner.start();
        courier.awaitInFlight(1);
        Thread stopping = Thread.ofVirtual().start(() -> {
            try {
                runner.stop(SOON);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        stall.countDown();
        stopping.join();
        assertEquals(1, jobs.recorded(job).size());
    }

    @Test
    void an_attempt_that_the_stop_cuts_short_is_left_for_the_next_start() throws InterruptedException {
        courier.stall("slow.example");
        OutgoingJob job = jobs.add("alice@slow.example");
        runner.start();
        courier.awaitInFlight(1);
        runner.stop(AT_ONCE);
        assertEquals(List.of(), jobs.recorded(job));
        assertEquals(0, figures.inFlight());
    }

    @Test
    void an_attempt_that_the_stop_cuts_short_after_the_final_dot_is_recorded() throws InterruptedException {
        courier.stallAfterTheDot("slow.example");
        OutgoingJob job = jobs.add("alice@slow.example");
        runner.start();
        courier.awaitInFlight(1);
        runner.stop(AT_ONCE);
        assertInstanceOf(
                Result.TemporaryFailure.class,
                jobs.recorded(job).getFirst().results().getFirst());
    }

    @Test
    void a_drained_runner_claims_nothing_and_ends_what_it_has_begun() throws InterruptedException {
        CountDownLatch stall = courier.stall("slow.example");
        OutgoingJob begun = jobs.add("alice@slow.example");
        runner.start();
        courier.awaitInFlight(1);
        jobs.awaitCalls("nextDue", 1);
        runner.drain();
        OutgoingJob late = jobs.add("alice@example.com");
        runner.wake();
        stall.countDown();
        jobs.awaitRecorded(begun);
        runner.stop(SOON);
        assertEquals(List.of(begun), courier.seen());
        assertEquals(List.of(), jobs.recorded(late));
        assertEquals(Optional.empty(), runner.trouble());
    }

    @Test
    void claiming_survives_whatever_is_thrown_and_tells_of_it() throws InterruptedException {
        jobs.refuseWith(new OutOfMemoryError("as if"));
        jobs.refuseClaims(Integer.MAX_VALUE);
        OutgoingJob job = jobs.add("alice@example.com");
        runner.start();
        jobs.awaitCalls("claim", 3);
        assertTrue(runner.trouble().isPresent());
        jobs.refuseClaims(0);
        jobs.awaitRecorded(job);
        jobs.awaitCalls("nextDue", 1);
        assertEquals(Optional.empty(), runner.trouble());
    }

    @Test
    void a_database_that_is_away_is_no_trouble_of_the_queue() throws InterruptedException {
        jobs.refuseClaims(Integer.MAX_VALUE);
        runner.start();
        jobs.awaitCalls("claim", 3);
        assertEquals(Optional.empty(), runner.trouble());
    }

    @Test
    void a_result_that_comes_too_late_is_not_recorded_again_and_again() throws InterruptedException {
        jobs.loseLeases();
        OutgoingJob job = jobs.add("alice@example.com");
        runner.start();
        jobs.awaitRecorded(job);
        runner.stop(SOON);
        assertEquals(1, jobs.recorded(job).size());
    }

    @Test
    void a_job_whose_result_can_never_be_recorded_is_put_aside_and_frees_its_slot() throws InterruptedException {
        runner = runner(1, 1);
        jobs.refuseWith(new IllegalStateException("a bug"));
        jobs.refuseRecords(5);
        OutgoingJob cursed = jobs.add("alice@example.com");
        OutgoingJob next = jobs.add("bob@example.com");
        runner.start();
        jobs.awaitParked(cursed);
        jobs.awaitRecorded(next);
        assertEquals(List.of(), jobs.recorded(cursed));
        assertEquals(2, courier.seen().size());
    }

    @Test
    void a_stop_does_not_wait_for_a_database_that_stays_away() throws InterruptedException {
        jobs.refuseRecords(Integer.MAX_VALUE);
        OutgoingJob job = jobs.add("alice@example.com");
        runner.start();
        jobs.awaitCalls("record", 1);
        runner.stop(AT_ONCE);
        assertEquals(List.of(), jobs.recorded(job));
        assertEquals(0, figures.inFlight());
    }

    @Test
    void a_stopped_runner_claims_nothing() throws InterruptedException {
        runner.start();
        jobs.awaitCalls("nextDue", 1);
        runner.stop(SOON);
        long claims = jobs.calls().stream().filter("claim"::equals).count();
        jobs.add("alice@example.com");
        runner.wake();
        assertEquals(claims, jobs.calls().stream().filter("claim"::equals).count());
        assertEquals(List.of(), courier.seen());
    }

    @Test
    void a_runner_that_was_never_started_can_be_stopped() throws InterruptedException {
        runner.stop(SOON);
        assertEquals(List.of(), jobs.calls());
    }

    @Test
    void the_figures_count_recipients() throws InterruptedException {
        courier.breaks("bug.example", new IllegalStateException("a bug"));
        jobs.add("alice@example.com");
        jobs.add("bob@example.com");
        jobs.add("carol@bug.example");
        runner.start();
        jobs.awaitAllRecorded();
        assertEquals(3, figures.attempts());
        assertEquals(2, figures.delivered());
        assertEquals(1, figures.deferred());
        assertEquals(0, figures.bounced());
    }
}
