package org.chancery.core.screening;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.AuthenticationResults.Arc;
import org.chancery.core.mail.AuthenticationResults.Dmarc;
import org.chancery.core.mail.AuthenticationResults.Policy;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.AuthenticationResults.Signature;
import org.chancery.core.mail.AuthenticationResults.Spf;
import org.chancery.core.mail.AuthenticationResults.SpfIdentity;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.screening.SenderIdentity.Believed;
import org.chancery.core.screening.SenderIdentity.Unproven;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SenderIdentityTest {

    @ParameterizedTest
    @CsvSource({
        // DMARC, SPF, domain of SPF, domain of a good signature, reverse-path, believed; From is ana@example.com
        "PASS, NONE, other.test, '', x@other.test, true",
        "PASS, FAIL, example.com, '', ana@example.com, true",
        "FAIL, PASS, other.test, other.test, x@other.test, false",
        "FAIL, PASS, example.com, example.com, ana@example.com, false",
        "TEMPERROR, PASS, example.com, example.com, ana@example.com, false",
        "TEMPERROR, TEMPERROR, example.com, '', ana@example.com, false",
        "TEMPERROR, TEMPERROR, evil.test, '', x@evil.test, false",
        "TEMPERROR, NONE, example.com, '', ana@example.com, false",
        "NONE, NONE, example.com, '', ana@example.com, true",
        "NONE, NEUTRAL, example.com, '', ana@example.com, true",
        "NONE, PASS, example.com, '', ana@example.com, true",
        "NONE, FAIL, example.com, '', ana@example.com, false",
        "NONE, SOFTFAIL, example.com, '', ana@example.com, false",
        "NONE, TEMPERROR, example.com, '', ana@example.com, false",
        "NONE, PERMERROR, example.com, '', ana@example.com, false",
        "NONE, FAIL, example.com, example.com, ana@example.com, true",
        "NONE, PASS, evil.test, '', x@evil.test, false",
        "NONE, PASS, evil.test, evil.test, x@evil.test, false",
        "NONE, NONE, evil.test, '', x@evil.test, false",
        "NONE, NONE, evil.test, mail.example.com, x@evil.test, true",
        "NONE, PASS, bounces.example.com, '', x@bounces.example.com, true",
        "NONE, NONE, unknown.example.com, '', x@unknown.example.com, false",
        "NONE, PASS, notexample.com, notexample.com, x@notexample.com, false",
        "NONE, PASS, com, com, x@com, false",
        "PERMERROR, NONE, example.com, '', ana@example.com, true"
    })
    void an_address_is_believed_where_nothing_says_that_it_is_borrowed(
            Result dmarc, Result spf, String spfDomain, String signer, String reversePath, boolean believed) {
        SenderIdentity identity = SenderIdentity.of(
                header("From: Ana <ana@example.com>"),
                ReversePath.of(EmailAddress.of(reversePath)),
                results(dmarc, spf, spfDomain, signer));

        assertEquals(believed, identity instanceof Believed, identity.toString());
        if (identity instanceof Believed known) {
            assertEquals(EmailAddress.of("ana@example.com"), known.address());
        }
    }

    /** What DMARC looked for and did not find tells whether From names a public suffix; then it is empty. */
    @ParameterizedTest
    @CsvSource({
        // From, organizational domain, who signed or passed SPF, believed
        "customer.example, customer.example, mail.customer.example, true",
        "news.customer.example, customer.example, a.news.customer.example, true",
        "news.customer.example, customer.example, customer.example, true",
        "news.customer.example, customer.example, shop.customer.example, false",
        "github.io, '', mallory.github.io, false",
        "mallory.github.io, mallory.github.io, github.io, true",
        "co.uk, '', mallory.co.uk, false",
        "co.uk, '', co.uk, true",
    })
    void nobody_below_a_public_suffix_speaks_for_it(
            String from, String organization, String speaker, boolean believed) {
        Dmarc none = new Dmarc(Result.NONE, from, organization, Policy.NONE, Policy.NONE, "no DMARC record");
        for (boolean bySignature : new boolean[] {true, false}) {
            AuthenticationResults one = results(
                    Result.NONE,
                    bySignature ? Result.NONE : Result.PASS,
                    bySignature ? "relay.test" : speaker,
                    bySignature ? speaker : "");
            SenderIdentity identity = SenderIdentity.of(
                    header("From: ana@" + from),
                    ReversePath.of(EmailAddress.of("x@relay.test")),
                    new AuthenticationResults(one.spf(), one.signatures(), none, one.arc()));
            assertEquals(believed, identity instanceof Believed, identity.toString());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "From: ana@example.com, bea@example.com | several",
                "From: evil@evil.test, ana@example.com | several",
                "From: ana@example.com~From: evil@evil.test | several",
                "From: evil@evil.test~From: ana@example.com | several",
                "From: Friends: ana@example.com, bea@example.com; | several",
                "From: | no sender",
                "Subject: nothing | no sender",
                "From: ana at example.com | no address"
            })
    void only_one_address_in_one_from_field_is_a_sender(String fields, String reason) {
        SenderIdentity identity = SenderIdentity.of(
                header(fields.replace("~", "\r\n")),
                ReversePath.of(EmailAddress.of("ana@example.com")),
                results(Result.PASS, Result.PASS, "example.com", "example.com"));

        assertEquals(true, assertInstanceOf(Unproven.class, identity).reason().contains(reason), identity.toString());
    }

    @Test
    void what_stands_in_the_name_is_not_the_sender() {
        SenderIdentity identity = SenderIdentity.of(
                header("From: \"boss@example.com\" <mallory@evil.test>"),
                ReversePath.of(EmailAddress.of("mallory@evil.test")),
                results(Result.PASS, Result.PASS, "evil.test", ""));

        assertEquals(
                EmailAddress.of("mallory@evil.test"),
                assertInstanceOf(Believed.class, identity).address());
    }

    @Test
    void where_dns_could_not_be_asked_the_reason_says_so() {
        ReversePath own = ReversePath.of(EmailAddress.of("ana@example.com"));
        for (Result dmarc : List.of(Result.TEMPERROR, Result.NONE)) {
            SenderIdentity identity = SenderIdentity.of(
                    header("From: ana@example.com"), own, results(dmarc, Result.TEMPERROR, "example.com", ""));
            String reason = assertInstanceOf(Unproven.class, identity).reason();
            assertEquals(true, reason.contains("DNS could not be asked"), reason);
        }
    }

    @Test
    void helo_proves_nothing_about_the_sender() {
        AuthenticationResults results = new AuthenticationResults(
                new Spf(Result.PASS, SpfIdentity.HELO, "example.com", "192.0.2.1", ""),
                List.of(),
                dmarc(Result.NONE),
                new Arc(Result.NONE, List.of(), ""));

        assertInstanceOf(Unproven.class, SenderIdentity.of(header("From: ana@example.com"), ReversePath.NULL, results));
    }

    private static AuthenticationResults results(Result dmarc, Result spf, String spfDomain, String signer) {
        return new AuthenticationResults(
                new Spf(spf, SpfIdentity.MAILFROM, spfDomain, "192.0.2.1", ""),
                signer.isEmpty()
                        ? List.of()
                        : List.of(new Signature(Result.PASS, signer, "s1", "rsa-sha256", "abc", "")),
                dmarc(dmarc),
                new Arc(Result.NONE, List.of(), ""));
    }

    private static Dmarc dmarc(Result result) {
        return new Dmarc(result, "example.com", "example.com", Policy.NONE, Policy.NONE, "");
    }

    private static MessageHeader header(String fields) {
        try {
            return MessageReader.header(
                    new ByteArrayInputStream((fields + "\r\n\r\n").getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
