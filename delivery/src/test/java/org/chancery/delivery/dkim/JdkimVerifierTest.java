package org.chancery.delivery.dkim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.james.jdkim.DKIMVerifier;
import org.apache.james.jdkim.api.PublicKeyRecordRetriever;
import org.apache.james.jdkim.api.Result;
import org.apache.james.jdkim.exceptions.FailException;
import org.chancery.core.dkim.KeyRecord;
import org.junit.jupiter.api.Test;

/**
 * What the verifier of the James project says of our signatures, wherever the build runs; signing shares nothing with it. It knows no
 * Ed25519, by which the same bytes are signed; {@link IndependentVerifierTest} has both judged.
 */
class JdkimVerifierTest {
    /** What it takes for a body of one line, against RFC 6376 §3.4.4. */
    private static final Set<String> EMPTY =
            Set.of("empty-body", "no-body-at-all", "only-empty-lines", "only-white-space");

    private final TestKeys keys = new TestKeys();

    @Test
    void the_rsa_signature_of_every_mail_with_a_body_passes() throws IOException {
        Map<String, Result.Type> expected = new LinkedHashMap<>();
        Map<String, Result.Type> found = new LinkedHashMap<>();
        Map<String, byte[]> mails = HardMails.all();
        mails.keySet().removeAll(EMPTY);
        for (Map.Entry<String, byte[]> mail : mails.entrySet()) {
            expected.put(mail.getKey(), Result.Type.PASS);
            found.put(mail.getKey(), verdict(keys.signed(mail.getValue())));
        }
        assertEquals(expected, found);
    }

    @Test
    void nothing_that_is_covered_can_be_changed_or_added() throws IOException {
        String mail = new String(keys.signed(HardMails.named("everything")), StandardCharsets.UTF_8);
        int signaturesEnd = mail.indexOf("From: Ann");
        assertEquals(Result.Type.PASS, verdict(mail.getBytes(StandardCharsets.UTF_8)));
        for (String added : List.of(
                "From: eve@sender.test",
                "Subject: other",
                "Reply-To: eve@example.com",
                "Cc: eve@example.com",
                "Content-Type: text/html",
                "List-Unsubscribe: <https://evil.test/>")) {
            String changed = mail.substring(0, signaturesEnd) + added + "\r\n" + mail.substring(signaturesEnd);
            assertNotEquals(Result.Type.PASS, verdict(changed.getBytes(StandardCharsets.UTF_8)), added);
        }
        for (String changed : List.of(mail + "One more line.\r\n", mail.replace("desk@", "dusk@"))) {
            assertNotEquals(Result.Type.PASS, verdict(changed.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Of the RSA signature. */
    private Result.Type verdict(byte[] mail) throws IOException {
        DKIMVerifier verifier = new DKIMVerifier(shown());
        try {
            verifier.verify(new ByteArrayInputStream(mail));
        } catch (FailException failed) {
            // Which signature is said by the results.
        }
        return verifier.getResults().stream()
                .filter(result ->
                        String.valueOf(result.getRecord().getHashKeyType()).equals("rsa"))
                .map(Result::getResultType)
                .findFirst()
                .orElseThrow();
    }

    /** The records as the DNS would show them. */
    private PublicKeyRecordRetriever shown() {
        return (methods, selector, domain) -> keys.records().stream()
                .filter(record -> record.name().equals(selector + "._domainkey." + domain))
                .map(KeyRecord::text)
                .toList();
    }
}
