package org.chancery.mailets.quarantine;

import jakarta.mail.MessagingException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MailClassifier;
import org.chancery.core.mailbox.Handling;
import org.chancery.core.mailbox.MailboxService.Arrived;
import org.chancery.core.mailbox.SettledBefore;
import org.chancery.core.quarantine.QuarantineService.Confined;
import org.chancery.core.quarantine.Reason;
import org.chancery.core.quarantine.ScreeningPolicy;
import org.chancery.core.quarantine.Suspicion;
import org.chancery.core.screening.Signal;
import org.chancery.core.screening.SpamScore;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.Received;
import org.chancery.mailets.trace.Verdicts;
import org.jspecify.annotations.Nullable;

/**
 * Holds the mail for each recipient until an admin decides. It is in no mailbox, nobody gets a turn, and its sender hears
 * nothing: an answer would tell a spammer that the address lives, and hit a bystander where it was forged.
 *
 * <p>{@code <reason>} is for lines of the operator's own, and counts where {@link Screen} found nothing.
 */
public final class Confine extends GenericMailet {
    private static final String REASON = "reason";

    private final Function<EmailAddress, Handling> resolver;
    private final Confining quarantine;
    private @Nullable Reason otherwise;

    /** {@code QuarantineService::confine}. */
    @FunctionalInterface
    public interface Confining {
        Confined confine(Arrived mail, Arrival arrival, Handling handling, Suspicion suspicion);
    }

    /** @param resolver {@code HandlerResolver::resolve} */
    public Confine(Function<EmailAddress, Handling> resolver, Confining quarantine) {
        this.resolver = resolver;
        this.quarantine = quarantine;
    }

    @Override
    public void init() throws MessagingException {
        checkInitParameters(Set.of(REASON));
        String written = getInitParameter(REASON);
        otherwise = written == null ? null : Reasons.one(written);
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Received received = MailAttributes.received(mail)
                .orElseThrow(() -> new MessagingException("only mail that came in is quarantined"));
        if (received.screening().isReleased()) {
            throw new MessagingException(
                    "a person let the mail out of quarantine, and a line of the pipeline sends it there again");
        }
        Classification classification = MailAttributes.classification(mail)
                .orElseGet(() -> MailClassifier.classify(
                        received.header(), received.spooled().envelope().reversePath()));
        for (EmailAddress recipient : MailAddresses.fromJames(mail.getRecipients())) {
            confine(mail, received, received.arrived(recipient, classification));
        }
        mail.setState(Mail.GHOST);
    }

    private void confine(Mail mail, Received received, Arrived arrived) throws MessagingException {
        EmailAddress recipient = arrived.recipient();
        Suspicion suspicion = suspicion(mail, received, recipient);
        try {
            Confined confined = quarantine.confine(
                    arrived, received.spooled().arrival(), received.handling(recipient, resolver), suspicion);
            received.settle(recipient, confined);
            Verdicts.say(
                    mail,
                    recipient,
                    confined.isRepeat() ? "repeat" : "quarantined",
                    confined.reason().text());
        } catch (SettledBefore before) {
            received.settle(recipient, before);
            Verdicts.say(mail, recipient, "delivered_before", "an earlier try found nothing against it");
        }
    }

    /** What was found, with all that is known by now: a score may have come after it. */
    private Suspicion suspicion(Mail mail, Received received, EmailAddress recipient) throws MessagingException {
        Optional<Suspicion> found = received.screening().suspicion(recipient);
        if (found.isPresent()) {
            return ScreeningPolicy.suspicion(
                    found.get().reason(),
                    found.get().signals(),
                    EvidenceOf.mail(mail, received, recipient),
                    score(mail, recipient));
        }
        Reason reason = otherwise;
        if (reason == null) {
            throw new MessagingException("nobody said why mail for " + recipient
                    + " is to be quarantined: Screen has to come before, or <reason> has to name the reason");
        }
        Signal line = new Signal("pipeline_rule", 0, "a line of the server's pipeline holds mail like this back");
        return ScreeningPolicy.suspicion(
                reason, List.of(line), EvidenceOf.mail(mail, received, recipient), score(mail, recipient));
    }

    private static @Nullable SpamScore score(Mail mail, EmailAddress recipient) {
        return MailAttributes.spamScores(mail).get(recipient);
    }

    @Override
    public String getMailetInfo() {
        return "Confine";
    }
}
