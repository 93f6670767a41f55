package org.chancery.core.screening;

import java.util.Optional;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.tx.Tx;

/** Keeps scores by mail and endpoint. */
public interface SpamScoreRepository {
    /** Signals kept of one score, the heaviest. */
    int MAX_SIGNALS = 40;

    /** Keeps a score in place of the one that the mail had there, if any. */
    void keep(Tx tx, SpoolId mail, EndpointId endpoint, SpamScore score);

    Optional<SpamScore> find(Tx tx, SpoolId mail, EndpointId endpoint);
}
