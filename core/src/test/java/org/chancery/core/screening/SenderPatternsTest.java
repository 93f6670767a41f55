package org.chancery.core.screening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.screening.SenderPatterns.Wrong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SenderPatternsTest {

    @ParameterizedTest
    @CsvSource({
        // policy, pattern, sender, allowed
        "DOMAIN_ALLOWLIST, example.com, ana@example.com, true",
        "DOMAIN_ALLOWLIST, example.com, ana@EXAMPLE.com, true",
        "DOMAIN_ALLOWLIST, Example.COM, ana@example.com, true",
        "DOMAIN_ALLOWLIST, example.com, ana@mail.example.com, false",
        "DOMAIN_ALLOWLIST, example.com, ana@notexample.com, false",
        "DOMAIN_ALLOWLIST, example.com, ana@example.com.evil.test, false",
        "DOMAIN_ALLOWLIST, example.com, example.com@evil.test, false",
        "DOMAIN_ALLOWLIST, *.example.com, ana@mail.example.com, true",
        "DOMAIN_ALLOWLIST, *.example.com, ana@a.b.example.com, true",
        "DOMAIN_ALLOWLIST, *.example.com, ana@example.com, false",
        "DOMAIN_ALLOWLIST, *.example.com, ana@notexample.com, false",
        "DOMAIN_ALLOWLIST, *.example.com, ana@mail.notexample.com, false",
        "DOMAIN_ALLOWLIST, bücher.example, ana@xn--bcher-kva.example, true",
        "DOMAIN_ALLOWLIST, xn--bcher-kva.example, ana@bücher.example, true",
        "DOMAIN_ALLOWLIST, *.bücher.example, ana@shop.BÜCHER.example, true",
        "DOMAIN_ALLOWLIST, localhost, ana@localhost, true",
        "ADDR_ALLOWLIST, ana@example.com, ana@example.com, true",
        "ADDR_ALLOWLIST, ana@example.com, Ana@Example.Com, true",
        "ADDR_ALLOWLIST, ANA@example.com, ana@example.com, true",
        "ADDR_ALLOWLIST, ana@example.com, bea@example.com, false",
        "ADDR_ALLOWLIST, ana@example.com, ana@mail.example.com, false",
        "ADDR_ALLOWLIST, ana@example.com, ana+news@example.com, false",
        "ADDR_ALLOWLIST, ana+news@example.com, ana+news@example.com, true",
        "ADDR_ALLOWLIST, ana+news@example.com, ana@example.com, false",
        "ADDR_ALLOWLIST, ana@example.com, \"ana\"@example.com, true",
        "ADDR_ALLOWLIST, ana@example.com, \"a\\na\"@example.com, true",
        "ADDR_ALLOWLIST, \"ana\"@example.com, ana@example.com, true",
        "ADDR_ALLOWLIST, \"two words\"@example.com, \"two words\"@example.com, true",
        "ADDR_ALLOWLIST, \"*\"@example.com, ana@example.com, false",
        "ADDR_ALLOWLIST, \"*\"@example.com, *@example.com, true",
        "ADDR_ALLOWLIST, *@example.com, ana@example.com, true",
        "ADDR_ALLOWLIST, *@example.com, \"two words\"@example.com, true",
        "ADDR_ALLOWLIST, *@example.com, ana@mail.example.com, false",
        "ADDR_ALLOWLIST, *@bücher.example, ana@xn--bcher-kva.example, true",
        "ADDR_ALLOWLIST, jörg@example.com, JÖRG@example.com, true",
        "ADDR_ALLOWLIST, kim@example.com, \u212Aim@example.com, false"
    })
    void a_pattern_allows_what_it_names_and_nothing_like_it(
            SenderPolicy policy, String pattern, String sender, boolean allowed) {
        assertEquals(Optional.empty(), SenderPatterns.check(policy, List.of(pattern)));
        assertEquals(
                allowed ? Optional.of(pattern) : Optional.empty(),
                SenderPatterns.of(policy, List.of(pattern)).allowing(EmailAddress.of(sender)));
    }

    @ParameterizedTest
    @CsvSource({
        "DOMAIN_ALLOWLIST, '', empty",
        "DOMAIN_ALLOWLIST, ' ', empty",
        "DOMAIN_ALLOWLIST, ana@example.com, addr_allowlist",
        "DOMAIN_ALLOWLIST, *@example.com, addr_allowlist",
        "DOMAIN_ALLOWLIST, *, star",
        "DOMAIN_ALLOWLIST, *., no domain name",
        "DOMAIN_ALLOWLIST, *.*.example.com, star",
        "DOMAIN_ALLOWLIST, mail.*.com, star",
        "DOMAIN_ALLOWLIST, example.com., no domain name",
        "DOMAIN_ALLOWLIST, .example.com, no domain name",
        "DOMAIN_ALLOWLIST, exa mple.com, no domain name",
        "DOMAIN_ALLOWLIST, [192.0.2.1], no domain name",
        "DOMAIN_ALLOWLIST, straße.example, two ways",
        "ADDR_ALLOWLIST, example.com, domain_allowlist",
        "ADDR_ALLOWLIST, *.example.com, domain_allowlist",
        "ADDR_ALLOWLIST, ana@, no domain name",
        "ADDR_ALLOWLIST, @example.com, address such as",
        "ADDR_ALLOWLIST, *@*, star",
        "ADDR_ALLOWLIST, *@*.example.com, star",
        "ADDR_ALLOWLIST, an*@example.com, whole local part",
        "ADDR_ALLOWLIST, a na@example.com, address such as",
        "ADDR_ALLOWLIST, ana@straße.example, two ways",
        "ADDR_ALLOWLIST, Ana <ana@example.com>, no domain name"
    })
    void a_pattern_that_could_not_work_is_named_with_the_reason(SenderPolicy policy, String pattern, String reason) {
        String good = policy == SenderPolicy.DOMAIN_ALLOWLIST ? "example.org" : "bea@example.org";

        Wrong wrong = SenderPatterns.check(policy, List.of(good, pattern)).orElseThrow();

        assertEquals(1, wrong.index());
        assertTrue(wrong.reason().contains(reason), wrong.reason());
        assertEquals(
                Optional.empty(),
                SenderPatterns.of(policy, List.of(pattern)).allowing(EmailAddress.of("ana@example.com")));
    }

    @ParameterizedTest
    @EnumSource(names = {"ANYONE", "BOUND_USERS_ONLY"})
    void patterns_have_no_effect_under_other_policies_and_are_refused(SenderPolicy policy) {
        assertEquals(Optional.empty(), SenderPatterns.check(policy, List.of()));
        assertEquals(
                0,
                SenderPatterns.check(policy, List.of("example.com"))
                        .orElseThrow()
                        .index());
    }

    @Test
    void there_is_a_most() {
        List<String> many = Collections.nCopies(SenderPatterns.MAX_PATTERNS, "example.com");
        List<String> tooMany = Collections.nCopies(SenderPatterns.MAX_PATTERNS + 1, "example.com");

        assertEquals(Optional.empty(), SenderPatterns.check(SenderPolicy.DOMAIN_ALLOWLIST, many));
        assertEquals(
                SenderPatterns.MAX_PATTERNS,
                SenderPatterns.check(SenderPolicy.DOMAIN_ALLOWLIST, tooMany)
                        .orElseThrow()
                        .index());
    }

    @Test
    void a_pattern_without_end_is_refused_before_it_is_read() {
        Wrong wrong = SenderPatterns.check(SenderPolicy.DOMAIN_ALLOWLIST, List.of("a.".repeat(1_000_000)))
                .orElseThrow();

        assertTrue(wrong.reason().contains("too long"), wrong.reason());
    }

    @Test
    void an_empty_allowlist_allows_nobody() {
        assertEquals(
                Optional.empty(),
                SenderPatterns.of(SenderPolicy.ADDR_ALLOWLIST, List.of()).allowing(EmailAddress.of("ana@example.com")));
    }
}
