package org.chancery.core.mailbox;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.EndpointRepository.Count;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventType;
import org.chancery.core.id.EventId;
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

    /** Gives a mail whose agent has the turn to people; where somebody dealt with it already, nothing changes. */
    public void toPeople(Tx tx, WorkspaceId workspace, MessageId id, String reason) {
        if (settle(tx, workspace, id, HandlingState.AWAITING_REVIEW, reason)) {
            Inbound message = (Inbound) messages.find(tx, workspace, id).orElseThrow();
            Instant now = clock.instant();
            endpoints.count(tx, message.facts().endpoint(), Count.NOTHING.awaitingReview(1), now);
            tell(tx, EventType.MESSAGE_AWAITING_REVIEW, message, Map.of("reason", reason), now);
        }
    }

    /** Ends the turn without an answer, as the endpoint's policy lets its agent decide; where it is over already, nothing changes. */
    public void toNobody(Tx tx, WorkspaceId workspace, MessageId id, String by, String reason) {
        if (settle(tx, workspace, id, HandlingState.HANDLED, reason)) {
            Inbound message = (Inbound) messages.find(tx, workspace, id).orElseThrow();
            tell(tx, EventType.MESSAGE_HANDLED, message, Map.of("by", by, "reason", reason), clock.instant());
        }
    }

    private boolean settle(Tx tx, WorkspaceId workspace, MessageId id, HandlingState next, String reason) {
        return messages.lock(tx, workspace, id)
                .filter(found -> found instanceof Inbound inbound
                        && hasTurn(tx, inbound)
                        && messages.move(tx, id, inbound.state(), next, reason, clock.instant()))
                .isPresent();
    }

    /** Whether the mail is with its agent: routed, or handled by giving it to the agent. */
    private boolean hasTurn(Tx tx, Inbound mail) {
        return switch (mail.state()) {
            case ROUTED -> true;
            case HANDLED -> messages.assignee(tx, mail.id()).isPresent();
            case UNROUTED, AWAITING_REVIEW, ERROR -> false;
        };
    }

    private void tell(Tx tx, EventType type, Inbound message, Map<String, Object> further, Instant now) {
        Map<String, Object> payload = new java.util.LinkedHashMap<>(further);
        payload.put("message_id", message.id().text());
        payload.put("thread_id", message.facts().thread().text());
        payload.put("inbox_id", message.facts().endpoint().text());
        payload.put("subject", message.facts().subject());
        events.append(
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
