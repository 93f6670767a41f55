package org.chancery.mailets.send;

import java.util.Collection;
import java.util.List;
import org.apache.james.core.MailAddress;
import org.apache.mailet.Mail;
import org.apache.mailet.base.GenericMatcher;
import org.chancery.core.approval.Approval.Holder;
import org.chancery.core.send.SendPolicy.Verdict;
import org.chancery.mailets.MailAttributes;

/**
 * Matches a mail that a rule of its sender's token holds, as {@link Authorise} found: all its recipients or none. Mail that only its
 * sender wants held goes on, so that a step of the operator's may hold it first; {@link Enqueue} holds what comes there.
 */
public final class RequiresApproval extends GenericMatcher {

    @Override
    public Collection<MailAddress> match(Mail mail) {
        boolean waits = MailAttributes.verdict(mail)
                .filter(verdict -> verdict instanceof Verdict.NeedsApproval needed && needed.holder() == Holder.TOKEN)
                .isPresent();
        return waits ? mail.getRecipients() : List.of();
    }
}
