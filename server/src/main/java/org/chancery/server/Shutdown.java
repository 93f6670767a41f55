package org.chancery.server;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what a server consists of. All parts with work under way are told at once to take nothing new, and have a time in common to
 * end it; then everything is closed, what was opened last first.
 */
final class Shutdown {
    private static final Logger log = LoggerFactory.getLogger(Shutdown.class);

    /**
     * What is under way when the server stops may end within this time, all parts together. SIGTERM has 10 s in all; the rest
     * of them is for the last checkpoint and for closing the database.
     */
    private static final Duration GRACE = Duration.ofSeconds(6);

    /** How long a part may be late before it is left behind. */
    private static final Duration LATE = Duration.ofMillis(500);

    private final List<Drain> drains = new ArrayList<>();
    private final Deque<Runnable> closes = new ArrayDeque<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private boolean closing;

    /** Ends a part that has work under way: it takes nothing new from now on, and is done within the time. */
    interface Drain {
        void within(Duration time) throws InterruptedException;
    }

    void drainsFirst(Drain part) {
        drains.add(part);
    }

    void closes(Runnable close) {
        closes.push(close);
    }

    /** Waits until all is closed. */
    void await() throws InterruptedException {
        closed.await();
    }

    /** Ends all of it; for whoever comes second there is nothing left to do. */
    void run() {
        synchronized (this) {
            if (closing) {
                return;
            }
            closing = true;
        }
        drain();
        while (!closes.isEmpty()) {
            try {
                closes.pop().run();
            } catch (RuntimeException broken) {
                log.error("a part of the server did not close as it should", broken);
            }
        }
        closed.countDown();
    }

    /** All parts at once, so that none takes what another has just let go of, and their times do not add up. */
    private void drain() {
        long end = System.nanoTime() + GRACE.toNanos();
        List<Thread> threads = drains.stream()
                .map(part -> Thread.ofPlatform().daemon().name("stop").start(() -> drain(part, end)))
                .toList();
        try {
            for (Thread thread : threads) {
                if (!thread.join(left(end).plus(LATE))) {
                    log.warn("a part of the server does not stop in time; it is left behind");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void drain(Drain part, long end) {
        try {
            part.within(left(end));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException broken) {
            log.error("a part of the server did not stop as it should", broken);
        }
    }

    private static Duration left(long end) {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }
}
