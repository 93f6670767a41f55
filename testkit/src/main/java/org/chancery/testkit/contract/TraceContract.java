package org.chancery.testkit.contract;

import static org.chancery.testkit.contract.Samples.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.TraceRepository;
import org.chancery.core.mailbox.TraceRepository.Step;
import org.junit.jupiter.api.Test;

/** What a {@link TraceRepository} has to do. */
public interface TraceContract {
    List<Step> STEPS = List.of(
            new Step(NOW, "root", "All", "Screen", "done", "", 17),
            new Step(NOW.plus(Duration.ofNanos(1_234_000)), "transport", "HasHeader=X-Spam", "Route", "routed", "ü", 0),
            new Step(NOW, "transport", "All", "Deliver", "routed", "", 3, EmailAddress.of("Zoë+tag@Stranger.example")));
    List<Step> OTHERS = List.of(new Step(NOW, "root", "All", "Null", "not_matched", "again", 1));

    Store store();

    private boolean add(UUID mail, List<Step> steps) {
        Boolean added = store().transactions().in(tx -> store().traces().add(tx, mail, steps));
        return added;
    }

    private boolean exists(UUID mail) {
        Boolean exists = store().transactions().in(tx -> store().traces().exists(tx, mail));
        return exists;
    }

    private Optional<List<Step>> find(UUID mail) {
        return store().transactions().in(tx -> store().traces().find(tx, mail));
    }

    @Test
    default void a_trace_is_kept_once() {
        UUID mail = UUID.randomUUID();
        assertEquals(Optional.empty(), find(mail));
        assertEquals(false, exists(mail));
        assertEquals(true, add(mail, STEPS));
        assertEquals(true, exists(mail));
        assertEquals(false, add(mail, OTHERS));
        assertEquals(Optional.of(STEPS), find(mail));
        assertEquals(true, add(UUID.randomUUID(), STEPS));
    }

    @Test
    default void of_two_who_add_at_the_same_moment_one_does() {
        for (int round = 0; round < 10; round++) {
            UUID mail = UUID.randomUUID();
            List<List<Step>> traces = List.of(STEPS, OTHERS);
            List<Boolean> added = AtOnce.run(2, number -> add(mail, traces.get(number)));
            assertEquals(1, Collections.frequency(added, true));
            assertEquals(Optional.of(traces.get(added.indexOf(true))), find(mail));
        }
    }

    @Test
    default void a_trace_is_replaced_whether_there_was_one_or_not() {
        UUID mail = UUID.randomUUID();
        for (List<Step> steps : List.of(STEPS, OTHERS, List.<Step>of())) {
            store().transactions().run(tx -> store().traces().replace(tx, mail, steps));
            assertEquals(Optional.of(steps), find(mail));
        }
    }

    @Test
    default void steps_are_added_to_the_end_of_a_trace_or_begin_one() {
        UUID mail = UUID.randomUUID();
        store().transactions().run(tx -> store().traces().append(tx, mail, OTHERS));
        store().transactions().run(tx -> store().traces().append(tx, mail, STEPS));
        List<Step> all = new java.util.ArrayList<>(OTHERS);
        all.addAll(STEPS);
        assertEquals(Optional.of(all), find(mail));
    }

    @Test
    default void of_two_who_add_steps_at_the_same_moment_both_do() {
        UUID mail = UUID.randomUUID();
        add(mail, List.of());
        AtOnce.run(4, number -> {
            store().transactions().run(tx -> store().traces().append(tx, mail, OTHERS));
            return number;
        });
        assertEquals(4, find(mail).orElseThrow().size());
    }

    @Test
    default void of_an_endless_trace_the_beginning_is_kept() {
        UUID mail = UUID.randomUUID();
        String reason = "a\0b\uD800 " + "x".repeat(500);
        add(mail, Collections.nCopies(20_000, new Step(NOW, "root", "All", "Loop", "done", reason, 1)));
        List<Step> kept = find(mail).orElseThrow();
        assertEquals("a\uFFFDb\uFFFD " + "x".repeat(500), kept.getFirst().reason());
        assertEquals(true, kept.size() > 100);
    }
}
