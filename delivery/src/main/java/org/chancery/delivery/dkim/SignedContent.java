package org.chancery.delivery.dkim;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.chancery.core.mail.MessageReader;

/**
 * What of a mail a signature is over: takes its bytes as they flow past, keeps the header section and of the body a digest. Used
 * for one mail.
 */
public final class SignedContent {
    private final ByteArrayOutputStream header = new ByteArrayOutputStream(2_048);
    private final RelaxedBody body = new RelaxedBody();
    private boolean inHeader = true;
    private boolean isHeaderWhole = true;
    private boolean lineIsEmpty = true;

    /**
     * A header field in its relaxed form (RFC 6376 §3.4.2).
     *
     * @param name in lower case
     * @param relaxed the whole field, one character for each octet
     */
    record Field(String name, String relaxed) {
        static Field of(String raw) {
            int colon = raw.indexOf(':');
            String name = (colon < 0 ? raw : raw.substring(0, colon)).strip().toLowerCase(Locale.ROOT);
            return new Field(name, name + ":" + SignedContent.relaxed(raw.substring(colon + 1)));
        }
    }

    /** Takes the next bytes. */
    public void take(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (inHeader) {
                header(bytes[i]);
            } else {
                body.take(bytes[i]);
            }
        }
    }

    private void header(byte b) {
        if (header.size() < MessageReader.MAX_HEADER_OCTETS) {
            header.write(b);
        } else {
            isHeaderWhole = false;
        }
        if (b == '\n') {
            // RFC 5322 §2.1: the first empty line ends the header section.
            inHeader = !lineIsEmpty;
            lineIsEmpty = true;
        } else if (b != '\r') {
            lineIsEmpty = false;
        }
    }

    /** Whether the header section is no longer than is read of one. */
    boolean isHeaderWhole() {
        return isHeaderWhole;
    }

    byte[] header() {
        return header.toByteArray();
    }

    /** The fields from the top to the bottom. */
    List<Field> fields() {
        List<Field> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        for (String line : header.toString(StandardCharsets.ISO_8859_1).split("\r\n")) {
            boolean isContinued = !field.isEmpty() && (line.startsWith(" ") || line.startsWith("\t"));
            if (!isContinued && !field.isEmpty()) {
                fields.add(Field.of(field.toString()));
                field.setLength(0);
            }
            field.append(line);
        }
        if (!field.isEmpty()) {
            fields.add(Field.of(field.toString()));
        }
        return fields;
    }

    /** The digest of the body; once, when all bytes were taken. */
    byte[] bodyDigest() {
        return body.digest();
    }

    /** A value without its folding, with white space as one space and none at either end. */
    static String relaxed(String value) {
        StringBuilder out = new StringBuilder(value.length());
        boolean isSpaceDue = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == ' ' || c == '\t') {
                isSpaceDue = true;
            } else if (c != '\r' && c != '\n') {
                if (isSpaceDue && !out.isEmpty()) {
                    out.append(' ');
                }
                isSpaceDue = false;
                out.append(c);
            }
        }
        return out.toString();
    }
}
