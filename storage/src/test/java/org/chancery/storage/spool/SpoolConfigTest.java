package org.chancery.storage.spool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SpoolConfigTest {
    private static final Path DIRECTORY = Path.of("spool");

    @Test
    void defaults_are_those_of_the_documentation() {
        SpoolConfig config = SpoolConfig.in(DIRECTORY);
        assertEquals(DIRECTORY, config.directory());
        assertEquals(64 << 20, config.segmentBytes());
        assertEquals(2 << 20, config.inlineBytes());
        assertEquals(64 << 20, config.memoryBytes());
        assertEquals(100_000, config.backlog());
        assertEquals(512 << 20, config.minimumFreeBytes());
        assertEquals(2, config.spareSegments());
        assertEquals(Duration.ofSeconds(2), config.checkpointEvery());
    }

    @Test
    void the_backlog_alone_can_be_changed() {
        SpoolConfig config = SpoolConfig.in(DIRECTORY).withBacklog(5);
        assertEquals(5, config.backlog());
        assertEquals(SpoolConfig.in(DIRECTORY), config.withBacklog(100_000));
    }

    @Test
    void values_that_cannot_work_are_refused() {
        int segment = 1 << 20;
        refused(segment - 4096, 0, 0, 1, 0, 0, Duration.ZERO);
        refused((1L << 30) + 4096, 0, 0, 1, 0, 0, Duration.ZERO);
        refused(segment + 1, 0, 0, 1, 0, 0, Duration.ZERO);
        refused(segment, segment / 4 + 1, 0, 1, 0, 0, Duration.ZERO);
        refused(segment, -1, 0, 1, 0, 0, Duration.ZERO);
        refused(segment, 0, -1, 1, 0, 0, Duration.ZERO);
        refused(segment, 0, 0, 0, 0, 0, Duration.ZERO);
        refused(segment, 0, 0, 1, -1, 0, Duration.ZERO);
        refused(segment, 0, 0, 1, 0, -1, Duration.ZERO);
        refused(segment, 0, 0, 1, 0, 0, Duration.ofMillis(-1));
        assertEquals(
                segment, new SpoolConfig(DIRECTORY, segment, segment / 4, 0, 1, 0, 0, Duration.ZERO).segmentBytes());
    }

    private static void refused(
            long segment, int inline, long memory, long backlog, long free, int spares, Duration every) {
        assertThrows(
                IllegalArgumentException.class,
                () -> new SpoolConfig(DIRECTORY, segment, inline, memory, backlog, free, spares, every));
    }
}
