package org.chancery.storage.spool;

import java.time.Instant;
import org.chancery.core.id.SpoolId;

/**
 * What is kept in memory of a mail in the log: where it is, and how far. Envelope and body are read when it is handed out.
 * What changes is guarded by the lock of the {@link Backlog}.
 */
final class LoggedMail {
    private final SpoolId id;
    private final Segment segment;
    private final long position;
    private final int length;
    private final long size;
    private final boolean large;

    /** Tries that were begun. */
    int attempts;

    Stage stage = Stage.WAITING;

    /** Before which time it is not handed out; said by the pipeline, and only valid while waiting. */
    Instant notBefore = Instant.MIN;

    /** How far a mail is. */
    enum Stage {
        WAITING,
        IN_PIPELINE,
        /** Its effects are in storage, durable or not yet. */
        PROCESSED,
        /** Its effects are durable in storage. */
        PROVED,
        /** It cannot be read; its segment is kept for the operator. */
        DAMAGED;

        boolean isInBacklog() {
            return this == WAITING || this == IN_PIPELINE;
        }
    }

    /**
     * @param attempts that were begun in earlier lives
     */
    LoggedMail(LogRecord record, Segment segment, int attempts) {
        this.id = record.id();
        this.segment = segment;
        this.position = record.place().position();
        this.length = (int) record.length();
        this.size = record.body().bytes();
        this.large = record.kind() == LogRecord.Kind.LARGE;
        this.attempts = attempts;
    }

    SpoolId id() {
        return id;
    }

    Segment segment() {
        return segment;
    }

    /** Of its record in the segment. */
    long position() {
        return position;
    }

    /** Of its record in the segment. */
    int length() {
        return length;
    }

    /** Octets of the mail. */
    long size() {
        return size;
    }

    /** Whether its body is a file of its own. */
    boolean isLarge() {
        return large;
    }

    /** When it began to come in: its id is made at that time (RFC 9562 §5.7). */
    Instant since() {
        return Instant.ofEpochMilli(id.value().getMostSignificantBits() >>> 16);
    }
}
