package org.chancery.mailets.host;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** What the pipeline has done since the start, for metrics. Counted by many threads; read at any time. */
public final class PipelineFigures {
    private final LongAdder processed = new LongAdder();
    private final LongAdder kept = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder postponed = new LongAdder();
    private final LongAdder busyMicros = new LongAdder();
    private final AtomicInteger stuck = new AtomicInteger();

    /** Mails that the pipeline is done with, those kept for the operator among them. */
    public long processed() {
        return processed.sum();
    }

    /** Mails that were given up and kept for the operator. */
    public long kept() {
        return kept.sum();
    }

    /** Attempts that failed. */
    public long failures() {
        return failures.sum();
    }

    /** Attempts put off because database or store were away. */
    public long postponed() {
        return postponed.sum();
    }

    /** Time that workers spent on mails. */
    public long busyMicros() {
        return busyMicros.sum();
    }

    /** Threads that hang in a step now, their mail taken away from them. */
    public int stuck() {
        return stuck.get();
    }

    void mailProcessed(boolean wasGivenUp) {
        processed.increment();
        if (wasGivenUp) {
            kept.increment();
        }
    }

    void attemptFailed() {
        failures.increment();
    }

    void attemptPostponed() {
        postponed.increment();
    }

    void busy(long nanos) {
        busyMicros.add(nanos / 1000);
    }

    void hangs() {
        stuck.incrementAndGet();
    }

    void hangsNoMore() {
        stuck.decrementAndGet();
    }
}
