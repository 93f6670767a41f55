package org.chancery.delivery.queue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.OutgoingJob;

/**
 * What the runner needs of the ledger, on behalf of one server. Every method throws {@link
 * org.chancery.core.fault.Unavailable} while the database is away.
 */
public interface Jobs {

    /** Takes back the leases that this server had when it was stopped or killed; returns how many. */
    int recover();

    /** Leases jobs that are due, passing over the destinations that have no free connection. */
    List<OutgoingJob> claim(int limit, Set<String> fullDestinations);

    /** When there is something to claim next, full destinations not regarded; empty where nothing waits. */
    Optional<Instant> nextDue();

    /**
     * Writes an attempt down; once it returns, nobody who was delivered to is tried again. Returns whether it counts: not
     * where the lease was lost.
     */
    boolean record(OutgoingJob job, Attempt attempt);

    /** Puts a job aside for good whose attempt cannot be recorded. */
    void park(OutgoingJob job, Attempt attempt);
}
