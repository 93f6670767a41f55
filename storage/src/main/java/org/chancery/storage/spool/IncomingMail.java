package org.chancery.storage.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.Envelope;
import org.chancery.core.spool.Admission;
import org.chancery.core.spool.Incoming;
import org.chancery.core.spool.SpoolRefused;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mail while it is received: in memory first, and in a file of its own from the moment it is too large or memory is short.
 * The session's thread does all the work on the bytes, checksums included, so that the one thread that writes the log has
 * little to do for each mail.
 */
final class IncomingMail implements Incoming {
    private static final Logger LOG = LoggerFactory.getLogger(IncomingMail.class);
    private static final int PIECE = 64 * 1024;

    private final SpoolId id;
    private final int inlineBytes;
    private final LargeFiles largeFiles;
    private final Gate gate;
    private final GroupCommit commits;
    private final SpoolCounters counters;
    private final InlineBody body;
    private final CRC32C bodySum = new CRC32C();

    private long size;
    private @Nullable FileChannel large;
    private State state = State.RECEIVING;

    private enum State {
        RECEIVING,
        /** A piece could not be kept, so that the rest is of no use. */
        FAILED,
        COMMITTED,
        FORGOTTEN
    }

    IncomingMail(
            SpoolId id,
            int inlineBytes,
            ChunkPool memory,
            LargeFiles largeFiles,
            Gate gate,
            GroupCommit commits,
            SpoolCounters counters) {
        this.id = id;
        this.inlineBytes = inlineBytes;
        this.largeFiles = largeFiles;
        this.gate = gate;
        this.commits = commits;
        this.counters = counters;
        this.body = new InlineBody(memory);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        requireReceiving();
        bodySum.update(bytes, offset, length);
        size += length;
        if (large == null && size <= inlineBytes && body.add(bytes, offset, length)) {
            return;
        }
        try {
            FileChannel file = large != null ? large : spill();
            writeFully(file, ByteBuffer.wrap(bytes, offset, length));
        } catch (IOException e) {
            throw refused("writing a mail to a file of its own", e);
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public SpoolId commit(Envelope envelope, Arrival arrival) {
        requireReceiving();
        if (gate.enter() instanceof Admission.Refused refusal) {
            state = State.FAILED;
            counters.refused();
            throw new SpoolRefused(refusal, null);
        }
        try {
            return makeDurable(envelope, arrival);
        } finally {
            gate.leave();
        }
    }

    private SpoolId makeDurable(Envelope envelope, Arrival arrival) {
        if (large != null) {
            makeFileDurable(large);
        }
        LogRecord.Kind kind = large == null ? LogRecord.Kind.INLINE : LogRecord.Kind.LARGE;
        LogRecord.Part whole = new LogRecord.Part(size, (int) bodySum.getValue());
        commits.commit(new PendingCommit(kind, id, EnvelopeFormat.encode(envelope, arrival), body, whole));
        state = State.COMMITTED;
        return id;
    }

    @Override
    public void close() {
        if (state == State.FORGOTTEN) {
            return;
        }
        body.release();
        if (large != null) {
            closeQuietly(large);
            if (state != State.COMMITTED) {
                deleteFile();
            }
        }
        state = State.FORGOTTEN;
    }

    private FileChannel spill() throws IOException {
        FileChannel file = largeFiles.create(id);
        large = file;
        counters.spilled();
        body.forEach((bytes, length) -> writeFully(file, ByteBuffer.wrap(bytes, 0, length)));
        body.release();
        return file;
    }

    // The record in the log refers to the file, so the file comes first: its content, then its name.
    private void makeFileDurable(FileChannel file) {
        try {
            file.force(true);
            largeFiles.forceNames();
        } catch (IOException e) {
            throw refused("forcing a mail in a file of its own", e);
        }
    }

    private SpoolRefused refused(String attempted, IOException cause) {
        state = State.FAILED;
        counters.refused();
        LOG.warn("{} failed; it is refused", attempted, cause);
        return new SpoolRefused(Trouble.of(attempted, cause), cause);
    }

    private void requireReceiving() {
        if (state != State.RECEIVING) {
            throw new IllegalStateException("the mail is no longer being received");
        }
    }

    private void deleteFile() {
        try {
            largeFiles.delete(id);
        } catch (IOException e) {
            // It is no mail, and is swept at the next start.
            LOG.warn("the file of a mail that was not accepted could not be deleted", e);
        }
    }

    private static void closeQuietly(FileChannel file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.debug("closing a mail's file", e);
        }
    }

    private static void writeFully(FileChannel file, ByteBuffer bytes) throws IOException {
        int end = bytes.limit();
        while (bytes.position() < end) {
            // Java keeps for each thread a copy outside the heap of the largest piece it ever wrote.
            bytes.limit(Math.min(end, bytes.position() + PIECE));
            file.write(bytes);
        }
    }
}
