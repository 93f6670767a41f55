package org.chancery.api.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a short form, as a browser sends it or a mail program for its user (RFC 8058 §3.1: {@code
 * application/x-www-form-urlencoded} or {@code multipart/form-data}). Of a name that is there twice, the first counts.
 */
public record Form(Map<String, String> fields) {
    /** Octets; a form here has a field or two. */
    static final int MAX_SIZE = 8 * 1024;

    static final String URLENCODED = "application/x-www-form-urlencoded";
    static final String MULTIPART = "multipart/form-data";

    private static final Pattern BOUNDARY =
            Pattern.compile("boundary=\"?([^\";,\\s]{1,70})\"?", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME =
            Pattern.compile("[;\\s]name=\"?([^\";\\r\\n]{1,100})\"?", Pattern.CASE_INSENSITIVE);

    public Form {
        fields = Map.copyOf(fields);
    }

    /** Whether a body of that type is a form. */
    static boolean isForm(@Nullable String contentType) {
        String type =
                contentType == null ? "" : contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return type.equals(URLENCODED) || type.equals(MULTIPART);
    }

    /** Reads one; what cannot be read of it is not there. */
    static Form read(String contentType, byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return new Form(
                contentType.toLowerCase(Locale.ROOT).startsWith(MULTIPART)
                        ? multipart(contentType, text)
                        : urlencoded(text));
    }

    private static Map<String, String> urlencoded(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String pair : text.strip().split("&")) {
            String[] sides = pair.split("=", 2);
            fields.putIfAbsent(decoded(sides[0]), sides.length == 1 ? "" : decoded(sides[1]));
        }
        return fields;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException unescaped) {
            return text;
        }
    }

    /** RFC 7578 §4: each part names its field in Content-Disposition. */
    private static Map<String, String> multipart(String contentType, String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher boundary = BOUNDARY.matcher(contentType);
        if (boundary.find()) {
            for (String part : text.split(Pattern.quote("--" + boundary.group(1)))) {
                String lines = part.replace("\r\n", "\n");
                int end = lines.indexOf("\n\n");
                Matcher name = NAME.matcher(end < 0 ? "" : lines.substring(0, end));
                if (name.find()) {
                    fields.putIfAbsent(name.group(1), lines.substring(end + 2).replaceAll("\n$", ""));
                }
            }
        }
        return fields;
    }
}
