package org.chancery.mailets.authentication.signature;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.AuthenticationResults.Signature;
import org.chancery.mailets.authentication.dns.Dns.Type;
import org.chancery.mailets.authentication.dns.Lookups;
import org.chancery.mailets.authentication.dns.ZoneDns;
import org.chancery.testkit.signature.MailSigner;
import org.chancery.testkit.signature.MailSigner.Wish;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignatureCheckTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final MailSigner RSA = MailSigner.rsa("stranger.example", 2048);
    private static final MailSigner ED25519 = MailSigner.ed25519("stranger.example");
    private static final MailSigner SHORT = MailSigner.rsa("stranger.example", 512);

    private static final String MAIL = """
            From: Ann \t <ann@stranger.example>
            To: sales@acme.example
            Subject:  A question
             on two lines
            Date: Sun, 1 Mar 2026 11:00:00 +0000

            How  much is \tit?\s

            Yours

            """.replace("\n", "\r\n");

    private final ZoneDns zone = new ZoneDns();

    private void publish(String name, String text) {
        zone.add(name, Type.TXT, text);
    }

    SignatureCheckTest() {
        RSA.publish(this::publish);
        ED25519.publish(this::publish);
        SHORT.publish(this::publish);
    }

    private List<Signature> signatures(String mail) {
        return found(new ByteArrayInputStream(mail.getBytes(StandardCharsets.ISO_8859_1)))
                .signatures();
    }

    private SignatureCheck.Found found(InputStream mail) {
        Lookups lookups = Lookups.of(zone);
        try {
            return new SignatureCheck(lookups).check(mail, NOW);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Result only(String mail) {
        List<Signature> signatures = signatures(mail);
        assertEquals(1, signatures.size(), signatures.toString());
        return signatures.getFirst().result();
    }

    private String reason(String mail) {
        return signatures(mail).getFirst().reason();
    }

    // ---- what passes

    @ParameterizedTest
    @ValueSource(strings = {"simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed"})
    void a_whole_signature_passes(String canonicalization) {
        for (MailSigner signer : List.of(RSA, ED25519)) {
            assertEquals(Result.PASS, only(signer.sign(MAIL, Wish.PLAIN.as(canonicalization))));
            for (String body :
                    List.of("", "\r\n", "\r\n\r\n", " \r\n", "x", "x\r\n\r\n", " x \r\n \r\n", "\t\r\nx\r\n")) {
                String mail = MAIL.substring(0, MAIL.indexOf("\r\n\r\n") + 4) + body;
                assertEquals(Result.PASS, only(signer.sign(mail, Wish.PLAIN.as(canonicalization))), "'" + body + "'");
            }
        }
    }

    @Test
    void the_verdict_names_who_signed() {
        Signature signature = signatures(RSA.sign(MAIL)).getFirst();
        assertEquals("stranger.example", signature.domain());
        assertEquals("r2048", signature.selector());
        assertEquals("rsa-sha256", signature.algorithm());
        assertEquals(8, signature.start().length());
        assertEquals("", signature.reason());
    }

    @Test
    void mail_without_signatures_has_no_verdict() {
        assertEquals(List.of(), signatures(MAIL));
        assertEquals(List.of(), signatures(""));
        assertEquals(List.of(), signatures("\r\n"));
    }

    @Test
    void mail_that_lost_its_carriage_returns_passes() {
        assertEquals(Result.PASS, only(RSA.sign(MAIL).replace("\r\n", "\n")));
    }

    @Test
    void octets_beyond_ascii_are_signed_as_they_are() {
        String latin1 = MAIL.replace("A question", "Gr\u00f6\u00dfe").replace("How", "W\u00e4s");
        String utf8 = new String(latin1.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        for (String mail : List.of(latin1, utf8)) {
            assertEquals(Result.PASS, only(RSA.sign(mail)));
            assertEquals(Result.PASS, only(RSA.sign(mail, Wish.PLAIN.as("simple/simple"))));
        }
    }

    @Test
    void a_key_may_be_published_bare() {
        MailSigner bare = MailSigner.rsa("bare.example", 1024);
        zone.add(bare.keyName(), Type.TXT, "k=rsa; p=" + bare.bareKey());
        assertEquals(Result.PASS, only(bare.sign(MAIL)));
    }

    @Test
    void each_signature_has_its_own_verdict() {
        String mail = ED25519.sign(RSA.sign(MAIL));
        assertEquals(
                List.of(Result.PASS, Result.PASS),
                signatures(mail).stream().map(Signature::result).toList());
        String damaged = mail.replaceFirst("a=ed25519-sha256; c=relaxed/relaxed", "a=ed25519-sha256; c=simple/relaxed");
        assertEquals(
                List.of(Result.FAIL, Result.PASS),
                signatures(damaged).stream().map(Signature::result).toList());
    }

    // ---- what was changed

    @Test
    void a_changed_body_fails() {
        String signed = RSA.sign(MAIL);
        assertEquals(Result.FAIL, only(signed.replace("much", "many")));
        assertEquals("the body was changed", reason(signed.replace("much", "many")));
        assertEquals(Result.FAIL, only(signed + "P.S.\r\n"));
        assertEquals(Result.PASS, only(signed + "\r\n\r\n"), "empty lines at the end are not signed");
    }

    @Test
    void a_changed_field_fails() {
        String signed = RSA.sign(MAIL);
        assertEquals(Result.FAIL, only(signed.replace("Ann", "Bob")));
        assertEquals("what was signed was changed", reason(signed.replace("Ann", "Bob")));
        assertEquals(Result.PASS, only(signed.replace("A question\r\n on", "A question on")), "folding is not signed");
        assertEquals(Result.PASS, only("X-New: field\r\n" + signed));
        assertEquals(
                Result.FAIL,
                only(RSA.sign(MAIL, Wish.PLAIN.as("simple/simple")).replace("question\r\n on", "question on")));
    }

    @Test
    void a_field_added_where_its_absence_was_signed_fails() {
        String oversigned = RSA.sign(MAIL, Wish.PLAIN.over("from:from:to:subject:subject:reply-to"));
        assertEquals(Result.PASS, only(oversigned));
        assertEquals(Result.FAIL, only("Subject: another\r\n" + oversigned));
        assertEquals(Result.FAIL, only("Reply-To: eve@evil.example\r\n" + oversigned));
        assertEquals(Result.FAIL, only("From: eve@evil.example\r\n" + oversigned));
    }

    @Test
    void a_second_from_that_nobody_signed_is_no_pass() {
        String signed = RSA.sign(MAIL);
        String both = "From: The Boss <boss@bank.example>\r\n" + signed;
        assertEquals(Result.POLICY, only(both));
        assertEquals("there are more From fields than are signed", reason(both));
    }

    @Test
    void a_signature_that_leaves_from_out_is_no_pass() {
        assertEquals(Result.PERMERROR, only(RSA.sign(MAIL, Wish.PLAIN.over("to:subject"))));
    }

    // ---- what proves nothing

    @Test
    void a_signature_by_sha1_is_no_pass() {
        String signed = RSA.sign(MAIL, Wish.PLAIN.by("sha1"));
        assertEquals(Result.POLICY, only(signed));
        assertEquals(Result.FAIL, only(signed.replace("much", "many").replace("Ann", "Bob")));
    }

    @Test
    void a_signature_by_a_short_key_is_no_pass() {
        String signed = SHORT.sign(MAIL);
        assertEquals(Result.POLICY, only(signed));
        assertEquals("good, but its key is too short: 512 bits", reason(signed));
    }

    @Test
    void a_body_that_goes_on_behind_what_was_signed_is_no_pass() {
        String all = RSA.sign(MAIL, Wish.PLAIN.with("l=26"));
        assertEquals(Result.PASS, only(all), "all of the body is signed");
        assertEquals(Result.POLICY, only(all + "<h1>Pay here instead</h1>\r\n"));
        assertEquals(Result.POLICY, only(RSA.sign(MAIL, Wish.PLAIN.with("l=0"))));
        assertEquals(Result.FAIL, only(RSA.sign(MAIL, Wish.PLAIN.with("l=1000"))), "shorter than what was signed");
    }

    @ParameterizedTest
    @CsvSource({
        "x=1772366399, FAIL", // a second before it arrived
        "x=1772366400, PASS",
        "t=1772366400, PASS",
        "t=1772367000, PASS",
        "t=1772367001, POLICY", // from the future, by more than clocks differ
        "t=1772366400; x=1772366400, NEUTRAL",
        "t=soon, NEUTRAL",
        "t=-1, NEUTRAL",
        "x=, NEUTRAL",
        "x=99999999999999999999999999999999999999, PASS",
        "l=99999999999999999999999999999999999999, FAIL",
        "l=x, NEUTRAL"
    })
    void times_and_lengths_count(String tags, Result result) {
        assertEquals(result, only(RSA.sign(MAIL, Wish.PLAIN.with(tags))), tags);
    }

    @ParameterizedTest
    @CsvSource({
        "i=ann@stranger.example, PASS",
        "i=@mail.stranger.example, PASS",
        "i==61nn@stranger.example, PASS",
        "i=ann@other.example, PERMERROR",
        "i=ann@notstranger.example, PERMERROR",
        "i=ann@evil.example=, NEUTRAL",
        "q=dns/txt, PASS",
        "q=dns/txt:other, PASS",
        "q=carrier/pigeon, NEUTRAL",
        "z=Subject:x|y, PASS",
        "h=from, NEUTRAL", // a second time
        "unknown=tag, PASS"
    })
    void further_tags_count(String tags, Result result) {
        assertEquals(result, only(RSA.sign(MAIL, Wish.PLAIN.with(tags))), tags);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "v=1",
                "v=2; a=rsa-sha256; b=AA; bh=AA; d=stranger.example; h=from; s=r2048",
                "v=1; a=rsa-md5; b=AA; bh=AA; d=stranger.example; h=from; s=r2048",
                "v=1; a=rsa-sha256; b=AA; bh=AA; d=stranger.example; h=from",
                "v=1; a=rsa-sha256; b=AA; bh=AA; d=-.example; h=from; s=r2048",
                "v=1; a=rsa-sha256; b=AA; bh=AA; d=a..example; h=from; s=r2048",
                "v=1; a=rsa-sha256; b=; bh=AA; d=stranger.example; h=from; s=r2048",
                "v=1; a=rsa-sha256; b=!!; bh=AA; d=stranger.example; h=from; s=r2048",
                "v=1; a=rsa-sha256; b=AA; bh=AA; d=stranger.example; h=from; s=r2048; c=nofws",
                "v=1; a=rsa-sha256; b=AA; bh=AA; d=stranger.example; h=from; s=r2048; c=simple/simple/simple",
                "v=1;; a=rsa-sha256; b=AA; bh=AA; d=stranger.example; h=from; s=r2048",
                "=;=",
                "\u0000"
            })
    void what_cannot_be_made_out_is_neutral(String tags) {
        assertEquals(Result.NEUTRAL, only("DKIM-Signature: " + tags + "\r\n" + MAIL));
    }

    // ---- keys

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PASS | p=KEY",
                "PASS | v=DKIM1; h=sha1:sha256; s=email; t=y; n=a note; p=KEY;",
                "PASS | v=DKIM1; s=*; g=x*; p=KEY",
                "PERMERROR | v=DKIM1; p=",
                "PERMERROR | v=DKIM1",
                "PERMERROR | v=DKIM2; p=KEY",
                "PERMERROR | k=ed25519; p=KEY",
                "PERMERROR | k=foobar; p=KEY",
                "PERMERROR | h=sha1; p=KEY",
                "PERMERROR | s=chat; p=KEY",
                "PERMERROR | t; p=KEY",
                "PERMERROR | p=MIGf!!",
                "PERMERROR | p=AAAA",
                "PERMERROR | any other text",
            })
    void a_key_is_for_what_its_record_says(Result result, String record) {
        MailSigner signer = MailSigner.rsa("keys.example", 1024);
        zone.add(signer.keyName(), Type.TXT, record.replace("KEY", signer.key()));
        assertEquals(result, only(signer.sign(MAIL)), record);
    }

    @Test
    void a_strict_key_is_not_for_subdomains() {
        MailSigner signer = MailSigner.rsa("strict.example", 1024);
        zone.add(signer.keyName(), Type.TXT, "t=s:y; p=" + signer.key());
        assertEquals(Result.PASS, only(signer.sign(MAIL)));
        assertEquals(Result.PASS, only(signer.sign(MAIL, Wish.PLAIN.with("i=ann@strict.example"))));
        assertEquals(Result.PERMERROR, only(signer.sign(MAIL, Wish.PLAIN.with("i=ann@mail.strict.example"))));
    }

    @Test
    void of_several_key_records_the_usable_one_counts() {
        MailSigner signer = MailSigner.rsa("several.example", 1024);
        zone.add(signer.keyName(), Type.TXT, "any other text").add(signer.keyName(), Type.TXT, signer.record());
        assertEquals(Result.PASS, only(signer.sign(MAIL)));
    }

    @Test
    void no_key_is_an_error_and_no_answer_is_for_now() {
        MailSigner nowhere = MailSigner.rsa("nowhere.example", 1024);
        assertEquals(Result.PERMERROR, only(nowhere.sign(MAIL)));
        zone.silent(nowhere.keyName());
        assertEquals(Result.TEMPERROR, only(nowhere.sign(MAIL)));
    }

    @Test
    void a_domain_in_utf8_is_looked_up_as_its_labels() {
        MailSigner signer = MailSigner.rsa("b\u00fccher.example", 1024);
        zone.add(signer.selector() + "._domainkey.xn--bcher-kva.example", Type.TXT, signer.record());
        String signed = signer.sign(MAIL);
        String utf8 = new String(signed.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertEquals("xn--bcher-kva.example", signatures(utf8).getFirst().domain());
    }

    // ---- limits

    @Test
    void of_a_hundred_signatures_ten_are_looked_at() {
        String mail = RSA.sign(MAIL);
        String field = mail.substring(0, mail.length() - MAIL.length());
        assertEquals(
                Collections.nCopies(SignatureCheck.MAX_SIGNATURES, Result.PASS),
                signatures(field.repeat(100) + MAIL).stream()
                        .map(Signature::result)
                        .toList());
    }

    @Test
    void a_signature_over_thousands_of_fields_is_verified() {
        String names = "from:" + "x-not-there:".repeat(4_000) + "to";
        assertEquals(Result.PASS, only(RSA.sign(MAIL, Wish.PLAIN.over(names))));
    }

    @Test
    void a_header_section_that_is_too_long_is_not_verified() {
        String signed = RSA.sign(MAIL);
        String field = signed.substring(0, signed.length() - MAIL.length());
        assertEquals(Result.NEUTRAL, only(field + "X: " + "y".repeat(300 * 1024) + "\r\n" + MAIL));
        assertEquals(Result.NEUTRAL, only(field + "X: y\r\n".repeat(2_000) + MAIL));
    }

    @Test
    void a_body_of_any_length_flows_past() {
        String signed = RSA.sign(MAIL, Wish.PLAIN.with("l=26"));
        InputStream endless = new InputStream() {
            private long left = 200L << 20;

            @Override
            public int read() {
                return left-- > 0 ? 'x' : -1;
            }

            @Override
            public int read(byte[] into, int from, int length) {
                if (left <= 0) {
                    return -1;
                }
                Arrays.fill(into, from, from + length, (byte) 'x');
                left -= length;
                return length;
            }
        };
        InputStream mail = new SequenceInputStream(
                new ByteArrayInputStream(signed.getBytes(StandardCharsets.ISO_8859_1)), endless);
        assertEquals(Result.POLICY, found(mail).signatures().getFirst().result());
    }

    @Test
    void any_octets_give_a_verdict() {
        Random random = new Random(7);
        byte[] signed = RSA.seal(RSA.sign(MAIL), 1, "none").getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < 3_000; i++) {
            byte[] damaged = signed.clone();
            int changes = 1 + random.nextInt(4);
            for (int k = 0; k < changes; k++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            SignatureCheck.Found judged = found(new ByteArrayInputStream(damaged));
            assertTrue(judged.signatures().size() <= 2);
        }
    }
}
