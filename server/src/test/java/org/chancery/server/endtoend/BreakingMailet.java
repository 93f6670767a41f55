package org.chancery.server.endtoend;

import jakarta.mail.MessagingException;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMailet;

/** Throws at every mail whose subject is {@code poison}. */
public class BreakingMailet extends GenericMailet {
    @Override
    public void service(Mail mail) throws MessagingException {
        if ("poison".equals(mail.getMessage().getSubject())) {
            throw new IllegalStateException("this mail is poison");
        }
    }
}
