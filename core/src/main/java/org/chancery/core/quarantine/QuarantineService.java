package org.chancery.core.quarantine;

import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.EndpointRepository.Count;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.EventId;
import org.chancery.core.id.QuarantineId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mailbox.Entrance;
import org.chancery.core.mailbox.Handling;
import org.chancery.core.mailbox.MailboxService.Arrived;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.SettledBefore;
import org.chancery.core.quarantine.HeldMail.Passage;
import org.chancery.core.quarantine.HeldMail.Raw;
import org.chancery.core.quarantine.HeldMail.Shown;
import org.chancery.core.tx.Transactions;

/**
 * Holds inbound mail back, once for each spool id and {@link Entrance} however often it is asked to. {@link QuarantineView} is what
 * admins see of it, {@link QuarantineDecisions} what they say about it.
 */
public final class QuarantineService {

    private final Transactions transactions;
    private final QuarantineRepository quarantine;
    private final MessageRepository messages;
    private final EndpointRepository endpoints;
    private final EventLog events;
    private final Clock clock;

    public QuarantineService(
            Transactions transactions,
            QuarantineRepository quarantine,
            MessageRepository messages,
            EndpointRepository endpoints,
            EventLog events,
            Clock clock) {
        this.transactions = transactions;
        this.quarantine = quarantine;
        this.messages = messages;
        this.endpoints = endpoints;
        this.events = events;
        this.clock = clock;
    }

    /** What became of a mail that was to be held. */
    public record Confined(QuarantineId id, Reason reason, boolean isRepeat) {}

    /**
     * Holds a mail for one recipient; nobody is told but the workspace's admins, and its sender gets no answer.
     *
     * @param handling where it would have gone
     * @throws SettledBefore where it was delivered there
     */
    public Confined confine(Arrived mail, Arrival arrival, Handling handling, Suspicion suspicion) {
        return transactions.in(tx -> {
            Entrance entrance = mail.entrance(handling.endpoint());
            Optional<Quarantined> already = quarantine.confined(tx, mail.spool(), entrance);
            if (already.isPresent()) {
                HeldMail held = already.get().mail();
                return new Confined(held.id(), held.suspicion().reason(), true);
            }
            messages.delivered(tx, mail.spool(), entrance).ifPresent(id -> {
                throw new SettledBefore(id);
            });
            Instant now = clock.instant();
            HeldMail held = held(mail, arrival, handling, suspicion, now);
            if (!quarantine.add(tx, held)) {
                throw new IllegalStateException(mail.spool() + " was confined twice at once");
            }
            endpoints.count(tx, held.endpoint(), Count.NOTHING.quarantined(1), now);
            events.append(tx, event(EventType.MESSAGE_QUARANTINED, held, Map.of(), now));
            return new Confined(held.id(), suspicion.reason(), false);
        });
    }

    private static HeldMail held(Arrived mail, Arrival arrival, Handling handling, Suspicion suspicion, Instant now) {
        return new HeldMail(
                QuarantineId.at(now),
                handling.workspace(),
                handling.endpoint(),
                suspicion,
                new Passage(
                        mail.spool(),
                        arrival,
                        mail.reversePath(),
                        mail.recipient(),
                        mail.classification(),
                        mail.authentication()),
                Shown.of(mail.header()),
                new Raw(mail.raw(), mail.size()));
    }

    /** What is told of a held mail: who and why, and nothing that it says but its subject. Only admins see it. */
    static DomainEvent event(EventType type, HeldMail mail, Map<String, Object> further, Instant now) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("quarantine_id", mail.id().text());
        payload.put("inbox_id", mail.endpoint().text());
        payload.put("reason", mail.suspicion().reason().text());
        payload.put("from", mail.from().address());
        payload.put("to", mail.passage().recipient().toString());
        payload.put("subject", mail.shown().subject());
        Double score = mail.suspicion().spamScore();
        if (score != null) {
            payload.put("spam_score", score);
        }
        payload.putAll(further);
        return new DomainEvent(EventId.at(now), mail.workspace(), mail.endpoint(), type, payload, now);
    }

    static CallerFault notFound() {
        return CallerFault.notFound("mail that is pending in quarantine");
    }
}
