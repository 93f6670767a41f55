package org.chancery.core.notice;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.UUID;
import org.chancery.core.id.UserId;
import org.junit.jupiter.api.Test;

class HourlyCountsTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final UserId ANN = new UserId(new UUID(1, 1));
    private static final UserId BEN = new UserId(new UUID(1, 2));

    @Test
    void nobody_is_told_more_often_than_that_within_an_hour() {
        HourlyCounts counts = new HourlyCounts(2);
        assertTrue(counts.take(ANN, NOW));
        assertTrue(counts.take(ANN, NOW.plusSeconds(10)));
        assertFalse(counts.take(ANN, NOW.plusSeconds(20)));
        assertTrue(counts.take(BEN, NOW.plusSeconds(20)), "each for themselves");
        assertFalse(counts.take(ANN, NOW.plusSeconds(3_599)));
        assertTrue(counts.take(ANN, NOW.plusSeconds(3_600)));
    }
}
