package org.chancery.core.event;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.chancery.core.id.WorkspaceId;

/** Wakes those who wait for new events of a workspace. Rung after each commit that appended; ringing is cheap. */
public final class EventSignal {

    private static final class Bell {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition rung = lock.newCondition();
        private long count;
    }

    private final ConcurrentMap<WorkspaceId, Bell> bells = new ConcurrentHashMap<>();
    private final List<Consumer<WorkspaceId>> listeners = new CopyOnWriteArrayList<>();

    /** Calls the listener at each ring from now on, in the thread that rings: it only takes note, and does not throw. */
    public void listen(Consumer<WorkspaceId> listener) {
        listeners.add(listener);
    }

    /** How often it was rung; taken before one looks, so that a ring between looking and waiting is not missed. */
    public long count(WorkspaceId workspace) {
        Bell bell = bell(workspace);
        bell.lock.lock();
        try {
            return bell.count;
        } finally {
            bell.lock.unlock();
        }
    }

    /** Tells all who wait that there are new events. */
    public void ring(WorkspaceId workspace) {
        Bell bell = bell(workspace);
        bell.lock.lock();
        try {
            bell.count++;
            bell.rung.signalAll();
        } finally {
            bell.lock.unlock();
        }
        listeners.forEach(listener -> listener.accept(workspace));
    }

    /** Waits until it was rung since the count was taken, or the time is over; returns whether it was rung. */
    public boolean await(WorkspaceId workspace, long seen, Duration atMost) throws InterruptedException {
        Bell bell = bell(workspace);
        long nanos = atMost.toNanos();
        bell.lock.lock();
        try {
            while (bell.count == seen) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = bell.rung.awaitNanos(nanos);
            }
            return true;
        } finally {
            bell.lock.unlock();
        }
    }

    /** Whether somebody waits for the workspace's events now. */
    public boolean isAwaited(WorkspaceId workspace) {
        Bell bell = bell(workspace);
        bell.lock.lock();
        try {
            return bell.lock.hasWaiters(bell.rung);
        } finally {
            bell.lock.unlock();
        }
    }

    private Bell bell(WorkspaceId workspace) {
        return bells.computeIfAbsent(workspace, ignored -> new Bell());
    }
}
