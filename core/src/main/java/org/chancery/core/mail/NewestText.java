package org.chancery.core.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What the writer of a mail wrote anew: without the mails quoted below, above or between, and without signatures and
 * notices.
 *
 * <p>Goes through the lines once and looks a few lines ahead. In doubt a text counts as quoted: a decision overlooked
 * costs a click, one taken from someone else's words is an error.
 */
public final class NewestText {
    /** More than this below a line of underscores is no signature. */
    private static final int MAX_SIGNATURE_LINES = 15;
    /** Names, numbers and addresses are no longer. */
    private static final int MAX_SIGNATURE_LINE = 60;

    private static final Pattern SIGNED =
            Pattern.compile("(?:-|[-–—~]{2,3} ?|[–—~] ?)\\p{Lu}[\\p{L}.'’-]*(?: \\p{Lu}[\\p{L}.'’-]*){0,2}[.,!]?");

    private static final int MAX_SIGNED_NAME = 40;
    /** Below a name stand a title, a company, and what a phone signs with. */
    private static final int MAX_BELOW_NAME = 4;

    /** What becomes of the writer's own signature and of lawyers' notices. */
    public enum Signature {
        LEFT_OUT,
        KEPT
    }

    private final QuotedLines lines;
    private final Signature signature;
    private final List<String> kept = new ArrayList<>();
    private boolean anythingKept;

    private NewestText(String text, Signature signature) {
        this.lines = new QuotedLines(text);
        this.signature = signature;
    }

    /** The new text of a mail: of its HTML where it has no other text, as HTML says better what is quoted. */
    public static String of(MessageContent content) {
        return of(content, Signature.LEFT_OUT);
    }

    public static String of(MessageContent content, Signature signature) {
        String html = content.html();
        return content.isHtmlOnly() && html != null ? ofHtml(html, signature) : of(content.text(), signature);
    }

    /** The new text of plain text. */
    public static String of(String text) {
        return of(text, Signature.LEFT_OUT);
    }

    public static String of(String text, Signature signature) {
        return new NewestText(text, signature).run();
    }

    /** The new text of an HTML document. */
    public static String ofHtml(String html, Signature signature) {
        return of(HtmlText.newest(html, MessageReader.MAX_TEXT, signature), signature);
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
        if (QuotationMarks.isBetweenMarks(line)) {
            return -1;
        }
        if (lines.isQuoted(at) || lines.isBrokenQuotation(at)) {
            return at + 1;
        }
        int glued = QuotationMarks.attributionWithin(line);
        if (glued > 0) {
            kept.add(line.substring(0, glued).replaceAll("-+\\s*$", ""));
            return goOnBelow(at + 1);
        }
        int attribution = lines.attributionLength(at);
        if (attribution > 0) {
            return goOnBelow(at + attribution);
        }
        if (lines.endsHere(at)) {
            return -1;
        }
        if (signature == Signature.LEFT_OUT && isSignature(at)) {
            return -1;
        }
        kept.add(line.stripTrailing());
        anythingKept = true;
        return at + 1;
    }

    /** Where marked quotation follows an attribution, new text may stand below it; what is not marked is all quoted. */
    private int goOnBelow(int at) {
        int below = lines.nextText(at);
        return below < lines.size() && lines.isQuoted(below) ? below : -1;
    }

    private boolean isSignature(int at) {
        String line = lines.get(at);
        String bare = line.strip();
        // RFC 3676 §4.3 has a space behind it, which gets lost.
        if (bare.equals("--")) {
            return true;
        }
        // "-Jane": with a space behind one hyphen it is a list.
        if (isParagraph(at)
                && bare.length() <= MAX_SIGNED_NAME
                && SIGNED.matcher(bare).matches()) {
            return isNearEnd(at, MAX_BELOW_NAME);
        }
        if (QuotationMarks.isSentFrom(line)) {
            return lines.isBlank(at - 1) || lines.isBlank(at + 1);
        }
        if (QuotationMarks.isSentBy(line)) {
            return lines.isBlank(at - 1) && lines.isBlank(at + 1);
        }
        if (QuotedLines.isRule(line) || bare.equals("—") || bare.equals("–")) {
            return isNearEnd(at, MAX_SIGNATURE_LINES);
        }
        // With hyphens people also rule their own text: under headings, between paragraphs of it.
        if (bare.length() >= 4 && bare.chars().allMatch(c -> c == '-')) {
            return isParagraph(at) && isNearEnd(at, MAX_SIGNATURE_LINES) && areShort(at + 1);
        }
        return isParagraph(at) && QuotationMarks.beginsNotice(line);
    }

    /** Whether no more lines than that are below, up to the end or to another mail. */
    private boolean isNearEnd(int at, int most) {
        int below = 0;
        for (int i = at + 1; i < lines.size() && below <= most; i++) {
            if (lines.isQuoted(i) || lines.attributionLength(i) > 0 || lines.endsHere(i)) {
                break;
            }
            below += lines.get(i).isBlank() ? 0 : 1;
        }
        return below <= most;
    }

    private boolean areShort(int from) {
        return lines.lines().subList(from, lines.size()).stream().allMatch(line -> line.length() <= MAX_SIGNATURE_LINE);
    }

    /** Whether a paragraph begins there that is not the first. */
    private boolean isParagraph(int at) {
        return lines.isBlank(at - 1) && anythingKept;
    }
}
