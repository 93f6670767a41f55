package org.chancery.core.access;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Slows down those who try credentials: each may fail so often at once, and then once in a while. In memory, and bounded.
 *
 * @param <K> whoever tries, or whatever is tried at
 */
public final class FailedTries<K> {
    private final int free;
    private final Duration oneMoreEvery;
    private final int maxKnown;

    private final Map<K, Debt<K>> debts = new HashMap<>();

    /** The same, least first: what is paid off already, and then what owes least. */
    private final NavigableSet<Debt<K>> leastFirst = new TreeSet<>(
            Comparator.comparing((Debt<K> debt) -> debt.paidOffAt()).thenComparingLong(Debt::number));

    private long count;

    /**
     * @param paidOffAt when all the tries that one used up are given back; further off the more it failed
     * @param number tells apart those that are paid off at the same time
     */
    private record Debt<K>(K who, Instant paidOffAt, long number) {}

    /**
     * @param free how often one may fail without having to wait
     * @param oneMoreEvery how long it takes until one more try is free
     * @param maxKnown remembered at once. The one that owes least is forgotten first: whoever brings many others in makes
     *     nobody forgotten who has failed more often than they
     */
    public FailedTries(int free, Duration oneMoreEvery, int maxKnown) {
        this.free = free;
        this.oneMoreEvery = oneMoreEvery;
        this.maxKnown = maxKnown;
    }

    /** How long to wait before the next try; zero where it may be made now. */
    public synchronized Duration wait(K who, Instant now) {
        Debt<K> debt = debts.get(who);
        if (debt == null) {
            return Duration.ZERO;
        }
        Duration wait = Duration.between(now, debt.paidOffAt()).minus(oneMoreEvery.multipliedBy(free - 1));
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    /** A try failed. */
    public synchronized void failed(K who, Instant now) {
        Debt<K> before = debts.get(who);
        Instant from = before == null || before.paidOffAt().isBefore(now) ? now : before.paidOffAt();
        owe(who, from.plus(oneMoreEvery));
        if (debts.size() > maxKnown) {
            forget(leastFirst.first());
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
        Debt<K> debt = debts.get(who);
        if (debt != null) {
            owe(who, debt.paidOffAt().minus(oneMoreEvery));
        }
    }

    private void owe(K who, Instant until) {
        Debt<K> debt = new Debt<>(who, until, count++);
        Debt<K> before = debts.put(who, debt);
        if (before != null) {
            leastFirst.remove(before);
        }
        leastFirst.add(debt);
    }

    private void forget(Debt<K> debt) {
        debts.remove(debt.who());
        leastFirst.remove(debt);
    }
}
