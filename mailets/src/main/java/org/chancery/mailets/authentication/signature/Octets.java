package org.chancery.mailets.authentication.signature;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;

/** Values of tags, which are read as one character for each octet, as what they mean. */
final class Octets {
    static final byte[] CRLF = {'\r', '\n'};

    private Octets() {}

    /** RFC 8616: names may be in UTF-8. */
    static String utf8(String octets) {
        return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** RFC 6376 §2.11: an equals sign and two hexadecimal digits are an octet; folding is none. */
    static String quotedPrintable(String text) throws BadSignature {
        String joined = TagList.joined(text);
        StringBuilder out = new StringBuilder(joined.length());
        for (int i = 0; i < joined.length(); i++) {
            char c = joined.charAt(i);
            if (c == '=') {
                String digits = joined.substring(i + 1, Math.min(i + 3, joined.length()));
                if (digits.length() < 2 || !digits.chars().allMatch(HexFormat::isHexDigit)) {
                    throw BadSignature.unreadable("what it says cannot be decoded");
                }
                c = (char) HexFormat.fromHexDigits(digits);
                i += 2;
            }
            out.append(c);
        }
        return out.toString();
    }

    static byte[] base64(String text) throws BadSignature {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException notBase64) {
            throw BadSignature.unreadable("what it says cannot be decoded");
        }
    }
}
