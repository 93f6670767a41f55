package org.chancery.api.message;

import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.chancery.api.http.Parameter;
import org.chancery.api.http.Query;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.LabelId;
import org.chancery.core.label.Label;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MailWords;
import org.chancery.core.search.Sought;
import org.chancery.core.search.Term;
import org.chancery.core.search.Term.Place;
import org.jspecify.annotations.Nullable;

/** What a search may ask for, read and checked. */
final class SearchParameters {
    /** A longer question is a pasted mail. */
    private static final int MAX_TEXT = 200;

    /** Words and addresses of one search: each is looked up for all mail that is looked at. */
    static final int MAX_TERMS = 12;

    private SearchParameters() {}

    static List<Parameter> all() {
        return List.of(
                new Parameter.Text(
                        "q",
                        "Only mail with all of these words in its subject, text, names, addresses or names of files: whole words, in"
                                + " any order, whatever their case and accents.",
                        MAX_TEXT),
                new Parameter.Text("subject", "Only mail with all of these words in its subject.", MAX_TEXT),
                new Parameter.Text(
                        "from",
                        "Only mail from this address, from anybody of a domain (@example.com), or with all of these words in the"
                                + " originator's name and address.",
                        320),
                new Parameter.Text(
                        "to", "The same of a recipient in To, Cc or Bcc; several words may be of several.", 320),
                new Parameter.Text("label", "Only mail with this label: its id or its name.", Label.MAX_NAME),
                new Parameter.Moment("until", "Only mail before that time."));
    }

    /** @param label finds a label by its id or name */
    static Sought read(Query query, Function<String, LabelId> label) {
        Map<String, Set<Term>> asked = new LinkedHashMap<>();
        asked.put("q", words(query, "q", Place.ANYWHERE));
        asked.put("subject", words(query, "subject", Place.SUBJECT));
        asked.put("from", party(query, "from", Place.SENDER));
        asked.put("to", party(query, "to", Place.RECIPIENT));
        Set<Term> terms = new LinkedHashSet<>();
        asked.values().forEach(terms::addAll);
        if (terms.size() > MAX_TERMS) {
            throw CallerFault.invalid("?" + longest(asked), "must have fewer words: a search has at most " + MAX_TERMS);
        }
        String wanted = query.text("label");
        return new Sought(terms, wanted == null ? Set.of() : Set.of(label.apply(wanted)), until(query));
    }

    /** The parameter that has the most words. */
    private static String longest(Map<String, Set<Term>> asked) {
        return Collections.max(
                        asked.entrySet(),
                        Comparator.comparingInt(
                                parameter -> parameter.getValue().size()))
                .getKey();
    }

    private static @Nullable Instant until(Query query) {
        Instant since = query.moment("since");
        Instant until = query.moment("until");
        if (since != null && until != null && !since.isBefore(until)) {
            throw CallerFault.invalid("?until", "must be later than since");
        }
        return until;
    }

    private static Set<Term> words(Query query, String name, Place place) {
        String text = query.text(name);
        return text == null ? Set.of() : words(name, place, text);
    }

    private static Set<Term> words(String name, Place place, String text) {
        Set<Term> terms = Term.asked(place, text);
        if (terms.isEmpty()) {
            throw CallerFault.invalid(
                    "?" + name,
                    "has no word to look for: a word is of letters and digits, at most " + MailWords.MAX_WORD);
        }
        return terms;
    }

    private static Set<Term> party(Query query, String name, Place place) {
        String text = query.text(name);
        if (text == null) {
            return Set.of();
        }
        int at = text.indexOf('@');
        if (at < 0) {
            return words(name, place, text);
        }
        return at == 0
                ? Set.of(Term.domain(
                        place,
                        EmailAddress.domainOf(text.substring(1))
                                .orElseThrow(() -> CallerFault.invalid("?" + name, "is no domain after the @"))))
                : Set.of(Term.address(
                        place,
                        EmailAddress.parse(text)
                                .orElseThrow(() -> CallerFault.invalid(
                                        "?" + name, "is no address; leave the @ out to look for words"))));
    }
}
