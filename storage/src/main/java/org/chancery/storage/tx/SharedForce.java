package org.chancery.storage.tx;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.chancery.core.fault.Unavailable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forces commits to the disk for all who wait at the moment: one run serves everybody whose call came before it began. What
 * nobody waits for is forced within a bounded time as well.
 *
 * <p>The forcing runs on a thread of its own, because H2 takes an interrupt of the calling thread for the end of the
 * waiting and says that all went well.
 */
public final class SharedForce implements Durability {
    private static final Logger LOG = LoggerFactory.getLogger(SharedForce.class);

    private final Forcing forcing;
    private final long patienceNanos;
    /** Transactions hold it to read, and gathering to write. Fair: under load there is always a transaction open. */
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock(true);

    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Condition done = lock.newCondition();
    private boolean wanted;
    private boolean dirty;
    private boolean closed;
    private long begun;
    private long gathered;
    private long finished;
    private long succeeded;
    private @Nullable Throwable failure;

    /**
     * Starts the thread.
     *
     * @param patience how long commits stay unforced where nobody waits
     */
    public SharedForce(Forcing forcing, Duration patience) {
        this.forcing = forcing;
        this.patienceNanos = patience.toNanos();
        this.thread = Thread.ofPlatform().name("storage-force").daemon(true).start(this::serve);
    }

    @Override
    public void begun() {
        // Who is within a transaction keeps everybody from gathering, and must not wait for it.
        if (forcing.isOverfull() && gate.getReadHoldCount() == 0) {
            awaitRoom();
        }
        gate.readLock().lock();
    }

    /** While the disk is slower than what is committed, one of its runs passes here before the next transaction. */
    private void awaitRoom() {
        lock.lock();
        try {
            long mine = begun + 1;
            wanted = true;
            work.signal();
            while (gathered < mine && finished < mine && !closed) {
                done.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void ended() {
        gate.readLock().unlock();
    }

    @Override
    public void committed() {
        lock.lock();
        try {
            boolean isFull = forcing.isFull();
            if (!dirty || (isFull && !wanted)) {
                dirty = true;
                wanted |= isFull;
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void force() {
        lock.lock();
        try {
            // The run under way may have looked before our commit: only the next one is ours.
            long mine = begun + 1;
            wanted = true;
            work.signal();
            while (finished < mine && !closed) {
                done.awaitUninterruptibly();
            }
            if (succeeded < mine) {
                throw new Unavailable("force commits to the disk", failure);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forces what is left and ends the thread. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signal();
            done.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve() {
        while (awaitWork()) {
            Throwable trouble = null;
            try {
                gather();
                forcing.force();
            } catch (RuntimeException | Error e) {
                trouble = e;
                LOG.warn("commits could not be forced to the disk", e);
            }
            finish(trouble);
        }
    }

    private void gather() {
        gate.writeLock().lock();
        try {
            forcing.gather();
        } finally {
            gate.writeLock().unlock();
        }
        lock.lock();
        try {
            gathered = begun;
            done.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Returns false when there is nothing more to do for ever. */
    private boolean awaitWork() {
        lock.lock();
        try {
            long left = patienceNanos;
            while (!wanted && !closed && left > 0) {
                if (dirty) {
                    left = awaitNanos(left);
                } else {
                    work.awaitUninterruptibly();
                }
            }
            if (!wanted && !dirty) {
                return false;
            }
            begun++;
            wanted = false;
            dirty = false;
            return true;
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("WaitNotInLoop") // the caller loops
    private long awaitNanos(long nanos) {
        try {
            return work.awaitNanos(nanos);
        } catch (InterruptedException nobodyKnowsThisThread) {
            return 0;
        }
    }

    private void finish(@Nullable Throwable trouble) {
        lock.lock();
        try {
            finished = begun;
            if (trouble == null) {
                succeeded = begun;
            } else {
                failure = trouble;
                dirty = !closed;
            }
            done.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
