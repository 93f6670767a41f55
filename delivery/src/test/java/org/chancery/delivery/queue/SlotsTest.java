package org.chancery.delivery.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.queue.OutgoingJob;
import org.junit.jupiter.api.Test;

class SlotsTest {
    private final ScriptedJobs jobs = new ScriptedJobs(Clock.systemUTC());
    private final Slots slots = new Slots(QueueLimits.of(10, 3));

    @Test
    void a_claim_never_brings_more_for_one_destination_than_it_has_room_for() {
        assertEquals(new Slots.Room(3, Set.of()), slots.room());
        take("a@one.example");
        assertEquals(new Slots.Room(2, Set.of()), slots.room());
        take("b@one.example");
        take("a@two.example");
        assertEquals(new Slots.Room(1, Set.of()), slots.room());
    }

    @Test
    void a_full_destination_is_passed_over() {
        for (String recipient : new String[] {"a@one.example", "b@one.example", "c@one.example"}) {
            take(recipient);
        }
        assertEquals(new Slots.Room(3, Set.of("one.example")), slots.room());
    }

    @Test
    void a_destination_has_room_again_when_an_attempt_ends() {
        OutgoingJob job = take("a@one.example");
        take("b@one.example");
        take("c@one.example");
        slots.free(job);
        assertEquals(new Slots.Room(1, Set.of()), slots.room());
    }

    @Test
    void there_is_no_room_when_all_slots_are_taken() {
        for (int i = 0; i < 10; i++) {
            take("a@d" + i + ".example");
        }
        assertEquals(0, slots.room().limit());
    }

    @Test
    void a_job_has_one_slot_only() {
        OutgoingJob job = take("a@one.example");
        assertFalse(slots.take(new Undertaking(job, ignored -> {})));
        assertEquals(2, slots.room().limit());
    }

    @Test
    void a_job_that_is_due_again_before_its_slot_is_free_is_begun_by_whoever_frees_it() {
        OutgoingJob job = take("a@one.example");
        OutgoingJob next = new OutgoingJob(
                job.id(),
                job.workspace(),
                job.message(),
                job.destination(),
                job.reversePath(),
                job.recipients(),
                job.raw(),
                job.size(),
                job.attempts() + 1,
                job.queuedAt());
        Undertaking again = new Undertaking(next, ignored -> {});
        assertFalse(slots.take(again));
        assertEquals(Optional.of(again), slots.free(job));
        assertEquals(List.of(again), slots.underWay());
        assertEquals(2, slots.room().limit());
        assertEquals(Optional.empty(), slots.free(next));
        assertEquals(List.of(), slots.underWay());
        assertEquals(3, slots.room().limit());
    }

    @Test
    void a_job_whose_lease_ran_out_before_its_result_was_recorded_is_not_begun_again() {
        OutgoingJob job = take("a@one.example");
        assertFalse(slots.take(new Undertaking(job, ignored -> {})));
        assertEquals(Optional.empty(), slots.free(job));
        assertEquals(List.of(), slots.underWay());
    }

    @Test
    void a_ring_before_the_wait_is_not_missed() throws InterruptedException {
        slots.ring();
        slots.awaitRing(Duration.ofMinutes(1));
        slots.free(take("a@one.example"));
        slots.awaitRing(Duration.ofMinutes(1));
    }

    @Test
    void it_is_known_when_nothing_is_under_way() throws InterruptedException {
        assertTrue(slots.awaitEmpty(Duration.ZERO));
        OutgoingJob job = take("a@one.example");
        assertFalse(slots.awaitEmpty(Duration.ZERO));
        slots.free(job);
        assertTrue(slots.awaitEmpty(Duration.ZERO));
    }

    private OutgoingJob take(String recipient) {
        OutgoingJob job = jobs.add(recipient);
        assertTrue(slots.take(new Undertaking(job, ignored -> {})));
        return job;
    }
}
