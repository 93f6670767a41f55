package org.chancery.storage.spool;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.chancery.storage.disk.Disk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The random identity of a spool, made once and kept in a file. Every record of the log bears it; whoever does not know it
 * cannot write a mail whose body would pass for a record where a damaged log is searched.
 */
final class SpoolIdentity {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolIdentity.class);
    private static final int LENGTH = 36;

    private final Disk disk;
    private final SpoolDirectory directory;

    SpoolIdentity(SpoolDirectory directory) {
        this.disk = directory.disk();
        this.directory = directory;
    }

    /** The identity; durable on return. */
    UUID readOrMake() throws IOException {
        Optional<UUID> kept = read();
        if (kept.isPresent()) {
            return kept.get();
        }
        Optional<UUID> used = ofTheLog();
        used.ifPresent(identity ->
                LOG.warn("the spool's identity was lost from {}; its log still has it", directory.identity()));
        UUID identity = used.orElseGet(UUID::randomUUID);
        write(identity);
        return identity;
    }

    private Optional<UUID> read() throws IOException {
        OptionalLong size = disk.size(directory.identity());
        if (size.orElse(0) < LENGTH) {
            return Optional.empty();
        }
        ByteBuffer text = head(directory.identity(), LENGTH);
        try {
            return Optional.of(UUID.fromString(US_ASCII.decode(text).toString()));
        } catch (IllegalArgumentException damaged) {
            LOG.warn("{} holds no identity", directory.identity(), damaged);
            return Optional.empty();
        }
    }

    // The first record of a segment stands at its start, where no mail's body can be.
    private Optional<UUID> ofTheLog() throws IOException {
        List<Path> segments = disk.list(directory.root()).stream()
                .filter(file ->
                        SpoolDirectory.numberOf(file, SpoolDirectory.SEGMENT).isPresent())
                .sorted()
                .toList();
        for (Path segment : segments) {
            ByteBuffer head = head(segment, LogRecord.HEAD);
            if (head.remaining() == LogRecord.HEAD) {
                Optional<LogRecord> first = LogRecord.decodeHead(head, 0);
                if (first.isPresent()) {
                    return first.map(record -> record.place().spool());
                }
            }
        }
        return Optional.empty();
    }

    private void write(UUID identity) throws IOException {
        Path unfinished = directory.identity().resolveSibling("spool.id.new");
        try (FileChannel file = disk.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            ByteBuffer text = US_ASCII.encode(identity + "\n");
            while (text.hasRemaining()) {
                file.write(text);
            }
            file.force(true);
        }
        disk.rename(unfinished, directory.identity());
        directory.forceNames();
    }

    private ByteBuffer head(Path file, int length) throws IOException {
        try (FileChannel channel = disk.open(file, StandardOpenOption.READ)) {
            return Disk.fill(ByteBuffer.allocate(length), channel, 0);
        }
    }
}
