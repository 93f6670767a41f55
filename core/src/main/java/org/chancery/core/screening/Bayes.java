package org.chancery.core.screening;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.screening.LessonRepository.Counts;

/**
 * Likeness to mail that people accepted and rejected. Each token's probability is Robinson's: what was met seldom says little; the
 * strongest are combined by Fisher's chi-square test, once for spam and once for ham, so that a mail with strong signs of both comes out
 * in the middle (Robinson, "A statistical approach to the spam problem", 2003).
 */
final class Bayes {
    /** Below these many lessons of either kind nothing is said: likeness to four mails is chance. */
    static final int MIN_LESSONS = 5;
    /** From these many of either kind on the weight is full; before, it grows with them. */
    static final int FULL_LESSONS = 20;

    /** Robinson's s and x: how much a token that was never met counts, and for what. */
    private static final double STRENGTH = 1.0;

    private static final double NEUTRAL = 0.5;
    /** What is nearer to neutral than this says nothing. */
    private static final double MIN_DEVIATION = 0.1;

    /** Fewer words than these could be in any mail. */
    private static final int MIN_EVIDENCE = 4;

    private static final int MAX_EVIDENCE = 150;
    private static final int SHOWN = 6;

    private Bayes() {}

    private record Evidence(String token, double probability) {
        double deviation() {
            return Math.abs(probability - NEUTRAL);
        }
    }

    /**
     * What the lessons say about a mail; empty where they are too few, or say nothing.
     *
     * @param tokens the mail's hashes and what they stand for
     * @param met how often each was met
     * @param mails how many mails were learned
     */
    static Optional<Signal> judge(Map<Long, String> tokens, Map<Long, Counts> met, Counts mails) {
        int fewer = Math.min(mails.ham(), mails.spam());
        if (fewer < MIN_LESSONS) {
            return Optional.empty();
        }
        List<Evidence> evidence = evidence(tokens, met, mails);
        if (evidence.size() < MIN_EVIDENCE) {
            return Optional.empty();
        }
        double spam = spam(evidence);
        double deviation = spam - NEUTRAL;
        if (Math.abs(deviation) < MIN_DEVIATION) {
            return Optional.empty();
        }
        double full = deviation > 0 ? SpamSign.BAYES.weight() : -SpamSign.BAYES_HAM.weight();
        double ripe = Math.min(1.0, (double) fewer / FULL_LESSONS);
        double score = Math.round(full * 2 * deviation * ripe * 100) / 100.0;
        return Optional.of(new Signal(SpamSign.BAYES.text(), score, detail(evidence, deviation > 0, mails)));
    }

    private static List<Evidence> evidence(Map<Long, String> tokens, Map<Long, Counts> met, Counts mails) {
        List<Evidence> evidence = new ArrayList<>();
        met.forEach((hash, counts) -> {
            String token = tokens.get(hash);
            if (token != null) {
                Evidence one = new Evidence(token, probability(counts, mails));
                if (one.deviation() >= MIN_DEVIATION) {
                    evidence.add(one);
                }
            }
        });
        evidence.sort(Comparator.comparingDouble(Evidence::deviation).reversed().thenComparing(Evidence::token));
        return evidence.subList(0, Math.min(MAX_EVIDENCE, evidence.size()));
    }

    /** How likely a mail with this token is spam. */
    private static double probability(Counts counts, Counts mails) {
        double inSpam = (double) counts.spam() / mails.spam();
        double inHam = (double) counts.ham() / mails.ham();
        int times = counts.spam() + counts.ham();
        double met = inSpam + inHam == 0 ? NEUTRAL : inSpam / (inSpam + inHam);
        return (STRENGTH * NEUTRAL + times * met) / (STRENGTH + times);
    }

    private static double spam(List<Evidence> evidence) {
        double spamLogs = 0;
        double hamLogs = 0;
        for (Evidence one : evidence) {
            spamLogs += Math.log(1 - one.probability());
            hamLogs += Math.log(one.probability());
        }
        double spamminess = 1 - chiSquare(-2 * spamLogs, evidence.size());
        double hamminess = 1 - chiSquare(-2 * hamLogs, evidence.size());
        return (1 + spamminess - hamminess) / 2;
    }

    /** The probability that a chi-square with twice as many degrees of freedom is at least that. */
    private static double chiSquare(double value, int halfDegrees) {
        double half = value / 2;
        double term = Math.exp(-half);
        double sum = term;
        for (int i = 1; i < halfDegrees; i++) {
            term *= half / i;
            sum += term;
        }
        return Math.min(1.0, sum);
    }

    private static String detail(List<Evidence> evidence, boolean isSpam, Counts mails) {
        List<String> strongest = evidence.stream()
                .filter(one -> one.probability() > NEUTRAL == isSpam)
                .limit(SHOWN)
                .map(one -> '"' + one.token() + '"')
                .toList();
        return "like mail that was " + (isSpam ? "rejected" : "accepted") + ": " + String.join(", ", strongest) + " ("
                + mails.ham() + " accepted and " + mails.spam() + " rejected mails were learned)";
    }
}
