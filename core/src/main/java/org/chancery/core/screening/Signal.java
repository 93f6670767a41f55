package org.chancery.core.screening;

import org.chancery.core.mail.HeaderText;

/**
 * One thing that speaks for or against a mail, as people are shown it.
 *
 * @param name which sign it is: words with underscores, the same for every mail that has it; ours are in lower case, those of Rspamd
 *     as it writes its symbols
 * @param score its weight, on the scale on which 5 is "probably spam" and 15 "certainly"; below zero where it speaks for the mail
 * @param detail what exactly was found, for people; may quote the mail, and is one line of at most {@link #MAX_DETAIL} characters
 */
public record Signal(String name, double score, String detail) {
    /** Long enough for a host name (253) and the words around it. */
    public static final int MAX_DETAIL = 400;

    public Signal {
        if (!isName(name)) {
            throw new IllegalArgumentException("no name of a signal: " + name);
        }
        if (!Double.isFinite(score)) {
            throw new IllegalArgumentException("signal " + name + " without a weight: " + score);
        }
        detail = HeaderText.plain(detail, MAX_DETAIL);
    }

    /** The weights of all of them together. */
    public static double sum(Iterable<Signal> signals) {
        double sum = 0;
        for (Signal signal : signals) {
            sum += signal.score;
        }
        return sum;
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && name.length() <= 64
                && name.chars()
                        .allMatch(c ->
                                (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_');
    }
}
