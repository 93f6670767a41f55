package org.chancery.core.mailbox;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventType;
import org.chancery.core.id.EventId;
import org.chancery.core.mailbox.Message.Inbound;

/** Facts about inbound mail, all with the same fields and with what else a kind has to tell. */
public final class InboundEvents {
    private InboundEvents() {}

    /** The message as it is now. */
    public static DomainEvent of(EventType type, Inbound message, Map<String, ?> further, Instant now) {
        MessageFacts facts = message.facts();
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("message_id", facts.id().text());
        payload.put("thread_id", facts.thread().text());
        payload.put("inbox_id", facts.endpoint().text());
        payload.put("from", facts.from().address());
        payload.put("to", message.recipient().toString());
        payload.put("subject", facts.subject());
        payload.put("classification", message.classification().text());
        payload.put("authentication", message.authentication().words());
        payload.put("handling_state", message.state().text());
        payload.put("reason", message.stateReason());
        if (message.agent() != null) {
            payload.put("agent_id", message.agent().text());
        }
        payload.putAll(further);
        return new DomainEvent(EventId.at(now), facts.workspace(), facts.endpoint(), type, payload, now);
    }
}
