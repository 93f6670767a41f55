package org.chancery.delivery.queue;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.id.JobId;
import org.chancery.core.queue.OutgoingJob;
import org.chancery.delivery.Bell;

/**
 * The attempts under way, and the bell that tells the claiming thread of a change. A job keeps its slot until its result is
 * recorded, so that it is never tried twice at once: not even if its lease runs out while the database is away.
 */
final class Slots {

    /**
     * What may be claimed now.
     *
     * @param limit how many jobs, whichever of the destinations that are not full they may all be for
     */
    record Room(int limit, Set<String> fullDestinations) {}

    private final QueueLimits limits;
    private final Bell bell = new Bell();
    private final Map<JobId, Undertaking> taken = new HashMap<>();
    /** Whose result was recorded already, and which were claimed once more before their slot was free. */
    private final Map<JobId, Undertaking> claimedAgain = new HashMap<>();

    private final Map<String, Integer> perDestination = new HashMap<>();

    Slots(QueueLimits limits) {
        this.limits = limits;
    }

    synchronized Room room() {
        Set<String> full = new HashSet<>();
        int busiest = 0;
        for (Map.Entry<String, Integer> destination : perDestination.entrySet()) {
            if (destination.getValue() >= limits.perDestination()) {
                full.add(destination.getKey());
            } else {
                busiest = Math.max(busiest, destination.getValue());
            }
        }
        int limit = Math.min(limits.attempts() - taken.size(), limits.perDestination() - busiest);
        return new Room(limit, full);
    }

    /**
     * Takes a slot; false where the job has one already. If it was claimed after its result was recorded, which its count of
     * attempts tells, it is a new attempt: {@link #free} hands the slot over to it.
     */
    synchronized boolean take(Undertaking undertaking) {
        OutgoingJob job = undertaking.job();
        Undertaking before = taken.putIfAbsent(job.id(), undertaking);
        if (before != null) {
            if (job.attempts() > before.job().attempts()) {
                claimedAgain.put(job.id(), undertaking);
            }
            return false;
        }
        perDestination.merge(job.destination(), 1, Integer::sum);
        return true;
    }

    /** Frees the slot and rings; gives the attempt that has the slot from now on, where one was waiting for it. */
    Optional<Undertaking> free(OutgoingJob job) {
        Optional<Undertaking> again = handOver(job);
        bell.ring();
        return again;
    }

    private synchronized Optional<Undertaking> handOver(OutgoingJob job) {
        taken.remove(job.id());
        perDestination.computeIfPresent(job.destination(), (ignored, count) -> count == 1 ? null : count - 1);
        Undertaking again = claimedAgain.remove(job.id());
        if (again != null) {
            take(again);
        }
        return Optional.ofNullable(again);
    }

    synchronized List<Undertaking> underWay() {
        return List.copyOf(taken.values());
    }

    private synchronized boolean isEmpty() {
        return taken.isEmpty();
    }

    void ring() {
        bell.ring();
    }

    /** Waits until it rings, or rang since the last call, at most so long. */
    void awaitRing(Duration atMost) throws InterruptedException {
        bell.awaitRing(atMost);
    }

    /** Waits until no attempt is under way; returns whether that is so. */
    boolean awaitEmpty(Duration atMost) throws InterruptedException {
        return bell.awaitUntil(this::isEmpty, atMost);
    }
}
