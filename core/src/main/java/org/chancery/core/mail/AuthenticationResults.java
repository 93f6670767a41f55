package org.chancery.core.mail;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of who sent a mail: the verdicts of SPF, DKIM, DMARC and ARC, each with what it rests on. Domains are
 * in lower case; they and the reasons come from strangers or quote them, and may be empty where there is nothing to say.
 *
 * @param signatures one verdict for each DKIM signature that was looked at, in the order of the header section
 */
public record AuthenticationResults(Spf spf, List<Signature> signatures, Dmarc dmarc, Arc arc) {
    /** Nothing was checked. */
    public static final AuthenticationResults NONE =
            new AuthenticationResults(Spf.NOT_CHECKED, List.of(), Dmarc.NOT_CHECKED, Arc.NOT_CHECKED);

    public AuthenticationResults {
        signatures = List.copyOf(signatures);
    }

    /** The result words of RFC 8601 §2.7 that our methods use. */
    public enum Result {
        /** Nothing to judge by: no record, no signature. */
        NONE,
        PASS,
        FAIL,
        /** SPF only: probably not authorised (RFC 7208 §2.6.5). */
        SOFTFAIL,
        /** No opinion: SPF's {@code ?}, or a signature that cannot be made out. */
        NEUTRAL,
        /** DKIM only: good, but not by what we ask of a signature. */
        POLICY,
        /** DNS did not answer; later it may. */
        TEMPERROR,
        /** What was published or signed cannot be understood. */
        PERMERROR;

        /** The spelling in header fields and in the API. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Which name SPF was asked about (RFC 7208 §2.3, §2.4). */
    public enum SpfIdentity {
        /** The domain of the reverse-path. */
        MAILFROM,
        /** The argument of HELO; judged where the reverse-path is null. */
        HELO;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Whether the client may send for the domain (RFC 7208).
     *
     * @param domain of the reverse-path, or the argument of HELO
     * @param client the address that connected, as text; empty where it was not checked
     */
    public record Spf(Result result, SpfIdentity identity, String domain, String client, String reason) {
        static final Spf NOT_CHECKED = new Spf(Result.NONE, SpfIdentity.MAILFROM, "", "", "not checked");
    }

    /**
     * One DKIM signature (RFC 6376).
     *
     * @param domain who takes responsibility ({@code d=})
     * @param algorithm as {@code a=} says
     * @param start the first characters of {@code b=}, which tell signatures of one domain apart (RFC 6008)
     */
    public record Signature(
            Result result, String domain, String selector, String algorithm, String start, String reason) {}

    /** What the owner of a domain wants done with mail that fails DMARC (RFC 7489 §6.3). */
    public enum Policy {
        NONE,
        QUARANTINE,
        REJECT;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Whether the domain in the {@code From} field is that of SPF or of a signature (RFC 7489).
     *
     * @param fromDomain the one domain in {@code From}; empty where there is none or several
     * @param policyDomain where the record was found; with the result {@code NONE}, the organizational domain, under which there is
     *     none either; empty where nothing was found out, and where {@code From} names a public suffix
     * @param published what the record asks for, for this domain or subdomain
     * @param applied what is to be done with this mail: {@code NONE} unless the result is {@code FAIL}, and weaker than the
     *     published one where {@code pct} leaves this mail out (§6.6.4)
     */
    public record Dmarc(
            Result result, String fromDomain, String policyDomain, Policy published, Policy applied, String reason) {
        static final Dmarc NOT_CHECKED = new Dmarc(Result.NONE, "", "", Policy.NONE, Policy.NONE, "not checked");
    }

    /**
     * What the chain of those who handed the mail on says (RFC 8617). A pass proves that the seals are whole and nothing
     * about whoever set them: by itself it outweighs no other verdict.
     *
     * @param sealers the domains of the seals, oldest first
     */
    public record Arc(Result result, List<String> sealers, String reason) {
        static final Arc NOT_CHECKED = new Arc(Result.NONE, List.of(), "not checked");

        public Arc {
            sealers = List.copyOf(sealers);
        }
    }

    /**
     * One word for all DKIM signatures: a good one is enough (RFC 6376 §6.1), so {@code pass} where any passes. Otherwise
     * the word of the one that came nearest to it: {@code temperror} (it may yet pass), {@code policy}, {@code fail},
     * {@code neutral}, {@code permerror}; {@code none} where there is no signature.
     */
    public Result dkim() {
        return List.of(Result.PASS, Result.TEMPERROR, Result.POLICY, Result.FAIL, Result.NEUTRAL, Result.PERMERROR)
                .stream()
                .filter(word -> signatures.stream().anyMatch(signature -> signature.result() == word))
                .findFirst()
                .orElse(Result.NONE);
    }

    /** Whether DNS did not answer a question that a verdict needed: asked again later, it may. */
    public boolean isTemporary() {
        return spf.result() == Result.TEMPERROR
                || dmarc.result() == Result.TEMPERROR
                || arc.result() == Result.TEMPERROR
                || signatures.stream().anyMatch(signature -> signature.result() == Result.TEMPERROR);
    }

    /** One result word for each method, by its name in RFC 8601. */
    public Map<String, String> words() {
        Map<String, String> words = new LinkedHashMap<>();
        words.put("spf", spf.result().text());
        words.put("dkim", dkim().text());
        words.put("dmarc", dmarc.result().text());
        words.put("arc", arc.result().text());
        return words;
    }

    /** The policy to apply where DMARC failed; empty where it did not, and then there is nothing to apply. */
    public Optional<Policy> failedPolicy() {
        return dmarc.result() == Result.FAIL ? Optional.of(dmarc.applied()) : Optional.empty();
    }

    /**
     * The published policy, other than none, of a domain that nothing proved and nothing could disprove, for DNS did not
     * answer; else empty. That is for whoever sends the mail to bring about, and so it must not let the mail pass.
     */
    public Optional<Policy> unverifiedPolicy() {
        return dmarc.result() == Result.TEMPERROR && dmarc.published() != Policy.NONE
                ? Optional.of(dmarc.published())
                : Optional.empty();
    }
}
