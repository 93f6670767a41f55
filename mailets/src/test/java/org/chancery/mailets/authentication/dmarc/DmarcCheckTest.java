package org.chancery.mailets.authentication.dmarc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.chancery.core.mail.AuthenticationResults.Dmarc;
import org.chancery.core.mail.AuthenticationResults.Policy;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.AuthenticationResults.Signature;
import org.chancery.core.mail.AuthenticationResults.Spf;
import org.chancery.core.mail.AuthenticationResults.SpfIdentity;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;
import org.chancery.mailets.authentication.dns.Dns.Type;
import org.chancery.mailets.authentication.dns.Lookups;
import org.chancery.mailets.authentication.dns.ZoneDns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DmarcCheckTest {
    private static final String ANN = "From: Ann <ann@bank.example>\r\n";

    private final ZoneDns zone = new ZoneDns();

    private static Spf spf(Result result, String domain) {
        return new Spf(result, SpfIdentity.MAILFROM, domain, "192.0.2.1", "");
    }

    private static Signature dkim(Result result, String domain) {
        return new Signature(result, domain, "s", "rsa-sha256", "", "");
    }

    private static final Spf NO_SPF = spf(Result.NONE, "");

    private Dmarc check(String header, Spf spf, Signature... signatures) {
        return check("a mail", header, spf, signatures);
    }

    private Dmarc check(String sample, String header, Spf spf, Signature... signatures) {
        byte[] raw = (header + "\r\n").getBytes(StandardCharsets.UTF_8);
        Lookups lookups = Lookups.of(zone);
        try {
            MessageHeader read = MessageReader.header(new ByteArrayInputStream(raw));
            return new DmarcCheck(read, lookups).check(spf, List.of(signatures), sample);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DmarcCheckTest publish(String domain, String record) {
        zone.add("_dmarc." + domain, Type.TXT, record);
        return this;
    }

    // ---- alignment

    @ParameterizedTest
    @CsvSource({
        // published, SPF passes for, a signature passes for, result
        "p=reject, bank.example, '', PASS",
        "p=reject, '', bank.example, PASS",
        "p=reject, mail.bank.example, '', PASS",
        "p=reject, '', mail.bank.example, PASS",
        "p=reject; aspf=s, mail.bank.example, '', FAIL",
        "p=reject; aspf=s, BANK.example, '', PASS",
        "p=reject; adkim=s, '', mail.bank.example, FAIL",
        "p=reject; adkim=s, mail.bank.example, '', PASS",
        "p=reject; adkim=s, '', bank.example, PASS",
        "p=reject, other.example, evil.example, FAIL",
        "p=reject, notbank.example, bank.example.evil.example, FAIL",
        "p=reject, example, example, FAIL"
    })
    void what_passed_has_to_be_of_the_domain_in_from(String tags, String spfDomain, String dkimDomain, Result result) {
        publish("bank.example", "v=DMARC1; " + tags);
        Dmarc dmarc = check(ANN, spf(Result.PASS, spfDomain), dkim(Result.PASS, dkimDomain));
        assertEquals(result, dmarc.result());
        assertEquals(result == Result.FAIL ? Policy.REJECT : Policy.NONE, dmarc.applied());
        assertEquals("bank.example", dmarc.fromDomain());
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAIL", "SOFTFAIL", "NEUTRAL", "NONE", "PERMERROR", "POLICY"})
    void whatever_is_no_pass_does_not_help(String word) {
        publish("bank.example", "v=DMARC1; p=quarantine");
        Result result = Result.valueOf(word);
        assertEquals(
                Result.FAIL,
                check(ANN, spf(result, "bank.example"), dkim(result, "bank.example"))
                        .result());
    }

    @Test
    void what_could_have_passed_but_was_not_looked_up_is_temporary() {
        publish("bank.example", "v=DMARC1; p=reject");
        Dmarc open = check(ANN, spf(Result.TEMPERROR, "bank.example"));
        assertEquals(Result.TEMPERROR, open.result());
        assertEquals(Policy.NONE, open.applied());
        assertEquals(Policy.REJECT, open.published(), "what the domain wants is not forgotten");
        assertEquals(
                Result.TEMPERROR,
                check(ANN, NO_SPF, dkim(Result.TEMPERROR, "mail.bank.example")).result());
        assertEquals(
                Result.FAIL, check(ANN, spf(Result.TEMPERROR, "other.example")).result());
        assertEquals(
                Result.PASS,
                check(ANN, spf(Result.TEMPERROR, "bank.example"), dkim(Result.PASS, "bank.example"))
                        .result());
    }

    @ParameterizedTest
    @CsvSource({
        "shop.co.uk, mail.shop.co.uk, PASS",
        "shop.co.uk, other.co.uk, FAIL",
        "a.github.io, b.github.io, FAIL", // customers of one company are strangers to each other
        "a.github.io, x.a.github.io, PASS",
        "_odd.shop.co.uk, shop.co.uk, PASS",
        "shop.unknown-tld, mail.shop.unknown-tld, PASS",
        "shop.unknown-tld, other.unknown-tld, FAIL",
        "co.uk, shop.co.uk, FAIL",
        "xn--bcher-kva.example, mail.b\u00fccher.example, PASS"
    })
    void who_a_domain_belongs_to_is_said_by_the_list_of_public_suffixes(String from, String passed, Result result) {
        publish(from, "v=DMARC1; p=reject");
        assertEquals(
                result,
                check("From: ann@" + from + "\r\n", spf(Result.PASS, passed)).result());
    }

    // ---- discovery

    @Test
    void without_a_record_nothing_is_said() {
        assertEquals(Result.NONE, check(ANN, spf(Result.PASS, "bank.example")).result());
        publish("bank.example", "v=spf1 -all");
        assertEquals(Result.NONE, check(ANN, spf(Result.FAIL, "bank.example")).result());
    }

    @ParameterizedTest
    @CsvSource({
        "shop.example, shop.example",
        "deep.mail.shop.co.uk, shop.co.uk",
        "a.github.io, a.github.io",
        "github.io, ''",
        "co.uk, ''",
    })
    void without_a_record_it_is_told_which_organization_has_none(String from, String organization) {
        Dmarc none = check("From: ann@" + from + "\r\n", NO_SPF);
        assertEquals(Result.NONE, none.result());
        assertEquals(organization, none.policyDomain());
    }

    @Test
    void a_subdomain_without_a_record_has_that_of_its_organization() {
        publish("bank.example", "v=DMARC1; p=reject; sp=quarantine");
        Dmarc sub = check("From: ann@deep.mail.bank.example\r\n", NO_SPF);
        assertEquals(
                new Dmarc(
                        Result.FAIL,
                        "deep.mail.bank.example",
                        "bank.example",
                        Policy.QUARANTINE,
                        Policy.QUARANTINE,
                        "nothing that passed is of the domain"),
                sub);
        assertEquals(Policy.REJECT, check(ANN, NO_SPF).applied());
        publish("deep.mail.bank.example", "v=DMARC1; p=none; sp=reject");
        assertEquals(
                Policy.NONE,
                check("From: ann@deep.mail.bank.example\r\n", NO_SPF).applied());
    }

    @Test
    void without_sp_a_subdomain_has_the_policy_of_its_organization() {
        publish("bank.example", "v=DMARC1; p=reject");
        assertEquals(
                Policy.REJECT, check("From: ann@mail.bank.example\r\n", NO_SPF).applied());
    }

    @Test
    void two_records_are_none() {
        publish("bank.example", "v=DMARC1; p=reject").publish("bank.example", "v=DMARC1; p=none");
        assertEquals(
                Result.PERMERROR, check(ANN, spf(Result.PASS, "bank.example")).result());
    }

    @Test
    void trouble_with_dns_is_temporary() {
        zone.silent("_dmarc.bank.example");
        assertEquals(
                Result.TEMPERROR, check(ANN, spf(Result.PASS, "bank.example")).result());
        zone.silent("_dmarc.shop.example");
        assertEquals(
                Result.TEMPERROR, check("From: a@mail.shop.example\r\n", NO_SPF).result());
    }

    @Test
    void a_subdomain_whose_record_cannot_be_read_keeps_the_policy_of_its_organization() {
        zone.silent("_dmarc.dead.bank.example");
        publish("bank.example", "v=DMARC1; p=reject; sp=quarantine");
        String dead = "From: ann@dead.bank.example\r\n";
        Dmarc forged = check(dead, spf(Result.PASS, "evil.example"), dkim(Result.TEMPERROR, "dead.bank.example"));
        assertEquals(Result.TEMPERROR, forged.result());
        assertEquals("bank.example", forged.policyDomain());
        assertEquals(Policy.QUARANTINE, forged.published());
        Dmarc own = check(dead, NO_SPF, dkim(Result.PASS, "bank.example"));
        assertEquals(Result.TEMPERROR, own.result());
        assertEquals(Policy.NONE, own.published(), "what is signed by the organization is not kept back");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=DMARC1;p=reject | FAIL | REJECT",
                "v = DMARC1 ; p = Reject ; | FAIL | REJECT",
                "v=DMARC1; p=none | FAIL | NONE",
                "v=DMARC1; p=quarantine; adkim=x; aspf=; pct=101; foo=bar;; | FAIL | QUARANTINE",
                "v=DMARC1; rua=mailto:d@bank.example; p=reject | FAIL | REJECT",
                "v=DMARC1; p=maybe | PERMERROR | NONE",
                "v=DMARC1 | PERMERROR | NONE",
                "v=DMARC1; p=reject; sp=maybe | PERMERROR | NONE",
                "v=DMARC1; p=maybe; rua=mailto:d@bank.example | FAIL | NONE",
                "v=DMARC1; p=reject; p=none | FAIL | REJECT",
                "v=DMARC2; p=reject | NONE | NONE",
                "v=dmarc1; p=reject | NONE | NONE",
                "p=reject; v=DMARC1 | NONE | NONE",
                "v=DMARC1x; p=reject | NONE | NONE"
            })
    void a_record_is_read_as_far_as_it_makes_sense(String record, Result result, Policy applied) {
        publish("bank.example", record);
        Dmarc dmarc = check(ANN, NO_SPF);
        assertEquals(result, dmarc.result(), record);
        assertEquals(applied, dmarc.applied(), record);
    }

    // ---- pct

    @Test
    void the_policy_is_applied_to_a_part_of_mail_and_the_next_weaker_to_the_rest() {
        publish("bank.example", "v=DMARC1; p=reject; pct=30");
        int rejected = 0;
        for (int i = 0; i < 1_000; i++) {
            Dmarc first = check("mail " + i, ANN, NO_SPF);
            assertEquals(Result.FAIL, first.result());
            assertEquals(Policy.REJECT, first.published());
            assertEquals(first, check("mail " + i, ANN, NO_SPF), "a second try decides alike");
            rejected += first.applied() == Policy.REJECT ? 1 : 0;
            assertNotEquals(Policy.NONE, first.applied());
        }
        assertTrue(rejected > 240 && rejected < 360, "of 1000: " + rejected);
    }

    @ParameterizedTest
    @CsvSource({
        "p=quarantine; pct=0, NONE",
        "p=reject; pct=0, QUARANTINE",
        "p=reject; pct=100, REJECT",
        "p=reject; pct=-1, REJECT",
        "p=reject; pct=abc, REJECT"
    })
    void the_ends_of_pct_are_all_and_nothing(String tags, Policy applied) {
        publish("bank.example", "v=DMARC1; " + tags);
        for (int i = 0; i < 50; i++) {
            assertEquals(applied, check("mail " + i, ANN, NO_SPF).applied());
        }
    }

    // ---- originators

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: Ann <ann@bank.example>, Eve <eve@evil.example>\r\n",
                "From: eve@evil.example, ann@bank.example\r\n",
                "From: eve@evil.example\r\nFrom: ann@bank.example\r\n",
                "From: ann@bank.example\r\nFrom: eve@evil.example\r\n",
                "From : ann@bank.example\r\nfrom: eve@evil.example\r\n",
                "From: Friends: eve@evil.example, ann@bank.example;\r\n"
            })
    void of_several_originators_the_strictest_failure_counts(String header) {
        publish("bank.example", "v=DMARC1; p=reject");
        publish("evil.example", "v=DMARC1; p=none");
        Dmarc dmarc = check(header, spf(Result.PASS, "evil.example"));
        assertEquals(Result.FAIL, dmarc.result());
        assertEquals("bank.example", dmarc.fromDomain());
        assertEquals(Policy.REJECT, dmarc.applied());
    }

    @Test
    void a_failure_that_asks_for_nothing_does_not_hide_a_policy_that_is_open() {
        publish("bank.example", "v=DMARC1; p=reject");
        publish("evil.example", "v=DMARC1; p=none");
        Dmarc dmarc = check(
                "From: eve@evil.example, ann@bank.example\r\n", NO_SPF, dkim(Result.TEMPERROR, "dead.bank.example"));
        assertEquals(Result.TEMPERROR, dmarc.result());
        assertEquals("bank.example", dmarc.fromDomain());
        assertEquals(Policy.REJECT, dmarc.published());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: ann@bank.example, bob@bank.example\r\n",
                "From: ann@bank.example, ann@bank.example\r\n",
                "From: ann@bank.example, nobody\r\n",
                "From: ann@bank.example\r\nFrom: ann@bank.example\r\n"
            })
    void several_originators_never_pass(String header) {
        publish("bank.example", "v=DMARC1; p=reject");
        Dmarc dmarc = check(header, spf(Result.PASS, "bank.example"), dkim(Result.PASS, "bank.example"));
        assertEquals(Result.PERMERROR, dmarc.result());
        assertEquals(Policy.NONE, dmarc.applied());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Subject: x\r\n",
                "From: \r\n",
                "From: nobody\r\n",
                "From: <>\r\n",
                "From: @bank.example\r\n",
                "From: Friends:;\r\n",
                "From: (ann@bank.example)\r\n",
                "From: =?utf-8?q?ann=40bank=2Eexample?=\r\n"
            })
    void without_a_domain_in_from_there_is_nothing_to_pass(String header) {
        publish("bank.example", "v=DMARC1; p=reject");
        assertEquals(
                Result.PERMERROR,
                check(header, spf(Result.PASS, "bank.example")).result());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: \"ann@bank.example\" <eve@evil.example>\r\n",
                "From: ann@bank.example <eve@evil.example>\r\n",
                "From: =?utf-8?q?ann=40bank=2Eexample?= <eve@evil.example>\r\n",
                "From: eve@evil.example (ann@bank.example)\r\n"
            })
    void a_name_that_looks_like_an_address_is_none(String header) {
        publish("bank.example", "v=DMARC1; p=reject");
        publish("evil.example", "v=DMARC1; p=none");
        Dmarc dmarc = check(header, spf(Result.PASS, "evil.example"));
        assertEquals("evil.example", dmarc.fromDomain(), header);
        assertEquals(Result.PASS, dmarc.result());
    }

    @Test
    void a_thousand_originators_are_nobody() {
        StringBuilder header = new StringBuilder("From: a@x0.example");
        for (int i = 1; i < 1_000; i++) {
            header.append(",\r\n a@x").append(i).append(".example");
        }
        assertEquals(Result.PERMERROR, check(header + "\r\n", NO_SPF).result());
    }
}
