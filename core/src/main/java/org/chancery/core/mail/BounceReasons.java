package org.chancery.core.mail;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.core.mail.DeliveryReport.Meaning;
import org.jspecify.annotations.Nullable;

/**
 * What the words of a refusal mean; kept in {@code bounce-reasons.txt}. Codes alone mislead: servers answer {@code 550}
 * and {@code 5.1.1} to spam, to full mailboxes and to strangers' addresses alike, so words go before them.
 */
final class BounceReasons {
    private static final WordLists WORDS = WordLists.read("bounce-reasons.txt");
    private static final List<String> NOT_GONE = WORDS.list("not-gone");
    private static final List<String> GONE = WORDS.list("gone");
    private static final List<String> GONE_WHENEVER = WORDS.list("gone-whenever");
    private static final List<String> GONE_AT_END = WORDS.list("gone-at-end");
    private static final List<String> OTHER = WORDS.list("other");
    private static final List<String> AT_MAIL = WORDS.list("at-mail");
    private static final List<String> AT_RCPT = WORDS.list("at-rcpt");
    private static final List<String> AT_DATA = WORDS.list("at-data");
    private static final List<String> DELIVERY = WORDS.list("delivery");
    private static final List<String> DELAY = WORDS.list("delay");
    private static final List<String> ORIGINAL = WORDS.list("original");

    private static final Pattern STATUS = Pattern.compile("(?<![\\d.])([245]\\.\\d{1,3}\\.\\d{1,3})(?![\\d.]\\d)");
    /** RFC 3463 §3.2: bad destination mailbox, host, syntax; mailbox moved; RFC 7505: no mail here at all. */
    private static final List<String> GONE_STATUS = List.of("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10");
    /** Full, too long, refused for what it is. */
    private static final List<String> OTHER_STATUS = List.of("5.2.2", "5.2.3", "5.3.4", "5.7.26", "5.7.25", "5.7.9");

    private static final int MAX_WORDS = 16_000;

    private BounceReasons() {}

    /** A status field's code, or null. */
    static @Nullable String status(String value) {
        Matcher code = STATUS.matcher(HeaderText.shorten(value, 100));
        return code.find() ? code.group(1) : null;
    }

    /** The first code that says more than the one known. */
    static @Nullable String statusIn(String words, @Nullable String known) {
        Matcher code = STATUS.matcher(HeaderText.shorten(words, MAX_WORDS));
        while (code.find()) {
            if (!code.group(1).endsWith(".0.0")) {
                return code.group(1);
            }
        }
        return known;
    }

    /**
     * What there is to go by.
     *
     * @param words the refusal
     * @param prose the whole report, where it is about this refusal only; it may tell which command was refused
     */
    record Said(String words, String prose) {}

    static Meaning meaning(@Nullable String status, Said said) {
        String code = status == null ? "" : status;
        if (code.startsWith("4.") || code.startsWith("2.") || OTHER_STATUS.contains(code)) {
            return Meaning.OTHER;
        }
        String words = plain(said.words());
        String prose = plain(said.prose());
        if (containsOne(words, NOT_GONE) || containsOne(prose, AT_MAIL)) {
            return Meaning.OTHER;
        }
        if (containsOne(words, GONE_WHENEVER)) {
            return Meaning.GONE;
        }
        // RFC 3463 §3.3: X.2.X is the status of a mailbox that exists. And who refuses a recipient only after the data
        // has
        // mostly filtered the mail, whatever words it has for that.
        boolean exists = code.startsWith("5.2.") && !containsOne(prose, AT_RCPT);
        boolean filtered = containsOne(prose, AT_DATA) && !code.startsWith("5.1.");
        if (exists || filtered) {
            return Meaning.OTHER;
        }
        if (containsOne(words, GONE) || GONE_AT_END.stream().anyMatch(words.strip()::endsWith)) {
            return Meaning.GONE;
        }
        if (containsOne(words, OTHER)) {
            return Meaning.OTHER;
        }
        return GONE_STATUS.contains(code) ? Meaning.GONE : Meaning.OTHER;
    }

    /** Whether prose says that a mail was not delivered, or why. */
    static boolean speaksOfRefusal(String prose) {
        String words = plain(prose);
        return containsOne(words, DELIVERY) || containsOne(words, GONE);
    }

    static boolean speaksOfDelay(String prose, String subject) {
        return containsOne(plain(subject), DELAY) || containsOne(plain(HeaderText.shorten(prose, 4_000)), DELAY);
    }

    /** Whether the line says that the returned mail follows. */
    static boolean announcesOriginal(String line) {
        return line.length() < 200 && containsOne(plain(line), ORIGINAL);
    }

    private static boolean containsOne(String text, List<String> words) {
        return words.stream().anyMatch(text::contains);
    }

    private static String plain(String text) {
        return HeaderText.shorten(text, MAX_WORDS)
                .toLowerCase(Locale.ROOT)
                .replace('\u2019', '\'')
                .replaceAll("\\s+(?:[45]\\d\\d[- ])?\\s*", " ");
    }
}
