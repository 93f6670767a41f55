package org.chancery.storage.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.h2.store.fs.FileBaseDefault;
import org.jspecify.annotations.Nullable;

/**
 * A file of H2's whose forced content stays whole and is found again, whatever a crash leaves of the writes that came after.
 *
 * <p>H2 takes a chunk for whole when its first and its last octets are there. A disk does the sectors of one write in any
 * order, so that the middle may be missing. So the last sector of a chunk is written when the rest of it is forced, and
 * before that of the next one.
 *
 * <p>H2 appends its changes in chunks and uses the place of old chunks again when nothing refers to them any more. It never
 * forces in between; and a disk may do the later write, and lose the earlier one by which the old chunk became needless.
 * The last forced state has a hole then. So here nothing is overwritten before all earlier writes are forced.
 *
 * <p>The store header names a chunk, not always the newest. From there, and from the chunk at the end of the file, H2 looks
 * for a newer one; but where the named one is not whole, or is overwritten, it is content with the chunk at the end, however
 * old that is: newer ones may stand in the midst of the file, where room was used again. So here the header always names
 * the newest chunk. Its first copy comes with that chunk's last sector, the second one after both are forced, so that one
 * of the two names a chunk that is whole.
 */
final class OrderedFile extends FileBaseDefault {
    /** Both copies of the store header. Then come the chunks. */
    private static final int HEADERS = 2 * StoreHeader.COPY;

    /** What a disk writes as one; many write more, none less. H2's mark at a chunk's end is shorter. */
    private static final int SECTOR = 512;

    private final FileChannel base;
    /** Last sectors that wait for the rest of their chunks, by position. */
    private final ConcurrentNavigableMap<Long, byte[]> held = new ConcurrentSkipListMap<>();
    /** Their positions in the order of the writing. */
    private final Queue<Long> order = new ArrayDeque<>();

    private long end;
    private boolean dirty;
    private @Nullable StoreHeader header;
    /** Whether the header waits for the chunk that it names. */
    private boolean isHeaderHeld;

    private @Nullable IOException failure;

    OrderedFile(FileChannel base) throws IOException {
        this.base = base;
        this.end = base.size();
        if (end >= HEADERS) {
            this.header = StoreHeader.of(this::octetsAt).orElse(null);
            settle();
        }
    }

    /**
     * What is found here is believed from now on, so it has to be on the disk. Where a force was cut off before it wrote the second
     * copy of the header, that one names an older chunk than the first, which is what is overwritten next.
     */
    private void settle() throws IOException {
        base.force(true);
        if (header != null && !Arrays.equals(header.copy(), octetsAt(StoreHeader.COPY, StoreHeader.COPY))) {
            writeFully(header.copy(), 0, StoreHeader.COPY, StoreHeader.COPY);
            base.force(true);
        }
    }

    private byte[] octetsAt(long position, int length) throws IOException {
        ByteBuffer octets = ByteBuffer.allocate(length);
        while (octets.hasRemaining() && base.read(octets, position + octets.position()) >= 0) {
            // Goes on until all of it is read.
        }
        return Arrays.copyOf(octets.array(), octets.position());
    }

    @Override
    public synchronized int write(ByteBuffer from, long position) throws IOException {
        requireNoFailure();
        int length = from.remaining();
        byte[] octets = new byte[length];
        from.get(octets);
        boolean isFirst = end == 0;
        try {
            if (position >= HEADERS) {
                writeChunk(octets, position);
            } else if (isFirst) {
                writeFully(octets, 0, length, position);
                header = StoreHeader.of(octets).orElse(null);
            } else {
                holdHeader(octets, position);
            }
        } catch (IOException e) {
            // Of a chunk that is not whole, the last sector must never be written.
            failure = e;
            throw e;
        }
        dirty = true;
        end = Math.max(end, position + length);
        if (isFirst) {
            // Without its header, H2 takes a file for a broken one.
            force(true);
        }
        return length;
    }

    private void writeChunk(byte[] octets, long position) throws IOException {
        boolean overwrites = position < end;
        if (overwrites && dirty) {
            force(true);
        }
        int last = Math.max(0, octets.length - SECTOR);
        held.put(position + last, Arrays.copyOfRange(octets, last, octets.length));
        order.add(position + last);
        if (header != null) {
            header.naming(octets, position).ifPresent(this::hold);
        }
        Arrays.fill(octets, last, octets.length, (byte) 0);
        writeFully(octets, 0, octets.length, position);
    }

    private void holdHeader(byte[] octets, long position) throws IOException {
        Optional<StoreHeader> given = StoreHeader.of(octets);
        if (position != 0 || octets.length != HEADERS || given.isEmpty()) {
            throw new IOException("H2 writes something else than its header at the begin of its file");
        }
        if (given.get().isClean() && dirty) {
            force(true);
        }
        hold(given.get());
    }

    private void hold(StoreHeader next) {
        header = next;
        isHeaderHeld = true;
    }

    private void writeFully(byte[] octets, int offset, int length, long position) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(octets, offset, length);
        while (from.hasRemaining()) {
            base.write(from, position + from.position() - offset);
        }
    }

    @Override
    protected synchronized void implTruncate(long size) throws IOException {
        requireNoFailure();
        if (dirty) {
            force(true);
        }
        base.truncate(size);
        dirty = true;
        end = Math.min(end, size);
    }

    /** After a failure the system may call pages clean that never reached the disk: no later call can succeed. */
    @Override
    public synchronized void force(boolean metaData) throws IOException {
        requireNoFailure();
        try {
            base.force(metaData);
            while (!order.isEmpty() || isHeaderHeld) {
                complete();
            }
        } catch (IOException e) {
            failure = e;
            throw e;
        }
        dirty = false;
    }

    private void requireNoFailure() throws IOException {
        if (failure != null) {
            throw new IOException("the file could not be written before: " + failure.getMessage(), failure);
        }
    }

    /** One chunk, and with the last one the header. */
    private void complete() throws IOException {
        boolean isLast = order.size() <= 1;
        byte[] copy = isLast && isHeaderHeld && header != null ? header.copy() : new byte[0];
        writeFully(copy, 0, copy.length, 0);
        Long position = order.peek();
        if (position != null) {
            byte[] sector = held.get(position);
            if (sector != null) {
                writeFully(sector, 0, sector.length, position);
            }
        }
        base.force(true);
        if (position != null) {
            order.remove();
            held.remove(position);
        }
        if (isLast) {
            // The next force has it on the disk before the first copy changes again.
            writeFully(copy, 0, copy.length, StoreHeader.COPY);
            isHeaderHeld = false;
        }
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // pages are read by many threads
    public int read(ByteBuffer to, long position) throws IOException {
        int begin = to.position();
        // Looked up before reading: what is let go of meanwhile, is in the file by then.
        List<Map.Entry<Long, byte[]>> sectors =
                List.copyOf(held.subMap(position - SECTOR, false, position + to.remaining(), false)
                        .entrySet());
        int length = base.read(to, position);
        for (Map.Entry<Long, byte[]> sector : sectors) {
            overlay(to, begin, length, Math.toIntExact(sector.getKey() - position), sector.getValue());
        }
        return length;
    }

    /** Puts what is held over the zeros that were read; the offset is negative where it began before the read. */
    private static void overlay(ByteBuffer to, int begin, int length, int offset, byte[] sector) {
        int from = Math.max(0, -offset);
        int until = Math.min(sector.length, length - offset);
        for (int i = from; i < until; i++) {
            to.put(begin + offset + i, sector[i]);
        }
    }

    @Override
    public long size() throws IOException {
        return base.size();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return base.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        try (FileChannel closing = base) {
            if (closing.isOpen()) {
                if (dirty) {
                    force(true);
                }
                // The second copy of the header may not be on the disk yet.
                closing.force(true);
            }
        }
    }

    @Override
    public String toString() {
        return OrderedFilePath.SCHEME + ':' + base;
    }
}
