package org.chancery.mailets.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PipelineSettingsTest {
    private static final PipelineSettings DEFAULTS = PipelineSettings.forBacklogOf(100_000);

    @Test
    void the_defaults_are_as_documented() {
        assertEquals(2, DEFAULTS.workers());
        assertEquals(3, DEFAULTS.attempts());
        assertEquals(List.of(Duration.ofSeconds(1), Duration.ofSeconds(5)), DEFAULTS.retryPauses());
        assertEquals(Duration.ofSeconds(60), DEFAULTS.hangsAfter());
        assertEquals(8, DEFAULTS.withWorkers(8).workers());
    }

    @Test
    void the_last_pause_counts_for_all_further_attempts() {
        assertEquals(
                List.of(1L, 5L, 5L),
                IntStream.of(1, 2, 3)
                        .mapToObj(attempt -> DEFAULTS.pauseAfter(attempt).toSeconds())
                        .toList());
    }

    @Test
    void pauses_grow_up_to_a_limit() {
        assertEquals(Duration.ofSeconds(30), DEFAULTS.longPauseAfter(3));
        assertEquals(Duration.ofMinutes(1), DEFAULTS.longPauseAfter(4));
        assertEquals(Duration.ofHours(1), DEFAULTS.longPauseAfter(3_000_000));
        assertEquals(Duration.ofMillis(250), PipelineSettings.awayPause(1));
        assertEquals(Duration.ofMillis(500), PipelineSettings.awayPause(2));
        assertEquals(Duration.ofSeconds(5), PipelineSettings.awayPause(1_000));
    }

    @Test
    void settings_without_sense_are_refused() {
        StepBack stepBack = DEFAULTS.stepBack();
        List<Duration> pauses = DEFAULTS.retryPauses();
        Duration limit = DEFAULTS.hangsAfter();
        assertThrows(IllegalArgumentException.class, () -> new PipelineSettings(0, 3, pauses, limit, stepBack));
        assertThrows(IllegalArgumentException.class, () -> new PipelineSettings(1, 0, pauses, limit, stepBack));
        assertThrows(IllegalArgumentException.class, () -> new PipelineSettings(1, 3, List.of(), limit, stepBack));
        assertThrows(IllegalArgumentException.class, () -> new PipelineSettings(1, 3, pauses, Duration.ZERO, stepBack));
    }
}
