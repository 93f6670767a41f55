package org.chancery.mailets.mailbox;

import jakarta.mail.MessagingException;
import java.util.Map;
import org.apache.mailet.Mail;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.Handling;
import org.chancery.core.send.DeliveredCopies.Copied;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.PlainMailet;
import org.chancery.mailets.Received;
import org.chancery.mailets.Settled;
import org.chancery.mailets.trace.Verdicts;

/**
 * Sends a copy of what {@link DeliverToMailbox} has stored to the people whom the endpoint names. Done again, it sends none
 * twice.
 */
public final class SendCopies extends PlainMailet {
    private static final String INBOX = "INBOX";

    private final Copies copies;

    /** {@code DeliveredCopies::send}. */
    @FunctionalInterface
    public interface Copies {
        Copied send(WorkspaceId workspace, EndpointId endpoint, MessageId delivered);
    }

    public SendCopies(Copies copies) {
        this.copies = copies;
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Received received = MailAttributes.received(mail)
                .orElseThrow(() -> new MessagingException("only mail that came in is copied to people"));
        Map<EmailAddress, Handling> handlings = MailAttributes.handlings(mail);
        Map<EmailAddress, Settled> outcomes = received.outcomes();
        for (EmailAddress recipient : MailAddresses.fromJames(mail.getRecipients())) {
            Handling handling = handlings.get(recipient);
            Settled settled = outcomes.get(recipient);
            // What came to a return path is about mail that we sent: nobody's to read.
            if (handling != null
                    && handling.folder().equals(INBOX)
                    && settled != null
                    && settled.id() instanceof MessageId delivered) {
                say(mail, recipient, copies.send(handling.workspace(), handling.endpoint(), delivered));
            }
        }
    }

    private static void say(Mail mail, EmailAddress recipient, Copied copied) {
        switch (copied) {
            case Copied.Sent sent -> Verdicts.say(mail, recipient, "copied", sent.reason());
            case Copied.NotSent none -> Verdicts.say(mail, recipient, "not_copied", none.reason());
        }
    }
}
