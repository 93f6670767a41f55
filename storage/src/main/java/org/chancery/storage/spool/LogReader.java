package org.chancery.storage.spool;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.UUID;
import org.chancery.core.spool.DamagedMail;
import org.chancery.storage.disk.Disk;

/** Reads single mails from the log, each through a channel of its own: an interrupted worker closes only that. */
final class LogReader {
    private final SpoolDirectory directory;
    private final LargeFiles largeFiles;
    private final UUID spool;

    LogReader(SpoolDirectory directory, UUID spool) {
        this.directory = directory;
        this.largeFiles = directory.largeFiles();
        this.spool = spool;
    }

    /**
     * The mail as the given attempt, its checksums compared.
     *
     * @throws DamagedRecord where it is not what was written
     */
    ClaimedMail read(LoggedMail mail, int attempt) throws IOException, DamagedRecord {
        byte[] octets;
        try (FileChannel segment = open(mail)) {
            octets = octets(segment, mail.position(), mail.length());
        }
        LogRecord record = record(mail, octets);
        EnvelopeFormat.Decoded decoded = envelope(record, ByteBuffer.wrap(octets, LogRecord.HEAD, (int)
                record.envelope().bytes()));
        return new ClaimedMail(
                mail.id(), decoded.envelope(), decoded.arrival(), mail.size(), attempt, body(record, octets));
    }

    /** Only what SMTP said about the mail. */
    EnvelopeFormat.Decoded readEnvelope(LoggedMail mail) throws IOException, DamagedRecord {
        try (FileChannel segment = open(mail)) {
            LogRecord record = record(mail, octets(segment, mail.position(), LogRecord.HEAD));
            byte[] envelope = octets(segment, mail.position() + LogRecord.HEAD, (int)
                    record.envelope().bytes());
            return envelope(record, ByteBuffer.wrap(envelope));
        }
    }

    private FileChannel open(LoggedMail mail) throws IOException {
        return directory.disk().open(directory.segment(mail.segment().number()), StandardOpenOption.READ);
    }

    private static byte[] octets(FileChannel segment, long position, int length) throws IOException, DamagedRecord {
        byte[] octets = new byte[length];
        if (Disk.fill(ByteBuffer.wrap(octets), segment, position).limit() < length) {
            throw new DamagedRecord("the segment ends within the record");
        }
        return octets;
    }

    private LogRecord record(LoggedMail mail, byte[] head) throws DamagedRecord {
        return LogRecord.decodeHead(ByteBuffer.wrap(head), 0)
                .filter(found -> found.stands(spool, mail.segment().number(), mail.position())
                        && found.id().equals(mail.id())
                        && found.length() == mail.length())
                .orElseThrow(() -> new DamagedRecord("the head of the record is not what was written"));
    }

    private static EnvelopeFormat.Decoded envelope(LogRecord record, ByteBuffer envelope) throws DamagedRecord {
        if (!LogRecord.Part.of(envelope.slice()).equals(record.envelope())) {
            throw new DamagedRecord("the envelope is not what was written");
        }
        return EnvelopeFormat.decode(envelope);
    }

    private ClaimedMail.Body body(LogRecord record, byte[] octets) throws IOException, DamagedRecord {
        if (record.kind() == LogRecord.Kind.LARGE) {
            requireLargeFile(record);
            return () -> openLargeFile(record);
        }
        int start = (int) (LogRecord.HEAD + record.envelope().bytes());
        int length = (int) record.body().bytes();
        if (!LogRecord.Part.of(ByteBuffer.wrap(octets, start, length)).equals(record.body())) {
            throw new DamagedRecord("the body is not what was written");
        }
        return () -> new ByteArrayInputStream(octets, start, length);
    }

    private InputStream openLargeFile(LogRecord record) throws IOException {
        try {
            requireLargeFile(record);
            return new CheckedBody(Channels.newInputStream(largeFiles.open(record.id())), record.id(), record.body());
        } catch (DamagedRecord e) {
            throw new DamagedMail(record.id(), String.valueOf(e.getMessage()), e);
        }
    }

    private void requireLargeFile(LogRecord record) throws IOException, DamagedRecord {
        OptionalLong size = largeFiles.size(record.id());
        if (size.isEmpty() || size.getAsLong() != record.body().bytes()) {
            throw new DamagedRecord("the file with the body is missing or has another size");
        }
    }
}
