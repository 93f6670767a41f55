package org.chancery.storage.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A file system of H2's that knows what a power cut would leave of its files: what was forced for certain, and of the
 * writes since, in sectors, whichever the disk happened to have done.
 */
public final class ForgetfulFilePath extends FilePathWrapper {
    static final String SCHEME = "forgetful";

    private static final int SECTOR = 512;
    private static final int FORCE_LIMIT_SECONDS = 30;
    private static final Map<String, Forgetful> OPEN = new ConcurrentHashMap<>();

    /** Makes the scheme known to H2. */
    static void register() {
        FilePath.register(new ForgetfulFilePath());
    }

    /**
     * Writes an open file as a power cut in this moment would leave it.
     *
     * @param reachedDisk asked for each sector that was written and not forced, in the order of the writing
     */
    static void cutPower(Path file, Path copy, BooleanSupplier reachedDisk) throws IOException {
        Forgetful forgetful = OPEN.get(file.toString());
        if (forgetful == null) {
            throw new IllegalStateException(file + " is not open");
        }
        Files.write(copy, forgetful.leftBy(reachedDisk));
    }

    /**
     * The same at the moment at which the file is forced next, when all is written that waits for it: on a disk forcing takes
     * the most of the time, here it takes none. Waits for that moment.
     */
    static void cutPowerAtForce(Path file, Path copy, BooleanSupplier reachedDisk)
            throws IOException, InterruptedException {
        Forgetful forgetful = OPEN.get(file.toString());
        if (forgetful == null) {
            throw new IllegalStateException(file + " is not open");
        }
        Files.write(copy, forgetful.leftAtForceBy(reachedDisk));
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        FileChannel channel = super.open(mode);
        if (mode.equals("r")) {
            return channel;
        }
        Forgetful forgetful = new Forgetful(channel);
        OPEN.put(unwrap().toString(), forgetful);
        return forgetful;
    }

    private static final class Forgetful extends FileBaseDefault {
        private final FileChannel base;
        private final Content forced = new Content();
        private final List<Change> unforced = new ArrayList<>();
        /** Completed by the next force with what a power cut would leave just before it. */
        private @Nullable FutureTask<byte[]> atForce;

        Forgetful(FileChannel base) throws IOException {
            this.base = base;
            ByteBuffer whole = ByteBuffer.allocate(Math.toIntExact(base.size()));
            while (whole.hasRemaining() && base.read(whole, whole.position()) >= 0) {
                // Goes on until the whole file is read.
            }
            forced.put(0, whole.array());
        }

        @Override
        public synchronized int write(ByteBuffer from, long position) throws IOException {
            byte[] bytes = new byte[from.remaining()];
            from.duplicate().get(bytes);
            int written = base.write(from, position);
            int begin = Math.toIntExact(position);
            for (int at = 0; at < written; at += SECTOR) {
                byte[] sector = Arrays.copyOfRange(bytes, at, Math.min(at + SECTOR, written));
                int where = begin + at;
                unforced.add(content -> content.put(where, sector));
            }
            return written;
        }

        @Override
        protected synchronized void implTruncate(long size) throws IOException {
            base.truncate(size);
            unforced.add(content -> content.truncate(Math.toIntExact(size)));
        }

        @Override
        public synchronized void force(boolean metaData) {
            if (atForce != null) {
                atForce.run();
                atForce = null;
            }
            unforced.forEach(change -> change.to(forced));
            unforced.clear();
        }

        byte[] leftAtForceBy(BooleanSupplier reachedDisk) throws IOException, InterruptedException {
            FutureTask<byte[]> left = new FutureTask<>(() -> leftBy(reachedDisk));
            synchronized (this) {
                atForce = left;
            }
            try {
                return left.get(FORCE_LIMIT_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new IOException("nothing was forced", e);
            }
        }

        synchronized byte[] leftBy(BooleanSupplier reachedDisk) {
            Content left = new Content();
            left.put(0, forced.bytes());
            for (Change change : unforced) {
                if (reachedDisk.getAsBoolean()) {
                    change.to(left);
                }
            }
            return left.bytes();
        }

        @Override
        public int read(ByteBuffer to, long position) throws IOException {
            return base.read(to, position);
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
            base.close();
        }
    }

    private interface Change {
        void to(Content content);
    }

    private static final class Content {
        private byte[] room = new byte[1 << 20];
        private int length;

        void put(int position, byte[] bytes) {
            int end = position + bytes.length;
            if (end > room.length) {
                room = Arrays.copyOf(room, 2 * end);
            }
            System.arraycopy(bytes, 0, room, position, bytes.length);
            length = Math.max(length, end);
        }

        void truncate(int size) {
            if (size < length) {
                Arrays.fill(room, size, length, (byte) 0);
            }
            length = size;
        }

        byte[] bytes() {
            return Arrays.copyOf(room, length);
        }
    }
}
