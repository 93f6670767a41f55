package org.chancery.mailets.mailbox;

import java.util.function.BiFunction;
import java.util.function.Function;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.MailClassifier;
import org.chancery.core.mailbox.Handling;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.MailboxService.Arrived;
import org.chancery.core.mailbox.MailboxService.Delivered;
import org.chancery.core.mailbox.SettledBefore;
import org.chancery.mailets.Received;

/**
 * Keeps a mail that a line of the operator ended, such as {@code Null}: as handled, with the line as the reason. Nobody gets a
 * turn, and it waits in no queue; but it was accepted, and so it can be found.
 */
public final class EndedMail {
    private final Function<EmailAddress, Handling> resolver;
    private final BiFunction<Arrived, Handling, Delivered> mailbox;

    /**
     * @param resolver {@code HandlerResolver::resolve}
     * @param mailbox {@code MailboxService::deliver}
     */
    public EndedMail(Function<EmailAddress, Handling> resolver, BiFunction<Arrived, Handling, Delivered> mailbox) {
        this.resolver = resolver;
        this.mailbox = mailbox;
    }

    /** Keeps it for one recipient. */
    public void keep(Received received, EmailAddress recipient, String reason) {
        Arrived unclassified = received.arrivedBroken(recipient, Classification.HUMAN);
        Classification classification = MailClassifier.classify(unclassified.header(), unclassified.reversePath());
        Handling handling = resolver.apply(recipient).ending(HandlingState.HANDLED, reason);
        try {
            received.settle(recipient, mailbox.apply(received.arrivedBroken(recipient, classification), handling));
        } catch (SettledBefore before) {
            received.settle(recipient, before);
        }
    }
}
