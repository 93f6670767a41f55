package org.chancery.storage.queue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chancery.core.id.JobId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mail.TransportSecurity;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.queue.OutgoingJob;
import org.chancery.storage.column.Json;
import org.chancery.storage.column.SafeText;
import org.chancery.storage.jooq.tables.records.QueueAttemptRecord;
import org.chancery.storage.jooq.tables.records.QueueJobRecord;
import org.jooq.JSONB;
import org.jspecify.annotations.Nullable;

/** Jobs and attempts as rows, there and back. */
final class JobRows {
    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};
    private static final TypeReference<List<KeptResult>> RESULTS = new TypeReference<>() {};

    /** Peers can say as much as they like. */
    private static final int MAX_REPLY = 1000;

    private JobRows() {}

    /** Of a certificate that is worth nothing, strangers have written a part. */
    private static final int MAX_DETAIL = 500;

    /** A conversation as JSON. */
    record KeptSession(
            @Nullable String remote,
            @Nullable String tls,
            @Nullable String certificate,
            @Nullable String sts) {
        static @Nullable KeptSession of(Attempt.@Nullable Session session) {
            return session == null
                    ? null
                    : new KeptSession(
                            shortened(session.remote()),
                            shortened(session.security().tls()),
                            shortened(session.security().certificate()),
                            shortened(session.security().sts()));
        }

        private static @Nullable String shortened(@Nullable String text) {
            return text == null ? null : SafeText.shortened(text, MAX_DETAIL);
        }

        Attempt.Session session() {
            return new Attempt.Session(remote, new TransportSecurity(tls, certificate, sts));
        }
    }

    /**
     * A result as JSON.
     *
     * @param session null where it is the attempt's, and in rows from before anybody knew of others
     */
    record KeptResult(
            String recipient,
            Kind kind,
            String reply,
            boolean peerSaid,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            KeptSession session) {

        /** Which result it is. */
        enum Kind {
            DELIVERED,
            TEMPORARY,
            PERMANENT
        }

        static KeptResult of(Result result, @Nullable KeptSession session) {
            String recipient = result.recipient().toString();
            String reply = SafeText.shortened(result.reply(), MAX_REPLY);
            return switch (result) {
                case Result.Delivered ignored -> new KeptResult(recipient, Kind.DELIVERED, reply, true, session);
                case Result.TemporaryFailure failure ->
                    new KeptResult(recipient, Kind.TEMPORARY, reply, failure.peerSaid(), session);
                case Result.PermanentFailure failure ->
                    new KeptResult(recipient, Kind.PERMANENT, reply, failure.peerSaid(), session);
            };
        }

        Result result() {
            EmailAddress address = EmailAddress.of(recipient);
            return switch (kind) {
                case DELIVERED -> new Result.Delivered(address, reply);
                case TEMPORARY -> new Result.TemporaryFailure(address, reply, peerSaid);
                case PERMANENT -> new Result.PermanentFailure(address, reply, peerSaid);
            };
        }
    }

    static JSONB json(List<EmailAddress> recipients) {
        return Json.write(recipients.stream().map(EmailAddress::toString).toList());
    }

    static JSONB results(Attempt attempt) {
        return Json.write(attempt.results().stream()
                .map(result ->
                        KeptResult.of(result, KeptSession.of(attempt.sessions().get(result.recipient()))))
                .toList());
    }

    static OutgoingJob job(QueueJobRecord row) {
        return new OutgoingJob(
                new JobId(row.getId()),
                new WorkspaceId(row.getWorkspaceId()),
                new MessageId(row.getMessageId()),
                row.getDestination(),
                row.getReversePath().isEmpty()
                        ? ReversePath.NULL
                        : ReversePath.of(EmailAddress.of(row.getReversePath())),
                Json.read(row.getRecipients(), TEXTS).stream()
                        .map(EmailAddress::of)
                        .toList(),
                new RawDigest(row.getRawDigest()),
                row.getRawSize(),
                row.getAttempts(),
                row.getQueuedAt());
    }

    static Attempt attempt(QueueAttemptRecord row) {
        List<KeptResult> results = Json.read(row.getResults(), RESULTS);
        Map<EmailAddress, Attempt.Session> sessions = new HashMap<>();
        for (KeptResult result : results) {
            if (result.session() != null) {
                sessions.put(
                        EmailAddress.of(result.recipient()), result.session().session());
            }
        }
        return new Attempt(
                row.getStartedAt(),
                row.getEndedAt(),
                new Attempt.Way(
                        row.getRemote(),
                        new TransportSecurity(row.getTls(), row.getCertificate(), row.getSts()),
                        row.getSignedWith()),
                results.stream().map(KeptResult::result).toList(),
                sessions);
    }
}
