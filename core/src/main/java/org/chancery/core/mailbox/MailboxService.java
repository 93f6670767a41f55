package org.chancery.core.mailbox;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Agent.Status;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.EndpointRepository.Count;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventType;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.FolderRepository.Flags;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.TraceRepository.Step;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Delivers inbound mail into mailboxes, once for each spool id and {@link Entrance} however often it is asked to. */
public final class MailboxService {
    private final Transactions transactions;
    private final MessageRepository messages;
    private final FolderRepository folders;
    private final EndpointRepository endpoints;
    private final TraceRepository traces;
    private final AccessRepository access;
    private final HeldBack heldBack;
    private final EventLog events;
    private final Clock clock;

    /** Where it reads and writes. */
    public record Stores(
            MessageRepository messages,
            FolderRepository folders,
            EndpointRepository endpoints,
            TraceRepository traces,
            AccessRepository access,
            HeldBack heldBack) {}

    public MailboxService(Transactions transactions, Stores stores, EventLog events, Clock clock) {
        this.transactions = transactions;
        this.messages = stores.messages();
        this.folders = stores.folders();
        this.endpoints = stores.endpoints();
        this.traces = stores.traces();
        this.access = stores.access();
        this.heldBack = stores.heldBack();
        this.events = events;
        this.clock = clock;
    }

    /**
     * A mail that reached us, its raw bytes already in the store.
     *
     * @param arrivedAt when it was accepted
     * @param authentication what is known of who sent it
     */
    public record Arrived(
            SpoolId spool,
            Instant arrivedAt,
            ReversePath reversePath,
            EmailAddress recipient,
            MessageHeader header,
            Classification classification,
            AuthenticationResults authentication,
            RawDigest raw,
            long size) {

        /** By which it comes into an endpoint's mailbox. */
        public Entrance entrance(EndpointId endpoint) {
            return Entrance.of(endpoint, recipient);
        }

        /** The first originator, or the reverse-path of a mail that names none. */
        Mailbox originator() {
            return header.from().stream()
                    .findFirst()
                    .or(() -> reversePath.mailbox().map(Mailbox::of))
                    .orElse(new Mailbox(null, ""));
        }
    }

    /** What it became. */
    public record Delivered(MessageId message, HandlingState state, String reason, boolean isRepeat) {}

    /**
     * Stores a mail in the mailbox, joins it to its thread and gives the turn to whom the handling names, all in one
     * transaction. An agent whose turns are used up does not get another one, and one that was deleted or switched off since the handling
     * was resolved gets none: the mail waits for a person.
     *
     * @throws SettledBefore where it is held back from that mailbox
     */
    public Delivered deliver(Arrived mail, Handling handling) {
        return transactions.in(tx -> deliver(tx, mail, handling));
    }

    private Delivered deliver(Tx tx, Arrived mail, Handling handling) {
        Entrance entrance = mail.entrance(handling.endpoint());
        Optional<MessageId> already = messages.delivered(tx, mail.spool(), entrance);
        if (already.isPresent()) {
            return new Delivered(already.get(), handling.state(), "delivered before", true);
        }
        heldBack.heldBack(tx, mail.spool(), entrance).ifPresent(id -> {
            throw new SettledBefore(id);
        });
        return store(tx, mail, handling);
    }

    /**
     * Keeps a mail that the pipeline gave up, where an operator sees it; nothing of its content is needed.
     *
     * @throws SettledBefore where it is held back from that mailbox
     */
    public Delivered keepForOperator(Arrived mail, Handling handling, String error) {
        return deliver(mail, handling.ending(HandlingState.ERROR, error));
    }

    /** Whether the pipeline is done with a mail. */
    public boolean isProcessed(SpoolId spool) {
        return transactions.in(tx -> traces.exists(tx, spool.value()));
    }

    /** The receipt that the pipeline is done with a mail: what each step did. */
    public void finish(SpoolId spool, List<Step> steps) {
        transactions.in(tx -> traces.add(tx, spool.value(), steps));
    }

    /** Keeps what the outbound processor did to a message; a later passage of the same message replaces it. */
    public void trace(MessageId message, List<Step> steps) {
        UUID mail = message.value();
        transactions.run(tx -> traces.replace(tx, mail, steps));
    }

    private Delivered store(Tx tx, Arrived mail, Handling handling) {
        Instant now = clock.instant();
        Mailbox from = mail.originator();
        Outcome outcome = outcome(tx, handling, from);
        if (!counted(tx, handling, outcome, now)) {
            return deliver(tx, mail, forAdmins(tx, handling));
        }
        ThreadId thread = thread(tx, mail, handling.endpoint(), handling);
        MessageFacts facts = new MessageFacts(
                MessageId.at(now),
                handling.workspace(),
                handling.endpoint(),
                thread,
                from,
                mail.header().to(),
                mail.header().cc(),
                List.of(),
                mail.header().subject(),
                mail.header().messageId(),
                mail.raw(),
                mail.size(),
                mail.arrivedAt());
        Inbound message = new Inbound(
                facts,
                outcome.state(),
                outcome.reason(),
                mail.spool(),
                mail.recipient(),
                mail.reversePath(),
                mail.classification(),
                mail.authentication(),
                outcome.state() == HandlingState.ERROR ? null : outcome.agent());
        if (!messages.add(tx, message)) {
            throw new IllegalStateException(mail.spool() + " was delivered twice at once");
        }
        folders.append(tx, handling.endpoint(), handling.folder(), message.id(), Flags.NONE);
        tell(tx, message, now);
        return new Delivered(message.id(), outcome.state(), outcome.reason(), false);
    }

    /** False where somebody is to act on the mail and the endpoint was removed since its handler was resolved. */
    private boolean counted(Tx tx, Handling handling, Outcome outcome, Instant now) {
        Count change = count(outcome.state());
        return switch (outcome.state()) {
            case ROUTED, UNROUTED, AWAITING_REVIEW -> endpoints.countArrival(tx, handling.endpoint(), change, now);
            case HANDLED, ERROR -> {
                endpoints.count(tx, handling.endpoint(), change, now);
                yield true;
            }
        };
    }

    private Handling forAdmins(Tx tx, Handling resolved) {
        EndpointId mailbox =
                endpoints.system(tx, resolved.workspace()).orElseThrow().id();
        return new Handling(
                resolved.workspace(),
                mailbox,
                "INBOX",
                HandlingState.UNROUTED,
                null,
                0,
                0,
                "the endpoint was removed meanwhile");
    }

    /** @param agent who gets the turn, or whose work people do; or null */
    private record Outcome(
            HandlingState state, String reason, @Nullable AgentId agent) {}

    private Outcome outcome(Tx tx, Handling handling, Mailbox from) {
        AgentId agent = handling.agent();
        if (handling.state() != HandlingState.ROUTED || agent == null) {
            return new Outcome(handling.state(), handling.reason(), agent);
        }
        // Held: whoever deletes the agent meanwhile waits, and then finds that it has the turn on this mail.
        Status status = access.holdStatus(tx, handling.workspace(), agent).orElse(null);
        if (status != Status.ACTIVE) {
            String what = status == null ? "deleted" : status.text();
            return new Outcome(HandlingState.AWAITING_REVIEW, "the endpoint's agent was " + what + " meanwhile", null);
        }
        String sender = from.emailAddress().map(EmailAddress::canonical).orElse("");
        LocalDate day = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        boolean left = endpoints.takeTurn(
                tx,
                handling.endpoint(),
                sender.isEmpty() ? "(unknown)" : sender,
                day,
                handling.maxTurnsPerSenderDay(),
                handling.maxTurnsPerDay());
        return left
                ? new Outcome(HandlingState.ROUTED, handling.reason(), agent)
                : new Outcome(HandlingState.AWAITING_REVIEW, "the turns for today are used up", agent);
    }

    private ThreadId thread(Tx tx, Arrived mail, EndpointId endpoint, Handling handling) {
        // RFC 5322 §3.6.4: In-Reply-To names the answered mail; the latest references are nearest to it.
        List<InternetMessageId> ids = new ArrayList<>(mail.header().inReplyTo());
        List<InternetMessageId> references = new ArrayList<>(mail.header().references());
        Collections.reverse(references);
        ids.addAll(references);
        Optional<ThreadId> known = ids.isEmpty() ? Optional.empty() : messages.threadOf(tx, endpoint, ids);
        return known.filter(thread -> mayJoin(thread, mail, handling)).orElseGet(() -> {
            Instant now = clock.instant();
            ThreadId fresh = ThreadId.at(now);
            messages.addThread(
                    tx, fresh, handling.workspace(), endpoint, mail.header().subject(), now);
            return fresh;
        });
    }

    /** Agents read threads: who knows a return path has no way into one, but what a program says about that very mail. */
    private static boolean mayJoin(ThreadId thread, Arrived mail, Handling handling) {
        ThreadId about = handling.about();
        return about == null || (mail.classification().isFeedback() && thread.equals(about));
    }

    private static Count count(HandlingState state) {
        return Count.NOTHING
                .received(1)
                .awaitingReview(state == HandlingState.AWAITING_REVIEW ? 1 : 0)
                .unrouted(state == HandlingState.UNROUTED ? 1 : 0);
    }

    private void tell(Tx tx, Inbound message, Instant now) {
        switch (message.state()) {
            case ROUTED -> {
                append(tx, message, EventType.MESSAGE_RECEIVED, now);
                append(tx, message, EventType.MESSAGE_ROUTED, now);
            }
            case AWAITING_REVIEW -> {
                append(tx, message, EventType.MESSAGE_RECEIVED, now);
                append(tx, message, EventType.MESSAGE_AWAITING_REVIEW, now);
            }
            case UNROUTED -> {
                append(tx, message, EventType.MESSAGE_RECEIVED, now);
                append(tx, message, EventType.MESSAGE_UNROUTED, now);
            }
            case HANDLED -> append(tx, message, EventType.MESSAGE_RECEIVED, now);
            case ERROR -> append(tx, message, EventType.MESSAGE_ERROR, now);
        }
    }

    private void append(Tx tx, Inbound message, EventType type, Instant now) {
        events.append(tx, InboundEvents.of(type, message, Map.of(), now));
    }
}
