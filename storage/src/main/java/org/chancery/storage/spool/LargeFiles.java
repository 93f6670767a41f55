package org.chancery.storage.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;
import org.chancery.core.id.SpoolId;
import org.chancery.storage.disk.Disk;

/**
 * Mails in files of their own: too large for the log, or come in while memory was short.
 *
 * @param directory where they lie
 */
record LargeFiles(Disk disk, Path directory) {
    private static final String SUFFIX = ".eml";

    Path file(SpoolId id) {
        return directory.resolve(id.value() + SUFFIX);
    }

    FileChannel create(SpoolId id) throws IOException {
        return disk.open(file(id), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    FileChannel open(SpoolId id) throws IOException {
        return disk.open(file(id), StandardOpenOption.READ);
    }

    /** Octets of the mail's file; empty where there is none. */
    OptionalLong size(SpoolId id) throws IOException {
        return disk.size(file(id));
    }

    void delete(SpoolId id) throws IOException {
        disk.delete(file(id));
    }

    /** Keeps what there is of the mail's file under the name of what cannot be read; durable on return. */
    void setAside(SpoolId id) throws IOException {
        if (size(id).isPresent()) {
            disk.rename(file(id), SpoolDirectory.setAside(file(id)));
        }
        // Also where it was renamed before: that may not have become durable.
        forceNames();
    }

    /** On return the names of the files made before survive a power cut; their content was forced on its own. */
    void forceNames() throws IOException {
        disk.forceDirectory(directory);
    }

    /** All of them, in no order. */
    List<Path> all() throws IOException {
        return disk.list(directory).stream()
                .filter(file -> file.toString().endsWith(SUFFIX))
                .toList();
    }
}
