package org.chancery.core.screening;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chancery.core.mail.MailWords;
import org.chancery.core.mail.WordLists;
import org.jspecify.annotations.Nullable;

/** Finds what unsolicited mail offers, by the phrases of {@code spam-wording.txt}. */
final class SpamWording {
    private static final WordLists LISTS = WordLists.read(SpamWording.class, "spam-wording.txt");

    private static final Map<SpamSign, String> SECTIONS = sections();
    private static final Node PHRASES = phrases();

    /** Words to look for where they are spelled with other signs. */
    static final Set<String> DISGUISED = LISTS.set("disguised");

    private SpamWording() {}

    /** A word of a phrase, and the words that can follow it. */
    private static final class Node {
        final Map<String, Node> next = new HashMap<>();
        /** What a phrase that ends here is a sign of; null where none ends. */
        @Nullable
        SpamSign sign;
    }

    /** The phrases found, by what they are a sign of: the longest that begins at each word, each once. */
    static List<Signal> find(List<String> words) {
        Map<SpamSign, Set<String>> found = new EnumMap<>(SpamSign.class);
        for (int i = 0; i < words.size(); ) {
            i += Math.max(1, match(words, i, found));
        }
        List<Signal> signals = new ArrayList<>();
        found.forEach((sign, phrases) -> signals.add(sign.found(phrases.size(), quoted(phrases))));
        return signals;
    }

    /** How many words the phrase that begins there has; 0 where none does. */
    private static int match(List<String> words, int start, Map<SpamSign, Set<String>> found) {
        Node node = PHRASES;
        int length = 0;
        SpamSign sign = null;
        for (int i = start; i < words.size(); i++) {
            node = node.next.get(words.get(i));
            if (node == null) {
                break;
            }
            if (node.sign != null) {
                sign = node.sign;
                length = i - start + 1;
            }
        }
        if (sign != null) {
            found.computeIfAbsent(sign, any -> new LinkedHashSet<>())
                    .add(String.join(" ", words.subList(start, start + length)));
        }
        return length;
    }

    private static String quoted(Set<String> phrases) {
        return "\"" + String.join("\", \"", phrases) + "\"";
    }

    private static Map<SpamSign, String> sections() {
        Map<SpamSign, String> sections = new EnumMap<>(SpamSign.class);
        sections.put(SpamSign.MONEY_WORDING, "money");
        sections.put(SpamSign.PHARMA_WORDING, "pharma");
        sections.put(SpamSign.LOTTERY_WORDING, "lottery");
        sections.put(SpamSign.ADVANCE_FEE_WORDING, "advance_fee");
        sections.put(SpamSign.EXTORTION_WORDING, "extortion");
        sections.put(SpamSign.ADULT_WORDING, "adult");
        sections.put(SpamSign.GAMBLING_WORDING, "gambling");
        sections.put(SpamSign.PROMOTION_WORDING, "promotion");
        return sections;
    }

    private static Node phrases() {
        Node root = new Node();
        SECTIONS.forEach((sign, section) -> LISTS.list(section).forEach(phrase -> {
            Node node = root;
            for (String word : MailWords.phrase(phrase)) {
                node = node.next.computeIfAbsent(word, any -> new Node());
            }
            node.sign = sign;
        }));
        return root;
    }
}
