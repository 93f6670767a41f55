package org.chancery.core.mail;

import java.io.IOException;
import java.io.InputStream;

/** Reads the text of a part: decoded, with {@code \n} as line end, without characters that no text has. */
final class BodyText {
    private BodyText() {}

    /**
     * One part's text.
     *
     * @param truncated whether there was more than allowed
     */
    record Read(String text, boolean truncated) {}

    /** Reads at most that many characters; the stream is left where they end. */
    static Read read(InputStream decoded, PartDescriptor part, int maxCharacters) throws IOException {
        // No charset needs more than four octets for a character of ours.
        byte[] octets = decoded.readNBytes(maxCharacters * 4);
        boolean more = octets.length == maxCharacters * 4 && decoded.read() >= 0;
        String text = clean(MailCharset.decode(octets, part.getCharset()));
        if (part.isFlowed() && part.type().equals("text/plain")) {
            text = FlowedText.unwrap(text, part.isDelSp());
        }
        String kept = HeaderText.shorten(text, maxCharacters);
        return new Read(kept, more || kept.length() < text.length());
    }

    /** Line ends become {@code \n}; NUL and other control characters, which databases and JSON refuse, are left out. */
    static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r') {
                if (i + 1 == text.length() || text.charAt(i + 1) != '\n') {
                    clean.append('\n');
                }
            } else if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (pair) {
                    clean.append(c).append(text.charAt(++i));
                } else {
                    clean.append('\ufffd');
                }
            } else if (c == '\n' || c == '\t' || !Character.isISOControl(c)) {
                clean.append(c);
            }
        }
        return clean.toString();
    }
}
