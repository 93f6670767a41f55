package org.chancery.core.screening;

import java.util.Comparator;
import java.util.List;

/**
 * How much a mail looks like spam to one recipient, and what makes it look so.
 *
 * @param score on the scale on which 5 is "probably spam" and 15 "certainly", to two digits; below zero where much speaks for the mail
 * @param signals what it is made of, what weighs most first
 * @param isKnown false where the score could not be found out, and the mail is to be held until a person has looked
 */
public record SpamScore(double score, List<Signal> signals, boolean isKnown) {
    /** The signal of a mail whose score could not be found out. */
    public static final String UNKNOWN = "spam_score_unknown";

    public SpamScore {
        signals = signals.stream()
                .sorted(Comparator.comparingDouble((Signal signal) -> -Math.abs(signal.score())))
                .toList();
        score = Math.round(score * 100) / 100.0;
    }

    /** The sum of what was found. */
    public static SpamScore of(List<Signal> signals) {
        return new SpamScore(Signal.sum(signals), signals, true);
    }

    /** Nobody could say. */
    public static SpamScore unknown(String why) {
        return new SpamScore(0, List.of(new Signal(UNKNOWN, 0, why)), false);
    }

    /** Whether a mailbox that takes mail below this score keeps it for a person first. */
    public boolean reaches(double spamScoreMax) {
        return !isKnown || score >= spamScoreMax;
    }
}
