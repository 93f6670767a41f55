package org.chancery.mailets.authentication.signature;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.chancery.core.mail.MessageReader;
import org.jspecify.annotations.Nullable;

/**
 * A header section as it is signed: every octet as it came.
 *
 * @param isWhole false where it is longer than we read
 */
record HeaderSection(List<Field> fields, boolean isWhole) {

    /**
     * A header field.
     *
     * @param name in lower case; empty for a line that is no field
     * @param raw all of it with its folding, one character for each octet, without the CR LF at its end
     */
    record Field(String name, String raw) {
        static Field of(String raw) {
            int colon = raw.indexOf(':');
            return new Field(colon < 0 ? "" : raw.substring(0, colon).strip().toLowerCase(Locale.ROOT), raw);
        }

        String value() {
            return raw.substring(raw.indexOf(':') + 1);
        }

        /** RFC 6376 §3.4.1, §3.4.2. */
        byte[] canonical(boolean relaxed) {
            return (relaxed ? name + ":" + relaxedValue() : raw).getBytes(StandardCharsets.ISO_8859_1);
        }

        private String relaxedValue() {
            String value = value();
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

        /** The same without what its tag {@code b=} says (RFC 6376 §3.7). */
        Field unsigned() {
            String value = value();
            StringBuilder out = new StringBuilder(raw.substring(0, raw.length() - value.length()));
            int start = 0;
            while (start <= value.length()) {
                int semicolon = value.indexOf(';', start);
                int end = semicolon < 0 ? value.length() : semicolon;
                String spec = value.substring(start, end);
                int equals = spec.indexOf('=');
                boolean isSignature =
                        equals >= 0 && spec.substring(0, equals).strip().equals("b");
                out.append(isSignature ? spec.substring(0, equals + 1) : spec);
                if (semicolon >= 0) {
                    out.append(';');
                }
                start = end + 1;
            }
            return new Field(name, out.toString());
        }
    }

    HeaderSection {
        fields = List.copyOf(fields);
    }

    /** Reads up to the empty line that ends it. */
    static HeaderSection read(MailLines mail) throws IOException {
        List<Field> fields = new ArrayList<>();
        ByteArrayOutputStream field = new ByteArrayOutputStream();
        long octets = 0;
        String line = line(mail);
        while (line != null && !line.isEmpty()) {
            octets += line.length();
            if (octets > MessageReader.MAX_HEADER_OCTETS || fields.size() > MessageReader.MAX_FIELDS) {
                end(field, fields);
                return new HeaderSection(fields, false);
            }
            boolean isContinued = field.size() > 0 && (line.charAt(0) == ' ' || line.charAt(0) == '\t');
            if (isContinued) {
                field.writeBytes(Octets.CRLF);
            } else {
                end(field, fields);
            }
            field.writeBytes(line.getBytes(StandardCharsets.ISO_8859_1));
            line = line(mail);
        }
        end(field, fields);
        return new HeaderSection(fields, true);
    }

    private static void end(ByteArrayOutputStream field, List<Field> fields) {
        if (field.size() > 0) {
            fields.add(Field.of(field.toString(StandardCharsets.ISO_8859_1)));
            field.reset();
        }
    }

    /** A line without its end; null at the end of the mail. Of a line without an end, more than we read of a section. */
    private static @Nullable String line(MailLines mail) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        int octet = mail.read();
        if (octet < 0) {
            return null;
        }
        while (octet >= 0 && line.size() <= MessageReader.MAX_HEADER_OCTETS) {
            if (octet == '\r') {
                int next = mail.read();
                if (next == '\n') {
                    break;
                }
                line.write('\r');
                octet = next;
            } else {
                line.write(octet);
                octet = mail.read();
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    List<Field> named(String name) {
        return fields.stream().filter(field -> field.name().equals(name)).toList();
    }

    /**
     * The fields that a signature covers, in the order in which it does (RFC 6376 §5.4.2): of several of a name the lowest that
     * is not taken yet; nothing for one that is not there.
     */
    List<Field> covered(List<String> names) {
        Map<String, Deque<Field>> lowestFirst = new HashMap<>();
        for (Field field : fields) {
            lowestFirst
                    .computeIfAbsent(field.name(), ignored -> new ArrayDeque<>())
                    .addFirst(field);
        }
        List<Field> covered = new ArrayList<>();
        for (String name : names) {
            Deque<Field> left = lowestFirst.get(name);
            if (left != null && !left.isEmpty()) {
                covered.add(left.removeFirst());
            }
        }
        return covered;
    }
}
