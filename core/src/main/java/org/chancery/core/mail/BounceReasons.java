package org.chancery.core.mail;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.core.mail.BounceCategory.Command;
import org.jspecify.annotations.Nullable;

/**
 * What the words of a refusal mean; kept in {@code bounce-reasons.txt}. Codes alone mislead: servers answer {@code 550}
 * and {@code 5.1.1} to spam, to full mailboxes and to strangers' addresses alike, so words go before them.
 */
final class BounceReasons {
    private static final WordLists WORDS = WordLists.read("bounce-reasons.txt");
    private static final List<String> SOFT = WORDS.list("soft");
    private static final List<String> SPAM_POLICY = WORDS.list("spam-policy");
    private static final List<String> NOT_GONE = WORDS.list("not-gone");
    private static final List<String> GONE = WORDS.list("gone");
    private static final List<String> UNKNOWN_ADDRESS = WORDS.list("unknown");
    private static final List<String> NAMED = WORDS.list("named");
    private static final List<String> CONCLUDED = WORDS.list("concluded");
    private static final List<String> GONE_WHENEVER = WORDS.list("gone-whenever");
    private static final List<String> GONE_AT_END = WORDS.list("gone-at-end");
    private static final List<String> SOFT_PERHAPS = WORDS.list("soft-perhaps");
    private static final List<String> SPAM_POLICY_PERHAPS = WORDS.list("spam-policy-perhaps");
    private static final List<String> OTHER = WORDS.list("other");
    private static final List<String> AT_MAIL = WORDS.list("at-mail");
    private static final List<String> AT_RCPT = WORDS.list("at-rcpt");
    private static final List<String> AT_DATA = WORDS.list("at-data");
    private static final List<String> DELIVERY = WORDS.list("delivery");
    private static final List<String> DELAY = WORDS.list("delay");
    private static final List<String> ORIGINAL = WORDS.list("original");

    /** A code of RFC 3463, and no part of a longer number: refusals quote the addresses of hosts, such as {@code 5.1.12.7}. */
    private static final Pattern STATUS = Pattern.compile("(?<![\\d.])([245]\\.\\d{1,3}+\\.\\d{1,3}+)(?!\\.?\\d)");
    /** RFC 3463 §3.2: bad destination mailbox, host, syntax; mailbox moved; RFC 7505: no mail here at all. */
    private static final List<String> GONE_STATUS = List.of("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10");
    /** RFC 3463 §3.3, §3.4: full, too long, too big. */
    private static final List<String> SOFT_STATUS = List.of("5.2.2", "5.2.3", "5.3.4");
    /** RFC 3463 §3.2: the sender's address is bad; RFC 7372: authentication of the sender failed. */
    private static final List<String> SENDER_STATUS =
            List.of("5.1.7", "5.1.8", "5.7.9", "5.7.20", "5.7.23", "5.7.25", "5.7.26");

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
     * @param firstHand the command to which the server that refused said it to us; null where another one tells of it
     */
    record Said(String words, String prose, @Nullable Command firstHand) {
        boolean isOf(Command command, List<String> told) {
            return firstHand == command || containsOne(prose, told);
        }

        Said inPlainWords() {
            return new Said(plain(words), plain(prose), firstHand);
        }
    }

    static BounceCategory category(@Nullable String status, Said asSaid) {
        String code = status == null ? "" : status;
        // A failure with a code for now (RFC 3463 §2): given up after a time, not refused for good.
        if (code.startsWith("4.") || code.startsWith("2.") || SOFT_STATUS.contains(code)) {
            return BounceCategory.SOFT;
        }
        if (SENDER_STATUS.contains(code)) {
            return BounceCategory.SPAM_POLICY;
        }
        Said said = asSaid.inPlainWords();
        String words = said.words();
        if (containsOne(words, SOFT)) {
            return BounceCategory.SOFT;
        }
        if (containsOne(words, SPAM_POLICY) || said.isOf(Command.MAIL, AT_MAIL)) {
            return BounceCategory.SPAM_POLICY;
        }
        if (containsOne(words, NOT_GONE)) {
            return BounceCategory.UNKNOWN;
        }
        return isGone(code, said) ? BounceCategory.HARD : weaker(code, words);
    }

    private static boolean isGone(String code, Said said) {
        String words = said.words();
        if (containsOne(words, GONE_WHENEVER)) {
            return true;
        }
        boolean lookedUp = said.isOf(Command.RCPT, AT_RCPT);
        // RFC 3463 §3.3: X.2.X is the status of a mailbox that exists. And who refuses a recipient after the data only
        // has mostly filtered the mail, whatever words it has for that.
        boolean exists = code.startsWith("5.2.") && !lookedUp;
        boolean filtered = said.isOf(Command.DATA, AT_DATA) && !code.startsWith("5.1.");
        // RFC 3463 §3.8: X.7.X is policy. Servers say much at RCPT that is about us: no name for our address, no TLS.
        boolean ofPolicy = said.firstHand() != null && code.startsWith("5.7.") && !containsOne(words, NAMED);
        if (exists || filtered || ofPolicy) {
            return false;
        }
        if (containsOne(words, GONE) || GONE_AT_END.stream().anyMatch(words.strip()::endsWith)) {
            return true;
        }
        if (containsOne(words, UNKNOWN_ADDRESS)) {
            // RFC 3463 §3.1: X.0.0 is "undefined", what a gateway reports that did not look the address up.
            boolean coded = !(code.isEmpty() || code.endsWith(".0.0"));
            return coded || lookedUp || containsOne(said.prose(), CONCLUDED);
        }
        return GONE_STATUS.contains(code)
                && !containsOne(words, SOFT_PERHAPS)
                && !containsOne(words, SPAM_POLICY_PERHAPS)
                && !containsOne(words, OTHER);
    }

    private static BounceCategory weaker(String code, String words) {
        if (containsOne(words, SOFT_PERHAPS)) {
            return BounceCategory.SOFT;
        }
        // RFC 3463 §3.8: X.7.X is security or policy.
        if (containsOne(words, SPAM_POLICY_PERHAPS) || code.startsWith("5.7.")) {
            return BounceCategory.SPAM_POLICY;
        }
        return code.startsWith("5.2.") ? BounceCategory.SOFT : BounceCategory.UNKNOWN;
    }

    /** Whether prose says that a mail was not delivered, or why. */
    static boolean speaksOfRefusal(String prose) {
        String words = plain(prose);
        return containsOne(words, DELIVERY) || containsOne(words, GONE) || containsOne(words, UNKNOWN_ADDRESS);
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
