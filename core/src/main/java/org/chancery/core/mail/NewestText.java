package org.chancery.core.mail;

import java.util.ArrayList;
import java.util.List;

/**
 * What the writer of a mail wrote anew: without the mails quoted below, above or between, and without signatures and
 * notices.
 *
 * <p>Goes through the lines once and looks a few lines ahead. In doubt a text counts as quoted: a decision overlooked
 * costs a click, one taken from someone else's words is an error.
 */
public final class NewestText {
    /** More lines than anybody writes; those behind are left out. */
    private static final int MAX_LINES = 20_000;
    /** Lines over which mail programs break one attribution, an empty one between them included. */
    private static final int MAX_ATTRIBUTION_LINES = 6;
    /** More than this below a line of underscores is no signature. */
    private static final int MAX_SIGNATURE_LINES = 15;
    /** Names, numbers and addresses are no longer. */
    private static final int MAX_SIGNATURE_LINE = 60;
    /** A quoted line as long as this may have been broken on its way. */
    private static final int BROKEN_LINE = 60;

    private final List<String> lines;
    private final boolean keepSignature;
    private final List<String> kept = new ArrayList<>();
    private boolean anythingKept;
    /** What was found out about a line, as several others may ask; 0 where nobody asked, else the answer and one. */
    private final int[] attributions;

    private final byte[] ends;

    private NewestText(String text, boolean keepSignature) {
        this.lines = text.lines().limit(MAX_LINES).toList();
        this.keepSignature = keepSignature;
        this.attributions = new int[lines.size()];
        this.ends = new byte[lines.size()];
    }

    /** The new text of a mail's plain text, or of its HTML turned into text. */
    public static String of(String text) {
        return new NewestText(text, false).run();
    }

    /** The same with the writer's signature. */
    public static String withSignature(String text) {
        return new NewestText(text, true).run();
    }

    private String run() {
        int at = 0;
        while (at < lines.size()) {
            int next = step(at);
            if (next < 0) {
                break;
            }
            at = next;
        }
        return String.join("\n", kept).replaceAll("\n{3,}", "\n\n").strip();
    }

    /** Takes or leaves the line there, and answers where to go on; -1 where nothing new follows. */
    private int step(int at) {
        String line = lines.get(at);
        if (line.isBlank()) {
            kept.add("");
            return at + 1;
        }
        if (isQuoted(at) || isBrokenQuotation(at)) {
            return at + 1;
        }
        int glued = QuotationMarks.attributionWithin(line);
        if (glued > 0) {
            kept.add(line.substring(0, glued).replaceAll("-+\\s*$", ""));
            int below = nextText(at + 1);
            return below < lines.size() && isQuoted(below) ? below : -1;
        }
        int attribution = attributionLength(at);
        if (attribution > 0) {
            int below = nextText(at + attribution);
            return below < lines.size() && isQuoted(below) ? below : -1;
        }
        if (endsHere(at)) {
            return -1;
        }
        if (!keepSignature && isSignature(at)) {
            return -1;
        }
        kept.add(line.stripTrailing());
        anythingKept = true;
        return at + 1;
    }

    /** Whether everything from there on is another mail. */
    private boolean endsHere(int at) {
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
        if (isRule(line) || QuotationMarks.isTitle(line)) {
            int below = nextText(at + 1);
            return below < lines.size() && isHeaderBlock(below);
        }
        return isHeaderBlock(at);
    }

    private boolean isHeaderBlock(int at) {
        return QuotationMarks.label(lines.get(at)) != null && QuotationMarks.isHeaderBlock(lines, at);
    }

    /** How many lines the attribution has that begins there; 0 where none does. */
    private int attributionLength(int at) {
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

    private int nextText(int at) {
        int next = at;
        while (next < lines.size() && next < at + 10 && lines.get(next).isBlank()) {
            next++;
        }
        return next;
    }

    private boolean isQuoted(int at) {
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
    private boolean isBrokenQuotation(int at) {
        if (at == 0 || at + 1 >= lines.size() || !isQuoted(at - 1) || !isQuoted(at + 1)) {
            return false;
        }
        String before = lines.get(at - 1).stripTrailing();
        return before.length() >= BROKEN_LINE
                && !before.endsWith("?")
                && Character.isLowerCase(lines.get(at).stripLeading().charAt(0));
    }

    private boolean isSignature(int at) {
        String line = lines.get(at);
        String bare = line.strip();
        // RFC 3676 §4.3 has a space behind it, which gets lost.
        if (bare.equals("--")) {
            return true;
        }
        if (QuotationMarks.isSentFrom(line)) {
            return isBlank(at - 1) || isBlank(at + 1);
        }
        if (QuotationMarks.isSentBy(line)) {
            return isBlank(at - 1) && isBlank(at + 1);
        }
        if (isRule(line) || bare.equals("—") || bare.equals("–")) {
            return isNearEnd(at);
        }
        // With hyphens people also rule their own text: under headings, between paragraphs of it.
        if (bare.length() >= 4 && bare.chars().allMatch(c -> c == '-')) {
            return isParagraph(at) && isNearEnd(at) && areShort(at + 1);
        }
        return isParagraph(at) && QuotationMarks.beginsNotice(line);
    }

    // A line of underscores or long dashes.
    private static boolean isRule(String line) {
        String bare = line.strip();
        return bare.length() >= 3
                && "_—–".indexOf(bare.charAt(0)) >= 0
                && (bare.length() >= 5 || bare.charAt(0) != '_')
                && bare.chars().allMatch(c -> c == bare.charAt(0));
    }

    private boolean isNearEnd(int at) {
        int below = 0;
        for (int i = at + 1; i < lines.size() && below <= MAX_SIGNATURE_LINES; i++) {
            if (isQuoted(i) || attributionLength(i) > 0 || endsHere(i)) {
                break;
            }
            below += lines.get(i).isBlank() ? 0 : 1;
        }
        return below <= MAX_SIGNATURE_LINES;
    }

    private boolean areShort(int from) {
        return lines.subList(from, lines.size()).stream().allMatch(line -> line.length() <= MAX_SIGNATURE_LINE);
    }

    /** Whether a paragraph begins there that is not the first. */
    private boolean isParagraph(int at) {
        return isBlank(at - 1) && anythingKept;
    }

    /** Whether there is an empty line, or none at all. */
    private boolean isBlank(int at) {
        return at < 0 || at >= lines.size() || lines.get(at).isBlank();
    }
}
