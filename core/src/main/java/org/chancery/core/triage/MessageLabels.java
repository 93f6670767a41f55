package org.chancery.core.triage;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chancery.core.access.Principal;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.EventId;
import org.chancery.core.id.LabelId;
import org.chancery.core.id.MessageId;
import org.chancery.core.label.Label;
import org.chancery.core.label.LabelRepository;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.Visibility;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;

/** Puts labels on mail and takes them off again. */
public final class MessageLabels {
    private final Transactions transactions;
    private final MailSight sight;
    private final MessageRepository messages;
    private final LabelRepository labels;
    private final EventLog events;
    private final Clock clock;

    public MessageLabels(
            Transactions transactions,
            MailSight sight,
            MessageRepository messages,
            LabelRepository labels,
            EventLog events,
            Clock clock) {
        this.transactions = transactions;
        this.sight = sight;
        this.messages = messages;
        this.labels = labels;
        this.events = events;
        this.clock = clock;
    }

    /**
     * Changes the labels of a mail that the caller sees. What it has already, or does not have, changes nothing and is told of to
     * nobody. Durable on return.
     *
     * @param add ids as the caller wrote them
     * @param remove ids as the caller wrote them
     */
    public Message change(Principal by, MessageId id, List<String> add, List<String> remove) {
        return transactions.durably(tx -> {
            sight.one(tx, by, id);
            Message message = messages.lock(tx, by.workspace(), id).orElseThrow(() -> CallerFault.notFound("message"));
            if (Visibility.isGivenUp(message)) {
                throw CallerFault.conflict("in_error", "The pipeline gave the message up; it takes no labels.");
            }
            List<Label> taken = named(tx, by, remove, "/remove_labels");
            List<Label> put = named(tx, by, add, "/add_labels");
            if (put.stream().anyMatch(taken::contains)) {
                throw CallerFault.invalid("/add_labels", "names a label that remove_labels names, too");
            }
            taken.forEach(label -> labels.take(tx, label.id(), id));
            Instant now = clock.instant();
            Set<Label> isNew = new LinkedHashSet<>();
            for (Label label : put) {
                if (labels.put(tx, label.id(), id, message.facts().occurredAt(), now)) {
                    isNew.add(label);
                }
            }
            if (labels.of(tx, List.of(id)).getOrDefault(id, List.of()).size() > Label.MAX_PER_MESSAGE) {
                throw CallerFault.invalid(
                        "/add_labels", "would leave the message with more than " + Label.MAX_PER_MESSAGE + " labels");
            }
            isNew.forEach(label -> events.append(tx, applied(label, message, by, now)));
            return message;
        });
    }

    private List<Label> named(Tx tx, Principal by, List<String> ids, String pointer) {
        Set<Label> found = new LinkedHashSet<>();
        for (int i = 0; i < ids.size(); i++) {
            String place = pointer + "/" + i;
            found.add(LabelId.parse(ids.get(i))
                    .flatMap(label -> labels.find(tx, by.workspace(), label))
                    .orElseThrow(() -> CallerFault.invalid(place, "names no label of this workspace")));
        }
        return List.copyOf(found);
    }

    private static DomainEvent applied(Label label, Message message, Principal by, Instant now) {
        MessageFacts facts = message.facts();
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("label_id", label.id().text());
        payload.put("label_name", label.name());
        payload.put("message_id", facts.id().text());
        payload.put("thread_id", facts.thread().text());
        payload.put("inbox_id", facts.endpoint().text());
        payload.put("from_address", facts.from().address());
        payload.put("subject", facts.subject());
        payload.put("by", by.actor().label());
        return new DomainEvent(
                EventId.at(now), facts.workspace(), facts.endpoint(), EventType.LABEL_APPLIED, payload, now);
    }

    /** The labels of some messages, each in the order in which they were put on. */
    public Map<MessageId, List<LabelId>> of(Collection<MessageId> ids) {
        return ids.isEmpty() ? Map.of() : transactions.in(tx -> labels.of(tx, ids));
    }
}
