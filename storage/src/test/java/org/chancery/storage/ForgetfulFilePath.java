package org.chancery.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
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
        private byte[] forced = {};
        private final List<Change> unforced = new ArrayList<>();

        /** A write, or the file's new length where there are no bytes. */
        private record Change(long position, byte[] bytes) {
            byte[] applyTo(byte[] content) {
                int end = Math.toIntExact(position) + bytes.length;
                boolean isTruncation = bytes.length == 0;
                byte[] changed = isTruncation || end > content.length ? java.util.Arrays.copyOf(content, end) : content;
                System.arraycopy(bytes, 0, changed, (int) position, bytes.length);
                return changed;
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
            unforced.add(new Change(position, java.util.Arrays.copyOf(bytes, written)));
            return written;
        }

        @Override
        protected synchronized void implTruncate(long size) throws IOException {
            base.truncate(size);
            unforced.add(new Change(size, new byte[0]));
        }

        @Override
        public synchronized void force(boolean metaData) {
            for (Change change : unforced) {
                forced = change.applyTo(forced);
            }
            unforced.clear();
        }

        synchronized void cutPower(Path copy, Predicate<Integer> isDone) throws IOException {
            byte[] left = forced.clone();
            for (int i = 0; i < unforced.size(); i++) {
                if (isDone.test(i)) {
                    left = unforced.get(i).applyTo(left);
                }
            }
            Files.write(copy, left, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
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
