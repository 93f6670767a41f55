package org.chancery.mailets.authentication.spf;

import java.net.InetAddress;
import java.time.Instant;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.AuthenticationResults.Spf;
import org.chancery.core.mail.AuthenticationResults.SpfIdentity;
import org.chancery.mailets.authentication.dns.Dns.Type;
import org.chancery.mailets.authentication.dns.Lookups;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether a client may send for a domain: {@code check_host()} of RFC 7208 §4.
 *
 * <p><i>Standards:</i> RFC 7208, all of it; the record type SPF of RFC 4408 is not asked for (§3.1). <i>Trusts:</i> the address
 * of the client, and nothing else.
 */
public final class SpfCheck {
    private final String receiver;

    /** @param receiver how we call ourselves, for the macro {@code r} */
    public SpfCheck(String receiver) {
        this.receiver = receiver;
    }

    /**
     * What is asked.
     *
     * @param helo the argument of HELO or EHLO
     * @param reversePath the argument of MAIL FROM without its brackets; empty for the null reverse-path, for which the name in
     *     HELO is judged (§2.4)
     */
    public record Question(InetAddress client, String helo, String reversePath, Instant at) {
        SpfIdentity identity() {
            return reversePath.isEmpty() ? SpfIdentity.HELO : SpfIdentity.MAILFROM;
        }

        String domain() {
            return reversePath.isEmpty() ? helo : reversePath.substring(reversePath.lastIndexOf('@') + 1);
        }

        /** §4.3: {@code postmaster} where there is none. */
        String localPart() {
            int at = reversePath.lastIndexOf('@');
            return at > 0 ? reversePath.substring(0, at) : "postmaster";
        }
    }

    /**
     * The answer.
     *
     * @param reason what decided: a mechanism as published, or what went wrong
     * @param explanation what the domain says of a {@code fail}, in ASCII; null where it says nothing
     */
    public record Verdict(
            Result result, String reason, @Nullable String explanation) {}

    /** Begins to look up the record. */
    public void expect(Question question, Lookups lookups) {
        if (DomainName.isQualified(question.domain())) {
            lookups.expect(question.domain(), Type.TXT);
        }
    }

    public Verdict check(Question question, Lookups lookups) {
        return new SpfEvaluation(question, receiver, lookups).verdict();
    }

    /** The same as it is kept with a mail. */
    public Spf results(Question question, Lookups lookups) {
        Verdict verdict = check(question, lookups);
        String explanation = verdict.explanation();
        return new Spf(
                verdict.result(),
                question.identity(),
                DomainName.lower(question.domain()),
                Address.of(question.client()).readable(),
                explanation == null ? verdict.reason() : verdict.reason() + "; its owner says: " + explanation);
    }
}
