package org.chancery.testkit.peer;

import java.util.concurrent.CountDownLatch;

/** Keeps sessions waiting at a stage until it is released; then they go on as if nothing had been. */
public final class Stall {
    private final CountDownLatch released = new CountDownLatch(1);

    /** Lets all go on, those too that come later. */
    public void release() {
        released.countDown();
    }

    void await() throws InterruptedException {
        released.await();
    }
}
