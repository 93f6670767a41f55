package org.chancery.mailets.screening;

import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** What was scored since the start, for metrics. Counted by many threads; read at any time. */
public final class SpamFigures {
    private final LongAdder scored = new LongAdder();
    private final LongAdder unknown = new LongAdder();
    private final DoubleAdder total = new DoubleAdder();

    /** Mails, counted once for each recipient. */
    public long scored() {
        return scored.sum();
    }

    /** Those among them whose score could not be found out. */
    public long unknown() {
        return unknown.sum();
    }

    /** The average of all scores that were found out. */
    public double average() {
        long known = scored() - unknown();
        return known == 0 ? 0 : total.sum() / known;
    }

    void count(org.chancery.core.screening.SpamScore score) {
        scored.increment();
        if (score.isKnown()) {
            total.add(score.score());
        } else {
            unknown.increment();
        }
    }
}
