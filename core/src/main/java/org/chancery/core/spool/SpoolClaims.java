package org.chancery.core.spool;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.SpoolId;

/**
 * The pipeline's side of the spool. A mail is claimed by one worker at a time, and leaves the spool when it was
 * {@link #processed} and a checkpoint has proved that storage holds it. After a crash, every mail without that proof is
 * handed out again under the same {@link SpoolId}.
 */
public interface SpoolClaims {

    /** The next mail that is due, waiting up to the given time for one; in the order of arrival, except for retries. */
    Optional<SpooledMail> claim(Duration wait) throws InterruptedException;

    /** The effects of the mail are committed in storage, durable or not yet. */
    void processed(SpoolId id);

    /** The try failed: hand the mail out again, not before the given time, as the next attempt. */
    void retry(SpoolId id, Instant notBefore);

    /** What the mail waits for is away (the database): hand it out again, not before then, without counting the attempt. */
    void postpone(SpoolId id, Instant notBefore);

    /** What a mail was postponed for is there: hand it out as soon as may be. Nothing happens to a mail that does not wait. */
    void due(SpoolId id);

    /**
     * What was committed cannot be read and never will be ({@link DamagedMail}): hands the mail out no more, and keeps what
     * there is of it for the operator.
     *
     * @param why for the operator's log
     */
    void setAside(SpoolId id, String why);

    /** How fast mail streams in, for a pipeline that steps back meanwhile: mails committed in the last second. */
    int arrivalsPerSecond();

    /** Mails that wait or are in the pipeline, oldest first, for the operator. */
    List<Waiting> waiting(int limit);

    /**
     * What waits for the operator because it cannot be read: nothing of it is processed or deleted before the operator took it
     * away.
     *
     * @throws Unavailable where that cannot be told now
     */
    List<Damaged> damaged();

    /**
     * One line of the operator's list.
     *
     * @param reversePath for people; says so where it cannot be read now
     */
    record Waiting(SpoolId id, Instant arrivedAt, long size, int attempt, String reversePath, int recipients) {}

    /**
     * A place with mail that cannot be read.
     *
     * @param where a file, by its path
     * @param octets its size
     */
    record Damaged(String where, long octets) {}
}
