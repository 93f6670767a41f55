package org.chancery.core.mail;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A field body of a value and parameters, such as {@code Content-Type} (RFC 2045 §5.1) with the extensions of RFC
 * 2231. Reads what mailers send: values without the quotes they need, quotes that never end, comments, encoded-words.
 *
 * @param value in lower case, without white space around
 * @param parameters by their names in lower case; of two with one name the first counts
 * @param isTurned whether one of them had a bidirectional override in it, before it was cleaned
 * @param hidesControls whether one of them had a line end or another control character in it, before it was cleaned
 * @param isDoubled whether one was given twice; a file name may stand in two forms, for old and for new programs
 */
record HeaderParameters(
        String value, Map<String, String> parameters, boolean isTurned, boolean hidesControls, boolean isDoubled) {
    /** More parameters than any mailer writes; the rest are left out. */
    private static final int MAX_PARAMETERS = 64;
    /** Filenames and boundaries are far shorter. */
    private static final int MAX_VALUE = 2_000;

    private static final Set<String> FILE_NAMES = Set.of("name", "filename");

    static final HeaderParameters NONE = new HeaderParameters("", Map.of(), false, false, false);

    static HeaderParameters parse(String body) {
        int semicolon = body.indexOf(';');
        String value = plain(semicolon < 0 ? body : body.substring(0, semicolon));
        if (semicolon < 0) {
            return new HeaderParameters(value, Map.of(), false, false, false);
        }
        Parsing parsing = new Parsing(body, semicolon + 1);
        return new HeaderParameters(value, parsing.run(), parsing.turned, parsing.controls, parsing.doubled);
    }

    /** The parameter's value, decoded, or null. */
    @Nullable
    String get(String name) {
        return parameters.get(name);
    }

    /** Lower case, trimmed, and without comments (RFC 5322 §3.2.2). */
    private static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '(') {
                depth++;
            } else if (c == ')') {
                depth = Math.max(0, depth - 1);
            } else if (depth == 0) {
                plain.append(c);
            }
        }
        return plain.toString().strip().toLowerCase(Locale.ROOT);
    }

    private static final class Parsing {
        private final String body;
        private int at;
        private boolean turned;
        private boolean controls;
        private boolean doubled;
        private final Map<String, String> plain = new HashMap<>();
        /** The pieces of parameters that were split or encoded (RFC 2231 §3, §4), by name and number. */
        private final Map<String, SortedMap<Integer, Piece>> pieces = new HashMap<>();

        private record Piece(String text, boolean encoded) {}

        Parsing(String body, int at) {
            this.body = body;
            this.at = at;
        }

        Map<String, String> run() {
            for (int count = 0; at < body.length() && count < MAX_PARAMETERS; count++) {
                parameter();
            }
            pieces.forEach((name, parts) -> {
                doubled |= plain.put(name, join(parts)) != null && !FILE_NAMES.contains(name);
            });
            doubled |= at < body.length();
            return plain;
        }

        private void parameter() {
            skip(" \t;");
            int start = at;
            while (at < body.length() && "=;\"".indexOf(body.charAt(at)) < 0) {
                at++;
            }
            String name = plain(body.substring(start, at));
            if (at == body.length() || body.charAt(at) != '=') {
                at++; // no value: not a parameter
                return;
            }
            at++;
            skip(" \t");
            String text = at < body.length() && body.charAt(at) == '"' ? quoted() : unquoted();
            if (!name.isEmpty()) {
                keep(name, HeaderText.shorten(text, MAX_VALUE));
            }
        }

        private void keep(String name, String text) {
            int star = name.indexOf('*');
            if (star < 0) {
                doubled |= plain.putIfAbsent(name, cleaned(HeaderText.decoded(text))) != null;
                return;
            }
            boolean encoded = name.endsWith("*");
            String number =
                    name.substring(star + 1, encoded && name.length() - 1 > star ? name.length() - 1 : name.length());
            doubled |= pieces.computeIfAbsent(name.substring(0, star), ignored -> new TreeMap<>())
                            .putIfAbsent(sectionNumber(number), new Piece(text, encoded))
                    != null;
        }

        private static int sectionNumber(String digits) {
            if (digits.isEmpty() || digits.length() > 3 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return 0;
            }
            return Integer.parseInt(digits);
        }

        private String join(SortedMap<Integer, Piece> parts) {
            ByteArrayOutputStream octets = new ByteArrayOutputStream();
            String charset = null;
            for (Piece piece : parts.values()) {
                String text = piece.text();
                // RFC 2231 §4: the first piece says charset'language'text.
                int language = charset == null && piece.encoded() ? text.indexOf('\'') : -1;
                int value = language < 0 ? -1 : text.indexOf('\'', language + 1);
                if (value >= 0) {
                    charset = text.substring(0, language);
                    text = text.substring(value + 1);
                }
                addOctets(text, piece.encoded(), octets);
            }
            String joined = MailCharset.decode(octets.toByteArray(), charset == null ? "utf-8" : charset);
            // Encoded-words have no place here, and are split over the pieces all the same.
            return charset == null ? cleaned(HeaderText.decoded(joined)) : cleaned(joined);
        }

        private String cleaned(String text) {
            turned |= HeaderText.isTurned(text);
            controls |= HeaderText.hasControls(text);
            return HeaderText.plain(text, MAX_VALUE);
        }

        private static void addOctets(String text, boolean encoded, ByteArrayOutputStream octets) {
            int done = 0;
            for (int i = encoded ? text.indexOf('%') : -1;
                    i >= 0 && i + 2 < text.length();
                    i = text.indexOf('%', i + 1)) {
                int octet = HeaderText.hex(text.charAt(i + 1), text.charAt(i + 2));
                if (octet >= 0) {
                    octets.writeBytes(text.substring(done, i).getBytes(StandardCharsets.UTF_8));
                    octets.write(octet);
                    done = i + 3;
                    i += 2;
                }
            }
            octets.writeBytes(text.substring(done).getBytes(StandardCharsets.UTF_8));
        }

        private String quoted() {
            StringBuilder text = new StringBuilder();
            for (at++; at < body.length(); at++) {
                char c = body.charAt(at);
                if (c == '"') {
                    at++;
                    break;
                }
                // Only what must be escaped is taken as escaped: Windows paths are sent with plain backslashes.
                if (c == '\\' && at + 1 < body.length() && "\"\\".indexOf(body.charAt(at + 1)) >= 0) {
                    at++;
                    c = body.charAt(at);
                }
                text.append(c);
            }
            return text.toString();
        }

        private String unquoted() {
            int end = body.indexOf(';', at);
            if (end < 0) {
                end = body.length();
            }
            String text = body.substring(at, end).strip();
            at = end;
            return text;
        }

        private void skip(String characters) {
            while (at < body.length() && characters.indexOf(body.charAt(at)) >= 0) {
                at++;
            }
        }
    }
}
