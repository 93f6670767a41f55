package org.chancery.storage.tx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.chancery.core.fault.Unavailable;
import org.chancery.storage.disk.Quiet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who waits for the disk, and for what. */
@ExtendWith(Quiet.class)
@Timeout(20)
class SharedForceTest {
    private static final Duration NEVER = Duration.ofDays(1);

    private final Disk disk = new Disk();
    private SharedForce force = new SharedForce(disk, NEVER);

    @AfterEach
    void close() {
        disk.mayFinish.release(1000);
        force.close();
    }

    @Test
    void whoever_waits_gets_a_run_that_began_after_the_call() throws Exception {
        CompletableFuture<Void> first = waiting();
        disk.reached.acquire();
        CompletableFuture<Void> second = waiting();
        CompletableFuture<Void> third = waiting();
        disk.mayFinish.release();
        first.get();
        disk.reached.acquire();
        assertFalse(second.isDone());
        disk.mayFinish.release(2);
        second.get();
        third.get();
        assertTrue(disk.gathered.get() <= 3);
    }

    @Test
    void a_failure_reaches_who_waits_and_is_not_the_end() throws Exception {
        disk.mayFinish.release(2);
        disk.failures.set(1);
        assertThrows(Unavailable.class, force::force);
        force.force();
        assertEquals(1, disk.forced.get());
    }

    @Test
    void what_nobody_waits_for_is_forced_when_patience_ends() throws Exception {
        force.close();
        force = new SharedForce(disk, Duration.ofMillis(1));
        force.committed();
        disk.reached.acquire();
    }

    @Test
    void what_nobody_waits_for_is_forced_at_once_when_there_is_much() throws Exception {
        disk.isFull = true;
        force.committed();
        disk.reached.acquire();
    }

    @Test
    void nothing_is_gathered_while_a_transaction_is_open() throws Exception {
        CountDownLatch open = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        disk.mayFinish.release();
        Thread transaction = Thread.ofPlatform().start(() -> {
            force.begun();
            open.countDown();
            awaitQuietly(mayEnd);
            disk.transactionsEnded.incrementAndGet();
            force.ended();
        });
        open.await();
        CompletableFuture<Void> waiting = waiting();
        assertEquals(0, disk.gathered.get());
        mayEnd.countDown();
        waiting.get();
        transaction.join();
        assertEquals(1, disk.endedWhenGathered);
    }

    @Test
    void transactions_go_on_while_the_disk_is_slow() throws Exception {
        CompletableFuture<Void> waiting = waiting();
        disk.reached.acquire();
        force.begun();
        force.ended();
        assertFalse(waiting.isDone());
        disk.mayFinish.release();
        waiting.get();
    }

    @Test
    void a_transaction_waits_for_room_while_the_disk_is_slow() throws Exception {
        waiting();
        disk.reached.acquire();
        disk.isOverfull = true;
        CompletableFuture<Integer> transaction = CompletableFuture.supplyAsync(
                () -> {
                    force.begun();
                    int gathered = disk.gathered.get();
                    force.ended();
                    return gathered;
                },
                work -> Thread.ofPlatform().start(work));
        disk.mayFinish.release();
        disk.reached.acquire();
        assertEquals(2, transaction.get());
        disk.mayFinish.release();
    }

    @Test
    void who_is_within_a_transaction_never_waits_for_room() {
        force.begun();
        disk.isOverfull = true;
        force.begun();
        force.ended();
        force.ended();
        disk.isOverfull = false;
        assertEquals(0, disk.gathered.get());
    }

    @Test
    void closing_forces_what_is_left() {
        disk.mayFinish.release();
        force.committed();
        force.close();
        assertEquals(1, disk.forced.get());
    }

    @Test
    void closing_without_anything_left_does_not_touch_the_disk() {
        force.close();
        assertEquals(0, disk.gathered.get());
    }

    private CompletableFuture<Void> waiting() {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Void> waiting = CompletableFuture.runAsync(
                () -> {
                    begun.countDown();
                    force.force();
                },
                work -> Thread.ofPlatform().start(work));
        awaitQuietly(begun);
        return waiting;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A disk that is as slow as the test wants it. */
    private static final class Disk implements Forcing {
        final Semaphore reached = new Semaphore(0);
        final Semaphore mayFinish = new Semaphore(0);
        final AtomicInteger failures = new AtomicInteger();
        final AtomicInteger gathered = new AtomicInteger();
        final AtomicInteger forced = new AtomicInteger();
        final AtomicInteger transactionsEnded = new AtomicInteger();
        volatile int endedWhenGathered;
        volatile boolean isFull;
        volatile boolean isOverfull;

        @Override
        public void gather() {
            endedWhenGathered = transactionsEnded.get();
            gathered.incrementAndGet();
            isOverfull = false;
        }

        @Override
        public void force() {
            reached.release();
            mayFinish.acquireUninterruptibly();
            if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new Unavailable("force", new IOException("the disk is broken"));
            }
            forced.incrementAndGet();
        }

        @Override
        public boolean isFull() {
            return isFull;
        }

        @Override
        public boolean isOverfull() {
            return isOverfull;
        }
    }
}
