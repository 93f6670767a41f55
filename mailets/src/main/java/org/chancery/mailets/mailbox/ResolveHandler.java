package org.chancery.mailets.mailbox;

import jakarta.mail.MessagingException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.apache.mailet.Mail;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.Handling;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.PlainMailet;
import org.chancery.mailets.Received;
import org.chancery.mailets.trace.Verdicts;

/** Says for each recipient which mailbox the mail goes into and who handles it there. */
public final class ResolveHandler extends PlainMailet {
    private final Function<EmailAddress, Handling> resolver;

    /** @param resolver {@code HandlerResolver::resolve} */
    public ResolveHandler(Function<EmailAddress, Handling> resolver) {
        this.resolver = resolver;
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Received received = MailAttributes.received(mail)
                .orElseThrow(() -> new MessagingException("only mail that came in has somebody who handles it"));
        Map<EmailAddress, Handling> handlings = new LinkedHashMap<>();
        for (EmailAddress recipient : MailAddresses.fromJames(mail.getRecipients())) {
            handlings.put(recipient, received.handling(recipient, resolver));
        }
        MailAttributes.handlings(mail, handlings);
        say(mail, handlings.values());
    }

    /** What becomes of each of many recipients is said when it is delivered, to each alone. */
    private static void say(Mail mail, Collection<Handling> handlings) {
        if (handlings.size() == 1) {
            Handling only = handlings.iterator().next();
            Verdicts.say(mail, only.state().text(), only.reason());
        } else {
            Verdicts.say(mail, "resolved", "for each recipient");
        }
    }
}
