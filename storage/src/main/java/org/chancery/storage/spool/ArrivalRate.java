package org.chancery.storage.spool;

import java.util.Arrays;

/** How many mails were committed in the last second, to a tenth of a second. Used by several threads at once. */
final class ArrivalRate {
    private static final int SLICES = 10;
    private static final long SLICE_MILLIS = 1000 / SLICES;

    private final int[] mails = new int[SLICES];
    // Which tenth of a second, counted from the epoch, each place was last used for.
    private final long[] slices = new long[SLICES];

    ArrivalRate() {
        Arrays.fill(slices, Long.MIN_VALUE);
    }

    synchronized void add(long nowMillis, int count) {
        long slice = Math.floorDiv(nowMillis, SLICE_MILLIS);
        int place = Math.floorMod(slice, SLICES);
        if (slices[place] != slice) {
            slices[place] = slice;
            mails[place] = 0;
        }
        mails[place] += count;
    }

    synchronized int inTheLastSecond(long nowMillis) {
        long slice = Math.floorDiv(nowMillis, SLICE_MILLIS);
        int sum = 0;
        for (int place = 0; place < SLICES; place++) {
            if (slices[place] > slice - SLICES && slices[place] <= slice) {
                sum += mails[place];
            }
        }
        return sum;
    }
}
