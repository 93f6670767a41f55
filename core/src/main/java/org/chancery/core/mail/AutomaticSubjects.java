package org.chancery.core.mail;

import java.util.List;
import java.util.Locale;

/**
 * How programs begin the subjects of what they send by themselves; kept in {@code automatic-subjects.txt}. A person's
 * answer to such a mail begins with "Re:" or the like and is none of these.
 */
final class AutomaticSubjects {
    private static final WordLists WORDS = WordLists.read("automatic-subjects.txt");
    private static final List<String> AUTO_REPLIES = WORDS.list("auto-replies");
    private static final List<String> BOUNCES = WORDS.list("bounces");
    private static final List<String> BOUNCES_OF_SERVERS = WORDS.list("bounces-of-servers");

    private AutomaticSubjects() {}

    static boolean isAutoReply(String subject) {
        return startsWithOne(subject, AUTO_REPLIES);
    }

    static boolean isBounce(String subject) {
        return startsWithOne(subject, BOUNCES);
    }

    /** Whether a mail server that writes this speaks of a mail that came back. */
    static boolean isBounceOfServer(String subject) {
        return isBounce(subject) || startsWithOne(subject, BOUNCES_OF_SERVERS);
    }

    private static boolean startsWithOne(String subject, List<String> beginnings) {
        String start = HeaderText.shorten(subject, 100)
                .replace('\u2019', '\'')
                .toLowerCase(Locale.ROOT)
                .strip();
        return beginnings.stream().anyMatch(start::startsWith);
    }
}
