package org.chancery.storage.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.chancery.core.id.SpoolId;
import org.chancery.storage.disk.Disk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file beside a segment that says what became of its mails: which try of a mail was begun, and for which of them storage
 * was proved. It is written without being forced: a mark that a power cut takes away only makes a mail be handed out once
 * more, and outlives a {@code kill -9} all the same.
 *
 * <p>A mark names the mail by its id, so a file left over from an earlier segment of the same number says nothing about the
 * mails of this one. Used by several threads at once.
 */
final class Marks {
    /** Octets of a mark: a kind, a number, an id and their checksum. Each stands for itself, whatever its neighbours are. */
    static final int LENGTH = 32;

    private static final Logger LOG = LoggerFactory.getLogger(Marks.class);
    private static final int BEGUN = 0x6265_6775;
    private static final int PROVED = 0x7072_6f76;

    private final Disk disk;
    private final Path file;
    private long end;

    private Marks(Disk disk, Path file, long end) {
        this.disk = disk;
        this.file = file;
        this.end = end;
    }

    /**
     * What was read.
     *
     * @param proved mails that storage holds
     * @param attempts tries of the others that were begun
     */
    record Known(Set<SpoolId> proved, Map<SpoolId, Integer> attempts) {}

    /** Of a new segment. */
    static Marks fresh(Disk disk, Path file) {
        return new Marks(disk, file, 0);
    }

    /** Of a segment that was there before; new marks are written behind those which are there. */
    static Marks existing(Disk disk, Path file) throws IOException {
        OptionalLong size = disk.size(file);
        return new Marks(disk, file, LogRecord.aligned(size.orElse(0), LENGTH));
    }

    /** Reads what is written; torn marks are passed over. */
    synchronized Known read() throws IOException {
        Set<SpoolId> proved = new HashSet<>();
        Map<SpoolId, Integer> attempts = new HashMap<>();
        if (end > 0) {
            ByteBuffer marks = readAll();
            for (int at = 0; at + LENGTH <= marks.limit(); at += LENGTH) {
                if (marks.getInt(at + LENGTH - 4) != LogRecord.sumOf(marks.slice(at, LENGTH - 4))) {
                    continue;
                }
                SpoolId id = new SpoolId(new UUID(marks.getLong(at + 8), marks.getLong(at + 16)));
                switch (marks.getInt(at)) {
                    case BEGUN -> attempts.put(id, marks.getInt(at + 4));
                    case PROVED -> proved.add(id);
                    default -> LOG.warn("an unknown kind of mark in {} is passed over", file);
                }
            }
        }
        return new Known(proved, attempts);
    }

    /** So many tries of the mail were begun. */
    void begun(SpoolId id, int attempts) throws IOException {
        ByteBuffer mark = ByteBuffer.allocate(LENGTH);
        put(BEGUN, attempts, id, mark);
        append(mark.flip());
    }

    /** Storage was proved to hold these mails. */
    void proved(Collection<SpoolId> ids) throws IOException {
        ByteBuffer marks = ByteBuffer.allocate(LENGTH * ids.size());
        for (SpoolId id : ids) {
            put(PROVED, 0, id, marks);
        }
        append(marks.flip());
    }

    /** On return what is written survives a power cut, save for the name of a new file. */
    synchronized void force() throws IOException {
        try (FileChannel channel = disk.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    synchronized void delete() throws IOException {
        disk.delete(file);
        end = 0;
    }

    // Opened for each mark: an interrupted worker closes the channel that it writes to, and must not take that of the
    // others with it (java.nio.channels.InterruptibleChannel).
    private synchronized void append(ByteBuffer marks) throws IOException {
        try (FileChannel channel = disk.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            int length = marks.remaining();
            long at = end;
            while (marks.hasRemaining()) {
                at += channel.write(marks, at);
            }
            end += length;
        }
    }

    private ByteBuffer readAll() throws IOException {
        try (FileChannel channel = disk.open(file, StandardOpenOption.READ)) {
            return Disk.fill(ByteBuffer.allocate(Math.toIntExact(channel.size())), channel, 0);
        }
    }

    private static void put(int kind, int number, SpoolId id, ByteBuffer to) {
        int start = to.position();
        to.putInt(kind).putInt(number);
        to.putLong(id.value().getMostSignificantBits()).putLong(id.value().getLeastSignificantBits());
        to.putInt(0);
        to.putInt(LogRecord.sumOf(to.slice(start, LENGTH - 4)));
    }
}
