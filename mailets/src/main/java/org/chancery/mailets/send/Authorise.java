package org.chancery.mailets.send;

import jakarta.mail.MessagingException;
import java.util.function.Function;
import org.apache.mailet.Mail;
import org.chancery.core.send.Candidate;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.chancery.core.send.SendPolicy.Verdict;
import org.chancery.mailets.Departing;
import org.chancery.mailets.MailAttributes;
import org.chancery.mailets.PlainMailet;
import org.chancery.mailets.trace.Verdicts;

/** Asks the send policy whether the mail may leave. A denied mail ends here. */
public final class Authorise extends PlainMailet {
    private final Function<Candidate, Verdict> policy;

    /** @param policy {@code Dispatch::authorise} */
    public Authorise(Function<Candidate, Verdict> policy) {
        this.policy = policy;
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Departing departing = Whole.departing(mail);
        Verdict verdict = policy.apply(departing.candidate());
        MailAttributes.verdict(mail, verdict);
        switch (verdict) {
            case Verdict.Allowed allowed -> Verdicts.say(mail, "allowed", allowed.reason());
            case Verdict.NeedsPerson waits -> Verdicts.say(mail, "needs_person", waits.reason());
            case Verdict.NeedsApproval waits -> Verdicts.say(mail, "needs_approval", waits.reason());
            case Verdict.Denied denied -> {
                departing.decide(new Outcome.Denied(denied.code(), denied.reason()));
                Verdicts.say(mail, "denied", denied.code() + ": " + denied.reason());
                mail.setState(Mail.GHOST);
            }
        }
    }
}
