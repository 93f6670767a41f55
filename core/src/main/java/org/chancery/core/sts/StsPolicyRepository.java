package org.chancery.core.sts;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chancery.core.tx.Tx;

/** Keeps the policies of domains that we bring mail to. */
public interface StsPolicyRepository {

    Optional<KeptPolicy> find(Tx tx, String domain);

    /**
     * Keeps it in the place of the one before, unless that was fetched later; a later use is not forgotten.
     *
     * @return whether it is kept
     */
    boolean keep(Tx tx, KeptPolicy policy);

    /** This very fetch of a policy is to be repeated then; changes nothing where it was fetched anew meanwhile. */
    void postpone(Tx tx, KeptPolicy policy, Instant refreshAt);

    /** Mail went there. */
    void used(Tx tx, String domain, Instant at);

    /** Those to be fetched anew that were used since then, the longest due first. */
    List<KeptPolicy> due(Tx tx, Instant now, Instant usedSince, int limit);

    /** Deletes those that had expired by then; returns how many. */
    int forget(Tx tx, Instant expiredBefore);
}
