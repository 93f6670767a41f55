package org.chancery.storage.raw;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.chancery.core.fault.Unavailable;
import org.chancery.storage.disk.Disk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A raw mail while it is written, under a name that says nothing; gone when it is closed, unless it got its name. */
final class UnfinishedFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UnfinishedFile.class);

    private final Disk disk;
    private final Path name;
    private final FileChannel channel;
    private boolean renamed;

    UnfinishedFile(Disk disk, Path name) {
        this.disk = disk;
        this.name = name;
        try {
            channel = disk.open(name, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new Unavailable("making a file for a raw mail", e);
        }
    }

    /** Writes the bytes; trouble is told apart from that of the stream they come from. */
    void write(ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new Unavailable("writing a raw mail", e);
        }
    }

    void force() throws IOException {
        channel.force(true);
    }

    /** Gives it its name, replacing what has it. */
    void rename(Path to, DirectoryMaker missing) throws IOException {
        channel.close();
        try {
            disk.rename(name, to);
        } catch (NoSuchFileException noDirectory) {
            missing.makeDirectoryOf(to);
            disk.rename(name, to);
        }
        renamed = true;
    }

    @Override
    public void close() {
        try {
            channel.close();
            if (!renamed) {
                disk.delete(name);
            }
        } catch (IOException e) {
            LOG.warn("{} is left over and goes at the next start", name, e);
        }
    }

    /** Makes the directory that a file is to lie in. */
    @FunctionalInterface
    interface DirectoryMaker {
        void makeDirectoryOf(Path file) throws IOException;
    }
}
