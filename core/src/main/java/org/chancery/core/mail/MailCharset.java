package org.chancery.core.mail;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Turns a stranger's octets into characters: by the charset that the mail names where we know it, else by a guess. What
 * cannot be decoded becomes U+FFFD.
 */
final class MailCharset {
    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

    /**
     * Names as mail has them and the JDK does not, or where it means less by them than senders do. Like browsers, we
     * read the smaller set as the larger one that has been sent under its name for decades (WHATWG Encoding §4.2).
     */
    private static final Map<String, String> KNOWN_AS = Map.ofEntries(
            Map.entry("iso-8859-1", "windows-1252"),
            Map.entry("iso8859-1", "windows-1252"),
            Map.entry("iso_8859-1", "windows-1252"),
            Map.entry("latin1", "windows-1252"),
            Map.entry("latin-1", "windows-1252"),
            Map.entry("iso-8859-9", "windows-1254"),
            Map.entry("iso-8859-8-i", "iso-8859-8"),
            Map.entry("iso-8859-11", "x-windows-874"),
            Map.entry("tis-620", "x-windows-874"),
            Map.entry("gb2312", "GB18030"),
            Map.entry("gbk", "GB18030"),
            Map.entry("x-gbk", "GB18030"),
            Map.entry("cp936", "GB18030"),
            Map.entry("big5", "Big5-HKSCS"),
            Map.entry("shift_jis", "windows-31j"),
            Map.entry("shift-jis", "windows-31j"),
            Map.entry("sjis", "windows-31j"),
            Map.entry("x-sjis", "windows-31j"),
            Map.entry("iso-2022-jp", "x-windows-iso2022jp"),
            Map.entry("euc-kr", "x-windows-949"),
            Map.entry("ks_c_5601-1987", "x-windows-949"),
            Map.entry("ks_c_5601", "x-windows-949"),
            Map.entry("cp949", "x-windows-949"),
            Map.entry("macintosh", "x-MacRoman"),
            Map.entry("mac", "x-MacRoman"),
            Map.entry("utf8", "UTF-8"),
            Map.entry("utf-8mb4", "UTF-8"),
            Map.entry("unicode-1-1-utf-8", "UTF-8"));

    private MailCharset() {}

    /** The charset of that name, as senders mean it; empty where the name says nothing that we can use. */
    static Optional<Charset> named(@Nullable String label) {
        if (label == null) {
            return Optional.empty();
        }
        String name = firstWord(label).toLowerCase(Locale.ROOT);
        // "us-ascii" is what software says that did not look: octets above 127 are guessed.
        if (name.isEmpty() || name.length() > 40 || name.equals("us-ascii") || name.equals("ascii")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Charset.forName(KNOWN_AS.getOrDefault(name, name)));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
            return Optional.empty();
        }
    }

    /** Whether a mail names a charset that we do not know. */
    static boolean isUnknown(@Nullable String label) {
        if (label == null || named(label).isPresent()) {
            return false;
        }
        String name = firstWord(label).toLowerCase(Locale.ROOT);
        return !name.isEmpty() && !name.equals("us-ascii") && !name.equals("ascii");
    }

    /** Decodes by the named charset where that is possible. */
    static String decode(byte[] octets, @Nullable String label) {
        return decode(octets, 0, octets.length, label);
    }

    static String decode(byte[] octets, int offset, int length, @Nullable String label) {
        if (isAscii(octets, offset, length) && !isStateful(label)) {
            return new String(octets, offset, length, StandardCharsets.US_ASCII);
        }
        Charset charset = named(label).orElse(null);
        // Text that is valid UTF-8 beyond ASCII was hardly ever meant as windows-1252: the label is a default nobody
        // set.
        if (charset == null || charset.equals(WINDOWS_1252)) {
            return guess(octets, offset, length);
        }
        return withoutByteOrderMark(new String(octets, offset, length, charset));
    }

    /** Without a usable name: a byte order mark, else UTF-8 where it is valid, else windows-1252. */
    static String guess(byte[] octets, int offset, int length) {
        if (length >= 2 && (octets[offset] & 0xff) + (octets[offset + 1] & 0xff) == 0xfe + 0xff) {
            return new String(octets, offset, length, StandardCharsets.UTF_16);
        }
        String utf8 = asUtf8(octets, offset, length);
        return utf8 != null ? withoutByteOrderMark(utf8) : new String(octets, offset, length, WINDOWS_1252);
    }

    /** Null where it is not UTF-8; a last character that was cut in half is left out. */
    private static @Nullable String asUtf8(byte[] octets, int offset, int length) {
        ByteBuffer in = ByteBuffer.wrap(octets, offset, length);
        CharBuffer characters = CharBuffer.allocate(length);
        var result = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .decode(in, characters, false);
        String text = characters.flip().toString();
        boolean cutOff = in.hasRemaining() && text.chars().allMatch(c -> c < 0x80);
        return result.isError() || cutOff ? null : text;
    }

    private static boolean isAscii(byte[] octets, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (octets[i] < 0) {
                return false;
            }
        }
        return true;
    }

    // These say everything in seven bits, or in two octets for each letter.
    private static boolean isStateful(@Nullable String label) {
        if (label == null) {
            return false;
        }
        String name = label.toLowerCase(Locale.ROOT);
        return name.contains("2022") || name.contains("utf-16") || name.contains("utf-32") || name.contains("ucs-2");
    }

    private static String withoutByteOrderMark(String text) {
        return text.startsWith("\ufeff") ? text.substring(1) : text;
    }

    // "utf-8 (unicode)", "\"utf-8\"", "utf-8;": what stands around the name is not part of it.
    private static String firstWord(String label) {
        int from = 0;
        while (from < label.length() && !isNamePart(label.charAt(from))) {
            from++;
        }
        int to = from;
        while (to < label.length() && isNamePart(label.charAt(to))) {
            to++;
        }
        return label.substring(from, to);
    }

    private static boolean isNamePart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "-_.:+".indexOf(c) >= 0;
    }
}
