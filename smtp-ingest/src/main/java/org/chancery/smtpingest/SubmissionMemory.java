package org.chancery.smtpingest;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much submitted mail stands in memory: the door takes whole mails, and many large ones at once would not fit. A mail
 * counts {@link #COPIES} times what is kept for it: while its array grows, and again while the door has it, there are two.
 */
final class SubmissionMemory {
    private static final int COPIES = 2;
    /** Two of the largest mails, or many of the usual size. */
    private static final long LARGEST_MAILS = 2;

    private static final long LEAST = 64L * 1024 * 1024;
    /** The part of the heap that submitted mail may take; the pipeline, the queue and the API need theirs. */
    private static final int SHARE_OF_HEAP = 4;

    private final long bound;
    private final AtomicLong taken = new AtomicLong();

    private SubmissionMemory(long bound) {
        this.bound = bound;
    }

    /**
     * As much as mails of that size need, within the heap.
     *
     * @throws IllegalArgumentException where the heap is too small for a single one of the largest
     */
    static SubmissionMemory of(long heap, long maxMessage) {
        long share = heap / SHARE_OF_HEAP;
        if (COPIES * maxMessage > share) {
            throw new IllegalArgumentException(
                    "smtp: max-message must be at most " + share / COPIES + " with a heap of "
                            + heap + " octets, not " + maxMessage
                            + ": a submitted mail stands in memory; give more (-Xmx), or switch submission off");
        }
        return new SubmissionMemory(Math.min(share, Math.max(LEAST, COPIES * LARGEST_MAILS * maxMessage)));
    }

    /** Nothing: for a server that takes no submissions. */
    static SubmissionMemory none() {
        return new SubmissionMemory(0);
    }

    /** Counts the octets in, or not where they are too many for now. */
    boolean take(long octets) {
        if (taken.addAndGet(COPIES * octets) <= bound) {
            return true;
        }
        giveBack(octets);
        return false;
    }

    void giveBack(long octets) {
        taken.addAndGet(-COPIES * octets);
    }
}
