package org.chancery.storage.queue;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.List;
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

/** Jobs and attempts as rows, there and back. */
final class JobRows {
    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};
    private static final TypeReference<List<KeptResult>> RESULTS = new TypeReference<>() {};

    /** Peers can say as much as they like. */
    private static final int MAX_REPLY = 1000;

    private JobRows() {}

    /** A result as JSON. */
    record KeptResult(String recipient, Kind kind, String reply, boolean peerSaid) {

        /** Which result it is. */
        enum Kind {
            DELIVERED,
            TEMPORARY,
            PERMANENT
        }

        static KeptResult of(Result result) {
            String recipient = result.recipient().toString();
            String reply = SafeText.shortened(result.reply(), MAX_REPLY);
            return switch (result) {
                case Result.Delivered ignored -> new KeptResult(recipient, Kind.DELIVERED, reply, true);
                case Result.TemporaryFailure failure ->
                    new KeptResult(recipient, Kind.TEMPORARY, reply, failure.peerSaid());
                case Result.PermanentFailure failure ->
                    new KeptResult(recipient, Kind.PERMANENT, reply, failure.peerSaid());
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

    static JSONB results(List<Result> results) {
        return Json.write(results.stream().map(KeptResult::of).toList());
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
        return new Attempt(
                row.getStartedAt(),
                row.getEndedAt(),
                new Attempt.Way(
                        row.getRemote(),
                        new TransportSecurity(row.getTls(), row.getCertificate(), row.getSts()),
                        row.getSignedWith()),
                Json.read(row.getResults(), RESULTS).stream()
                        .map(KeptResult::result)
                        .toList());
    }
}
