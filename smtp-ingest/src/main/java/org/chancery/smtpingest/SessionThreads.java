package org.chancery.smtpingest;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * A platform thread for each session, used again for the next one; docs/adr says why not virtual ones.
 *
 * <p>SubEthaSMTP waits for its sessions without end when it stops. Here a thread that hangs (in a disk that does not
 * answer, say) is left behind after a while: all threads are daemons.
 */
final class SessionThreads extends AbstractExecutorService {
    private static final Duration LAST_WAIT = Duration.ofSeconds(2);

    private final ExecutorService threads;

    SessionThreads(Service service) {
        this(Thread.ofPlatform().daemon().name("smtp-" + service + "-", 0).factory());
    }

    SessionThreads(ThreadFactory factory) {
        this.threads = Executors.newCachedThreadPool(factory);
    }

    /**
     * Runs a session.
     *
     * @throws RejectedExecutionException also where the system gives no thread: that is the one failure after which
     *     SubEthaSMTP closes the connection and goes on accepting
     */
    @Override
    public void execute(Runnable session) {
        try {
            threads.execute(session);
        } catch (Error noThread) {
            throw new RejectedExecutionException("no thread for a session", noThread);
        }
    }

    @Override
    public void shutdown() {
        threads.shutdown();
    }

    @Override
    public List<Runnable> shutdownNow() {
        return threads.shutdownNow();
    }

    @Override
    public boolean isShutdown() {
        return threads.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return threads.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return threads.awaitTermination(Math.min(unit.toMillis(timeout), LAST_WAIT.toMillis()), TimeUnit.MILLISECONDS);
    }
}
