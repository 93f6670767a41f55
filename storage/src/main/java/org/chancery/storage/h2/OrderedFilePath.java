package org.chancery.storage.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A file of H2's whose forced content stays whole, whatever a power cut leaves of the writes that came after.
 *
 * <p>H2 takes a chunk for whole when its first and its last octets are there. A disk does the sectors of one write in any
 * order, so that the middle may be missing. So the last sector of a chunk is written when the rest of it is forced.
 *
 * <p>H2 appends its changes in chunks and uses the place of old chunks again when nothing refers to them any more. It never
 * forces in between; and a disk may do the later write, and lose the earlier one by which the old chunk became needless.
 * The last forced state has a hole then. So here nothing is overwritten before all earlier writes are forced.
 */
public final class OrderedFilePath extends FilePathWrapper {
    /** What H2 calls it in URLs, in front of the file system that does the work. */
    static final String SCHEME = "ordered";

    /** H2's store header: two copies, each with its own checksum, of which one is enough. Then come the chunks. */
    private static final long HEADER = 2 * 4096;

    /** What a disk writes as one; many write more, none less. H2's mark at a chunk's end is shorter. */
    private static final int SECTOR = 512;

    /** In the header of a file that was closed in order. */
    private static final String CLEAN = "clean:";

    /** Makes the scheme known to H2. */
    static void register() {
        FilePath.register(new OrderedFilePath());
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        boolean isNew = !exists();
        FileChannel channel = super.open(mode);
        if (isNew) {
            forceDirectory();
        }
        return mode.equals("r") ? channel : new Ordered(channel);
    }

    /** A new file survives a power cut when its directory does. */
    private void forceDirectory() throws IOException {
        FilePath file = this;
        while (file instanceof FilePathWrapper wrapper) {
            file = wrapper.unwrap();
        }
        Path directory = Path.of(file.toString()).toAbsolutePath().getParent();
        if (directory != null) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    private static final class Ordered extends FileBaseDefault {
        private final FileChannel base;
        /** Last sectors that wait for the rest of their chunks, by position. */
        private final ConcurrentNavigableMap<Long, byte[]> held = new ConcurrentSkipListMap<>();

        private long end;
        private boolean dirty;
        private @Nullable IOException failure;

        Ordered(FileChannel base) throws IOException {
            this.base = base;
            this.end = base.size();
        }

        @Override
        public synchronized int write(ByteBuffer from, long position) throws IOException {
            boolean overwrites = position >= HEADER && position < end;
            if (overwrites && dirty) {
                force(true);
            }
            boolean isFirst = end == 0;
            if (position < HEADER && dirty && saysClean(from)) {
                // Behind this mark H2 looks at nothing any more when it opens the file.
                force(true);
            }
            int written = position < HEADER ? base.write(from, position) : writeChunk(from, position);
            dirty = true;
            end = Math.max(end, position + written);
            if (isFirst) {
                // Without its header, H2 takes a file for a broken one.
                force(true);
            }
            return written;
        }

        private int writeChunk(ByteBuffer from, long position) throws IOException {
            int length = from.remaining();
            byte[] all = new byte[length];
            from.get(all);
            int last = Math.max(0, length - SECTOR);
            held.put(position + last, Arrays.copyOfRange(all, last, length));
            Arrays.fill(all, last, length, (byte) 0);
            writeFully(ByteBuffer.wrap(all), position);
            return length;
        }

        private void writeFully(ByteBuffer from, long position) throws IOException {
            long at = position;
            while (from.hasRemaining()) {
                at += base.write(from, at);
            }
        }

        private static boolean saysClean(ByteBuffer header) {
            return StandardCharsets.ISO_8859_1
                    .decode(header.duplicate())
                    .toString()
                    .contains(CLEAN);
        }

        @Override
        protected synchronized void implTruncate(long size) throws IOException {
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
            if (failure != null) {
                throw new IOException("the file could not be forced before: " + failure.getMessage(), failure);
            }
            try {
                base.force(metaData);
                if (!held.isEmpty()) {
                    for (Map.Entry<Long, byte[]> sector : held.entrySet()) {
                        writeFully(ByteBuffer.wrap(sector.getValue()), sector.getKey());
                    }
                    base.force(metaData);
                    held.clear();
                }
            } catch (IOException e) {
                failure = e;
                throw e;
            }
            dirty = false;
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
                if (closing.isOpen() && dirty) {
                    force(true);
                }
            }
        }

        @Override
        public String toString() {
            return SCHEME + ':' + base;
        }
    }
}
