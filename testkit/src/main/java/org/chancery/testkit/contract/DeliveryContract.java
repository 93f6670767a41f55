package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.chancery.core.event.EventType;
import org.chancery.core.id.EventDeliveryId;
import org.chancery.core.id.EventId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.subscription.DeliveryAttempt;
import org.chancery.core.subscription.DeliveryRepository;
import org.chancery.core.subscription.DeliveryRepository.Lane;
import org.chancery.core.subscription.DeliveryRepository.Logged;
import org.chancery.core.subscription.EventDelivery;
import org.chancery.core.subscription.EventDelivery.EventFacts;
import org.chancery.core.subscription.EventDelivery.Status;
import org.chancery.core.subscription.Outcome;
import org.chancery.core.subscription.Subscriber;
import org.chancery.core.turn.Purpose;
import org.chancery.core.turn.UsageRepository.Day;
import org.chancery.core.tx.Tx;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a {@link DeliveryRepository} has to do, and the {@link org.chancery.core.event.EventCursors} beside it. */
public interface DeliveryContract {
    Duration LEASE = Duration.ofMinutes(15);
    String HERE = "https://here.example";

    Store store();

    private <T> T in(Function<Tx, T> work) {
        return store().transactions().in(work);
    }

    private boolean holds(Function<Tx, Boolean> claim) {
        return store().transactions().in(claim);
    }

    private long number(Function<Tx, ? extends Number> question) {
        return store().transactions().in(question).longValue();
    }

    private void run(Consumer<Tx> work) {
        store().transactions().run(work);
    }

    private DeliveryRepository deliveries() {
        return store().deliveries();
    }

    private List<Lane> claim(String owner, Instant now, int limit, String... full) {
        return in(tx -> deliveries().claim(tx, owner, now, now.plus(LEASE), limit, Set.of(full)));
    }

    private static EventDelivery delivery(Samples samples, UUID subscriber, long position) {
        return EventDelivery.of(
                new Subscriber(Subscriber.Kind.WEBHOOK, subscriber),
                EventDeliveryId.at(NOW.plusMillis(position)),
                new EventFacts(samples.workspace.id(), EventId.at(NOW), position, EventType.MESSAGE_ROUTED),
                NOW);
    }

    private EventDelivery add(EventDelivery delivery, UUID lane, String destination, Instant now) {
        assertTrue(holds(tx -> deliveries().add(tx, delivery, lane, destination, now)));
        return delivery;
    }

    /** The lanes are those of all workspaces: what another test left there would be claimed. */
    @BeforeEach
    default void empty_the_lanes() {
        Instant end = NOW.plus(Duration.ofDays(1000));
        for (List<Lane> left = claim("sweeper", end, 1000); !left.isEmpty(); left = claim("sweeper", end, 1000)) {
            for (Lane lane : left) {
                run(tx -> {
                    for (Optional<EventDelivery> head = deliveries().head(tx, lane.id());
                            head.isPresent();
                            head = deliveries().head(tx, lane.id())) {
                        deliveries().settle(tx, head.get().id(), Status.FAILED, end);
                    }
                    deliveries().release(tx, lane.id(), end);
                });
            }
        }
    }

    @Test
    default void an_event_is_delivered_to_a_subscriber_once() {
        Samples samples = Samples.in(store());
        UUID subscriber = UUID.randomUUID();
        EventDelivery first = add(delivery(samples, subscriber, 1), UUID.randomUUID(), HERE, NOW);
        EventDelivery again = new EventDelivery(
                EventDeliveryId.at(NOW),
                first.workspace(),
                first.subscriber(),
                first.event(),
                1,
                first.type(),
                Status.PENDING,
                0,
                NOW,
                null);
        assertFalse(holds(tx -> deliveries().add(tx, again, UUID.randomUUID(), HERE, NOW)));
        EventDelivery otherKind = new EventDelivery(
                EventDeliveryId.at(NOW),
                first.workspace(),
                new Subscriber(Subscriber.Kind.MODEL, subscriber),
                first.event(),
                1,
                first.type(),
                Status.PENDING,
                0,
                NOW,
                null);
        add(otherKind, UUID.randomUUID(), HERE, NOW);
    }

    @Test
    default void a_lane_hands_out_its_oldest_event_until_that_is_at_its_end() {
        Samples samples = Samples.in(store());
        UUID subscriber = UUID.randomUUID();
        UUID key = UUID.randomUUID();
        EventDelivery second = add(delivery(samples, subscriber, 2), key, HERE, NOW);
        EventDelivery first = add(delivery(samples, subscriber, 1), key, HERE, NOW);
        Lane lane = claim("us", NOW, 10).getFirst();
        assertEquals(first.subscriber(), lane.subscriber());
        assertEquals(HERE, lane.destination());
        assertEquals(List.of(), claim("them", NOW, 10), "both are in one lane");
        assertEquals(Optional.of(first), in(tx -> deliveries().head(tx, lane.id())));
        run(tx -> {
            deliveries().settle(tx, first.id(), Status.RETRYING, NOW);
            deliveries().release(tx, lane.id(), NOW.plusSeconds(5));
        });
        assertEquals(NOW.plusSeconds(5), in(tx -> deliveries().nextDue(tx)));
        assertEquals(List.of(), claim("us", NOW.plusSeconds(4), 10));
        assertEquals(List.of(lane), claim("us", NOW.plusSeconds(5), 10));
        EventDelivery retried = in(tx -> deliveries().head(tx, lane.id())).orElseThrow();
        assertEquals(first.id(), retried.id());
        assertEquals(1, retried.attempts());
        assertEquals(Status.RETRYING, retried.status());
        run(tx -> {
            deliveries().settle(tx, first.id(), Status.DELIVERED, NOW);
            deliveries().release(tx, lane.id(), NOW.plusSeconds(5));
        });
        assertEquals(Optional.of(second), in(tx -> deliveries().head(tx, lane.id())));
        assertEquals(1, number(tx -> deliveries().waiting(tx)));
    }

    @Test
    default void an_idle_lane_is_due_again_with_the_next_event_and_not_before() {
        Samples samples = Samples.in(store());
        UUID subscriber = UUID.randomUUID();
        UUID key = UUID.randomUUID();
        EventDelivery first = add(delivery(samples, subscriber, 1), key, HERE, NOW);
        Lane lane = claim("us", NOW, 10).getFirst();
        run(tx -> {
            deliveries().settle(tx, first.id(), Status.FAILED, NOW);
            deliveries().release(tx, lane.id(), NOW);
        });
        assertNull(in(tx -> deliveries().nextDue(tx)));
        assertEquals(List.of(), claim("us", NOW.plus(LEASE), 10));
        add(delivery(samples, subscriber, 2), key, "https://moved.example", NOW.plusSeconds(9));
        assertEquals(
                "https://moved.example",
                claim("us", NOW.plusSeconds(9), 10).getFirst().destination());
    }

    @Test
    default void what_is_added_while_a_lane_is_leased_waits_for_its_release() {
        Samples samples = Samples.in(store());
        UUID subscriber = UUID.randomUUID();
        UUID key = UUID.randomUUID();
        EventDelivery first = add(delivery(samples, subscriber, 1), key, HERE, NOW);
        Lane lane = claim("us", NOW, 10).getFirst();
        EventDelivery second = add(delivery(samples, subscriber, 2), key, HERE, NOW);
        assertEquals(List.of(), claim("them", NOW, 10));
        assertTrue(holds(tx -> deliveries().holds(tx, lane.id(), "us")));
        run(tx -> {
            deliveries().settle(tx, first.id(), Status.DELIVERED, NOW);
            deliveries().release(tx, lane.id(), NOW);
        });
        assertEquals(List.of(lane), claim("them", NOW, 10));
        assertEquals(Optional.of(second), in(tx -> deliveries().head(tx, lane.id())));
    }

    @Test
    default void no_lane_is_claimed_twice_by_four_at_once() {
        Samples samples = Samples.in(store());
        for (int i = 0; i < 40; i++) {
            add(delivery(samples, UUID.randomUUID(), i), UUID.randomUUID(), HERE, NOW);
        }
        List<List<Lane>> claimed = new ArrayList<>(AtOnce.run(4, number -> {
            List<Lane> mine = new ArrayList<>();
            List<Lane> piece;
            do {
                piece = claim("server" + number, NOW, 3);
                mine.addAll(piece);
            } while (!piece.isEmpty());
            return mine;
        }));
        claimed.add(claim("rest", NOW, 60));
        assertEquals(40, claimed.stream().mapToInt(List::size).sum());
        assertEquals(40, new HashSet<>(claimed.stream().flatMap(List::stream).toList()).size());
    }

    @Test
    default void lanes_of_full_destinations_are_passed_over() {
        Samples samples = Samples.in(store());
        add(delivery(samples, UUID.randomUUID(), 1), UUID.randomUUID(), "https://slow.example", NOW);
        add(delivery(samples, UUID.randomUUID(), 2), UUID.randomUUID(), HERE, NOW);
        assertEquals(
                HERE, claim("us", NOW, 10, "https://slow.example").getFirst().destination());
        assertEquals(List.of(), claim("us", NOW, 10, "https://slow.example"));
        assertEquals(1, claim("us", NOW, 10).size());
    }

    @Test
    default void a_lease_that_ran_out_or_whose_server_was_killed_is_up_for_claim_again() {
        Samples samples = Samples.in(store());
        add(delivery(samples, UUID.randomUUID(), 1), UUID.randomUUID(), HERE, NOW);
        Lane lane = claim("us", NOW, 10).getFirst();
        assertEquals(List.of(lane), claim("them", NOW.plus(LEASE), 10));
        assertFalse(holds(tx -> deliveries().holds(tx, lane.id(), "us")), "the lease was lost");
        assertEquals(0, number(tx -> deliveries().releaseLeases(tx, "us", NOW)));
        assertEquals(1, number(tx -> deliveries().releaseLeases(tx, "them", NOW)));
        assertEquals(List.of(lane), claim("us", NOW, 10));
    }

    @Test
    default void the_log_shows_deliveries_newest_first_with_their_last_attempt() {
        Samples samples = Samples.in(store());
        Samples strangers = Samples.in(store());
        UUID subscriber = UUID.randomUUID();
        UUID key = UUID.randomUUID();
        EventDelivery first = add(delivery(samples, subscriber, 1), key, HERE, NOW);
        EventDelivery second = add(delivery(samples, subscriber, 2), key, HERE, NOW);
        Lane lane = claim("us", NOW, 1).getFirst();
        DeliveryAttempt failed =
                new DeliveryAttempt(NOW, NOW.plusMillis(7), new Outcome.Failed(503, "busy \0 now", null));
        DeliveryAttempt taken = new DeliveryAttempt(
                NOW.plusSeconds(5), NOW.plusSeconds(6), new Outcome.Delivered(204, "x".repeat(5000)));
        run(tx -> {
            deliveries().addAttempt(tx, first.id(), failed);
            deliveries().settle(tx, first.id(), Status.RETRYING, NOW);
            deliveries().addAttempt(tx, first.id(), taken);
            deliveries().settle(tx, first.id(), Status.DELIVERED, NOW.plusSeconds(6));
            deliveries().release(tx, lane.id(), NOW.plusSeconds(6));
        });
        List<Logged> log = in(tx -> deliveries().log(tx, samples.workspace.id(), subscriber, null, 10));
        assertEquals(
                List.of(second.id(), first.id()),
                log.stream().map(logged -> logged.delivery().id()).toList());
        assertEquals(NOW.plusSeconds(6), log.getFirst().nextAttemptAt());
        assertNull(log.getFirst().last());
        Logged ended = log.getLast();
        assertEquals(Status.DELIVERED, ended.delivery().status());
        assertEquals(2, ended.delivery().attempts());
        assertEquals(NOW.plusSeconds(6), ended.delivery().endedAt());
        assertNull(ended.nextAttemptAt());
        assertTrue(ended.last() != null && ended.last().outcome() instanceof Outcome.Delivered);
        assertEquals(
                List.of(first.id()),
                in(tx -> deliveries().log(tx, samples.workspace.id(), subscriber, second.id(), 10)).stream()
                        .map(logged -> logged.delivery().id())
                        .toList());
        List<DeliveryAttempt> attempts = in(tx -> deliveries().attempts(tx, first.id()));
        assertEquals(2, attempts.size());
        assertEquals(503, attempts.getFirst().outcome().status());
        assertEquals("busy \uFFFD now", attempts.getFirst().outcome().note());
        assertEquals(List.of(), in(tx -> deliveries().log(tx, strangers.workspace.id(), subscriber, null, 10)));
    }

    @Test
    default void what_ended_long_ago_is_forgotten_and_what_waits_is_not() {
        Samples samples = Samples.in(store());
        UUID subscriber = UUID.randomUUID();
        UUID key = UUID.randomUUID();
        EventDelivery old = add(delivery(samples, subscriber, 1), key, HERE, NOW);
        EventDelivery waits = add(delivery(samples, subscriber, 2), key, HERE, NOW);
        run(tx -> {
            deliveries().addAttempt(tx, old.id(), new DeliveryAttempt(NOW, NOW, new Outcome.Refused(410, "gone")));
            deliveries().settle(tx, old.id(), Status.FAILED, NOW.minusSeconds(100));
        });
        int forgotten = 0;
        for (int piece = -1; piece != 0; forgotten += piece) {
            piece = (int) number(tx -> deliveries().forget(tx, NOW.minusSeconds(99), 10));
        }
        assertTrue(forgotten >= 1);
        assertEquals(
                List.of(waits.id()),
                in(tx -> deliveries().log(tx, samples.workspace.id(), subscriber, null, 10)).stream()
                        .map(logged -> logged.delivery().id())
                        .toList());
        assertEquals(List.of(), in(tx -> deliveries().attempts(tx, old.id())));
    }

    @Test
    default void a_cursor_begins_before_the_first_event_and_tells_who_is_behind() {
        Samples samples = Samples.in(store());
        assertFalse(in(tx -> store().cursors().behind(tx, "reader", 10_000)).contains(samples.workspace.id()));
        run(tx -> store().events().append(tx, samples.event(EventType.MESSAGE_RECEIVED)));
        assertTrue(in(tx -> store().cursors().behind(tx, "reader", 10_000)).contains(samples.workspace.id()));
        run(tx -> {
            assertEquals(0, store().cursors().lock(tx, "reader", samples.workspace.id()));
            store().cursors().move(tx, "reader", samples.workspace.id(), 1);
        });
        assertEquals(1, number(tx -> store().cursors().lock(tx, "reader", samples.workspace.id())));
        assertEquals(0, number(tx -> store().cursors().lock(tx, "other reader", samples.workspace.id())));
        assertFalse(in(tx -> store().cursors().behind(tx, "reader", 10_000)).contains(samples.workspace.id()));
    }

    @Test
    default void what_a_model_was_asked_adds_up_by_workspace_and_day() {
        Samples samples = Samples.in(store());
        WorkspaceId workspace = samples.workspace.id();
        LocalDate day = LocalDate.of(2026, 3, 2);
        AtOnce.run(
                2,
                number -> in(tx -> {
                    store().modelUsage().add(tx, workspace, new Day(day, 1, number, 100, 20, number * 30));
                    return true;
                }));
        run(tx -> store().modelUsage().add(tx, workspace, new Day(day.plusDays(1), 1, 0, 7, 1, 8)));
        Day first = in(tx -> store().modelUsage().day(tx, workspace, day));
        assertEquals(2, first.calls());
        assertEquals(30, first.tokens(Purpose.VIEW));
        assertEquals(210, first.tokens(Purpose.DECISION));
        assertEquals(
                List.of(new Day(day.plusDays(1), 1, 0, 7, 1, 8), first),
                in(tx -> store().modelUsage().days(tx, workspace, 10)));
        WorkspaceId stranger = Samples.in(store()).workspace.id();
        assertEquals(Day.unused(day), in(tx -> store().modelUsage().day(tx, stranger, day)));
    }
}
