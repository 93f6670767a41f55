package org.chancery.mailets.host;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.chancery.core.spool.SpoolClaims;
import org.chancery.core.spool.SpooledMail;
import org.chancery.mailets.host.Attempts.Tried;
import org.chancery.mailets.trace.Custody;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Works off the spool: each worker, a thread, claims a mail, has it processed and settles it. A mail in which a step hangs is
 * taken from its worker, who is replaced; so no mail keeps others waiting, and none is dropped.
 *
 * <p>Order of calls: {@link #start}, {@link #stop}.
 */
public final class SpoolRunner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolRunner.class);

    /** Also the time that an idle worker takes to notice that the server stops: workers are not interrupted. */
    private static final Duration CLAIM_WAIT = Duration.ofMillis(250);

    private static final Duration PAUSE_AFTER_TROUBLE = Duration.ofSeconds(1);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(10);

    /** With so many threads hanging, their workers are not replaced any more. */
    private static final int MAX_STUCK = 50;

    private final SpoolClaims claims;
    private final LongSupplier backlog;
    private final Attempts attempts;
    private final PipelineSettings settings;
    private final PipelineFigures figures = new PipelineFigures();
    private final CountDownLatch stopping = new CountDownLatch(1);

    /** Guarded by this. */
    private final List<Worker> workers = new ArrayList<>();

    /** Guarded by this. */
    private int started;

    /** Used by the watching thread alone. */
    private final List<Taken> taken = new ArrayList<>();

    /** @param backlog {@code Spool::backlog} */
    public SpoolRunner(
            SpoolClaims claims,
            LongSupplier backlog,
            InboundProcessor processor,
            PipelineSettings settings,
            Clock clock) {
        this.claims = claims;
        this.backlog = backlog;
        this.settings = settings;
        this.attempts = new Attempts(claims, processor, settings, figures, clock);
    }

    /** Begins to work. */
    public void start() {
        fillUp();
        Thread.ofPlatform().daemon().name("pipeline-watch").start(this::watch);
    }

    /**
     * Lets the workers finish the mails that they have and take no other. What is not finished in time is handed out again at
     * the next start.
     *
     * @return whether all were finished
     */
    public boolean stop(Duration within) {
        stopping.countDown();
        long end = System.nanoTime() + within.toNanos();
        boolean all = true;
        for (Worker worker : workers()) {
            all &= worker.join(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
        return all;
    }

    @Override
    public void close() {
        if (!stop(STOPS_WITHIN)) {
            LOG.warn("mails are still being processed; they are handed out again at the next start");
        }
    }

    public PipelineFigures figures() {
        return figures;
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private synchronized List<Worker> workers() {
        return List.copyOf(workers);
    }

    private synchronized void fillUp() {
        while (workers.size() < settings.workers() && figures.stuck() < MAX_STUCK && !isStopping()) {
            Worker worker = new Worker();
            // In this order: one whose thread could not be made is no worker.
            worker.start(++started);
            workers.add(worker);
        }
    }

    private synchronized void replace(Worker hanging) {
        workers.remove(hanging);
        figures.hangs();
        if (figures.stuck() == MAX_STUCK) {
            LOG.error("{} threads hang in mailets; their workers are not replaced before some come back", MAX_STUCK);
        }
        fillUp();
    }

    private void cameBack() {
        figures.hangsNoMore();
        fillUp();
    }

    private void watch() {
        long tick = Math.clamp(settings.hangsAfter().toMillis() / 10, 10, 1000);
        try {
            while (!stopping.await(tick, TimeUnit.MILLISECONDS)) {
                watched(this::fillUp);
                workers().forEach(worker -> watched(worker::takeWhatHangs));
                List.copyOf(taken).forEach(one -> watched(() -> putBack(one)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Does a part of the watch; whatever comes of it, the watch goes on, and does it again the next time. */
    private static void watched(Runnable part) {
        try {
            part.run();
        } catch (RuntimeException | Error e) {
            LOG.error("watching the pipeline's workers failed; it is tried again", e);
        }
    }

    private void putBack(Taken one) {
        attempts.hung(one.task().mail(), one.task().custody(), one.task().givingUp(), one.stack());
        taken.remove(one);
    }

    /** Waits for so long, or until the server stops. */
    private void rest(Duration pause) {
        try {
            if (pause.isPositive() && stopping.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.debug("a rest was cut short");
            }
        } catch (InterruptedException e) {
            LOG.warn("a worker was interrupted while it rested");
        }
    }

    /** A mail that hangs and was taken from its worker; it is to go back into the spool. */
    private record Taken(Task task, StackTraceElement[] stack) {}

    /** A mail in a worker's hands. */
    private record Task(SpooledMail mail, Custody custody, long since, boolean givingUp) {}

    /** One thread that works off the spool. */
    private final class Worker implements Runnable {
        private volatile @Nullable Task task;
        private volatile @Nullable Thread thread;

        void start(int number) {
            thread = Thread.ofPlatform().daemon().name("pipeline-" + number).start(this);
        }

        boolean join(Duration patience) {
            Thread joined = thread;
            try {
                return joined == null || joined.join(patience);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        @Override
        public void run() {
            boolean mine = true;
            while (mine && !isStopping()) {
                try {
                    Optional<SpooledMail> mail = claims.claim(CLAIM_WAIT);
                    mine = mail.isEmpty() || work(mail.get());
                } catch (InterruptedException e) {
                    LOG.warn("a worker was interrupted while it waited for mail");
                } catch (RuntimeException | Error e) {
                    LOG.error("claiming a mail from the spool or settling it failed", e);
                    rest(PAUSE_AFTER_TROUBLE);
                }
            }
            if (!mine) {
                cameBack();
            }
        }

        /** Processes one mail; false where it was taken away meanwhile, and this thread is not needed any more. */
        private boolean work(SpooledMail mail) {
            Custody custody = new Custody();
            long began = System.nanoTime();
            task = new Task(mail, custody, began, false);
            MDC.put("mail", mail.id().text());
            try {
                Tried tried =
                        attempts.run(mail, custody, () -> task = new Task(mail, custody, System.nanoTime(), true));
                if (!custody.settle()) {
                    return false;
                }
                long nanos = System.nanoTime() - began;
                figures.busy(nanos);
                Duration leaveAlone = attempts.settle(mail, tried, nanos);
                task = null;
                rest(leaveAlone.isPositive() ? leaveAlone : stepBack(nanos));
                return true;
            } finally {
                task = null;
                MDC.remove("mail");
            }
        }

        private Duration stepBack(long nanos) {
            return settings.stepBack().rest(Duration.ofNanos(nanos), claims.arrivalsPerSecond(), backlog.getAsLong());
        }

        /** Called by the watching thread. */
        void takeWhatHangs() {
            Task current = task;
            Thread hanging = thread;
            if (current == null
                    || hanging == null
                    || System.nanoTime() - current.since()
                            < settings.hangsAfter().toNanos()) {
                return;
            }
            // Noted first, so that a mail that was taken is never forgotten.
            Taken one = new Taken(current, hanging.getStackTrace());
            taken.add(one);
            if (current.custody().takeFrom(hanging)) {
                replace(this);
            } else {
                taken.remove(one);
            }
        }
    }
}
