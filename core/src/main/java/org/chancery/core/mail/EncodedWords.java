package org.chancery.core.mail;

import org.jspecify.annotations.Nullable;

/**
 * Finds the encoded-words in a header field's body (RFC 2047 §2): of any length and with spaces within, as they are
 * sent. Asked from left to right, it looks at each character a bounded number of times, whatever the body is made of.
 */
final class EncodedWords {
    /** Longer names of charsets are none. */
    private static final int MAX_CHARSET_NAME = 64;

    private static final int NOWHERE = Integer.MAX_VALUE;

    private final String body;
    /** The first {@code ?=} and the first {@code =?} at or behind the place asked for last. */
    private int nextEnd = -1;

    private int nextStart = -1;

    EncodedWords(String body) {
        this.body = body;
    }

    /**
     * One encoded-word.
     *
     * @param textStart where the encoded text begins in the body
     * @param textEnd where it ends
     */
    record Word(String charset, boolean base64, int textStart, int textEnd) {
        /** The place behind the word. */
        int end() {
            return textEnd + 2;
        }
    }

    /** The word that begins there, or null. */
    @Nullable
    Word at(int start) {
        if (!body.startsWith("=?", start)) {
            return null;
        }
        int charsetEnd = start + 2;
        int limit = Math.min(body.length(), charsetEnd + MAX_CHARSET_NAME);
        while (charsetEnd < limit && isToken(body.charAt(charsetEnd))) {
            charsetEnd++;
        }
        if (charsetEnd == start + 2
                || charsetEnd + 2 >= body.length()
                || body.charAt(charsetEnd) != '?'
                || body.charAt(charsetEnd + 2) != '?') {
            return null;
        }
        char encoding = Character.toLowerCase(body.charAt(charsetEnd + 1));
        if (encoding != 'q' && encoding != 'b') {
            return null;
        }
        int textStart = charsetEnd + 3;
        int textEnd = endFrom(textStart);
        // Another word's beginning before the end: this one was never closed. ("=?=" closes a text that ends in "=".)
        if (textEnd == NOWHERE || startFrom(textStart) < textEnd - 1) {
            return null;
        }
        String name = body.substring(start + 2, charsetEnd);
        int language = name.indexOf('*'); // RFC 2231 §5
        return new Word(language < 0 ? name : name.substring(0, language), encoding == 'b', textStart, textEnd);
    }

    private int endFrom(int index) {
        if (nextEnd < index) {
            int found = body.indexOf("?=", index);
            nextEnd = found < 0 ? NOWHERE : found;
        }
        return nextEnd;
    }

    private int startFrom(int index) {
        if (nextStart < index) {
            int found = body.indexOf("=?", index);
            nextStart = found < 0 ? NOWHERE : found;
        }
        return nextStart;
    }

    private static boolean isToken(char c) {
        return c > ' ' && c < 0x7f && "?=()<>@,;:\"/[]".indexOf(c) < 0;
    }
}
