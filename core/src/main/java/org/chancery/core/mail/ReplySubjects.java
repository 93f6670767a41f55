package org.chancery.core.mail;

import java.util.List;

/** What programs put before a subject when they answer or hand on a mail; kept in {@code reply-subjects.txt}. */
final class ReplySubjects {
    private static final WordLists WORDS = WordLists.read("reply-subjects.txt");
    private static final List<String> REPLIES = WORDS.list("replies");
    private static final List<String> FORWARDS = WORDS.list("forwards");

    private ReplySubjects() {}

    /** The outermost prefix decides. */
    static ForwardedMail.Kind kind(String subject) {
        String start = QuotationMarks.lower(HeaderText.shorten(subject, 100)).strip();
        if (begins(start, FORWARDS)) {
            return ForwardedMail.Kind.FORWARD;
        }
        return begins(start, REPLIES) ? ForwardedMail.Kind.REPLY : ForwardedMail.Kind.UNKNOWN;
    }

    static boolean isReply(String subject) {
        return kind(subject) == ForwardedMail.Kind.REPLY;
    }

    private static boolean begins(String start, List<String> prefixes) {
        return prefixes.stream().anyMatch(prefix -> isPrefix(start, prefix));
    }

    /** "Re:", "Re :", "Re[2]:", "RE：". */
    private static boolean isPrefix(String start, String prefix) {
        if (!start.startsWith(prefix)) {
            return false;
        }
        int at = prefix.length();
        if (at < start.length() && (start.charAt(at) == '[' || start.charAt(at) == '(')) {
            int close = at + 1;
            while (close < start.length() && Character.isDigit(start.charAt(close))) {
                close++;
            }
            at = close < start.length() && close > at + 1 ? close + 1 : at;
        }
        while (at < start.length() && (start.charAt(at) == ' ' || start.charAt(at) == '\u00a0')) {
            at++;
        }
        return at < start.length() && (start.charAt(at) == ':' || start.charAt(at) == '：');
    }
}
