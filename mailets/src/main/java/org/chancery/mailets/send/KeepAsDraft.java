package org.chancery.mailets.send;

import jakarta.mail.MessagingException;
import java.util.function.BiFunction;
import org.apache.mailet.Mail;
import org.chancery.core.send.Candidate;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.chancery.core.send.SendPolicy.Verdict;
import org.chancery.mailets.Departing;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.PlainMailet;

/** Keeps the mail as a draft for a person. It ends here. */
public final class KeepAsDraft extends PlainMailet {
    private final BiFunction<Candidate, String, Outcome> drafts;

    /** @param drafts {@code Dispatch::keepAsDraft}, given the reason */
    public KeepAsDraft(BiFunction<Candidate, String, Outcome> drafts) {
        this.drafts = drafts;
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Departing departing = Whole.departing(mail);
        String reason = MailAttributes.verdict(mail)
                .filter(Verdict.NeedsPerson.class::isInstance)
                .map(Verdict::reason)
                .orElse("a rule of the outbound processor asks for a person's look");
        Whole.decide(mail, departing, () -> drafts.apply(departing.candidate(), reason));
        mail.setState(Mail.GHOST);
    }
}
