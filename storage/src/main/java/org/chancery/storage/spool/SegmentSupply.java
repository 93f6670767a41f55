package org.chancery.storage.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.chancery.storage.disk.Disk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the next segment ready before it is needed, so that no session waits while a file is filled with zeros. Emptied
 * segments are used again: their blocks are there already.
 *
 * <p>The thread {@code spool-segments} prepares; {@link #prepareAhead} and {@link #next} are called by the thread that
 * commits, {@link #recycle} by the one that checkpoints.
 */
final class SegmentSupply {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentSupply.class);
    private static final int ZEROS = 1 << 20;
    // Filled in steps of this, so that the sessions' own forces do not queue behind a flood of zeros.
    private static final int FORCED_AT_ONCE = 4 << 20;

    private final Disk disk;
    private final SpoolDirectory directory;
    private final SpoolConfig config;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock:
    private final ArrayDeque<Long> spares;
    private long nextNumber;
    private @Nullable Prepared ready;
    private @Nullable IOException failure;
    private boolean wanted;
    private boolean closed;

    /** A segment that takes mail from its start on; the file has its full size and its name is durable. */
    record Prepared(long number, FileChannel channel) {}

    /**
     * @param nextNumber above every number that a file in the directory bears
     * @param spares the numbers of emptied segments
     */
    SegmentSupply(SpoolDirectory directory, SpoolConfig config, long nextNumber, Collection<Long> spares) {
        this.disk = directory.disk();
        this.directory = directory;
        this.config = config;
        this.nextNumber = nextNumber;
        this.spares = new ArrayDeque<>(spares);
        this.thread = SpoolThreads.make("spool-segments", this::run);
    }

    void start() {
        thread.start();
    }

    /** The next segment will be needed before long. */
    void prepareAhead() {
        lock.lock();
        try {
            wanted = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The next segment, waiting until there is one.
     *
     * @throws IOException where none can be made now; the next call tries again
     */
    Prepared next() throws IOException {
        lock.lock();
        try {
            failure = null;
            wanted = true;
            changed.signalAll();
            while (ready == null && failure == null && !closed) {
                changed.awaitUninterruptibly();
            }
            if (ready != null) {
                Prepared next = ready;
                ready = null;
                wanted = false;
                return next;
            }
            throw failure != null
                    ? new IOException(failure.getMessage(), failure)
                    : new IOException("the spool is closed");
        } finally {
            lock.unlock();
        }
    }

    /** Takes an emptied segment back: keeps the file for later use, or deletes it where enough are kept. Durable on return. */
    void recycle(long number) throws IOException {
        Path emptied = directory.segment(number);
        boolean keep = isWanted(disk.size(emptied));
        if (keep) {
            disk.rename(emptied, directory.spare(number));
        } else {
            disk.delete(emptied);
        }
        directory.forceNames();
        if (keep) {
            addSpare(number);
        }
    }

    /** Ends the thread; a segment that was ready stays for the next start. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        SpoolThreads.join(thread);
        lock.lock();
        try {
            if (ready != null) {
                ready.channel().close();
            }
        } catch (IOException e) {
            LOG.debug("closing a prepared segment", e);
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (awaitWanted()) {
            try {
                deliver(prepare());
            } catch (IOException e) {
                report(e);
            } catch (RuntimeException | Error e) {
                LOG.error("preparing a segment of the spool broke", e);
                report(new IOException("preparing a segment broke: " + e, e));
            }
        }
    }

    private boolean awaitWanted() {
        lock.lock();
        try {
            while (!closed && (!wanted || ready != null || failure != null)) {
                changed.awaitUninterruptibly();
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private Prepared prepare() throws IOException {
        OptionalLong spare = takeSpare();
        long number = takeNumber();
        Path file = directory.segment(number);
        if (spare.isPresent()) {
            disk.rename(directory.spare(spare.getAsLong()), file);
        } else {
            requireSpace();
            Path unfinished = directory.unfinished(number);
            fillWithZeros(unfinished);
            disk.rename(unfinished, file);
        }
        directory.forceNames();
        return new Prepared(number, disk.open(file, StandardOpenOption.WRITE));
    }

    private void fillWithZeros(Path file) throws IOException {
        // Zeros written out, rather than mere space allotted: a first write into allotted space changes the file's
        // metadata, which makes each force several times as dear.
        try (FileChannel channel = disk.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS);
            long at = 0;
            while (at < config.segmentBytes()) {
                requireOpen();
                zeros.clear().limit((int) Math.min(ZEROS, config.segmentBytes() - at));
                at += channel.write(zeros, at);
                if (at % FORCED_AT_ONCE == 0) {
                    channel.force(false);
                }
            }
            channel.force(true);
        } catch (IOException e) {
            deleteUnfinished(file, e);
            throw e;
        }
    }

    // What was written of it is needed elsewhere, not least when the disk is full.
    private void deleteUnfinished(Path file, IOException cause) {
        try {
            disk.delete(file);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void requireSpace() throws IOException {
        if (disk.usableBytes(directory.root()) < config.segmentBytes()) {
            throw new IOException("No space left for a segment of " + config.segmentBytes() + " octets");
        }
    }

    private void requireOpen() throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException("the spool is being closed");
            }
        } finally {
            lock.unlock();
        }
    }

    private OptionalLong takeSpare() throws IOException {
        lock.lock();
        try {
            for (Long spare = spares.pollFirst(); spare != null; spare = spares.pollFirst()) {
                OptionalLong size = disk.size(directory.spare(spare));
                if (size.isPresent() && size.getAsLong() == config.segmentBytes()) {
                    return OptionalLong.of(spare);
                }
                // From before the configured size was changed.
                disk.delete(directory.spare(spare));
            }
            return OptionalLong.empty();
        } finally {
            lock.unlock();
        }
    }

    private boolean isWanted(OptionalLong size) {
        lock.lock();
        try {
            return size.isPresent()
                    && size.getAsLong() == config.segmentBytes()
                    && spares.size() < config.spareSegments();
        } finally {
            lock.unlock();
        }
    }

    private void addSpare(long number) {
        lock.lock();
        try {
            spares.addLast(number);
        } finally {
            lock.unlock();
        }
    }

    private long takeNumber() {
        lock.lock();
        try {
            return nextNumber++;
        } finally {
            lock.unlock();
        }
    }

    private void deliver(Prepared prepared) {
        lock.lock();
        try {
            ready = prepared;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void report(IOException e) {
        lock.lock();
        try {
            if (!closed) {
                LOG.warn("the next segment of the spool could not be prepared", e);
            }
            failure = e;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
