package org.chancery.mailets.authentication.dns;

import java.util.concurrent.Semaphore;

/**
 * Room for mails whose name servers are slow. Workers of the pipeline wait for DNS, and there are few of them: if all could wait
 * long at the same time, a stranger with a name server that never answers could keep everybody's mail waiting. So only half of
 * them may; a mail for which there is no room goes on without the answers.
 */
public final class SlowLane {
    private final Semaphore room;

    /** @param workers so many mails are processed at the same time */
    public SlowLane(int workers) {
        this.room = new Semaphore(Math.max(1, workers / 2));
    }

    boolean enter() {
        return room.tryAcquire();
    }

    void leave() {
        room.release();
    }
}
