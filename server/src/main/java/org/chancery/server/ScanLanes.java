package org.chancery.server;

import org.chancery.core.screening.AnswerPool;
import org.chancery.core.screening.ScanDesk.Lanes;

/** The threads in which a server beside ours is asked about mails. */
record ScanLanes(AnswerPool first, int atOnce, AnswerPool again) implements AutoCloseable {

    static ScanLanes named(String peer, int atOnce) {
        return new ScanLanes(new AnswerPool(peer, atOnce), atOnce, new AnswerPool(peer + "-again", 1));
    }

    Lanes lanes() {
        return new Lanes(first, atOnce, again);
    }

    @Override
    public void close() {
        first.close();
        again.close();
    }
}
