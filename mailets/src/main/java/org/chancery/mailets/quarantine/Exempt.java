package org.chancery.mailets.quarantine;

import jakarta.mail.MessagingException;
import java.util.EnumSet;
import java.util.Set;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.quarantine.Reason;
import org.chancery.mailets.MailAddresses;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.Received;
import org.chancery.mailets.trace.Verdicts;

/**
 * Says for the operator that a mail need not be screened for the reasons that {@code <reasons>} names. A reason that no line
 * screens for and none exempts from ends the start, so that screening is never left out by mistake.
 */
public final class Exempt extends GenericMailet {
    private Set<Reason> reasons = EnumSet.noneOf(Reason.class);

    @Override
    public void init() throws MessagingException {
        checkInitParameters(Set.of(Screen.REASONS));
        reasons = Reasons.parse(getInitParameter(Screen.REASONS, ""));
    }

    /** What it exempts from. */
    public Set<Reason> reasons() {
        return Set.copyOf(reasons);
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Received received = MailAttributes.received(mail)
                .orElseThrow(() -> new MessagingException("only mail that came in is screened"));
        for (EmailAddress recipient : MailAddresses.fromJames(mail.getRecipients())) {
            received.screening().settle(recipient, reasons);
        }
        Verdicts.say(mail, "exempt", "this line says so, from " + Reasons.text(reasons));
    }

    @Override
    public String getMailetInfo() {
        return "Exempt";
    }
}
