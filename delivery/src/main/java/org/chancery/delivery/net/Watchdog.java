package org.chancery.delivery.net;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Closes a socket on which something takes longer than it may. A socket's own time limit will not do: it does not cover
 * writes, and starts anew with each byte that a peer deals out slowly.
 *
 * <p>One thread watches over all sockets of a courier.
 */
public final class Watchdog implements AutoCloseable {
    private final ScheduledThreadPoolExecutor timer;

    public Watchdog() {
        timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("delivery-watchdog").factory());
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Closes the socket unless the watch is ended within that time. */
    public Watch over(Closeable socket, Duration limit) {
        return new Watch(socket, limit);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** Ends with {@link #close}. */
    public final class Watch implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final ScheduledFuture<?> barking;

        private Watch(Closeable socket, Duration limit) {
            barking = timer.schedule(() -> bark(socket), Math.max(0, limit.toNanos()), TimeUnit.NANOSECONDS);
        }

        /** Whether time ran out before the watch was ended. */
        public boolean ranOut() {
            return over.get();
        }

        @Override
        public void close() {
            barking.cancel(false);
        }

        private void bark(Closeable socket) {
            over.set(true);
            try {
                socket.close();
            } catch (IOException closedAnyway) {
                // The one who reads or writes there is told by an exception of its own.
            }
        }
    }
}
