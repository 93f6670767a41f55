package org.chancery.smtpingest;

import java.util.concurrent.atomic.AtomicLong;

/** How much submitted mail stands in memory: the door takes whole mails, and many large ones at once would not fit. */
final class SubmissionMemory {
    private static final long LEAST = 64L * 1024 * 1024;

    private final long bound;
    private final AtomicLong taken = new AtomicLong();

    SubmissionMemory(long maxMessage) {
        // Two of the largest, each twice while its buffer grows, or very many of the usual size.
        this.bound = Math.max(LEAST, 4 * maxMessage);
    }

    boolean take(long bytes) {
        if (taken.addAndGet(bytes) <= bound) {
            return true;
        }
        taken.addAndGet(-bytes);
        return false;
    }

    void giveBack(long bytes) {
        taken.addAndGet(-bytes);
    }
}
