package org.chancery.core.subscription;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.chancery.core.id.EventDeliveryId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Keeps deliveries, their attempts, and the lanes in which they wait for one another. */
public interface DeliveryRepository {

    /**
     * Deliveries of one subscriber that come one after the other.
     *
     * @param id what the lane is known by in the database
     */
    record Lane(UUID id, WorkspaceId workspace, Subscriber subscriber, String destination) {}

    /** A delivery with its last attempt, for the log. */
    record Logged(
            EventDelivery delivery,
            @Nullable DeliveryAttempt last,
            @Nullable Instant nextAttemptAt) {}

    /**
     * Adds a delivery at the end of its lane; the lane is due at once where it was idle.
     *
     * @return false, with nothing changed, where the subscriber has a delivery of that event already
     */
    boolean add(Tx tx, EventDelivery delivery, UUID lane, String destination, Instant now);

    /**
     * Leases due lanes to one owner, oldest due first. Two callers never get the same lane, and never wait for each other. A
     * lease that ran out is up for claim again.
     *
     * @param full destinations that take no more now
     */
    List<Lane> claim(Tx tx, String owner, Instant now, Instant leaseUntil, int limit, Set<String> full);

    /** The delivery whose turn it is in the lane: the oldest that is not at its end. */
    Optional<EventDelivery> head(Tx tx, UUID lane);

    /** Whether the lane is still leased to that owner; locks it until the transaction ends. */
    boolean holds(Tx tx, UUID lane, String owner);

    /** Appends what an attempt brought. */
    void addAttempt(Tx tx, EventDeliveryId delivery, DeliveryAttempt attempt);

    /** Sets where a delivery stands after one more attempt. */
    void settle(Tx tx, EventDeliveryId delivery, EventDelivery.Status status, Instant at);

    /**
     * Ends the lease.
     *
     * @param dueAt when the lane is to be claimed again, where something waits in it; where nothing does, it is idle
     */
    void release(Tx tx, UUID lane, Instant dueAt);

    /** Ends the leases of an owner that was stopped or killed; returns how many. */
    int releaseLeases(Tx tx, String owner, Instant dueAt);

    /** When the next lane is due, leases that run out included; null where all are idle. */
    @Nullable
    Instant nextDue(Tx tx);

    /** How many deliveries wait. */
    long waiting(Tx tx);

    /** Deliveries to a subscriber, newest first, those before the given one. */
    List<Logged> log(Tx tx, WorkspaceId workspace, UUID subscriber, @Nullable EventDeliveryId before, int limit);

    /** All attempts of one delivery, oldest first. */
    List<DeliveryAttempt> attempts(Tx tx, EventDeliveryId delivery);

    /** Forgets deliveries that came to their end before then, at most so many; returns how many. */
    int forget(Tx tx, Instant endedBefore, int limit);
}
