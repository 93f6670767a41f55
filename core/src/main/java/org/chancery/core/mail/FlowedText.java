package org.chancery.core.mail;

/** Joins the lines of {@code format=flowed} text into paragraphs (RFC 3676 §4.1, §4.4). */
final class FlowedText {
    private FlowedText() {}

    /**
     * The text with whole paragraphs as lines; quoted ones keep their {@code >} marks.
     *
     * @param delSp whether the space at a flowed line's end is not part of the text
     */
    static String unwrap(String text, boolean delSp) {
        StringBuilder out = new StringBuilder(text.length());
        int openDepth = -1; // quote depth of the paragraph still open, -1 for none
        for (int start = 0; start < text.length(); ) {
            int end = text.indexOf('\n', start);
            if (end < 0) {
                end = text.length();
            }
            int depth = quoteDepth(text, start, end);
            int content = start + depth;
            if (content < end && text.charAt(content) == ' ') {
                content++; // RFC 3676 §4.4: space-stuffed
            }
            boolean isSignature = text.regionMatches(content, "-- ", 0, 3) && end - content == 3;
            boolean joins = openDepth == depth && !isSignature;
            if (openDepth >= 0 && !joins) {
                out.append('\n');
            }
            if (!joins) {
                out.append(">".repeat(Math.min(depth, 100))).append(depth > 0 ? " " : "");
            }
            boolean flowed = content < end && text.charAt(end - 1) == ' ' && !isSignature;
            out.append(text, content, flowed && delSp ? end - 1 : end);
            if (flowed) {
                openDepth = depth;
            } else {
                openDepth = -1;
                out.append('\n');
            }
            start = end + 1;
        }
        return out.toString();
    }

    private static int quoteDepth(String text, int start, int end) {
        int depth = 0;
        while (start + depth < end && text.charAt(start + depth) == '>') {
            depth++;
        }
        return depth;
    }
}
