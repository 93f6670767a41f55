package org.chancery.mailets.mailbox;

import jakarta.mail.MessagingException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.apache.mailet.Mail;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MailClassifier;
import org.chancery.core.mailbox.Handling;
import org.chancery.core.mailbox.MailboxService.Arrived;
import org.chancery.core.mailbox.MailboxService.Delivered;
import org.chancery.core.mailbox.SettledBefore;
import org.chancery.core.quarantine.Reason;
import org.chancery.core.quarantine.Suspicion;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.PlainMailet;
import org.chancery.mailets.Received;
import org.chancery.mailets.ScreeningRecord;
import org.chancery.mailets.quarantine.Reasons;
import org.chancery.mailets.trace.Verdicts;

/**
 * Stores the mail in the mailbox of each recipient and gives the turn to whom {@link ResolveHandler} named. Done again for a
 * recipient who has the mail already, or for whom it is in quarantine, it changes nothing. What was not screened, or is suspect, it refuses to deliver.
 */
public final class DeliverToMailbox extends PlainMailet {
    private final BiFunction<Arrived, Handling, Delivered> mailbox;

    /** @param mailbox {@code MailboxService::deliver} */
    public DeliverToMailbox(BiFunction<Arrived, Handling, Delivered> mailbox) {
        this.mailbox = mailbox;
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Received received = MailAttributes.received(mail)
                .orElseThrow(() -> new MessagingException("only mail that came in is delivered to mailboxes"));
        Map<EmailAddress, Handling> handlings = MailAttributes.handlings(mail);
        // A bounce taken for a human's mail would be answered, so a container without Classify still classifies.
        Classification classification = MailAttributes.classification(mail)
                .orElseGet(() -> MailClassifier.classify(
                        received.header(), received.spooled().envelope().reversePath()));
        for (EmailAddress recipient : MailAddresses.fromJames(mail.getRecipients())) {
            Handling handling = handlings.get(recipient);
            if (handling == null) {
                throw new MessagingException("nobody was named to handle mail for " + recipient
                        + ": ResolveHandler has to come before, and after every mailet that changes recipients");
            }
            requireScreened(received.screening(), recipient);
            try {
                Delivered delivered = mailbox.apply(received.arrived(recipient, classification), handling);
                received.settle(recipient, delivered);
                say(mail, recipient, delivered);
            } catch (SettledBefore before) {
                received.settle(recipient, before);
                Verdicts.say(mail, recipient, "held_back", "an earlier try put it into quarantine");
            }
        }
    }

    /** A line that an operator took out must not open a way around screening: the mail fails, and is kept for the operator. */
    private static void requireScreened(ScreeningRecord screening, EmailAddress recipient) throws MessagingException {
        Set<Reason> missing = screening.missing(recipient);
        if (!missing.isEmpty()) {
            throw new MessagingException("nobody looked whether mail for " + recipient + " is to be quarantined for "
                    + Reasons.text(missing)
                    + ": Screen has to come before, and after every mailet that changes recipients");
        }
        Optional<Suspicion> suspicion = screening.suspicion(recipient);
        if (suspicion.isPresent()) {
            throw new MessagingException("mail for " + recipient + " is to be quarantined for "
                    + suspicion.get().reason().text()
                    + ": a line behind Screen has to send what is Suspect to Confine");
        }
    }

    private static void say(Mail mail, EmailAddress recipient, Delivered delivered) {
        Verdicts.say(
                mail,
                recipient,
                delivered.isRepeat() ? "repeat" : delivered.state().text(),
                delivered.reason());
    }
}
