package org.chancery.server;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.chancery.core.fault.Unavailable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chores that nobody waits for, each once an hour. */
final class Housekeeping {
    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
    private static final long EVERY_MINUTES = 60;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("housekeeping").factory());

    private Housekeeping() {}

    static Housekeeping start(Runnable chore) {
        Housekeeping housekeeping = new Housekeeping();
        housekeeping.timer.scheduleWithFixedDelay(() -> run(chore), 1, EVERY_MINUTES, TimeUnit.MINUTES);
        return housekeeping;
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
