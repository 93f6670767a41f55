package org.chancery.mailets.quarantine;

import jakarta.mail.MessagingException;
import java.util.Set;
import org.apache.mailet.Mail;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MailClassifier;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.quarantine.Reason;
import org.chancery.core.quarantine.ScreeningFacts.Evidence;
import org.chancery.core.screening.ContentFindings;
import org.chancery.core.screening.SenderIdentity;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.Received;
import org.jspecify.annotations.Nullable;

/** What earlier steps found out about a mail. */
final class EvidenceOf {
    private EvidenceOf() {}

    /** All that there is; where a reason rests on a step that did not run, the mail fails rather than passes. */
    static Evidence mail(Mail mail, Received received, EmailAddress recipient, Set<Reason> reasons)
            throws MessagingException {
        for (Reason reason : reasons) {
            require(mail, received, recipient, reason);
        }
        return mail(mail, received, recipient);
    }

    static Evidence mail(Mail mail, Received received, EmailAddress recipient) {
        boolean isLocal = received.spooled().arrival().isLocal();
        EmailAddress named = named(received.header());
        return new Evidence(
                named,
                isLocal && named != null
                        ? SenderIdentity.ours(named)
                        : SenderIdentity.of(
                                received.header(),
                                received.spooled().envelope().reversePath(),
                                received.authentication()),
                received.authentication(),
                MailAttributes.contentFindings(mail).getOrDefault(recipient, ContentFindings.NONE),
                MailAttributes.classification(mail)
                        .orElseGet(() -> MailClassifier.classify(
                                received.header(), received.spooled().envelope().reversePath())),
                isLocal);
    }

    private static @Nullable EmailAddress named(MessageHeader header) {
        return header.from().size() == 1 && header.count("From") == 1
                ? header.from().getFirst().emailAddress().orElse(null)
                : null;
    }

    private static void require(Mail mail, Received received, EmailAddress recipient, Reason reason)
            throws MessagingException {
        switch (reason) {
            case AUTH_FAILED ->
                // Who may write from which address was asked when our own mail was sent.
                requireStep(
                        "AuthenticateSender",
                        received.spooled().arrival().isLocal()
                                || !received.authentication().equals(AuthenticationResults.NONE),
                        reason);
            case DANGEROUS_ATTACHMENT, PHISHING ->
                requireStep(
                        "InspectContent", MailAttributes.contentFindings(mail).containsKey(recipient), reason);
            case SPAM_THRESHOLD ->
                requireStep("SpamScore", MailAttributes.spamScores(mail).containsKey(recipient), reason);
            case UNKNOWN_SENDER -> {}
        }
    }

    private static void requireStep(String step, boolean didRun, Reason reason) throws MessagingException {
        if (!didRun) {
            throw new MessagingException("screening for " + reason.text() + " needs " + step + " to come before");
        }
    }
}
