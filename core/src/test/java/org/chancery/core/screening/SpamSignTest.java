package org.chancery.core.screening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The table of weights, and when each sign is found. */
class SpamSignTest {
    /** An honest mail; each row of the tables below changes one line of it. */
    private static final String HONEST = """
            Received: from mail.example.net by relay.example.net; Mon, 2 Mar 2026 09:12:00 +0000
            From: Ana <ana@example.net>
            To: office@example.org
            Subject: A question
            Date: Mon, 2 Mar 2026 09:12:00 +0000
            Message-ID: <a1@example.net>

            Good morning, when do you open on Friday?
            """;

    @ParameterizedTest
    @EnumSource
    void every_weight_has_a_reason_and_none_decides_alone(SpamSign sign) {
        assertFalse(sign.reason().isBlank());
        assertTrue(sign.most() >= 1);
        assertTrue(sign.weight() * sign.most() < 5 || sign.decisive(), sign::name);
    }

    @Test
    void only_the_test_text_of_all_filters_is_decisive() {
        assertEquals(
                Set.of(SpamSign.GTUBE),
                EnumSet.copyOf(Arrays.stream(SpamSign.values())
                        .filter(SpamSign::decisive)
                        .toList()));
    }

    @Test
    void what_careless_software_does_all_at_once_stays_below_the_threshold() {
        double careless = SpamSign.MISSING_DATE.weight()
                + SpamSign.MISSING_MESSAGE_ID.weight()
                + SpamSign.MISSING_TO.weight()
                + SpamSign.EMPTY_SUBJECT.weight()
                + SpamSign.NO_TRACE.weight()
                + SpamSign.UNPROVEN_SENDER.weight()
                + SpamSign.FIRST_CONTACT.weight();

        assertTrue(careless < 3.5, () -> "weighs " + careless);
    }

    @Test
    void an_honest_mail_has_no_sign_but_that_nothing_proves_its_sender() {
        assertEquals(List.of("first_contact", "unproven_sender"), names(HONEST));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "missing_date | Date: Mon, 2 Mar 2026 09:12:00 +0000 | X: y",
                "broken_date | Date: Mon, 2 Mar 2026 09:12:00 +0000 | Date: yesterday or so",
                "future_date | Date: Mon, 2 Mar 2026 09:12:00 +0000 | Date: Fri, 6 Mar 2026 09:12:00 +0000",
                "old_date | Date: Mon, 2 Mar 2026 09:12:00 +0000 | Date: Thu, 1 Jan 2026 09:12:00 +0000",
                "missing_message_id | Message-ID: <a1@example.net> | X: y",
                "broken_message_id | Message-ID: <a1@example.net> | Message-ID: <a1>",
                "broken_message_id | Message-ID: <a1@example.net> | Message-ID: one two",
                "missing_from | From: Ana <ana@example.net> | X: y",
                "unusable_from | From: Ana <ana@example.net> | From: Ana",
                "several_from | From: Ana <ana@example.net> | From: ana@example.net, bea@example.net",
                "several_from | From: Ana <ana@example.net> | From: ana@example.net~From: bea@example.net",
                "decorated_from | From: Ana <ana@example.net> | From: $$ Ana $$ <ana@example.net>",
                "missing_to | To: office@example.org | X: y",
                "empty_subject | Subject: A question | X: y",
                "shouted_subject | Subject: A question | Subject: OPEN THIS MAIL AT ONCE",
                "excited_subject | Subject: A question | Subject: Open this!!!",
                "disguised_subject | Subject: A question | Subject: =?utf-8?B?QSBxdWVzdGlvbg==?=",
                "pretended_reply | Subject: A question | Subject: Re: A question",
                "pretended_urgency | X: y | X-Priority: 1 (Highest)",
                "bulk_without_unsubscribe | X: y | Precedence: bulk",
                "no_trace | Received: from mail.example.net by relay.example.net; Mon, 2 Mar 2026 09:12:00 +0000 | X: y",
                "broken_trace | Received: from mail.example.net by relay.example.net; Mon, 2 Mar 2026 09:12:00 +0000 | Received: from me",
                "future_trace | Received: from mail.example.net by relay.example.net; Mon, 2 Mar 2026 09:12:00 +0000 | Received: x; Tue, 3 Mar 2026 09:12:00 +0000",
                "shortened_links | Friday? | Friday? https://bit.ly/abc",
                "big_sum | Friday? | We have $2,500,000 for you",
                "big_sum | Friday? | We have 2 500000 USD for you",
                "bitcoin_address | Friday? | 1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
                "disguised_words | Friday? | v1agra",
                "disguised_words | Friday? | c-a-s-i-n-o",
                "disguised_words | Friday? | L O T T E R Y",
                "pharma_wording | Friday? | without prescription",
                "lottery_wording | Friday? | VOUS AVEZ GAGNÉ",
                "money_wording | Friday? | schnell Geld verdienen",
                "advance_fee_wording | Friday? | a late client left it",
                "extortion_wording | Friday? | an alle Ihre Kontakte",
                "adult_wording | Friday? | горячие девушки",
                "gambling_wording | Friday? | 在线赌场",
                "promotion_wording | Friday? | the first page of Google",
                "mixed_alphabets | Friday? | Сlaim yоur рrize",
                "gtube | Friday? | XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
            })
    void each_sign_is_found_by_itself(String sign, String line, String other) {
        String mail = HONEST.replace("Message-ID: <a1@example.net>\n", "Message-ID: <a1@example.net>\nX: y\n")
                .replace(line, other.replace("~", "\n"));

        assertTrue(names(mail).contains(sign), () -> names(mail).toString());
    }

    @ParameterizedTest
    @CsvSource({
        "PASS, PASS, PASS, 'dkim_pass,dmarc_pass,spf_pass'",
        "FAIL, NONE, FAIL, 'dmarc_fail,spf_fail'",
        "SOFTFAIL, NONE, NONE, spf_softfail",
        "NONE, FAIL, NONE, 'dkim_fail,unproven_sender'",
        "NONE, PASS, NONE, dkim_pass",
        "NONE, NONE, NONE, unproven_sender",
        "TEMPERROR, NONE, TEMPERROR, ''"
    })
    void authentication_weighs_little(Result spf, Result dkim, Result dmarc, String signs) {
        List<Signal> found = AuthenticationSigns.find(Scoring.results(spf, dkim, dmarc));

        assertEquals(
                signs,
                String.join(",", found.stream().map(Signal::name).sorted().toList()));
        assertTrue(Math.abs(Signal.sum(found)) < 3);
    }

    private static List<String> names(String mail) {
        return Scoring.of(mail).signals().stream().map(Signal::name).sorted().toList();
    }
}
