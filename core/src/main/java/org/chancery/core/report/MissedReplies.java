package org.chancery.core.report;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventType;
import org.chancery.core.id.EventId;
import org.chancery.core.mail.Classification;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Progress;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.queue.AwaitedReplies;
import org.chancery.core.queue.AwaitedReplies.Awaited;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;

/**
 * Tells of sent mail that nobody answered within the days that its endpoint names: once for each mail, however often the server
 * is started and however many servers look. An answer is a human's mail in its thread that came after it.
 */
public final class MissedReplies {
    /** Mail that is looked at in one go. */
    private static final int BATCH = 100;

    /** Mail of a thread among which an answer is looked for: the latest. */
    private static final int THREAD = 200;

    private final Transactions transactions;
    private final Stores stores;
    private final Clock clock;

    /** Where it reads and writes. */
    public record Stores(
            AwaitedReplies awaited, MessageRepository messages, EndpointRepository endpoints, EventLog events) {}

    public MissedReplies(Transactions transactions, Stores stores, Clock clock) {
        this.transactions = transactions;
        this.stores = stores;
        this.clock = clock;
    }

    /** Looks at all mail that is due by now. */
    public void sweep() {
        Instant now = clock.instant();
        List<Awaited> due = due(now);
        while (!due.isEmpty()) {
            for (Awaited one : due) {
                transactions.durably(tx -> {
                    if (stores.awaited().take(tx, one.message())) {
                        look(tx, one, now);
                    }
                    return true;
                });
            }
            due = due(now);
        }
    }

    private List<Awaited> due(Instant now) {
        return transactions.in(tx -> stores.awaited().due(tx, now, BATCH));
    }

    private void look(Tx tx, Awaited awaited, Instant now) {
        if (stores.messages().find(tx, awaited.workspace(), awaited.message()).orElse(null) instanceof Outbound message
                && isWanted(tx, message)) {
            arrived(message).filter(at -> !isAnswered(tx, message, at)).ifPresent(at -> tell(tx, message, at, now));
        }
    }

    /** When it first arrived; empty where all of it came back, of which there is other news. */
    private static Optional<Instant> arrived(Outbound message) {
        return message.recipients().stream()
                .filter(recipient -> recipient.progress() == Progress.DELIVERED)
                .map(RecipientStatus::at)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder());
    }

    /** Whether its endpoint still is there and wants to know. */
    private boolean isWanted(Tx tx, Outbound message) {
        return stores.endpoints()
                .find(tx, message.facts().workspace(), message.facts().endpoint())
                .filter(endpoint -> endpoint.behaviour().missedReplyDays() != null)
                .isPresent();
    }

    private boolean isAnswered(Tx tx, Outbound message, Instant arrived) {
        return stores
                .messages()
                .thread(tx, message.facts().workspace(), message.facts().thread(), THREAD)
                .stream()
                .anyMatch(other -> other instanceof Inbound inbound
                        && inbound.classification() == Classification.HUMAN
                        && !inbound.facts().occurredAt().isBefore(arrived));
    }

    private void tell(Tx tx, Outbound message, Instant arrived, Instant now) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("message_id", message.id().text());
        payload.put("thread_id", message.facts().thread().text());
        payload.put("to_address", message.recipients().getFirst().address().toString());
        payload.put("days_since_sent", Duration.between(arrived, now).toDays());
        payload.put("subject", message.facts().subject());
        stores.events()
                .append(
                        tx,
                        new DomainEvent(
                                EventId.at(now),
                                message.facts().workspace(),
                                message.facts().endpoint(),
                                EventType.MESSAGE_MISSED_REPLY,
                                payload,
                                now));
    }
}
