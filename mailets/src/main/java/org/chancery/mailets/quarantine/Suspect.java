package org.chancery.mailets.quarantine;

import jakarta.mail.MessagingException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMatcher;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.Received;

/** Matches the recipients for whom {@link Screen} found that the mail is to be quarantined. */
public final class Suspect extends GenericMatcher {

    @Override
    public Collection<MailAddress> match(Mail mail) throws MessagingException {
        Received received = MailAttributes.received(mail)
                .orElseThrow(() -> new MessagingException("only mail that came in is screened"));
        List<MailAddress> suspect = new ArrayList<>();
        for (MailAddress recipient : mail.getRecipients()) {
            if (received.screening()
                    .suspicion(MailAddresses.fromJames(recipient))
                    .isPresent()) {
                suspect.add(recipient);
            }
        }
        return suspect;
    }
}
