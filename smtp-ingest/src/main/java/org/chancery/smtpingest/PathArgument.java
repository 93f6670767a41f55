package org.chancery.smtpingest;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The argument of MAIL or RCPT: {@code FROM:<path>} or {@code TO:<path>}, and parameters (RFC 5321 §4.1.2).
 *
 * @param path what stands between the angle brackets, without the source route; empty for {@code <>}
 * @param parameters by keyword in upper case; an empty value where there is none
 */
record PathArgument(String path, Map<String, String> parameters) {

    boolean hasParameters() {
        return !parameters.isEmpty();
    }

    /** Reads it; empty where it does not have that form. Whether the path is an address is another question. */
    static Optional<PathArgument> parse(String argument, String keyword) {
        if (!argument.regionMatches(true, 0, keyword, 0, keyword.length())) {
            return Optional.empty();
        }
        // Many clients send a space after the colon, against the grammar.
        String rest = argument.substring(keyword.length()).stripLeading();
        int end = closingBracket(rest);
        if (end < 0) {
            return Optional.empty();
        }
        String path = withoutRoute(rest.substring(1, end));
        return parameters(rest.substring(end + 1)).map(parameters -> new PathArgument(path, parameters));
    }

    /** Where the path ends; brackets inside a quoted local part do not count. */
    private static int closingBracket(String text) {
        if (!text.startsWith("<")) {
            return -1;
        }
        boolean quoted = false;
        for (int i = 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '>' && !quoted) {
                return i;
            }
        }
        return -1;
    }

    // RFC 5321 §4.1.1.3 and appendix C: a source route is recognised and ignored. The mailbox after it is what counts:
    // <@ours.example:user@theirs.example> is judged as user@theirs.example.
    private static String withoutRoute(String path) {
        int colon = path.indexOf(':');
        return path.startsWith("@") && colon > 0 ? path.substring(colon + 1) : path;
    }

    private static Optional<Map<String, String>> parameters(String text) {
        if (text.isBlank()) {
            return Optional.of(Map.of());
        }
        if (!text.startsWith(" ")) {
            return Optional.empty();
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String word : text.strip().split(" +", -1)) {
            int equals = word.indexOf('=');
            String keyword = (equals < 0 ? word : word.substring(0, equals)).toUpperCase(Locale.ROOT);
            String value = equals < 0 ? "" : word.substring(equals + 1);
            boolean repeated = parameters.put(keyword, value) != null;
            if (repeated || keyword.isEmpty() || (equals >= 0 && value.isEmpty())) {
                return Optional.empty();
            }
        }
        return Optional.of(parameters);
    }
}
