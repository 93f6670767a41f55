package org.chancery.core.subscription;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventCursors;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventLog.Entry;
import org.chancery.core.id.EventDeliveryId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.subscription.DeliveryRepository.Lane;
import org.chancery.core.subscription.DeliveryRepository.Logged;
import org.chancery.core.subscription.EventDelivery.EventFacts;
import org.chancery.core.subscription.EventDelivery.Status;
import org.chancery.core.subscription.Subscription.Addressee;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/**
 * Turns events into deliveries, hands these out, and records what came of them. An event becomes one delivery for each
 * subscriber, in the transaction that moves the cursor past it; a delivery comes to its end once, in the transaction of its
 * last attempt's record. Between the two, at least one attempt is made, and after a crash perhaps the same one again.
 */
public final class Subscriptions {

    /** How long a lane belongs to the one who claimed it; longer than any attempt takes. */
    public static final Duration LEASE = Duration.ofMinutes(15);

    /** How long the log of deliveries goes back: long enough to look into last month's trouble. */
    public static final Duration KEPT = Duration.ofDays(30);

    private static final String READER = "subscriptions";

    /** Events passed in one transaction, which holds the cursor. */
    private static final int PIECE = 200;

    private static final int MAX_WORKSPACES = 1000;

    /** Deliveries forgotten in one transaction. */
    private static final int FORGET = 500;

    /** Retries are spread by so much of their pause, so that those who failed together do not come back together. */
    private static final double JITTER = 0.2;

    private final Transactions transactions;
    private final EventLog events;
    private final EventCursors cursors;
    private final DeliveryRepository deliveries;
    private final Map<Subscriber.Kind, Subscription> kinds = new EnumMap<>(Subscriber.Kind.class);
    private final Clock clock;
    private final RandomGenerator random;

    public Subscriptions(
            Transactions transactions,
            EventLog events,
            EventCursors cursors,
            DeliveryRepository deliveries,
            List<? extends Subscription> kinds,
            Clock clock,
            RandomGenerator random) {
        this.transactions = transactions;
        this.events = events;
        this.cursors = cursors;
        this.deliveries = deliveries;
        kinds.forEach(kind -> this.kinds.put(kind.kind(), kind));
        this.clock = clock;
        this.random = random;
    }

    /** Workspaces with events that are not passed yet. */
    public List<WorkspaceId> behind() {
        return transactions.in(tx -> cursors.behind(tx, READER, MAX_WORKSPACES));
    }

    /**
     * Makes deliveries of the next events of a workspace.
     *
     * @return whether there may be more of them
     */
    public boolean pass(WorkspaceId workspace) {
        return transactions.in(tx -> {
            long position = cursors.lock(tx, READER, workspace);
            List<Entry> piece = events.after(tx, workspace, position, Set.of(), PIECE);
            for (Entry entry : piece) {
                address(tx, entry);
            }
            if (!piece.isEmpty()) {
                cursors.move(tx, READER, workspace, piece.getLast().position());
            }
            return piece.size() == PIECE;
        });
    }

    private void address(Tx tx, Entry entry) {
        DomainEvent event = entry.event();
        EventFacts facts = new EventFacts(event.workspace(), event.id(), entry.position(), event.type());
        Instant now = clock.instant();
        for (Subscription kind : kinds.values()) {
            if (kind.types().contains(event.type())) {
                for (Addressee addressee : kind.addressees(tx, event)) {
                    Subscriber subscriber = new Subscriber(kind.kind(), addressee.subscriber());
                    EventDelivery delivery = EventDelivery.of(subscriber, EventDeliveryId.at(now), facts, now);
                    deliveries.add(tx, delivery, addressee.lane(), addressee.destination(), now);
                }
            }
        }
    }

    /** Lanes in which something is due, leased to the owner for {@link #LEASE}. */
    public List<Lane> claim(String owner, int limit, Set<String> full) {
        Instant now = clock.instant();
        return transactions.in(tx -> deliveries.claim(tx, owner, now, now.plus(LEASE), limit, full));
    }

    /** Takes back the leases of a server that was killed; call it at its start, before anything is claimed. */
    public int recover(String owner) {
        return transactions.in(tx -> deliveries.releaseLeases(tx, owner, clock.instant()));
    }

    /** When there is something to claim next; empty where nothing waits. */
    public Optional<Instant> nextDue() {
        return Optional.ofNullable(transactions.in(deliveries::nextDue));
    }

    public long waiting() {
        return transactions.in(deliveries::waiting);
    }

    /** What is to be attempted: the head of a lane, with its event. */
    public record Task(EventDelivery delivery, DomainEvent event) {}

    /** What comes next in a claimed lane; empty, and the lane let go of, where nothing does. */
    public Optional<Task> next(Lane lane, String owner) {
        return transactions.in(tx -> {
            if (!deliveries.holds(tx, lane.id(), owner)) {
                return Optional.empty();
            }
            Optional<EventDelivery> head = deliveries.head(tx, lane.id());
            if (head.isEmpty()) {
                deliveries.release(tx, lane.id(), clock.instant());
                return Optional.empty();
            }
            Optional<DomainEvent> event = event(tx, head.get());
            if (event.isEmpty()) {
                end(tx, head.get(), Status.FAILED, new Outcome.Refused(null, "the event is not kept any more"));
                deliveries.release(tx, lane.id(), clock.instant());
            }
            return event.map(found -> new Task(head.get(), found));
        });
    }

    private Optional<DomainEvent> event(Tx tx, EventDelivery delivery) {
        return events.after(tx, delivery.workspace(), delivery.position() - 1, Set.of(), 1).stream()
                .map(Entry::event)
                .filter(event -> event.id().equals(delivery.event()))
                .findFirst();
    }

    /** Tries once; whatever goes wrong in it is an outcome. */
    public Outcome attempt(Task task) {
        return kind(task.delivery()).attempt(task.delivery(), task.event());
    }

    private Subscription kind(EventDelivery delivery) {
        Subscription kind = kinds.get(delivery.subscriber().kind());
        if (kind == null) {
            throw new IllegalStateException("nobody delivers to " + delivery.subscriber());
        }
        return kind;
    }

    /**
     * Records an attempt and lets the lane go; durable on return.
     *
     * @return whether it counts. False where the lease was lost: then the one who has it decides
     */
    public boolean record(Lane lane, String owner, Task task, DeliveryAttempt attempt) {
        return transactions.durably(tx -> {
            if (!deliveries.holds(tx, lane.id(), owner)) {
                deliveries.addAttempt(tx, task.delivery().id(), attempt);
                return false;
            }
            deliveries.release(tx, lane.id(), settle(tx, task, attempt));
            return true;
        });
    }

    /** Settles the delivery; returns when its lane may go on. */
    private Instant settle(Tx tx, Task task, DeliveryAttempt attempt) {
        EventDelivery delivery = task.delivery();
        Instant now = clock.instant();
        return switch (attempt.outcome()) {
            case Outcome.Postponed postponed -> now.plus(postponed.pause());
            case Outcome.Delivered ignored -> {
                deliveries.addAttempt(tx, delivery.id(), attempt);
                deliveries.settle(tx, delivery.id(), Status.DELIVERED, now);
                yield now;
            }
            case Outcome.Refused refused -> {
                giveUp(tx, task, attempt, refused.note());
                yield now;
            }
            case Outcome.Failed failed -> {
                Optional<Instant> next = kind(delivery).retries().next(delivery.attempts() + 1, now);
                if (next.isEmpty()) {
                    giveUp(tx, task, attempt, failed.note());
                    yield now;
                }
                deliveries.addAttempt(tx, delivery.id(), attempt);
                deliveries.settle(tx, delivery.id(), Status.RETRYING, now);
                yield later(now, Duration.between(now, next.get()), failed.notBefore());
            }
        };
    }

    private Instant later(Instant now, Duration pause, @Nullable Duration notBefore) {
        Duration spread = pause.plus(Duration.ofNanos((long) (pause.toNanos() * JITTER * random.nextDouble())));
        return now.plus(notBefore != null && notBefore.compareTo(spread) > 0 ? notBefore : spread);
    }

    private void giveUp(Tx tx, Task task, DeliveryAttempt attempt, String why) {
        deliveries.addAttempt(tx, task.delivery().id(), attempt);
        deliveries.settle(tx, task.delivery().id(), Status.FAILED, clock.instant());
        kind(task.delivery()).gaveUp(tx, task.delivery(), task.event(), why);
    }

    private void end(Tx tx, EventDelivery delivery, Status status, Outcome outcome) {
        Instant now = clock.instant();
        deliveries.addAttempt(tx, delivery.id(), new DeliveryAttempt(now, now, outcome));
        deliveries.settle(tx, delivery.id(), status, now);
    }

    /** The log of a subscriber, newest first. */
    public List<Logged> log(WorkspaceId workspace, UUID subscriber, @Nullable EventDeliveryId before, int limit) {
        return transactions.in(tx -> deliveries.log(tx, workspace, subscriber, before, limit));
    }

    /** Forgets deliveries that ended longer ago than {@link #KEPT}; returns how many. For a timer, every hour or so. */
    public int sweep() {
        Instant before = clock.instant().minus(KEPT);
        int forgotten = 0;
        int piece;
        do {
            piece = transactions.in(tx -> deliveries.forget(tx, before, FORGET));
            forgotten += piece;
        } while (piece == FORGET);
        return forgotten;
    }
}
