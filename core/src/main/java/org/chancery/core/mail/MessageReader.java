package org.chancery.core.mail;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Optional;
import java.util.Set;

/**
 * Reads mail as strangers send it: any octets give an answer, and none makes it throw, run away, or take more memory
 * than the limits here. Streams through Apache Mime4j; bodies are decoded only where they are asked for.
 *
 * <p><i>Standards:</i> RFC 5322, RFC 2045 to 2047, RFC 2231, RFC 3676, RFC 6532; obsolete and broken forms are read
 * as what they were meant to be. <i>Trusts:</i> nothing. The only exception is that of the stream itself.
 */
public final class MessageReader {
    /** What is read of a header section; the trace of a hundred servers fits. */
    public static final int MAX_HEADER_OCTETS = 256 * 1024;
    /** A line of a header section that goes on for longer has no end; the mail is not read further. */
    static final int MAX_HEADER_LINE = 2 * MAX_HEADER_OCTETS;
    /** One field with its continuation lines; a thousand recipients with their names fit (Postfix keeps 100 KB). */
    public static final int MAX_FIELD_OCTETS = 64 * 1024;
    /** A mail that has passed through many lists and filters has about two hundred. */
    public static final int MAX_FIELDS = 1_000;
    /** The addresses of one field. */
    public static final int MAX_ADDRESSES = 1_000;
    /** RFC 5322 §2.1.1: what fits into one line. Longer ones are folded, and no person reads them. */
    public static final int MAX_SUBJECT = 998;
    /** What is kept of a field that is shown to matchers as it stands. */
    static final int MAX_KEPT_FIELD = 8 * 1024;

    /** Multiparts within multiparts; no mail program needs a tenth of that. */
    public static final int MAX_NESTING = 100;
    /** Deeper than this no mail program writes by itself. */
    static final int ORDINARY_NESTING = 4;
    /**
     * Octets below the ordinary nesting, each counted as often as it lies deeper. Every level searches for its
     * boundary, so that 25 MB in sixty levels would take ten seconds; this many take about half of one.
     */
    static final long MAX_DEEP_OCTETS = 64L << 20;
    /** Parts of one mail, at all levels. */
    public static final int MAX_PARTS = 10_000;
    /** Characters of text; a long book has about that many. */
    public static final int MAX_TEXT = 1 << 20;
    /** Characters of HTML; Gmail shows a tenth of that. */
    public static final int MAX_HTML = 1 << 20;

    private MessageReader() {}

    /** Reads the header section and stops at its end. */
    public static MessageHeader header(InputStream raw) throws IOException {
        return new HeaderCollector().collect(raw);
    }

    /** Reads what there is to show, and lists what there is to save. */
    public static MessageContent content(InputStream raw) throws IOException {
        return new ContentCollector(raw).collect();
    }

    /** Reads all that its recipient may see, and tells where that cannot be said; in one pass. */
    public static FullReading inFull(InputStream raw) throws IOException {
        ByteArrayOutputStream begun = new ByteArrayOutputStream();
        MessageHeader header = header(new FilterInputStream(raw) {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int count = super.read(into, offset, length);
                begun.write(into, offset, Math.max(0, count));
                return count;
            }
        });
        // A sequence closes what it has read to its end, and this stream is not ours.
        InputStream rest = new FilterInputStream(raw) {
            @Override
            public void close() {}
        };
        InputStream whole = new SequenceInputStream(new ByteArrayInputStream(begun.toByteArray()), rest);
        return new ContentCollector(whole).collectAll(header);
    }

    /** Takes parts one after the other. */
    @FunctionalInterface
    public interface PartReader {
        /** Reads what it wants of the part before it returns. */
        void read(String id, DecodedPart part) throws IOException;
    }

    /** Hands over the parts with the ids that {@link #content} gave them, in the order of the mail and in one pass. */
    public static void attachments(InputStream raw, Set<String> ids, PartReader reader) throws IOException {
        MailParts parts = new MailParts(raw);
        for (MailParts.Step step = parts.next(); step != MailParts.Step.END; step = parts.next()) {
            if (step == MailParts.Step.PART && ids.contains(parts.id())) {
                PartDescriptor part = parts.descriptor();
                reader.read(parts.id(), new DecodedPart(part.filename(), part.type(), parts.body()));
            }
        }
    }

    /** Looks at the parts of a mail. */
    @FunctionalInterface
    public interface PartInspector {
        /** Reads what it wants of the part before it returns. */
        void inspect(NamedPart part) throws IOException;
    }

    /**
     * Hands over every part that is no multipart, in the order of the mail and in one pass; attached messages as they stand.
     *
     * @return whether all were: false where a limit has cut off some
     */
    public static boolean parts(InputStream raw, PartInspector inspector) throws IOException {
        MailParts parts = new MailParts(raw);
        for (MailParts.Step step = parts.next(); step != MailParts.Step.END; step = parts.next()) {
            if (step == MailParts.Step.PART) {
                PartDescriptor part = parts.descriptor();
                inspector.inspect(new NamedPart(
                        part.filenames(),
                        part.hasTurnedName(),
                        part.hidesControls(),
                        part.type(),
                        part.contentType().parameters(),
                        part.isAttachment(),
                        parts.body()));
            }
        }
        return !parts.cutShort();
    }

    /**
     * Finds one part by the id that {@link #content} gave it; empty where the mail has no such part. The answer reads
     * on from {@code raw}.
     */
    public static Optional<DecodedPart> attachment(InputStream raw, String id) throws IOException {
        MailParts parts = new MailParts(raw);
        for (MailParts.Step step = parts.next(); step != MailParts.Step.END; step = parts.next()) {
            if (step == MailParts.Step.PART && parts.id().equals(id)) {
                PartDescriptor part = parts.descriptor();
                return Optional.of(new DecodedPart(part.filename(), part.type(), parts.body()));
            }
        }
        return Optional.empty();
    }
}
