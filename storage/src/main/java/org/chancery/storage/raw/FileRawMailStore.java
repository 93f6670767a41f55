package org.chancery.storage.raw;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.mailbox.MissingMail;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.storage.disk.Disk;
import org.chancery.storage.disk.LocalDisk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Raw mail in plain files: {@code ab/abcdef…}, where the name is the digest and the directory its first two digits. A file is
 * written under another name first; whether it is still whole after a power cut is asked when the same mail is put again.
 *
 * <p>Used by many threads at once. {@link #force} runs a few threads of its own while it lasts.
 */
public final class FileRawMailStore implements RawMailStore {
    private static final Logger LOG = LoggerFactory.getLogger(FileRawMailStore.class);
    private static final int BUFFER = 32 * 1024;
    private static final int STRIPES = 64;

    private final Disk disk;
    private final Path directory;
    private final Path whileWritten;
    private final UnforcedFiles unforced;
    private final AtomicLong names = new AtomicLong();
    // Two puts of the same mail must not both find it missing: the later one would replace a file that was forced.
    private final Object[] stripes = new Object[STRIPES];

    /**
     * Opens the store; what unfinished puts left behind is deleted.
     *
     * @throws Unavailable where the directory cannot be read or written
     */
    public static FileRawMailStore open(Path directory) {
        return open(directory, new LocalDisk());
    }

    /** Opens the store on a disk that the caller names. */
    public static FileRawMailStore open(Path directory, Disk disk) {
        try {
            return new FileRawMailStore(directory.toAbsolutePath(), disk);
        } catch (IOException e) {
            throw new Unavailable("opening the raw-mail store in " + directory, e);
        }
    }

    private FileRawMailStore(Path directory, Disk disk) throws IOException {
        this.disk = disk;
        this.directory = directory;
        this.whileWritten = directory.resolve("unfinished");
        this.unforced = new UnforcedFiles(disk, this::rewrite);
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Object();
        }
        disk.createDirectories(whileWritten);
        for (Path leftOver : disk.list(whileWritten)) {
            disk.delete(leftOver);
        }
        disk.forceDirectory(directory);
        Path above = directory.getParent();
        if (above != null) {
            disk.forceDirectory(above);
        }
    }

    @Override
    public Kept put(InputStream raw) throws IOException {
        try (UnfinishedFile unfinished = newFile()) {
            Kept kept = receive(raw, unfinished);
            place(unfinished, kept);
            return kept;
        }
    }

    @Override
    public Kept putDurably(InputStream raw) throws IOException {
        Kept kept = put(raw);
        try {
            unforced.force(fileOf(kept.digest()));
        } catch (IOException e) {
            throw new Unavailable("forcing the raw mail " + kept.digest().hex() + " to the disk", e);
        }
        return kept;
    }

    @Override
    public InputStream open(RawDigest digest) {
        try {
            return Channels.newInputStream(disk.open(fileOf(digest), StandardOpenOption.READ));
        } catch (NoSuchFileException e) {
            throw new MissingMail(digest, directory.toString(), e);
        } catch (IOException e) {
            throw new Unavailable("opening the raw mail " + digest.hex(), e);
        }
    }

    @Override
    public void force() {
        try {
            unforced.force();
        } catch (IOException e) {
            throw new Unavailable("forcing raw mail to the disk", e);
        }
    }

    private static Kept receive(InputStream raw, UnfinishedFile into) throws IOException {
        MessageDigest digest = RawDigest.algorithm();
        byte[] buffer = new byte[BUFFER];
        long size = 0;
        int count;
        do {
            count = raw.readNBytes(buffer, 0, BUFFER);
            digest.update(buffer, 0, count);
            size += count;
            into.write(ByteBuffer.wrap(buffer, 0, count));
        } while (count == BUFFER);
        return new Kept(RawDigest.finish(digest.digest()), size);
    }

    /** Gives the file its name, unless the same bytes are there already. Either way it is to be forced next time. */
    private void place(UnfinishedFile unfinished, Kept kept) {
        Path file = fileOf(kept.digest());
        synchronized (stripes[Math.floorMod(kept.digest().hashCode(), STRIPES)]) {
            try {
                if (!isWhole(file, kept)) {
                    unfinished.rename(file, this::makeDirectoryOf);
                }
            } catch (IOException e) {
                throw new Unavailable("keeping the raw mail " + kept.digest().hex(), e);
            }
            // A file that was there may be one that an earlier process was killed before it could force.
            unforced.add(file);
        }
    }

    private boolean isWhole(Path file, Kept expected) throws IOException {
        OptionalLong size = disk.size(file);
        if (size.isEmpty()) {
            return false;
        }
        if (size.getAsLong() == expected.size() && digestOf(file).equals(expected.digest())) {
            return true;
        }
        LOG.warn("the raw mail {} was damaged, as a power cut may leave it; it is written anew", file);
        return false;
    }

    private void makeDirectoryOf(Path file) throws IOException {
        disk.createDirectories(Objects.requireNonNull(file.getParent()));
    }

    // After a force failed the system may call pages clean that never reached the disk: only new ones can be trusted.
    private void rewrite(Path file) throws IOException {
        try (UnfinishedFile copy = newFile();
                InputStream raw = Channels.newInputStream(disk.open(file, StandardOpenOption.READ))) {
            Kept read = receive(raw, copy);
            if (!fileOf(read.digest()).equals(file)) {
                throw new IOException("the raw mail " + file + " could not be forced and is damaged now");
            }
            copy.force();
            copy.rename(file, this::makeDirectoryOf);
        }
    }

    private RawDigest digestOf(Path file) throws IOException {
        MessageDigest digest = RawDigest.algorithm();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        try (FileChannel channel = disk.open(file, StandardOpenOption.READ)) {
            while (channel.read(buffer) >= 0) {
                digest.update(buffer.flip());
                buffer.clear();
            }
        }
        return RawDigest.finish(digest.digest());
    }

    private UnfinishedFile newFile() {
        return new UnfinishedFile(disk, whileWritten.resolve(Long.toString(names.incrementAndGet())));
    }

    private Path fileOf(RawDigest digest) {
        return directory.resolve(digest.hex().substring(0, 2)).resolve(digest.hex());
    }
}
