package org.chancery.smtpingest;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
        this.threads = Executors.newCachedThreadPool(
                Thread.ofPlatform().daemon().name("smtp-" + service + "-", 0).factory());
    }

    @Override
    public void execute(Runnable session) {
        threads.execute(session);
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
