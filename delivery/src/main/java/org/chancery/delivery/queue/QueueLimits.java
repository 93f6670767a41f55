package org.chancery.delivery.queue;

import java.time.Duration;

/**
 * How much the runner does at once, and how patient it is with a database that is away.
 *
 * @param attempts how many attempts run at once. Each waits for a stranger most of its time and costs about a hundred
 *     kilobytes; there have to be many, for a destination that stalls holds its share for a quarter of an hour
 * @param perDestination how many of them for one destination. More than a few connections at once look like an attack to
 *     strangers, and one slow destination must leave room for the others
 * @param firstPause how long to wait before a database that was away is asked again; doubled each time
 * @param longestPause how long that wait grows
 */
public record QueueLimits(int attempts, int perDestination, Duration firstPause, Duration longestPause) {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    public QueueLimits {
        if (attempts < 1 || perDestination < 1) {
            throw new IllegalArgumentException("there must be room for one attempt");
        }
        if (firstPause.isNegative() || firstPause.isZero() || longestPause.compareTo(firstPause) < 0) {
            throw new IllegalArgumentException("the pauses must be longer than nothing, the longest last");
        }
    }

    /** {@code delivery.concurrency} and {@code delivery.concurrency-per-destination}. */
    public static QueueLimits of(int attempts, int perDestination) {
        return new QueueLimits(attempts, perDestination, FIRST_PAUSE, LONGEST_PAUSE);
    }

    /** The same where a relay is the way for all mail, and what it bears is the bound on everything. */
    public QueueLimits throughRelay(int connections) {
        return new QueueLimits(Math.min(attempts, connections), perDestination, firstPause, longestPause);
    }

    /** The wait that follows on one. */
    Duration after(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
    }
}
