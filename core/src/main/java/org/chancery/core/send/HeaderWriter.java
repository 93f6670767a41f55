package org.chancery.core.send;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.chancery.core.mail.EmailAddress;
import org.jspecify.annotations.Nullable;

/**
 * Writes header fields: folded at 78 characters (RFC 5322 §2.1.1), what is not ASCII as encoded-words (RFC 2047) and
 * parameters by RFC 2231. Takes text without control characters, which {@link MessageComposer} has refused.
 */
final class HeaderWriter {
    private static final int FOLD = 76;
    /** RFC 2047 §2: an encoded-word has at most 75 characters, 12 of them around the text. */
    private static final int ENCODED_TEXT = 75 - "=?UTF-8?B??=".length();
    /** A word that no fold can break goes as it is up to here, and encoded from here on (RFC 5322 §2.1.1 has 998). */
    private static final int MAX_WORD = 900;

    private static final String ATOM_SIGNS = "!#$%&'*+-/=?^_`{|}~";

    private final StringBuilder out = new StringBuilder();
    private int column;

    /** A field with unstructured text, such as {@code Subject}. */
    void text(String name, String text) {
        begin(name);
        if (!text.isEmpty()) {
            words(isPlainText(text) ? List.of(text.split(" ")) : encodedWords(text));
        }
        end();
    }

    /** A field of words that are ASCII and stand as they are, such as message ids. */
    void words(String name, List<String> words) {
        begin(name);
        words(words);
        end();
    }

    /**
     * One mailbox of an address list.
     *
     * @param name the display name, or null
     */
    record Addressee(@Nullable String name, EmailAddress address) {}

    /** A field with an address list (RFC 5322 §3.4). */
    void addresses(String name, List<Addressee> list) {
        begin(name);
        for (int i = 0; i < list.size(); i++) {
            String end = i < list.size() - 1 ? "," : "";
            Addressee addressee = list.get(i);
            String display = addressee.name();
            if (display == null || display.isBlank()) {
                words(List.of(addressee.address() + end));
            } else {
                words(phrase(display.strip()));
                words(List.of("<" + addressee.address() + ">" + end));
            }
        }
        end();
    }

    /** A field with a value and one parameter, which may have any characters. */
    void parameter(String name, String value, String parameter, String text) {
        begin(name);
        words(List.of(value + ";"));
        words(
                isQuotable(text) && text.length() <= FOLD - parameter.length() - 5
                        ? List.of(parameter + "=" + quoted(text))
                        : extended(parameter, text));
        end();
    }

    /** The fields so far, and the empty line that ends them. */
    String finish() {
        return out + "\r\n";
    }

    private void begin(String name) {
        out.append(name).append(':');
        column = name.length() + 1;
    }

    private void words(List<String> words) {
        for (String word : words) {
            if (column + 1 + word.length() > FOLD && column > 0) {
                out.append("\r\n");
                column = 0;
            }
            out.append(' ').append(word);
            column += word.length() + 1;
        }
    }

    private void end() {
        out.append("\r\n");
    }

    /** Words with single spaces between them, which read the same when they are unfolded. */
    private static boolean isPlainText(String text) {
        boolean spaced = text.startsWith(" ") || text.endsWith(" ") || text.contains("  ");
        return !spaced && !text.contains("=?") && isAscii(text) && longestWord(text) <= MAX_WORD;
    }

    private static int longestWord(String text) {
        int longest = 0;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == ' ') {
                longest = Math.max(longest, i - start);
                start = i + 1;
            }
        }
        return longest;
    }

    private static List<String> phrase(String name) {
        if (!isPlainText(name)) {
            return encodedWords(name);
        }
        boolean atoms =
                name.chars().allMatch(c -> c == ' ' || Character.isLetterOrDigit(c) || ATOM_SIGNS.indexOf(c) >= 0);
        return List.of((atoms ? name : quoted(name)).split(" "));
    }

    private static boolean isQuotable(String text) {
        return isAscii(text) && !text.contains("=?");
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
    }

    /** RFC 2047 §5 (3): all words in the shorter encoding, none with half a character. */
    private static List<String> encodedWords(String text) {
        byte[] all = utf8(text);
        boolean base64 = qLength(all) > (all.length + 2) / 3 * 4;
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        int length = 0;
        for (int i = 0; i < text.length(); ) {
            int next = text.offsetByCodePoints(i, 1);
            byte[] octets = utf8(text.substring(i, next));
            int more = base64 ? octets.length : qLength(octets);
            int limit = base64 ? ENCODED_TEXT / 4 * 3 : ENCODED_TEXT;
            if (length + more > limit) {
                words.add(encodedWord(word.toString(), base64));
                word.setLength(0);
                length = 0;
            }
            word.append(text, i, next);
            length += more;
            i = next;
        }
        words.add(encodedWord(word.toString(), base64));
        return words;
    }

    private static String encodedWord(String text, boolean base64) {
        byte[] octets = utf8(text);
        if (base64) {
            return "=?UTF-8?B?" + Base64.getEncoder().encodeToString(octets) + "?=";
        }
        StringBuilder word = new StringBuilder("=?UTF-8?Q?");
        for (byte octet : octets) {
            if (octet == ' ') {
                word.append('_');
            } else if (isPlainInQ(octet)) {
                word.append((char) octet);
            } else {
                word.append('=').append(hex(octet));
            }
        }
        return word.append("?=").toString();
    }

    private static int qLength(byte[] octets) {
        int length = 0;
        for (byte octet : octets) {
            length += octet == ' ' || isPlainInQ(octet) ? 1 : 3;
        }
        return length;
    }

    // RFC 2047 §5 (3): what may stand in a phrase may stand everywhere.
    private static boolean isPlainInQ(byte octet) {
        return octet > 0 && (isAlphanumeric((char) octet) || "!*+-/".indexOf(octet) >= 0);
    }

    /** RFC 2231 §3 and §4: percent-encoded UTF-8 in numbered pieces. */
    private static List<String> extended(String parameter, String text) {
        List<String> pieces = new ArrayList<>();
        StringBuilder piece = new StringBuilder("UTF-8''");
        for (byte octet : utf8(text)) {
            if (piece.length() > FOLD - parameter.length() - 12) {
                pieces.add(parameter + '*' + pieces.size() + "*=" + piece + ';');
                piece.setLength(0);
            }
            if (octet > 0 && (isAlphanumeric((char) octet) || "!#$&+-.^_`|~".indexOf(octet) >= 0)) {
                piece.append((char) octet);
            } else {
                piece.append('%').append(hex(octet));
            }
        }
        if (pieces.isEmpty()) {
            return List.of(parameter + "*=" + piece);
        }
        pieces.add(parameter + '*' + pieces.size() + "*=" + piece);
        return pieces;
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String hex(byte octet) {
        return HexFormat.of().withUpperCase().toHexDigits(octet);
    }
}
