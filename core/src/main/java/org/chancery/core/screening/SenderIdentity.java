package org.chancery.core.screening;

import java.util.Set;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.AuthenticationResults.Result;
import org.chancery.core.mail.AuthenticationResults.Spf;
import org.chancery.core.mail.AuthenticationResults.SpfIdentity;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.ReversePath;

/**
 * Who a mail is from, as far as a sender policy may build on it: the one address in its {@code From} field, if nothing says
 * that it is borrowed.
 *
 * <p>With a DMARC record at its domain, DMARC decides. Without one, the address is believed where a signature or the reverse-path
 * of its own domain proves it; and where the domain has published nothing that could prove anything, if the reverse-path names
 * the very same domain. A reverse-path of somebody else proves nothing about {@code From}, whatever SPF says of it. Where DNS
 * could not be asked for the record that may deny the address, it is not believed: whoever borrows one could bring that about.
 */
public sealed interface SenderIdentity {

    /**
     * The mail may be treated as this sender's.
     *
     * @param reason what that rests on, for the trace
     */
    record Believed(EmailAddress address, String reason) implements SenderIdentity {}

    /**
     * The mail is nobody's that a policy knows.
     *
     * @param reason why, for the trace
     */
    record Unproven(String reason) implements SenderIdentity {}

    /** Results of SPF that say nothing for or against (RFC 7208 §8.2: neutral must be treated as none is). */
    Set<Result> NO_OPINION = Set.of(Result.NONE, Result.NEUTRAL);

    /** Our own mail: who may write from which of our addresses was asked when it was sent. */
    static SenderIdentity ours(EmailAddress from) {
        return new Believed(from, "it never left this server");
    }

    /** Who the mail is from. */
    static SenderIdentity of(MessageHeader header, ReversePath reversePath, AuthenticationResults authentication) {
        // RFC 5322 §3.6: there is one From field. RFC 7489 §6.6.1: with several addresses in it, nobody can say whose
        // it is.
        if (header.from().size() != 1 || header.count("From") != 1) {
            return new Unproven(
                    header.from().isEmpty() ? "there is no sender in From" : "there are several senders in From");
        }
        return header.from()
                .getFirst()
                .emailAddress()
                .map(from -> of(from, reversePath, authentication))
                .orElseGet(() -> new Unproven("the sender in From is no address"));
    }

    /** Who a mail is from that names that one address. */
    static SenderIdentity of(EmailAddress from, ReversePath reversePath, AuthenticationResults authentication) {
        return switch (authentication.dmarc().result()) {
            case PASS -> new Believed(from, "DMARC passed");
            case NONE, PERMERROR, NEUTRAL -> withoutDmarc(from, reversePath, authentication);
            case TEMPERROR -> new Unproven("DNS could not be asked for the DMARC record of its domain");
            case FAIL, SOFTFAIL, POLICY -> new Unproven("DMARC failed");
        };
    }

    private static SenderIdentity withoutDmarc(
            EmailAddress from, ReversePath reversePath, AuthenticationResults authentication) {
        String organization = authentication.dmarc().policyDomain();
        boolean signed = authentication.signatures().stream()
                .anyMatch(signature -> signature.result() == Result.PASS
                        && maySpeakFor(from.domain(), signature.domain(), organization));
        if (signed) {
            return new Believed(from, "signed by its domain");
        }
        Spf spf = authentication.spf();
        boolean passed = spf.result() == Result.PASS
                && spf.identity() == SpfIdentity.MAILFROM
                && maySpeakFor(from.domain(), spf.domain(), organization);
        if (passed) {
            return new Believed(from, "SPF passed for its domain");
        }
        if (!isOfSameDomain(from, reversePath)) {
            return new Unproven("nothing ties From to who sent the mail");
        }
        return NO_OPINION.contains(spf.result())
                ? new Believed(from, "its domain publishes nothing that could prove it")
                : new Unproven(
                        spf.result() == Result.TEMPERROR
                                ? "DNS could not be asked for the SPF record of its domain"
                                : "SPF: " + spf.result().text());
    }

    private static boolean isOfSameDomain(EmailAddress from, ReversePath reversePath) {
        return reversePath
                .mailbox()
                .filter(mailbox -> mailbox.domain().equals(from.domain()))
                .isPresent();
    }

    /**
     * The domain itself, or one above it; one below it only where both are of one organization, as relaxed alignment has it
     * (RFC 7489 §3.1): below a public suffix anybody can register, and nobody there speaks for it.
     *
     * @param organization the organizational domain; empty where it is not known
     */
    private static boolean maySpeakFor(String from, String domain, String organization) {
        boolean isOrganizations = from.equals(organization) || isBelow(from, organization);
        return domain.equals(from) || isBelow(from, domain) || (isBelow(domain, from) && isOrganizations);
    }

    private static boolean isBelow(String lower, String upper) {
        return upper.indexOf('.') > 0 && lower.endsWith('.' + upper);
    }
}
