package org.chancery.mailets.send;

import jakarta.mail.MessagingException;
import java.util.function.BiFunction;
import org.apache.mailet.Mail;
import org.chancery.core.mail.Envelope;
import org.chancery.core.send.Candidate;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.chancery.mailets.Departing;
import org.chancery.mailets.PlainMailet;

/** Queues the mail for delivery: the bytes and the envelope that it was composed with. */
public final class Enqueue extends PlainMailet {
    private final BiFunction<Candidate, Envelope, Outcome> queue;

    /** @param queue {@code Dispatch::enqueue} */
    public Enqueue(BiFunction<Candidate, Envelope, Outcome> queue) {
        this.queue = queue;
    }

    @Override
    public void service(Mail mail) throws MessagingException {
        Departing departing = Whole.departing(mail);
        Whole.decide(mail, departing, () -> queue.apply(departing.candidate(), departing.envelope()));
    }
}
