package org.chancery.core.triage;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Agent;
import org.chancery.core.access.Principal;
import org.chancery.core.audit.AuditEntry;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.Digests;
import org.chancery.core.audit.Journal;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.EndpointRepository.Count;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.InboundEvents;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.send.Dispatch;
import org.chancery.core.send.SendRecord;
import org.chancery.core.triage.MailSight.Row;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;

/** Gives a mail another handler: a person gives it to an agent, and an agent gives it to people. */
public final class HandlerChanges {
    private final Transactions transactions;
    private final MailSight sight;
    private final Books books;
    private final AccessRepository access;
    private final Dispatch dispatch;
    private final Clock clock;

    /** Where a change is written down. */
    public record Books(MessageRepository messages, EndpointRepository endpoints, Journal journal) {}

    public HandlerChanges(
            Transactions transactions,
            MailSight sight,
            Books books,
            AccessRepository access,
            Dispatch dispatch,
            Clock clock) {
        this.transactions = transactions;
        this.sight = sight;
        this.books = books;
        this.access = access;
        this.dispatch = dispatch;
        this.clock = clock;
    }

    /**
     * An assignment.
     *
     * @param state where the mail stands now
     * @param wired whether the agent handles the endpoint's later mail, too
     */
    public record Assigned(Agent agent, Endpoint endpoint, HandlingState state, boolean wired) {}

    /**
     * Gives a mail that nobody has dealt with to an agent, which gets the turn as if the mail had just been routed to it. The mail
     * is settled; a draft of the agent's brings it back to people. Where people do the agent's work, it waits for them. An endpoint of the agents' plane that has no agent gets this
     * one. Durable on return.
     */
    public Assigned assign(Principal by, MessageId id, AgentId agentId) {
        return transactions.durably(tx -> {
            Row row = sight.one(tx, by, id);
            Agent agent = activeAgent(tx, by.workspace(), agentId);
            Inbound mail = locked(tx, row);
            requireUndecided(mail);
            Instant now = clock.instant();
            String label = by.actor().label();
            dispatch.withdrawDraft(tx, mail, "assigned to " + agent.name(), by.author());
            if (!books.messages()
                    .assign(tx, id, mail.state(), agentId, "assigned to " + agent.name() + " by " + label, now)) {
                throw new IllegalStateException(id + " moved although it is locked");
            }
            Endpoint endpoint = row.endpoint();
            boolean wired = endpoint.plane() == Endpoint.Plane.AGENT
                    && !endpoint.isSystem()
                    && books.endpoints().wire(tx, endpoint.id(), agentId, now);
            Map<String, Object> details = SendRecord.ofMail(mail.facts());
            details.put("agent_id", agentId.text());
            details.put("wired", wired);
            record(tx, AuditKind.MESSAGE_ASSIGNED, mail, by, details);
            Map<String, String> further = Map.of("by", label);
            books.journal().append(tx, InboundEvents.of(EventType.MESSAGE_ASSIGNED, inbound(tx, row), further, now));
            boolean byPeople = agent.executionMode() == Agent.ExecutionMode.HUMAN;
            Count change = noLongerIn(mail.state());
            if (byPeople) {
                String why = "people do the work of agent " + agent.name();
                books.messages().move(tx, id, HandlingState.HANDLED, HandlingState.AWAITING_REVIEW, why, now);
                change = change.awaitingReview(1);
            }
            books.endpoints().count(tx, endpoint.id(), change, now);
            EventType turn = byPeople ? EventType.MESSAGE_AWAITING_REVIEW : EventType.MESSAGE_ROUTED;
            books.journal().append(tx, InboundEvents.of(turn, inbound(tx, row), further, now));
            HandlingState state = byPeople ? HandlingState.AWAITING_REVIEW : HandlingState.HANDLED;
            return new Assigned(agent, endpoint, state, wired);
        });
    }

    /** Locked, so that nobody deletes an agent that gets an endpoint. */
    private Agent activeAgent(Tx tx, WorkspaceId workspace, AgentId id) {
        Agent agent = access.lockAgent(tx, workspace, id)
                .orElseThrow(() -> CallerFault.invalid("/agent_id", "names no agent of this workspace"));
        if (agent.status() != Agent.Status.ACTIVE) {
            throw CallerFault.invalid(
                    "/agent_id", "names an agent that is " + agent.status().text());
        }
        return agent;
    }

    /**
     * Gives a mail on which a program has the turn to people, where the endpoint allows that. Durable on return.
     *
     * @param note why, for those people; may be empty
     */
    public void escalate(Principal by, MessageId id, String note) {
        if (!by.isProgram()) {
            throw CallerFault.forbidden(
                    "program_required", "Only a program gives its mail to people; this token acts for a person.");
        }
        transactions.durably(tx -> {
            Row row = sight.one(tx, by, id);
            Inbound mail = locked(tx, row);
            if (!row.endpoint().behaviour().handler().allowEscalation()) {
                throw CallerFault.forbidden("escalation_not_allowed", "The endpoint does not let its agent escalate.");
            }
            requireTurn(tx, by, mail);
            Instant now = clock.instant();
            String label = by.actor().label();
            String reason = "escalated by " + label + (note.isBlank() ? "" : ": " + note.strip());
            if (!books.messages().move(tx, id, mail.state(), HandlingState.AWAITING_REVIEW, reason, now)) {
                throw new IllegalStateException(id + " moved although it is locked");
            }
            Count change = noLongerIn(mail.state()).awaitingReview(1).escalated(1);
            if (!books.endpoints().countArrival(tx, row.endpoint().id(), change, now)) {
                // Its mail is kept, but nobody would see it wait there.
                throw CallerFault.conflict(
                        "endpoint_removed", "The inbox was removed; nobody looks at its mail any more.");
            }
            Map<String, Object> details = SendRecord.ofMail(mail.facts());
            details.put("note_digest", Digests.ofText(note));
            record(tx, AuditKind.MESSAGE_ESCALATED, mail, by, details);
            Inbound escalated = inbound(tx, row);
            Map<String, String> further = Map.of("by", label, "note", note);
            books.journal().append(tx, InboundEvents.of(EventType.MESSAGE_ESCALATED, escalated, further, now));
            books.journal().append(tx, InboundEvents.of(EventType.MESSAGE_AWAITING_REVIEW, escalated, Map.of(), now));
            return true;
        });
    }

    private void record(Tx tx, AuditKind kind, Inbound mail, Principal by, Map<String, Object> details) {
        books.journal()
                .append(
                        tx,
                        new AuditEntry(
                                mail.facts().workspace(),
                                clock.instant(),
                                kind,
                                by.author(),
                                mail.id().text(),
                                details));
    }

    private void requireTurn(Tx tx, Principal by, Inbound mail) {
        switch (mail.state()) {
            case ROUTED, UNROUTED -> {}
            case AWAITING_REVIEW ->
                throw CallerFault.conflict(
                        "with_people", "The message waits for a person already: " + mail.stateReason() + ".");
            case HANDLED -> {
                boolean isAssignee = by.actor() instanceof Actor.Program program
                        && books.messages()
                                .assignee(tx, mail.id())
                                .filter(program.id()::equals)
                                .isPresent();
                if (!isAssignee) {
                    requireUndecided(mail);
                }
            }
            case ERROR -> requireUndecided(mail);
        }
    }

    private static void requireUndecided(Inbound mail) {
        if (mail.state() == HandlingState.HANDLED) {
            throw CallerFault.conflict(
                    "already_handled", "The message is handled already: " + mail.stateReason() + ".");
        }
        if (mail.state() == HandlingState.ERROR) {
            throw CallerFault.conflict("in_error", "The pipeline gave the message up: " + mail.stateReason() + ".");
        }
    }

    private Inbound locked(Tx tx, Row row) {
        Message message = books.messages()
                .lock(tx, row.endpoint().workspace(), row.message().id())
                .orElseThrow(() -> CallerFault.notFound("message"));
        if (message instanceof Inbound inbound) {
            return inbound;
        }
        throw CallerFault.notFound("inbound message");
    }

    private Inbound inbound(Tx tx, Row row) {
        return (Inbound) books.messages()
                .find(tx, row.endpoint().workspace(), row.message().id())
                .orElseThrow();
    }

    private static Count noLongerIn(HandlingState state) {
        return switch (state) {
            case AWAITING_REVIEW -> Count.NOTHING.awaitingReview(-1);
            case UNROUTED -> Count.NOTHING.unrouted(-1);
            case ROUTED, HANDLED, ERROR -> Count.NOTHING;
        };
    }
}
