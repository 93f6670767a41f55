package org.chancery.core.access;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down those who try credentials: each may fail so often at once, and then once in a while. In memory, and bounded.
 *
 * @param <K> whoever tries, or whatever is tried at
 */
public final class FailedTries<K> {
    private final int free;
    private final Duration oneMoreEvery;
    private final int maxKnown;

    /** When all the tries that one used up are given back; further off the more it failed. */
    private final Map<K, Instant> paidOffAt = new LinkedHashMap<>();

    /**
     * @param free how often one may fail without having to wait
     * @param oneMoreEvery how long it takes until one more try is free
     * @param maxKnown remembered at once; the one that failed least lately is forgotten first
     */
    public FailedTries(int free, Duration oneMoreEvery, int maxKnown) {
        this.free = free;
        this.oneMoreEvery = oneMoreEvery;
        this.maxKnown = maxKnown;
    }

    /** How long to wait before the next try; zero where it may be made now. */
    public synchronized Duration wait(K who, Instant now) {
        Instant paidOff = paidOffAt.get(who);
        if (paidOff == null) {
            return Duration.ZERO;
        }
        Duration wait = Duration.between(now, paidOff).minus(oneMoreEvery.multipliedBy(free - 1));
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    /** A try failed. */
    public synchronized void failed(K who, Instant now) {
        Instant paidOff = paidOffAt.remove(who);
        Instant from = paidOff == null || paidOff.isBefore(now) ? now : paidOff;
        paidOffAt.put(who, from.plus(oneMoreEvery));
        if (paidOffAt.size() > maxKnown) {
            paidOffAt.remove(paidOffAt.keySet().iterator().next());
        }
    }

    /**
     * Takes a try before its outcome is known, so that many at once are no more than the rules allow.
     *
     * @return how long to wait instead; zero where the try was taken
     */
    public synchronized Duration take(K who, Instant now) {
        Duration wait = wait(who, now);
        if (wait.isZero()) {
            failed(who, now);
        }
        return wait;
    }

    /** A try that was taken did not fail. */
    public synchronized void giveBack(K who) {
        paidOffAt.computeIfPresent(who, (ignored, paidOff) -> paidOff.minus(oneMoreEvery));
    }
}
