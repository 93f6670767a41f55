package org.chancery.delivery.webhook;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The beginning of what a server answers.
 *
 * <p><i>Standards:</i> RFC 9112 (HTTP/1.1). <i>Trusts:</i> nothing that it reads.
 *
 * @param fields by their names in lower case
 */
record HttpHead(int status, Map<String, String> fields) {
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-9][0-9]{2})(?: .*)?");

    /** Status line and header fields together. */
    private static final int MAX_HEAD = 16 * 1024;

    /** RFC 9110 §15.2: any number of these may come before the answer; more than a few are no honest server's. */
    private static final int MAX_INTERIM = 5;

    HttpHead {
        fields = Map.copyOf(fields);
    }

    /** @throws IOException where that is no answer */
    static HttpHead read(InputStream in) throws IOException {
        int[] left = {MAX_HEAD};
        for (int i = 0; i <= MAX_INTERIM; i++) {
            Matcher line = STATUS.matcher(line(in, left));
            if (!line.matches()) {
                throw new IOException("it answers in no HTTP");
            }
            int status = Integer.parseInt(line.group(1));
            Map<String, String> fields = fields(in, left);
            if (status >= 200 || status == 101) {
                return new HttpHead(status, fields);
            }
        }
        throw new IOException("it does not come to an answer");
    }

    private static Map<String, String> fields(InputStream in, int[] left) throws IOException {
        Map<String, String> fields = new HashMap<>();
        for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return fields;
    }

    /** @param left octets that may still be read */
    static String line(InputStream in, int[] left) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new IOException("it hung up before an answer");
            }
            if (--left[0] < 0) {
                throw new IOException("its answer's header is too long");
            }
            line.write(octet);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
