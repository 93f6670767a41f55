package org.chancery.smtpingest;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.chancery.core.access.Principal;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.send.SubmissionDoor;
import org.chancery.core.send.SubmissionDoor.Submitted;
import org.chancery.core.spool.Admission;
import org.chancery.core.spool.Spool;
import org.chancery.core.spool.SpoolRefused;
import org.chancery.smtpingest.Login.Standing;
import org.chancery.smtpingest.wire.Reply;
import org.chancery.smtpingest.wire.Wire;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mail that one of our users submits: it goes, whole, through the door that every mail leaves by, and the reply is what
 * was decided there.
 *
 * <p>Standards: RFC 6409.
 *
 * <p>Trusts: that the client authenticated, and might send as the reverse-path then. What the header says, and to whom mail
 * may go, is the door's business.
 */
final class SubmissionTransaction implements Transaction {
    private static final Logger LOG = LoggerFactory.getLogger(SubmissionTransaction.class);

    private final Surroundings surroundings;
    private final SubmissionDoor door;
    private final Login login;
    private final ReversePath reversePath;
    private final Recipients recipients;

    SubmissionTransaction(Surroundings surroundings, Login login, ReversePath reversePath) {
        this.surroundings = surroundings;
        this.door = surroundings.core().door();
        this.login = login;
        this.reversePath = reversePath;
        this.recipients = new Recipients(surroundings.config().mail().maxRecipients());
    }

    @Override
    public Reply recipient(EmailAddress recipient) {
        if (recipients.isTooMany(recipient)) {
            return ReplyCodes.TOO_MANY_RECIPIENTS;
        }
        recipients.add(recipient);
        return ReplyCodes.RECIPIENT_OK;
    }

    @Override
    public boolean hasRecipients() {
        return !recipients.isEmpty();
    }

    /**
     * What the state of the spool says against a submitted mail. It does not go through the spool, and how many mails wait
     * there is nothing to it; but it fills the same disk, and a server that stops takes nothing any more.
     */
    static Optional<Reply> objectionOf(Spool spool) {
        if (!(spool.admission() instanceof Admission.Refused refused)) {
            return Optional.empty();
        }
        return switch (refused.reason()) {
            case BACKLOG -> Optional.empty();
            case DISK, BROKEN, STOPPING -> Optional.of(ReplyCodes.notAdmitted(refused));
        };
    }

    @Override
    public End data(Wire wire, Arrival arrival, Answers answers) throws IOException {
        Optional<Reply> objection = objectionOf(surroundings.core().spool());
        if (objection.isPresent()) {
            answers.answer(objection.get());
            return End.NOT_BEGUN;
        }
        answers.answer(ReplyCodes.START_MAIL);
        try (Whole whole =
                new Whole(surroundings.memory(), surroundings.config().mail().maxMessage())) {
            ContentIntake content = new ContentIntake(surroundings.config(), whole, answers);
            boolean taken = content.readFrom(wire) && submit(whole.bytes(), arrival, answers);
            return taken ? End.ACCEPTED : End.REFUSED;
        }
    }

    private boolean submit(byte[] raw, Arrival arrival, Answers answers) throws IOException {
        return switch (login.standing()) {
            case Standing.Good good -> submit(good.principal(), raw, arrival, answers);
            case Standing.Lost lost -> {
                answers.answer(lost.reply());
                yield false;
            }
        };
    }

    private boolean submit(Principal principal, byte[] raw, Arrival arrival, Answers answers) throws IOException {
        Submitted submitted;
        try {
            submitted = door.submit(principal, new Envelope(reversePath, recipients.list()), arrival, raw);
        } catch (RuntimeException e) {
            LOG.error("a mail was not submitted", e);
            submitted = new Submitted.Away();
        }
        Reply reply = ReplyCodes.submitted(submitted);
        if (!reply.isRefusal()) {
            LOG.info(
                    "{} for {} from {} for {} recipients, {} octets, {} by {}",
                    reply,
                    LogText.of(principal.actor().label()),
                    LogText.of(reversePath),
                    recipients.list().size(),
                    raw.length,
                    arrival.client().getHostAddress(),
                    arrival.protocol());
            surroundings.figures().submitted(raw.length);
        }
        answers.answer(reply);
        return !reply.isRefusal();
    }

    /** The mail in one array, its memory counted. */
    private static final class Whole implements ContentIntake.Target, AutoCloseable {
        private static final int FIRST = 16 * 1024;
        private static final Admission.Refused NO_MEMORY =
                new Admission.Refused(Admission.Reason.BACKLOG, "too much submitted mail at once");

        private final SubmissionMemory memory;
        private final int most;
        private byte[] bytes = new byte[0];
        private int length;

        Whole(SubmissionMemory memory, long most) {
            this.memory = memory;
            this.most = Math.toIntExact(most);
        }

        @Override
        public void write(byte[] more, int offset, int count) {
            if (length + count > bytes.length) {
                long twice = Math.min(most, 2L * bytes.length);
                grow(Math.toIntExact(Math.max(FIRST, Math.max(length + count, twice))));
            }
            System.arraycopy(more, offset, bytes, length, count);
            length += count;
        }

        private void grow(int capacity) {
            if (!memory.take(capacity - bytes.length)) {
                throw new SpoolRefused(NO_MEMORY, null);
            }
            bytes = Arrays.copyOf(bytes, capacity);
        }

        byte[] bytes() {
            return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        }

        @Override
        public void close() {
            memory.giveBack(bytes.length);
        }
    }
}
