package org.chancery.smtpingest;

import java.io.IOException;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.spool.Admission;
import org.chancery.core.spool.Incoming;
import org.chancery.core.spool.Spool;
import org.chancery.core.spool.SpoolRefused;
import org.chancery.smtpingest.wire.Reply;
import org.chancery.smtpingest.wire.Wire;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mail from a stranger: its recipients are looked up, its content goes into the spool, and the 250 is said when it is
 * durable there.
 *
 * <p>Standards: RFC 5321 §3.3, §4.1.1.3–4, §6.1.
 *
 * <p>Trusts: nothing the client says. The reverse-path is kept as claimed and proves nothing.
 *
 * <p>No trace header field is added (RFC 5321 §4.4 asks for Received, and for Return-Path at delivery): the raw bytes stay
 * exactly as received, for signatures and as evidence, and what the fields would say is kept beside them, as envelope and
 * {@link Arrival}. A count of Received fields therefore tells of loops over other servers, not of passes through this one.
 *
 * <p>A null reverse-path with several recipients is taken, though a bounce has one: notices of other kinds use it too, and
 * as nobody ever answers a null reverse-path, taking them cannot make backscatter.
 */
final class MailTransaction implements Transaction {
    private static final Logger LOG = LoggerFactory.getLogger(MailTransaction.class);

    private final Surroundings surroundings;
    private final Spool spool;
    private final ReversePath reversePath;
    private final Recipients recipients;

    MailTransaction(Surroundings surroundings, ReversePath reversePath) {
        this.surroundings = surroundings;
        this.spool = surroundings.core().spool();
        this.reversePath = reversePath;
        this.recipients = new Recipients(surroundings.config().mail().maxRecipients());
    }

    /**
     * Only addresses of ours are taken; this is what keeps us from being an open relay. The local part is left to the
     * look-up as it stands: {@code user%elsewhere}, {@code elsewhere!user} and {@code "user@elsewhere"} are local parts that
     * nobody has, not ways to go on (RFC 5321 §4.1.2: only the host in the domain may interpret them).
     */
    @Override
    public Reply recipient(EmailAddress recipient) {
        if (recipients.isTooMany(recipient)) {
            return ReplyCodes.TOO_MANY_RECIPIENTS;
        }
        Reply reply = ReplyCodes.recipient(surroundings.core().recipients().find(recipient));
        if (!reply.isRefusal()) {
            recipients.add(recipient);
        }
        return reply;
    }

    @Override
    public boolean hasRecipients() {
        return !recipients.isEmpty();
    }

    @Override
    public End data(Wire wire, Arrival arrival, Answers answers) throws IOException {
        if (spool.admission() instanceof Admission.Refused refused) {
            answers.answer(ReplyCodes.notAdmitted(refused));
            return End.NOT_BEGUN;
        }
        Incoming begun;
        try {
            begun = spool.begin();
        } catch (RuntimeException e) {
            answers.answer(notKept(e));
            return End.NOT_BEGUN;
        }
        try (Incoming incoming = begun) {
            answers.answer(ReplyCodes.START_MAIL);
            ContentIntake content = new ContentIntake(surroundings.config(), incoming::write, answers);
            boolean kept = content.readFrom(wire) && commit(incoming, content.size(), wire, arrival, answers);
            return kept ? End.ACCEPTED : End.REFUSED;
        }
    }

    // RFC 5321 §6.1: with the 250 the mail is ours, so it is durable first.
    private boolean commit(Incoming incoming, long size, Wire wire, Arrival arrival, Answers answers)
            throws IOException {
        SpoolId id;
        try {
            id = incoming.commit(new Envelope(reversePath, recipients.list()), arrival);
        } catch (RuntimeException e) {
            answers.answer(notKept(e));
            return false;
        }
        LOG.info(
                "accepted {} from {} for {} recipients, {} octets, {} by {} {}",
                id,
                LogText.of(reversePath),
                recipients.list().size(),
                size,
                arrival.client().getHostAddress(),
                arrival.protocol(),
                wire.tls().orElse("in the clear"));
        surroundings.figures().accepted(size);
        answers.answer(ReplyCodes.accepted(id));
        return true;
    }

    // A failure that nobody foresaw says nothing about the mail: 451, so that the client keeps it and tries again.
    private static Reply notKept(RuntimeException failure) {
        if (failure instanceof SpoolRefused refused) {
            LOG.warn("a mail was not kept: {}", refused.refusal());
            return ReplyCodes.notAdmitted(refused.refusal());
        }
        LOG.error("a mail was not kept", failure);
        return ReplyCodes.LOCAL_ERROR;
    }
}
