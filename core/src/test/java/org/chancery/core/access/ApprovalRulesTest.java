package org.chancery.core.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.access.ApprovalRule.Facts;
import org.chancery.core.access.ApprovalRule.Recipient;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.mail.EmailAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApprovalRulesTest {

    private static ApprovalRules rules(Object... tree) {
        return ApprovalRuleTree.read(Arrays.asList(tree), "/requires_approval");
    }

    private static Map<String, Object> when(String condition, Object value) {
        return when(Map.of(condition, value));
    }

    private static Map<String, Object> when(Map<String, Object> conditions) {
        return Map.of("action", "email:send", "when", conditions);
    }

    private static Recipient known(String address) {
        return new Recipient(EmailAddress.of(address), false);
    }

    private static Recipient fresh(String address) {
        return new Recipient(EmailAddress.of(address), true);
    }

    private static Facts to(Recipient... recipients) {
        return new Facts(List.of(recipients), false, false, false);
    }

    private static boolean holds(Object rule, Facts mail) {
        return rules(rule).strictest(mail).isPresent();
    }

    @Test
    void a_token_without_rules_waits_for_nobody() {
        assertEquals(Optional.empty(), ApprovalRules.NONE.strictest(to(fresh("a@b.example"))));
    }

    @Test
    void the_seeds_string_holds_everything() {
        assertTrue(holds("email:send", to(known("a@b.example"))));
    }

    @Test
    void a_domain_is_itself_and_its_stars_are_its_subdomains() {
        Map<String, Object> in = when("recipient_domain_in", List.of("Customer.Example", "*.bücher.example"));
        assertTrue(holds(in, to(known("a@customer.example"))));
        assertTrue(holds(in, to(known("a@shop.xn--bcher-kva.example"))));
        assertFalse(holds(in, to(known("a@xn--bcher-kva.example"))));
        assertFalse(holds(in, to(known("a@mail.customer.example"))));
        assertFalse(holds(in, to(known("a@evilcustomer.example"))));
        Map<String, Object> notIn = when("recipient_domain_not_in", List.of("ours.example"));
        assertFalse(holds(notIn, to(known("a@ours.example"))));
        assertTrue(holds(notIn, to(known("a@sub.ours.example"))));
    }

    @Test
    void one_recipient_who_meets_a_condition_is_enough_whoever_else_gets_the_mail() {
        Facts mixed = to(known("a@ours.example"), fresh("b@customer.example"));
        assertTrue(holds(when("recipient_domain_in", List.of("customer.example")), mixed));
        assertTrue(holds(when("recipient_domain_not_in", List.of("ours.example")), mixed));
        assertTrue(holds(when("first_contact", true), mixed));
        assertTrue(holds(when("first_contact", false), mixed));
    }

    @Test
    void recipients_are_counted() {
        Map<String, Object> over = when("recipients_over", 1);
        assertFalse(holds(over, to(known("a@b.example"))));
        assertTrue(holds(over, to(known("a@b.example"), known("c@b.example"))));
    }

    @ParameterizedTest
    @CsvSource({
        "has_attachments, true, true, false, false, true",
        "has_attachments, true, false, true, true, false",
        "has_attachments, false, false, true, true, true",
        "generated, true, false, true, false, true",
        "generated, false, false, true, false, false",
        "reply, true, false, false, true, true",
        "reply, false, true, true, false, true",
        "reply, false, true, true, true, false",
    })
    void what_the_mail_is_has_to_be_as_the_rule_says(
            String condition, boolean wanted, boolean attachments, boolean generated, boolean reply, boolean held) {
        Facts mail = new Facts(List.of(known("a@b.example")), attachments, generated, reply);
        assertEquals(held, holds(when(condition, wanted), mail));
    }

    @Test
    void all_conditions_of_a_rule_have_to_be_met() {
        Map<String, Object> rule =
                when(Map.of("recipient_domain_not_in", List.of("ours.example"), "has_attachments", true));
        assertFalse(holds(rule, to(known("a@customer.example"))));
        assertTrue(holds(rule, new Facts(List.of(known("a@customer.example")), true, false, false)));
        assertFalse(holds(rule, new Facts(List.of(known("a@ours.example")), true, false, false)));
    }

    @Test
    void of_several_rules_the_mail_gets_the_most_reviewers_and_the_shortest_time() {
        ApprovalRules rules = rules(
                Map.of("action", "email:send", "expires_after", "1h"),
                Map.of("action", "email:send", "expires_after", "2h", "reviewers", 2),
                Map.of("action", "email:send", "when", Map.of("first_contact", true), "expires_after", "5m"));
        ApprovalRule rule = rules.strictest(to(known("a@b.example"))).orElseThrow();
        assertEquals(2, rule.reviewers());
        assertEquals(Duration.ofHours(1), rule.expiresAfter());
        ApprovalRule stricter = rules.strictest(to(fresh("a@b.example"))).orElseThrow();
        assertEquals(2, stricter.reviewers());
        assertEquals(Duration.ofMinutes(5), stricter.expiresAfter());
    }

    @Test
    void only_a_rule_about_first_contacts_needs_the_past() {
        assertFalse(rules("email:send").askAboutFirstContact());
        assertTrue(rules("email:send", when("first_contact", false)).askAboutFirstContact());
    }

    @Test
    void every_set_of_rules_is_as_strict_as_itself_and_as_none() {
        ApprovalRules some =
                rules("email:send", when("recipient_domain_in", List.of("a.example")), when("reply", true));
        assertTrue(some.areAtLeastAsStrictAs(some));
        assertTrue(some.areAtLeastAsStrictAs(ApprovalRules.NONE));
        assertFalse(ApprovalRules.NONE.areAtLeastAsStrictAs(some));
    }

    private static void assertStricter(Object stricter, Object looser) {
        assertTrue(rules(stricter).areAtLeastAsStrictAs(rules(looser)));
        assertFalse(rules(looser).areAtLeastAsStrictAs(rules(stricter)));
    }

    @Test
    void the_rule_that_holds_more_is_the_stricter_one() {
        assertStricter("email:send", when("first_contact", true));
        assertStricter(
                when("recipient_domain_in", List.of("a.example", "*.b.example")),
                when("recipient_domain_in", List.of("x.b.example", "*.y.b.example")));
        assertStricter(
                when("recipient_domain_not_in", List.of("a.example")),
                when("recipient_domain_not_in", List.of("a.example", "b.example")));
        assertStricter(when("recipients_over", 2), when("recipients_over", 3));
        assertStricter(when("has_attachments", true), when(Map.of("has_attachments", true, "first_contact", true)));
        assertStricter(Map.of("action", "email:send", "reviewers", 2), "email:send");
        assertStricter(Map.of("action", "email:send", "expires_after", "1h"), "email:send");
        assertStricter(
                Map.of("action", "email:send", "expires_after", "59m"),
                Map.of("action", "email:send", "expires_after", "1h"));
    }

    @Test
    void rules_that_hold_different_mail_are_neither_as_strict_as_the_other() {
        ApprovalRules replies = rules(when("reply", true));
        ApprovalRules fresh = rules(when("reply", false));
        assertFalse(replies.areAtLeastAsStrictAs(fresh));
        assertFalse(fresh.areAtLeastAsStrictAs(replies));
        assertFalse(rules(Map.of("action", "email:send", "reviewers", 2, "when", Map.of("reply", true)))
                .areAtLeastAsStrictAs(rules("email:send")));
    }

    @Test
    void a_stricter_set_holds_whatever_the_looser_one_holds() {
        List<Object> alphabet = List.of(
                "email:send",
                when("recipient_domain_in", List.of("a.example", "*.b.example")),
                when("recipient_domain_in", List.of("*.b.example")),
                when("recipient_domain_not_in", List.of("a.example")),
                when("recipient_domain_not_in", List.of("a.example", "x.b.example")),
                when("recipients_over", 1),
                when("recipients_over", 2),
                when("first_contact", true),
                when(Map.of("first_contact", false, "has_attachments", true)),
                Map.of("action", "email:send", "reviewers", 2, "when", Map.of("reply", true)),
                Map.of("action", "email:send", "expires_after", "1h", "when", Map.of("generated", true)));
        List<Facts> mails = mails();
        int compared = 0;
        for (Object one : alphabet) {
            for (Object two : alphabet) {
                for (Object other : alphabet) {
                    ApprovalRules some = rules(one, two);
                    ApprovalRules looser = rules(other);
                    if (some.areAtLeastAsStrictAs(looser)) {
                        compared++;
                        mails.forEach(mail -> assertAsStrict(some.strictest(mail), looser.strictest(mail)));
                    }
                }
            }
        }
        assertTrue(compared > alphabet.size() * alphabet.size(), "there is something to compare");
    }

    private static List<Facts> mails() {
        List<Recipient> people = new ArrayList<>();
        for (String address : List.of("p@a.example", "p@x.b.example", "p@b.example", "p@c.example")) {
            people.add(known(address));
            people.add(fresh(address));
        }
        List<Facts> mails = new ArrayList<>();
        for (Recipient first : people) {
            for (Recipient second : people) {
                for (int bits = 0; bits < 8; bits++) {
                    mails.add(new Facts(List.of(first, second), (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0));
                }
            }
            mails.add(to(first));
        }
        return mails;
    }

    private static void assertAsStrict(Optional<ApprovalRule> strict, Optional<ApprovalRule> loose) {
        loose.ifPresent(looser -> {
            ApprovalRule stricter = strict.orElseThrow();
            assertTrue(stricter.reviewers() >= looser.reviewers());
            Duration shorter = stricter.expiresAfter();
            Duration longer = looser.expiresAfter();
            assertTrue(longer == null || (shorter != null && shorter.compareTo(longer) <= 0));
        });
    }

    @Test
    void rules_are_written_as_they_were_given() {
        List<Object> given = List.of(
                "email:send",
                when(Map.of(
                        "recipient_domain_in", List.of("a.example", "*.b.example"),
                        "recipient_domain_not_in", List.of("c.example"),
                        "recipients_over", 5,
                        "first_contact", true,
                        "has_attachments", false,
                        "generated", true,
                        "reply", false)),
                Map.of("action", "email:send", "reviewers", 2, "expires_after", "36h"));
        assertEquals(given, ApprovalRuleTree.write(rules(given.toArray())));
    }

    @Test
    void what_says_the_same_is_written_in_the_same_way() {
        assertEquals(
                List.of("email:send", "email:send", Map.of("action", "email:send", "expires_after", "1d")),
                ApprovalRuleTree.write(rules(
                        Map.of("action", "email:send"),
                        Map.of("action", "email:send", "when", Map.of(), "reviewers", 1),
                        Map.of("action", "email:send", "expires_after", "1440m"))));
        assertEquals(
                List.of(when("recipient_domain_in", List.of("xn--bcher-kva.example"))),
                ApprovalRuleTree.write(rules(when("recipient_domain_in", List.of("BÜCHER.example")))));
    }

    private static void assertRefused(Object rule, String pointer) {
        CallerFault fault = assertThrows(CallerFault.class, () -> rules("email:send", rule));
        assertEquals(CallerFault.Kind.INVALID, fault.kind());
        assertEquals(pointer, fault.pointer());
    }

    @Test
    void what_is_no_rule_is_refused_where_it_stands() {
        assertRefused("email:read", "/requires_approval/1");
        assertRefused("EMAIL:SEND", "/requires_approval/1");
        assertRefused(1, "/requires_approval/1");
        assertRefused(List.of("email:send"), "/requires_approval/1");
        assertRefused(Map.of(), "/requires_approval/1/action");
        assertRefused(Map.of("action", "workflow:write"), "/requires_approval/1/action");
        assertRefused(Map.of("action", true), "/requires_approval/1/action");
        assertRefused(Map.of("action", "email:send", "wen", Map.of()), "/requires_approval/1/wen");
        assertRefused(Map.of("action", "email:send", "a/b~c", 1), "/requires_approval/1/a~1b~0c");
        assertRefused(Map.of("action", "email:send", "when", "always"), "/requires_approval/1/when");
        assertRefused(Map.of("action", "email:send", "reviewers", 0), "/requires_approval/1/reviewers");
        assertRefused(Map.of("action", "email:send", "reviewers", 3), "/requires_approval/1/reviewers");
        assertRefused(Map.of("action", "email:send", "reviewers", "2"), "/requires_approval/1/reviewers");
        assertRefused(Map.of("action", "email:send", "reviewers", 1.5), "/requires_approval/1/reviewers");
        for (Object duration : List.of("", "0s", "1", "-1h", "1w", "4 h", "367d", "999999999d", "PT1H")) {
            assertRefused(
                    Map.of("action", "email:send", "expires_after", duration), "/requires_approval/1/expires_after");
        }
        assertRefused(Map.of("action", "email:send", "expires_after", 60), "/requires_approval/1/expires_after");
    }

    @Test
    void what_is_no_condition_is_refused_where_it_stands() {
        String when = "/requires_approval/1/when";
        assertRefused(when("first_contacts", true), when + "/first_contacts");
        assertRefused(when("first_contact", "true"), when + "/first_contact");
        assertRefused(when("recipients_over", 0), when + "/recipients_over");
        assertRefused(when("recipients_over", 4_000_000_000L), when + "/recipients_over");
        assertRefused(when("recipient_domain_in", "a.example"), when + "/recipient_domain_in");
        assertRefused(when("recipient_domain_in", List.of()), when + "/recipient_domain_in");
        assertRefused(
                when("recipient_domain_not_in", List.of("a.example", "a@b")), when + "/recipient_domain_not_in/1");
        assertRefused(when("recipient_domain_not_in", List.of(7)), when + "/recipient_domain_not_in/0");
        assertRefused(when("recipient_domain_not_in", List.of("*")), when + "/recipient_domain_not_in/0");
        // Read in two ways in domain names: somebody else may own the one that the rule would mean.
        assertRefused(when("recipient_domain_not_in", List.of("straße.example")), when + "/recipient_domain_not_in/0");
    }

    @Test
    void there_is_a_limit_to_what_one_token_can_say() {
        Object[] many = Collections.nCopies(ApprovalRuleTree.MAX_RULES + 1, "email:send")
                .toArray();
        assertThrows(CallerFault.class, () -> rules(many));
        List<String> domains = new ArrayList<>();
        for (int i = 0; i < RecipientDomains.MAX_PATTERNS; i++) {
            domains.add("d" + i + ".example");
        }
        Object rule = when("recipient_domain_in", domains);
        assertEquals(4, rules(rule, rule, rule, rule).rules().size());
        assertThrows(CallerFault.class, () -> rules(rule, rule, rule, rule, rule));
    }
}
