package org.chancery.storage.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.UUID;

/**
 * Writes records to the one segment that takes mail. Used by one thread: {@link #append} as often as there is something,
 * then {@link #force}; what was appended in between is a batch. After an {@code IOException} only {@link #close} may follow,
 * since a disk that failed to force may have dropped the pages and call them clean.
 */
final class SegmentWriter {
    private static final byte[] ZEROS = new byte[LogRecord.PAGE];

    private final FileChannel channel;
    private final UUID spool;
    private final Segment segment;
    private final long capacity;
    // One large write costs less than many small ones, and a direct buffer spares the copy that Java makes of others.
    private final ByteBuffer staging;

    private int records;
    private long batch;
    // Where the next octet goes; those between written and end are in the staging buffer.
    private long end;
    private long written;

    /**
     * @param channel of a file that has its full size on the disk, so that forcing it need not touch the file system's
     *     journal
     * @param staging is used by this writer alone while it lives
     */
    SegmentWriter(FileChannel channel, UUID spool, Segment segment, ByteBuffer staging) throws IOException {
        this.channel = channel;
        this.spool = spool;
        this.segment = segment;
        this.capacity = channel.size();
        this.staging = staging.clear();
    }

    Segment segment() {
        return segment;
    }

    /** Whether the mail still fits; the last page is left to the seal. */
    boolean hasRoomFor(PendingCommit mail) {
        return LogRecord.aligned(end, LogRecord.ALIGNMENT) + mail.recordLength() + 2 * LogRecord.PAGE <= capacity;
    }

    /** Whether the next segment should be made ready. */
    boolean isHalfFull() {
        return end > capacity / 2;
    }

    /** Writes the mail, not yet durable. */
    LogRecord append(PendingCommit mail) throws IOException {
        pad(LogRecord.ALIGNMENT);
        LogRecord record = mail.recordAt(nextPlace());
        put(record.encodeHead(), LogRecord.HEAD);
        put(mail.envelope(), mail.envelope().length);
        mail.body().forEach(this::put);
        records++;
        return record;
    }

    /** Ends the batch; on return all of it is durable. */
    void force() throws IOException {
        // Whole pages are written, so that the system never has to read one back to change a part of it.
        pad(LogRecord.PAGE);
        flush();
        // The size of the file does not change: its other metadata may wait (fdatasync).
        channel.force(false);
        batch = end;
    }

    /** Writes that the segment ends here and all before was forced. It need not be durable itself: it only spares a search. */
    void seal() throws IOException {
        put(LogRecord.seal(nextPlace()).encodeHead(), LogRecord.HEAD);
        pad(LogRecord.PAGE);
        flush();
    }

    /** Where the batch begins that was not forced; all before it is durable. */
    long forcedUpTo() {
        return batch;
    }

    void close() throws IOException {
        channel.close();
    }

    private LogRecord.Place nextPlace() {
        return new LogRecord.Place(spool, segment.number(), end, batch, records);
    }

    private void pad(int to) throws IOException {
        put(ZEROS, (int) (LogRecord.aligned(end, to) - end));
    }

    private void put(byte[] bytes, int length) throws IOException {
        int from = 0;
        while (from < length) {
            if (!staging.hasRemaining()) {
                flush();
            }
            int count = Math.min(length - from, staging.remaining());
            staging.put(bytes, from, count);
            from += count;
        }
        end += length;
    }

    private void flush() throws IOException {
        staging.flip();
        while (staging.hasRemaining()) {
            written += channel.write(staging, written);
        }
        staging.clear();
    }
}
