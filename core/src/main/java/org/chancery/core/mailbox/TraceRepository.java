package org.chancery.core.mailbox;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Keeps what each step of the pipeline did to a mail. */
public interface TraceRepository {

    /**
     * One matcher and mailet that looked at a mail.
     *
     * @param matcher the matcher with its condition, such as {@code HasHeader=X-Spam}
     * @param verdict one word: what the step decided, or {@code not_matched}, {@code done}, {@code failed}
     * @param reason why; empty where there is nothing to say
     * @param micros time spent in matcher and mailet together
     * @param recipient the only recipient whom it is about, or null: who shares the mail with others is not told of them
     */
    record Step(
            Instant at,
            String processor,
            String matcher,
            String mailet,
            String verdict,
            String reason,
            long micros,
            @Nullable EmailAddress recipient) {

        /** A step that is about the mail, whoever receives it. */
        public Step(
                Instant at,
                String processor,
                String matcher,
                String mailet,
                String verdict,
                String reason,
                long micros) {
            this(at, processor, matcher, mailet, verdict, reason, micros, null);
        }

        /** The same as something that concerns that recipient alone, unless it is another's. */
        public Step forOnly(EmailAddress only) {
            return new Step(
                    at, processor, matcher, mailet, verdict, reason, micros, recipient == null ? only : recipient);
        }

        /** Whether that recipient of the mail may be told of it. */
        public boolean concerns(EmailAddress reader) {
            return recipient == null || recipient.equals(reader);
        }
    }

    /**
     * Keeps the whole trace of a mail; the receipt that the pipeline is done with it.
     *
     * @param mail the value of the spool id for inbound mail, of the message id for outbound mail
     * @return false, with nothing changed, where a trace is kept already
     */
    boolean add(Tx tx, UUID mail, List<Step> steps);

    /** Replaces the trace of a mail. */
    void replace(Tx tx, UUID mail, List<Step> steps);

    /** Adds steps to the end of the trace of a mail; who does so at the same time waits. */
    void append(Tx tx, UUID mail, List<Step> steps);

    /** Whether a trace is kept; cheaper than to read it. */
    boolean exists(Tx tx, UUID mail);

    Optional<List<Step>> find(Tx tx, UUID mail);
}
