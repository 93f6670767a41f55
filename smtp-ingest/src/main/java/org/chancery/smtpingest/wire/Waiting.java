package org.chancery.smtpingest.wire;

import java.time.Duration;

/**
 * What a session's thread is doing, and since when and until when it may. Each step is a new one, told apart by identity:
 * whoever judged a step and acts on it later finds out whether it is still the same.
 */
public final class Waiting {
    private static final long NEVER = Long.MAX_VALUE;

    enum Phase {
        /** The server works; the client waits. */
        WORKING,
        WRITING,
        /** Between commands. */
        AWAITING_LINE,
        AWAITING_DATA,
        /** Another thread says the last word and closes. */
        SENT_AWAY,
        CLOSED
    }

    static final Waiting WORKING = new Waiting(Phase.WORKING, 0, NEVER);
    static final Waiting CLOSED = new Waiting(Phase.CLOSED, 0, NEVER);

    private final Phase phase;
    private final long since;
    private final long until;

    /** Times are those of {@link System#nanoTime()}. */
    Waiting(Phase phase, long since, long until) {
        this.phase = phase;
        this.since = since;
        this.until = until;
    }

    /** Whether it is the client that has to do something. */
    boolean isForClient() {
        return phase == Phase.AWAITING_LINE || phase == Phase.AWAITING_DATA;
    }

    /** Whether the client has been waited for too long. */
    public boolean isOverdue(long nanoTime) {
        return until != NEVER && nanoTime - until > 0;
    }

    /** Whether the client has nothing under way: no command, no mail's content. */
    public boolean isAtRest() {
        return phase == Phase.AWAITING_LINE;
    }

    /** Whether that is so for longer than the given time. */
    public boolean isAtRestFor(Duration time, long nanoTime) {
        return isAtRest() && nanoTime - since > time.toNanos();
    }
}
