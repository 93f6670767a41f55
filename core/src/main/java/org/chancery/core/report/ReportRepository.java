package org.chancery.core.report;

import java.time.Instant;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.tx.Tx;

/** Remembers which mail was recorded as a report on which message. */
public interface ReportRepository {

    /** Remembers it; false where it was recorded before. */
    boolean remember(Tx tx, SpoolId report, MessageId message, Instant now);

    /** Forgets those remembered before that time, the oldest first; returns how many. */
    int forget(Tx tx, Instant before, int limit);
}
