package org.chancery.core.mail;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the human text of header fields: encoded-words (RFC 2047) and what is left of them when mailers break them.
 *
 * <p>What comes out has no control characters, no line ends and no bidirectional overrides, which could make a name
 * or a subject look like another one. Each step is one pass over the text.
 */
public final class HeaderText {
    private HeaderText() {}

    /** Decoded, cleaned, trimmed, and at most that many characters long. */
    public static String decode(String body, int maxLength) {
        return plain(decoded(body), maxLength);
    }

    /** Decoded only: with all that {@link #clean} takes away. */
    static String decoded(String body) {
        return body.contains("=?") ? new Decoding(body).run() : body;
    }

    /**
     * Whether encoded-words in a field's body stand for line ends or other control characters, of which no honest mailer has any
     * use: each could become a line of its own where the text is written again.
     */
    public static boolean hidesControls(String body) {
        return body.contains("=?") && hasControls(decoded(body));
    }

    /** Whether a text has control characters other than the tab, which folding puts between words. */
    static boolean hasControls(String text) {
        return text.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f);
    }

    /** Whether a part of the text is shown from right to left by order, and not because of its letters (UAX 9 §2.2). */
    static boolean isTurned(String text) {
        return text.indexOf('\u202e') >= 0 || text.indexOf('\u202d') >= 0;
    }

    /** Text that is decoded already as one line: cleaned, trimmed, and at most that many characters long. */
    public static String plain(String text, int maxLength) {
        return shorten(clean(text).strip(), maxLength);
    }

    /** Without control characters and bidirectional overrides; white space becomes a space each. */
    static String clean(String text) {
        int i = 0;
        while (i < text.length() && isPlain(text.charAt(i))) {
            i++;
        }
        if (i == text.length()) {
            return text;
        }
        StringBuilder clean = new StringBuilder(text.length()).append(text, 0, i);
        for (; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                clean.append(c);
            } else if (c == '\t' || c == '\n' || c == '\r' || c == '\u2028' || c == '\u2029') {
                clean.append(' ');
            } else if (isPair(text, i)) {
                clean.append(c).append(text.charAt(++i));
            } else if (Character.isSurrogate(c)) {
                clean.append('\ufffd');
            }
        }
        return clean.toString();
    }

    /** The beginning of a text, no longer than that and without half a character at its end. */
    static String shorten(String text, int maxLength) {
        if (text.length() <= maxLength) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(maxLength - 1)) ? maxLength - 1 : maxLength;
        return text.substring(0, end);
    }

    private static boolean isPlain(char c) {
        return (c >= ' ' && c < 0x7f) || (c >= 0xa0 && !isUnwanted(c));
    }

    private static boolean isUnwanted(char c) {
        return (c >= '\u2028' && c <= '\u202e')
                || (c >= '\u2066' && c <= '\u2069')
                || Character.isSurrogate(c)
                || c >= '\ufffe';
    }

    private static boolean isPair(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
    }

    /** One pass over a body; neighbouring words of one charset are decoded together, as some end within a character. */
    private static final class Decoding {
        private final String body;
        private final EncodedWords words;
        private final StringBuilder out = new StringBuilder();
        private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
        /** The charset of the octets held; null where no word went before. */
        private @Nullable String charset;

        Decoding(String body) {
            this.body = body;
            this.words = new EncodedWords(body);
        }

        String run() {
            int done = 0;
            int start = body.indexOf("=?");
            while (start >= 0) {
                EncodedWords.Word word = words.at(start);
                if (word == null) {
                    start = body.indexOf("=?", start + 2);
                    continue;
                }
                String between = body.substring(done, start);
                // RFC 2047 §6.2: white space between two encoded-words is not part of the text.
                if (charset == null || !between.isBlank()) {
                    flush();
                    out.append(between);
                }
                take(word);
                done = word.end();
                start = body.indexOf("=?", done);
            }
            flush();
            return out.append(body, done, body.length()).toString();
        }

        private void take(EncodedWords.Word word) {
            if (charset != null && !charset.equalsIgnoreCase(word.charset())) {
                flush();
            }
            charset = word.charset();
            if (word.base64()) {
                takeBase64(word.textStart(), word.textEnd());
            } else {
                takeQ(word.textStart(), word.textEnd());
            }
        }

        private void takeQ(int from, int to) {
            for (int i = from; i < to; i++) {
                char c = body.charAt(i);
                int octet = c == '=' && i + 2 < to ? hex(body.charAt(i + 1), body.charAt(i + 2)) : -1;
                if (octet >= 0) {
                    octets.write(octet);
                    i += 2;
                } else if (c < 0x80) {
                    octets.write(c == '_' ? ' ' : c);
                } else {
                    flush(); // A letter that should have been encoded and was not.
                    out.append(c);
                }
            }
        }

        private void takeBase64(int from, int to) {
            int bits = 0;
            int held = 0;
            for (int i = from; i < to; i++) {
                char c = body.charAt(i);
                int value = TransferDecoding.base64Value(c);
                if (value >= 0) {
                    bits = bits << 6 | value;
                    held += 6;
                    if (held >= 8) {
                        held -= 8;
                        octets.write(bits >> held);
                    }
                } else if (c == '=') {
                    held = 0; // Padding; also in the middle, where two texts were glued together.
                }
            }
        }

        private void flush() {
            if (octets.size() > 0) {
                out.append(MailCharset.decode(octets.toByteArray(), charset));
                octets.reset();
            }
        }
    }

    /** The octet that two hexadecimal digits stand for, or -1. */
    static int hex(char high, char low) {
        int value = digit(high) << 4 | digit(low);
        return value < 0 ? -1 : value;
    }

    private static int digit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }
}
