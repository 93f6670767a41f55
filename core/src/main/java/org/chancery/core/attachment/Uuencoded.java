package org.chancery.core.attachment;

import java.io.ByteArrayOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds files that are written into text as uuencode (POSIX.1); some mail programs still show them as attachments. */
final class Uuencoded {
    private static final int MAX_FILES = 100;
    private static final Pattern BEGIN = Pattern.compile("(?:^|\\n)begin [0-7]{3,4} ([^\\r\\n]{1,255})\\r?\\n");

    private Uuencoded() {}

    /** Judges the files in the text; whether it is nothing but one of them. */
    static boolean inspect(Inspection inspection, Item item) {
        if (!item.octets().contains("begin ")) {
            return false;
        }
        String text = item.octets().latin1();
        Matcher begin = BEGIN.matcher(text);
        int from = 0;
        boolean isOne = false;
        for (int files = 0; files < MAX_FILES && begin.find(from); files++) {
            ByteArrayOutputStream decoded = new ByteArrayOutputStream();
            from = decode(text, begin.end(), decoded);
            if (decoded.size() > 0) {
                isOne |= text.substring(0, begin.start()).isBlank();
                inspection.look(item.inner(begin.group(1).strip(), Octets.of(decoded.toByteArray()), true));
            }
        }
        return isOne;
    }

    /** Decodes lines until one is none; answers where that begins. */
    private static int decode(String text, int from, ByteArrayOutputStream out) {
        int at = from;
        while (at < text.length() && out.size() < Unpacking.MAX_KEPT) {
            int end = text.indexOf('\n', at);
            end = end < 0 ? text.length() : end;
            int length = value(text, at);
            int digits = (length + 2) / 3 * 4;
            if (length <= 0 || length > 45 || at + 1 + digits > end + 1) {
                break;
            }
            for (int i = 0; i < length; i++) {
                int quad = at + 1 + i / 3 * 4;
                int bits = value(text, quad) << 18
                        | value(text, quad + 1) << 12
                        | value(text, quad + 2) << 6
                        | value(text, quad + 3);
                out.write(bits >> (16 - i % 3 * 8));
            }
            at = Math.min(end + 1, text.length());
        }
        return Math.max(at, from);
    }

    private static int value(String text, int at) {
        return at < text.length() ? (text.charAt(at) - ' ') & 0x3f : 0;
    }
}
