package org.chancery.mailets.send;

import jakarta.mail.MessagingException;
import java.util.function.BiFunction;
import org.apache.mailet.Mail;
import org.chancery.core.mail.Envelope;
import org.chancery.core.send.Candidate;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.chancery.mailets.Departing;
import org.chancery.mailets.PlainMailet;

/** Holds the mail until people approve it. It ends here. */
public final class Hold extends PlainMailet {
    private final BiFunction<Candidate, Envelope, Outcome> holding;

    /** @param holding {@code Dispatch::hold} */
    public Hold(BiFunction<Candidate, Envelope, Outcome> holding) {
        this.holding = holding;
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Departing departing = Whole.departing(mail);
        Whole.decide(mail, departing, () -> holding.apply(departing.candidate(), departing.envelope()));
        mail.setState(Mail.GHOST);
    }
}
