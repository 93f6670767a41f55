package org.chancery.core.sts;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chancery.core.tx.Tx;

/** Keeps the policies of domains that we bring mail to. */
public interface StsPolicyRepository {

    Optional<KeptPolicy> find(Tx tx, String domain);

    /** Keeps it in the place of the one before. */
    void keep(Tx tx, KeptPolicy policy);

    /** Mail went there. */
    void used(Tx tx, String domain, Instant at);

    /** Those to be fetched anew that were used since then, the longest due first. */
    List<KeptPolicy> due(Tx tx, Instant now, Instant usedSince, int limit);

    /** Deletes those that had expired by then; returns how many. */
    int forget(Tx tx, Instant expiredBefore);
}
