package org.chancery.delivery.subscription;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.event.EventSignal;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.subscription.DeliveryAttempt;
import org.chancery.core.subscription.DeliveryRepository.Lane;
import org.chancery.core.subscription.Outcome;
import org.chancery.core.subscription.Subscriptions;
import org.chancery.core.subscription.Subscriptions.Task;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes deliveries of events and has them attempted: {@link #start}, {@link #stop}. One thread passes events and claims lanes;
 * each attempt has a virtual thread, which records the result and then lets the lane go.
 *
 * <p>What may happen twice: an attempt whose server was killed before its result was recorded. Subscribers know by the
 * event's id.
 */
public final class SubscriptionRunner {
    private static final Logger LOG = LoggerFactory.getLogger(SubscriptionRunner.class);

    /** Another server on the same database may write events, and ring no bell here. */
    private static final Duration LONGEST_SLEEP = Duration.ofSeconds(30);

    /** Something is due that cannot be had now: its destination is full, or another server is just taking it. */
    private static final Duration OUT_OF_REACH = Duration.ofMillis(500);

    private static final Duration AFTER_TROUBLE = Duration.ofSeconds(1);

    /** So often a record is tried; then the lease is left to run out. */
    private static final int RECORD_TRIES = 5;

    private final Subscriptions subscriptions;
    private final String owner;
    private final SubscriptionFigures figures;
    private final Clock clock;
    private final LaneSlots slots;
    private final Thread working;
    private volatile boolean stopping;
    private volatile @Nullable String trouble;

    /**
     * How much at once.
     *
     * @param attempts in all
     * @param perDestination of one destination, so that a slow one leaves room for the others
     */
    public record Limits(int attempts, int perDestination) {
        /** Enough to keep up with what a server receives; a receiver that takes fifteen seconds holds a few threads, no more. */
        public static final Limits DEFAULT = new Limits(50, 4);
    }

    public SubscriptionRunner(
            Subscriptions subscriptions,
            String owner,
            Limits limits,
            SubscriptionFigures figures,
            EventSignal signal,
            Clock clock) {
        this.subscriptions = subscriptions;
        this.owner = owner;
        this.slots = new LaneSlots(limits);
        this.figures = figures;
        this.clock = clock;
        this.working = Thread.ofPlatform().daemon().name("subscriptions").unstarted(this::work);
        signal.listen(slots::ring);
    }

    /** Begins, with what this server left behind when it was last stopped or killed; can be called once. */
    public void start() {
        working.start();
    }

    /** Why deliveries lie still, for whoever asks after the server's health; empty where they do not. */
    public Optional<String> trouble() {
        return working.getState() == Thread.State.TERMINATED && !stopping
                ? Optional.of("deliveries to subscribers are not looked at any more")
                : Optional.ofNullable(trouble);
    }

    /** Claims nothing more and lets attempts come to their end; what is not done in time is taken up at the next start. */
    public void stop(Duration within) throws InterruptedException {
        long end = System.nanoTime() + within.toNanos();
        stopping = true;
        slots.ring();
        if (working.getState() != Thread.State.NEW) {
            working.join(within);
        }
        int underWay = slots.awaitEmpty(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        if (underWay > 0) {
            LOG.info("{} deliveries are cut short by the stop and taken up at the next start", underWay);
        }
    }

    // ---- Passing events and claiming

    private void work() {
        boolean recovered = false;
        Instant wholeLook = Instant.MIN;
        while (!stopping) {
            Duration wait;
            try {
                if (!recovered) {
                    subscriptions.recover(owner);
                    recovered = true;
                }
                Set<WorkspaceId> workspaces = slots.rungFor();
                if (!clock.instant().isBefore(wholeLook)) {
                    workspaces.addAll(subscriptions.behind());
                    wholeLook = clock.instant().plus(LONGEST_SLEEP);
                }
                boolean more = pass(workspaces);
                wait = more ? Duration.ZERO : claim();
                trouble = null;
            } catch (RuntimeException | Error failure) {
                tell("deliveries to subscribers cannot be worked", failure);
                trouble = failure instanceof Unavailable ? null : "deliveries to subscribers cannot be worked";
                wholeLook = Instant.MIN;
                wait = AFTER_TROUBLE;
            }
            try {
                slots.awaitRing(wait);
            } catch (InterruptedException end) {
                return;
            }
        }
    }

    /** Passes a piece of each; whether something is left, which then rings again. */
    private boolean pass(Set<WorkspaceId> workspaces) {
        boolean more = false;
        for (WorkspaceId workspace : workspaces) {
            if (subscriptions.pass(workspace)) {
                slots.ring(workspace);
                more = true;
            }
        }
        return more;
    }

    /** Starts what is due and fits in; returns how long there is nothing more to do. */
    private Duration claim() {
        LaneSlots.Room room = slots.room();
        if (room.limit() <= 0) {
            return LONGEST_SLEEP; // An attempt that ends rings.
        }
        boolean started = false;
        for (Lane lane : subscriptions.claim(owner, room.limit(), room.fullDestinations())) {
            started |= begin(lane);
        }
        if (started) {
            return Duration.ZERO;
        }
        Duration wait = subscriptions
                .nextDue()
                .map(due -> Duration.between(clock.instant(), due))
                .orElse(LONGEST_SLEEP);
        if (!wait.isPositive()) {
            return OUT_OF_REACH;
        }
        return wait.compareTo(LONGEST_SLEEP) < 0 ? wait : LONGEST_SLEEP;
    }

    private boolean begin(Lane lane) {
        if (stopping || !slots.take(lane)) {
            return false;
        }
        start(lane);
        return true;
    }

    private void start(Lane lane) {
        figures.begun();
        Thread.ofVirtual().name("subscriber").start(() -> carryOut(lane));
    }

    private void end(Lane lane) {
        figures.ended();
        slots.free(lane).ifPresent(again -> {
            if (stopping) {
                slots.free(again); // Its lease is taken back at the next start.
            } else {
                start(again);
            }
        });
    }

    // ---- One lane, in its own thread

    private void carryOut(Lane lane) {
        try {
            Optional<Task> task = subscriptions.next(lane, owner);
            if (task.isPresent()) {
                DeliveryAttempt attempt = attempt(task.get());
                figures.count(attempt.outcome());
                LOG.info("{}", line(lane, task.get(), attempt));
                record(lane, task.get(), attempt);
            }
        } catch (RuntimeException | Error failure) {
            tell("lane " + lane.id() + " is left until its lease runs out", failure);
        } finally {
            end(lane);
        }
    }

    private DeliveryAttempt attempt(Task task) {
        Instant startedAt = clock.instant();
        Outcome outcome;
        try {
            outcome = subscriptions.attempt(task);
        } catch (Unavailable away) {
            outcome = new Outcome.Postponed("something of ours is away", Duration.ofSeconds(5));
        } catch (RuntimeException | Error broken) {
            LOG.error("delivery={} broke off", task.delivery().id(), broken);
            outcome = new Outcome.Failed(null, "something broke on our side", null);
        }
        return new DeliveryAttempt(startedAt, clock.instant(), outcome);
    }

    private void record(Lane lane, Task task, DeliveryAttempt attempt) {
        for (int tries = 1; tries <= RECORD_TRIES; tries++) {
            try {
                if (!subscriptions.record(lane, owner, task, attempt)) {
                    LOG.warn(
                            "delivery={} was taken over by another server",
                            task.delivery().id());
                }
                return;
            } catch (RuntimeException | Error failure) {
                tell("the result of delivery=" + task.delivery().id() + " cannot be recorded", failure);
            }
            if (stopping) {
                return;
            }
            pause(AFTER_TROUBLE);
        }
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void tell(String what, Throwable failure) {
        if (failure instanceof Unavailable) {
            LOG.warn("{}: {}", what, failure.getMessage());
        } else {
            LOG.error("{}", what, failure);
        }
    }

    /** Neither the path of the URL nor the answer: both may hold secrets. */
    private static String line(Lane lane, Task task, DeliveryAttempt attempt) {
        Integer status = attempt.outcome().status();
        return "event=" + task.event().id() + " delivery=" + task.delivery().id() + " attempt="
                + (task.delivery().attempts() + 1) + " destination=" + lane.destination() + " took="
                + Duration.between(attempt.startedAt(), attempt.endedAt()).toMillis() + "ms: "
                + attempt.outcome().getClass().getSimpleName() + (status == null ? "" : " " + status);
    }
}
