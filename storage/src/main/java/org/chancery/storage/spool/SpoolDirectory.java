package org.chancery.storage.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.chancery.storage.disk.Disk;

/**
 * The spool's directory, and the names of the files in it.
 *
 * @param disk that it is on
 * @param root its path
 */
record SpoolDirectory(Disk disk, Path root) {
    /** A file of the log, which holds mails or takes them. */
    static final String SEGMENT = ".seg";
    /** An emptied file of the log, kept for use as a later one; its number is the last one that it had. */
    static final String SPARE = ".spare";
    /** A file of the log that is not yet filled with zeros. */
    static final String UNFINISHED = ".new";
    /** What became of the mails of one segment. */
    static final String MARKS = ".marks";
    /** What cannot be read and waits for the operator. */
    static final String DAMAGED = ".damaged";

    Path segment(long number) {
        return numbered(number, SEGMENT);
    }

    Path spare(long number) {
        return numbered(number, SPARE);
    }

    Path unfinished(long number) {
        return numbered(number, UNFINISHED);
    }

    Path marks(long number) {
        return numbered(number, MARKS);
    }

    Path damagedSegment(long number) {
        return numbered(number, SEGMENT + DAMAGED);
    }

    /** Holds the identity of this spool, which is in every record of its log. */
    Path identity() {
        return root.resolve("spool.id");
    }

    Path lock() {
        return root.resolve("spool.lock");
    }

    LargeFiles largeFiles() {
        return new LargeFiles(disk, root.resolve("large"));
    }

    /** On return the names of the files survive a power cut. */
    void forceNames() throws IOException {
        disk.forceDirectory(root);
    }

    /** The name under which a file is kept that is not understood. */
    static Path setAside(Path file) {
        return file.resolveSibling(file.getFileName() + DAMAGED);
    }

    /** All that is kept under such a name, segments of the log and bodies of mails. */
    List<Path> allSetAside() throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path place : List.of(root, largeFiles().directory())) {
            for (Path file : disk.list(place)) {
                if (file.toString().endsWith(DAMAGED)) {
                    found.add(file);
                }
            }
        }
        return found.stream().sorted().toList();
    }

    /** The number in the file's name, if it is a number followed by the suffix. */
    static OptionalLong numberOf(Path file, String suffix) {
        String name = String.valueOf(file.getFileName());
        if (!name.endsWith(suffix)) {
            return OptionalLong.empty();
        }
        String digits = name.substring(0, name.length() - suffix.length());
        if (digits.isEmpty() || digits.length() > 18 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseLong(digits));
    }

    private Path numbered(long number, String suffix) {
        return root.resolve(String.format(Locale.ROOT, "%016d%s", number, suffix));
    }
}
