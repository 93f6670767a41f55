package org.chancery.storage.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A disk as POSIX promises it and no better: bytes are safe after {@link FileChannel#force}, the name of a new, renamed or
 * deleted file only after {@link #forceDirectory}. All durable files are opened through this, so that a test can cut the
 * power between any two calls.
 */
public interface Disk {

    FileChannel open(Path file, OpenOption... options) throws IOException;

    /** Makes the directory and those above it where they are missing; durable when the directories above are forced. */
    void createDirectories(Path directory) throws IOException;

    /** What lies in the directory, files and directories, in no order. */
    List<Path> list(Path directory) throws IOException;

    /** Octets of the file; empty where there is none. */
    OptionalLong size(Path file) throws IOException;

    /** Gives the file another name at once, replacing what had that name. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes the file if it is there. */
    void delete(Path file) throws IOException;

    /** On return the names in the directory survive a power cut. */
    void forceDirectory(Path directory) throws IOException;

    /** Octets that may still be written by us. */
    long usableBytes(Path directory) throws IOException;

    /** Fills the buffer with what the file has from the given position on, as far as it goes, and flips it. */
    static ByteBuffer fill(ByteBuffer buffer, FileChannel file, long position) throws IOException {
        long at = position;
        int count = 0;
        while (buffer.hasRemaining() && count >= 0) {
            count = file.read(buffer, at);
            at += count;
        }
        return buffer.flip();
    }

    /** Locks the file until what is returned is closed; empty where it is locked by another, in this process too. */
    Optional<Closeable> lock(Path file) throws IOException;
}
