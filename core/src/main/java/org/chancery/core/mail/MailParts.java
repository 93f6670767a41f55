package org.chancery.core.mail;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;

/**
 * The parts of a mail in their order, read from the stream one after the other by Mime4j and within the limits of
 * {@link MessageReader}. What Mime4j cannot go on with is the end of the mail.
 *
 * <p>Order of calls: {@link #next()}; after {@code OPEN}, {@code PREAMBLE} and {@code PART} {@link #descriptor()};
 * after the last two {@link #body()}, once, which need not be read. Each {@code OPEN} has its {@code CLOSE}, in
 * broken mails too.
 */
final class MailParts {
    /** What {@link #next()} has come to. */
    enum Step {
        /** A multipart begins. */
        OPEN,
        /** The text before a multipart's first boundary, which only readers without MIME show. */
        PREAMBLE,
        /** A part that is no multipart; attached messages are not opened. */
        PART,
        CLOSE,
        END
    }

    private static final MimeConfig LENIENT = new MimeConfig.Builder()
            .setMaxLineLen(MessageReader.MAX_HEADER_LINE)
            // Fields are counted and bounded by HeaderFieldBuilder, which cuts off instead of giving up.
            .setMaxHeaderCount(-1)
            .setMaxHeaderLen(-1)
            .setMaxContentLen(-1)
            .setMalformedHeaderStartsBody(true)
            .build();

    private final HeaderFieldBuilder fields = new HeaderFieldBuilder();
    private final PartDescriptor.Builder root = new PartDescriptor.Builder(fields);
    private final MimeTokenStream tokens;
    /** How many children the open multiparts have had so far, the innermost first. */
    private final Deque<int[]> open = new ArrayDeque<>();

    private PartDescriptor descriptor = new PartDescriptor.Builder(fields).build();
    private InputStream body = InputStream.nullInputStream();
    private boolean ended;
    private int parts;
    private long deepOctets;
    private boolean truncated;
    private boolean cutShort;
    private boolean headerRead;
    private boolean headerCut;
    private final byte[] waste = new byte[8192];

    MailParts(InputStream raw) {
        tokens = tokens(raw, fields, root);
        tokens.setRecursionMode(RecursionMode.M_NO_RECURSE);
    }

    /** Mime4j on that stream as everything here uses it. */
    static MimeTokenStream tokens(InputStream raw, HeaderFieldBuilder fields) {
        return tokens(raw, fields, new PartDescriptor.Builder(fields));
    }

    private static MimeTokenStream tokens(InputStream raw, HeaderFieldBuilder fields, PartDescriptor.Builder root) {
        MimeTokenStream tokens = new MimeTokenStream(LENIENT, null, fields, root);
        tokens.parse(new LineEnds(raw));
        return tokens;
    }

    /** Goes on to the next step; what is left of the last body is passed over. */
    Step next() throws IOException {
        drain(body);
        body = InputStream.nullInputStream();
        while (!ended) {
            switch (advance()) {
                case T_END_HEADER -> {
                    count(fields.octets());
                    ended |= fields.overrun();
                    cutShort |= fields.overrun();
                    headerCut |= !headerRead && fields.truncated();
                    headerRead = true;
                }
                case T_START_MULTIPART -> {
                    if (enter()) {
                        open.push(new int[1]);
                        return Step.OPEN;
                    }
                }
                case T_BODY -> {
                    if (enter()) {
                        body = new Body(tokens.getInputStream());
                        return Step.PART;
                    }
                }
                case T_PREAMBLE -> {
                    body = new Body(tokens.getInputStream());
                    return Step.PREAMBLE;
                }
                case T_EPILOGUE -> drain(new Body(tokens.getInputStream()));
                case T_END_MULTIPART -> {
                    open.pop();
                    return Step.CLOSE;
                }
                case T_END_OF_STREAM -> ended = true;
                default -> {}
            }
        }
        if (open.isEmpty()) {
            return Step.END;
        }
        open.pop();
        return Step.CLOSE;
    }

    /** What the header of this part, or of the multipart just opened, says. */
    PartDescriptor descriptor() {
        return descriptor;
    }

    /** Whether a mail server wrote the mail, as its {@code From} field says. */
    boolean fromServer() {
        String from = root.from();
        return from != null
                && MailboxList.parse(from, MessageReader.MAX_ADDRESSES).stream().anyMatch(MailClassifier::isServer);
    }

    /** The octets of this part as they were before the transfer encoding. */
    InputStream body() {
        return TransferDecoding.of(descriptor.encoding(), body);
    }

    /** This part's number as IMAP counts (RFC 9051 §6.4.5.1). */
    String id() {
        if (open.isEmpty()) {
            return "1";
        }
        StringBuilder id = new StringBuilder();
        for (Iterator<int[]> outermostFirst = open.descendingIterator(); outermostFirst.hasNext(); ) {
            id.append(id.isEmpty() ? "" : ".").append(outermostFirst.next()[0]);
        }
        return id.toString();
    }

    /** Whether a limit cut something off, so far. */
    boolean truncated() {
        return truncated || fields.truncated();
    }

    /** Whether a limit cut something off from the header section of the mail itself. */
    boolean headerCut() {
        return headerCut || (!headerRead && truncated());
    }

    /** Whether a header section had a line that is no field, so far. */
    boolean malformed() {
        return fields.malformed();
    }

    /** Whether a limit has left whole parts unread, so far. */
    boolean cutShort() {
        return cutShort;
    }

    private EntityState advance() throws IOException {
        try {
            return tokens.next();
        } catch (MimeException beyondMime4j) {
            // The one limit that Mime4j keeps itself: a header line without an end.
            truncated = true;
            cutShort = true;
            return EntityState.T_END_OF_STREAM;
        }
    }

    /** Counts the part that begins; false where there are too many. */
    private boolean enter() {
        int[] siblings = open.peek();
        if (siblings != null) {
            siblings[0]++;
            if (++parts > MessageReader.MAX_PARTS) {
                stop();
                return false;
            }
        }
        descriptor = (PartDescriptor) tokens.getBodyDescriptor();
        truncated |= descriptor.tooDeep();
        cutShort |= descriptor.tooDeep();
        return true;
    }

    // Each open multipart searches what comes for its boundary, so octets that lie deep cost as many times.
    private void count(long octets) {
        deepOctets += octets * Math.max(0, open.size() - MessageReader.ORDINARY_NESTING);
        if (deepOctets > MessageReader.MAX_DEEP_OCTETS) {
            stop();
        }
    }

    private void stop() {
        truncated = true;
        cutShort = true;
        ended = true;
    }

    private void drain(InputStream in) throws IOException {
        while (in.read(waste, 0, waste.length) >= 0) {
            // passed over
        }
    }

    /** One part's octets, counted. */
    private final class Body extends InputStream {
        private final InputStream in;

        Body(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] out, int offset, int length) throws IOException {
            if (ended) {
                return -1;
            }
            int read = in.read(out, offset, length);
            if (read > 0) {
                count(read);
            }
            return read;
        }
    }
}
