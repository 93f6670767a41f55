package org.chancery.delivery.queue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.queue.Courier;
import org.chancery.core.queue.OutgoingJob;

/** Delivers everything at once, but for destinations that are stalled until released, or broken. */
final class ScriptedCourier implements Courier {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<OutgoingJob> seen = new ArrayList<>();
    private final Map<String, CountDownLatch> stalled = new HashMap<>();
    private final Set<String> withoutVerdict = new HashSet<>();
    private final Map<String, Throwable> broken = new HashMap<>();
    private final Map<String, Integer> inFlight = new HashMap<>();
    private final Map<String, Integer> most = new HashMap<>();
    private int inFlightInAll;
    private int mostInAll;

    CountDownLatch stall(String destination) {
        CountDownLatch latch = new CountDownLatch(1);
        lock.lock();
        try {
            stalled.put(destination, latch);
        } finally {
            lock.unlock();
        }
        return latch;
    }

    /** Stalled after the final dot has gone out. */
    CountDownLatch stallAfterTheDot(String destination) {
        lock.lock();
        try {
            withoutVerdict.add(destination);
        } finally {
            lock.unlock();
        }
        return stall(destination);
    }

    void breaks(String destination, Throwable with) {
        lock.lock();
        try {
            broken.put(destination, with);
        } finally {
            lock.unlock();
        }
    }

    List<OutgoingJob> seen() {
        lock.lock();
        try {
            return List.copyOf(seen);
        } finally {
            lock.unlock();
        }
    }

    int mostAtOnce(String destination) {
        lock.lock();
        try {
            return most.getOrDefault(destination, 0);
        } finally {
            lock.unlock();
        }
    }

    int mostAtOnce() {
        lock.lock();
        try {
            return mostInAll;
        } finally {
            lock.unlock();
        }
    }

    void awaitInFlight(int count) throws InterruptedException {
        long left = TimeUnit.SECONDS.toNanos(20);
        lock.lock();
        try {
            while (inFlightInAll != count) {
                if (left <= 0) {
                    throw new AssertionError("waited in vain for " + count + " attempts, there are " + inFlight);
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Attempt deliver(OutgoingJob job, Talk talk) {
        CountDownLatch latch;
        Throwable trouble;
        talk.begins();
        lock.lock();
        try {
            if (withoutVerdict.contains(job.destination())) {
                talk.awaitsVerdict();
            }
            seen.add(job);
            most.merge(job.destination(), inFlight.merge(job.destination(), 1, Integer::sum), Math::max);
            mostInAll = Math.max(mostInAll, ++inFlightInAll);
            latch = stalled.getOrDefault(job.destination(), new CountDownLatch(0));
            trouble = broken.get(job.destination());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            latch.await();
            return switch (trouble) {
                case null -> attempt(new Result.Delivered(job.recipients().getFirst(), "250 2.0.0 kept"));
                case RuntimeException exception -> throw exception;
                case Error error -> throw error;
                default -> throw new IllegalStateException(trouble);
            };
        } catch (InterruptedException cutShort) {
            return attempt(new Result.TemporaryFailure(job.recipients().getFirst(), "451 4.4.2 cut short", false));
        } finally {
            lock.lock();
            try {
                inFlight.merge(job.destination(), -1, Integer::sum);
                inFlightInAll--;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private static Attempt attempt(Result result) {
        return new Attempt(Instant.EPOCH, Instant.EPOCH, null, null, List.of(result));
    }
}
