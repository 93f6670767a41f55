package org.chancery.core.mail;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a {@code message/delivery-status} or {@code message/feedback-report} part: groups of header fields, an empty line
 * between them.
 */
final class StatusFields {
    private static final int MAX_GROUPS = 1_000;
    private static final int MAX_FIELDS = 100;
    private static final int MAX_VALUE = 4_000;
    private static final int MAX_NAME = 60;

    private StatusFields() {}

    /** The groups in their order; of two fields with one name in a group the first counts. Names are in lower case. */
    static List<Map<String, String>> groups(String text) {
        List<Map<String, String>> groups = new ArrayList<>();
        Map<String, String> group = new LinkedHashMap<>();
        String open = "";
        for (String line : (Iterable<String>) text.lines()::iterator) {
            if (line.isBlank()) {
                group = close(groups, group);
                open = "";
            } else if (Character.isWhitespace(line.charAt(0)) && !open.isEmpty()) {
                group.computeIfPresent(
                        open,
                        (name, value) -> HeaderText.clean(HeaderText.shorten(value + " " + line.strip(), MAX_VALUE)));
            } else {
                String name = name(line);
                // Some servers forget the empty line between two recipients.
                if (name.equals("final-recipient") && group.containsKey(name)) {
                    group = close(groups, group);
                }
                open = name;
                if (!name.isEmpty() && group.size() < MAX_FIELDS) {
                    group.putIfAbsent(name, body(line));
                }
            }
            if (groups.size() >= MAX_GROUPS) {
                return groups;
            }
        }
        close(groups, group);
        return groups;
    }

    private static Map<String, String> close(List<Map<String, String>> groups, Map<String, String> group) {
        if (!group.containsKey("final-recipient") && !group.containsKey("original-recipient")) {
            return new LinkedHashMap<>();
        }
        groups.add(group);
        return new LinkedHashMap<>();
    }

    /** The first field of that name, wherever it stands. */
    static @Nullable String value(String text, String name) {
        return text.lines()
                .filter(line -> name(line).equals(name))
                .map(StatusFields::body)
                .findFirst()
                .orElse(null);
    }

    static List<String> values(String text, String name) {
        return text.lines()
                .filter(line -> name(line).equals(name))
                .map(StatusFields::body)
                .limit(MAX_GROUPS)
                .toList();
    }

    private static String body(String line) {
        return HeaderText.clean(
                HeaderText.shorten(line.substring(line.indexOf(':') + 1).strip(), MAX_VALUE));
    }

    private static String name(String line) {
        int colon = line.indexOf(':');
        return colon > 0 && colon <= MAX_NAME ? line.substring(0, colon).strip().toLowerCase(Locale.ROOT) : "";
    }
}
