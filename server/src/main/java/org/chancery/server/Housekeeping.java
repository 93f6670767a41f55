package org.chancery.server;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.chancery.core.fault.Unavailable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chores that nobody waits for, one after the other: at their intervals, some also when there is reason to. */
final class Housekeeping {
    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
    private static final long EVERY_MINUTES = 60;

    private final ScheduledExecutorService timer;

    Housekeeping(String name) {
        this.timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name(name).factory());
    }

    /** Begins with the hourly chore. */
    void start(Runnable chore) {
        timer.scheduleWithFixedDelay(() -> run(chore), 1, EVERY_MINUTES, TimeUnit.MINUTES);
    }

    /** Begins with a small chore that somebody would miss within the hour. */
    void start(Runnable chore, Duration every) {
        timer.scheduleWithFixedDelay(() -> run(chore), every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Does a chore now and once a minute. */
    void often(Runnable chore) {
        timer.scheduleWithFixedDelay(() -> run(chore), 0, 1, TimeUnit.MINUTES);
    }

    /** Has a chore done as soon as no other is under way; where the server stops, it is left to the hourly one. */
    void soon(Runnable chore) {
        try {
            timer.execute(() -> run(chore));
        } catch (RejectedExecutionException stopping) {
            log.info("a chore waits for the next start");
        }
    }

    private static void run(Runnable chore) {
        try {
            chore.run();
        } catch (Unavailable away) {
            log.info("a chore waits for the database");
        } catch (RuntimeException broken) {
            log.error("a chore failed", broken);
        }
    }

    /** Begins no further chore, and waits for one under way. */
    void stop(Duration within) throws InterruptedException {
        timer.shutdown();
        if (!timer.awaitTermination(within.toNanos(), TimeUnit.NANOSECONDS)) {
            log.warn("a chore is still under way");
        }
    }
}
