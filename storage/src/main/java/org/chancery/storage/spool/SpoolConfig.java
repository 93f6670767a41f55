package org.chancery.storage.spool;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How the spool is set up.
 *
 * @param directory where its files lie; made where it is missing
 * @param segmentBytes size of one file of the log
 * @param inlineBytes mails above this size get a file of their own beside the log, written while they come in
 * @param memoryBytes what all mails that are being received may take of the heap together; beyond it they go to files of
 *     their own earlier
 * @param backlog so many mails may wait for the pipeline; above it none is taken
 * @param minimumFreeBytes with less than this free on the disk no mail is taken: the database and the raw-mail store need
 *     room to work off what waits
 * @param spareSegments so many emptied files are kept for use as the next ones, which spares making new ones
 * @param checkpointEvery how long a processed mail waits at most until storage has to prove that it holds it
 */
public record SpoolConfig(
        Path directory,
        long segmentBytes,
        int inlineBytes,
        long memoryBytes,
        long backlog,
        long minimumFreeBytes,
        int spareSegments,
        Duration checkpointEvery) {
    private static final int MEBIBYTE = 1 << 20;

    public SpoolConfig {
        require(segmentBytes >= MEBIBYTE && segmentBytes <= 1L << 30, "a segment has 1 MiB to 1 GiB", segmentBytes);
        require(segmentBytes % LogRecord.PAGE == 0, "a segment is a multiple of 4096 octets", segmentBytes);
        require(inlineBytes >= 0, "the size up to which mail stays in the log is not negative", inlineBytes);
        require(
                inlineBytes <= segmentBytes / 4,
                "mail in the log takes at most a quarter of a segment (" + segmentBytes / 4 + " octets)",
                inlineBytes);
        require(memoryBytes >= 0, "the memory for mail being received is not negative", memoryBytes);
        require(backlog >= 1, "at least one mail may wait", backlog);
        require(minimumFreeBytes >= 0, "the least free space is not negative", minimumFreeBytes);
        require(spareSegments >= 0, "the number of spare segments is not negative", spareSegments);
        if (checkpointEvery.isNegative()) {
            throw new IllegalArgumentException(
                    "the time between checkpoints is not negative, yet is " + checkpointEvery);
        }
    }

    /** The defaults. */
    public static SpoolConfig in(Path directory) {
        return new SpoolConfig(
                directory,
                64L * MEBIBYTE,
                2 * MEBIBYTE,
                64L * MEBIBYTE,
                100_000,
                512L * MEBIBYTE,
                2,
                Duration.ofSeconds(2));
    }

    /** The same with another bound for what waits. */
    public SpoolConfig withBacklog(long mails) {
        return new SpoolConfig(
                directory,
                segmentBytes,
                inlineBytes,
                memoryBytes,
                mails,
                minimumFreeBytes,
                spareSegments,
                checkpointEvery);
    }

    private static void require(boolean holds, String rule, long value) {
        if (!holds) {
            throw new IllegalArgumentException("spool: " + rule + ", yet is " + value);
        }
    }
}
