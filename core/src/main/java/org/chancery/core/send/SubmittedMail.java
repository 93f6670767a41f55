package org.chancery.core.send;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;

/** What a submission server may change about a mail, and what it has to (RFC 6409 §8). */
final class SubmittedMail {
    private static final byte[] CRLF = {'\r', '\n'};

    /**
     * Fields that may be there once (RFC 5322 §3.6, RFC 2045 §3, RFC 2183 §2). Bcc is not among them, as none of it leaves.
     */
    private static final Set<String> ONCE = Set.of(
            "date",
            "from",
            "sender",
            "reply-to",
            "to",
            "cc",
            "message-id",
            "in-reply-to",
            "references",
            "subject",
            "mime-version",
            "content-type",
            "content-transfer-encoding",
            "content-disposition",
            "content-id",
            "content-description");

    /** RFC 5322 §2.2, with the white space before the colon of §4.5, and folded as §3.2.2 says: no line is white space alone. */
    private static final Pattern FIELD =
            Pattern.compile("([!-9;-~]+)[ \t]*:[^\r\n]*(?:\r\n[ \t]+[^ \t\r\n][^\r\n]*)*+(?:\r\n)?");

    private SubmittedMail() {}

    /**
     * What of the header section programs read in different ways, so that another thing than was looked at might be shown
     * (RFC 6409 §8 lets us refuse it): fields that may be there once and are there twice, lines that are no field, and more of
     * them than we read. Empty where there is nothing of the kind.
     */
    static Optional<String> ambiguity(byte[] mail) {
        Set<String> seen = new HashSet<>();
        int fields = 0;
        int at = 0;
        while (at < mail.length && !isEndOfHeader(mail, at)) {
            int end = endOfField(mail, at);
            if (end > MessageReader.MAX_HEADER_OCTETS || ++fields > MessageReader.MAX_FIELDS) {
                return Optional.of("The header section is longer than " + MessageReader.MAX_HEADER_OCTETS
                        + " octets or has more than " + MessageReader.MAX_FIELDS + " fields.");
            }
            String field = new String(mail, at, end - at, StandardCharsets.ISO_8859_1);
            Matcher named = FIELD.matcher(field);
            if (!named.matches()) {
                return Optional.of(
                        "Line " + (1 + lines(mail, at)) + " is no header field, or is folded with an empty line.");
            }
            String name = named.group(1);
            if (ONCE.contains(name.toLowerCase(Locale.ROOT)) && !seen.add(name.toLowerCase(Locale.ROOT))) {
                return Optional.of("The field " + name + " is there twice.");
            }
            at = end;
        }
        return Optional.empty();
    }

    private static long lines(byte[] mail, int before) {
        return IntStream.range(0, before).filter(at -> mail[at] == '\n').count();
    }

    /**
     * Adds Message-ID and Date where they are missing or say nothing (RFC 6409 §8.2, §8.3), and takes Bcc fields out, which would
     * tell every recipient of the others (RFC 5322 §3.6.3). All else stays byte for byte.
     */
    static byte[] complete(byte[] mail, MessageHeader header, InternetMessageId id, Instant now) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(mail.length + 200);
        if (header.messageId() == null) {
            line(out, "Message-ID: " + id.bracketed());
        }
        if (header.field("Date").isEmpty()) {
            line(
                    out,
                    "Date: "
                            + DateTimeFormatter.RFC_1123_DATE_TIME
                                    .withLocale(Locale.ROOT)
                                    .format(now.atOffset(ZoneOffset.UTC)));
        }
        int end = 0;
        for (Span field : fields(mail)) {
            boolean isReplaced = header.messageId() == null && is(mail, field, "Message-ID");
            if (!isReplaced && !is(mail, field, "Bcc") && !is(mail, field, "Resent-Bcc")) {
                out.write(mail, field.start(), field.length());
            }
            end = field.end();
        }
        out.write(mail, end, mail.length - end);
        return out.toByteArray();
    }

    /**
     * Says that a program answers by itself (RFC 3834 §5), where the mail does not say so already. A field that denies it is
     * taken out.
     */
    static byte[] markAutomatic(byte[] mail) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(mail.length + 50);
        List<Span> denials = new ArrayList<>();
        boolean isMarked = false;
        for (Span field : fields(mail)) {
            if (is(mail, field, "Auto-Submitted")) {
                boolean denies = deniesAutomation(mail, field);
                isMarked |= !denies;
                if (denies) {
                    denials.add(field);
                }
            }
        }
        if (!isMarked) {
            line(out, "Auto-Submitted: auto-replied");
        }
        int at = 0;
        for (Span denial : denials) {
            out.write(mail, at, denial.start() - at);
            at = denial.end();
        }
        out.write(mail, at, mail.length - at);
        return out.toByteArray();
    }

    /**
     * Adds a trace header field in front (RFC 5321 §4.4): so a mail that programs submit again and again, each as it received it,
     * has passed too many servers some day. The client's address is left out; it is nobody's business who receives the mail.
     */
    static byte[] trace(byte[] mail, Arrival arrival, String by, String id) {
        String from = EmailAddress.domainOf(arrival.helo()).orElse("unknown");
        String protocol = arrival.protocol().replaceAll("[^A-Za-z0-9]", "");
        ByteArrayOutputStream out = new ByteArrayOutputStream(mail.length + 200);
        line(out, "Received: from " + from);
        line(out, "\tby " + by + " with " + protocol + " id " + id + ";");
        line(
                out,
                "\t"
                        + DateTimeFormatter.RFC_1123_DATE_TIME
                                .withLocale(Locale.ROOT)
                                .format(arrival.at().atOffset(ZoneOffset.UTC)));
        out.writeBytes(mail);
        return out.toByteArray();
    }

    /** The keyword without parameters and comments is {@code no}, or there is none. */
    private static boolean deniesAutomation(byte[] mail, Span field) {
        String text = new String(mail, field.start(), field.length(), StandardCharsets.ISO_8859_1);
        String value = text.substring(text.indexOf(':') + 1).replaceAll("\\([^)]*\\)", " ");
        String keyword = value.split(";", 2)[0].strip();
        return keyword.isEmpty() || keyword.equalsIgnoreCase("no");
    }

    /** How many fields of that name there are, in the whole header section however long it is. */
    static long count(byte[] mail, String name) {
        return fields(mail).stream().filter(field -> is(mail, field, name)).count();
    }

    /** All fields of the header section as they stand, each with its line ends. */
    static List<String> fieldTexts(byte[] mail) {
        return fields(mail).stream().map(field -> text(mail, field)).toList();
    }

    /** The bodies of all fields of that name, unfolded (RFC 5322 §2.2.3). */
    static List<String> bodies(byte[] mail, String name) {
        return fields(mail).stream()
                .filter(field -> is(mail, field, name))
                .map(field -> text(mail, field))
                .map(text -> text.substring(text.indexOf(':') + 1).replace("\r\n", ""))
                .toList();
    }

    private static String text(byte[] mail, Span field) {
        return new String(mail, field.start(), field.length(), StandardCharsets.UTF_8);
    }

    /** Where something stands in the mail; the end is the first octet after it. */
    private record Span(int start, int end) {
        int length() {
            return end - start;
        }
    }

    /** The header's fields, each with its continuation lines and line ends. */
    private static List<Span> fields(byte[] mail) {
        List<Span> fields = new ArrayList<>();
        int at = 0;
        while (at < mail.length && !isEndOfHeader(mail, at)) {
            int end = endOfField(mail, at);
            fields.add(new Span(at, end));
            at = end;
        }
        return fields;
    }

    private static boolean isEndOfHeader(byte[] mail, int at) {
        return mail[at] == '\r' && at + 1 < mail.length && mail[at + 1] == '\n';
    }

    /** Where the next field begins: after the line end which no white space follows (RFC 5322 §2.2.3). */
    private static int endOfField(byte[] mail, int from) {
        int at = from;
        while (at < mail.length) {
            if (mail[at++] == '\n' && (at >= mail.length || (mail[at] != ' ' && mail[at] != '\t'))) {
                return at;
            }
        }
        return mail.length;
    }

    private static boolean is(byte[] mail, Span field, String name) {
        if (field.length() <= name.length()) {
            return false;
        }
        String start = new String(mail, field.start(), name.length(), StandardCharsets.US_ASCII);
        int next = field.start() + name.length();
        // RFC 5322 §4.5: the obsolete form has white space before the colon.
        while (next < field.end() && (mail[next] == ' ' || mail[next] == '\t')) {
            next++;
        }
        return start.equalsIgnoreCase(name) && next < field.end() && mail[next] == ':';
    }

    private static void line(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        out.writeBytes(CRLF);
    }
}
