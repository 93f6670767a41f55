package org.chancery.mailets.mailbox;

import jakarta.mail.MessagingException;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.mailet.Mail;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MailClassifier;
import org.chancery.core.mailbox.Handling;
import org.chancery.core.mailbox.MailboxService.Arrived;
import org.chancery.core.mailbox.MailboxService.Delivered;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.PlainMailet;
import org.chancery.mailets.Received;
import org.chancery.mailets.trace.Verdicts;

/**
 * Stores the mail in the mailbox of each recipient and gives the turn to whom {@link ResolveHandler} named. Done again for a
 * recipient who has the mail already, it changes nothing.
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
            Delivered delivered = mailbox.apply(received.arrived(recipient, classification), handling);
            received.settle(recipient, delivered);
            say(mail, recipient, delivered);
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
