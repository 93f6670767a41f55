package org.chancery.core.approval;

import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Role;
import org.chancery.core.access.Scope;
import org.chancery.core.approval.ApprovalRepository.Question;
import org.chancery.core.approval.ApprovalRepository.Whose;
import org.chancery.core.approval.Decision.Kind;
import org.chancery.core.approval.HeldAction.Edits;
import org.chancery.core.approval.HeldAction.Looked;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.Author;
import org.chancery.core.audit.Notes;
import org.chancery.core.audit.RefusedAttempts.Attempt;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.ApprovalId;
import org.chancery.core.mailbox.Message.Rejection;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/**
 * What people decide about held actions. A decision is one transaction with what it brings about: of two who decide at the
 * same instant one wins, and the other is told who did.
 */
public final class ApprovalService {
    private final Transactions transactions;
    private final Stores stores;
    private final HeldAction action;
    private final Clock clock;

    /** Where it reads and writes. */
    public record Stores(ApprovalRepository approvals, AccessRepository access, EventLog events, Notes notes) {}

    public ApprovalService(Transactions transactions, Stores stores, HeldAction action, Clock clock) {
        this.transactions = transactions;
        this.stores = stores;
        this.action = action;
        this.clock = clock;
    }

    /** An approval and what was decided about it, in order. */
    public record Reviewed(Approval approval, List<Decision> decisions) {
        public Reviewed {
            decisions = List.copyOf(decisions);
        }
    }

    /** Approvals that the caller may see, newest first. */
    public List<Approval> list(Principal by, ApprovalStatus status, @Nullable ApprovalId before, int limit) {
        Question question = new Question(by.workspace(), visibleTo(by), status, before);
        return transactions.in(tx -> stores.approvals().page(tx, question, limit));
    }

    /** One approval that the caller may see. */
    public Reviewed show(Principal by, ApprovalId id) {
        return transactions.in(tx -> reviewed(tx, visible(tx, by, id)));
    }

    /** People review whatever waits in their workspace; a program sees what was asked for at its endpoint, or by itself. */
    private static Whose visibleTo(Principal by) {
        if (by.endpoint() != null) {
            return new Whose.AtEndpoint(by.endpoint());
        }
        return by.actor() instanceof Actor.Program program
                ? new Whose.AskedBy(program.id().value())
                : new Whose.Everybodys();
    }

    private Approval visible(Tx tx, Principal by, ApprovalId id) {
        return stores.approvals()
                .find(tx, by.workspace(), id)
                .filter(approval -> switch (visibleTo(by)) {
                    case Whose.Everybodys ignored -> true;
                    case Whose.AtEndpoint at -> approval.held().endpoint().equals(at.endpoint());
                    case Whose.AskedBy ignored ->
                        approval.requestedBy()
                                .actor()
                                .idText()
                                .equals(by.actor().idText());
                })
                .orElseThrow(() -> CallerFault.notFound("approval"));
    }

    private Reviewed reviewed(Tx tx, Approval approval) {
        return new Reviewed(approval, stores.approvals().decisions(tx, approval.id()));
    }

    /**
     * A person's yes.
     *
     * @param version the bytes that they saw ({@link #version}), or null where they do not say
     */
    public record Yes(String note, Edits edits, @Nullable String version) {}

    /** Another one for each version of what is held. */
    public static String version(Approval approval) {
        return approval.held().digest().hex();
    }

    /**
     * Approves, and has it done where enough people have by now: the very bytes that were looked at, or what the person made of
     * them. Where these are not there any more, the approval fails and nothing leaves. Durable on return.
     */
    public Reviewed approve(Principal by, ApprovalId id, Yes yes) {
        return notingRefusal(by, id, () -> sayYes(by, id, yes));
    }

    /** Rejects, for good: nothing leaves. Durable on return. */
    public Reviewed reject(Principal by, ApprovalId id, String reason) {
        return notingRefusal(by, id, () -> sayNo(by, id, reason));
    }

    /** Has what expired wait again, as long as it did at first. For owners who did not ask for it; durable on return. */
    public Reviewed reopen(Principal by, ApprovalId id, String note) {
        return notingRefusal(by, id, () -> openAgain(by, id, note));
    }

    private Reviewed notingRefusal(Principal by, ApprovalId id, Supplier<Reviewed> decision) {
        Attempt attempt = new Attempt(by.workspace(), by.author(), AuditKind.APPROVAL_REFUSED, id.text());
        return stores.notes().refused().noting(attempt, decision);
    }

    private Reviewed sayYes(Principal by, ApprovalId id, Yes yes) {
        Approval seen = transactions.in(tx -> visible(tx, by, id));
        Reviewers.requireRelease(by, seen);
        transactions.run(tx -> requirePending(tx, seen));
        if (yes.version() != null && !yes.version().equals(version(seen))) {
            throw changed();
        }
        Looked looked = action.look(seen, yes.edits());
        return transactions.durably(tx -> {
            Approval approval = stores.approvals().lock(tx, by.workspace(), id).orElseThrow();
            requirePending(tx, approval);
            Actor.Person person = Reviewers.requireRelease(still(tx, by), approval);
            Voice voice = new Voice(person, by.author(), yes.note());
            if (!approval.held().digest().equals(seen.held().digest())) {
                throw changed();
            }
            requireSeen(tx, approval, voice.person(), yes.version());
            return reviewed(
                    tx,
                    switch (looked) {
                        case Looked.Damaged damaged -> fail(tx, approval, voice, damaged.why());
                        case Looked.Edited edited ->
                            approve(
                                    tx,
                                    revise(tx, approval, edited),
                                    voice,
                                    seen.held().digest());
                        case Looked.Intact ignored -> approve(tx, approval, voice, null);
                    });
        });
    }

    /** Looking takes its time, and whoever decides may be out by then. */
    private Principal still(Tx tx, Principal by) {
        Principal now = stores.access().again(tx, by, clock.instant());
        now.requireScope(Scope.APPROVALS_WRITE);
        return now;
    }

    /**
     * A yes is about what the person saw: where another one edited it, a yes that does not say what it saw says nothing. Asked behind
     * the lock, as H2 may repeat an answer that it gave while somebody else's decision was on its way.
     */
    private void requireSeen(Tx tx, Approval locked, Actor.Person person, @Nullable String version) {
        if (version == null && Reviewers.wasEditedByAnother(stores.approvals().decisions(tx, locked.id()), person)) {
            throw CallerFault.conflict(
                    "approval_changed",
                    "Another reviewer edited the mail; look at it, and say with version which one you approve.");
        }
    }

    private Approval revise(Tx tx, Approval approval, Looked.Edited edited) {
        Approval revised = approval.about(action.revise(tx, approval, edited));
        stores.approvals()
                .revise(
                        tx,
                        approval.id(),
                        revised.held().digest(),
                        revised.held().summary());
        return revised;
    }

    /** Who says yes, for the decision and for the record, and what they say with it. */
    private record Voice(Actor.Person person, Author author, String note) {
        Decision approves(RawDigest digest, @Nullable RawDigest edited, Instant now) {
            return new Decision(person, author.channel(), Kind.APPROVE, note, digest, edited, now);
        }
    }

    private Approval approve(Tx tx, Approval approval, Voice voice, @Nullable RawDigest edited) {
        Instant now = clock.instant();
        RawDigest digest = approval.held().digest();
        Reviewers.approvalBy(stores.approvals().decisions(tx, approval.id()), voice.person(), digest)
                .ifPresent(before -> {
                    throw decided(before, "You approved it already; it waits for another person.");
                });
        Decision decision = voice.approves(digest, edited, now);
        stores.approvals().add(tx, approval.id(), decision);
        stores.notes()
                .log()
                .append(tx, ApprovalRecord.decided(AuditKind.APPROVAL_APPROVED, approval, decision, voice.author()));
        List<Decision> decisions = stores.approvals().decisions(tx, approval.id());
        if (Reviewers.approvals(decisions, digest) < reviewers(tx, approval)) {
            if (edited != null) {
                tell(tx, EventType.APPROVAL_CHANGED, approval, decision, Map.of());
            }
            return approval;
        }
        move(tx, approval, ApprovalStatus.PENDING, ApprovalStatus.APPROVED, "");
        Approval executed = move(
                tx,
                approval,
                ApprovalStatus.APPROVED,
                ApprovalStatus.EXECUTED,
                "approved by " + voice.person().label());
        action.execute(tx, approval, voice.author(), now);
        tell(tx, EventType.APPROVAL_APPROVED, approval, decision, Map.of());
        return executed;
    }

    /** As many as the rule said that holds it, or as the requester's token needs for everything by now. */
    private int reviewers(Tx tx, Approval approval) {
        return stores.access()
                .token(tx, approval.workspace(), approval.requestedBy().token())
                .map(kept -> kept.token().grant().approvalRules().reviewersForAll())
                .map(now -> Math.max(now, approval.rule().reviewers()))
                .orElse(approval.rule().reviewers());
    }

    private Approval fail(Tx tx, Approval approval, Voice voice, String why) {
        Instant now = clock.instant();
        Decision decision = voice.approves(approval.held().digest(), null, now);
        stores.approvals().add(tx, approval.id(), decision);
        stores.notes().log().append(tx, ApprovalRecord.failed(approval, decision, why, voice.author()));
        move(tx, approval, ApprovalStatus.PENDING, ApprovalStatus.APPROVED, "");
        Approval failed = move(tx, approval, ApprovalStatus.APPROVED, ApprovalStatus.FAILED, why);
        action.end(
                tx,
                approval,
                OutboundStatus.FAILED,
                new Rejection(why, voice.person().label(), now));
        tell(tx, EventType.APPROVAL_REJECTED, approval, decision, Map.of("reason", why));
        return failed;
    }

    private Reviewed sayNo(Principal by, ApprovalId id, String reason) {
        Approval seen = transactions.in(tx -> visible(tx, by, id));
        Reviewers.require(by, seen);
        return transactions.durably(tx -> {
            Approval approval = stores.approvals().lock(tx, by.workspace(), id).orElseThrow();
            requirePending(tx, approval);
            Actor.Person person = Reviewers.require(still(tx, by), approval);
            Instant now = clock.instant();
            Decision decision = new Decision(
                    person, by.channel(), Kind.REJECT, reason, approval.held().digest(), null, now);
            stores.approvals().add(tx, id, decision);
            stores.notes()
                    .log()
                    .append(tx, ApprovalRecord.decided(AuditKind.APPROVAL_REJECTED, approval, decision, by.author()));
            Approval rejected = move(tx, approval, ApprovalStatus.PENDING, ApprovalStatus.REJECTED, reason);
            action.end(tx, approval, OutboundStatus.REJECTED, new Rejection(reason, person.label(), now));
            tell(tx, EventType.APPROVAL_REJECTED, approval, decision, Map.of("reason", reason));
            return reviewed(tx, rejected);
        });
    }

    private Reviewed openAgain(Principal by, ApprovalId id, String note) {
        Approval seen = transactions.in(tx -> visible(tx, by, id));
        Reviewers.requireRelease(by, seen);
        return transactions.durably(tx -> {
            Actor.Person person = Reviewers.requireRelease(still(tx, by), seen);
            boolean isOwner = stores.access()
                    .user(tx, by.workspace(), person.id())
                    .filter(user -> user.isActive() && user.role() == Role.OWNER)
                    .isPresent();
            if (!isOwner) {
                throw CallerFault.forbidden("owner_required", "Only an owner opens again what has expired.");
            }
            Approval approval = stores.approvals().lock(tx, by.workspace(), id).orElseThrow();
            if (approval.status() != ApprovalStatus.EXPIRED) {
                throw CallerFault.conflict(
                        "not_expired", "The approval is " + approval.status().text() + ".");
            }
            Instant now = clock.instant();
            action.requireDoable(tx, approval, now);
            Instant expiresAt = approval.rule().expiresAfter() == null
                    ? null
                    : now.plus(approval.rule().expiresAfter());
            Decision decision = new Decision(
                    person, by.channel(), Kind.REOPEN, note, approval.held().digest(), null, now);
            stores.approvals().add(tx, id, decision);
            stores.notes()
                    .log()
                    .append(tx, ApprovalRecord.decided(AuditKind.APPROVAL_REOPENED, approval, decision, by.author()));
            stores.approvals().reopen(tx, id, expiresAt);
            Approval pending = stores.approvals().find(tx, by.workspace(), id).orElseThrow();
            tell(tx, EventType.APPROVAL_QUEUED, pending, decision, Map.of());
            return reviewed(tx, pending);
        });
    }

    private Approval move(Tx tx, Approval approval, ApprovalStatus expected, ApprovalStatus next, String standing) {
        if (!stores.approvals().move(tx, approval.id(), expected, next, standing)) {
            throw new IllegalStateException(approval.id() + " is not " + expected.text());
        }
        return approval.as(next, standing);
    }

    private void requirePending(Tx tx, Approval approval) {
        switch (approval.status()) {
            case PENDING -> {
                // Nobody may have looked at the clock since.
                if (approval.isOver(clock.instant())) {
                    throw expired();
                }
            }
            case EXPIRED -> throw expired();
            case CANCELLED -> throw CallerFault.conflict("cancelled", "It was cancelled: " + approval.standing() + ".");
            case APPROVED, EXECUTED, FAILED, REJECTED ->
                throw decided(last(tx, approval), "It is " + approval.status().text() + " already");
        }
    }

    private Decision last(Tx tx, Approval approval) {
        return stores.approvals().decisions(tx, approval.id()).getLast();
    }

    private static CallerFault expired() {
        return CallerFault.conflict("expired", "The time to decide is over; an owner may open it again.");
    }

    private static CallerFault changed() {
        return CallerFault.conflict("approval_changed", "Somebody edited the mail meanwhile; look at it again.");
    }

    private static CallerFault decided(Decision decision, String text) {
        String whole =
                text.endsWith(".") ? text : text + ", by " + decision.by().label() + ".";
        Map<String, String> told = new LinkedHashMap<>();
        told.put("by", decision.by().label());
        told.put("by_id", decision.by().idText());
        told.put("channel", decision.channel().text());
        told.put("decision", decision.kind().text());
        told.put("note", decision.note());
        told.put("at", decision.at().toString());
        return CallerFault.alreadyDecided(whole, told);
    }

    private void tell(Tx tx, EventType type, Approval approval, Decision decision, Map<String, Object> further) {
        Map<String, Object> told = new LinkedHashMap<>(further);
        told.put("by", decision.by().label());
        if (!decision.note().isEmpty()) {
            told.put("note", decision.note());
        }
        ApprovalEvents.append(stores.events(), tx, type, approval, told, decision.at());
    }
}
