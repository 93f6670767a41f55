package org.chancery.storage.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.chancery.storage.disk.Disk;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment from its start and finds the mails in it, also behind a damaged place. Reads forward, in large pieces, and
 * keeps no bodies.
 */
final class SegmentScan {
    private static final int WINDOW = 4 << 20;

    private final FileChannel channel;
    private final UUID spool;
    private final long segment;
    private final long size;
    private final List<LogRecord> mails = new ArrayList<>();
    private final List<Gap> gaps = new ArrayList<>();

    private ByteBuffer window;
    private long windowStart;
    private int expectedOrdinal;
    private long lastBatch;
    private boolean sealed;

    private SegmentScan(FileChannel channel, UUID spool, long segment, ByteBuffer window) throws IOException {
        this.channel = channel;
        this.spool = spool;
        this.segment = segment;
        this.size = channel.size();
        this.window = window.limit(0);
    }

    /**
     * What was found.
     *
     * @param mails whole ones, in their order
     * @param gaps what lies between them and cannot be read
     * @param lastBatch all before this position had been forced
     */
    record Found(List<LogRecord> mails, List<Gap> gaps, long lastBatch) {}

    /**
     * A place that cannot be read.
     *
     * @param records how many records are missing there
     * @param head of the one record that is missing, where its head is what was written and only the rest is not
     */
    record Gap(long from, long to, int records, Optional<LogRecord> head) {}

    static ByteBuffer newWindow() {
        return ByteBuffer.allocateDirect(WINDOW);
    }

    /**
     * Reads the segment.
     *
     * @param window as {@link #newWindow} gave it, to be used again for the next segment
     */
    static Found read(SpoolDirectory directory, UUID spool, long segment, ByteBuffer window) throws IOException {
        try (FileChannel channel = directory.disk().open(directory.segment(segment), StandardOpenOption.READ)) {
            SegmentScan scan = new SegmentScan(channel, spool, segment, window.clear());
            scan.run();
            return new Found(scan.mails, scan.gaps, scan.lastBatch);
        }
    }

    private void run() throws IOException {
        long position = 0;
        while (!sealed) {
            @Nullable LogRecord record = headAt(position);
            if (record == null) {
                long resumed = search(position + LogRecord.ALIGNMENT);
                if (resumed < 0) {
                    return;
                }
                record = headAt(resumed);
            }
            if (record != null) {
                position = take(record, position);
            }
        }
    }

    /** Notes the record, and what is missing between the expected position and it; gives where the next is expected. */
    private long take(LogRecord record, long expectedAt) throws IOException {
        int missing = record.place().ordinal() - expectedOrdinal;
        if (missing > 0) {
            gaps.add(new Gap(expectedAt, record.place().position(), missing, Optional.empty()));
        }
        expectedOrdinal = record.place().ordinal() + 1;
        lastBatch = Math.max(lastBatch, record.place().batch());
        if (record.kind() == LogRecord.Kind.SEAL) {
            sealed = true;
        } else if (isWhole(record)) {
            mails.add(record);
        } else {
            gaps.add(new Gap(record.place().position(), record.end(), 1, Optional.of(record)));
        }
        return after(record);
    }

    // The next record of the same batch follows at once, the next batch on a page of its own.
    private long after(LogRecord record) throws IOException {
        long atOnce = LogRecord.aligned(record.end(), LogRecord.ALIGNMENT);
        return headAt(atOnce) != null ? atOnce : LogRecord.aligned(record.end(), LogRecord.PAGE);
    }

    /** The position of the next head from the given one on; negative where there is none. */
    private long search(long from) throws IOException {
        for (long position = from; position + LogRecord.HEAD <= size; position += LogRecord.ALIGNMENT) {
            int index = indexOf(position, LogRecord.HEAD);
            if (window.getInt(index) == LogRecord.MAGIC && headAt(position) != null) {
                return position;
            }
        }
        return -1;
    }

    private @Nullable LogRecord headAt(long position) throws IOException {
        if (position + LogRecord.HEAD > size) {
            return null;
        }
        Optional<LogRecord> head = LogRecord.decodeHead(window, indexOf(position, LogRecord.HEAD));
        return head.filter(found -> found.stands(spool, segment, position) && found.end() <= size)
                .orElse(null);
    }

    private boolean isWhole(LogRecord record) throws IOException {
        int index = indexOf(record.place().position(), Math.toIntExact(record.length())) + LogRecord.HEAD;
        return isWhole(record.envelope(), index)
                && (record.kind() == LogRecord.Kind.LARGE
                        || isWhole(
                                record.body(), index + (int) record.envelope().bytes()));
    }

    private boolean isWhole(LogRecord.Part part, int index) {
        return LogRecord.sumOf(window.slice(index, (int) part.bytes())) == part.sum();
    }

    /** Where in the window the octets of the file stand, which is moved there if need be. */
    private int indexOf(long position, int length) throws IOException {
        if (position < windowStart || position + length > windowStart + window.limit()) {
            moveWindow(position, length);
        }
        return (int) (position - windowStart);
    }

    private void moveWindow(long position, int length) throws IOException {
        if (length > window.capacity()) {
            window = ByteBuffer.allocateDirect(length);
        }
        windowStart = position;
        Disk.fill(window.clear(), channel, position);
        if (window.limit() < length) {
            throw new IOException("segment " + segment + " ends early");
        }
    }
}
