package org.chancery.core.report;

import java.time.Instant;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Remembers which mail was recorded as a report on which message, and who complained of it. */
public interface ReportRepository {

    /** Remembers it; false where it was recorded before. */
    boolean remember(Tx tx, SpoolId report, MessageId message, Instant now);

    /**
     * A complaint.
     *
     * @param who null where that is not known
     * @param suppresses whether it is remembered as one that suppresses, besides as one that was told of
     */
    record Complaint(MessageId message, @Nullable EmailAddress who, boolean suppresses) {}

    /** Remembers it; false where it was remembered before. */
    boolean remember(Tx tx, Complaint complaint, Instant now);

    /** Forgets complaints remembered before that time, the oldest first; returns how many. */
    int forgetComplaints(Tx tx, Instant before, int limit);

    /** Forgets reports remembered before that time, the oldest first; returns how many. */
    int forget(Tx tx, Instant before, int limit);
}
