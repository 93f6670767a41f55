package org.chancery.core.send;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chancery.core.access.Actor;
import org.chancery.core.audit.Author;
import org.chancery.core.endpoint.EndpointRepository.Count;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EventId;
import org.chancery.core.id.JobId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mailbox.FolderRepository.Flags;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Rejection;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.queue.OutgoingJob;
import org.chancery.core.send.Dispatch.Books;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** What is written when a mail leaves for the delivery queue, and when a mail that waits is settled. */
final class Departure {
    static final String SUPERSEDED = "superseded by another answer";

    private final Books books;
    private final Runnable wakeDelivery;
    private final Clock clock;

    /** @param wakeDelivery called after a commit that queued something */
    Departure(Books books, Runnable wakeDelivery, Clock clock) {
        this.books = books;
        this.wakeDelivery = wakeDelivery;
        this.clock = clock;
    }

    /**
     * Puts a message, kept as queued already, on its way, and settles the mail that it answers. Last in a transaction.
     *
     * @param reason why that mail is settled
     * @throws org.chancery.core.fault.CallerFault where a cap is reached
     */
    void depart(Tx tx, Outbound message, @Nullable Inbound answered, Envelope envelope, String reason, Instant now) {
        books.caps().count(tx, message.facts(), now);
        departUncounted(tx, message, answered, envelope, reason, now);
    }

    /** The same whatever has left before. */
    void departUncounted(
            Tx tx, Outbound message, @Nullable Inbound answered, Envelope envelope, String reason, Instant now) {
        books.folders().append(tx, message.facts().endpoint(), "Sent", message.id(), Flags.NONE.withSeen());
        Set<EmailAddress> suppressed = books.outcomes().suppressed(tx, message, envelope.recipients());
        for (OutgoingJob job : jobs(message, envelope, suppressed, now)) {
            books.queue().add(tx, job, now);
        }
        Count change = Count.NOTHING.sent();
        if (answered != null) {
            change = noLongerWaiting(answered).replied(1);
            if (isAssigned(tx, message.author(), answered)) {
                // Handled it was; from now on its agent has used the turn.
                books.messages().move(tx, answered.id(), HandlingState.HANDLED, HandlingState.HANDLED, reason, now);
            } else {
                settle(tx, answered, HandlingState.HANDLED, reason, now);
            }
            books.folders()
                    .flag(
                            tx,
                            answered.facts().endpoint(),
                            answered.id(),
                            Flags.NONE.withSeen().withAnswered());
        }
        books.endpoints().count(tx, message.facts().endpoint(), change, now);
        tell(tx, EventType.MESSAGE_QUEUED, message, answered, sender(message), now);
        if (answered != null && answered.state() != HandlingState.HANDLED) {
            tellHandled(tx, answered, message.author().label(), now);
        }
        books.outcomes().refuse(tx, message, suppressed, now);
        tx.afterCommit(wakeDelivery);
    }

    /** Who sent it, and in which agent's place. */
    private static Map<String, Object> sender(Outbound message) {
        AgentId handler = message.handler();
        String by = message.author().label();
        return handler == null ? Map.of("by", by) : Map.of("by", by, "agent_id", handler.text());
    }

    /** Whether a person gave the mail to this very program, and nothing has become of it since. */
    boolean isAssigned(Tx tx, Actor author, Inbound answered) {
        return answered.state() == HandlingState.HANDLED
                && author instanceof Actor.Program program
                && books.messages()
                        .assignee(tx, answered.id())
                        .filter(program.id()::equals)
                        .isPresent();
    }

    /** Takes a draft out of the queue, for good; whoever wrote it hears why. */
    void rejectDraft(Tx tx, Outbound draft, @Nullable Inbound answered, String reason, Author by) {
        Rejection rejection = new Rejection(reason, by.label(), clock.instant());
        books.messages().reject(tx, draft.id(), rejection);
        books.audit().append(tx, SendRecord.rejected(draft, rejection, by));
        books.folders().remove(tx, draft.facts().endpoint(), "Drafts", draft.id());
        Map<String, Object> further = new LinkedHashMap<>(Map.of("reason", rejection.reason(), "by", rejection.by()));
        if (draft.author() instanceof Actor.Program program) {
            // It is told, by its webhook too.
            further.put("agent_id", program.id().text());
        }
        tell(tx, EventType.MESSAGE_REJECTED, draft, answered, further, rejection.at());
    }

    void settle(Tx tx, Inbound message, HandlingState next, String reason, Instant now) {
        if (message.state() == next) {
            return;
        }
        if (!message.state().next().contains(next)
                || !books.messages().move(tx, message.id(), message.state(), next, reason, now)) {
            throw CallerFault.conflict(
                    "state_conflict", "The message is " + message.state().text() + ": " + message.stateReason() + ".");
        }
    }

    /** What is to be counted where a mail leaves the queue that it waits in. */
    static Count noLongerWaiting(Inbound message) {
        return Count.NOTHING
                .awaitingReview(message.state() == HandlingState.AWAITING_REVIEW ? -1 : 0)
                .unrouted(message.state() == HandlingState.UNROUTED ? -1 : 0);
    }

    private List<OutgoingJob> jobs(Outbound message, Envelope envelope, Set<EmailAddress> suppressed, Instant now) {
        Map<String, List<EmailAddress>> byDomain = new LinkedHashMap<>();
        for (EmailAddress recipient : envelope.recipients()) {
            if (!suppressed.contains(recipient)) {
                byDomain.computeIfAbsent(recipient.domain(), ignored -> new ArrayList<>())
                        .add(recipient);
            }
        }
        List<OutgoingJob> jobs = new ArrayList<>();
        byDomain.forEach((domain, recipients) -> jobs.add(new OutgoingJob(
                JobId.at(now),
                message.facts().workspace(),
                message.id(),
                domain,
                // Each destination has one of its own: who gets the mail there speaks for nobody elsewhere.
                books.returnPaths().towards(envelope.reversePath(), domain),
                recipients,
                message.facts().raw(),
                message.facts().size(),
                0,
                now)));
        return jobs;
    }

    void tellHandled(Tx tx, Inbound answered, String by, Instant now) {
        Map<String, Object> payload = Map.of(
                "message_id", answered.id().text(),
                "thread_id", answered.facts().thread().text(),
                "inbox_id", answered.facts().endpoint().text(),
                "by", by);
        append(tx, EventType.MESSAGE_HANDLED, answered.facts(), payload, now);
    }

    void tell(
            Tx tx,
            EventType type,
            Outbound message,
            @Nullable Inbound answered,
            Map<String, Object> further,
            Instant now) {
        Map<String, Object> payload = new LinkedHashMap<>(further);
        payload.put("message_id", message.id().text());
        payload.put("thread_id", message.facts().thread().text());
        payload.put("inbox_id", message.facts().endpoint().text());
        payload.put("subject", message.facts().subject());
        if (answered != null) {
            payload.put("in_reply_to_message_id", answered.id().text());
        }
        append(tx, type, message.facts(), payload, now);
    }

    private void append(Tx tx, EventType type, MessageFacts facts, Map<String, Object> payload, Instant now) {
        books.events()
                .append(tx, new DomainEvent(EventId.at(now), facts.workspace(), facts.endpoint(), type, payload, now));
    }
}
