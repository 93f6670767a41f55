package org.chancery.mailets.authentication.spf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.AuthenticationResults.Spf;
import org.chancery.core.mail.AuthenticationResults.SpfIdentity;
import org.chancery.mailets.authentication.dns.Dns;
import org.chancery.mailets.authentication.dns.Dns.Type;
import org.chancery.mailets.authentication.dns.Lookups;
import org.chancery.mailets.authentication.dns.ZoneDns;
import org.chancery.mailets.authentication.spf.SpfCheck.Question;
import org.chancery.mailets.authentication.spf.SpfCheck.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpfCheckTest {
    private static final String CLIENT = "192.0.2.1";

    private final ZoneDns zone = new ZoneDns();
    private int questions;

    private static InetAddress address(String numbers) {
        try {
            return InetAddress.getByName(numbers);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static Question question(String client, String helo, String reversePath) {
        return new Question(address(client), helo, reversePath, Instant.ofEpochSecond(1_000));
    }

    private Verdict check(Question question) {
        Dns counted = (name, type) -> {
            questions++;
            return zone.ask(name, type);
        };
        Lookups lookups = Lookups.of(counted);
        return new SpfCheck("mx.acme.example").check(question, lookups);
    }

    private Verdict check(String client, String record) {
        zone.add("d.example", Type.TXT, record);
        return check(question(client, "mail.d.example", "ann@d.example"));
    }

    private Result result(String record) {
        return check(CLIENT, record).result();
    }

    // ---- the plain cases

    @ParameterizedTest
    @CsvSource({
        "v=spf1 -all, FAIL",
        "v=spf1 ~all, SOFTFAIL",
        "v=spf1 ?all, NEUTRAL",
        "v=spf1 all, PASS",
        "v=spf1, NEUTRAL",
        "V=SPF1 IP4:192.0.2.0/24 -ALL, PASS",
        "v=spf1 ip4:192.0.2.1 -all, PASS",
        "v=spf1 ip4:192.0.2.128/25 -all, FAIL",
        "v=spf1 ip4:0.0.0.0/0 -all, PASS",
        "v=spf1 ip6:::/0 -all, FAIL",
        "v=spf10 all, NONE",
        "v=spf1-all, NONE",
        "something else, NONE"
    })
    void a_record_is_read_from_left_to_right(String record, Result result) {
        assertEquals(result, result(record));
    }

    @Test
    void hosts_are_compared_by_their_addresses() {
        zone.add("d.example", Type.A, "198.51.100.1")
                .add("d.example", Type.MX, "mx1.example")
                .add("d.example", Type.MX, "mx2.example")
                .add("mx2.example", Type.A, CLIENT)
                .add("mx2.example", Type.AAAA, "2001:db8::1");
        assertEquals(Result.FAIL, result("v=spf1 a -all"));
    }

    @Test
    void exchangers_are_compared_by_their_addresses() {
        zone.add("d.example", Type.MX, "mx1.example")
                .add("d.example", Type.MX, "mx2.example")
                .add("mx2.example", Type.A, CLIENT)
                .add("mx2.example", Type.AAAA, "2001:db8::1");
        assertEquals(Result.PASS, result("v=spf1 mx -all"));
        assertEquals(
                Result.PASS,
                check(question("2001:db8::1", "h.example", "a@d.example")).result());
        assertEquals(
                Result.FAIL,
                check(question("2001:db8::2", "h.example", "a@d.example")).result());
    }

    @Test
    void loopback_is_judged_like_every_client() {
        assertEquals(
                Result.FAIL, check("127.0.0.1", "v=spf1 ip4:192.0.2.1 -all").result());
    }

    @Test
    void the_name_in_helo_is_judged_where_the_reverse_path_is_null() {
        zone.add("mail.d.example", Type.TXT, "v=spf1 ip4:192.0.2.1 exists:%{l}.%{o}.x.example -all");
        assertEquals(Result.PASS, check(question(CLIENT, "mail.d.example", "")).result());
        zone.add("postmaster.mail.d.example.x.example", Type.A, "127.0.0.2");
        assertEquals(
                Result.PASS, check(question("192.0.2.9", "mail.d.example", "")).result());
        Lookups lookups = Lookups.of(zone);
        Spf kept = new SpfCheck("mx").results(question(CLIENT, "MAIL.d.example", ""), lookups);
        assertEquals(SpfIdentity.HELO, kept.identity());
        assertEquals("mail.d.example", kept.domain());
        assertEquals(CLIENT, kept.client());
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "[192.0.2.1]", "", ".", "a..example", "single", "x.example..", "-"})
    void a_name_in_helo_that_is_no_domain_has_no_record(String helo) {
        assertEquals(Result.NONE, check(question(CLIENT, helo, "")).result());
        assertEquals(0, questions);
    }

    // ---- errors

    @ParameterizedTest
    @ValueSource(
            strings = {
                "all -all:x",
                "a:",
                "a:192.0.2.1",
                "a/33",
                "a/08",
                "a//129",
                "a:x.example/24/64",
                "mx:x.example//",
                "ptr/24",
                "ip4:1.2.3",
                "ip4:1.2.3.4.5",
                "ip4:1.2.3.256",
                "ip4:1.2.3.04",
                "ip4:1.2.3.4/33",
                "ip4:1.2.3.4/",
                "ip4",
                "ip4:2001:db8::1",
                "ip6:1.2.3.4",
                "ip6:2001:db8::1/129",
                "ip6:2001:db8:::1",
                "ip6:localhost",
                "include",
                "include:",
                "exists",
                "exists:%{x}.example",
                "exists:%{l0}.example",
                "exists:%{l.example",
                "exists:%{c}.example",
                "exists:%{}.example",
                "exists:%",
                "exists:x%20.example",
                "nonsense",
                "redirect:x.example",
                "redirect=",
                "redirect=x.example redirect=y.example",
                "exp=x.example exp=x.example",
                "moo=%{x}",
                "=x",
                "-",
                "+-all",
                "a:\u00e4.example",
                "\u00a0all",
                "a\tmx"
            })
    void an_error_anywhere_makes_the_record_useless(String terms) {
        assertEquals(Result.PERMERROR, result("v=spf1 ip4:192.0.2.1 " + terms), terms);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "moo=x",
                "moo.x-y_z=%{c}%%%_%-",
                "a:x.example/24//64",
                "a//64",
                "mx/24",
                "ptr:x.example",
                "exists:%{L3R.-+,/_=}.%{ir}.%{v}._spf.%{d2}",
                "exists:%{d}",
                "exp=%{i}._e.%{d}",
                "redirect=x.example",
                "a:x.xn--p1ai",
                "a:x.example.",
                "a:foo:bar/baz.example"
            })
    void what_the_grammar_allows_is_read(String terms) {
        assertEquals(Result.PASS, result("v=spf1 ip4:192.0.2.1 " + terms), terms);
    }

    @Test
    void two_records_are_one_too_many() {
        zone.add("d.example", Type.TXT, "v=spf1 all");
        assertEquals(Result.PERMERROR, result("v=spf1 all"));
    }

    @Test
    void trouble_with_dns_is_temporary() {
        zone.silent("d.example");
        assertEquals(
                Result.TEMPERROR,
                check(question(CLIENT, "h.example", "ann@d.example")).result());
        zone.silent("away.example");
        for (String term : new String[] {"a:", "mx:", "exists:", "include:", "redirect="}) {
            ZoneDns fresh = new ZoneDns().silent("away.example");
            fresh.add("d.example", Type.TXT, "v=spf1 " + term + "away.example");
            Lookups lookups = Lookups.of(fresh);
            assertEquals(
                    Result.TEMPERROR,
                    new SpfCheck("mx")
                            .check(question(CLIENT, "h.example", "ann@d.example"), lookups)
                            .result(),
                    term);
        }
    }

    // ---- explanations

    @Test
    void the_owner_of_a_domain_says_why_it_fails() {
        zone.add("why.d.example", Type.TXT, "%{i} is none of ours, %{l}; ask %{r} at %{t}");
        Verdict verdict = check(CLIENT, "v=spf1 exp=why.%{d} -all");
        assertEquals(Result.FAIL, verdict.result());
        assertEquals("192.0.2.1 is none of ours, ann; ask mx.acme.example at 1000", verdict.explanation());
    }

    @Test
    void an_address_of_the_new_kind_has_macros_too() {
        zone.add("why.d.example", Type.TXT, "%{c} is %{ir}.%{v}.arpa");
        Verdict verdict = check("CAFE:BABE::1", "v=spf1 exp=why.%{d} -all");
        assertEquals("cafe:babe::1 is 1." + "0.".repeat(23) + "E.B.A.B.E.F.A.C.ip6.arpa", verdict.explanation());
    }

    @ParameterizedTest
    @ValueSource(strings = {"%{x}", "gr\u00fc\u00dfe", "line\r\nBcc: x"})
    void an_explanation_that_cannot_be_read_is_none(String text) {
        zone.add("why.d.example", Type.TXT, text);
        Verdict verdict = check(CLIENT, "v=spf1 exp=why.d.example -all");
        assertEquals(Result.FAIL, verdict.result());
        assertNull(verdict.explanation());
    }

    // ---- limits

    @Test
    void a_record_that_includes_itself_ends() {
        assertEquals(Result.PERMERROR, result("v=spf1 include:d.example -all"));
    }

    @Test
    void a_record_that_leads_to_itself_ends() {
        assertEquals(Result.PERMERROR, result("v=spf1 redirect=d.example"));
        assertTrue(questions < 15, "asked " + questions);
    }

    @Test
    void a_tree_of_includes_ends() {
        for (int i = 0; i < 200; i++) {
            zone.add(
                    "i" + i + ".example",
                    Type.TXT,
                    "v=spf1 include:i" + (i * 2 + 1) % 200 + ".example include:i" + (i * 2 + 2) % 200 + ".example");
        }
        assertEquals(Result.PERMERROR, result("v=spf1 include:i0.example -all"));
        assertTrue(questions < 15, "asked " + questions);
    }

    @Test
    void two_questions_may_find_nothing_and_no_more() {
        assertEquals(Result.FAIL, result("v=spf1 a:one.example exists:two.example -all"));
    }

    @Test
    void a_third_question_for_nothing_is_an_error() {
        assertEquals(Result.PERMERROR, result("v=spf1 a:one.example exists:two.example mx:three.example +all"));
    }

    @Test
    void eleven_exchangers_are_one_too_many() {
        for (int i = 0; i < 11; i++) {
            zone.add("d.example", Type.MX, "mx" + i + ".example").add("mx" + i + ".example", Type.A, "198.51.100.1");
        }
        assertEquals(Result.PERMERROR, result("v=spf1 mx +all"));
    }

    @Test
    void of_many_names_of_an_address_ten_are_looked_at() {
        for (int i = 0; i < 1_000; i++) {
            zone.add("1.2.0.192.in-addr.arpa", Type.PTR, "h" + i + ".d.example");
        }
        zone.add("h500.d.example", Type.A, CLIENT);
        assertEquals(Result.FAIL, result("v=spf1 ptr -all"));
        assertTrue(questions < 15, "asked " + questions);
    }

    @Test
    void aliases_in_a_circle_end() {
        zone.alias("one.example", "two.example").alias("two.example", "one.example");
        assertEquals(Result.TEMPERROR, result("v=spf1 a:one.example +all"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ip4:10.0.0.1 ", "moo=%_%_%_%_ ", "%{l} ", "a- ", "?all "})
    void a_record_of_any_length_is_judged(String term) {
        result("v=spf1 " + term.repeat(8_000) + "-all");
        result("v=spf1 a:" + term.strip().repeat(8_000) + ".example -all");
        result("v=spf1 exists:" + "%{l1r-}".repeat(8_000) + ".example -all");
        result("v=spf1 a:" + "x.".repeat(20_000) + "example -all");
    }

    @Test
    void a_name_that_grows_too_long_loses_its_left_labels() {
        zone.add("x".repeat(60) + ".example", Type.A, CLIENT);
        assertEquals(
                Result.PASS,
                result("v=spf1 a:" + ("y".repeat(60) + ".").repeat(3) + "%{d}.%{d}.%{d}.%{d}." + "y".repeat(63) + "."
                        + "z".repeat(63) + "." + "x".repeat(60) + ".example ip4:192.0.2.1 -all"));
    }
}
