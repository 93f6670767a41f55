package org.chancery.mailets.trace;

import org.jspecify.annotations.Nullable;

/**
 * Says whether the thread that works on a mail still may. It may until it {@link #settle}s the mail, or until the mail is
 * taken away because a step hangs; of the two, only one ever succeeds.
 *
 * <p>A thread that is taken by surprise is interrupted, yet never while it is {@linkplain #enterCore in core}: the interrupt
 * would close the files of database and spool under everybody's feet ({@link java.nio.channels.ClosedByInterruptException}).
 * For the same reason it is not let in any more afterwards.
 */
public final class Custody {
    private enum State {
        HELD,
        SETTLED,
        TAKEN
    }

    private State state = State.HELD;
    private int depth;
    private volatile @Nullable Place place;

    /** Ends the work on the mail; false where it was taken away before, and the caller must leave it alone. */
    public synchronized boolean settle() {
        if (state == State.HELD) {
            state = State.SETTLED;
        }
        return state == State.SETTLED;
    }

    /** Whether nobody took the mail away so far. */
    public synchronized boolean isHeld() {
        return state != State.TAKEN;
    }

    /** Takes the mail from a thread that hangs; false where the thread was done with it. */
    public synchronized boolean takeFrom(Thread worker) {
        if (state != State.HELD) {
            return false;
        }
        state = State.TAKEN;
        if (depth == 0) {
            worker.interrupt();
        }
        return true;
    }

    /** To be called before the thread reads or writes what others use too; {@link #leaveCore} follows in every case. */
    public synchronized void enterCore() {
        requireHeld();
        depth++;
    }

    public synchronized void leaveCore() {
        depth--;
    }

    void requireHeld() {
        if (!isHeld()) {
            throw new TakenAway();
        }
    }

    void at(Place now) {
        place = now;
    }

    /** The step that the mail is in or was in last; null before the first one. */
    public @Nullable Place place() {
        return place;
    }
}
