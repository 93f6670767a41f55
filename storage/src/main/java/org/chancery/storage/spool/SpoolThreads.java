package org.chancery.storage.spool;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The spool's own threads: named, and never ending without a word. */
final class SpoolThreads {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolThreads.class);
    // A stop ends within seconds even if the disk or the database hangs; what is left over is done at the next start.
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private SpoolThreads() {}

    static Thread make(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.setUncaughtExceptionHandler(
                (dead, cause) -> LOG.error("thread {} ended; the spool does not work any more", dead.getName(), cause));
        return thread;
    }

    /** Waits for the thread's end, for a while. */
    static void join(Thread thread) {
        boolean interrupted = false;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (thread.isAlive() && System.nanoTime() < deadline) {
            try {
                thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (thread.isAlive()) {
            LOG.warn("thread {} does not end", thread.getName());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
