package org.chancery.core.queue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.audit.AuditEntry;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.Author;
import org.chancery.core.audit.Journal;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventType;
import org.chancery.core.id.EventId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Progress;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/**
 * Hands out outgoing jobs and records what came of each attempt: recipients, the message's status, the next attempt and
 * the events, in one durable transaction. Once a peer's 250 is recorded here, the recipient is never tried again.
 */
public final class DeliveryLedger {

    /**
     * How long a job belongs to the one who claimed it. Longer than any attempt can take (the courier's own time limits
     * are shorter), so that no second server tries the same job meanwhile.
     */
    public static final Duration LEASE = Duration.ofMinutes(30);

    /** How far off a parked job's next attempt is: until somebody has looked. */
    private static final Duration PARKED = Duration.ofDays(3650);

    private static final String NOT_RECORDED = "451 4.3.0 parked, for this outcome cannot be recorded: ";

    private final Transactions transactions;
    private final QueueRepository queue;
    private final MessageRepository messages;
    private final Journal journal;
    private final RetryPolicy retries;
    private final Clock clock;

    public DeliveryLedger(
            Transactions transactions,
            QueueRepository queue,
            MessageRepository messages,
            Journal journal,
            RetryPolicy retries,
            Clock clock) {
        this.transactions = transactions;
        this.queue = queue;
        this.messages = messages;
        this.journal = journal;
        this.retries = retries;
        this.clock = clock;
    }

    /** Jobs that are due, leased to the owner for {@link #LEASE}. */
    public List<OutgoingJob> claim(String owner, int limit, Set<String> fullDestinations) {
        Instant now = clock.instant();
        return transactions.in(tx -> queue.claim(tx, owner, now, now.plus(LEASE), limit, fullDestinations));
    }

    /** Takes back the leases of a server that was killed; call it at its start, before anything is claimed. */
    public int recover(String owner) {
        return transactions.in(tx -> queue.releaseLeases(tx, owner, clock.instant()));
    }

    /** When there is something to claim next; empty where nothing waits. */
    public Optional<Instant> nextDue() {
        return Optional.ofNullable(transactions.in(queue::nextDue));
    }

    /** How many jobs wait or are under way. */
    public long waiting() {
        return transactions.in(queue::waiting);
    }

    /**
     * Records an attempt; once more for the same attempt changes nothing.
     *
     * @return whether it counts. False where the lease was lost: then the one who has it decides, and what this attempt
     *     brought is only appended to the others
     * @throws org.chancery.core.fault.Unavailable where it could not be recorded: call again, the peer's word must not be
     *     forgotten
     */
    public boolean record(OutgoingJob job, String owner, Attempt attempt) {
        return transactions.durably(tx -> {
            // A commit may have reached the disk although the word of it did not reach us.
            if (queue.hasAttempt(tx, job.id(), attempt)) {
                return true;
            }
            if (!queue.holds(tx, job.id(), owner)) {
                queue.addAttempt(tx, job.id(), attempt);
                return false;
            }
            settle(tx, job, attempt);
            return true;
        });
    }

    /**
     * Takes a job whose attempt cannot be recorded, for a fault of ours, out of everyone's reach, with a note as its last
     * attempt: tried again at each start, it would be sent again each time.
     */
    public void park(OutgoingJob job, String owner, Attempt attempt) {
        transactions.durably(tx -> {
            if (queue.holds(tx, job.id(), owner)) {
                queue.addAttempt(tx, job.id(), parked(attempt));
                queue.defer(tx, job.id(), job.recipients(), clock.instant().plus(PARKED));
            }
            return true;
        });
    }

    private static Attempt parked(Attempt attempt) {
        return new Attempt(
                attempt.startedAt(),
                attempt.endedAt(),
                attempt.remote(),
                attempt.tls(),
                attempt.results().stream()
                        .<Result>map(result ->
                                new Result.TemporaryFailure(result.recipient(), NOT_RECORDED + result.reply(), false))
                        .toList());
    }

    private void settle(Tx tx, OutgoingJob job, Attempt attempt) {
        Instant now = clock.instant();
        int number = job.attempts() + 1;
        queue.addAttempt(tx, job.id(), attempt);

        Optional<Instant> next = retries.next(number, now);
        List<EmailAddress> again = new ArrayList<>();
        for (Result result : attempt.results()) {
            switch (result) {
                case Result.Delivered delivered -> progress(tx, job, delivered, Progress.DELIVERED, now);
                case Result.PermanentFailure refused ->
                    progress(tx, job, refused, refused.peerSaid() ? Progress.BOUNCED : Progress.FAILED, now);
                case Result.TemporaryFailure deferred -> {
                    progress(tx, job, deferred, next.isPresent() ? Progress.PENDING : Progress.FAILED, now);
                    if (next.isPresent()) {
                        again.add(deferred.recipient());
                    }
                }
            }
        }
        if (again.isEmpty()) {
            queue.done(tx, job.id());
        } else {
            queue.defer(tx, job.id(), again, next.orElseThrow());
        }
        tell(tx, job, attempt, again.isEmpty());
    }

    private void progress(Tx tx, OutgoingJob job, Result result, Progress progress, Instant now) {
        messages.progress(tx, job.message(), List.of(result.recipient()), progress, result.reply(), now);
    }

    /** Moves the message to where all of its recipients together have brought it, and writes the events. */
    private void tell(Tx tx, OutgoingJob job, Attempt attempt, boolean jobIsDone) {
        Instant now = clock.instant();
        Message found = messages.lock(tx, job.workspace(), job.message()).orElse(null);
        if (!(found instanceof Outbound message)) {
            return;
        }
        List<Map<String, Object>> delivered = new ArrayList<>();
        List<Map<String, Object>> bounced = new ArrayList<>();
        List<Map<String, Object>> failed = new ArrayList<>();
        for (Result result : attempt.results()) {
            switch (result) {
                case Result.Delivered d -> delivered.add(recipient(d));
                case Result.PermanentFailure p -> (p.peerSaid() ? bounced : failed).add(recipient(p));
                case Result.TemporaryFailure t -> {
                    if (jobIsDone || message.recipients().stream().anyMatch(r -> isFailed(r, t.recipient()))) {
                        failed.add(recipient(t));
                    }
                }
            }
        }
        OutboundStatus next = statusOf(message.recipients());
        if (next != message.status() && message.status().next().contains(next)) {
            messages.move(tx, message.id(), message.status(), next, now);
        }
        record(tx, message, attempt, AuditKind.MESSAGE_DELIVERED, delivered.size());
        record(tx, message, attempt, AuditKind.MESSAGE_BOUNCED, bounced.size());
        record(tx, message, attempt, AuditKind.MESSAGE_FAILED, failed.size());
        if (!delivered.isEmpty()) {
            // A relay's or MX's 250 is both: it was sent, and nobody will confirm more.
            append(tx, message, EventType.MESSAGE_SENT, delivered, null, now);
            append(tx, message, EventType.MESSAGE_DELIVERED, delivered, null, now);
        }
        if (!bounced.isEmpty()) {
            append(tx, message, EventType.MESSAGE_BOUNCED, bounced, "unknown", now);
        }
        if (!failed.isEmpty()) {
            append(tx, message, EventType.MESSAGE_FAILED, failed, null, now);
        }
    }

    private void record(Tx tx, Outbound message, Attempt attempt, AuditKind kind, int recipients) {
        if (recipients > 0) {
            Map<String, Object> details = Map.of(
                    "inbox_id",
                    message.facts().endpoint().text(),
                    "raw_digest",
                    message.facts().raw().hex(),
                    "size",
                    message.facts().size(),
                    "recipients",
                    recipients,
                    "attempt_digest",
                    AttemptRecord.digest(attempt));
            AuditEntry entry = new AuditEntry(
                    message.facts().workspace(),
                    clock.instant(),
                    kind,
                    Author.SERVER,
                    message.id().text(),
                    details);
            journal.append(tx, entry);
        }
    }

    /** A refusal of one recipient outweighs the others' success: somebody has to look. */
    static OutboundStatus statusOf(List<RecipientStatus> recipients) {
        boolean pending = recipients.stream().anyMatch(r -> r.progress() == Progress.PENDING);
        boolean bounced = recipients.stream().anyMatch(r -> r.progress() == Progress.BOUNCED);
        boolean failed = recipients.stream().anyMatch(r -> r.progress() == Progress.FAILED);
        if (pending) {
            return OutboundStatus.SENDING;
        }
        return bounced ? OutboundStatus.BOUNCED : failed ? OutboundStatus.FAILED : OutboundStatus.DELIVERED;
    }

    private static boolean isFailed(RecipientStatus status, EmailAddress recipient) {
        return status.address().equals(recipient) && status.progress() == Progress.FAILED;
    }

    private static Map<String, Object> recipient(Result result) {
        return Map.of("address", result.recipient().toString(), "smtp_reply", result.reply());
    }

    private void append(
            Tx tx,
            Outbound message,
            EventType type,
            List<Map<String, Object>> recipients,
            @Nullable String bounceCategory,
            Instant now) {
        List<Map<String, Object>> listed = recipients;
        if (bounceCategory != null) {
            listed = recipients.stream()
                    .map(recipient -> {
                        Map<String, Object> withCategory = new LinkedHashMap<>(recipient);
                        withCategory.put("bounce_category", bounceCategory);
                        return withCategory;
                    })
                    .toList();
        }
        Map<String, Object> payload = Map.of(
                "message_id", message.id().text(),
                "thread_id", message.facts().thread().text(),
                "recipients", listed);
        journal.append(
                tx,
                new DomainEvent(
                        EventId.at(now),
                        message.facts().workspace(),
                        message.facts().endpoint(),
                        type,
                        payload,
                        now));
    }
}
