package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Optional;
import org.chancery.core.mail.AuthenticationResults.Arc;
import org.chancery.core.mail.AuthenticationResults.Dmarc;
import org.chancery.core.mail.AuthenticationResults.Policy;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.AuthenticationResults.Signature;
import org.chancery.core.mail.AuthenticationResults.Spf;
import org.junit.jupiter.api.Test;

class AuthenticationResultsTest {
    private static AuthenticationResults results(Result dmarc, Result... signatures) {
        return new AuthenticationResults(
                Spf.NOT_CHECKED,
                Arrays.stream(signatures)
                        .map(word -> new Signature(word, "d.example", "s", "rsa-sha256", "", ""))
                        .toList(),
                new Dmarc(dmarc, "from.example", "from.example", Policy.REJECT, Policy.QUARANTINE, ""),
                Arc.NOT_CHECKED);
    }

    @Test
    void one_good_signature_is_enough() {
        assertEquals(Result.NONE, results(Result.NONE).dkim());
        assertEquals(
                Result.PASS,
                results(Result.NONE, Result.FAIL, Result.PASS, Result.TEMPERROR).dkim());
    }

    @Test
    void without_a_good_signature_the_nearest_to_it_is_named() {
        assertEquals(
                Result.TEMPERROR,
                results(Result.NONE, Result.FAIL, Result.TEMPERROR).dkim());
        assertEquals(
                Result.POLICY,
                results(Result.NONE, Result.PERMERROR, Result.FAIL, Result.POLICY)
                        .dkim());
        assertEquals(
                Result.FAIL, results(Result.NONE, Result.NEUTRAL, Result.FAIL).dkim());
        assertEquals(
                Result.NEUTRAL,
                results(Result.NONE, Result.PERMERROR, Result.NEUTRAL).dkim());
    }

    @Test
    void there_is_a_policy_to_apply_only_where_dmarc_failed() {
        assertEquals(Optional.of(Policy.QUARANTINE), results(Result.FAIL).failedPolicy());
        for (Result word : new Result[] {Result.PASS, Result.NONE, Result.TEMPERROR, Result.PERMERROR}) {
            assertEquals(Optional.empty(), results(word).failedPolicy());
        }
    }
}
