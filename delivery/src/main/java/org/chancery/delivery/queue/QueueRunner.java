package org.chancery.delivery.queue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.ChangedMail;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.queue.Courier;
import org.chancery.core.queue.OutgoingJob;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works the outgoing queue: {@link #start}, {@link #wake} after each commit that queued something, perhaps {@link
 * #drain}, {@link #stop}.
 *
 * <p>One thread claims; each attempt has a virtual thread, which then records the result and does not end before that is
 * done. The queue is looked at when a job is due, when the runner is woken and when an attempt has ended.
 *
 * <p>What may happen twice: a job whose peer said 250, and whose server was killed or whose connection broke before that
 * was read and recorded. SMTP offers no better.
 */
public final class QueueRunner {
    private static final Logger LOG = LoggerFactory.getLogger(QueueRunner.class);

    /** Another server on the same database may queue something and be killed before it sends it. */
    private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);
    /** Something is due that cannot be had now: its destination is full, or another server is just taking it. */
    private static final Duration OUT_OF_REACH = Duration.ofSeconds(1);
    /** What of the time to stop is kept for recording what was cut short. */
    private static final Duration FOR_RECORDING = Duration.ofSeconds(1);

    /** So often a record is tried that fails for another reason than an absent database; a bug does not pass by waiting. */
    private static final int RECORD_FAILURES = 5;

    private static final String THREW = "451 4.3.0 something broke on our side";

    private final Jobs jobs;
    private final Courier courier;
    private final QueueLimits limits;
    private final DeliveryFigures figures;
    private final Clock clock;
    private final Slots slots;
    private final Thread claiming;
    /** Open until results that cannot be recorded have to be left alone. */
    private final CountDownLatch givenUp = new CountDownLatch(1);

    private volatile boolean stopping;
    /** Why nothing is claimed, though the database is there; null while all is well. */
    private volatile @Nullable String trouble;

    public QueueRunner(Jobs jobs, Courier courier, QueueLimits limits, DeliveryFigures figures, Clock clock) {
        this.jobs = jobs;
        this.courier = courier;
        this.limits = limits;
        this.figures = figures;
        this.clock = clock;
        this.slots = new Slots(limits);
        this.claiming = Thread.ofPlatform().daemon().name("delivery-claims").unstarted(this::work);
    }

    /** Begins, with the jobs that this server left behind when it was last stopped or killed; can be called once. */
    public void start() {
        claiming.start();
    }

    /** Has the queue looked at now. Cheap; may be called by any thread. */
    public void wake() {
        slots.ring();
    }

    /** Claims nothing more from now on; what is under way goes on. Cheap; the first step of stopping the server. */
    public void drain() {
        stopping = true;
        slots.ring();
    }

    /** Why outgoing mail lies still, for whoever asks after the server's health; empty where it does not. */
    public Optional<String> trouble() {
        if (!stopping && claiming.getState() == Thread.State.TERMINATED) {
            return Optional.of("outgoing mail is not looked at any more");
        }
        return Optional.ofNullable(trouble);
    }

    /**
     * Claims nothing more and lets attempts come to their end: for half of the given time all of them, for nearly all of it
     * those whose peer has the whole mail and owes its verdict. Then they are cut short. A job that was cut short before
     * the final dot keeps its lease, and is taken up at the next start; one that was cut short after it may have arrived,
     * and has this recorded as a failure for now.
     */
    public void stop(Duration within) throws InterruptedException {
        long end = System.nanoTime() + within.toNanos();
        drain();
        if (claiming.getState() != Thread.State.NEW) {
            claiming.join(left(end).plusMillis(1));
        }

        Duration forRecording = within.dividedBy(5).compareTo(FOR_RECORDING) < 0 ? within.dividedBy(5) : FOR_RECORDING;
        if (!slots.awaitEmpty(left(end).dividedBy(2))) {
            slots.underWay().forEach(Undertaking::cutShortBeforeTheDot);
        }
        if (!slots.awaitEmpty(left(end).minus(forRecording))) {
            givenUp.countDown();
            slots.underWay().forEach(Undertaking::cutShort);
            slots.awaitEmpty(left(end));
        }
        List<Undertaking> remaining = slots.underWay();
        if (!remaining.isEmpty()) {
            LOG.warn("{} attempts did not end in time; their jobs are taken up at the next start", remaining.size());
        }
    }

    private static Duration left(long end) {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    // ---- Claiming

    private void work() {
        boolean recovered = false;
        Duration pause = limits.firstPause();
        while (!stopping) {
            Duration wait;
            try {
                if (!recovered) {
                    int left = jobs.recover();
                    recovered = true;
                    LOG.info("outgoing queue: {} jobs were left over by the last run", left);
                }
                wait = claim();
                pause = limits.firstPause();
                trouble = null;
            } catch (RuntimeException | Error failure) {
                // Errors too: when memory has come back, somebody has to be there.
                tell("the outgoing queue cannot be worked", failure);
                trouble = failure instanceof Unavailable ? null : "the outgoing queue cannot be worked";
                wait = pause;
                pause = limits.after(pause);
            }
            try {
                slots.awaitRing(wait);
            } catch (InterruptedException end) {
                return;
            }
        }
    }

    /** Starts what is due and fits in; returns how long there is nothing more to do. */
    private Duration claim() {
        Slots.Room room = slots.room();
        if (room.limit() == 0) {
            return LONGEST_SLEEP; // An attempt that ends rings.
        }
        boolean started = false;
        for (OutgoingJob job : jobs.claim(room.limit(), room.fullDestinations())) {
            started |= start(job);
        }
        return started ? Duration.ZERO : untilDue(jobs.nextDue());
    }

    private boolean start(OutgoingJob job) {
        Undertaking undertaking = new Undertaking(job, this::carryOut);
        // A job comes a second time when its lease has run out while its result could not be recorded: it is enough
        // that the claim has renewed the lease.
        if (stopping || !slots.take(undertaking)) {
            return false;
        }
        begin(undertaking);
        return true;
    }

    private void begin(Undertaking undertaking) {
        figures.begun();
        try {
            undertaking.start();
        } catch (RuntimeException | Error notStarted) {
            LOG.warn(
                    "job={} was claimed and cannot be tried; it is, when its lease has run out",
                    undertaking.job().id());
            end(undertaking.job());
            throw notStarted;
        }
    }

    private Duration untilDue(Optional<Instant> due) {
        Duration wait = due.map(at -> Duration.between(clock.instant(), at)).orElse(LONGEST_SLEEP);
        if (wait.isNegative() || wait.isZero()) {
            return OUT_OF_REACH;
        }
        return wait.compareTo(LONGEST_SLEEP) < 0 ? wait : LONGEST_SLEEP;
    }

    // ---- One job, in its own thread

    private void carryOut(Undertaking undertaking) {
        OutgoingJob job = undertaking.job();
        try {
            Attempt attempt = attempt(undertaking);
            if (undertaking.endTalk()) {
                LOG.info("job={} was cut short by the stop; it is taken up at the next start", job.id());
                return;
            }
            figures.count(attempt);
            LOG.info("{}", line(job, attempt));
            record(job, attempt);
        } finally {
            end(job);
        }
    }

    private void end(OutgoingJob job) {
        figures.ended();
        slots.free(job).ifPresent(again -> {
            if (stopping) {
                slots.free(again.job()); // Its lease is taken back at the next start.
            } else {
                begin(again);
            }
        });
    }

    private Attempt attempt(Undertaking undertaking) {
        OutgoingJob job = undertaking.job();
        Instant startedAt = clock.instant();
        try {
            return courier.deliver(job, undertaking);
        } catch (ChangedMail changed) {
            // No later attempt would find the bytes that were decided on.
            LOG.error("message={} job={} is not sent: {}", job.message(), job.id(), changed.getMessage());
            return ended(job, startedAt, to -> new Result.PermanentFailure(to, ChangedMail.REPLY, false));
        } catch (RuntimeException | Error broken) {
            LOG.error("attempt for message={} job={} broke off", job.message(), job.id(), broken);
            return ended(job, startedAt, to -> new Result.TemporaryFailure(to, THREW, false));
        }
    }

    private Attempt ended(OutgoingJob job, Instant startedAt, Function<EmailAddress, Result> result) {
        return new Attempt(
                startedAt,
                clock.instant(),
                null,
                null,
                job.recipients().stream().map(result).toList());
    }

    /** Does not give up before the stop does: a 250 that is forgotten is a mail sent twice. */
    private void record(OutgoingJob job, Attempt attempt) {
        Duration pause = limits.firstPause();
        int failures = 0;
        while (true) {
            try {
                if (failures >= RECORD_FAILURES) {
                    jobs.park(job, attempt);
                    LOG.error("job={} is parked: its result cannot be recorded; message={}", job.id(), job.message());
                } else if (!jobs.record(job, attempt)) {
                    LOG.warn(
                            "job={} was taken over by another server; this does not count: {}",
                            job.id(),
                            line(job, attempt));
                }
                return;
            } catch (RuntimeException | Error failure) {
                failures += failure instanceof Unavailable ? 0 : 1;
                tell("the result of job=" + job.id() + " cannot be recorded", failure);
            }
            if (givesUpWithin(pause)) {
                LOG.warn("the result of job={} was never recorded; it is tried again at the next start", job.id());
                return;
            }
            pause = limits.after(pause);
        }
    }

    private boolean givesUpWithin(Duration pause) {
        try {
            return givenUp.await(pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** The database's absence needs no stack trace, a bug does. */
    private static void tell(String what, Throwable failure) {
        if (failure instanceof Unavailable) {
            LOG.warn("{}: {}", what, failure.getMessage());
        } else {
            LOG.error("{}", what, failure);
        }
    }

    private static String line(OutgoingJob job, Attempt attempt) {
        String results = attempt.results().stream()
                .map(result -> result.recipient() + " " + word(result) + " \"" + result.reply() + "\"")
                .collect(Collectors.joining(", "));
        return "message=" + job.message() + " job=" + job.id() + " attempt=" + (job.attempts() + 1) + " destination="
                + job.destination() + " remote=" + orDash(attempt.remote()) + " tls=" + orDash(attempt.tls()) + " took="
                + Duration.between(attempt.startedAt(), attempt.endedAt()).toMillis() + "ms: " + results;
    }

    private static String word(Result result) {
        return switch (result) {
            case Result.Delivered ignored -> "delivered";
            case Result.TemporaryFailure ignored -> "deferred";
            case Result.PermanentFailure ignored -> "failed";
        };
    }

    private static String orDash(@Nullable String text) {
        return text == null ? "-" : text;
    }
}
