package org.chancery.core.report;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventType;
import org.chancery.core.id.EventId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.queue.MessageOutcomes;
import org.chancery.core.queue.MessageOutcomes.Reason;
import org.chancery.core.suppression.Colleagues;
import org.chancery.core.suppression.Suppression.Cause;
import org.chancery.core.suppression.SuppressionRepository;
import org.chancery.core.suppression.UnsubscribeLinks;
import org.chancery.core.suppression.UnsubscribeLinks.Claim;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;

/** What comes of it when a recipient follows the link in a mail of ours by which no more is wanted. */
public final class Unsubscribing {
    private static final Map<String, ?> EVIDENCE = Map.of("channel", "one_click");

    private final Transactions transactions;
    private final Stores stores;
    private final Colleagues colleagues;
    private final MessageOutcomes outcomes;
    private final UnsubscribeLinks links;
    private final Clock clock;

    /** Where it reads and writes. */
    public record Stores(MessageRepository messages, SuppressionRepository suppressions, EventLog events) {}

    public Unsubscribing(
            Transactions transactions,
            Stores stores,
            Colleagues colleagues,
            MessageOutcomes outcomes,
            UnsubscribeLinks links,
            Clock clock) {
        this.transactions = transactions;
        this.stores = stores;
        this.colleagues = colleagues;
        this.outcomes = outcomes;
        this.links = links;
        this.clock = clock;
    }

    /** From whom no more is to come, by what stands in the link; empty where it is none of ours. Changes nothing. */
    public Optional<EmailAddress> sender(String link) {
        return transactions.in(tx -> mail(tx, link, stores.messages()::find)).map(Unsubscribing::sender);
    }

    /**
     * Suppresses the recipient, durably, and tells of it; a repetition changes nothing. Who was suppressed because mail came back, or by
     * somebody of the workspace, is so for this reason from now on.
     *
     * @return from whom no more comes; empty where the link is none of ours
     */
    public Optional<EmailAddress> unsubscribe(String link) {
        Optional<Outbound> clicked = transactions.in(tx -> mail(tx, link, stores.messages()::find));
        // Whoever brings a wrong link, or clicks again, costs no write; nor does one of the workspace's own, whom no
        // program may cut off.
        boolean isNothing = clicked.filter(
                        message -> !colleagues.include(message.facts().workspace(), recipient(message)))
                .filter(message -> !transactions.in(tx -> isSettled(tx, message, recipient(message))))
                .isEmpty();
        if (isNothing) {
            return clicked.map(Unsubscribing::sender);
        }
        return transactions.durably(tx -> {
            // Locked, so that of two at once the second finds what the first did.
            Optional<Outbound> found = mail(tx, link, stores.messages()::lock);
            found.ifPresent(message -> suppress(tx, message));
            return found.map(Unsubscribing::sender);
        });
    }

    private static EmailAddress sender(Outbound message) {
        return EmailAddress.of(message.facts().from().address());
    }

    /** How the mail of a link is looked up. */
    private interface Look {
        Optional<Message> up(Tx tx, WorkspaceId workspace, MessageId id);
    }

    private Optional<Outbound> mail(Tx tx, String link, Look look) {
        Claim claim = UnsubscribeLinks.read(link).orElse(null);
        if (claim == null) {
            return Optional.empty();
        }
        Optional<Message> message = stores.messages()
                .workspaceOf(tx, claim.message())
                .flatMap(workspace -> look.up(tx, workspace, claim.message()));
        return message.filter(Outbound.class::isInstance)
                .map(Outbound.class::cast)
                .filter(outbound -> hasLeft(outbound.status()) && links.isOf(claim, recipient(outbound)));
    }

    private static EmailAddress recipient(Outbound message) {
        return message.recipients().getFirst().address();
    }

    /** Nobody has the link of a mail that did not leave but those who wrote or reviewed it. */
    private static boolean hasLeft(OutboundStatus status) {
        return switch (status) {
            case QUEUED, SENDING, SENT, DELIVERED, BOUNCED, FAILED -> true;
            case DRAFT, HELD, SCHEDULED, REJECTED, CANCELLED -> false;
        };
    }

    /** Whether there is nothing to do: it is done, or its owner has said more than that. */
    private boolean isSettled(Tx tx, Outbound message, EmailAddress recipient) {
        return stores.suppressions()
                .find(tx, message.facts().workspace(), recipient)
                .filter(entry -> switch (entry.cause()) {
                    case UNSUBSCRIBED, COMPLAINT -> true;
                    // Whoever lifts such an entry does not know that its owner wants no more either.
                    case HARD_BOUNCE, MANUAL -> false;
                })
                .isPresent();
    }

    private void suppress(Tx tx, Outbound message) {
        EmailAddress recipient = recipient(message);
        if (isSettled(tx, message, recipient)) {
            return;
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Map<String, Object> evidence = new HashMap<>(EVIDENCE);
        String note = stores.suppressions()
                .remove(tx, message.facts().workspace(), recipient)
                .map(earlier -> {
                    evidence.put("replaces", earlier.id().text());
                    evidence.put("earlier_cause", earlier.cause().text());
                    return earlier.note();
                })
                .orElse("");
        boolean isNew = outcomes.suppress(tx, message, new Reason(recipient, Cause.UNSUBSCRIBED, note), evidence, now);
        if (!isNew) {
            // Somebody clicked in another mail to them at this very moment, and tells of it.
            return;
        }
        stores.events()
                .append(
                        tx,
                        new DomainEvent(
                                EventId.at(now),
                                message.facts().workspace(),
                                message.facts().endpoint(),
                                EventType.CONTACT_UNSUBSCRIBED,
                                Map.of(
                                        "email", recipient.toString(),
                                        "message_id", message.id().text(),
                                        "thread_id", message.facts().thread().text()),
                                now));
    }
}
