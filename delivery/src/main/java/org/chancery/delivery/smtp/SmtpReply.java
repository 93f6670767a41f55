package org.chancery.delivery.smtp;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a peer answered (RFC 5321 §4.2).
 *
 * @param lines the text of each line, without the code; at least one
 */
record SmtpReply(int code, List<String> lines) {
    static final int SERVICE_CLOSING = 421;
    /** More tells nobody anything, and the text goes into database rows, events and notices. */
    static final int MAX_TEXT = 1_000;

    private static final Pattern ENHANCED = Pattern.compile("^([245]\\.\\d{1,3}\\.\\d{1,3})(?:\\s|$)");

    SmtpReply {
        lines = List.copyOf(lines);
    }

    /** 2yz. */
    boolean isPositive() {
        return code / 100 == 2;
    }

    /** 3yz: go on with what was announced. */
    boolean isIntermediate() {
        return code / 100 == 3;
    }

    /** 4yz. */
    boolean isTransient() {
        return code / 100 == 4;
    }

    /** 5yz. */
    boolean isPermanent() {
        return code / 100 == 5;
    }

    /** The code with which the text begins (RFC 2034 §4), such as {@code 5.2.2}; empty where there is none. */
    String enhancedCode() {
        Matcher code = ENHANCED.matcher(lines.getFirst());
        return code.find() ? code.group(1) : "";
    }

    /** The code and all lines as one, fit for records and logs: bounded, and without characters that do something. */
    String text() {
        return cleaned((code + " " + String.join(" ", lines)).strip());
    }

    static String cleaned(String text) {
        StringBuilder cleaned = new StringBuilder(Math.min(text.length(), MAX_TEXT));
        text.codePoints().limit(MAX_TEXT).forEach(c -> cleaned.appendCodePoint(isHarmless(c) ? c : '?'));
        return cleaned.toString();
    }

    private static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            // Among them: NUL and escape sequences, marks that turn the writing direction, halves of a surrogate pair.
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
