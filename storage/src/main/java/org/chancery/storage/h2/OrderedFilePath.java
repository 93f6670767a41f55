package org.chancery.storage.h2;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/** The files of H2, each of them an {@link OrderedFile}, in whichever file system lies below. */
public final class OrderedFilePath extends FilePathWrapper {
    /** What H2 calls it in URLs, in front of the file system that does the work. */
    static final String SCHEME = "ordered";

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
        return mode.equals("r") ? channel : new OrderedFile(channel);
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
}
