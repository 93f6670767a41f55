package org.chancery.core.approval;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.chancery.core.access.Actor;
import org.chancery.core.approval.Approval.Held;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventType;
import org.chancery.core.id.EventId;
import org.chancery.core.tx.Tx;

/** Writes what becomes of approvals into the event log. */
public final class ApprovalEvents {
    private ApprovalEvents() {}

    /**
     * Appends; last in a transaction.
     *
     * @param further what else is told of it
     */
    public static void append(
            EventLog events, Tx tx, EventType type, Approval approval, Map<String, Object> further, Instant now) {
        Held held = approval.held();
        Actor requester = approval.requestedBy().actor();
        Map<String, Object> payload = new LinkedHashMap<>(further);
        payload.put("approval_id", approval.id().text());
        payload.put("action_type", approval.actionType());
        payload.put("summary", held.summary());
        payload.put("message_id", held.message().text());
        payload.put("inbox_id", held.endpoint().text());
        payload.put("requested_by", requester.label());
        if (requester instanceof Actor.Program program) {
            // It is told, by its webhook too.
            payload.put("agent_id", program.id().text());
        }
        events.append(tx, new DomainEvent(EventId.at(now), held.workspace(), held.endpoint(), type, payload, now));
    }
}
