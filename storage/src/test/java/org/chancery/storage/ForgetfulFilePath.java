package org.chancery.storage;

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
import java.util.function.Predicate;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * A file system for H2, of scheme {@code forgetful:}, that knows what a power cut would leave of its files: what was
 * forced for certain, and of all writes since, whichever the disk happened to have done.
 */
public final class ForgetfulFilePath extends FilePathWrapper {
    private static final Map<String, Forgetful> OPEN = new ConcurrentHashMap<>();

    /** Makes the scheme known to H2. */
    static void register() {
        FilePath.register(new ForgetfulFilePath());
    }

    /** Writes a file as a power cut in this moment would leave it, the chosen ones of the unforced writes being done. */
    static void cutPower(Path file, Path copy, Predicate<Integer> isDone) throws IOException {
        Forgetful forgetful = OPEN.get(file.toString());
        if (forgetful == null) {
            throw new IllegalStateException(file + " is not open");
        }
        forgetful.cutPower(copy, isDone);
    }

    @Override
    public String getScheme() {
        return "forgetful";
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        FileChannel channel = super.open(mode);
        return mode.equals("r") ? channel : OPEN.compute(unwrap().toString(), (name, old) -> new Forgetful(channel));
    }

    private static final class Forgetful extends FileBaseDefault {
        private final FileChannel base;
        private final Content forced = new Content();
        private final List<Change> unforced = new ArrayList<>();

        /** A write, or the file's new length where there are no bytes. */
        private record Change(int position, byte[] bytes) {}

        /** The bytes of a file. */
        private static final class Content {
            private byte[] bytes = new byte[1 << 20];
            private int length;

            void apply(Change change) {
                int end = change.position + change.bytes.length;
                if (end > bytes.length) {
                    bytes = Arrays.copyOf(bytes, 2 * end);
                }
                if (end > length) {
                    Arrays.fill(bytes, length, end, (byte) 0);
                }
                System.arraycopy(change.bytes, 0, bytes, change.position, change.bytes.length);
                length = change.bytes.length == 0 ? end : Math.max(length, end);
            }

            Content copy() {
                Content copy = new Content();
                copy.bytes = Arrays.copyOf(bytes, length);
                copy.length = length;
                return copy;
            }
        }

        Forgetful(FileChannel base) {
            this.base = base;
        }

        @Override
        public synchronized int write(ByteBuffer from, long position) throws IOException {
            byte[] bytes = new byte[from.remaining()];
            from.duplicate().get(bytes);
            int written = base.write(from, position);
            unforced.add(new Change((int) position, Arrays.copyOf(bytes, written)));
            return written;
        }

        @Override
        protected synchronized void implTruncate(long size) throws IOException {
            base.truncate(size);
            unforced.add(new Change((int) size, new byte[0]));
        }

        @Override
        public synchronized void force(boolean metaData) {
            unforced.forEach(forced::apply);
            unforced.clear();
        }

        synchronized void cutPower(Path copy, Predicate<Integer> isDone) throws IOException {
            Content left = forced.copy();
            for (int i = 0; i < unforced.size(); i++) {
                if (isDone.test(i)) {
                    left.apply(unforced.get(i));
                }
            }
            Files.write(copy, Arrays.copyOf(left.bytes, left.length));
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
}
