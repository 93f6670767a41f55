package org.chancery.delivery.smtp;

import java.time.Duration;

/** When an attempt has to be over, on the monotonic clock: the length of a wait is no business of the wall clock. */
final class TimeLimit {
    private final long endsAt;

    private TimeLimit(long endsAt) {
        this.endsAt = endsAt;
    }

    static TimeLimit in(Duration duration) {
        return new TimeLimit(System.nanoTime() + duration.toNanos());
    }

    /** That much, or what is left where that is less; never negative. */
    Duration atMost(Duration wanted) {
        Duration left = Duration.ofNanos(Math.max(0, endsAt - System.nanoTime()));
        return wanted.compareTo(left) < 0 ? wanted : left;
    }

    boolean isOver() {
        return endsAt - System.nanoTime() <= 0;
    }
}
