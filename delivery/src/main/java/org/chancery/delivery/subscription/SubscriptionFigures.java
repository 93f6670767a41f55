package org.chancery.delivery.subscription;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.chancery.core.subscription.Outcome;

/** Counters of deliveries to subscribers since the start, for the metrics. */
public final class SubscriptionFigures {
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder refused = new LongAdder();

    void begun() {
        inFlight.incrementAndGet();
    }

    void ended() {
        inFlight.decrementAndGet();
    }

    void count(Outcome outcome) {
        switch (outcome) {
            case Outcome.Delivered ignored -> delivered.increment();
            case Outcome.Failed ignored -> failed.increment();
            case Outcome.Refused ignored -> refused.increment();
            case Outcome.Postponed ignored -> {}
        }
    }

    /** Attempts under way at this moment. */
    public int inFlight() {
        return inFlight.get();
    }

    public long delivered() {
        return delivered.sum();
    }

    /** Attempts that failed for now. */
    public long failed() {
        return failed.sum();
    }

    /** Attempts that are not repeated. */
    public long refused() {
        return refused.sum();
    }
}
