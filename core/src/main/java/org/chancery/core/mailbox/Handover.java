package org.chancery.core.mailbox;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.EndpointRepository.Count;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventType;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.tx.Tx;

/** Takes the turn from an agent that cannot use it, so that no mail waits for a program that will not answer. */
public final class Handover {
    private final MessageRepository messages;
    private final EndpointRepository endpoints;
    private final EventLog events;
    private final Clock clock;

    public Handover(MessageRepository messages, EndpointRepository endpoints, EventLog events, Clock clock) {
        this.messages = messages;
        this.endpoints = endpoints;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Whether it is that agent's turn: the mail was routed to it and nobody has dealt with it, or a person gave it to this very
     * agent and nothing came of it yet.
     */
    public boolean hasTurn(Tx tx, Inbound mail, AgentId agent) {
        return switch (mail.state()) {
            case ROUTED -> agent.equals(mail.agent());
            case HANDLED ->
                messages.assignee(tx, mail.id()).filter(agent::equals).isPresent();
            case UNROUTED, AWAITING_REVIEW, ERROR -> false;
        };
    }

    /** The same of a mail by its id; no where it is kept no more. */
    public boolean hasTurn(Tx tx, WorkspaceId workspace, MessageId id, AgentId agent) {
        return messages.find(tx, workspace, id)
                .filter(message -> message instanceof Inbound mail && hasTurn(tx, mail, agent))
                .isPresent();
    }

    /**
     * Gives a mail to people whose turn this agent has; where it has it no more, because somebody dealt with the mail or another
     * agent got it, nothing changes.
     */
    public void toPeople(Tx tx, WorkspaceId workspace, MessageId id, AgentId agent, String reason) {
        Message found = messages.lock(tx, workspace, id).orElse(null);
        if (found instanceof Inbound mail
                && hasTurn(tx, mail, agent)
                && move(tx, mail, HandlingState.AWAITING_REVIEW, reason)) {
            endpoints.count(tx, mail.facts().endpoint(), Count.NOTHING.awaitingReview(1), clock.instant());
            tell(tx, EventType.MESSAGE_AWAITING_REVIEW, mail, Map.of());
        }
    }

    /** Gives so much of the mail to people on which an agent has the turn; returns how much it was. */
    public int toPeople(Tx tx, WorkspaceId workspace, AgentId agent, int limit, String reason) {
        List<MessageId> turns = messages.turnsOf(tx, agent, limit);
        turns.forEach(id -> toPeople(tx, workspace, id, agent, reason));
        return turns.size();
    }

    /**
     * Ends the turn without an answer, as the endpoint's policy lets its agent decide; where it is over already, nothing
     * changes.
     */
    public void toNobody(Tx tx, WorkspaceId workspace, MessageId id, String by, String reason) {
        Message found = messages.lock(tx, workspace, id).orElse(null);
        if (found instanceof Inbound mail
                && mail.state() == HandlingState.ROUTED
                && move(tx, mail, HandlingState.HANDLED, reason)) {
            tell(tx, EventType.MESSAGE_HANDLED, mail, Map.of("by", by));
        }
    }

    private boolean move(Tx tx, Inbound mail, HandlingState next, String reason) {
        return messages.move(tx, mail.id(), mail.state(), next, reason, clock.instant());
    }

    private void tell(Tx tx, EventType type, Inbound before, Map<String, String> further) {
        Inbound now = (Inbound)
                messages.find(tx, before.facts().workspace(), before.id()).orElseThrow();
        events.append(tx, InboundEvents.of(type, now, further, clock.instant()));
    }
}
