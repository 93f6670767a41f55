package org.chancery.core.webhook;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventType;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.ThreadReader;
import org.chancery.core.mailbox.ThreadReader.Said;
import org.chancery.core.mailbox.ThreadReader.Story;
import org.chancery.core.tx.Transactions;

/**
 * What a webhook is sent: the event as {@code GET /v1/events/} shows it, and with a turn the mail's newest text and its thread,
 * so that most agents need no further call. Of the thread that is what its sender and we said; the rest is counted. The log itself keeps no content of mails. The same event gives the same body.
 */
public final class EventBody {
    private final Transactions transactions;
    private final MessageRepository messages;
    private final ThreadReader threads;

    public EventBody(Transactions transactions, MessageRepository messages, ThreadReader threads) {
        this.transactions = transactions;
        this.messages = messages;
        this.threads = threads;
    }

    /** The body; outside of any transaction. */
    public Map<String, Object> of(DomainEvent event) {
        Map<String, Object> payload = new LinkedHashMap<>(event.payload());
        if (event.type() == EventType.MESSAGE_ROUTED && payload.get("message_id") instanceof String text) {
            MessageId.parse(text)
                    .flatMap(id -> transactions.in(tx -> messages.find(tx, event.workspace(), id)))
                    .filter(Inbound.class::isInstance)
                    .map(Inbound.class::cast)
                    .ifPresent(message -> tell(payload, threads.read(message)));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("event_id", event.id().text());
        body.put("type", event.type().text());
        EndpointId endpoint = event.endpoint();
        if (endpoint != null) {
            body.put("inbox_id", endpoint.text());
        }
        body.put("created_at", event.createdAt().toString());
        body.put("payload", payload);
        return body;
    }

    private static void tell(Map<String, Object> payload, Story story) {
        payload.put("newest_text", story.last().newestText());
        List<Map<String, Object>> thread =
                story.earlier().stream().map(EventBody::earlier).toList();
        payload.put("thread", thread);
        payload.put("thread_left_out", story.leftOut());
    }

    private static Map<String, Object> earlier(Said said) {
        Message message = said.message();
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("message_id", message.id().text());
        entry.put("direction", message instanceof Inbound ? "inbound" : "outbound");
        entry.put("from", message.facts().from().address());
        entry.put("subject", message.facts().subject());
        entry.put("occurred_at", message.facts().occurredAt().toString());
        entry.put("newest_text", said.newestText());
        return entry;
    }
}
