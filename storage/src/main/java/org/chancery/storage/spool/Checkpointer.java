package org.chancery.storage.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.chancery.core.spool.Checkpoint;
import org.chancery.storage.disk.Disk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets processed mails go. The thread {@code spool-checkpoint} has storage prove from time to time that it holds them, writes
 * that down, and releases the segments that no mail needs any more. Where the proof fails all is kept and tried again.
 */
final class Checkpointer {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpointer.class);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(30);

    private final Disk disk;
    private final SpoolDirectory directory;
    private final Duration every;
    private final Checkpoint storage;
    private final Backlog backlog;
    private final SegmentSupply supply;
    private final LargeFiles largeFiles;
    private final InstantSource clock;
    private final Thread thread;

    private volatile boolean idle;
    private volatile boolean closing;
    private volatile Past past = new Past(0, 0, 0, Optional.empty(), Duration.ZERO);

    // Used by the checkpointing thread alone:
    private Duration retryAfter = FIRST_RETRY;

    /**
     * What was achieved so far.
     *
     * @param proofs that storage gave
     * @param failures of storage to give one
     * @param setAside damaged segments that were kept for the operator
     * @param last when the last proof was given
     * @param took how long that took
     */
    record Past(long proofs, long failures, int setAside, Optional<Instant> last, Duration took) {
        Past proved(Instant at, Duration took) {
            return new Past(proofs + 1, failures, setAside, Optional.of(at), took);
        }

        Past failed() {
            return new Past(proofs, failures + 1, setAside, last, took);
        }

        Past setOneAside() {
            return new Past(proofs, failures, setAside + 1, last, took);
        }
    }

    Checkpointer(
            SpoolDirectory directory,
            Duration every,
            Checkpoint storage,
            Backlog backlog,
            SegmentSupply supply,
            InstantSource clock) {
        this.disk = directory.disk();
        this.directory = directory;
        this.every = every;
        this.storage = storage;
        this.backlog = backlog;
        this.supply = supply;
        this.largeFiles = directory.largeFiles();
        this.clock = clock;
        this.thread = SpoolThreads.make("spool-checkpoint", this::run);
    }

    void start() {
        thread.start();
    }

    /** Something was processed. */
    void wake() {
        if (idle) {
            LockSupport.unpark(thread);
        }
    }

    Past past() {
        return past;
    }

    /** Ends the thread, after a last checkpoint. */
    void close() {
        closing = true;
        LockSupport.unpark(thread);
        SpoolThreads.join(thread);
    }

    /** Has storage prove what was processed, and releases what can be released. Whether all of it succeeded. */
    synchronized boolean checkpoint() {
        List<LoggedMail> processed = backlog.unproved();
        if (!processed.isEmpty() && !prove()) {
            return false;
        }
        boolean written = writeDown(processed);
        releaseSegments();
        return written;
    }

    private void run() {
        while (!closing) {
            awaitProcessed();
            pause(every);
            while (!closing && !tryCheckpoint()) {
                pause(retryAfter);
                retryAfter =
                        retryAfter.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? retryAfter.multipliedBy(2) : LAST_RETRY;
            }
            retryAfter = FIRST_RETRY;
        }
        tryCheckpoint();
    }

    private boolean tryCheckpoint() {
        try {
            return checkpoint();
        } catch (RuntimeException | Error e) {
            LOG.error("a checkpoint of the spool broke; it is tried again", e);
            return false;
        }
    }

    private void awaitProcessed() {
        idle = true;
        while (backlog.unprovedCount() == 0 && !closing) {
            LockSupport.park(this);
        }
        idle = false;
    }

    private void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0 && !closing; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    private boolean prove() {
        long began = System.nanoTime();
        try {
            storage.prove();
        } catch (RuntimeException e) {
            past = past.failed();
            LOG.warn("storage does not prove what it holds; the spool keeps all mails and asks again", e);
            return false;
        }
        past = past.proved(clock.instant(), Duration.ofNanos(System.nanoTime() - began));
        return true;
    }

    private boolean writeDown(List<LoggedMail> proved) {
        Map<Segment, List<LoggedMail>> bySegment = proved.stream()
                .collect(Collectors.groupingBy(LoggedMail::segment, LinkedHashMap::new, Collectors.toList()));
        boolean all = true;
        for (Map.Entry<Segment, List<LoggedMail>> entry : bySegment.entrySet()) {
            try {
                writeDown(entry.getKey(), entry.getValue());
            } catch (IOException e) {
                all = false;
                LOG.warn("what storage has proved could not be written down; it is tried again", e);
            }
        }
        return all;
    }

    private void writeDown(Segment segment, List<LoggedMail> proved) throws IOException {
        segment.marks().proved(proved.stream().map(LoggedMail::id).toList());
        List<LoggedMail> large = proved.stream().filter(LoggedMail::isLarge).toList();
        if (!large.isEmpty()) {
            // Else a power cut could take the mark, but not the deletion, and the mail would look like a damaged one.
            segment.marks().force();
            directory.forceNames();
        }
        backlog.proved(proved);
        for (LoggedMail mail : large) {
            deleteFile(mail);
        }
    }

    private void deleteFile(LoggedMail mail) {
        try {
            largeFiles.delete(mail.id());
        } catch (IOException e) {
            LOG.warn("the file of the mail {} stays until the next start", mail.id(), e);
        }
    }

    private void releaseSegments() {
        for (Segment segment : backlog.releasable()) {
            try {
                if (segment.isDamaged()) {
                    setAside(segment);
                } else {
                    supply.recycle(segment.number());
                }
                // Only now: without its marks the segment would hand out all its mails again.
                segment.marks().delete();
                backlog.released(segment);
            } catch (IOException e) {
                LOG.warn("segment {} of the spool could not be released; it is tried again", segment.number(), e);
            }
        }
    }

    private void setAside(Segment segment) throws IOException {
        Path file = directory.segment(segment.number());
        if (disk.size(file).isPresent()) {
            disk.rename(file, directory.damagedSegment(segment.number()));
        }
        directory.forceNames();
        past = past.setOneAside();
        LOG.error(
                "the damaged segment {} of the spool is kept for the operator",
                directory.damagedSegment(segment.number()));
    }
}
