package org.chancery.core.access;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FailedTriesTest {
    private static final Instant NOW = Instant.parse("2026-03-02T09:30:00Z");

    private final FailedTries<String> tries = new FailedTries<>(20, Duration.ofSeconds(3), 10_000);

    private void fail(String who, int times) {
        for (int i = 0; i < times; i++) {
            tries.failed(who, NOW);
        }
    }

    @Test
    void some_failures_are_free() {
        fail("a", 19);

        assertEquals(Duration.ZERO, tries.wait("a", NOW));
    }

    @Test
    void then_one_more_try_is_given_every_few_seconds() {
        fail("a", 20);

        assertEquals(Duration.ofSeconds(3), tries.wait("a", NOW));
        assertEquals(Duration.ZERO, tries.wait("a", NOW.plusSeconds(3)));
    }

    @Test
    void others_do_not_wait() {
        fail("a", 100);

        assertEquals(Duration.ZERO, tries.wait("b", NOW));
    }

    @Test
    void a_try_is_taken_before_its_outcome_is_known_and_given_back() {
        for (int i = 0; i < 20; i++) {
            assertEquals(Duration.ZERO, tries.take("a", NOW));
        }
        assertEquals(Duration.ofSeconds(3), tries.take("a", NOW));

        tries.giveBack("a");

        assertEquals(Duration.ZERO, tries.take("a", NOW));
        assertEquals(Duration.ofSeconds(3), tries.take("a", NOW), "who has to wait took nothing");
    }

    @Test
    void memory_is_bounded() {
        FailedTries<String> few = new FailedTries<>(1, Duration.ofSeconds(3), 10);
        for (int i = 0; i <= 10; i++) {
            few.failed("other " + i, NOW);
        }

        assertEquals(Duration.ZERO, few.wait("other 0", NOW));
        assertEquals(Duration.ofSeconds(3), few.wait("other 1", NOW));
    }

    @Test
    void whoever_owes_most_is_forgotten_last() {
        fail("a", 20);
        for (int i = 0; i < 20_000; i++) {
            fail("other " + i, 1);
        }

        assertEquals(Duration.ofSeconds(3), tries.wait("a", NOW));
    }

    @Test
    void what_is_paid_off_is_forgotten_first() {
        FailedTries<String> few = new FailedTries<>(1, Duration.ofSeconds(3), 2);
        few.failed("a", NOW);
        few.failed("a", NOW);
        Instant paidOff = NOW.plusSeconds(6);
        few.failed("b", paidOff);
        few.failed("c", paidOff);

        assertEquals(Duration.ZERO, few.wait("a", paidOff));
        assertEquals(Duration.ofSeconds(3), few.wait("b", paidOff));
        assertEquals(Duration.ofSeconds(3), few.wait("c", paidOff));
    }
}
