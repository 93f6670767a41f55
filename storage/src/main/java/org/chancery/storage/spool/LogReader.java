package org.chancery.storage.spool;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.chancery.storage.spool.disk.Disk;

/** Reads single mails from the log, each through a channel of its own: an interrupted worker closes only that. */
final class LogReader {
    private final Disk disk;
    private final SpoolDirectory directory;
    private final LargeFiles largeFiles;
    private final UUID spool;

    LogReader(Disk disk, SpoolDirectory directory, LargeFiles largeFiles, UUID spool) {
        this.disk = disk;
        this.directory = directory;
        this.largeFiles = largeFiles;
        this.spool = spool;
    }

    /**
     * The mail as the given attempt, its checksums compared.
     *
     * @throws DamagedRecord where it is not what was written
     */
    ClaimedMail read(LoggedMail mail, int attempt) throws IOException, DamagedRecord {
        try (FileChannel segment = open(mail)) {
            ByteBuffer octets = octets(segment, mail.position(), mail.length());
            LogRecord record = record(mail, octets);
            EnvelopeFormat.Decoded decoded = envelope(record, octets.slice(LogRecord.HEAD, record.envelopeBytes()));
            return new ClaimedMail(
                    mail.id(), decoded.envelope(), decoded.arrival(), mail.size(), attempt, body(record, octets));
        }
    }

    /** Only what SMTP said about the mail. */
    EnvelopeFormat.Decoded readEnvelope(LoggedMail mail) throws IOException, DamagedRecord {
        try (FileChannel segment = open(mail)) {
            LogRecord record = record(mail, octets(segment, mail.position(), LogRecord.HEAD));
            return envelope(
                    record, octets(segment, mail.position() + LogRecord.HEAD, record.envelopeBytes()));
        }
    }

    private FileChannel open(LoggedMail mail) throws IOException {
        return disk.open(directory.segment(mail.segment().number()), StandardOpenOption.READ);
    }

    private static ByteBuffer octets(FileChannel segment, long position, int length)
            throws IOException, DamagedRecord {
        ByteBuffer octets = ByteBuffer.allocate(length);
        while (octets.hasRemaining()) {
            if (segment.read(octets, position + octets.position()) < 0) {
                throw new DamagedRecord("the segment ends within the record");
            }
        }
        return octets.flip();
    }

    private LogRecord record(LoggedMail mail, ByteBuffer head) throws DamagedRecord {
        return LogRecord.decodeHead(head, 0)
                .filter(found -> found.stands(spool, mail.segment().number(), mail.position())
                        && found.id().equals(mail.id())
                        && found.length() == mail.length())
                .orElseThrow(() -> new DamagedRecord("the head of the record is not what was written"));
    }

    private static EnvelopeFormat.Decoded envelope(LogRecord record, ByteBuffer envelope) throws DamagedRecord {
        if (sumOf(envelope.duplicate()) != record.envelopeSum()) {
            throw new DamagedRecord("the envelope is not what was written");
        }
        return EnvelopeFormat.decode(envelope);
    }

    private ClaimedMail.Body body(LogRecord record, ByteBuffer octets) throws IOException, DamagedRecord {
        if (record.kind() == LogRecord.Kind.LARGE) {
            requireLargeFile(record);
            return () -> new CheckedBody(
                    Channels.newInputStream(largeFiles.open(record.id())), record.bodyBytes(), record.bodySum());
        }
        int start = LogRecord.HEAD + record.envelopeBytes();
        int length = (int) record.bodyBytes();
        if (sumOf(octets.slice(start, length)) != record.bodySum()) {
            throw new DamagedRecord("the body is not what was written");
        }
        return () -> new ByteArrayInputStream(octets.array(), start, length);
    }

    private void requireLargeFile(LogRecord record) throws IOException, DamagedRecord {
        OptionalLong size;
        try {
            size = largeFiles.size(record.id());
        } catch (NoSuchFileException absent) {
            size = OptionalLong.empty();
        }
        if (size.isEmpty() || size.getAsLong() != record.bodyBytes()) {
            throw new DamagedRecord("the file with the body is missing or has another size");
        }
    }

    private static int sumOf(ByteBuffer octets) {
        CRC32C sum = new CRC32C();
        sum.update(octets);
        return (int) sum.getValue();
    }
}
