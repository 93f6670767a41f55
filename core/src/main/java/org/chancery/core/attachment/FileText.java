package org.chancery.core.attachment;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The text of a file, as one string in lower case to look for words in. */
final class FileText {
    /** What is read of the beginning and of the end: long enough that padding a script costs more than it is worth. */
    static final int MAX_BEGINNING = 4 << 20;

    static final int MAX_END = 1 << 20;

    private FileText() {}

    static String lowerCase(Octets octets) {
        if (octets.length() <= MAX_BEGINNING + MAX_END) {
            return decode(octets).toLowerCase(Locale.ROOT);
        }
        Octets beginning = octets.slice(0, MAX_BEGINNING);
        boolean isWide = isWide(beginning) || octets.has(0, "\u00ff\u00fe") || octets.has(0, "\u00fe\u00ff");
        Octets end = octets.from(octets.length() - MAX_END);
        String both = decode(beginning) + '\n' + (isWide ? end.latin1().replace("\0", "") : decode(end));
        return both.toLowerCase(Locale.ROOT);
    }

    private static String decode(Octets octets) {
        if (octets.has(0, "\u00ff\u00fe")) {
            return octets.from(2).utf16();
        }
        if (octets.has(0, "\u00fe\u00ff")) {
            return new String(octets.from(2).copy(), StandardCharsets.UTF_16BE);
        }
        if (isWide(octets)) {
            return octets.latin1().replace("\0", "");
        }
        // Words that are looked for are ASCII, and look the same in UTF-8 and in every charset of one octet.
        return octets.has(0, "\u00ef\u00bb\u00bf") ? octets.from(3).latin1() : octets.latin1();
    }

    /** UTF-16 without a byte order mark: every other octet of what is mostly ASCII is zero. */
    static boolean isWide(Octets octets) {
        int sample = Math.min(octets.length(), 256) & ~1;
        if (sample < 8) {
            return false;
        }
        int even = 0;
        int odd = 0;
        for (int i = 0; i < sample; i += 2) {
            even += isPlain(octets.u8(i)) && octets.u8(i + 1) == 0 ? 1 : 0;
            odd += isPlain(octets.u8(i + 1)) && octets.u8(i) == 0 ? 1 : 0;
        }
        return Math.max(even, odd) * 2 * 10 >= sample * 9;
    }

    private static boolean isPlain(int c) {
        return (c >= ' ' && c < 0x7f) || c == '\n' || c == '\r' || c == '\t';
    }
}
