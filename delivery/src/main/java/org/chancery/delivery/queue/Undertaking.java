package org.chancery.delivery.queue;

import java.util.function.Consumer;
import org.chancery.core.queue.OutgoingJob;

/**
 * A job that is being tried, in a thread of its own. The thread may be interrupted while it talks to a peer and not while
 * it records: an embedded database closes its file when a thread is interrupted in it.
 */
final class Undertaking {
    private final OutgoingJob job;
    private final Thread thread;
    private boolean talking = true;
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

    /** Ends the talk with the peer, if there still is one. */
    synchronized void cutShort() {
        if (talking) {
            cutShort = true;
            thread.interrupt();
        }
    }

    /** The talk has ended; from now on the thread is not interrupted. Returns whether the talk was cut short. */
    synchronized boolean endTalk() {
        talking = false;
        // Takes back an interrupt that came too late to be noticed by anybody.
        Thread.interrupted();
        return cutShort;
    }
}
