package org.chancery.delivery.queue;

import java.util.function.Consumer;
import org.chancery.core.queue.Courier;
import org.chancery.core.queue.OutgoingJob;

/**
 * A job that is being tried, in a thread of its own. The thread may be interrupted while it talks to a peer, and not
 * while it does anything else: an embedded database closes its file when a thread is interrupted in it.
 */
final class Undertaking implements Courier.Talk {
    private enum Stage {
        /** Ours alone: before the talk, or recording. */
        APART,
        TALKING,
        AWAITING_VERDICT
    }

    private final OutgoingJob job;
    private final Thread thread;
    private Stage stage = Stage.APART;
    private boolean wanted = true;
    private boolean dotSent;
    private boolean cutShort;

    Undertaking(OutgoingJob job, Consumer<Undertaking> body) {
        this.job = job;
        this.thread = Thread.ofVirtual().name("delivery-" + job.id()).unstarted(() -> body.accept(this));
    }

    OutgoingJob job() {
        return job;
    }

    void start() {
        thread.start();
    }

    @Override
    public synchronized void begins() {
        stage = Stage.TALKING;
        if (!wanted) {
            interrupt();
        }
    }

    @Override
    public synchronized void awaitsVerdict() {
        stage = Stage.AWAITING_VERDICT;
        dotSent |= !cutShort;
    }

    /** Ends the talk with the peer, unless the peer has the whole mail and only its verdict is awaited. */
    synchronized void cutShortBeforeTheDot() {
        wanted = false;
        if (stage == Stage.TALKING) {
            interrupt();
        }
    }

    /** Ends the talk with the peer, if there still is one. */
    synchronized void cutShort() {
        wanted = false;
        if (stage != Stage.APART) {
            interrupt();
        }
    }

    private void interrupt() {
        cutShort = true;
        thread.interrupt();
    }

    /**
     * The talk has ended; from now on the thread is not interrupted. Returns whether it was cut short before any peer had
     * the mail, so that nothing came of the attempt.
     */
    synchronized boolean endTalk() {
        stage = Stage.APART;
        // Takes back an interrupt that came too late to be noticed by anybody.
        Thread.interrupted();
        return cutShort && !dotSent;
    }
}
