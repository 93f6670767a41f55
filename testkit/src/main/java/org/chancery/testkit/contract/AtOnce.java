package org.chancery.testkit.contract;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Work in threads of its own, begun at the same moment. */
public final class AtOnce {

    /** Longer than a database waits for a lock, so that its own word is heard. */
    private static final long SECONDS = 60;

    private AtOnce() {}

    /** Runs the work in so many threads, each with its number from 0 on; returns what came of it in that order. */
    public static <T> List<T> run(int threads, IntFunction<T> work) {
        CountDownLatch ready = new CountDownLatch(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<T>> running = IntStream.range(0, threads)
                    .mapToObj(number -> pool.submit(() -> {
                        ready.countDown();
                        await(ready);
                        return work.apply(number);
                    }))
                    .toList();
            return running.stream().map(AtOnce::result).toList();
        } finally {
            pool.shutdownNow();
        }
    }

    /** Runs the work in another thread, while the caller waits. */
    static <T> T elsewhere(Supplier<T> work) {
        return run(1, number -> work.get()).getFirst();
    }

    /** Waits until the latch is open. */
    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the other threads did not come so far");
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private static <T> T result(Future<T> running) {
        try {
            return running.get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("work in another thread failed", e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("work in another thread hangs", e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }
}
