package org.chancery.mailets.authentication.spf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Text with macros in it (RFC 7208 §7). */
record MacroString(List<Part> parts) {
    private static final String DELIMITERS = ".-+,/_=";
    /** c, r and t are for explanations only (§7.2). */
    private static final String LETTERS = "slodiphv";

    private static final String EXPLANATION_LETTERS = LETTERS + "crt";
    /** So many labels a name can have at most; more to keep is all. */
    private static final int MAX_KEPT = 128;

    /** What the letters stand for. */
    @FunctionalInterface
    interface Values {
        /** The value of a lower-case letter. */
        String of(char letter);
    }

    /** A part of the text. */
    sealed interface Part {
        record Literal(String text) implements Part {}

        /**
         * A macro.
         *
         * @param keep so many parts are kept, from the right
         * @param delimiters what parts are split at
         */
        record Macro(char letter, boolean escaped, int keep, boolean reversed, String delimiters) implements Part {}
    }

    MacroString {
        parts = List.copyOf(parts);
    }

    /** A macro-string of a term: visible ASCII only. */
    static MacroString ofTerm(String text) throws SpfEnd {
        return new Parser(text, LETTERS, '!').parse();
    }

    /** The value of a modifier that nobody knows: only its syntax counts. */
    static MacroString ofUnknown(String text) throws SpfEnd {
        return new Parser(text, EXPLANATION_LETTERS, '!').parse();
    }

    /** An explain-string: spaces, too (§6.2). */
    static MacroString ofExplanation(String text) throws SpfEnd {
        return new Parser(text, EXPLANATION_LETTERS, ' ').parse();
    }

    /** A domain-spec: ends in a macro, or in a label that can be a top-level domain (§7.1). */
    static MacroString domain(String text) throws SpfEnd {
        MacroString spec = ofTerm(text);
        boolean endsInMacro = !spec.parts.isEmpty() && (spec.parts.getLast() instanceof Part.Macro || endsInSign(text));
        if (!endsInMacro && !endsInTopLabel(text)) {
            throw SpfEnd.permanent("no domain name: " + text);
        }
        return spec;
    }

    private static boolean endsInSign(String text) {
        return text.endsWith("%%") || text.endsWith("%_") || text.endsWith("%-");
    }

    private static boolean endsInTopLabel(String text) {
        String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        int dot = name.lastIndexOf('.');
        String label = name.substring(dot + 1);
        if (dot < 0 || label.isEmpty() || label.startsWith("-") || label.endsWith("-")) {
            return false;
        }
        boolean isLdh = label.chars().allMatch(c -> isAlphanumeric(c) || c == '-');
        // No top-level domain is all digits; an address is no domain name.
        return isLdh && label.chars().anyMatch(c -> !isDigit(c));
    }

    static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    static boolean isAlpha(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    private static boolean isAlphanumeric(int c) {
        return isAlpha(c) || isDigit(c);
    }

    /** The text with all macros replaced. */
    String expand(Values values) {
        StringBuilder out = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Part.Literal literal -> out.append(literal.text());
                case Part.Macro macro -> out.append(expanded(macro, values));
            }
        }
        return out.toString();
    }

    private static String expanded(Part.Macro macro, Values values) {
        String value = values.of(macro.letter());
        if (macro.keep() < MAX_KEPT || macro.reversed() || !macro.delimiters().equals(".")) {
            List<String> pieces = split(value, macro.delimiters());
            if (macro.reversed()) {
                Collections.reverse(pieces);
            }
            int from = Math.max(0, pieces.size() - macro.keep());
            value = String.join(".", pieces.subList(from, pieces.size()));
        }
        return macro.escaped() ? escaped(value) : value;
    }

    private static List<String> split(String value, String delimiters) {
        List<String> pieces = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < value.length(); i++) {
            if (delimiters.indexOf(value.charAt(i)) >= 0) {
                pieces.add(value.substring(start, i));
                start = i + 1;
            }
        }
        pieces.add(value.substring(start));
        return pieces;
    }

    // §7.3: what is not unreserved in a URI (RFC 3986).
    private static String escaped(String value) {
        StringBuilder out = new StringBuilder();
        for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
            if (octet > 0 && (isAlphanumeric(octet) || "-._~".indexOf(octet) >= 0)) {
                out.append((char) octet);
            } else {
                out.append(String.format(Locale.ROOT, "%%%02X", octet & 0xff));
            }
        }
        return out.toString();
    }

    private static final class Parser {
        private final String text;
        private final String letters;
        private final char lowest;
        private final List<Part> parts = new ArrayList<>();
        private final StringBuilder literal = new StringBuilder();
        private int at;

        Parser(String text, String letters, char lowest) {
            this.text = text;
            this.letters = letters;
            this.lowest = lowest;
        }

        MacroString parse() throws SpfEnd {
            while (at < text.length()) {
                char c = text.charAt(at++);
                if (c == '%') {
                    percent();
                } else if (c < lowest || c > '~') {
                    throw SpfEnd.permanent("a sign that may not stand in a record");
                } else {
                    literal.append(c);
                }
            }
            endLiteral();
            return new MacroString(parts);
        }

        private void percent() throws SpfEnd {
            char next = at < text.length() ? text.charAt(at++) : ' ';
            switch (next) {
                case '%' -> literal.append('%');
                case '_' -> literal.append(' ');
                case '-' -> literal.append("%20");
                case '{' -> macro();
                default -> throw SpfEnd.permanent("a % without a macro");
            }
        }

        private void macro() throws SpfEnd {
            int end = text.indexOf('}', at);
            if (end <= at) {
                throw SpfEnd.permanent("a macro without an end");
            }
            String body = text.substring(at, end);
            at = end + 1;
            char letter = Character.toLowerCase(body.charAt(0));
            if (!isAlpha(body.charAt(0)) || letters.indexOf(letter) < 0) {
                throw SpfEnd.permanent("an unknown macro: " + body);
            }
            int i = 1;
            int keep = 0;
            boolean hasNumber = false;
            while (i < body.length() && isDigit(body.charAt(i))) {
                keep = Math.min(MAX_KEPT, keep * 10 + body.charAt(i++) - '0');
                hasNumber = true;
            }
            if (hasNumber && keep == 0) {
                throw SpfEnd.permanent("a macro of no parts: " + body);
            }
            boolean reversed = i < body.length() && Character.toLowerCase(body.charAt(i)) == 'r';
            String delimiters = body.substring(reversed ? i + 1 : i);
            if (delimiters.chars().anyMatch(c -> DELIMITERS.indexOf(c) < 0)) {
                throw SpfEnd.permanent("an unknown macro: " + body);
            }
            endLiteral();
            parts.add(new Part.Macro(
                    letter,
                    letter != body.charAt(0),
                    hasNumber ? keep : MAX_KEPT,
                    reversed,
                    delimiters.isEmpty() ? "." : delimiters));
        }

        private void endLiteral() {
            if (!literal.isEmpty()) {
                parts.add(new Part.Literal(literal.toString()));
                literal.setLength(0);
            }
        }
    }
}
