package org.chancery.core.search;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MailWords;

/**
 * One thing that a mail can be found by: a word, or an address, at a place of the mail. Kept as a digest, which is short and says
 * nothing to whoever reads the table; two words of one digest are as rare as two equal ids.
 */
public record Term(long key) {

    /** Where in a mail something stands. */
    public enum Place {
        /** Subject, text, names and addresses, names of files. */
        ANYWHERE,
        SUBJECT,
        SENDER,
        /** To, Cc and Bcc. */
        RECIPIENT
    }

    static Term word(Place place, String word) {
        return of(place + " " + word);
    }

    /** A whole address at one of the places of addresses. */
    public static Term address(Place place, EmailAddress address) {
        return of(place + "=" + address.canonical());
    }

    /** All addresses of a domain. */
    public static Term domain(Place place, String domain) {
        return of(place + "@" + domain);
    }

    private static Term of(String text) {
        return new Term(
                UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).getMostSignificantBits());
    }

    /** What a mail has to have so that every word of a text stands in it; empty where there is no word in the text. */
    public static Set<Term> asked(Place place, String text) {
        Set<Term> terms = new LinkedHashSet<>();
        List<String> words = MailWords.phrase(text);
        for (int i = 0; i < words.size(); i++) {
            boolean isCharacter = MailWords.isCharacter(words.get(i));
            if (isCharacter && i + 1 < words.size() && MailWords.isCharacter(words.get(i + 1))) {
                terms.add(word(place, words.get(i) + words.get(i + 1)));
            } else if (!isCharacter || i == 0 || !MailWords.isCharacter(words.get(i - 1))) {
                terms.add(word(place, words.get(i)));
            }
        }
        return terms;
    }
}
