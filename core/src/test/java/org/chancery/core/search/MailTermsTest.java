package org.chancery.core.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.search.Term.Place;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a mail is found by, and what is asked of it. */
class MailTermsTest {
    private static final UUID ANY = new UUID(1, 2);

    private static Set<Term> terms(Mailbox from, List<Mailbox> to, String subject, String text) {
        MessageFacts facts = new MessageFacts(
                new MessageId(ANY),
                new WorkspaceId(ANY),
                new EndpointId(ANY),
                new ThreadId(ANY),
                from,
                to,
                List.of(),
                List.of(),
                subject,
                null,
                RawDigest.of(new byte[0]),
                0,
                Instant.EPOCH);
        return MailTerms.of(facts, new MessageContent(text, null, false, List.of(), false));
    }

    private static Set<Term> saying(String text) {
        return terms(new Mailbox(null, "ada@engine.example"), List.of(), "", text);
    }

    private static boolean isFound(Set<Term> mail, Place place, String words) {
        Set<Term> asked = Term.asked(place, words);
        return !asked.isEmpty() && mail.containsAll(asked);
    }

    @ParameterizedTest
    @CsvSource({
        "The quick brown fox, quick, true",
        "The quick brown fox, BROWN the, true",
        "The quick brown fox, quic, false",
        "The quick brown fox, quick dog, false",
        "na\u00efve caf\u00e9, NAIVE cafe\u0301, true",
        "\ufb01ne \uff21\uff11, fine a1, true",
        "don't, don, true",
        "one_two-three, two, true",
        "\u4f1a\u8b70\u306f\u6771\u4eac\u3067, \u6771\u4eac, true",
        "\u4f1a\u8b70\u306f\u6771\u4eac\u3067, \u4eac, true",
        "\u4f1a\u8b70\u306f\u6771\u4eac\u3067, \u4eac\u6771, false",
        "\u044f \u0438 \u0442\u044b, \u0442\u044b \u044f, true",
        "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35, \u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35, true",
        "x, ***, false"
    })
    void a_text_is_found_by_its_words(String text, String asked, boolean isFound) {
        assertEquals(isFound, isFound(saying(text), Place.ANYWHERE, asked));
    }

    @Test
    void each_place_is_apart_and_all_are_anywhere() {
        Set<Term> mail = terms(
                new Mailbox("Ada", "ada@engine.example"),
                List.of(new Mailbox(null, "desk@acme.example")),
                "Cards",
                "Loom");
        assertTrue(isFound(mail, Place.ANYWHERE, "ada engine desk acme cards loom"));
        assertTrue(isFound(mail, Place.SENDER, "ada engine"));
        assertTrue(isFound(mail, Place.RECIPIENT, "desk acme"));
        assertTrue(isFound(mail, Place.SUBJECT, "cards"));
        assertFalse(isFound(mail, Place.SUBJECT, "loom"));
        assertFalse(isFound(mail, Place.SENDER, "desk"));
        assertFalse(isFound(mail, Place.RECIPIENT, "ada"));
        assertTrue(mail.contains(Term.address(Place.SENDER, EmailAddress.of("ADA@engine.example"))));
        assertTrue(mail.contains(Term.domain(Place.RECIPIENT, "acme.example")));
        assertFalse(mail.contains(Term.address(Place.SENDER, EmailAddress.of("desk@acme.example"))));
    }

    @Test
    void an_address_that_is_none_is_found_by_its_words() {
        Set<Term> mail = terms(new Mailbox(null, "not an address"), List.of(), "", "");
        assertTrue(isFound(mail, Place.SENDER, "address not"));
    }

    @Test
    void no_mail_has_more_terms_than_the_limit_and_names_leave_room_for_the_text() {
        List<Mailbox> crowd = IntStream.range(0, 2_000)
                .mapToObj(i -> new Mailbox("Name" + i, "box" + i + "@crowd" + i + ".example"))
                .toList();
        String text = IntStream.range(0, 5_000).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));
        Set<Term> mail = terms(new Mailbox("Ada", "ada@engine.example"), crowd, "Subject", text);

        assertEquals(MailTerms.MAX_TERMS, mail.size());
        assertTrue(isFound(mail, Place.SUBJECT, "subject"));
        assertTrue(isFound(mail, Place.SENDER, "ada"));
        assertTrue(isFound(mail, Place.RECIPIENT, "name0 box20"));
        assertFalse(isFound(mail, Place.RECIPIENT, "name1999"));
        assertTrue(isFound(mail, Place.ANYWHERE, "word0 word500"));
        assertFalse(isFound(mail, Place.ANYWHERE, "word4999"));
    }

    @Test
    void a_word_that_is_too_long_is_none() {
        assertTrue(isFound(saying("x".repeat(40)), Place.ANYWHERE, "x".repeat(40)));
        assertEquals(Set.of(), Term.asked(Place.ANYWHERE, "x".repeat(41)));
    }
}
