package org.chancery.storage.h2;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * A file of H2's whose forced content stays whole, whatever a power cut leaves of the writes that came after.
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
        private long end;
        private boolean dirty;

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
            int written = base.write(from, position);
            dirty = true;
            end = Math.max(end, position + written);
            return written;
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

        @Override
        public synchronized void force(boolean metaData) throws IOException {
            base.force(metaData);
            dirty = false;
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

        @Override
        public String toString() {
            return SCHEME + ':' + base;
        }
    }
}
