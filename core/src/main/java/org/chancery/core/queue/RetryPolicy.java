package org.chancery.core.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When a job that failed for now is tried again ({@code delivery.retry}).
 *
 * @param pauses the pause after the first attempt, after the second and so on; after the last one the job is given up
 */
public record RetryPolicy(List<Duration> pauses) {
    public RetryPolicy {
        pauses = List.copyOf(pauses);
        if (pauses.stream().anyMatch(pause -> pause.isNegative() || pause.isZero())) {
            throw new IllegalArgumentException("a pause between attempts must be longer than nothing");
        }
    }

    /**
     * When to try again; empty when the schedule is at its end.
     *
     * @param attempts how many were made, the last of them just now
     */
    public Optional<Instant> next(int attempts, Instant now) {
        return attempts <= pauses.size() ? Optional.of(now.plus(pauses.get(attempts - 1))) : Optional.empty();
    }
}
