package org.chancery.storage.spool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import org.chancery.core.id.SpoolId;
import org.chancery.storage.spool.disk.Disk;

/** Mails in files of their own: too large for the log, or come in while memory was short. */
final class LargeFiles {
    private final Disk disk;
    private final SpoolDirectory directory;

    LargeFiles(Disk disk, SpoolDirectory directory) {
        this.disk = disk;
        this.directory = directory;
    }

    FileChannel create(SpoolId id) throws IOException {
        return disk.open(directory.large(id), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    FileChannel open(SpoolId id) throws IOException {
        return disk.open(directory.large(id), StandardOpenOption.READ);
    }

    OptionalLong size(SpoolId id) throws IOException {
        return disk.size(directory.large(id));
    }

    void delete(SpoolId id) throws IOException {
        disk.delete(directory.large(id));
    }

    /** On return the files made before, which were forced each, keep their names over a power cut. */
    void forceNames() throws IOException {
        disk.forceDirectory(directory.large());
    }

    Iterable<Path> all() throws IOException {
        return disk.list(directory.large());
    }
}
