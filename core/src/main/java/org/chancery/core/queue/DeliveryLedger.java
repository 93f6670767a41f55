package org.chancery.core.queue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.chancery.core.mail.BounceCategory;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.TransportSecurity;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;

/**
 * Hands out outgoing jobs and records what came of each attempt: {@link MessageOutcomes} and the next attempt, in one
 * durable transaction. Once a peer's 250 is recorded here, the recipient is never tried again.
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
    private final MessageOutcomes outcomes;
    private final RetryPolicy retries;
    private final Clock clock;

    public DeliveryLedger(
            Transactions transactions,
            QueueRepository queue,
            MessageRepository messages,
            MessageOutcomes outcomes,
            RetryPolicy retries,
            Clock clock) {
        this.transactions = transactions;
        this.queue = queue;
        this.messages = messages;
        this.outcomes = outcomes;
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
        return attempt.with(attempt.results().stream()
                .<Result>map(
                        result -> new Result.TemporaryFailure(result.recipient(), NOT_RECORDED + result.reply(), false))
                .toList());
    }

    private void settle(Tx tx, OutgoingJob job, Attempt attempt) {
        Instant now = clock.instant();
        // Before its recipients are touched, as everybody does who changes them: else two wait for each other.
        Optional<Message> message = messages.lock(tx, job.workspace(), job.message());
        queue.addAttempt(tx, job.id(), attempt);
        Optional<Instant> next = retries.next(job.attempts() + 1, now);
        List<RecipientOutcome> brought = attempt.results().stream()
                .map(result -> outcome(result, next.isPresent()))
                .toList();
        List<EmailAddress> again = brought.stream()
                .filter(RecipientOutcome.Deferred.class::isInstance)
                .map(RecipientOutcome::recipient)
                .toList();
        if (again.isEmpty()) {
            queue.done(tx, job.id());
        } else {
            queue.defer(tx, job.id(), again, next.orElseThrow());
        }
        keepSecurity(tx, job, attempt);
        if (message.orElse(null) instanceof Outbound outbound) {
            outcomes.record(tx, outbound, brought, Map.of("attempt_digest", AttemptRecord.digest(attempt)), now);
        }
    }

    private void keepSecurity(Tx tx, OutgoingJob job, Attempt attempt) {
        Map<TransportSecurity, List<EmailAddress>> recipients = attempt.results().stream()
                .map(Result::recipient)
                .collect(Collectors.groupingBy(
                        recipient -> attempt.session(recipient).security(), LinkedHashMap::new, Collectors.toList()));
        recipients.forEach((security, theirs) -> {
            boolean mayDiffer = job.attempts() > 0 || !security.equals(TransportSecurity.NONE);
            if (mayDiffer) {
                messages.setSecurity(tx, job.message(), theirs, security);
            }
        });
    }

    private static RecipientOutcome outcome(Result result, boolean isTriedAgain) {
        EmailAddress recipient = result.recipient();
        String reply = result.reply();
        return switch (result) {
            case Result.Delivered ignored -> new RecipientOutcome.Delivered(recipient, reply);
            case Result.PermanentFailure refused ->
                refused.peerSaid()
                        ? new RecipientOutcome.Bounced(
                                recipient, reply, BounceCategory.ofReply(reply, refused.command()), true)
                        : new RecipientOutcome.Failed(recipient, reply);
            case Result.TemporaryFailure ignored ->
                isTriedAgain
                        ? new RecipientOutcome.Deferred(recipient, reply)
                        : new RecipientOutcome.Failed(recipient, reply);
        };
    }
}
