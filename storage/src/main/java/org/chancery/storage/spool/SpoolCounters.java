package org.chancery.storage.spool;

import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;

/** What happened since the spool was opened, counted for the operator. Used by many threads at once. */
final class SpoolCounters {
    private final LongAdder commits = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder spilled = new LongAdder();
    private final LongAdder claims = new LongAdder();
    private final ArrivalRate arrivals = new ArrivalRate();
    private final InstantSource clock;

    SpoolCounters(InstantSource clock) {
        this.clock = clock;
    }

    void committed(int mails, long octets) {
        commits.add(mails);
        batches.increment();
        bytes.add(octets);
        arrivals.add(clock.millis(), mails);
    }

    void refused() {
        refused.increment();
    }

    void spilled() {
        spilled.increment();
    }

    void claimed() {
        claims.increment();
    }

    int arrivalsInTheLastSecond() {
        return arrivals.inTheLastSecond(clock.millis());
    }

    long commits() {
        return commits.sum();
    }

    long batches() {
        return batches.sum();
    }

    long bytes() {
        return bytes.sum();
    }

    long refusals() {
        return refused.sum();
    }

    long spills() {
        return spilled.sum();
    }

    long claims() {
        return claims.sum();
    }
}
