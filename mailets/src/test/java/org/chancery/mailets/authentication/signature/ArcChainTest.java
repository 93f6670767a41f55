package org.chancery.mailets.authentication.signature;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.chancery.core.mail.AuthenticationResults.Arc;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.mailets.authentication.dns.Dns.Type;
import org.chancery.mailets.authentication.dns.Lookups;
import org.chancery.mailets.authentication.dns.ZoneDns;
import org.chancery.testkit.signature.MailSigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArcChainTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final MailSigner LIST = MailSigner.rsa("list.example", 1024);
    private static final MailSigner FORWARDER = MailSigner.ed25519("forwarder.example");

    private static final String MAIL = """
            From: Ann <ann@stranger.example>
            To: sales@acme.example
            Subject: A question
            Date: Sun, 1 Mar 2026 11:00:00 +0000

            How much is it?
            """.replace("\n", "\r\n");

    private final ZoneDns zone = new ZoneDns();

    private void publish(String name, String text) {
        zone.add(name, Type.TXT, text);
    }

    ArcChainTest() {
        LIST.publish(this::publish);
        FORWARDER.publish(this::publish);
    }

    private Arc arc(String mail) {
        Lookups lookups = Lookups.of(zone);
        try {
            return new SignatureCheck(lookups)
                    .check(new ByteArrayInputStream(mail.getBytes(StandardCharsets.ISO_8859_1)), NOW)
                    .arc();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void mail_without_a_chain_has_none() {
        assertEquals(new Arc(Result.NONE, List.of(), ""), arc(MAIL));
    }

    @Test
    void a_whole_chain_passes() {
        String one = LIST.seal(MAIL, 1, "none");
        assertEquals(new Arc(Result.PASS, List.of("list.example"), ""), arc(one));
        String two = FORWARDER.seal(one, 2, "pass");
        assertEquals(new Arc(Result.PASS, List.of("list.example", "forwarder.example"), ""), arc(two));
        String three = LIST.seal("Received: by forwarder.example\r\n" + two, 3, "pass");
        assertEquals(3, arc(three).sealers().size());
        assertEquals(Result.PASS, arc(three).result());
    }

    @Test
    void only_the_newest_signature_has_to_hold() {
        String one = LIST.seal(MAIL, 1, "none");
        String changed = one.replace("A question", "[list] A question") + "-- \r\nThe list\r\n";
        assertEquals(Result.FAIL, arc(changed).result());
        assertEquals(Result.PASS, arc(FORWARDER.seal(changed, 2, "pass")).result());
    }

    @Test
    void a_changed_seal_breaks_the_chain() {
        String two = FORWARDER.seal(LIST.seal(MAIL, 1, "none"), 2, "pass");
        assertEquals(
                Result.FAIL,
                arc(two.replace("i=1; list.example; spf=pass", "i=1; list.example; spf=fail"))
                        .result());
        assertEquals(
                Result.FAIL,
                arc(two.replace("t=12345; cv=none", "t=12346; cv=none")).result());
    }

    @ParameterizedTest
    @CsvSource({"1, pass", "1, fail", "1, maybe", "1, ''", "2, none", "2, fail"})
    void a_seal_that_says_something_else_than_its_place_breaks_the_chain(int instance, String word) {
        String below = instance == 1 ? MAIL : LIST.seal(MAIL, 1, "none");
        assertEquals(Result.FAIL, arc(FORWARDER.seal(below, instance, word)).result());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"})
    void a_set_that_is_not_whole_breaks_the_chain(String name) {
        String two = FORWARDER.seal(LIST.seal(MAIL, 1, "none"), 2, "pass");
        assertEquals(Result.FAIL, arc(two.replaceFirst(name, "X-" + name)).result());
        assertEquals(
                Result.FAIL,
                arc(two.replaceFirst("(?s)(.*)" + name, "$1X-" + name)).result());
        assertEquals(Result.FAIL, arc(name + ": i=3; a=b\r\n" + two).result());
        assertEquals(Result.FAIL, arc(name + ": i=1; a=b\r\n" + two).result());
        assertEquals(Result.FAIL, arc(name + ": i=51; a=b\r\n" + two).result());
        assertEquals(Result.FAIL, arc(name + ":\r\n" + two).result());
        assertEquals(Result.FAIL, arc(name + ": i=1\r\n" + MAIL).result());
    }

    @Test
    void without_an_answer_about_a_key_nothing_is_said() {
        MailSigner away = MailSigner.ed25519("away.example");
        zone.silent(away.keyName());
        assertEquals(
                Result.TEMPERROR,
                arc(away.seal(LIST.seal(MAIL, 1, "none"), 2, "pass")).result());
        assertEquals(
                Result.TEMPERROR,
                arc(LIST.seal(away.seal(MAIL, 1, "none"), 2, "pass")).result());
        MailSigner nowhere = MailSigner.ed25519("nowhere.example");
        assertEquals(Result.FAIL, arc(nowhere.seal(MAIL, 1, "none")).result());
    }

    @Test
    void fifty_sets_are_a_chain_and_one_more_is_none() {
        String mail = FORWARDER.seal(MAIL, 1, "none");
        for (int i = 2; i <= ArcChain.MAX_SETS; i++) {
            mail = FORWARDER.seal(mail, i, "pass");
        }
        assertEquals(Result.PASS, arc(mail).result());
        assertEquals(
                Result.FAIL,
                arc(FORWARDER.seal(mail, ArcChain.MAX_SETS + 1, "pass")).result());
    }
}
