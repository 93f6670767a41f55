package org.chancery.core.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private final RetryPolicy policy = new RetryPolicy(List.of(Duration.ofMinutes(1), Duration.ofHours(4)));

    @Test
    void each_attempt_has_its_pause() {
        assertEquals(Optional.of(NOW.plusSeconds(60)), policy.next(1, NOW));
        assertEquals(Optional.of(NOW.plusSeconds(4 * 3600)), policy.next(2, NOW));
    }

    @Test
    void after_the_last_pause_it_is_given_up() {
        assertEquals(Optional.empty(), policy.next(3, NOW));
    }

    @Test
    void an_empty_schedule_gives_up_at_once() {
        assertEquals(Optional.empty(), new RetryPolicy(List.of()).next(1, NOW));
    }

    @Test
    void a_pause_of_nothing_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new RetryPolicy(List.of(Duration.ZERO)));
    }
}
