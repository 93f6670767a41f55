package org.chancery.core.send;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.ApprovalRules;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Scope;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.ApprovalRepository;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.audit.Author;
import org.chancery.core.audit.Channel;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mailbox.FolderRepository;
import org.chancery.core.mailbox.FolderRepository.Flags;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.DraftText;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.queue.MessageOutcomes;
import org.chancery.core.queue.QueueRepository;
import org.chancery.core.send.OutboundPipeline.Outcome;
import org.chancery.core.send.ScheduleRepository.Scheduled;
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
 * <p>{@link #enqueue} decides again, in the transaction that queues, with the answered mail locked and the endpoint as it is by
 * then ({@link Meanwhile}). So neither a race nor a processor from which an operator took the {@code Authorise} mailet lets
 * anything leave that should have waited.
 */
public final class Dispatch {
    private final Transactions transactions;
    private final Books books;
    private final HeldSends held;
    private final Departure departure;
    private final Timetable timetable;
    private final Meanwhile meanwhile;
    private final RulesInForce rules;
    private final Clock clock;

    /** Where it reads and writes. */
    public record Books(
            MessageRepository messages,
            FolderRepository folders,
            EndpointRepository endpoints,
            QueueRepository queue,
            MessageOutcomes outcomes,
            SendCaps caps,
            ApprovalRepository approvals,
            AccessRepository access,
            EventLog events,
            AuditLog audit,
            ScheduleRepository schedule,
            ReturnPaths returnPaths) {}

    /**
     * @param held keeps what waits for an approval
     * @param wakeDelivery called after a commit that queued something
     */
    public Dispatch(Transactions transactions, Books books, HeldSends held, Runnable wakeDelivery, Clock clock) {
        this.transactions = transactions;
        this.books = books;
        this.held = held;
        this.departure = new Departure(books, wakeDelivery, clock);
        this.timetable = new Timetable(books, departure);
        this.meanwhile = new Meanwhile(books, departure, held, clock);
        this.rules = new RulesInForce(books.access(), books.messages());
        this.clock = clock;
    }

    /** What the policy says now, before anything is written. */
    public Verdict authorise(Candidate candidate) {
        Verdict verdict = decide(candidate, candidate.answers(), true);
        return transactions.in(tx -> underRules(tx, candidate, verdict));
    }

    /** Keeps the mail as a draft which waits for a person; durable on return. */
    public Outcome keepAsDraft(Candidate candidate, String reason) {
        return transactions.durably(tx -> {
            Inbound answered = meanwhile.lockAnswered(tx, candidate);
            Candidate current = meanwhile.atItsEndpoint(tx, candidate);
            return meanwhile
                    .endOfTurn(tx, current, answered)
                    .map(Dispatch::denied)
                    .orElseGet(() -> draft(tx, current, answered, reason));
        });
    }

    /** Queues the mail for delivery, unless the policy says otherwise by now; durable on return. */
    public Outcome enqueue(Candidate candidate, Envelope envelope) {
        return transactions.durably(tx -> {
            Inbound answered = meanwhile.lockAnswered(tx, candidate);
            Candidate current = meanwhile.atItsEndpoint(tx, candidate);
            return carryOut(tx, verdict(tx, current, answered), current, answered, envelope);
        });
    }

    /**
     * Holds the mail until people approve it, as a step of the pipeline wants; durable on return. What the policy says by now comes
     * first; where it would let the mail go, or its sender alone wants it held, it is the operator who does, and anybody but its
     * sender may approve it. What a person decided on in the review queue has had its look; and of a notice that waits nobody would
     * hear but by another notice.
     */
    public Outcome hold(Candidate candidate, Envelope envelope) {
        return transactions.durably(tx -> {
            Inbound answered = meanwhile.lockAnswered(tx, candidate);
            Candidate current = meanwhile.atItsEndpoint(tx, candidate);
            Verdict verdict = verdict(tx, current, answered);
            boolean isExempt = candidate.decided() || candidate.isNotice();
            return carryOut(tx, isExempt ? verdict : SendPolicy.underOperator(verdict), current, answered, envelope);
        });
    }

    private Outcome carryOut(
            Tx tx, Verdict verdict, Candidate candidate, @Nullable Inbound answered, Envelope envelope) {
        return switch (verdict) {
            case Verdict.Allowed ignored -> {
                if (Timetable.isLater(candidate.message(), clock.instant())) {
                    schedule(tx, candidate, answered);
                    yield new Outcome.Scheduled();
                }
                queue(tx, candidate, answered, envelope);
                yield new Outcome.Queued();
            }
            case Verdict.NeedsPerson waits -> draft(tx, candidate, answered, waits.reason());
            case Verdict.NeedsApproval waits -> {
                requireMaySettle(candidate, answered);
                requireReviewable(candidate);
                yield new Outcome.Held(held.hold(tx, candidate, waits, clock.instant()), waits.reason());
            }
            case Verdict.Denied denied -> denied(denied);
        };
    }

    private static Outcome denied(Verdict.Denied denied) {
        return new Outcome.Denied(denied.code(), denied.reason());
    }

    private Verdict verdict(Tx tx, Candidate candidate, @Nullable Inbound answered) {
        Optional<Verdict.Denied> endOfTurn = meanwhile.endOfTurn(tx, candidate, answered);
        if (endOfTurn.isPresent()) {
            return endOfTurn.get();
        }
        Verdict verdict = decide(candidate, answered, true);
        if (verdict instanceof Verdict.Allowed && !turnLeft(tx, candidate, answered)) {
            verdict = decide(candidate, answered, false);
        }
        return underRules(tx, candidate, verdict);
    }

    private Verdict underRules(Tx tx, Candidate candidate, Verdict verdict) {
        return rulesOf(tx, candidate.principal())
                .map(inForce -> under(tx, candidate, inForce, verdict))
                .orElseGet(() ->
                        new Verdict.Denied("token_ended", "This token has ended meanwhile, or may not send any more."));
    }

    private Verdict under(Tx tx, Candidate candidate, ApprovalRules inForce, Verdict verdict) {
        return rules.holding(tx, candidate, inForce)
                .map(rule -> SendPolicy.under(
                        rule,
                        candidate.principal().isProgram(),
                        candidate.answers() != null,
                        candidate.decided(),
                        verdict))
                .orElse(verdict);
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
        if (answered.state() == HandlingState.ROUTED && books.messages().automaticRepliesTo(tx, answered.id()) == 0) {
            return true;
        }
        Endpoint endpoint = candidate.endpoint();
        String sender = answered.facts()
                .from()
                .emailAddress()
                .map(EmailAddress::canonical)
                .orElse("(unknown)");
        return books.endpoints()
                .takeTurn(
                        tx,
                        endpoint.id(),
                        sender,
                        LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC),
                        endpoint.maxTurnsPerSenderDay(),
                        endpoint.maxTurnsPerDay());
    }

    private void queue(Tx tx, Candidate candidate, @Nullable Inbound answered, Envelope envelope) {
        Instant now = clock.instant();
        Outbound message = candidate.message();
        Optional<Outbound> draft =
                answered == null ? Optional.empty() : books.messages().draftFor(tx, answered.id());
        if (candidate.decided()) {
            requireUndecided(answered);
            requireAsReviewed(candidate, draft);
        }
        requireMaySettle(candidate, answered);
        if (draft.isPresent() && draft.get().id().equals(message.id())) {
            books.messages().release(tx, message);
            books.folders().remove(tx, message.facts().endpoint(), "Drafts", message.id());
        } else {
            keep(tx, candidate, message, now);
            draft.ifPresent(superseded -> departure.rejectDraft(
                    tx,
                    superseded,
                    answered,
                    Departure.SUPERSEDED,
                    candidate.principal().author()));
        }
        if (answered != null && !candidate.principal().isProgram()) {
            // A person answered, by whichever way: nobody wants a second answer of a program's.
            held.withdrawFor(tx, answered, candidate.principal().author(), Departure.SUPERSEDED);
        }
        books.audit().append(tx, SendRecord.queued(candidate, envelope, now));
        if (answered != null) {
            books.audit()
                    .append(
                            tx,
                            SendRecord.answered(
                                    answered, message, candidate.principal().author(), now));
        }
        if (candidate.isLetter()) {
            // Notices have to reach people when a cap is reached as well, and copies are made by whoever writes to the
            // endpoint: strangers shall not use up what may be sent.
            departure.departUncounted(tx, message, answered, envelope, "sent by the server", now);
        } else {
            departure.depart(tx, message, answered, envelope, "answered by " + label(candidate), now);
        }
    }

    /** Keeps a mail for its time. What it answers stays where it is until then, as with what is held. */
    private void schedule(Tx tx, Candidate candidate, @Nullable Inbound answered) {
        requireMaySettle(candidate, answered);
        Instant now = clock.instant();
        Outbound message = candidate.message().as(OutboundStatus.SCHEDULED);
        keep(tx, candidate, message, now);
        Principal by = candidate.principal();
        timetable.enter(tx, message, by.token(), by.author(), now);
    }

    Timetable timetable() {
        return timetable;
    }

    /** What of the sender's mail waits for people by now; empty where they may not send any more. */
    Optional<ApprovalRules> rulesOf(Tx tx, Principal sender) {
        return rules.of(tx, sender, clock.instant());
    }

    /** What the policy says of a mail whose time has come; the turn that it uses is taken already. */
    Verdict atItsTime(Tx tx, Candidate candidate, @Nullable Inbound answered, ApprovalRules inForce) {
        return under(tx, candidate, inForce, decide(candidate, answered, true));
    }

    /** Puts a scheduled message on its way, and settles what it answers. Last in a transaction. */
    void leave(Tx tx, Outbound message, @Nullable Inbound answered, Envelope envelope, Instant now) {
        if (!books.messages().move(tx, message.id(), OutboundStatus.SCHEDULED, OutboundStatus.QUEUED, now)) {
            throw new IllegalStateException(message.id() + " is not scheduled");
        }
        Author by = message.author().author(Channel.SERVER, null);
        books.audit().append(tx, SendRecord.left(message, envelope, by, now));
        if (answered != null) {
            held.supersede(tx, message, answered, by);
            books.audit().append(tx, SendRecord.answered(answered, message, by, now));
        }
        Outbound queued = message.as(OutboundStatus.QUEUED);
        departure.depart(tx, queued, answered, envelope, "answered by " + by.label(), now);
    }

    /** Keeps a new message, and its thread where that begins with it. */
    private void keep(Tx tx, Candidate candidate, Outbound message, Instant now) {
        MessageFacts facts = message.facts();
        if (candidate.opensThread()) {
            books.messages().addThread(tx, facts.thread(), facts.workspace(), facts.endpoint(), facts.subject(), now);
        }
        books.messages().add(tx, message);
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

    /** Nobody approves what nobody can be shown. */
    static void requireReviewable(Candidate candidate) {
        String obscurity = candidate.content().obscurity();
        if (!obscurity.isEmpty()) {
            throw CallerFault.invalid(
                    "",
                    "not_reviewable",
                    "The mail needs an approval, and a reviewer cannot be shown all of it: " + obscurity + ".");
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

    private Outcome draft(Tx tx, Candidate candidate, @Nullable Inbound answered, String reason) {
        Instant now = clock.instant();
        if (answered == null) {
            throw CallerFault.invalid(
                    "/draft",
                    candidate.principal().isProgram()
                            ? "only a reply can wait as a draft; give reply_to_message_id, or leave draft out"
                            : "only a reply can wait as a draft, in the review queue; a person's own mail needs nobody's"
                                    + " look: leave draft out");
        }
        if (candidate.message().sendAt() != null) {
            throw CallerFault.invalid(
                    "/send_at", "has no effect on a reply that a person looks at first; leave it out: " + reason);
        }
        Optional<MessageId> made = madeBefore(tx, candidate.message());
        if (made.isPresent()) {
            return new Outcome.Drafted(made.get(), reason);
        }
        if (!departure.isAssigned(tx, candidate.principal().actor(), answered)) {
            requireUndecided(answered);
        }
        DraftText text = candidate.content().text();
        Optional<Outbound> waiting = books.messages().draftFor(tx, answered.id());
        if (waiting.isPresent()) {
            requireSameAuthor(waiting.get(), candidate);
            MessageId id = waiting.get().id();
            books.messages().redraft(tx, id, asDraft(candidate.message(), text));
            Outbound version = books.messages().draftFor(tx, answered.id()).orElseThrow();
            books.audit().append(tx, SendRecord.drafted(candidate, version, reason, now));
            departure.tell(tx, EventType.MESSAGE_AWAITING_REVIEW, version, answered, Map.of("reason", reason), now);
            return new Outcome.Drafted(id, reason);
        }
        Outbound message = asDraft(candidate.message(), text);
        books.messages().add(tx, message);
        books.audit().append(tx, SendRecord.drafted(candidate, message, reason, now));
        books.folders().append(tx, message.facts().endpoint(), "Drafts", message.id(), Flags.NONE.withDraft());
        if (answered.state() != HandlingState.AWAITING_REVIEW) {
            requireMaySettle(candidate, answered);
            departure.settle(tx, answered, HandlingState.AWAITING_REVIEW, reason, now);
            books.endpoints()
                    .count(
                            tx,
                            answered.facts().endpoint(),
                            Departure.noLongerWaiting(answered).awaitingReview(1),
                            now);
        }
        departure.tell(tx, EventType.MESSAGE_AWAITING_REVIEW, message, answered, Map.of("reason", reason), now);
        return new Outcome.Drafted(message.id(), reason);
    }

    /** The draft that another try of the same request made or changed: of two that are under way at once, the second changes nothing. */
    private Optional<MessageId> madeBefore(Tx tx, Outbound message) {
        return books.messages()
                .find(tx, message.facts().workspace(), message.id())
                .map(Message::id)
                .or(() -> books.messages().redrafted(tx, message.id()));
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
    public void withdrawDraft(Tx tx, Inbound answered, String reason, Author by) {
        books.messages()
                .draftFor(tx, answered.id())
                .ifPresent(draft -> departure.rejectDraft(tx, draft, answered, reason, by));
    }

    /** Ends scheduled mail that cannot leave any more, all at once. */
    void cancel(List<Scheduled> waiting, String reason, Author by) {
        transactions.durably(tx -> {
            for (Scheduled one : waiting) {
                books.messages()
                        .find(tx, one.workspace(), one.message())
                        .map(Outbound.class::cast)
                        .ifPresent(message -> timetable.cancel(tx, message, by, reason, clock.instant()));
            }
            return true;
        });
    }

    /** Ends held mail that nobody can decide on any more, all at once. */
    void close(List<Approval> waiting, String reason, Author by) {
        transactions.durably(tx -> {
            waiting.forEach(one -> held.withdraw(tx, one, by, reason));
            return true;
        });
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
        return (Inbound) books.messages()
                .lock(tx, message.facts().workspace(), message.id())
                .orElseThrow(() -> CallerFault.notFound("message"));
    }

    private void drop(Tx tx, Inbound message, Candidate.Discard discard, String settled) {
        Instant now = clock.instant();
        withdrawDraft(tx, message, discard.reason(), discard.by());
        held.withdrawFor(tx, message, discard.by(), discard.reason());
        books.audit().append(tx, SendRecord.discarded(message, discard, now));
        departure.settle(tx, message, HandlingState.HANDLED, settled, now);
        books.endpoints().count(tx, message.facts().endpoint(), Departure.noLongerWaiting(message), now);
        departure.tellHandled(tx, message, discard.by().label(), now);
    }

    private static String label(Candidate candidate) {
        return candidate.principal().actor().label();
    }
}
