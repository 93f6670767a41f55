package org.chancery.core.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.Journal;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventType;
import org.chancery.core.id.EventId;
import org.chancery.core.id.SuppressionId;
import org.chancery.core.mail.BounceCategory;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Progress;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.queue.AwaitedReplies.Awaited;
import org.chancery.core.queue.RecipientOutcome.Bounced;
import org.chancery.core.queue.RecipientOutcome.Deferred;
import org.chancery.core.queue.RecipientOutcome.Delivered;
import org.chancery.core.queue.RecipientOutcome.Failed;
import org.chancery.core.suppression.SuppressedRecipients;
import org.chancery.core.suppression.Suppression;
import org.chancery.core.suppression.Suppression.Cause;
import org.chancery.core.suppression.SuppressionRepository;
import org.chancery.core.tx.Tx;

/**
 * Writes what became of a message: its recipients, then its status, which follows them; whose address is gone is suppressed;
 * last the events. In the caller's transaction.
 */
public final class MessageOutcomes {
    /** What is said of a recipient to whom the workspace sends nothing. */
    public static final String SUPPRESSED = "suppressed";

    /** Where a message has left, so that something can become of it. */
    private static final Set<OutboundStatus> LEFT = EnumSet.of(
            OutboundStatus.QUEUED,
            OutboundStatus.SENDING,
            OutboundStatus.SENT,
            OutboundStatus.DELIVERED,
            OutboundStatus.BOUNCED,
            OutboundStatus.FAILED);

    private final MessageRepository messages;
    private final EndpointRepository endpoints;
    private final SuppressionRepository suppressions;
    private final SuppressedRecipients suppressed;
    private final AwaitedReplies awaited;
    private final EarlyReports early;
    private final Journal journal;
    private final Predicate<String> isHosted;

    /** Where it reads and writes. */
    public record Stores(
            MessageRepository messages,
            EndpointRepository endpoints,
            AccessRepository access,
            SuppressionRepository suppressions,
            AwaitedReplies awaited,
            EarlyReports early,
            Journal journal) {}

    /**
     * @param isHosted whether mail for a domain comes to us: then our own directory knows which address is there. Asked within
     *     transactions, so that it must not open one
     */
    public MessageOutcomes(Stores stores, Predicate<String> isHosted) {
        this.messages = stores.messages();
        this.endpoints = stores.endpoints();
        this.suppressions = stores.suppressions();
        this.suppressed = new SuppressedRecipients(new SuppressedRecipients.Stores(
                stores.suppressions(), stores.access(), stores.endpoints(), stores.messages()));
        this.awaited = stores.awaited();
        this.early = stores.early();
        this.journal = stores.journal();
        this.isHosted = isHosted;
    }

    /** Those of the recipients to whom the mail does not go. */
    public Set<EmailAddress> suppressed(Tx tx, Outbound message, Collection<EmailAddress> recipients) {
        return suppressed.of(tx, message, recipients);
    }

    /** Records that a message which was just queued does not leave for these recipients. Last in a transaction. */
    public void refuse(Tx tx, Outbound message, Collection<EmailAddress> recipients, Instant now) {
        record(
                tx,
                message,
                recipients.stream()
                        .<RecipientOutcome>map(recipient -> new Failed(recipient, SUPPRESSED))
                        .toList(),
                Map.of("reason", SUPPRESSED),
                now);
    }

    /**
     * Records outcomes. Last in a transaction.
     *
     * @param message as it is, locked before anything of it was changed
     * @param evidence what they rest on, for the record
     * @return those that changed something; nothing does for a recipient with whom it is settled
     */
    public List<RecipientOutcome> record(
            Tx tx, Outbound message, List<? extends RecipientOutcome> outcomes, Map<String, ?> evidence, Instant now) {
        List<RecipientOutcome> counted = write(tx, message, outcomes, evidence, now);
        catchUp(tx, message, outcomes, counted, now);
        return counted;
    }

    /** Records what reports said of an attempt before it was recorded; of one that handed nothing over they are wrong. */
    private void catchUp(
            Tx tx,
            Outbound message,
            List<? extends RecipientOutcome> outcomes,
            List<RecipientOutcome> counted,
            Instant now) {
        Set<EmailAddress> arrived =
                of(counted, Delivered.class).stream().map(Delivered::recipient).collect(Collectors.toSet());
        early
                .take(
                        tx,
                        message.id(),
                        outcomes.stream().map(RecipientOutcome::recipient).toList())
                .stream()
                .filter(one -> arrived.contains(one.bounced().recipient()))
                .forEach(one -> messages.find(tx, message.facts().workspace(), message.id())
                        .map(Outbound.class::cast)
                        .ifPresent(sent -> write(
                                tx, sent, List.of(one.bounced()), one.report().evidence(), now)));
    }

    private List<RecipientOutcome> write(
            Tx tx, Outbound message, List<? extends RecipientOutcome> outcomes, Map<String, ?> evidence, Instant now) {
        if (!LEFT.contains(message.status())) {
            return List.of();
        }
        Map<String, RecipientStatus> recipients = new LinkedHashMap<>();
        message.recipients().forEach(one -> recipients.put(one.address().canonical(), one));
        List<RecipientOutcome> counted = new ArrayList<>();
        for (RecipientOutcome outcome : outcomes) {
            String key = outcome.recipient().canonical();
            RecipientStatus before = recipients.get(key);
            if (before != null && outcome.follows(before.progress())) {
                RecipientStatus after = new RecipientStatus(before.address(), outcome.progress(), outcome.reply(), now);
                recipients.put(key, after);
                messages.progress(tx, message.id(), List.of(before.address()), after.progress(), outcome.reply(), now);
                counted.add(outcome);
            }
        }
        if (!counted.isEmpty()) {
            follow(tx, message, recipients.values(), now);
        }
        awaitReply(tx, message, counted, now);
        enter(tx, message, counted, evidence, now);
        suppress(tx, message, counted, evidence, now);
        tell(tx, message, outcomes, counted, now);
        return counted;
    }

    private void enter(Tx tx, Outbound message, List<RecipientOutcome> counted, Map<String, ?> evidence, Instant now) {
        List<Bounced> bounced = of(counted, Bounced.class);
        enter(tx, AuditKind.MESSAGE_DELIVERED, message, of(counted, Delivered.class), evidence, now);
        if (!bounced.isEmpty()) {
            journal.append(tx, OutcomeRecord.bounced(message, bounced, evidence, now));
        }
        enter(tx, AuditKind.MESSAGE_FAILED, message, of(counted, Failed.class), evidence, now);
    }

    private void enter(
            Tx tx,
            AuditKind kind,
            Outbound message,
            List<? extends RecipientOutcome> outcomes,
            Map<String, ?> evidence,
            Instant now) {
        if (!outcomes.isEmpty()) {
            journal.append(tx, OutcomeRecord.of(kind, message, outcomes.size(), evidence, now));
        }
    }

    private void follow(Tx tx, Outbound message, Collection<RecipientStatus> recipients, Instant now) {
        OutboundStatus next = statusOf(recipients);
        if (next != message.status() && message.status().next().contains(next)) {
            messages.move(tx, message.id(), message.status(), next, now);
        }
    }

    /** A refusal of one recipient outweighs the others' success: somebody has to look. */
    static OutboundStatus statusOf(Collection<RecipientStatus> recipients) {
        boolean pending = recipients.stream().anyMatch(r -> r.progress() == Progress.PENDING);
        boolean bounced = recipients.stream().anyMatch(r -> r.progress() == Progress.BOUNCED);
        boolean failed = recipients.stream().anyMatch(r -> r.progress() == Progress.FAILED);
        if (pending) {
            return OutboundStatus.SENDING;
        }
        return bounced ? OutboundStatus.BOUNCED : failed ? OutboundStatus.FAILED : OutboundStatus.DELIVERED;
    }

    private void suppress(
            Tx tx, Outbound message, List<RecipientOutcome> outcomes, Map<String, ?> evidence, Instant now) {
        // All who suppress several do so in one order, and none of them waits for another who waits for it.
        List<Bounced> ordered = of(outcomes, Bounced.class).stream()
                .sorted(Comparator.comparing(bounced -> bounced.recipient().canonical()))
                .toList();
        for (Bounced bounced : ordered) {
            if (bounced.category() == BounceCategory.HARD && bounced.countsForAddress()) {
                suppress(
                        tx,
                        message,
                        new Reason(bounced.recipient(), Cause.HARD_BOUNCE, bounced.reply()),
                        evidence,
                        now);
            }
        }
    }

    /** Why nothing shall be sent to an address any more. */
    public record Reason(EmailAddress address, Cause cause, String note) {}

    /** Nothing is sent to the address any more; false, and nothing done, where it is suppressed already, or ours. */
    public boolean suppress(Tx tx, Outbound message, Reason reason, Map<String, ?> evidence, Instant now) {
        if (isHosted.test(reason.address().domain())) {
            return false;
        }
        Suppression added = new Suppression(
                SuppressionId.at(now),
                message.facts().workspace(),
                reason.address(),
                reason.cause(),
                reason.note(),
                message.id(),
                Suppression.OURSELVES,
                now);
        boolean isNew = suppressions.add(tx, added);
        if (isNew) {
            journal.append(tx, OutcomeRecord.suppressed(added, message, evidence));
        }
        return isNew;
    }

    /** Where the endpoint wants to know of it, the mail is looked at again for an answer; a copy for people asks for none. */
    private void awaitReply(Tx tx, Outbound message, List<RecipientOutcome> outcomes, Instant now) {
        boolean arrived = outcomes.stream().anyMatch(Delivered.class::isInstance);
        MessageFacts facts = message.facts();
        boolean isToItself = facts.to().stream()
                .anyMatch(to -> to.address().equalsIgnoreCase(facts.from().address()));
        if (arrived && !isToItself) {
            endpoints
                    .find(tx, facts.workspace(), facts.endpoint())
                    .map(endpoint -> endpoint.behaviour().missedReplyDays())
                    .ifPresent(days -> awaited.await(
                            tx,
                            // From when it arrived: a mail may have been held for days.
                            new Awaited(message.id(), facts.workspace(), now.plus(Duration.ofDays(days)))));
        }
    }

    private void tell(
            Tx tx,
            Outbound message,
            List<? extends RecipientOutcome> outcomes,
            List<RecipientOutcome> counted,
            Instant now) {
        // Sent it was in every case, also where it had come back before the peer's 250 was recorded.
        append(tx, message, EventType.MESSAGE_SENT, listed(outcomes, Delivered.class), now);
        // A relay's or MX's 250 is both, for nobody will confirm more.
        append(tx, message, EventType.MESSAGE_DELIVERED, listed(counted, Delivered.class), now);
        append(tx, message, EventType.MESSAGE_BOUNCED, listed(counted, Bounced.class), now);
        append(tx, message, EventType.MESSAGE_FAILED, listed(counted, Failed.class), now);
    }

    private static <O extends RecipientOutcome> List<O> of(List<? extends RecipientOutcome> outcomes, Class<O> kind) {
        return outcomes.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    private static List<Map<String, Object>> listed(
            List<? extends RecipientOutcome> outcomes, Class<? extends RecipientOutcome> kind) {
        return of(outcomes, kind).stream().map(MessageOutcomes::listed).toList();
    }

    private static Map<String, Object> listed(RecipientOutcome outcome) {
        Map<String, Object> listed = new LinkedHashMap<>();
        listed.put("address", outcome.recipient().toString());
        listed.put("smtp_reply", outcome.reply());
        switch (outcome) {
            case Bounced bounced ->
                listed.put("bounce_category", bounced.category().text());
            case Delivered ignored -> {}
            case Deferred ignored -> {}
            case Failed ignored -> {}
        }
        return listed;
    }

    private void append(Tx tx, Outbound message, EventType type, List<Map<String, Object>> recipients, Instant now) {
        if (recipients.isEmpty()) {
            return;
        }
        Map<String, Object> payload = Map.of(
                "message_id", message.id().text(),
                "thread_id", message.facts().thread().text(),
                "recipients", recipients);
        journal.append(
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
