package org.chancery.core.mail;

import java.nio.charset.StandardCharsets;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.FieldBuilder;
import org.apache.james.mime4j.stream.RawField;
import org.apache.james.mime4j.util.BufferRecycler;
import org.apache.james.mime4j.util.ByteArrayBuffer;
import org.apache.james.mime4j.util.RecycledByteArrayBuffer;

/**
 * Makes header fields of the lines that Mime4j hands over: name and unfolded body (RFC 5322 §2.2), without control
 * characters. Lines that are no field are skipped; a header section that begins with one is none, and the body begins
 * there. What exceeds a limit of {@link MessageReader} is left out without being kept in memory.
 */
final class HeaderFieldBuilder implements FieldBuilder {
    private final RecycledByteArrayBuffer raw = new RecycledByteArrayBuffer(new BufferRecycler(), 1024);
    /** Mime4j's own buffer: after a field's last line it holds the line behind, which is in neither hand by then. */
    private ByteArrayBuffer lineBehind = new ByteArrayBuffer(0);

    private boolean atStart;
    private int fields;
    private long octets;
    private boolean overrun;
    private boolean truncated;
    private boolean malformed;

    /** Called where a header section begins. */
    void begin() {
        atStart = true;
        fields = 0;
        octets = 0;
    }

    /** The length of this header section, so far. */
    long octets() {
        return octets;
    }

    /** Whether this header section was longer than allowed: what follows is not to be read. */
    boolean overrun() {
        return overrun;
    }

    /** Whether a limit cut something off, so far. */
    boolean truncated() {
        return truncated;
    }

    /** Whether a line was no field, so far: some programs skip it as we do, for others the body begins there. */
    boolean malformed() {
        return malformed;
    }

    @Override
    public void reset() {
        raw.clear();
    }

    @Override
    public void append(ByteArrayBuffer line) {
        lineBehind = line;
        int room = Math.min(line.length(), MessageReader.MAX_FIELD_OCTETS - raw.length());
        raw.append(line.buffer(), 0, room);
        truncated |= room < line.length();
    }

    @Override
    @SuppressWarnings("NullAway") // Mime4j takes null as "no field here".
    public RawField build() throws MimeException {
        octets += raw.length();
        if (octets > MessageReader.MAX_HEADER_OCTETS) {
            overrun = true;
            truncated = true;
            throw new MimeException("header section too long");
        }
        int colon = raw.indexOf((byte) ':');
        int nameLength = nameLength(colon);
        if (nameLength == 0) {
            malformed |= raw.length() > 0;
            if (atStart && raw.length() > 0 && !isMailboxSeparator()) {
                raw.append(lineBehind.buffer(), 0, lineBehind.length());
                throw new MimeException("not a header section");
            }
            return null;
        }
        atStart = false;
        if (++fields > MessageReader.MAX_FIELDS) {
            truncated = true;
            return null;
        }
        String name = new String(raw.buffer(), 0, nameLength, StandardCharsets.US_ASCII);
        String body = body(colon + 1);
        // HeaderParameters cleans what it reads, and tells of a file name that had it in it.
        return new RawField(name, isAboutPart(name) ? body : HeaderText.clean(body));
    }

    @Override
    public RecycledByteArrayBuffer getRaw() {
        return raw;
    }

    @Override
    public void release() {
        // The buffer is ours alone.
    }

    /** RFC 5322 §2.2, and white space before the colon (§4.5); 0 where there is no name. */
    private int nameLength(int colon) {
        int end = Math.max(colon, 0);
        while (end > 0 && (raw.byteAt(end - 1) == ' ' || raw.byteAt(end - 1) == '\t')) {
            end--;
        }
        for (int i = 0; i < end; i++) {
            if (raw.byteAt(i) <= ' ' || raw.byteAt(i) == 0x7f) {
                return 0;
            }
        }
        return end;
    }

    // "From sender date", with which mbox files separate messages; some programs leave it in.
    private boolean isMailboxSeparator() {
        String start = new String(raw.buffer(), 0, Math.min(raw.length(), 6), StandardCharsets.ISO_8859_1);
        return start.startsWith("From ") || start.startsWith(">From ");
    }

    private String body(int start) {
        byte[] unfolded = new byte[raw.length() - start];
        int length = 0;
        for (int i = start; i < raw.length(); i++) {
            byte b = raw.buffer()[i];
            if (b == '\t' || b == ' ') {
                if (length > 0) {
                    unfolded[length++] = ' ';
                }
            } else if (b < 0 || b > ' ') {
                unfolded[length++] = b;
            }
        }
        while (length > 0 && unfolded[length - 1] == ' ') {
            length--;
        }
        // RFC 6532 §3.2 has UTF-8 here, everything else is an error that is guessed at.
        return MailCharset.decode(unfolded, 0, length, null);
    }

    private static boolean isAboutPart(String name) {
        return name.equalsIgnoreCase("content-type") || name.equalsIgnoreCase("content-disposition");
    }
}
