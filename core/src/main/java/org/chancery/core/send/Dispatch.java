package org.chancery.core.send;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Scope;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.EndpointRepository.Count;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EventId;
import org.chancery.core.id.JobId;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mailbox.FolderRepository;
import org.chancery.core.mailbox.FolderRepository.Flags;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message.DraftText;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Rejection;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.queue.OutgoingJob;
import org.chancery.core.queue.QueueRepository;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.chancery.core.send.SendPolicy.Answered;
import org.chancery.core.send.SendPolicy.Doubt;
import org.chancery.core.send.SendPolicy.Facts;
import org.chancery.core.send.SendPolicy.Verdict;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/**
 * The steps of the outbound processor, as its mailets call them: authorise, keep as a draft, enqueue.
 *
 * <p>{@link #enqueue} decides again, in the transaction that queues, with the answered mail locked. So neither a race nor a
 * processor from which an operator took the {@code Authorise} mailet lets anything leave that should have waited.
 */
public final class Dispatch {
    private final Transactions transactions;
    private final MessageRepository messages;
    private final FolderRepository folders;
    private final EndpointRepository endpoints;
    private final QueueRepository queue;
    private final EventLog events;
    private final Runnable wakeDelivery;
    private final Clock clock;

    /** @param wakeDelivery called after a commit that queued something */
    public Dispatch(
            Transactions transactions,
            MessageRepository messages,
            FolderRepository folders,
            EndpointRepository endpoints,
            QueueRepository queue,
            EventLog events,
            Runnable wakeDelivery,
            Clock clock) {
        this.transactions = transactions;
        this.messages = messages;
        this.folders = folders;
        this.endpoints = endpoints;
        this.queue = queue;
        this.events = events;
        this.wakeDelivery = wakeDelivery;
        this.clock = clock;
    }

    /** What the policy says now, before anything is written. */
    public Verdict authorise(Candidate candidate) {
        return decide(candidate, candidate.answers(), true);
    }

    /** Keeps the mail as a draft which waits for a person; durable on return. */
    public Outcome keepAsDraft(Candidate candidate, String reason) {
        return transactions.durably(tx -> draft(tx, candidate, reason));
    }

    /** Queues the mail for delivery, unless the policy says otherwise by now; durable on return. */
    public Outcome enqueue(Candidate candidate, Envelope envelope) {
        return transactions.durably(tx -> {
            Inbound answered = lockAnswered(tx, candidate);
            Verdict verdict = decide(candidate, answered, true);
            if (verdict instanceof Verdict.Allowed && !turnLeft(tx, candidate, answered)) {
                verdict = decide(candidate, answered, false);
            }
            return switch (verdict) {
                case Verdict.Allowed ignored -> {
                    queue(tx, candidate, answered, envelope);
                    yield new Outcome.Queued();
                }
                case Verdict.NeedsPerson waits -> draft(tx, candidate, waits.reason());
                case Verdict.Denied denied -> new Outcome.Denied(denied.code(), denied.reason());
            };
        });
    }

    private static Verdict decide(Candidate candidate, @Nullable Inbound answered, boolean turnLeft) {
        if (candidate.decided()) {
            return new Verdict.Allowed("a person decided in the review queue");
        }
        Answered facts = answered == null
                ? null
                : new Answered(
                        answered.classification(),
                        answered.state() == HandlingState.AWAITING_REVIEW,
                        turnLeft,
                        doubts(candidate, answered));
        return SendPolicy.decide(new Facts(
                candidate.principal().isProgram(), candidate.endpoint().replyPolicy(), candidate.wantsDraft(), facts));
    }

    private static Set<Doubt> doubts(Candidate candidate, Inbound answered) {
        Set<Doubt> doubts = EnumSet.noneOf(Doubt.class);
        if (answered.authentication().failedPolicy().isPresent()) {
            doubts.add(Doubt.FORGED);
        }
        if (candidate.ledElsewhere()) {
            doubts.add(Doubt.LED_ELSEWHERE);
        }
        return doubts;
    }

    /**
     * The first answer to a mail uses the turn that the mail brought; every further one takes a turn of its own, if it may
     * leave at all.
     */
    private boolean turnLeft(Tx tx, Candidate candidate, @Nullable Inbound answered) {
        if (answered == null || candidate.decided() || !candidate.principal().isProgram()) {
            return true;
        }
        if (answered.state() == HandlingState.ROUTED && messages.automaticRepliesTo(tx, answered.id()) == 0) {
            return true;
        }
        Endpoint endpoint = candidate.endpoint();
        String sender = answered.facts()
                .from()
                .emailAddress()
                .map(EmailAddress::canonical)
                .orElse("(unknown)");
        return endpoints.takeTurn(
                tx,
                endpoint.id(),
                sender,
                LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC),
                endpoint.maxTurnsPerSenderDay(),
                endpoint.maxTurnsPerDay());
    }

    private @Nullable Inbound lockAnswered(Tx tx, Candidate candidate) {
        Inbound answers = candidate.answers();
        if (answers == null) {
            return null;
        }
        return (Inbound) messages.lock(tx, answers.facts().workspace(), answers.id())
                .orElseThrow(() -> CallerFault.notFound("message"));
    }

    private void queue(Tx tx, Candidate candidate, @Nullable Inbound answered, Envelope envelope) {
        Instant now = clock.instant();
        Outbound message = candidate.message();
        Optional<Outbound> draft = answered == null ? Optional.empty() : messages.draftFor(tx, answered.id());
        if (candidate.decided()) {
            requireUndecided(answered);
            requireAsReviewed(candidate, draft);
        }
        requireMaySettle(candidate, answered);
        if (draft.isPresent() && draft.get().id().equals(message.id())) {
            messages.release(tx, message);
            folders.remove(tx, message.facts().endpoint(), "Drafts", message.id());
        } else {
            if (candidate.opensThread()) {
                MessageFacts facts = message.facts();
                messages.addThread(tx, facts.thread(), facts.workspace(), facts.endpoint(), facts.subject(), now);
            }
            messages.add(tx, message);
            draft.ifPresent(superseded -> rejectDraft(
                    tx, superseded, answered, new Rejection("superseded by another answer", label(candidate), now)));
        }
        folders.append(tx, message.facts().endpoint(), "Sent", message.id(), Flags.NONE.withSeen());
        for (OutgoingJob job : jobs(message, envelope, now)) {
            queue.add(tx, job, now);
        }
        Count change = Count.NOTHING.sent();
        if (answered != null) {
            change = noLongerWaiting(answered).replied(1);
            String reason = "answered by " + label(candidate);
            if (isAssigned(tx, candidate, answered)) {
                // Handled it was; from now on its agent has used the turn.
                messages.move(tx, answered.id(), HandlingState.HANDLED, HandlingState.HANDLED, reason, now);
            } else {
                settle(tx, answered, HandlingState.HANDLED, reason, now);
            }
            folders.flag(
                    tx,
                    answered.facts().endpoint(),
                    answered.id(),
                    Flags.NONE.withSeen().withAnswered());
        }
        endpoints.count(tx, message.facts().endpoint(), change, now);
        tell(tx, EventType.MESSAGE_QUEUED, message, answered, sender(message), now);
        if (answered != null && answered.state() != HandlingState.HANDLED) {
            tellHandled(tx, answered, candidate, now);
        }
        tx.afterCommit(wakeDelivery);
    }

    /** Who sent it, and in which agent's place. */
    private static Map<String, Object> sender(Outbound message) {
        AgentId handler = message.handler();
        String by = message.author().label();
        return handler == null ? Map.of("by", by) : Map.of("by", by, "agent_id", handler.text());
    }

    /** What was reviewed is what is sent: not a version that the program wrote meanwhile. */
    private static void requireAsReviewed(Candidate candidate, Optional<Outbound> draft) {
        RawDigest reviewed = candidate.reviewed();
        if (reviewed != null
                && draft.filter(waiting -> waiting.facts().raw().equals(reviewed))
                        .isEmpty()) {
            throw SendService.draftChanged();
        }
    }

    /** A mail in a queue is settled by who may work on the queue; the scope for sending alone does not allow it. */
    private static void requireMaySettle(Candidate candidate, @Nullable Inbound answered) {
        boolean isInQueue = answered != null
                && (answered.state() == HandlingState.AWAITING_REVIEW || answered.state() == HandlingState.UNROUTED);
        Principal by = candidate.principal();
        if (isInQueue && !by.isProgram() && !by.may(Scope.CONVERSATIONS_WRITE)) {
            throw CallerFault.forbidden(
                    "missing_scope",
                    "The answered message waits in a queue; this needs the scope " + Scope.CONVERSATIONS_WRITE.text()
                            + ".");
        }
    }

    /**
     * Two people who decide at the same instant: one wins, and the other is told. Nor does a program's draft open again what
     * is handled.
     */
    private static void requireUndecided(@Nullable Inbound answered) {
        if (answered != null && answered.state() == HandlingState.HANDLED) {
            throw CallerFault.conflict(
                    "already_handled", "The message is handled already: " + answered.stateReason() + ".");
        }
    }

    /** Whether a person gave the mail to the very program that asks, and nothing has become of it since. */
    private boolean isAssigned(Tx tx, Candidate candidate, Inbound answered) {
        return answered.state() == HandlingState.HANDLED
                && candidate.principal().actor() instanceof Actor.Program program
                && messages.assignee(tx, answered.id())
                        .filter(program.id()::equals)
                        .isPresent();
    }

    private Outcome draft(Tx tx, Candidate candidate, String reason) {
        Instant now = clock.instant();
        Inbound answered = lockAnswered(tx, candidate);
        if (answered == null) {
            throw CallerFault.invalid(
                    "/draft", "only a reply can wait as a draft; give reply_to_message_id, or leave draft out");
        }
        if (!isAssigned(tx, candidate, answered)) {
            requireUndecided(answered);
        }
        DraftText text = new DraftText(candidate.text(), candidate.html());
        Optional<Outbound> waiting = messages.draftFor(tx, answered.id());
        if (waiting.isPresent()) {
            requireSameAuthor(waiting.get(), candidate);
            MessageId id = waiting.get().id();
            messages.redraft(tx, id, asDraft(candidate.message(), text));
            Outbound version = messages.draftFor(tx, answered.id()).orElseThrow();
            tell(tx, EventType.MESSAGE_AWAITING_REVIEW, version, answered, Map.of("reason", reason), now);
            return new Outcome.Drafted(id, reason);
        }
        Outbound message = asDraft(candidate.message(), text);
        messages.add(tx, message);
        folders.append(tx, message.facts().endpoint(), "Drafts", message.id(), Flags.NONE.withDraft());
        if (answered.state() != HandlingState.AWAITING_REVIEW) {
            requireMaySettle(candidate, answered);
            settle(tx, answered, HandlingState.AWAITING_REVIEW, reason, now);
            endpoints.count(
                    tx, answered.facts().endpoint(), noLongerWaiting(answered).awaitingReview(1), now);
        }
        tell(tx, EventType.MESSAGE_AWAITING_REVIEW, message, answered, Map.of("reason", reason), now);
        return new Outcome.Drafted(message.id(), reason);
    }

    private static void requireSameAuthor(Outbound waiting, Candidate candidate) {
        if (!waiting.author().idText().equals(candidate.principal().actor().idText())) {
            throw CallerFault.conflict(
                    "draft_exists", "A draft by " + waiting.author().label() + " waits for review already.");
        }
    }

    private static Outbound asDraft(Outbound message, DraftText text) {
        return new Outbound(
                message.facts(),
                OutboundStatus.DRAFT,
                message.inReplyTo(),
                message.author(),
                null,
                false,
                message.recipients(),
                text,
                null);
    }

    /** Discards the draft, if there is one, and settles the inbound mail; durable on return. */
    public void discard(Candidate.Discard discard) {
        transactions.durably(tx -> {
            Inbound answered = lock(tx, discard.message());
            requireUndecided(answered);
            drop(tx, answered, discard, "discarded by " + discard.by().label());
            return true;
        });
    }

    /** Takes the draft that waits for a locked mail out of the queue, if there is one. */
    public void withdrawDraft(Tx tx, Inbound answered, String reason, String by) {
        messages.draftFor(tx, answered.id())
                .ifPresent(draft -> rejectDraft(tx, draft, answered, new Rejection(reason, by, clock.instant())));
    }

    /** The same as discarding for what nobody can decide on any more, all at once; what is settled already stays as it is. */
    void close(List<Candidate.Discard> waiting) {
        transactions.durably(tx -> {
            for (Candidate.Discard one : waiting) {
                Inbound message = lock(tx, one.message());
                if (message.state().next().contains(HandlingState.HANDLED)) {
                    drop(tx, message, one, one.reason() + " by " + one.by().label());
                }
            }
            return true;
        });
    }

    private Inbound lock(Tx tx, Inbound message) {
        return (Inbound) messages.lock(tx, message.facts().workspace(), message.id())
                .orElseThrow(() -> CallerFault.notFound("message"));
    }

    private void drop(Tx tx, Inbound message, Candidate.Discard discard, String settled) {
        Instant now = clock.instant();
        withdrawDraft(tx, message, discard.reason(), discard.by().label());
        settle(tx, message, HandlingState.HANDLED, settled, now);
        endpoints.count(tx, message.facts().endpoint(), noLongerWaiting(message), now);
        tellHandled(tx, message, discard.by(), now);
    }

    private void rejectDraft(Tx tx, Outbound draft, @Nullable Inbound answered, Rejection rejection) {
        messages.reject(tx, draft.id(), rejection);
        folders.remove(tx, draft.facts().endpoint(), "Drafts", draft.id());
        Map<String, Object> further = new LinkedHashMap<>(Map.of("reason", rejection.reason(), "by", rejection.by()));
        if (draft.author() instanceof Actor.Program program) {
            // It is told, by its webhook too.
            further.put("agent_id", program.id().text());
        }
        tell(tx, EventType.MESSAGE_REJECTED, draft, answered, further, rejection.at());
    }

    private void settle(Tx tx, Inbound message, HandlingState next, String reason, Instant now) {
        if (message.state() == next) {
            return;
        }
        if (!message.state().next().contains(next)
                || !messages.move(tx, message.id(), message.state(), next, reason, now)) {
            throw CallerFault.conflict(
                    "state_conflict", "The message is " + message.state().text() + ": " + message.stateReason() + ".");
        }
    }

    /** What is to be counted where a mail leaves the queue that it waits in. */
    private static Count noLongerWaiting(Inbound message) {
        return Count.NOTHING
                .awaitingReview(message.state() == HandlingState.AWAITING_REVIEW ? -1 : 0)
                .unrouted(message.state() == HandlingState.UNROUTED ? -1 : 0);
    }

    private static List<OutgoingJob> jobs(Outbound message, Envelope envelope, Instant now) {
        Map<String, List<EmailAddress>> byDomain = new LinkedHashMap<>();
        for (EmailAddress recipient : envelope.recipients()) {
            byDomain.computeIfAbsent(recipient.domain(), ignored -> new ArrayList<>())
                    .add(recipient);
        }
        List<OutgoingJob> jobs = new ArrayList<>();
        byDomain.forEach((domain, recipients) -> jobs.add(new OutgoingJob(
                JobId.at(now),
                message.facts().workspace(),
                message.id(),
                domain,
                envelope.reversePath(),
                recipients,
                message.facts().raw(),
                message.facts().size(),
                0,
                now)));
        return jobs;
    }

    private static String label(Candidate candidate) {
        return candidate.principal().actor().label();
    }

    private void tellHandled(Tx tx, Inbound answered, Candidate candidate, Instant now) {
        tellHandled(tx, answered, candidate.principal().actor(), now);
    }

    private void tellHandled(Tx tx, Inbound answered, Actor by, Instant now) {
        Map<String, Object> payload = Map.of(
                "message_id", answered.id().text(),
                "thread_id", answered.facts().thread().text(),
                "inbox_id", answered.facts().endpoint().text(),
                "by", by.label());
        append(tx, EventType.MESSAGE_HANDLED, answered.facts(), payload, now);
    }

    private void tell(
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
        events.append(tx, new DomainEvent(EventId.at(now), facts.workspace(), facts.endpoint(), type, payload, now));
    }
}
