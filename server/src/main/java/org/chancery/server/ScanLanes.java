package org.chancery.server;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.chancery.core.screening.ScanDesk.Lanes;

/** The threads in which a server beside ours is asked about mails. None is made before there is a mail. */
record ScanLanes(ExecutorService first, int atOnce, ExecutorService again) implements AutoCloseable {

    static ScanLanes named(String peer, int atOnce) {
        return new ScanLanes(threads(peer, atOnce), atOnce, threads(peer + "-again", 1));
    }

    Lanes lanes() {
        return new Lanes(first, atOnce, again);
    }

    /** So many threads of that name; what they are given is bounded by who gives it. */
    static ExecutorService threads(String name, int count) {
        return new ThreadPoolExecutor(
                count,
                count,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name(name + '-', 1).factory());
    }

    @Override
    public void close() {
        first.shutdownNow();
        again.shutdownNow();
    }
}
