package org.chancery.smtpingest.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long STARTED = 7 * SECOND;
    private static final Pace PACE = new Pace(STARTED, Duration.ofSeconds(10), Duration.ofSeconds(60), 1024);

    private static long secondsLeft(long after, long received) {
        long now = STARTED + after * SECOND;
        return Math.floorDiv(PACE.deadline(now, received) - now, SECOND);
    }

    @Test
    void a_client_may_be_silent_for_a_while_and_no_longer() {
        assertEquals(10, secondsLeft(0, 0));
        assertEquals(10, secondsLeft(0, 1_000_000));
        assertEquals(10, secondsLeft(20, 1_000_000));
    }

    @Test
    void a_client_that_drips_runs_out_of_time() {
        assertEquals(1, secondsLeft(9, 1));
        assertEquals(0, secondsLeft(10, 100));
        assertEquals(-5, secondsLeft(15, 100));
    }

    @Test
    void bytes_at_the_rate_earn_their_time() {
        assertEquals(10, secondsLeft(20, 20 * 1024));
        assertEquals(5, secondsLeft(25, 20 * 1024));
    }

    @Test
    void the_whole_is_bounded_at_any_rate() {
        assertEquals(2, secondsLeft(58, 1L << 30));
        assertEquals(-1, secondsLeft(61, 1L << 30));
    }
}
