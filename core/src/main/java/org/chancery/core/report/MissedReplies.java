package org.chancery.core.report;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.EventId;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Progress;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.MessageFacts;
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

    /** When what could not be looked at is looked at again. */
    private static final Duration LATER = Duration.ofDays(1);

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

    /**
     * Looks at all mail that is due by now. What cannot be looked at, for a fault of ours, waits for a day and does not keep the others
     * waiting.
     *
     * @throws RuntimeException the first such fault, when all others were looked at
     */
    public void sweep() {
        Instant now = clock.instant();
        List<RuntimeException> faults = new ArrayList<>();
        List<Awaited> due = due(now);
        while (!due.isEmpty()) {
            due.forEach(one -> look(one, now, faults));
            due = due(now);
        }
        if (!faults.isEmpty()) {
            throw faults.getFirst();
        }
    }

    private List<Awaited> due(Instant now) {
        return transactions.in(tx -> stores.awaited().due(tx, now, BATCH));
    }

    private void look(Awaited one, Instant now, List<RuntimeException> faults) {
        try {
            transactions.durably(tx -> {
                if (stores.awaited().take(tx, one.message())) {
                    look(tx, one, now);
                }
                return true;
            });
        } catch (Unavailable away) {
            throw away;
        } catch (RuntimeException broken) {
            faults.add(new IllegalStateException(
                    "looking for an answer to " + one.message().text(), broken));
            transactions.run(tx -> {
                if (stores.awaited().take(tx, one.message())) {
                    stores.awaited().await(tx, new Awaited(one.message(), one.workspace(), now.plus(LATER)));
                }
            });
        }
    }

    private void look(Tx tx, Awaited awaited, Instant now) {
        if (stores.messages().find(tx, awaited.workspace(), awaited.message()).orElse(null)
                instanceof Outbound message) {
            Integer days = days(tx, message).orElse(null);
            RecipientStatus arrived = arrived(message).orElse(null);
            if (days != null && arrived != null && arrived.at() != null) {
                look(tx, new Sent(message, arrived, arrived.at()), days, now);
            }
        }
    }

    /**
     * A mail that arrived.
     *
     * @param first to whom it did first, of those from whom it has not come back
     */
    private record Sent(Outbound message, RecipientStatus first, Instant at) {}

    private void look(Tx tx, Sent sent, int days, Instant now) {
        // The days may be more than they were then, or who got it first have bounced since.
        Instant dueAt = sent.at().plus(Duration.ofDays(days));
        MessageFacts facts = sent.message().facts();
        if (dueAt.isAfter(now)) {
            stores.awaited().await(tx, new Awaited(facts.id(), facts.workspace(), dueAt));
        } else if (!stores.awaited().isAnswered(tx, facts.workspace(), facts.thread(), sent.at())) {
            tell(tx, sent, now);
        }
    }

    /** To whom it arrived first; empty where all of it came back, of which there is other news. */
    private static Optional<RecipientStatus> arrived(Outbound message) {
        return message.recipients().stream()
                .filter(recipient -> recipient.progress() == Progress.DELIVERED && recipient.at() != null)
                .min(Comparator.comparing(recipient -> Objects.requireNonNull(recipient.at())));
    }

    /** After how many days its endpoint wants to know; empty where it does not, or is gone. */
    private Optional<Integer> days(Tx tx, Outbound message) {
        return stores.endpoints()
                .find(tx, message.facts().workspace(), message.facts().endpoint())
                .map(endpoint -> endpoint.behaviour().missedReplyDays());
    }

    private void tell(Tx tx, Sent sent, Instant now) {
        MessageFacts facts = sent.message().facts();
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("message_id", facts.id().text());
        payload.put("thread_id", facts.thread().text());
        payload.put("to_address", sent.first().address().toString());
        payload.put("days_since_sent", Duration.between(sent.at(), now).toDays());
        payload.put("subject", facts.subject());
        stores.events()
                .append(
                        tx,
                        new DomainEvent(
                                EventId.at(now),
                                facts.workspace(),
                                facts.endpoint(),
                                EventType.MESSAGE_MISSED_REPLY,
                                payload,
                                now));
    }
}
