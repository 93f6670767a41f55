package org.chancery.api.http;

import java.time.Duration;

/** The value of {@code Retry-After} (RFC 9110 §10.2.3). */
public final class RetryAfter {
    private RetryAfter() {}

    /** Whole seconds, rounded up: who comes when told is not told to come again. */
    public static String seconds(Duration wait) {
        return Long.toString(Math.max(1, wait.plusSeconds(1).minusNanos(1).toSeconds()));
    }
}
