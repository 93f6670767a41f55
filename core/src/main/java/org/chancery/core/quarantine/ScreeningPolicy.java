package org.chancery.core.quarantine;

import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.endpoint.Behaviour.Admission;
import org.chancery.core.mail.AuthenticationResults.Dmarc;
import org.chancery.core.mail.AuthenticationResults.Policy;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.quarantine.ScreeningFacts.Addressed;
import org.chancery.core.quarantine.ScreeningFacts.Evidence;
import org.chancery.core.screening.SenderIdentity;
import org.chancery.core.screening.SenderPatterns;
import org.chancery.core.screening.SenderPolicy;
import org.chancery.core.screening.Signal;
import org.chancery.core.screening.SpamScore;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a mail is confined, and for which reason. Of several reasons the first in the order of {@link Reason} is
 * named; what else speaks against the mail stands among the signals.
 *
 * <table>
 * <caption>What is looked at for whom</caption>
 * <tr><th></th><th>endpoint</th><th>outbound mailbox</th><th>postmaster, abuse</th><th>return path</th></tr>
 * <tr><td>dangerous_attachment</td><td>yes</td><td>yes</td><td>yes</td><td>yes</td></tr>
 * <tr><td>auth_failed</td><td>yes</td><td>yes</td><td>no</td><td>no</td></tr>
 * <tr><td>phishing</td><td>yes</td><td>yes</td><td>no</td><td>no</td></tr>
 * <tr><td>unknown_sender</td><td>yes</td><td>no</td><td>no</td><td>no</td></tr>
 * <tr><td>spam_threshold</td><td>yes</td><td>yes</td><td>no</td><td>no</td></tr>
 * </table>
 *
 * <p>On a return path bounces, complaints and auto-replies only; other mail to it is looked at as mail to the endpoint.
 *
 * <p><i>Standards:</i> RFC 7489 §6.3, §6.6. <i>Trusts:</i> the facts; nothing that the mail says of itself but whom it names
 * in {@code From}, and that no further than its authentication reaches.
 */
public final class ScreeningPolicy {
    private ScreeningPolicy() {}

    /** The verdict on those reasons; others are not looked at. */
    public static ScreeningVerdict screen(ScreeningFacts facts, Set<Reason> reasons) {
        for (Reason reason : Reason.values()) {
            if (reasons.contains(reason) && appliesTo(facts.recipient()).contains(reason)) {
                List<Signal> against = against(reason, facts);
                if (!against.isEmpty()) {
                    return new ScreeningVerdict.Suspect(suspicion(reason, against, facts.evidence(), facts.spam()));
                }
            }
        }
        return new ScreeningVerdict.Passed();
    }

    /** What speaks against a mail: what the reason rests on, and all else that is known by now. */
    public static Suspicion suspicion(
            Reason reason, List<Signal> against, Evidence evidence, @Nullable SpamScore spam) {
        Set<Signal> signals = new LinkedHashSet<>(against);
        signals.addAll(evidence.content().all());
        if (spam != null) {
            signals.addAll(spam.signals());
        }
        return new Suspicion(reason, spam != null && spam.isKnown() ? spam.score() : null, List.copyOf(signals));
    }

    static Set<Reason> appliesTo(Addressed recipient) {
        return switch (recipient) {
            case Addressed.AtEndpoint ignored -> EnumSet.allOf(Reason.class);
            case Addressed.AtOutboundMailbox ignored -> EnumSet.complementOf(EnumSet.of(Reason.UNKNOWN_SENDER));
            case Addressed.ForAdmins ignored -> EnumSet.of(Reason.DANGEROUS_ATTACHMENT);
            case Addressed.Returned ignored -> EnumSet.of(Reason.DANGEROUS_ATTACHMENT);
        };
    }

    private static List<Signal> against(Reason reason, ScreeningFacts facts) {
        Evidence evidence = facts.evidence();
        return switch (reason) {
            case DANGEROUS_ATTACHMENT -> evidence.content().dangerousAttachments();
            case AUTH_FAILED -> authenticationFailed(facts);
            case PHISHING ->
                evidence.content().isPhishing() ? evidence.content().phishing() : List.of();
            case UNKNOWN_SENDER -> unknownSender(facts);
            case SPAM_THRESHOLD -> overThreshold(facts);
        };
    }

    private static List<Signal> authenticationFailed(ScreeningFacts facts) {
        Evidence evidence = facts.evidence();
        // What our own queue brought was authorised when it was queued; no DNS record says more about it.
        if (evidence.isLocal()) {
            return List.of();
        }
        Dmarc dmarc = evidence.authentication().dmarc();
        Optional<Policy> unverified = evidence.authentication().unverifiedPolicy();
        if (unverified.isPresent()) {
            return List.of(new Signal(
                    "dmarc_unverified",
                    0,
                    dmarc.policyDomain() + " wants forged mail kept back (p="
                            + unverified.get().text() + "), and this one could not be verified: " + dmarc.reason()));
        }
        Optional<Policy> failed = evidence.authentication().failedPolicy();
        if (failed.isEmpty()) {
            return List.of();
        }
        if (failed.get() != Policy.NONE) {
            return List.of(new Signal(
                    "dmarc_fail",
                    0,
                    dmarc.policyDomain() + " wants mail like this kept back (p="
                            + failed.get().text() + "): " + dmarc.reason()));
        }
        // p=none is recorded and no more, but where it is the address that opens the door, a borrowed one must not.
        return isKnownByAddress(facts)
                ? List.of(new Signal(
                        "dmarc_fail",
                        0,
                        "the endpoint knows the sender, and the mail is not theirs: " + dmarc.reason()))
                : List.of();
    }

    private static boolean isKnownByAddress(ScreeningFacts facts) {
        return facts.recipient() instanceof Addressed.AtEndpoint at
                && at.admission().senderPolicy() != SenderPolicy.ANYONE
                && stranger(facts.evidence().named(), at.admission(), at.isBound())
                        .isEmpty();
    }

    private static List<Signal> unknownSender(ScreeningFacts facts) {
        return facts.recipient() instanceof Addressed.AtEndpoint at
                ? unproven(facts.evidence().sender(), at.admission())
                        .or(() -> stranger(facts.evidence().named(), at.admission(), at.isBound()))
                        .map(why -> List.of(new Signal(Reason.UNKNOWN_SENDER.text(), 0, why)))
                        .orElse(List.of())
                : List.of();
    }

    private static Optional<String> unproven(SenderIdentity sender, Admission admission) {
        return sender instanceof SenderIdentity.Unproven unproven && admission.senderPolicy() != SenderPolicy.ANYONE
                ? Optional.of("nobody can be held for the sender: " + unproven.reason())
                : Optional.empty();
    }

    /**
     * Why an endpoint does not take mail from an address; empty where it does. Who is bound to a person of the workspace is
     * known under every policy, so that binding somebody always lets their mail through.
     *
     * @param named null where the mail names nobody, or several
     */
    static Optional<String> stranger(@Nullable EmailAddress named, Admission admission, boolean isBound) {
        return switch (admission.senderPolicy()) {
            case ANYONE -> Optional.empty();
            case BOUND_USERS_ONLY ->
                isBound ? Optional.empty() : Optional.of(named + " is bound to nobody in the workspace");
            case DOMAIN_ALLOWLIST, ADDR_ALLOWLIST ->
                isBound || isAllowed(named, admission)
                        ? Optional.empty()
                        : Optional.of(named + " matches none of the endpoint's patterns");
        };
    }

    private static boolean isAllowed(@Nullable EmailAddress named, Admission admission) {
        return named != null
                && SenderPatterns.of(admission.senderPolicy(), admission.allowPatterns())
                        .allowing(named)
                        .isPresent();
    }

    private static List<Signal> overThreshold(ScreeningFacts facts) {
        SpamScore spam = facts.spam();
        Optional<Double> most = admission(facts.recipient()).map(Admission::spamScoreMax);
        if (spam == null || most.isEmpty() || !spam.reaches(most.get())) {
            return List.of();
        }
        String why = spam.isKnown()
                ? String.format(
                        Locale.ROOT, "scores %.2f, and the endpoint takes less than %.2f", spam.score(), most.get())
                : "the score could not be found out";
        return List.of(new Signal(Reason.SPAM_THRESHOLD.text(), 0, why));
    }

    private static Optional<Admission> admission(Addressed recipient) {
        return switch (recipient) {
            case Addressed.AtEndpoint at -> Optional.of(at.admission());
            case Addressed.AtOutboundMailbox at -> Optional.of(at.admission());
            case Addressed.ForAdmins ignored -> Optional.empty();
            case Addressed.Returned ignored -> Optional.empty();
        };
    }
}
