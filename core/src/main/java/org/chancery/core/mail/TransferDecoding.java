package org.chancery.core.mail;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Undoes the transfer encodings base64 and quoted-printable (RFC 2045 §6.7, §6.8) as far as broken input lets it:
 * what is no base64 is skipped, what is no quoted-printable is kept as it stands.
 *
 * <p>Holds one buffer, whatever comes in. Mime4j's own decoders keep a run of blanks as long as it is, copy it once a
 * read, and build a warning for every odd octet.
 */
abstract class TransferDecoding extends InputStream {
    private static final byte[] BASE64_VALUES = base64Values();

    private final InputStream encoded;
    private final byte[] in = new byte[4096];
    private int position;
    private int limit;

    private TransferDecoding(InputStream encoded) {
        this.encoded = encoded;
    }

    /**
     * The stream decoded by that {@code Content-Transfer-Encoding}, or the stream itself where there is nothing to
     * undo.
     */
    static InputStream of(String encoding, InputStream encoded) {
        return switch (encoding) {
            case "base64" -> new Base64(encoded);
            case "quoted-printable" -> new QuotedPrintable(encoded);
            default -> encoded;
        };
    }

    /** What a base64 digit stands for; -1 for all other characters. */
    static int base64Value(int c) {
        return c >= 0 && c < 128 ? BASE64_VALUES[c] : -1;
    }

    /** The next decoded octet, or -1 at the end. */
    abstract int next() throws IOException;

    @Override
    public int read() throws IOException {
        return next();
    }

    @Override
    public int read(byte[] out, int offset, int length) throws IOException {
        int count = 0;
        while (count < length) {
            int octet = next();
            if (octet < 0) {
                return count == 0 ? -1 : count;
            }
            out[offset + count++] = (byte) octet;
        }
        return count;
    }

    final int take() throws IOException {
        if (position == limit && !fill()) {
            return -1;
        }
        return in[position++] & 0xff;
    }

    /** The octet after the next {@code ahead} ones, not taken; at most a few ahead. */
    final int peek(int ahead) throws IOException {
        while (position + ahead >= limit) {
            if (!fill()) {
                return -1;
            }
        }
        return in[position + ahead] & 0xff;
    }

    private boolean fill() throws IOException {
        int kept = limit - position;
        System.arraycopy(in, position, in, 0, kept);
        position = 0;
        limit = kept;
        int count = encoded.read(in, kept, in.length - kept);
        if (count <= 0) {
            return false;
        }
        limit += count;
        return true;
    }

    private static byte[] base64Values() {
        byte[] values = new byte[128];
        Arrays.fill(values, (byte) -1);
        String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < digits.length(); i++) {
            values[digits.charAt(i)] = (byte) i;
        }
        // RFC 4648 §5, seen in mail made by programs that took the wrong encoder.
        values['-'] = 62;
        values['_'] = 63;
        return values;
    }

    private static final class Base64 extends TransferDecoding {
        private int bits;
        private int held;

        Base64(InputStream encoded) {
            super(encoded);
        }

        @Override
        int next() throws IOException {
            while (held < 8) {
                int c = take();
                if (c < 0) {
                    return -1;
                }
                int value = base64Value(c);
                if (value >= 0) {
                    bits = bits << 6 | value;
                    held += 6;
                } else if (c == '=') {
                    held = 0; // What follows the padding is another encoded text, glued on by a gateway.
                }
            }
            held -= 8;
            return bits >> held & 0xff;
        }
    }

    private static final class QuotedPrintable extends TransferDecoding {
        private static final int SOFT_BREAK = -2;

        /** Blanks held back until we know that no line end follows; the last of them is handed out as it was. */
        private int blanks;

        private int lastBlank = ' ';

        QuotedPrintable(InputStream encoded) {
            super(encoded);
        }

        @Override
        int next() throws IOException {
            while (true) {
                int ahead = peek(0);
                if (ahead == ' ' || ahead == '\t') {
                    lastBlank = take();
                    blanks++;
                    continue;
                }
                if (blanks > 0) {
                    // RFC 2045 §6.7 rule 3: blanks at the end of a line were added on the way.
                    boolean trailing = ahead == '\n' || ahead < 0 || (ahead == '\r' && peek(1) == '\n');
                    blanks = trailing ? 0 : blanks - 1;
                    if (!trailing) {
                        return blanks == 0 ? lastBlank : ' ';
                    }
                }
                int c = take();
                if (c != '=') {
                    return c;
                }
                int octet = escaped();
                if (octet != SOFT_BREAK) {
                    return octet;
                }
            }
        }

        /** The octet behind an equals sign, the sign itself where none is meant, or {@link #SOFT_BREAK}. */
        private int escaped() throws IOException {
            int first = peek(0);
            int second = peek(1);
            int octet = second < 0 ? -1 : HeaderText.hex((char) first, (char) second);
            if (octet < 0) {
                return skipLineEnd() ? SOFT_BREAK : '=';
            }
            take();
            take();
            return octet;
        }

        // With blanks before it that were added on the way; only a few, so that nothing is searched for long.
        private boolean skipLineEnd() throws IOException {
            int length = 0;
            while (length < 3 && (peek(length) == ' ' || peek(length) == '\t')) {
                length++;
            }
            int lineEnd = length;
            if (peek(length) == '\r') {
                length++;
            }
            if (peek(length) == '\n') {
                length++;
            }
            if (length == lineEnd && peek(length) >= 0) {
                return false;
            }
            for (int i = 0; i < length; i++) {
                take();
            }
            return true;
        }
    }
}
