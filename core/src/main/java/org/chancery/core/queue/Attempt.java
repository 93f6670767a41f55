package org.chancery.core.queue;

import java.time.Instant;
import java.util.List;
import org.chancery.core.mail.BounceCategory.Command;
import org.chancery.core.mail.EmailAddress;
import org.jspecify.annotations.Nullable;

/**
 * What came of one attempt: a result for every recipient of the job.
 *
 * @param remote the peer that was spoken to, such as {@code mx1.example.com [192.0.2.1]:25}; null where none was reached
 * @param tls the TLS version and cipher suite in use, or null for plain text
 */
public record Attempt(
        Instant startedAt,
        Instant endedAt,
        @Nullable String remote,
        @Nullable String tls,
        List<Result> results) {
    public Attempt {
        results = List.copyOf(results);
    }

    Attempt with(List<Result> other) {
        return new Attempt(startedAt, endedAt, remote, tls, other);
    }

    /** What came of it for one recipient; the reply is the peer's, or ours where {@code peerSaid} is false. */
    public sealed interface Result {
        EmailAddress recipient();

        String reply();

        /** The peer took responsibility. */
        record Delivered(EmailAddress recipient, String reply) implements Result {}

        /** To be tried again. */
        record TemporaryFailure(EmailAddress recipient, String reply, boolean peerSaid) implements Result {}

        /**
         * Not to be tried again.
         *
         * @param command what the peer refused; not kept with the attempt
         */
        record PermanentFailure(EmailAddress recipient, String reply, boolean peerSaid, Command command)
                implements Result {
            /** The same of a recipient as such. */
            public PermanentFailure(EmailAddress recipient, String reply, boolean peerSaid) {
                this(recipient, reply, peerSaid, Command.RCPT);
            }
        }
    }
}
