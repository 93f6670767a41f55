package org.chancery.mailets.host;

import jakarta.mail.MessagingException;
import java.util.List;
import java.util.Optional;
import org.apache.mailet.Mail;
import org.apache.mailet.Mailet;
import org.chancery.core.mail.EmailAddress;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.Received;
import org.chancery.mailets.trace.Place;
import org.chancery.mailets.trace.Transit;

/**
 * Stands behind the last step of every processor, where James drops mail with a warning. Mail that came in may end here only
 * if it is in a mailbox for each of its recipients; else a rule is missing, and the mail fails rather than vanishes.
 */
final class EndOfProcessor implements Mailet {
    private final Place place;

    EndOfProcessor(String processor) {
        this.place = new Place(processor, "All", "(end)");
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Optional<Received> received = MailAttributes.received(mail);
        if (received.isPresent()) {
            List<EmailAddress> lost = MailAddresses.fromJames(mail.getRecipients()).stream()
                    .filter(recipient -> !received.get().isSettled(recipient))
                    .toList();
            if (!lost.isEmpty()) {
                MessagingException failure = new MessagingException("the mail came to the end of processor "
                        + place.processor() + " and no step had delivered it to " + lost);
                Transit.of(mail).fail(mail, place, failure);
                throw failure;
            }
        }
        mail.setState(Mail.GHOST);
    }
}
