package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventLog.Entry;
import org.chancery.core.event.EventType;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.EventId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an {@link EventLog} has to do. */
public interface EventLogContract {
    Store store();

    private <T> T in(Function<Tx, T> work) {
        return store().transactions().in(work);
    }

    private long number(Function<Tx, ? extends Number> question) {
        return store().transactions().in(question).longValue();
    }

    private EventLog log() {
        return store().events();
    }

    private List<Entry> after(WorkspaceId workspace, long position, Set<EndpointId> endpoints, int limit) {
        return in(tx -> log().after(tx, workspace, position, endpoints, limit));
    }

    private void append(DomainEvent... events) {
        in(tx -> {
            List.of(events).forEach(event -> log().append(tx, event));
            return true;
        });
    }

    @Test
    default void events_are_read_as_they_were_appended_from_position_one_on() {
        Samples samples = Samples.in(store());
        WorkspaceId workspace = samples.workspace.id();
        assertEquals(0, number(tx -> log().head(tx, workspace)));
        assertEquals(List.of(), after(workspace, 0, Set.of(), 10));
        DomainEvent one = samples.event(EventType.MESSAGE_RECEIVED);
        DomainEvent two = samples.event(EventType.MESSAGE_ROUTED);
        DomainEvent three = event(samples, null, Map.of());
        append(one, two);
        append(three);
        List<Entry> all = List.of(new Entry(1, one), new Entry(2, two), new Entry(3, three));
        assertEquals(all, after(workspace, 0, Set.of(), 10));
        assertEquals(all.subList(1, 3), after(workspace, 1, Set.of(), 10));
        assertEquals(all.subList(1, 2), after(workspace, 1, Set.of(), 1));
        assertEquals(List.of(), after(workspace, 3, Set.of(), 10));
        assertEquals(3, number(tx -> log().head(tx, workspace)));
    }

    @Test
    default void a_payload_comes_back_as_the_same_tree() {
        Samples samples = Samples.in(store());
        Map<String, Object> payload = Map.of(
                "text",
                "Zoë \uD83D\uDE00 \"quoted\" \\ \n\t",
                "number",
                17,
                "large",
                5_000_000_000L,
                "flag",
                true,
                "list",
                List.of(Map.of("address", "bob@one.example"), List.of(), "x"),
                "tree",
                Map.of("deep", Map.of("deeper", List.of(1, 2))));
        append(event(samples, samples.endpoint.id(), payload));
        assertEquals(
                payload,
                after(samples.workspace.id(), 0, Set.of(), 1).getFirst().event().payload());
    }

    @Test
    default void characters_that_no_database_keeps_do_not_stop_an_event() {
        Samples samples = Samples.in(store());
        append(event(samples, samples.endpoint.id(), Map.of("subject", "a\0b\uD800c \uD83D\uDE00 \\u0000")));
        Object kept = after(samples.workspace.id(), 0, Set.of(), 1)
                .getFirst()
                .event()
                .payload()
                .get("subject");
        assertEquals("a\uFFFDb\uFFFDc \uD83D\uDE00 \\u0000", kept);
    }

    @Test
    default void a_transaction_sees_what_it_appended() {
        Samples samples = Samples.in(store());
        WorkspaceId workspace = samples.workspace.id();
        DomainEvent event = samples.event(EventType.MESSAGE_RECEIVED);
        in(tx -> {
            log().append(tx, event);
            assertEquals(1, log().head(tx, workspace));
            assertEquals(List.of(new Entry(1, event)), log().after(tx, workspace, 0, Set.of(), 10));
            return true;
        });
        assertEquals(List.of(new Entry(1, event)), after(workspace, 0, Set.of(), 10));
    }

    @Test
    default void what_was_rolled_back_leaves_no_gap() {
        Samples samples = Samples.in(store());
        WorkspaceId workspace = samples.workspace.id();
        append(samples.event(EventType.MESSAGE_RECEIVED));
        assertThrows(
                IllegalArgumentException.class,
                () -> in(tx -> {
                    log().append(tx, samples.event(EventType.MESSAGE_ROUTED));
                    assertEquals(2, log().head(tx, workspace));
                    throw new IllegalArgumentException("changed my mind");
                }));
        assertEquals(1, number(tx -> log().head(tx, workspace)));
        DomainEvent next = samples.event(EventType.MESSAGE_HANDLED);
        append(next);
        assertEquals(List.of(new Entry(2, next)), after(workspace, 1, Set.of(), 10));
    }

    @Test
    default void each_workspace_has_a_log_of_its_own() {
        Samples samples = Samples.in(store());
        Samples strangers = Samples.in(store());
        DomainEvent ours = samples.event(EventType.MESSAGE_RECEIVED);
        DomainEvent theirs = strangers.event(EventType.MESSAGE_RECEIVED);
        append(ours, theirs);
        assertEquals(List.of(new Entry(1, ours)), after(samples.workspace.id(), 0, Set.of(), 10));
        assertEquals(List.of(new Entry(1, theirs)), after(strangers.workspace.id(), 0, Set.of(), 10));
        assertEquals(List.of(), after(strangers.workspace.id(), 0, Set.of(samples.endpoint.id()), 10));
    }

    @Test
    default void a_reader_of_some_endpoints_sees_theirs_in_order_and_no_others() {
        Samples samples = Samples.in(store());
        WorkspaceId workspace = samples.workspace.id();
        Endpoint support = samples.keep(samples.newEndpoint("support"));
        Endpoint office = samples.keep(samples.newEndpoint("office"));
        List<@Nullable EndpointId> places = new ArrayList<>(
                List.of(samples.endpoint.id(), support.id(), office.id(), support.id(), samples.endpoint.id()));
        places.add(null);
        places.add(office.id());
        places.forEach(place -> append(event(samples, place, Map.of())));
        Set<EndpointId> both = Set.of(samples.endpoint.id(), support.id());
        assertEquals(List.of(1L, 2L, 4L, 5L), positions(after(workspace, 0, both, 10)));
        assertEquals(List.of(2L, 4L), positions(after(workspace, 1, both, 2)));
        assertEquals(List.of(3L, 7L), positions(after(workspace, 0, Set.of(office.id()), 10)));
        assertEquals(List.of(), after(workspace, 0, Set.of(EndpointId.at(NOW)), 10));

        Set<EndpointId> many = new HashSet<>(both);
        IntStream.range(0, 100).forEach(number -> many.add(EndpointId.at(NOW)));
        assertEquals(List.of(1L, 2L, 4L, 5L), positions(after(workspace, 0, many, 10)));
        assertEquals(List.of(2L, 4L), positions(after(workspace, 1, many, 2)));
    }

    @Test
    @Timeout(120)
    default void a_reader_that_follows_misses_nothing_while_four_append() {
        Samples samples = Samples.in(store());
        WorkspaceId workspace = samples.workspace.id();
        int writers = 4;
        int each = 50;
        List<List<Entry>> read = AtOnce.run(writers + 1, number -> {
            if (number == writers) {
                return followed(workspace, writers * each * 2);
            }
            for (int i = 0; i < each; i++) {
                append(numbered(samples, number, 2 * i), numbered(samples, number, 2 * i + 1));
            }
            return List.of();
        });
        List<Entry> followed = read.get(writers);
        assertEquals(
                LongStream.rangeClosed(1, writers * each * 2).boxed().toList(),
                positions(followed),
                "in order, without a gap");
        for (int writer = 0; writer < writers; writer++) {
            int which = writer;
            List<Object> numbers = followed.stream()
                    .filter(entry -> Integer.valueOf(which)
                            .equals(entry.event().payload().get("writer")))
                    .map(entry -> entry.event().payload().get("number"))
                    .toList();
            assertEquals(
                    LongStream.range(0, each * 2)
                            .mapToObj(number -> (Object) (int) number)
                            .toList(),
                    numbers,
                    "what one writer committed earlier stands earlier");
        }
        assertEquals(followed, after(workspace, 0, Set.of(), 1000), "nothing appeared later below what was read");
    }

    @Test
    default void the_signal_is_rung_once_the_event_can_be_read_and_not_for_what_was_rolled_back() {
        Samples samples = Samples.in(store());
        WorkspaceId workspace = samples.workspace.id();
        long before = store().signal().count(workspace);
        assertThrows(
                IllegalArgumentException.class,
                () -> in(tx -> {
                    log().append(tx, samples.event(EventType.MESSAGE_ROUTED));
                    throw new IllegalArgumentException("changed my mind");
                }));
        assertEquals(before, store().signal().count(workspace));
        in(tx -> {
            log().append(tx, samples.event(EventType.MESSAGE_ROUTED));
            assertEquals(before, store().signal().count(workspace), "nobody can read it yet");
            return true;
        });
        assertTrue(store().signal().count(workspace) > before);
    }

    private List<Entry> followed(WorkspaceId workspace, int count) {
        List<Entry> read = new ArrayList<>();
        while (read.size() < count) {
            long rung = store().signal().count(workspace);
            long last = read.isEmpty() ? 0 : read.getLast().position();
            List<Entry> piece = after(workspace, last, Set.of(), 7);
            read.addAll(piece);
            if (piece.isEmpty()) {
                awaitRing(workspace, rung);
            }
        }
        return read;
    }

    private void awaitRing(WorkspaceId workspace, long rung) {
        try {
            assertTrue(store().signal().await(workspace, rung, Duration.ofSeconds(30)), "no more events come");
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    private static DomainEvent numbered(Samples samples, int writer, int number) {
        return event(samples, samples.endpoint.id(), Map.of("writer", writer, "number", number));
    }

    private static DomainEvent event(Samples samples, @Nullable EndpointId endpoint, Map<String, Object> payload) {
        return new DomainEvent(
                EventId.at(NOW), samples.workspace.id(), endpoint, EventType.MESSAGE_RECEIVED, payload, NOW);
    }

    private static List<Long> positions(List<Entry> entries) {
        return entries.stream().map(Entry::position).toList();
    }
}
