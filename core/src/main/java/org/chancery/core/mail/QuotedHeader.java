package org.chancery.core.mail;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.core.mail.QuotationMarks.Label;
import org.jspecify.annotations.Nullable;

/**
 * The header of a mail as another mail shows it above a quotation: labels of some language, one to a line or, as some
 * programs glue them, many.
 *
 * @param fields what stands behind the labels, in their first form
 * @param end the line behind the last field
 */
record QuotedHeader(Map<Label, String> fields, int end) {
    /** No program shows more lines, lists of addresses over several lines included. */
    private static final int MAX_LINES = 60;
    /** Lines of one field without a label of their own. */
    private static final int MAX_CONTINUATION = 20;
    /** Longer lines are nobody's header. */
    private static final int MAX_LINE = 8_000;
    /** How far a line without a label may stand from the next one that has it. */
    private static final int LOOK_AHEAD = 3;

    private static final Pattern ADDRESS =
            Pattern.compile("[\\p{Alnum}!#$%&'*+/=?^_`{|}~.-]{1,64}@[\\p{L}\\p{N}.-]{1,255}");
    private static final Pattern MAILTO = Pattern.compile("\\s*[<\\[(]mailto:[^>\\])]{0,320}[>\\])]");

    /** The header that begins at that line; one without any field where none does. */
    static QuotedHeader at(List<String> lines, int start) {
        return read(lines, start, null);
    }

    /** The same where the first fields stand at the end of the line before. */
    static QuotedHeader behind(String rest, List<String> lines, int next) {
        return read(lines, next, rest);
    }

    private static QuotedHeader read(List<String> lines, int start, @Nullable String glued) {
        Map<Label, String> fields = new EnumMap<>(Label.class);
        Label open = glued == null ? null : take(glued, fields);
        int end = start;
        int continuation = 0;
        for (int i = start; i < lines.size() && i < start + MAX_LINES; i++) {
            String line = lines.get(i);
            if (line.length() > MAX_LINE) {
                break;
            }
            if (isEmpty(line)) {
                if (!labelFollows(lines, i + 1, 1)) {
                    break;
                }
                continue;
            }
            Label label = QuotationMarks.label(line);
            if (label != null && (open == null || fields.size() < 2 || !fields.containsKey(label))) {
                open = take(line, fields);
                continuation = 0;
            } else if (open == null
                    || !goesOn(lines, i, fields.getOrDefault(open, ""))
                    || ++continuation > MAX_CONTINUATION) {
                break;
            } else {
                String more = bare(line);
                fields.computeIfPresent(
                        open, (ignored, value) -> HeaderText.clean(HeaderText.shorten(value + " " + more, MAX_LINE)));
            }
            end = i + 1;
        }
        return new QuotedHeader(fields, end);
    }

    /** Whether the line there belongs to the field before it: a list of addresses, or a subject that was folded. */
    private static boolean goesOn(List<String> lines, int at, String value) {
        String line = bare(lines.get(at));
        boolean listed = value.endsWith(",") || value.endsWith(";") || value.endsWith("<");
        return listed || labelFollows(lines, at + 1, LOOK_AHEAD - 1) || (line.startsWith("<") && line.endsWith(">"));
    }

    private static boolean labelFollows(List<String> lines, int at, int within) {
        for (int i = at; i < lines.size() && i < at + within; i++) {
            if (lines.get(i).length() <= MAX_LINE && QuotationMarks.label(lines.get(i)) != null) {
                return true;
            }
        }
        return false;
    }

    private static boolean isEmpty(String line) {
        return bare(line).isEmpty();
    }

    /** Puts the fields of one line where they belong; gives the last one. */
    private static @Nullable Label take(String line, Map<Label, String> fields) {
        String text = bare(line);
        List<LabelAt> found = labels(text);
        Label last = null;
        for (int i = 0; i < found.size(); i++) {
            LabelAt one = found.get(i);
            int end = i + 1 < found.size() ? found.get(i + 1).start() : text.length();
            fields.putIfAbsent(one.label(), HeaderText.clean(trim(text.substring(one.value(), end))));
            last = one.label();
        }
        return last;
    }

    private record LabelAt(Label label, int start, int value) {}

    /** The labels in a line. Behind a subject there is none: whatever looks like one is a part of it. */
    private static List<LabelAt> labels(String text) {
        List<LabelAt> found = new ArrayList<>();
        for (int colon = nextColon(text, 0); colon >= 0; colon = nextColon(text, colon + 1)) {
            LabelAt one = QuotationMarks.labelBefore(text, colon)
                    .map(label -> new LabelAt(label.label(), label.start(), 0))
                    .orElse(null);
            boolean seen = one != null && found.stream().anyMatch(before -> before.label() == one.label());
            if (one != null && !seen) {
                found.add(new LabelAt(one.label(), one.start(), colon + 1));
                if (one.label() == Label.SUBJECT) {
                    break;
                }
            }
        }
        return found;
    }

    private static int nextColon(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (text.charAt(i) == ':' || text.charAt(i) == '：') {
                return i;
            }
        }
        return -1;
    }

    private static String trim(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && " *_\t\u00a0".indexOf(value.charAt(start)) >= 0) {
            start++;
        }
        while (end > start && " *\t\u00a0\u200e".indexOf(value.charAt(end - 1)) >= 0) {
            end--;
        }
        return value.substring(start, end);
    }

    /** Without the marks of quotation. */
    static String bare(String line) {
        int start = 0;
        while (start < line.length() && "> \t\u00a0\ufeff".indexOf(line.charAt(start)) >= 0) {
            start++;
        }
        return line.substring(start).stripTrailing();
    }

    boolean has(Label label) {
        return fields.containsKey(label);
    }

    /** Who wrote the mail shown; null where it is not said. */
    @Nullable
    Mailbox from() {
        String value = fields.get(Label.FROM);
        return value == null ? null : mailbox(value);
    }

    List<Mailbox> to() {
        return MailboxList.parse(
                withoutMailto(fields.getOrDefault(Label.TO, "")).replace(';', ','), MessageReader.MAX_ADDRESSES);
    }

    @Nullable
    String subject() {
        return fields.get(Label.SUBJECT);
    }

    @Nullable
    String date() {
        return fields.get(Label.DATE);
    }

    /** Whether the field has an address. */
    boolean hasAddress(Label label) {
        return ADDRESS.matcher(HeaderText.shorten(fields.getOrDefault(label, ""), MAX_LINE))
                .find();
    }

    /** The first address in some words, with the name before it. */
    static @Nullable Mailbox mailbox(String words) {
        String text = HeaderText.clean(HeaderText.shorten(words, MAX_LINE));
        Matcher address = ADDRESS.matcher(text);
        if (!address.find()) {
            return null;
        }
        String name = text.substring(0, address.start())
                .replaceAll("[\"'„”“‘’<(\\[*]|mailto:", "")
                .strip();
        return new Mailbox(name.isEmpty() ? null : name, trimDots(address.group()));
    }

    private static String trimDots(String address) {
        return address.endsWith(".") || address.endsWith("-") ? address.substring(0, address.length() - 1) : address;
    }

    // "jane@example.com<mailto:jane@example.com>", as Outlook turns links into text.
    private static String withoutMailto(String value) {
        return MAILTO.matcher(value).replaceAll("");
    }
}
