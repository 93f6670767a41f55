package org.chancery.delivery.queue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.DeliveryLedger;
import org.chancery.core.queue.OutgoingJob;

/**
 * The ledger's jobs.
 *
 * @param owner names this server in its leases: the same at every start, and no other server's
 */
public record LedgerJobs(DeliveryLedger ledger, String owner) implements Jobs {

    @Override
    public int recover() {
        return ledger.recover(owner);
    }

    @Override
    public List<OutgoingJob> claim(int limit, Set<String> fullDestinations) {
        return ledger.claim(owner, limit, fullDestinations);
    }

    @Override
    public Optional<Instant> nextDue() {
        return ledger.nextDue();
    }

    @Override
    public boolean record(OutgoingJob job, Attempt attempt) {
        return ledger.record(job, owner, attempt);
    }

    @Override
    public void park(OutgoingJob job, Attempt attempt) {
        ledger.park(job, owner, attempt);
    }
}
