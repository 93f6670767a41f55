package org.chancery.core.mail;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What mail programs write around the text that they quote, in the languages that they speak. Looks at one line, or
 * at a few joined ones, in time linear in their length.
 */
final class QuotationMarks {
    /** No line of this kind is longer; what is, is somebody's text. */
    static final int MAX_LENGTH = 400;

    /** The header fields of a quoted mail that programs show above it. */
    enum Label {
        FROM,
        DATE,
        TO,
        CC,
        SUBJECT,
        REPLY_TO
    }

    private static final WordLists WORDS = WordLists.read("quotation-marks.txt");
    private static final List<String> WROTE = WORDS.list("wrote");
    private static final Set<String> WROTE_BEFORE_NAME = WORDS.set("wrote-before-name");
    private static final Set<String> OPENERS = WORDS.set("openers");
    private static final List<String> OTHER_MAIL = WORDS.list("other-mail");
    private static final Set<String> OTHER_MAIL_LINES = WORDS.set("other-mail-lines");
    private static final List<String> REPLY_ABOVE = WORDS.list("reply-above");
    private static final List<String> SENT_FROM = WORDS.list("sent-from");
    private static final List<String> SENT_BY = WORDS.list("sent-by");
    private static final List<String> NOTICES = WORDS.list("notices");
    private static final List<String> FORWARDED = WORDS.list("forwarded");
    private static final Map<String, Label> LABELS = labels();
    /** Attributions in languages that the lists do not have are taken for such only if they are no longer. */
    private static final int MAX_UNKNOWN = 200;

    private static final int MAX_LABEL = 24;
    private static final int MAX_TITLE = 80;

    private QuotationMarks() {}

    /** Whether the lines, joined, introduce a quotation: who wrote it and when. */
    static boolean isAttribution(String line) {
        String core = withoutDecoration(line);
        if (core.isEmpty() || core.length() > MAX_LENGTH) {
            return false;
        }
        String statement = withoutColon(core);
        if (isBetweenDashes(line) && endsWithOne(statement, WROTE)) {
            return true;
        }
        if (!hasDate(core)) {
            return false;
        }
        boolean hasAddress = core.indexOf('@') >= 0;
        boolean colon = statement.length() < core.length();
        if ((colon || line.stripTrailing().endsWith("--")) && endsWithOne(statement, WROTE)) {
            return hasAddress || ((opens(core) || Character.isDigit(core.charAt(0))) && hasTimeOrYear(core));
        }
        if (!colon) {
            return false;
        }
        boolean saysWrote = containsWord(statement, WROTE_BEFORE_NAME);
        boolean toTheMinute = hasYear(core) && hasTime(core) && core.length() <= MAX_UNKNOWN;
        return (hasAddress && (saysWrote || toTheMinute || (endsWithAddress(statement) && hasTimeOrYear(core))))
                || (opens(core) && saysWrote && hasTimeOrYear(core))
                || (saysWrote && hasWholeDate(core) && core.length() <= MAX_UNKNOWN);
    }

    /** "---- Jane wrote ----", as phones have it. */
    private static boolean isBetweenDashes(String line) {
        String text = line.strip();
        return text.startsWith("--") && text.endsWith("--");
    }

    /** Three numbers with signs of dates between them. */
    private static boolean hasWholeDate(String text) {
        int numbers = 0;
        int digits = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isDigit(c)) {
                digits++;
                if (numbers == 2) {
                    return true;
                }
            } else if (digits > 0 && "./-".indexOf(c) >= 0) {
                numbers++;
                digits = 0;
            } else if (c != ' ' || digits > 0) {
                numbers = 0;
                digits = 0;
            }
        }
        return false;
    }

    /** Whether the lines could be one, if marked quotation follows them: with less to go by. */
    static boolean isLooseAttribution(String line) {
        String core = withoutDecoration(line);
        if (core.isEmpty() || core.length() > MAX_LENGTH) {
            return false;
        }
        String statement = withoutColon(core);
        if (statement.length() == core.length()) {
            return Character.isDigit(core.charAt(0)) && hasDate(core) && endsWithAddress(statement);
        }
        return endsWithOne(statement, WROTE)
                || containsWord(statement, WROTE_BEFORE_NAME)
                || endsWithAddress(statement)
                || (hasDate(core) && hasTime(core));
    }

    /** Whether a line of text may be the first of an attribution that goes on in the next ones. */
    static boolean mayBeginAttribution(String line) {
        String core = withoutDecoration(line);
        return !core.isEmpty()
                && core.length() <= MAX_LENGTH
                && ((opens(core) && containsDigit(core))
                        || Character.isDigit(core.charAt(0))
                        || core.indexOf('@') >= 0
                        || core.indexOf('<') >= 0);
    }

    /** Where in a line of text an attribution begins that was glued to it; -1 where none does. */
    static int attributionWithin(String line) {
        if (line.length() > 2 * MAX_LENGTH) {
            return -1;
        }
        for (int at = line.indexOf("On ", 1); at > 0; at = line.indexOf("On ", at + 1)) {
            char before = line.charAt(at - 1);
            boolean apart = before == ' ' || before == '-';
            if (apart && !withoutDecoration(line.substring(0, at)).isEmpty() && isAttribution(line.substring(at))) {
                return at;
            }
        }
        return -1;
    }

    /** Whether the line says that another mail follows. */
    static boolean announcesOtherMail(String line) {
        String text = HeaderText.shorten(line.strip(), 200);
        String words = lower(withoutEdges(text, "-_=*–—‐−> "));
        if (isTitle(text) && (OTHER_MAIL.stream().anyMatch(words::startsWith) || words.equals("original"))) {
            return true;
        }

        String title = withoutColon(words);
        return title.length() < words.length() && OTHER_MAIL_LINES.contains(title);
    }

    /** ">>> Jane <jane@example.com> 05/03/2024 09:15 >>>": GroupWise, which does not mark what is below. */
    static boolean isBetweenMarks(String line) {
        String text = HeaderText.shorten(line.strip(), MAX_LENGTH);
        return text.startsWith(">>> ") && text.endsWith(" >>>") && hasDate(text);
    }

    /** Whether the line is a title set between or behind dashes or the like. */
    static boolean isTitle(String line) {
        String text = line.strip();
        return text.length() > 4 && "-_=–—‐−*".indexOf(text.charAt(0)) >= 0 && text.charAt(1) == text.charAt(0);
    }

    static boolean asksToReplyAbove(String line) {
        if (line.length() > 200) {
            return false;
        }
        String text = lower(line);
        return REPLY_ABOVE.stream().anyMatch(text::contains);
    }

    /** Whether the lines from there on show the header of another mail. */
    static boolean isHeaderBlock(List<String> lines, int start) {
        Set<Label> seen = EnumSet.noneOf(Label.class);
        boolean address = false;
        int others = 0;
        for (int i = start; i < lines.size() && i < start + 16 && others < 2; i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty()) {
                continue;
            }
            Label label = label(line);
            if (label == null) {
                others++; // an address list or a subject that goes on
                continue;
            }
            others = 0;
            seen.add(label);
            address |= line.indexOf('@') >= 0;
        }
        // "From", "To" and "Date" alone may as well be somebody's journey.
        return address ? seen.size() >= 2 : seen.size() >= 3 && seen.contains(Label.SUBJECT);
    }

    /** Which header field of a quoted mail the line shows, or null. */
    static @Nullable Label label(String line) {
        int start = 0;
        while (start < line.length() && "*_> \t\u00a0".indexOf(line.charAt(start)) >= 0) {
            start++;
        }
        for (int i = start; i < line.length() && i < start + 32; i++) {
            char c = line.charAt(i);
            if (c == ':' || c == '：') {
                return LABELS.get(lower(withoutEdges(line.substring(start, i), "*_ \u00a0")));
            }
        }
        return null;
    }

    /**
     * A label within a line.
     *
     * @param start where it begins
     */
    record LabelPlace(Label label, int start) {}

    /** The label whose colon that is; also one that was glued to what stands before it. */
    static Optional<LabelPlace> labelBefore(String line, int colon) {
        int end = colon;
        while (end > 0 && " *_\u00a0".indexOf(line.charAt(end - 1)) >= 0) {
            end--;
        }
        for (int start = Math.max(0, end - MAX_LABEL); start < end; start++) {
            Label label = LABELS.get(lower(line.substring(start, end)));
            if (label != null && standsApart(line, start, end, label)) {
                return Optional.of(new LabelPlace(label, start));
            }
        }
        return Optional.empty();
    }

    private static boolean standsApart(String line, int start, int end, Label label) {
        boolean first = withoutEdges(line.substring(0, start), "*_ \u00a0").isEmpty();
        char before = start == 0 ? ' ' : line.charAt(start - 1);
        if (first || isIdeograph(line.charAt(start))) {
            return first || !Character.isLetter(before);
        }
        // "… 09:26:50 CETSubject: …": what Yahoo makes of a table.
        boolean glued = Character.isLetter(before) && label == Label.SUBJECT && end - start > 3;
        return Character.isUpperCase(line.charAt(start)) && (glued || !Character.isLetter(before));
    }

    /** Whether the line is the title that a program sets above a mail that it forwards. */
    static boolean isForwardTitle(String line) {
        String text = HeaderText.shorten(line.strip(), 200);
        String whole = lower(withoutEdges(text, "-_=*–—‐−> \u00a0"));
        // Yahoo sets the header behind it.
        int closing = whole.indexOf(" --");
        String words = closing > 0 ? whole.substring(0, closing) : whole;
        boolean colon = withoutColon(words).length() < words.length();
        return words.length() <= MAX_TITLE
                && (isTitle(withoutEdges(text, "> ")) || colon)
                && FORWARDED.stream().anyMatch(words::contains);
    }

    /** Whether the line is the title that a program sets above a mail, whether forwarded or answered. */
    static boolean isOtherTitle(String line) {
        return announcesOtherMail(line) || isForwardTitle(line);
    }

    /** What stands behind a title in its own line; empty where nothing does. */
    static String behindTitle(String line) {
        String text = HeaderText.shorten(line, 8_000);
        for (int i = 0; i + 2 < text.length(); i++) {
            boolean dashes = text.charAt(i) == '-' && text.charAt(i + 1) == '-' && text.charAt(i + 2) == ' ';
            if (dashes && i > 8 && text.indexOf(':', i) > 0) {
                return text.substring(i + 2).strip();
            }
        }
        return "";
    }

    /** Whether a phone or a program signs there. */
    static boolean isSentFrom(String line) {
        return isSent(line, SENT_FROM);
    }

    /** The same in words that people use too. */
    static boolean isSentBy(String line) {
        return isSent(line, SENT_BY)
                && ".!?".indexOf(line.strip().charAt(line.strip().length() - 1)) < 0;
    }

    private static boolean isSent(String line, List<String> beginnings) {
        String text = line.strip();
        if (text.length() > 160) {
            return false;
        }
        String words = lower(withoutEdges(text, "-–—*_([<|• "));
        return beginnings.stream().anyMatch(words::startsWith);
    }

    static boolean beginsNotice(String line) {
        String words = lower(withoutEdges(HeaderText.shorten(line.strip(), 200), "-–—*_([<|=# "));
        return NOTICES.stream().anyMatch(words::startsWith);
    }

    private static String withoutDecoration(String line) {
        return HeaderText.shorten(withoutEdges(HeaderText.clean(line), "-–—_*=>| \u00a0\u200e\u200f"), MAX_LENGTH + 1);
    }

    private static String withoutColon(String text) {
        boolean colon = text.endsWith(":") || text.endsWith("：");
        return colon ? text.substring(0, text.length() - 1).strip() : text;
    }

    private static String withoutEdges(String text, String characters) {
        int start = 0;
        int end = text.length();
        while (start < end && characters.indexOf(text.charAt(start)) >= 0) {
            start++;
        }
        // An address may end in the same sign as a decoration.
        while (end > start && characters.indexOf(text.charAt(end - 1)) >= 0 && text.charAt(end - 1) != '>') {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean opens(String text) {
        int end = 0;
        while (end < text.length() && end < 16 && " .,\u00a0".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        String first = lower(text.substring(0, end));
        return OPENERS.contains(first) || (!first.isEmpty() && "在於于".indexOf(first.charAt(0)) >= 0);
    }

    private static boolean endsWithOne(String text, List<String> words) {
        String end = lower(text.substring(Math.max(0, text.length() - 40)));
        for (String word : words) {
            if (end.endsWith(word)) {
                int before = end.length() - word.length() - 1;
                if (before < 0 || !Character.isLetter(end.charAt(before)) || isIdeograph(word.charAt(0))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isIdeograph(char c) {
        return c >= '\u2e80';
    }

    private static boolean containsWord(String text, Set<String> words) {
        for (String word : lower(text).split("[ ,:]", -1)) {
            if (words.contains(word)) {
                return true;
            }
        }
        return false;
    }

    private static boolean endsWithAddress(String text) {
        int at = text.lastIndexOf('@');
        return at >= 0 && (text.endsWith(">") || text.endsWith(")") || text.indexOf(' ', at) < 0);
    }

    /** A year, or two numbers with a sign of dates between them. */
    private static boolean hasDate(String text) {
        return hasYear(text) || hasPair(text, "./-:");
    }

    private static boolean hasTimeOrYear(String text) {
        return hasYear(text) || hasTime(text);
    }

    private static boolean hasYear(String text) {
        int run = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i < text.length() && Character.isDigit(text.charAt(i))) {
                run++;
            } else if (run == 4 && (text.startsWith("19", i - 4) || text.startsWith("20", i - 4))) {
                return true;
            } else {
                run = 0;
            }
        }
        return false;
    }

    /** Whether there are one or two digits with one of the signs behind them and a digit behind that. */
    private static boolean hasPair(String text, String signs) {
        for (int i = 1; i + 1 < text.length(); i++) {
            if (signs.indexOf(text.charAt(i)) >= 0
                    && Character.isDigit(text.charAt(i - 1))
                    && Character.isDigit(text.charAt(i + 1))
                    && (i < 3 || !Character.isDigit(text.charAt(i - 3)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasTime(String text) {
        for (int i = text.indexOf(':'); i > 0 && i + 2 < text.length(); i = text.indexOf(':', i + 1)) {
            if (Character.isDigit(text.charAt(i - 1))
                    && Character.isDigit(text.charAt(i + 1))
                    && Character.isDigit(text.charAt(i + 2))) {
                return true;
            }
        }
        return false;
    }

    private static boolean containsDigit(String text) {
        return text.chars().anyMatch(Character::isDigit);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT)
                .replace('\u2019', '\'')
                .replace('\u00a0', ' ')
                .replace("i\u0307", "i");
    }

    private static Map<String, Label> labels() {
        Map<String, Label> labels = new HashMap<>();
        for (Label label : Label.values()) {
            String section = "label-" + label.name().toLowerCase(Locale.ROOT).replace('_', '-');
            WORDS.list(section).forEach(word -> labels.put(word, label));
        }
        return Map.copyOf(labels);
    }
}
