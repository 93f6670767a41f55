package org.chancery.mailets.mailbox;

import jakarta.mail.MessagingException;
import java.util.Optional;
import java.util.function.Function;
import org.apache.mailet.Mail;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.Handling;
import org.chancery.core.mailbox.MailboxService.Arrived;
import org.chancery.core.mailbox.MailboxService.Delivered;
import org.chancery.core.mailbox.SettledBefore;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.PlainMailet;
import org.chancery.mailets.Received;
import org.chancery.mailets.trace.ErrorText;
import org.chancery.mailets.trace.Verdicts;

/**
 * Keeps a mail that the pipeline gave up where an operator sees it, whole and with the reason, for each recipient who does
 * not have it. No bounce is sent: the reverse-path of a stranger's mail is often forged, and the bounce would hit a bystander.
 */
public final class KeepForOperator extends PlainMailet {
    private final Function<EmailAddress, Handling> resolver;
    private final Keeping keeping;

    /** {@code MailboxService::keepForOperator}. */
    @FunctionalInterface
    public interface Keeping {
        Delivered keep(Arrived mail, Handling handling, String error);
    }

    /** @param resolver {@code HandlerResolver::resolve} */
    public KeepForOperator(Function<EmailAddress, Handling> resolver, Keeping keeping) {
        this.resolver = resolver;
        this.keeping = keeping;
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Optional<Received> received = MailAttributes.received(mail);
        if (received.isEmpty()) {
            Verdicts.say(mail, "refused", "its sender is told, and nothing is kept");
            mail.setState(Mail.GHOST);
            return;
        }
        String error = error(mail);
        for (EmailAddress recipient : MailAddresses.fromJames(mail.getRecipients())) {
            keep(mail, received.get(), recipient, error);
        }
    }

    private void keep(Mail mail, Received received, EmailAddress recipient, String error) {
        Classification classification = MailAttributes.classification(mail).orElse(Classification.HUMAN);
        try {
            Delivered kept =
                    keeping.keep(received.arrivedBroken(recipient, classification), resolver.apply(recipient), error);
            received.settle(recipient, kept);
            Verdicts.say(mail, recipient, kept.isRepeat() ? "repeat" : "kept", kept.reason());
        } catch (SettledBefore before) {
            received.settle(recipient, before);
            Verdicts.say(mail, recipient, "held_back", "an earlier try put it into quarantine");
        }
    }

    /** Its first line: James adds a stack trace where it was told to send failures here at once. */
    private static String error(Mail mail) {
        String error = ErrorText.clean(mail.getErrorMessage());
        return error.isEmpty() ? "a step of the pipeline sent it to the error processor" : error;
    }
}
