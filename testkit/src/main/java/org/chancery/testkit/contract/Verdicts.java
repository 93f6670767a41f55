package org.chancery.testkit.contract;

import java.util.List;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.AuthenticationResults.Arc;
import org.chancery.core.mail.AuthenticationResults.Dmarc;
import org.chancery.core.mail.AuthenticationResults.Policy;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.AuthenticationResults.Signature;
import org.chancery.core.mail.AuthenticationResults.Spf;
import org.chancery.core.mail.AuthenticationResults.SpfIdentity;

/** What might be known of who sent a mail. */
public final class Verdicts {
    /** Through a list that signed for itself, under a policy that some of such mail is to be quarantined. */
    public static final AuthenticationResults SOME = new AuthenticationResults(
            new Spf(Result.PASS, SpfIdentity.MAILFROM, "list.example", "192.0.2.1", "ip4:192.0.2.0/24 matches"),
            List.of(
                    new Signature(
                            Result.FAIL, "stranger.example", "2026", "rsa-sha256", "dGhpcyBp", "the body was changed"),
                    new Signature(Result.PASS, "list.example", "l", "ed25519-sha256", "bm90IHRo", "")),
            new Dmarc(
                    Result.FAIL,
                    "stranger.example",
                    "stranger.example",
                    Policy.REJECT,
                    Policy.QUARANTINE,
                    "nothing that passed is of the domain in From"),
            new Arc(Result.NONE, List.of(), ""));

    private Verdicts() {}
}
