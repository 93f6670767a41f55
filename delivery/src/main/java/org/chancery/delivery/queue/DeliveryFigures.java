package org.chancery.delivery.queue;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Attempt.Result;

/** Counters of the outgoing queue since the start, for the metrics. Recipients are counted, not messages. */
public final class DeliveryFigures {
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAdder attempts = new LongAdder();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder deferred = new LongAdder();
    private final LongAdder bounced = new LongAdder();

    void begun() {
        inFlight.incrementAndGet();
    }

    void ended() {
        inFlight.decrementAndGet();
    }

    void count(Attempt attempt) {
        attempts.increment();
        for (Result result : attempt.results()) {
            switch (result) {
                case Result.Delivered ignored -> delivered.increment();
                case Result.TemporaryFailure ignored -> deferred.increment();
                case Result.PermanentFailure ignored -> bounced.increment();
            }
        }
    }

    /** Jobs that are being tried or recorded at this moment. */
    public int inFlight() {
        return inFlight.get();
    }

    /** Attempts that came to an end. */
    public long attempts() {
        return attempts.sum();
    }

    /** Recipients whom a peer took. */
    public long delivered() {
        return delivered.sum();
    }

    /** Failures for now, each time anew. */
    public long deferred() {
        return deferred.sum();
    }

    /** Recipients who failed for good. */
    public long bounced() {
        return bounced.sum();
    }
}
