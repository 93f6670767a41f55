package org.chancery.testkit.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.LocalDate;
import java.util.List;
import java.util.OptionalInt;
import org.chancery.core.send.SendCounts;
import org.junit.jupiter.api.Test;

/** What every store of the day's sends keeps to. */
public interface SendCountsContract {
    LocalDate DAY = LocalDate.parse("2026-03-02");

    Store store();

    @Test
    default void each_mail_is_counted_up_to_the_limit_and_none_past_it() {
        Samples samples = Samples.in(store());
        assertEquals(OptionalInt.of(1), add(samples, DAY, 2));
        assertEquals(OptionalInt.of(2), add(samples, DAY, 2));
        assertEquals(OptionalInt.empty(), add(samples, DAY, 2));
        assertEquals(OptionalInt.of(3), add(samples, DAY, 3));
        assertEquals(OptionalInt.empty(), add(samples, DAY, 1), "a lower limit takes nothing back");
    }

    @Test
    default void nothing_leaves_under_a_limit_of_nothing() {
        Samples samples = Samples.in(store());
        assertEquals(OptionalInt.empty(), add(samples, DAY, 0));
        assertEquals(OptionalInt.of(1), add(samples, DAY, 1));
    }

    @Test
    default void endpoints_workspaces_and_days_are_counted_apart() {
        Samples ours = Samples.in(store());
        Samples theirs = Samples.in(store());
        assertEquals(OptionalInt.of(1), add(ours, DAY, 1));
        assertEquals(OptionalInt.of(1), add(theirs, DAY, 1));
        assertEquals(OptionalInt.of(1), add(ours, DAY.plusDays(1), 1));
        assertEquals(OptionalInt.of(1), store().transactions().in(tx -> counts().add(tx, ours.workspace.id(), DAY, 1)));
    }

    @Test
    default void of_many_at_once_as_many_are_counted_as_the_limit_leaves() {
        Samples samples = Samples.in(store());
        List<OptionalInt> counted = AtOnce.run(12, number -> add(samples, DAY, 5));
        assertEquals(
                List.of(1, 2, 3, 4, 5),
                counted.stream()
                        .filter(OptionalInt::isPresent)
                        .map(OptionalInt::getAsInt)
                        .sorted()
                        .toList());
    }

    @Test
    default void what_is_rolled_back_was_never_counted() {
        Samples samples = Samples.in(store());
        assertThrows(
                IllegalStateException.class,
                () -> store().transactions().run(tx -> {
                    counts().add(tx, samples.endpoint.id(), DAY, 1);
                    throw new IllegalStateException("no");
                }));
        assertEquals(OptionalInt.of(1), add(samples, DAY, 1));
    }

    @Test
    default void days_that_are_over_are_forgotten() {
        Samples samples = Samples.in(store());
        add(samples, DAY, 5);
        add(samples, DAY.plusDays(1), 5);
        store().transactions().run(tx -> counts().forget(tx, DAY.plusDays(1)));
        assertEquals(OptionalInt.of(1), add(samples, DAY, 5));
        assertEquals(OptionalInt.of(2), add(samples, DAY.plusDays(1), 5));
    }

    private OptionalInt add(Samples samples, LocalDate day, int limit) {
        return store().transactions().in(tx -> counts().add(tx, samples.endpoint.id(), day, limit));
    }

    private SendCounts counts() {
        return store().sendCounts();
    }
}
