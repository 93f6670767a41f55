package org.chancery.smtpingest.wire;

import java.time.Duration;

/**
 * How slow the content of a mail may come in. A client that sends a byte now and then would otherwise hold a session for
 * as long as it likes. Times are those of {@link System#nanoTime()}, which no correction of the clock moves.
 */
public final class Pace {
    private static final long NANOS = Duration.ofSeconds(1).toNanos();

    private final long started;
    private final long idle;
    private final long whole;
    private final long bytesPerSecond;

    /**
     * @param started when the reading began
     * @param idle how long the client may be silent; so long, too, it may be slower than the rate in sum
     * @param whole how long all of it may take
     */
    public Pace(long started, Duration idle, Duration whole, long bytesPerSecond) {
        this.started = started;
        this.idle = idle.toNanos();
        this.whole = whole.toNanos();
        this.bytesPerSecond = bytesPerSecond;
    }

    /** Until when the next bytes have to be there, so many having come by now. */
    long deadline(long now, long received) {
        long earned = Math.min(idle + received * NANOS / bytesPerSecond, whole);
        return Math.min(now + idle, started + earned);
    }
}
