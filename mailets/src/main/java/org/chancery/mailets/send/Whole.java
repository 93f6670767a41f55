package org.chancery.mailets.send;

import jakarta.mail.MessagingException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.james.server.core.MimeMessageWrapper;
import org.apache.mailet.Mail;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.chancery.mailets.Departing;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.trace.Verdicts;

/**
 * A mail leaves whole or not at all: what is queued or kept are the composed bytes for all recipients. Where an operator's step
 * meant to change the mail or to take recipients away, sending it as if the step had not been there would betray them both.
 */
final class Whole {

    private Whole() {}

    static Departing departing(Mail mail) throws MessagingException {
        return MailAttributes.departing(mail)
                .orElseThrow(
                        () -> new MessagingException("only a mail that asks to leave passes the outbound processor"));
    }

    /** Decides about a mail that is untouched and undecided. */
    static void decide(Mail mail, Departing departing, Supplier<Outcome> decision) throws MessagingException {
        if (departing.outcome().isPresent()) {
            Verdicts.say(mail, "repeat", "decided before");
            return;
        }
        Optional<String> change = change(mail, departing);
        departing.decide(change.isPresent() ? new Outcome.Denied("not_released", change.get()) : decision.get());
        departing.outcome().ifPresent(outcome -> say(mail, outcome));
    }

    private static Optional<String> change(Mail mail, Departing departing) throws MessagingException {
        Set<EmailAddress> recipients = new HashSet<>(MailAddresses.fromJames(mail.getRecipients()));
        if (!recipients.equals(new HashSet<>(departing.envelope().recipients()))) {
            return Optional.of(
                    "A step of the outbound processor changed the recipients; a mail leaves whole or not at all.");
        }
        boolean untouched = mail.getMessage() instanceof MimeMessageWrapper message
                && !message.isModified()
                && departing.sourceId().equals(message.getSourceId());
        return untouched
                ? Optional.empty()
                : Optional.of(
                        "A step of the outbound processor changed the composed mail, which leaves unchanged or not at all.");
    }

    private static void say(Mail mail, Outcome outcome) {
        switch (outcome) {
            case Outcome.Queued ignored -> Verdicts.say(mail, "queued", "");
            case Outcome.Scheduled ignored -> Verdicts.say(mail, "scheduled", "");
            case Outcome.Drafted drafted -> Verdicts.say(mail, "draft", drafted.reason());
            case Outcome.Held held -> Verdicts.say(mail, "held", held.approval().text() + ": " + held.reason());
            case Outcome.Denied denied -> Verdicts.say(mail, "denied", denied.code() + ": " + denied.reason());
        }
    }
}
