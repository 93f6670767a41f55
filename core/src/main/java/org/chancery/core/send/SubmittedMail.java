package org.chancery.core.send;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.MessageHeader;

/** What a submission server may change about a mail, and what it has to (RFC 6409 §8). */
final class SubmittedMail {
    private static final byte[] CRLF = {'\r', '\n'};

    private SubmittedMail() {}

    /**
     * Adds Message-ID and Date where they are missing (RFC 6409 §8.2, §8.3), and takes Bcc fields out, which would tell every
     * recipient of the others (RFC 5322 §3.6.3). All else stays byte for byte.
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
        int at = 0;
        while (at < mail.length && !isEndOfHeader(mail, at)) {
            int end = endOfField(mail, at);
            if (!isBcc(mail, at)) {
                out.write(mail, at, end - at);
            }
            at = end;
        }
        out.write(mail, at, mail.length - at);
        return out.toByteArray();
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

    private static boolean isBcc(byte[] mail, int at) {
        if (mail.length - at < 4) {
            return false;
        }
        String name = new String(mail, at, 3, StandardCharsets.US_ASCII);
        int next = at + 3;
        while (next < mail.length && (mail[next] == ' ' || mail[next] == '\t')) {
            next++;
        }
        return name.equalsIgnoreCase("Bcc") && next < mail.length && mail[next] == ':';
    }

    private static void line(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        out.writeBytes(CRLF);
    }
}
