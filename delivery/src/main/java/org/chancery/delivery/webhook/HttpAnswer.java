package org.chancery.delivery.webhook;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered: the status, and of all else as little as the record needs. Only so much is read.
 *
 * <p><i>Standards:</i> RFC 9112 (HTTP/1.1). <i>Trusts:</i> nothing that it reads.
 */
record HttpAnswer(int status, String excerpt, @Nullable Duration retryAfter) {
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,6}");

    /** Octets of the body that are looked at. */
    private static final int MAX_BODY = 1024;

    private static final int MAX_EXCERPT = 300;

    /** Nobody is left alone for longer on their own word. */
    private static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

    /** Told when the head is read: what follows is not worth a long wait. */
    @FunctionalInterface
    interface Headed {
        void hurry() throws IOException;
    }

    /** @throws IOException where that is no answer */
    static HttpAnswer read(InputStream in, Headed headed) throws IOException {
        HttpHead head = HttpHead.read(in);
        headed.hurry();
        return new HttpAnswer(head.status(), excerpt(in, head.fields()), retryAfter(head.fields()));
    }

    /** The beginning of the body; the status counts, whatever becomes of it. */
    private static String excerpt(InputStream in, Map<String, String> fields) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            long length = length(fields);
            while (body.size() < Math.min(MAX_BODY, length)) {
                int octet = in.read();
                if (octet < 0) {
                    break;
                }
                body.write(octet);
            }
        } catch (IOException brokenOff) {
            return printable(body.toString(StandardCharsets.UTF_8));
        }
        return printable(body.toString(StandardCharsets.UTF_8));
    }

    private static long length(Map<String, String> fields) {
        String length = fields.getOrDefault("content-length", "");
        return SECONDS.matcher(length).matches() ? Long.parseLong(length) : MAX_BODY;
    }

    /** One line without control characters. */
    private static String printable(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s\\x{FFFD}]+", " ").strip();
        return line.length() <= MAX_EXCERPT ? line : line.substring(0, MAX_EXCERPT);
    }

    private static @Nullable Duration retryAfter(Map<String, String> fields) {
        String value = fields.getOrDefault("retry-after", "");
        if (!SECONDS.matcher(value).matches()) {
            return null;
        }
        Duration asked = Duration.ofSeconds(Long.parseLong(value));
        return asked.compareTo(MAX_RETRY_AFTER) < 0 ? asked : MAX_RETRY_AFTER;
    }
}
