package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.chancery.core.mail.AuthenticationResults.Arc;
import org.chancery.core.mail.AuthenticationResults.Dmarc;
import org.chancery.core.mail.AuthenticationResults.Policy;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.AuthenticationResults.Signature;
import org.chancery.core.mail.AuthenticationResults.Spf;
import org.chancery.core.mail.AuthenticationResults.SpfIdentity;
import org.chancery.core.mail.MessageHeader.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationResultsFieldTest {
    private final AuthenticationResultsField ours = new AuthenticationResultsField("mx.acme.example");

    private static AuthenticationResults results(String domain, String reason) {
        return new AuthenticationResults(
                new Spf(Result.PASS, SpfIdentity.MAILFROM, domain, "192.0.2.1", reason),
                List.of(new Signature(Result.FAIL, domain, "s1", "rsa-sha256", "a+b/c=", reason)),
                new Dmarc(Result.FAIL, domain, "example", Policy.REJECT, Policy.QUARANTINE, reason),
                new Arc(Result.PASS, List.of("one.example", "two.example"), ""));
    }

    @Test
    void every_verdict_stands_in_one_field() {
        assertEquals(
                "Authentication-Results: mx.acme.example;\r\n"
                        + "\tspf=pass smtp.mailfrom=stranger.example;\r\n"
                        + "\tdkim=fail header.d=stranger.example header.s=s1 header.a=rsa-sha256 header.b=\"a+b/c=\";\r\n"
                        + "\tdmarc=fail header.from=stranger.example policy.dmarc=quarantine;\r\n"
                        + "\tarc=pass reason=\"sealed by one.example, two.example\"",
                ours.field(results("stranger.example", "")));
    }

    @Test
    void what_was_not_checked_says_so() {
        assertEquals(
                "mx.acme.example; spf=none reason=\"not checked\"; dkim=none; dmarc=none reason=\"not checked\";"
                        + " arc=none reason=\"not checked\"",
                ours.line(AuthenticationResults.NONE));
    }

    @Test
    void the_name_in_helo_is_named_as_such() {
        AuthenticationResults helo = new AuthenticationResults(
                new Spf(Result.NONE, SpfIdentity.HELO, "[192.0.2.1]", "192.0.2.1", ""),
                List.of(),
                Dmarc.NOT_CHECKED,
                Arc.NOT_CHECKED);
        assertTrue(ours.line(helo).contains("spf=none smtp.helo=\"[192.0.2.1]\";"), ours.line(helo));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\r\nBcc: victim@example.com",
                "a\nX: y",
                "a\u0000b",
                "x; dmarc=pass",
                "x\"; dmarc=pass; y=\"",
                "x\\\"; dmarc=pass",
                "(comment",
                "ünïcödé\u202e"
            })
    void strangers_texts_cannot_leave_their_place(String hostile) {
        String field = ours.field(results(hostile, hostile));
        assertEquals(5, field.split("\r\n\t", -1).length, field);
        String unfolded = field.replace("\r\n\t", " ");
        assertTrue(unfolded.chars().allMatch(c -> c >= ' ' && c < 0x7f), unfolded);
        // Outside of quoted strings there is nothing but what we wrote.
        String outside = unfolded.replaceAll("\"(?:[^\"\\\\]|\\\\.)*\"", "");
        assertFalse(outside.contains("\""), outside);
        assertEquals(1, outside.split(" dmarc=", -1).length - 1, outside);
        assertTrue(outside.contains(" dmarc=fail"), outside);
    }

    @Test
    void strangers_texts_are_short() {
        assertTrue(ours.field(results("x".repeat(100_000), "y".repeat(100_000))).length() < 3_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mx.acme.example; spf=pass",
                " MX.Acme.Example ; spf=pass",
                "mx.acme.example.; spf=pass",
                "\"mx.acme.example\"; spf=pass",
                "\"mx.acme.ex\\ample\"; spf=pass",
                "(we) (did (it)) mx.acme.example 1; dmarc=pass",
                "(\\) mx.other.example;) mx.acme.example; dmarc=pass",
                "\r\n\tmx.acme.example;\r\n\tdmarc=pass",
                "mx.acme.example(comment); none",
                "mx.acme.example"
            })
    void fields_under_our_name_are_forged(String body) {
        assertTrue(ours.isForged("Authentication-Results", body));
        assertTrue(ours.isForged("AUTHENTICATION-results ", body));
        assertFalse(ours.isForged("X-Authentication-Results", body));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "(mx.acme.example)", "mx.other.example; spf=pass", "acme.example; x", "amx.acme.example;"})
    void fields_under_other_names_are_not(String body) {
        assertFalse(ours.isForged("Authentication-Results", body));
    }

    @Test
    void forged_fields_are_left_out_of_what_is_shown() {
        Field from = new Field("From", "ann@stranger.example");
        Field theirs = new Field("Authentication-Results", "mx.stranger.example; spf=pass");
        Field forged = new Field("authentication-results", "mx.acme.example; dmarc=pass");
        assertEquals(List.of(from, theirs), ours.withoutForged(List.of(forged, from, theirs, forged)));
    }

    @Test
    void forged_fields_are_left_out_of_raw_mail_and_nothing_else() {
        String before = "From: ann@stranger.example\r\n";
        String forged = "Authentication-Results: mx.acme.example;\r\n\tspf=pass;\r\n dmarc=pass\r\n";
        String after = "Subject: x\r\n folded\r\n\r\nAuthentication-Results: mx.acme.example; in the body\r\n\u00ff";
        assertEquals(before + after, without(forged + before + forged + after));
        assertEquals(before + after, without(before + forged + after));
        assertEquals(before + after, without(before + after));
        assertEquals("", without(forged));
        assertEquals("\r\n" + forged, without("\r\n" + forged));
        assertEquals("", without(""));
    }

    @Test
    void forged_fields_are_found_behind_bare_line_feeds() {
        assertEquals("A: b\n\nbody", without("A: b\nAuthentication-Results: mx.acme.example; x\n y\n\nbody"));
    }

    private String without(String mail) {
        byte[] raw = mail.getBytes(StandardCharsets.ISO_8859_1);
        byte[] copy = raw.clone();
        String kept = new String(ours.withoutForged(raw), StandardCharsets.ISO_8859_1);
        assertArrayEquals(copy, raw);
        return kept;
    }
}
