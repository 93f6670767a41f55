package org.chancery.core.screening;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Answers by platform threads; none is made before there is a mail. What they are given is bounded by who gives it. */
public final class AnswerPool implements AnswerThreads, AutoCloseable {
    /** With so many threads hanging, they are not replaced any more: each takes memory, and perhaps a processor. */
    static final int MAX_HANGING = 50;

    private final int atOnce;
    private final ThreadPoolExecutor threads;

    /** Guarded by this. */
    private int hanging;

    /** @param name of the threads */
    public AnswerPool(String name, int atOnce) {
        this.atOnce = atOnce;
        this.threads = new ThreadPoolExecutor(
                atOnce,
                atOnce + MAX_HANGING,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name(name + '-', 1).factory());
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    @Override
    public synchronized void hangs() {
        hanging++;
        fill();
    }

    @Override
    public synchronized void cameBack() {
        hanging--;
        fill();
    }

    private void fill() {
        threads.setCorePoolSize(atOnce + Math.min(hanging, MAX_HANGING));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
