package org.chancery.core.queue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.chancery.core.mail.BounceCategory.Command;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.TransportSecurity;
import org.jspecify.annotations.Nullable;

/**
 * What came of one attempt: how the mail went, and a result for every recipient of the job.
 *
 * @param sessions for recipients whose result did not come about in the conversation that {@code way} tells of, where theirs did
 */
public record Attempt(
        Instant startedAt, Instant endedAt, Way way, List<Result> results, Map<EmailAddress, Session> sessions) {
    public Attempt {
        results = List.copyOf(results);
        Session last = way.session();
        sessions = sessions.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(last))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** All results came about in one conversation, or in none. */
    public Attempt(Instant startedAt, Instant endedAt, Way way, List<Result> results) {
        this(startedAt, endedAt, way, results, Map.of());
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
     * @param security of the last conversation, as is {@code remote}
     * @param signedWith the domain and the selectors of the keys by which it was signed, or null where it was not
     */
    public record Way(
            @Nullable String remote,
            TransportSecurity security,
            @Nullable String signedWith) {
        /** Nobody was reached, and nothing signed. */
        public static final Way NONE = new Way(null, TransportSecurity.NONE, null);

        Session session() {
            return new Session(remote, security);
        }
    }

    /**
     * A conversation in which results came about.
     *
     * @param remote as in {@link Way}
     */
    public record Session(@Nullable String remote, TransportSecurity security) {
        /** Nobody was spoken to. */
        public static final Session NONE = new Session(null, TransportSecurity.NONE);
    }

    /** The conversation in which a recipient's result came about. */
    public Session session(EmailAddress recipient) {
        return sessions.getOrDefault(recipient, way.session());
    }

    public @Nullable String remote() {
        return way.remote();
    }

    public @Nullable String tls() {
        return way.security().tls();
    }

    /** The same with other results for the same recipients. */
    Attempt with(List<Result> others) {
        return new Attempt(startedAt, endedAt, way, others, sessions);
    }

    /** The same with results for recipients about whom nobody was spoken to. */
    Attempt and(List<Result> unspoken) {
        List<Result> all = new ArrayList<>(results);
        all.addAll(unspoken);
        Map<EmailAddress, Session> others = new HashMap<>(sessions);
        unspoken.forEach(result -> others.put(result.recipient(), Session.NONE));
        return new Attempt(startedAt, endedAt, way, all, others);
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
