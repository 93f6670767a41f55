package org.chancery.delivery;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Tells a thread that waits that something has changed. What changes is guarded by its owner, who changes it first and rings then,
 * holding no lock that a claim of {@link #awaitUntil} takes.
 */
public final class Bell {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean rung;

    public void ring() {
        lock.lock();
        try {
            rung = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until it rings, or rang since the last call, at most so long. */
    public void awaitRing(Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (!rung && left > 0) {
                left = changed.awaitNanos(left);
            }
            rung = false;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the claim holds, which is looked at whenever it rings, at most so long; returns whether it does. */
    public boolean awaitUntil(BooleanSupplier claim, Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lock();
        try {
            while (!claim.getAsBoolean() && left > 0) {
                left = changed.awaitNanos(left);
            }
            return claim.getAsBoolean();
        } finally {
            lock.unlock();
        }
    }
}
