package org.chancery.delivery.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.chancery.core.endpoint.RecipientLookup;
import org.chancery.core.endpoint.RecipientLookup.Destination;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mailbox.PinnedMail;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.queue.Courier;
import org.chancery.core.queue.OutgoingJob;
import org.chancery.core.spool.Admission;
import org.chancery.core.spool.Incoming;
import org.chancery.core.spool.Spool;
import org.chancery.core.spool.SpoolRefused;

/**
 * Puts mail for our own domains into our own spool, as if it had come in over SMTP, and hands all other mail on. Without it,
 * the mail would go out to our own MX record and look like a loop.
 *
 * <p>Standards: the replies are those that our own SMTP would give (RFC 5321 §4.2, RFC 3463). Trusts: the queue, which holds
 * only what may leave.
 */
public final class HostedCourier implements Courier {
    private static final int COPY = 64 << 10;

    private final Predicate<String> isHosted;
    private final RecipientLookup recipients;
    private final Spool spool;
    private final RawMailStore raw;
    private final Courier others;
    private final Clock clock;

    /**
     * @param isHosted whether a domain, in lower case, is ours
     * @param others takes what is not
     */
    public HostedCourier(
            Predicate<String> isHosted,
            RecipientLookup recipients,
            Spool spool,
            RawMailStore raw,
            Courier others,
            Clock clock) {
        this.isHosted = isHosted;
        this.recipients = recipients;
        this.spool = spool;
        this.raw = raw;
        this.others = others;
        this.clock = clock;
    }

    @Override
    public Attempt deliver(OutgoingJob job, Talk talk) {
        // Here nobody is talked to: what is read and written is ours, and takes no time to speak of.
        return isHosted.test(job.destination()) ? deliverHere(job) : others.deliver(job, talk);
    }

    private Attempt deliverHere(OutgoingJob job) {
        Instant startedAt = clock.instant();
        List<Result> results = new ArrayList<>();
        List<EmailAddress> known = new ArrayList<>();
        for (EmailAddress recipient : job.recipients()) {
            switch (recipients.find(recipient)) {
                case Destination.Hosted ignored -> known.add(recipient);
                case Destination.Admins ignored -> known.add(recipient);
                case Destination.ReturnPath ignored -> known.add(recipient);
                case Destination.Disabled ignored ->
                    results.add(new Result.TemporaryFailure(recipient, "450 4.2.1 The mailbox is disabled", true));
                case Destination.Unknown ignored ->
                    results.add(new Result.PermanentFailure(recipient, "550 5.1.1 No such address here", true));
                case Destination.Foreign ignored ->
                    results.add(new Result.TemporaryFailure(recipient, "451 4.3.0 The domain was removed", false));
                case Destination.Away ignored ->
                    results.add(new Result.TemporaryFailure(recipient, "451 4.3.0 Cannot look the address up", false));
            }
        }
        if (!known.isEmpty()) {
            results.addAll(spool(job, known, startedAt));
        }
        return new Attempt(startedAt, clock.instant(), "local", null, results);
    }

    private List<Result> spool(OutgoingJob job, List<EmailAddress> known, Instant at) {
        if (spool.admission() instanceof Admission.Refused refused) {
            return deferred(known, "452 4.3.1 " + refused.why());
        }
        try (Incoming incoming = spool.begin();
                InputStream in = PinnedMail.open(raw, job.raw())) {
            byte[] buffer = new byte[COPY];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                incoming.write(buffer, 0, read);
            }
            SpoolId id = incoming.commit(new Envelope(job.reversePath(), known), Arrival.local(at));
            return known.stream()
                    .<Result>map(recipient -> new Result.Delivered(recipient, "250 2.0.0 accepted as " + id.text()))
                    .toList();
        } catch (SpoolRefused refused) {
            return deferred(known, "452 4.3.1 " + refused.refusal().why());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static List<Result> deferred(List<EmailAddress> known, String reply) {
        return known.stream()
                .<Result>map(recipient -> new Result.TemporaryFailure(recipient, reply, false))
                .toList();
    }
}
