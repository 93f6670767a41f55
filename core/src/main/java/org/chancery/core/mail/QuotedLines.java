package org.chancery.core.mail;

import java.util.List;

/** The lines of a text and what they are of other mails, as several rules ask; each line is looked at once. */
final class QuotedLines {
    /** More lines than anybody writes; those behind are left out. */
    private static final int MAX_LINES = 20_000;
    /** Lines over which mail programs break one attribution, an empty one between them included. */
    private static final int MAX_ATTRIBUTION_LINES = 6;
    /** A quoted line as long as this may have been broken on its way. */
    private static final int BROKEN_LINE = 60;

    private final List<String> lines;
    /** What was found out about a line, as several others may ask; 0 where nobody asked, else the answer and one. */
    private final int[] attributions;

    private final byte[] ends;

    QuotedLines(String text) {
        // Some programs begin their text with a byte order mark.
        this.lines = (text.startsWith("\ufeff") ? text.substring(1) : text)
                .lines()
                .limit(MAX_LINES)
                .toList();
        this.attributions = new int[lines.size()];
        this.ends = new byte[lines.size()];
    }

    List<String> lines() {
        return lines;
    }

    int size() {
        return lines.size();
    }

    String get(int at) {
        return lines.get(at);
    }

    /** Whether everything from there on is another mail. */
    boolean endsHere(int at) {
        if (ends[at] == 0) {
            ends[at] = (byte) (beginsOtherMail(at) ? 2 : 1);
        }
        return ends[at] == 2;
    }

    private boolean beginsOtherMail(int at) {
        String line = lines.get(at);
        if (QuotationMarks.announcesOtherMail(line) || QuotationMarks.asksToReplyAbove(line)) {
            return true;
        }
        if (isRule(line) || QuotationMarks.isTitle(line) || QuotationMarks.isForwardTitle(line)) {
            int below = nextText(at + 1);
            return below < lines.size() && isHeaderBlock(below);
        }
        return isHeaderBlock(at);
    }

    private boolean isHeaderBlock(int at) {
        return QuotationMarks.label(lines.get(at)) != null && QuotationMarks.isHeaderBlock(lines, at);
    }

    /** How many lines the attribution has that begins there; 0 where none does. */
    int attributionLength(int at) {
        if (attributions[at] == 0) {
            attributions[at] = 1 + findAttribution(at);
        }
        return attributions[at] - 1;
    }

    private int findAttribution(int at) {
        String first = lines.get(at);
        if (QuotationMarks.isAttribution(first)) {
            return 1;
        }
        boolean mayGoOn = QuotationMarks.mayBeginAttribution(first);
        StringBuilder joined = new StringBuilder(first.strip());
        int blank = 0;
        for (int length = 1; length <= MAX_ATTRIBUTION_LINES; length++) {
            int behind = nextText(at + length);
            if (length <= 3
                    && behind < lines.size()
                    && isQuoted(behind)
                    && QuotationMarks.isLooseAttribution(joined.toString())) {
                return length;
            }
            if (!mayGoOn || at + length >= lines.size() || joined.length() > QuotationMarks.MAX_LENGTH) {
                return 0;
            }
            String next = lines.get(at + length);
            // One that begins further down is none that began here.
            if ((next.isBlank() && ++blank > 1) || QuotationMarks.isAttribution(next)) {
                return 0;
            }
            joined.append(' ').append(next.strip());
            if (QuotationMarks.isAttribution(joined.toString())) {
                return length + 1;
            }
        }
        return 0;
    }

    int nextText(int at) {
        int next = at;
        while (next < lines.size() && next < at + 10 && lines.get(next).isBlank()) {
            next++;
        }
        return next;
    }

    boolean isQuoted(int at) {
        String line = lines.get(at).stripLeading();
        if (line.startsWith(">")) {
            return true;
        }
        // "JD> text", as some programs quote: one line alone could be anything.
        String mark = initials(line);
        return !mark.isEmpty() && (hasMark(at - 1, mark) || hasMark(at + 1, mark));
    }

    private boolean hasMark(int at, String mark) {
        return at >= 0
                && at < lines.size()
                && initials(lines.get(at).stripLeading()).equals(mark);
    }

    private static String initials(String line) {
        int end = 0;
        while (end < line.length() && end < 4 && Character.isLetter(line.charAt(end))) {
            end++;
        }
        return end > 0 && end < line.length() && line.charAt(end) == '>' ? line.substring(0, end + 1) : "";
    }

    /** Whether the line is the rest of a long quoted one that was broken on the way. */
    boolean isBrokenQuotation(int at) {
        if (at == 0 || at + 1 >= lines.size() || !isQuoted(at - 1) || !isQuoted(at + 1)) {
            return false;
        }
        String before = lines.get(at - 1).stripTrailing();
        return before.length() >= BROKEN_LINE
                && !before.endsWith("?")
                && Character.isLowerCase(lines.get(at).stripLeading().charAt(0));
    }

    /** A line of underscores or long dashes. */
    static boolean isRule(String line) {
        String bare = line.strip();
        return bare.length() >= 3
                && "_—–".indexOf(bare.charAt(0)) >= 0
                && (bare.length() >= 5 || bare.charAt(0) != '_')
                && bare.chars().allMatch(c -> c == bare.charAt(0));
    }

    /** Whether there is an empty line, or none at all. */
    boolean isBlank(int at) {
        return at < 0 || at >= lines.size() || lines.get(at).isBlank();
    }
}
