package org.chancery.core.quarantine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.chancery.core.endpoint.Behaviour.Admission;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.AuthenticationResults.Dmarc;
import org.chancery.core.mail.AuthenticationResults.Policy;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.quarantine.ScreeningFacts.Addressed;
import org.chancery.core.quarantine.ScreeningFacts.Evidence;
import org.chancery.core.screening.ContentFindings;
import org.chancery.core.screening.SenderIdentity;
import org.chancery.core.screening.SenderPolicy;
import org.chancery.core.screening.Signal;
import org.chancery.core.screening.SpamScore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is decided about a mail, as tables. */
class ScreeningPolicyTest {
    private static final EmailAddress ADA = EmailAddress.of("ada@customer.example");
    private static final Set<Reason> ALL = EnumSet.allOf(Reason.class);
    private static final Signal MACRO = new Signal("macro", 10, "invoice.docm carries a macro");
    private static final Signal LYING_LINK = new Signal("link_text_lies", 4, "says bank.example, leads elsewhere");
    private static final Signal BORROWED_NAME = new Signal("borrowed_name", 3, "calls itself the bank");

    /** Of everything that speaks against a mail at once, the first in this order is named. */
    @ParameterizedTest
    @CsvSource({
        "dangerous auth phishing stranger spam, dangerous_attachment",
        "auth phishing stranger spam, auth_failed",
        "phishing stranger spam, phishing",
        "stranger spam, unknown_sender",
        "spam, spam_threshold",
        "'', passed",
    })
    void of_several_reasons_the_first_is_named(String facts, String verdict) {
        Set<String> words = Set.copyOf(Arrays.asList(facts.split(" ")));
        Evidence evidence = evidence(
                words.contains("auth") ? dmarc(Result.FAIL, Policy.REJECT) : AuthenticationResults.NONE,
                new ContentFindings(
                        words.contains("dangerous") ? List.of(MACRO) : List.of(),
                        words.contains("phishing") ? List.of(LYING_LINK, BORROWED_NAME) : List.of()));
        SpamScore spam = new SpamScore(words.contains("spam") ? 5 : 4.99, List.of(), true);
        Addressed at = new Addressed.AtEndpoint(
                admission(words.contains("stranger") ? SenderPolicy.BOUND_USERS_ONLY : SenderPolicy.ANYONE), false);
        assertEquals(verdict, word(ScreeningPolicy.screen(new ScreeningFacts(evidence, spam, at), ALL)));
    }

    /** The table in the documentation of {@link ScreeningPolicy}. */
    @ParameterizedTest
    @CsvSource({
        "endpoint, dangerous_attachment auth_failed phishing unknown_sender spam_threshold",
        "outbound mailbox, dangerous_attachment auth_failed phishing spam_threshold",
        "postmaster, dangerous_attachment",
        "return path, dangerous_attachment",
    })
    void what_is_looked_at_depends_on_whom_the_mail_is_for(String recipient, String looked) {
        Addressed addressed = switch (recipient) {
            case "endpoint" -> new Addressed.AtEndpoint(admission(SenderPolicy.BOUND_USERS_ONLY), false);
            case "outbound mailbox" -> new Addressed.AtOutboundMailbox(admission(SenderPolicy.BOUND_USERS_ONLY));
            case "postmaster" -> new Addressed.ForAdmins();
            default -> new Addressed.Returned();
        };
        ScreeningFacts worst = new ScreeningFacts(
                evidence(
                        dmarc(Result.FAIL, Policy.QUARANTINE),
                        new ContentFindings(List.of(MACRO), List.of(LYING_LINK, BORROWED_NAME))),
                SpamScore.unknown("the scorer is away"),
                addressed);
        String found = ALL.stream()
                .filter(reason ->
                        word(ScreeningPolicy.screen(worst, Set.of(reason))).equals(reason.text()))
                .map(Reason::text)
                .collect(Collectors.joining(" "));
        assertEquals(looked, found);
    }

    @ParameterizedTest
    @CsvSource({
        "FAIL, REJECT, auth_failed",
        "FAIL, QUARANTINE, auth_failed",
        "FAIL, NONE, passed",
        "PASS, NONE, passed",
        "NONE, NONE, passed",
        "TEMPERROR, NONE, passed",
        "TEMPERROR, QUARANTINE, auth_failed",
        "TEMPERROR, REJECT, auth_failed",
        "PERMERROR, NONE, passed",
    })
    void what_fails_dmarc_or_cannot_be_verified_is_confined_where_the_domain_wants_that(
            Result result, Policy applied, String verdict) {
        ScreeningFacts facts =
                facts(evidence(dmarc(result, applied), ContentFindings.NONE), SenderPolicy.ANYONE, false);
        assertEquals(verdict, word(ScreeningPolicy.screen(facts, ALL)));
    }

    @Test
    void a_bound_or_allowed_sender_whom_nothing_proves_is_no_such_sender() {
        Evidence forged = evidence(dmarc(Result.FAIL, Policy.REJECT), ContentFindings.NONE);
        assertEquals(
                "auth_failed", word(ScreeningPolicy.screen(facts(forged, SenderPolicy.BOUND_USERS_ONLY, true), ALL)));
        assertEquals(
                "auth_failed",
                word(ScreeningPolicy.screen(
                        new ScreeningFacts(
                                forged,
                                null,
                                new Addressed.AtEndpoint(
                                        new Admission(SenderPolicy.DOMAIN_ALLOWLIST, List.of("customer.example"), 5),
                                        false)),
                        ALL)));
    }

    @Test
    void what_our_own_queue_brings_need_not_prove_where_it_is_from() {
        Evidence own = new Evidence(
                ADA,
                new SenderIdentity.Believed(ADA, "it never left this server"),
                dmarc(Result.FAIL, Policy.REJECT),
                ContentFindings.NONE,
                Classification.HUMAN,
                true);
        assertEquals("passed", word(ScreeningPolicy.screen(facts(own, SenderPolicy.ANYONE, false), ALL)));
    }

    @ParameterizedTest
    @CsvSource({
        "BOUND_USERS_ONLY, '', true, passed",
        "BOUND_USERS_ONLY, '', false, unknown_sender",
        "ANYONE, '', false, passed",
        "DOMAIN_ALLOWLIST, customer.example, false, passed",
        "DOMAIN_ALLOWLIST, *.customer.example, false, unknown_sender",
        "DOMAIN_ALLOWLIST, other.example, false, unknown_sender",
        "DOMAIN_ALLOWLIST, other.example, true, passed",
        "ADDR_ALLOWLIST, ada@customer.example, false, passed",
        "ADDR_ALLOWLIST, *@customer.example, false, passed",
        "ADDR_ALLOWLIST, bob@customer.example, false, unknown_sender",
        "ADDR_ALLOWLIST, bob@customer.example, true, passed",
    })
    void an_endpoint_takes_mail_from_whom_its_policy_names_and_from_bound_senders(
            SenderPolicy policy, String pattern, boolean isBound, String verdict) {
        List<String> patterns = pattern.isEmpty() ? List.of() : List.of(pattern);
        ScreeningFacts facts = new ScreeningFacts(
                evidence(AuthenticationResults.NONE, ContentFindings.NONE),
                null,
                new Addressed.AtEndpoint(new Admission(policy, patterns, 5), isBound));
        assertEquals(verdict, word(ScreeningPolicy.screen(facts, ALL)));
    }

    @Test
    void under_a_sender_policy_an_address_that_nothing_proves_is_nobodys() {
        Evidence unproven = new Evidence(
                null,
                new SenderIdentity.Unproven("there are several senders in From"),
                AuthenticationResults.NONE,
                ContentFindings.NONE,
                Classification.HUMAN,
                false);
        assertEquals("passed", word(ScreeningPolicy.screen(facts(unproven, SenderPolicy.ANYONE, false), ALL)));
        assertEquals(
                "unknown_sender",
                word(ScreeningPolicy.screen(facts(unproven, SenderPolicy.BOUND_USERS_ONLY, true), ALL)));
        assertEquals(
                "unknown_sender",
                word(ScreeningPolicy.screen(facts(unproven, SenderPolicy.DOMAIN_ALLOWLIST, false), ALL)));
    }

    /** {@code spec/SHAPES.md}, "Verdicts": under p=none a failure is recorded; but it opens no door that an address opens. */
    @ParameterizedTest
    @CsvSource({
        "ANYONE, false, passed",
        "ANYONE, true, passed",
        "BOUND_USERS_ONLY, true, auth_failed",
        "BOUND_USERS_ONLY, false, unknown_sender",
    })
    void a_failure_that_is_only_recorded_still_makes_nobody_a_known_sender(
            SenderPolicy policy, boolean isBound, String verdict) {
        Evidence forged = new Evidence(
                ADA,
                new SenderIdentity.Unproven("DMARC failed"),
                dmarc(Result.FAIL, Policy.NONE),
                ContentFindings.NONE,
                Classification.HUMAN,
                false);
        assertEquals(verdict, word(ScreeningPolicy.screen(facts(forged, policy, isBound), ALL)));
    }

    @ParameterizedTest
    @CsvSource({"4.99, 5, passed", "5, 5, spam_threshold", "5, 5.01, passed", "-3, 0, passed", "20, 15, spam_threshold"
    })
    void a_score_confines_from_the_endpoints_measure_on(double score, double most, String verdict) {
        Admission admission = new Admission(SenderPolicy.ANYONE, List.of(), most);
        ScreeningFacts facts = new ScreeningFacts(
                evidence(AuthenticationResults.NONE, ContentFindings.NONE),
                new SpamScore(score, List.of(), true),
                new Addressed.AtEndpoint(admission, false));
        assertEquals(verdict, word(ScreeningPolicy.screen(facts, ALL)));
    }

    @Test
    void a_score_that_could_not_be_found_out_confines_and_is_not_shown_as_one() {
        ScreeningFacts facts = new ScreeningFacts(
                evidence(AuthenticationResults.NONE, ContentFindings.NONE),
                SpamScore.unknown("the scorer is away"),
                new Addressed.AtEndpoint(new Admission(SenderPolicy.ANYONE, List.of(), 100), false));
        Suspicion suspicion = suspicion(ScreeningPolicy.screen(facts, ALL));
        assertEquals(Reason.SPAM_THRESHOLD, suspicion.reason());
        assertNull(suspicion.spamScore());
    }

    @Test
    void what_the_reason_rests_on_comes_first_and_nothing_else_is_left_out() {
        Signal shouts = new Signal("shouts", 1.5, "the subject is all upper case");
        ScreeningFacts facts = new ScreeningFacts(
                evidence(dmarc(Result.FAIL, Policy.REJECT), new ContentFindings(List.of(), List.of(LYING_LINK))),
                new SpamScore(5.5, List.of(LYING_LINK, shouts), true),
                new Addressed.AtEndpoint(admission(SenderPolicy.ANYONE), false));
        Suspicion suspicion = suspicion(ScreeningPolicy.screen(facts, ALL));
        assertEquals(
                List.of("dmarc_fail", "link_text_lies", "shouts"),
                suspicion.signals().stream().map(Signal::name).toList());
        assertEquals(5.5, suspicion.spamScore());
        assertTrue(suspicion.signals().getFirst().detail().contains("p=reject"));
    }

    @Test
    void reasons_that_are_not_asked_for_are_not_looked_at() {
        ScreeningFacts facts = facts(
                evidence(AuthenticationResults.NONE, new ContentFindings(List.of(MACRO), List.of())),
                SenderPolicy.BOUND_USERS_ONLY,
                false);
        assertEquals("unknown_sender", word(ScreeningPolicy.screen(facts, Set.of(Reason.UNKNOWN_SENDER))));
        assertEquals("passed", word(ScreeningPolicy.screen(facts, Set.of())));
    }

    private static Evidence evidence(AuthenticationResults authentication, ContentFindings content) {
        return new Evidence(
                ADA,
                new SenderIdentity.Believed(ADA, "DMARC passed"),
                authentication,
                content,
                Classification.HUMAN,
                false);
    }

    private static ScreeningFacts facts(Evidence evidence, SenderPolicy policy, boolean isBound) {
        return new ScreeningFacts(evidence, null, new Addressed.AtEndpoint(admission(policy), isBound));
    }

    private static Admission admission(SenderPolicy policy) {
        return new Admission(policy, List.of(), 5);
    }

    private static AuthenticationResults dmarc(Result result, Policy applied) {
        return new AuthenticationResults(
                AuthenticationResults.NONE.spf(),
                List.of(),
                new Dmarc(result, "customer.example", "customer.example", applied, applied, "nothing is aligned"),
                AuthenticationResults.NONE.arc());
    }

    private static String word(ScreeningVerdict verdict) {
        return switch (verdict) {
            case ScreeningVerdict.Passed ignored -> "passed";
            case ScreeningVerdict.Suspect suspect ->
                suspect.suspicion().reason().text();
        };
    }

    private static Suspicion suspicion(ScreeningVerdict verdict) {
        return assertInstanceOf(ScreeningVerdict.Suspect.class, verdict).suspicion();
    }
}
