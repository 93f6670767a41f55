package org.chancery.mailets.authentication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.AuthenticationResults.Signature;
import org.chancery.mailets.authentication.dns.Dns.Type;
import org.chancery.mailets.authentication.dns.Lookups;
import org.chancery.mailets.authentication.dns.ZoneDns;
import org.chancery.mailets.authentication.signature.SignatureCheck;
import org.chancery.mailets.authentication.spf.SpfCheck;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Judges the mail that others gathered, and does not fall below what was reached once. */
class AuthenticationCorpusTest {
    private final Optional<Corpus> found = Corpus.find();

    @BeforeEach
    void skipWithoutCorpus() {
        Assumptions.assumeTrue(
                found.isPresent(), "no corpus: neither CHANCERY_CORPUS nor ../shared/corpus leads to one");
    }

    private Corpus corpus() {
        return found.orElseThrow();
    }

    @Test
    void spf_is_judged_as_its_test_suite_says() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (JsonNode item : corpus().truth("spf")) {
            SpfCheck.Question question = new SpfCheck.Question(
                    InetAddress.getByName(item.get("ip").asText()),
                    item.get("helo").asText(),
                    item.get("mailfrom").asText(),
                    Instant.EPOCH);
            Lookups lookups = Lookups.of(Corpus.zone(item.get("zonedata")));
            SpfCheck.Verdict verdict = new SpfCheck("receiver.example").check(question, lookups);
            List<String> allowed = new ArrayList<>();
            item.get("expected").forEach(word -> allowed.add(word.asText()));
            if (!allowed.contains(verdict.result().text())) {
                wrong.add(item.get("name").asText() + ": " + verdict + " and not " + allowed);
            }
            String said = verdict.explanation() == null ? "DEFAULT" : verdict.explanation();
            if (!item.get("explanation").isNull()
                    && !said.equals(item.get("explanation").asText())) {
                wrong.add(item.get("name").asText() + ": " + said);
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void chains_of_arc_are_judged_as_their_test_suite_says() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (JsonNode item : corpus().truth("arc")) {
            ZoneDns zone = new ZoneDns();
            item.get("txt_records")
                    .properties()
                    .forEach(record -> zone.add(
                            record.getKey(), Type.TXT, record.getValue().asText()));
            SignatureCheck.Found judged = judge(item.get("message").asText().getBytes(StandardCharsets.UTF_8), zone);
            String expected = item.get("cv").asText().toLowerCase(Locale.ROOT);
            if (!judged.arc().result().text().equals(expected)) {
                wrong.add(item.get("name").asText() + ": " + judged.arc() + " and not " + expected);
            }
        }
        assertEquals(List.of(), wrong);
    }

    /**
     * The good signatures of the set are of 2007, by rsa-sha1 and keys of 512 bits. They prove nothing today; that they are
     * told from the bad ones shows that what is signed is brought into the right form.
     */
    @Test
    void no_signature_passes_and_good_ones_are_known() throws IOException {
        ZoneDns zone = new ZoneDns();
        new String(corpus().read("ground_truth/dkim_dns.txt"), StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .forEach(line -> zone.add(
                        line.substring(0, line.indexOf(' ')),
                        Type.TXT,
                        line.substring(line.indexOf(' ')).strip()));
        for (JsonNode item : corpus().truth("dkim")) {
            List<Signature> signatures =
                    judge(corpus().read(item.get("input").asText()), zone).signatures();
            String expected = item.get("expected").asText();
            boolean isGood = signatures.stream().anyMatch(one -> one.result() == Result.POLICY);
            assertTrue(signatures.stream().noneMatch(one -> one.result() == Result.PASS), item + ": " + signatures);
            // RFC 6376 no longer knows the tag g= of a key, by which two of the set are bad.
            boolean hasBadKey = item.get("input").asText().contains("/badkey_");
            assertTrue(hasBadKey || expected.equals("pass") == isGood, item + ": " + signatures);
            assertEquals(expected.equals("no_dkim_signature"), signatures.isEmpty(), item.toString());
        }
    }

    private static SignatureCheck.Found judge(byte[] mail, ZoneDns zone) throws IOException {
        Lookups lookups = Lookups.of(zone);
        return new SignatureCheck(lookups).check(new ByteArrayInputStream(mail), Instant.parse("2018-01-01T00:00:00Z"));
    }
}
