package org.chancery.delivery.subscription;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.subscription.DeliveryRepository.Lane;
import org.chancery.delivery.Bell;

/**
 * The lanes in which an attempt is under way, and the bell that tells the working thread of events and of ended attempts. A
 * lane has one slot at most, so that nothing of it is ever tried twice at once.
 */
final class LaneSlots {

    /**
     * What may be claimed now.
     *
     * @param limit how many lanes, whichever of the destinations that are not full they may all be for
     */
    record Room(int limit, Set<String> fullDestinations) {}

    private final SubscriptionRunner.Limits limits;
    private final Bell bell = new Bell();
    private final Set<UUID> taken = new HashSet<>();
    /** Claimed once more while their slot was taken. */
    private final Map<UUID, Lane> claimedAgain = new HashMap<>();

    private final Map<String, Integer> perDestination = new HashMap<>();
    private final Set<WorkspaceId> rungFor = new HashSet<>();

    LaneSlots(SubscriptionRunner.Limits limits) {
        this.limits = limits;
    }

    synchronized Room room() {
        int busiest = 0;
        Set<String> full = new HashSet<>();
        for (Map.Entry<String, Integer> destination : perDestination.entrySet()) {
            if (destination.getValue() >= limits.perDestination()) {
                full.add(destination.getKey());
            } else {
                busiest = Math.max(busiest, destination.getValue());
            }
        }
        return new Room(Math.min(limits.attempts() - taken.size(), limits.perDestination() - busiest), full);
    }

    /**
     * Takes a slot for a claimed lane; false where it has one. An attempt lets its lane go with its record, just before its
     * slot, and the lane may be claimed in between: then {@link #free} hands the slot over, for nobody else is going to begin
     * what is claimed already.
     */
    synchronized boolean take(Lane lane) {
        if (!taken.add(lane.id())) {
            claimedAgain.put(lane.id(), lane);
            return false;
        }
        perDestination.merge(lane.destination(), 1, Integer::sum);
        return true;
    }

    /** Frees the slot and rings; gives the lane, with its slot, where it was claimed once more meanwhile. */
    Optional<Lane> free(Lane lane) {
        Optional<Lane> again = handOver(lane);
        bell.ring();
        return again;
    }

    private synchronized Optional<Lane> handOver(Lane lane) {
        taken.remove(lane.id());
        perDestination.computeIfPresent(lane.destination(), (ignored, count) -> count == 1 ? null : count - 1);
        Lane again = claimedAgain.remove(lane.id());
        if (again != null) {
            take(again);
        }
        return Optional.ofNullable(again);
    }

    private synchronized int underWay() {
        return taken.size();
    }

    void ring() {
        bell.ring();
    }

    /** Rings for events of a workspace. */
    void ring(WorkspaceId workspace) {
        synchronized (this) {
            rungFor.add(workspace);
        }
        bell.ring();
    }

    /** Whose events it rang for since the last call. */
    synchronized Set<WorkspaceId> rungFor() {
        Set<WorkspaceId> workspaces = new HashSet<>(rungFor);
        rungFor.clear();
        return workspaces;
    }

    /** Waits until it rings, or rang since the last call, at most so long. */
    void awaitRing(Duration atMost) throws InterruptedException {
        bell.awaitRing(atMost);
    }

    /** Waits until no attempt is under way; returns how many still are. */
    int awaitEmpty(Duration atMost) throws InterruptedException {
        bell.awaitUntil(() -> underWay() == 0, atMost);
        return underWay();
    }
}
