package org.chancery.core.dkim;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chancery.core.tx.Tx;

/** Keeps the domains' keys. */
public interface KeySetRepository {

    /** Keeps a new set; false where the domain has one of that number. */
    boolean add(Tx tx, KeySet set);

    /** All of a domain, the newest first. */
    List<KeySet> of(Tx tx, String domain);

    Optional<KeySet.Active> active(Tx tx, String domain);

    /** Those of all domains that wait for the DNS. */
    List<KeySet.Waiting> waiting(Tx tx);

    /** The set that waited signs from now on; false where it did not wait any more. */
    boolean activate(Tx tx, KeySet.Active set);

    /** The set that waited is given up; false where it did not wait any more. */
    boolean discard(Tx tx, KeySet.Discarded set);

    /** The set that signed does so no more; false where it did not sign. */
    boolean retire(Tx tx, KeySet.Retired set);

    /** Deletes what retired or was given up before then; returns how many. */
    int forget(Tx tx, Instant before);
}
