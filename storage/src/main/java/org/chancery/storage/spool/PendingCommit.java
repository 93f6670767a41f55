package org.chancery.storage.spool;

import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import org.chancery.core.id.SpoolId;
import org.chancery.core.spool.Admission;
import org.chancery.core.spool.SpoolRefused;
import org.jspecify.annotations.Nullable;

/**
 * A mail that waits to be made durable, together with the session's thread that waits for it. The bytes belong to the thread
 * that commits until the outcome is known.
 */
final class PendingCommit {
    private final LogRecord.Kind kind;
    private final SpoolId id;
    private final byte[] envelope;
    private final LogRecord.Part envelopePart;
    private final InlineBody body;
    private final LogRecord.Part bodyPart;
    private final Thread session = Thread.currentThread();

    /** The one that came before or, once they were put in order, after this one. */
    @Nullable
    PendingCommit next;

    private volatile @Nullable Outcome outcome;

    /** How it ended. */
    private sealed interface Outcome {
        record Durable() implements Outcome {}

        record Refused(Admission.Refused refusal, @Nullable Throwable cause) implements Outcome {}
    }

    private static final Outcome DURABLE = new Outcome.Durable();

    /**
     * @param body what of the body goes into the log: nothing where the mail has a file of its own
     * @param bodyPart all of it
     */
    PendingCommit(LogRecord.Kind kind, SpoolId id, byte[] envelope, InlineBody body, LogRecord.Part bodyPart) {
        this.kind = kind;
        this.id = id;
        this.envelope = envelope;
        this.envelopePart = LogRecord.Part.of(ByteBuffer.wrap(envelope));
        this.body = body;
        this.bodyPart = bodyPart;
    }

    LogRecord recordAt(LogRecord.Place place) {
        return new LogRecord(kind, place, id, envelopePart, bodyPart);
    }

    /** Octets that it will take in the log. */
    long recordLength() {
        return LogRecord.HEAD + envelope.length + body.size();
    }

    byte[] envelope() {
        return envelope;
    }

    InlineBody body() {
        return body;
    }

    void durable() {
        finish(DURABLE);
    }

    void refused(Admission.Refused refusal, @Nullable Throwable cause) {
        finish(new Outcome.Refused(refusal, cause));
    }

    /** Waits for the outcome; an interrupt is kept for later, since a mail that may be durable cannot be given up. */
    void await() {
        boolean interrupted = false;
        @Nullable Outcome known = outcome;
        while (known == null) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
            known = outcome;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (known instanceof Outcome.Refused refused) {
            throw new SpoolRefused(refused.refusal(), refused.cause());
        }
    }

    private void finish(Outcome known) {
        if (outcome == null) {
            outcome = known;
            LockSupport.unpark(session);
        }
    }
}
