package org.chancery.mailets.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepBackTest {
    private static final StepBack POLICY = new StepBack(100, 0.15, 0.1, 1_000, Duration.ofMillis(200));

    @ParameterizedTest
    @CsvSource({
        // busy ms, arrivals, waiting, rest ms
        "2,    0,    0,   0", // idle
        "1,  149,    0,   0", // they are little work
        "1,  151,    0,   9", // they are some
        "2,  100,    0,   0", // at the threshold
        "2,  101,    0,  18", // a tenth of its time
        "2, 9999,    0,  18", // how far above does not matter
        "2,  101,  100,  16", // the more waits, the less rest: 0.109 of its time
        "2,  101,  500,   4", // and 0.325
        "2,  101, 1000,   0", // enough waits: all of its time
        "2,  101, 9999,   0",
        "90, 101,    0, 200", // never longer than that
    })
    void workers_rest_while_much_streams_in_and_little_waits(long busy, int arrivals, long waiting, long rest) {
        assertEquals(
                rest, POLICY.rest(Duration.ofMillis(busy), arrivals, waiting).toMillis());
    }

    @Test
    void some_mail_is_processed_whatever_streams_in() {
        for (int arrivals = 0; arrivals < 100_000; arrivals += 97) {
            Duration rest = POLICY.rest(Duration.ofMillis(50), arrivals, 0);
            assertTrue(rest.compareTo(Duration.ofMillis(200)) <= 0);
        }
    }

    @Test
    void a_slow_database_is_no_reason_to_rest() {
        assertEquals(Duration.ZERO, POLICY.rest(Duration.ofSeconds(3), 99, 0));
    }

    @Test
    void it_can_be_switched_off() {
        StepBack off = new StepBack(0, 0, 0.1, 1_000, Duration.ofMillis(200));
        assertEquals(Duration.ZERO, off.rest(Duration.ofMillis(2), 99_999, 0));
    }

    @Test
    void the_defaults_let_half_of_the_spool_fill() {
        assertEquals(new StepBack(40, 1, 0.05, 50_000, Duration.ofMillis(200)), StepBack.forBacklogOf(100_000));
        assertEquals(1, StepBack.forBacklogOf(1).backlog());
    }

    @Test
    void settings_without_sense_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> new StepBack(1, 0, 0, 1, Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> new StepBack(1, 0, 1.1, 1, Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> new StepBack(-1, 0, 1, 1, Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> new StepBack(1, 0, 1, 0, Duration.ZERO));
    }
}
