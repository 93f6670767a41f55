package org.chancery.mailets.send;

import java.util.Collection;
import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMatcher;
import org.chancery.core.send.SendPolicy.Verdict;
import org.chancery.mailets.MailAttributes;

/** Matches a mail that a person has to look at before it leaves, as {@link Authorise} found: all its recipients or none. */
public final class NeedsPerson extends GenericMatcher {

    @Override
    public Collection<MailAddress> match(Mail mail) {
        boolean waits = MailAttributes.verdict(mail)
                .filter(Verdict.NeedsPerson.class::isInstance)
                .isPresent();
        return waits ? mail.getRecipients() : List.of();
    }
}
