package org.chancery.storage.spool;

import java.time.Duration;

/**
 * What the spool did since it was opened, and how it stands.
 *
 * @param commits mails made durable
 * @param batches forces of the log, each for all mails that waited for it
 * @param bytes octets of the mails made durable
 * @param refused mails that could not be kept, and were refused after their data had come
 * @param spilled mails that got a file of their own, for their size or for want of memory
 * @param claims mails handed to the pipeline, each try counted
 * @param backlog mails that wait for the pipeline or are in it
 * @param oldestAge how long the oldest of them has been here; zero where there is none
 * @param unproved mails that were processed and wait for the next checkpoint
 * @param memoryBytes heap taken by mails that are being received
 * @param segments files of the log that hold mails or take them
 * @param damagedSegments files of the log that were found damaged since the spool was opened, or wait under the name
 *     {@code *.damaged} for the operator
 * @param checkpoints how often storage has proved what it holds
 * @param failedCheckpoints how often it could not
 * @param sinceCheckpoint time since the last proof; zero where there was none yet
 * @param lastCheckpoint how long the last proof took
 */
public record SpoolFigures(
        long commits,
        long batches,
        long bytes,
        long refused,
        long spilled,
        long claims,
        long backlog,
        Duration oldestAge,
        long unproved,
        long memoryBytes,
        int segments,
        int damagedSegments,
        long checkpoints,
        long failedCheckpoints,
        Duration sinceCheckpoint,
        Duration lastCheckpoint) {}
