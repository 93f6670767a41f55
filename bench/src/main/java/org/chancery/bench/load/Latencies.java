package org.chancery.bench.load;

import java.util.Arrays;

/** How long each of many things took. */
public final class Latencies {
    private final long[] sortedNanos;

    /** @param count how many of the first elements are filled */
    Latencies(long[] nanos, int count) {
        this.sortedNanos = Arrays.copyOf(nanos, count);
        Arrays.sort(sortedNanos);
    }

    /** The time within which that share of them was done. */
    public double micros(double share) {
        if (sortedNanos.length == 0) {
            return Double.NaN;
        }
        return sortedNanos[(int) Math.min(sortedNanos.length - 1, sortedNanos.length * share)] / 1e3;
    }
}
