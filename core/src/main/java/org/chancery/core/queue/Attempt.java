package org.chancery.core.queue;

import java.time.Instant;
import java.util.List;
import org.chancery.core.mail.BounceCategory.Command;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.TransportSecurity;
import org.jspecify.annotations.Nullable;

/** What came of one attempt: how the mail went, and a result for every recipient of the job. */
public record Attempt(Instant startedAt, Instant endedAt, Way way, List<Result> results) {
    public Attempt {
        results = List.copyOf(results);
    }

    /** One of which no more is known than the peer and the protection. */
    public Attempt(
            Instant startedAt, Instant endedAt, @Nullable String remote, @Nullable String tls, List<Result> results) {
        this(startedAt, endedAt, new Way(remote, new TransportSecurity(tls, null, null), null), results);
    }

    /**
     * How the mail went.
     *
     * @param remote the peer that was spoken to, such as {@code mx1.example.com [192.0.2.1]:25}; null where none was reached
     * @param security of the last conversation
     * @param signedWith the domain and the selectors of the keys by which it was signed, or null where it was not
     */
    public record Way(
            @Nullable String remote,
            TransportSecurity security,
            @Nullable String signedWith) {
        /** Nobody was reached, and nothing signed. */
        public static final Way NONE = new Way(null, TransportSecurity.NONE, null);
    }

    public @Nullable String remote() {
        return way.remote();
    }

    public @Nullable String tls() {
        return way.security().tls();
    }

    /** The same with other results. */
    Attempt with(List<Result> others) {
        return new Attempt(startedAt, endedAt, way, others);
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
