package org.chancery.delivery.smtp;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a peer offered in its reply to EHLO (RFC 5321 §4.1.1.1).
 *
 * @param keywords in upper case
 * @param sizeLimit the biggest mail it takes (RFC 1870 §3); empty where it names none
 * @param mechanisms of AUTH (RFC 4954 §3), in upper case
 */
record Extensions(Set<String> keywords, OptionalLong sizeLimit, Set<String> mechanisms) {
    static final Extensions NONE = new Extensions(Set.of(), OptionalLong.empty(), Set.of());

    Extensions {
        keywords = Set.copyOf(keywords);
        mechanisms = Set.copyOf(mechanisms);
    }

    static Extensions in(SmtpReply reply) {
        Set<String> keywords = new HashSet<>();
        Set<String> mechanisms = new HashSet<>();
        OptionalLong sizeLimit = OptionalLong.empty();
        // The first line is the greeting.
        for (String line : reply.lines().subList(1, reply.lines().size())) {
            // "AUTH=LOGIN" was said before the standard and is still met.
            String[] words = line.strip().toUpperCase(Locale.ROOT).split("[ =]+");
            keywords.add(words[0]);
            switch (words[0]) {
                case "SIZE" -> sizeLimit = limit(words);
                case "AUTH" -> mechanisms.addAll(List.of(words).subList(1, words.length));
                default -> {
                    // A keyword that needs no parameter of us, or that we do not know.
                }
            }
        }
        return new Extensions(keywords, sizeLimit, mechanisms);
    }

    boolean offers(String keyword) {
        return keywords.contains(keyword);
    }

    // RFC 1870 §3: no number, or zero, means that no limit is told.
    private static OptionalLong limit(String[] words) {
        if (words.length < 2 || !words[1].matches("\\d{1,18}")) {
            return OptionalLong.empty();
        }
        long limit = Long.parseLong(words[1]);
        return limit == 0 ? OptionalLong.empty() : OptionalLong.of(limit);
    }
}
