package org.chancery.core.send;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A body in a transfer encoding that no relay has a reason to change, so that signatures over it hold: ASCII in short
 * lines, whatever it was (RFC 2045 §6, RFC 6376 §5.3).
 *
 * @param encoding the {@code Content-Transfer-Encoding}
 * @param lines the content, each line ended by CRLF
 */
record EncodedBody(String encoding, String lines) {
    /** RFC 5322 §2.1.1 recommends it. */
    private static final int MAX_LINE = 78;
    /** RFC 2045 §6.7 (5), §6.8. */
    private static final int MAX_ENCODED_LINE = 76;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();
    private static final byte[] FROM = "From ".getBytes(StandardCharsets.US_ASCII);

    /** Text, in the encoding that keeps it readable in the raw if one does. */
    static EncodedBody ofText(String text) {
        String lines = withLineEnds(text);
        if (isSevenBit(lines)) {
            return new EncodedBody("7bit", lines);
        }
        byte[] octets = lines.getBytes(StandardCharsets.UTF_8);
        int foreign = 0;
        for (byte octet : octets) {
            foreign += octet < 0 ? 1 : 0;
        }
        return foreign > octets.length / 4
                ? ofOctets(octets)
                : new EncodedBody("quoted-printable", quotedPrintable(octets));
    }

    static EncodedBody ofOctets(byte[] octets) {
        String encoded =
                Base64.getMimeEncoder(MAX_ENCODED_LINE, new byte[] {'\r', '\n'}).encodeToString(octets);
        return new EncodedBody("base64", encoded.isEmpty() ? "" : encoded + "\r\n");
    }

    /** The octets as they are, where they can be sent so. */
    static Optional<EncodedBody> verbatim(byte[] octets) {
        int column = 0;
        for (int i = 0; i < octets.length; i++) {
            byte octet = octets[i];
            boolean lineEnd = octet == '\r' && i + 1 < octets.length && octets[i + 1] == '\n';
            if (lineEnd) {
                i++;
                column = 0;
            } else if (octet <= 0 || octet == '\r' || octet == '\n' || ++column > 998) {
                return Optional.empty();
            }
        }
        String text = new String(octets, StandardCharsets.US_ASCII);
        return Optional.of(new EncodedBody("7bit", column == 0 ? text : text + "\r\n"));
    }

    private static String withLineEnds(String text) {
        String lines = text.replace("\r\n", "\n").replace('\r', '\n').replace("\n", "\r\n");
        return lines.isEmpty() || lines.endsWith("\n") ? lines : lines + "\r\n";
    }

    /** Whether nothing in it is changed on the way, by those who strip blanks, stuff dots or escape "From " either. */
    private static boolean isSevenBit(String lines) {
        for (String line : lines.split("\r\n", -1)) {
            if (line.length() > MAX_LINE
                    || line.endsWith(" ")
                    || line.endsWith("\t")
                    || line.startsWith(".")
                    || line.startsWith("From ")
                    || line.startsWith("--=_") // how our boundaries begin
                    || !line.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || c == '\t')) {
                return false;
            }
        }
        return true;
    }

    private static String quotedPrintable(byte[] octets) {
        StringBuilder out = new StringBuilder(octets.length * 5 / 4);
        int column = 0;
        for (int i = 0; i < octets.length; i++) {
            if (octets[i] == '\r') { // line ends are CRLF by now
                out.append("\r\n");
                column = 0;
                i++;
                continue;
            }
            boolean lastOfLine = i + 1 == octets.length || octets[i + 1] == '\r';
            int length = isPlain(octets, i, column, lastOfLine) ? 1 : 3;
            // One place is kept for the sign of the soft line break.
            if (column + length > MAX_ENCODED_LINE - (lastOfLine ? 0 : 1)) {
                out.append("=\r\n");
                column = 0;
                length = isPlain(octets, i, column, lastOfLine) ? 1 : 3;
            }
            if (length == 1) {
                out.append((char) octets[i]);
            } else {
                out.append('=').append(HEX.toHexDigits(octets[i]));
            }
            column += length;
        }
        return out.toString();
    }

    private static boolean isPlain(byte[] octets, int at, int column, boolean lastOfLine) {
        byte octet = octets[at];
        if (octet == ' ' || octet == '\t') {
            return !lastOfLine;
        }
        boolean changedOnTheWay = column == 0 && (octet == '.' || (octet == 'F' && startsWith(octets, at, FROM)));
        return octet > ' ' && octet < 0x7f && octet != '=' && !changedOnTheWay;
    }

    private static boolean startsWith(byte[] octets, int at, byte[] word) {
        return at + word.length <= octets.length && Arrays.equals(octets, at, at + word.length, word, 0, word.length);
    }
}
