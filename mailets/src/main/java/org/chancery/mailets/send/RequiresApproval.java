package org.chancery.mailets.send;

import java.util.Collection;
import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMatcher;
import org.chancery.core.send.SendPolicy.Verdict;
import org.chancery.mailets.MailAttributes;

/** Matches a mail that waits for people's approval, as {@link Authorise} found: all its recipients or none. */
public final class RequiresApproval extends GenericMatcher {

    @Override
    public Collection<MailAddress> match(Mail mail) {
        boolean waits = MailAttributes.verdict(mail)
                .filter(Verdict.NeedsApproval.class::isInstance)
                .isPresent();
        return waits ? mail.getRecipients() : List.of();
    }
}
