package org.chancery.core.turn;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Agent;
import org.chancery.core.access.Agent.ExecutionMode;
import org.chancery.core.access.Principal;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.Endpoint.Plane;
import org.chancery.core.endpoint.Endpoint.ReplyPolicy;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.mail.Classification;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Handover;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.ThreadReader;
import org.chancery.core.queue.RetryPolicy;
import org.chancery.core.send.SendRequest;
import org.chancery.core.send.SendService;
import org.chancery.core.send.SendService.Sent;
import org.chancery.core.subscription.EventDelivery;
import org.chancery.core.subscription.Outcome;
import org.chancery.core.subscription.Subscriber;
import org.chancery.core.subscription.Subscription;
import org.chancery.core.turn.LanguageModel.Reply;
import org.chancery.core.turn.TurnQuestion.Proposal;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/**
 * The turns of agents whose work the model does, and suggestions for people on endpoints without an agent. What the model says is
 * a proposal: {@code always_reply} sends it within the turn limits, under every other policy it waits for a person, and whatever
 * is not exactly a proposal gives the mail to people. It reaches the correspondent whom {@link SendService} replies to, and nobody
 * else.
 *
 * <p>A reply bears an id made of its delivery's, so that an attempt that is made again after a crash finds it.
 */
public final class ModelTurns implements Subscription {
    private static final RetryPolicy RETRIES = new RetryPolicy(List.of(Duration.ofSeconds(1), Duration.ofSeconds(5)));

    /** Lanes of one subscriber: threads share them, so that there are never more. */
    private static final long LANES = 64;

    private static final String TURNS = "model:turns";
    private static final String SUGGESTIONS = "model:suggestions";
    private static final String NOT_THERE = "the agent is not there for it any more";

    private final Transactions transactions;
    private final Books books;
    private final ThreadReader threads;
    private final ModelDesk desk;
    private final Deeds deeds;

    /** Where things are looked up. */
    public record Books(AccessRepository access, EndpointRepository endpoints, MessageRepository messages) {}

    /** Gives a mail to people for an agent, where its endpoint allows that; throws {@link CallerFault} where it does not. */
    @FunctionalInterface
    public interface Escalation {
        void escalate(Principal by, MessageId message, String note);
    }

    /** What can be done. */
    public record Deeds(SendService sending, Handover handover, Escalation escalation) {}

    public ModelTurns(Transactions transactions, Books books, ThreadReader threads, ModelDesk desk, Deeds deeds) {
        this.transactions = transactions;
        this.books = books;
        this.threads = threads;
        this.desk = desk;
        this.deeds = deeds;
    }

    @Override
    public Subscriber.Kind kind() {
        return Subscriber.Kind.MODEL;
    }

    @Override
    public Set<EventType> types() {
        return Set.of(EventType.MESSAGE_ROUTED, EventType.MESSAGE_AWAITING_REVIEW);
    }

    @Override
    public List<Addressee> addressees(Tx tx, DomainEvent event) {
        UUID lane = lane(event);
        if (event.type() == EventType.MESSAGE_ROUTED) {
            return agent(tx, event)
                    .filter(agent -> agent.executionMode() == ExecutionMode.AUTO)
                    .map(agent -> new Addressee(agent.id().value(), lane, TURNS))
                    .stream()
                    .toList();
        }
        EndpointId id = event.endpoint();
        // A draft that waits tells of itself by the same type of event, and names what it answers.
        if (id == null || !desk.hasModel() || event.payload().containsKey("in_reply_to_message_id")) {
            return List.of();
        }
        return books
                .endpoints()
                .find(tx, event.workspace(), id)
                .filter(endpoint -> endpoint.plane() == Plane.LIGHT && !endpoint.isSystem())
                .map(endpoint -> new Addressee(endpoint.id().value(), lane, SUGGESTIONS))
                .stream()
                .toList();
    }

    private Optional<Agent> agent(Tx tx, DomainEvent event) {
        return text(event, "agent_id")
                .flatMap(AgentId::parse)
                .flatMap(id -> books.access().agent(tx, event.workspace(), id));
    }

    private static UUID lane(DomainEvent event) {
        long thread = text(event, "thread_id")
                .flatMap(ThreadId::parse)
                .map(id -> id.value().getLeastSignificantBits())
                .orElse(0L);
        return new UUID(0, Math.floorMod(thread, LANES));
    }

    private static Optional<String> text(DomainEvent event, String member) {
        return Optional.ofNullable(event.payload().get(member)).map(Object::toString);
    }

    @Override
    public Outcome attempt(EventDelivery delivery, DomainEvent event) {
        try {
            Inbound message = text(event, "message_id")
                    .flatMap(MessageId::parse)
                    .flatMap(id -> transactions.in(tx -> books.messages().find(tx, event.workspace(), id)))
                    .filter(Inbound.class::isInstance)
                    .map(Inbound.class::cast)
                    .orElse(null);
            Endpoint endpoint = message == null ? null : endpoint(message);
            if (message == null || endpoint == null) {
                return new Outcome.Refused(null, "the mail is not kept any more");
            }
            return event.type() == EventType.MESSAGE_ROUTED
                    ? turn(delivery, event, message, endpoint)
                    : suggestion(delivery, message, endpoint);
        } catch (Unavailable away) {
            return new Outcome.Postponed("the database is away", Duration.ofSeconds(5));
        }
    }

    private @Nullable Endpoint endpoint(Inbound message) {
        return transactions
                .in(tx -> books.endpoints()
                        .find(tx, message.facts().workspace(), message.facts().endpoint()))
                .orElse(null);
    }

    // ---- An agent's turn

    private Outcome turn(EventDelivery delivery, DomainEvent event, Inbound message, Endpoint endpoint) {
        Agent agent = transactions.in(tx -> agent(tx, event)).orElse(null);
        AgentId asked = new AgentId(delivery.subscriber().id());
        if (!transactions.in(tx -> deeds.handover().hasTurn(tx, message, asked))) {
            return new Outcome.Delivered(null, "it is not the agent's turn any more");
        }
        if (agent == null || !agent.worksByModel()) {
            return new Outcome.Refused(null, NOT_THERE);
        }
        if (isAutomatic(message)) {
            return new Outcome.Refused(null, "the mail is automatic, and is not answered by a model");
        }
        if (endpoint.replyPolicy() == ReplyPolicy.NEVER_REPLY) {
            return new Outcome.Refused(null, "the endpoint's reply policy is never_reply");
        }
        Principal by = Principal.ofOurOwn(
                message.facts().workspace(), new Actor.Program(agent.id(), agent.name()), endpoint.id());
        return switch (propose(message, endpoint, Purpose.DECISION)) {
            case Asked.Failed failed -> failed.outcome();
            case Asked.Proposed proposed -> act(delivery, by, message, endpoint, proposed.proposal());
        };
    }

    /** RFC 3834 §2: nothing automatic is answered, nor what comes from nowhere. */
    private static boolean isAutomatic(Inbound message) {
        return message.classification() != Classification.HUMAN
                || message.reversePath().mailbox().isEmpty();
    }

    private Outcome act(EventDelivery delivery, Principal by, Inbound message, Endpoint endpoint, Proposal proposal) {
        return switch (proposal) {
            case Proposal.Reply reply ->
                send(delivery, by, message, reply, endpoint.replyPolicy() != ReplyPolicy.ALWAYS_REPLY);
            case Proposal.Escalate escalate -> escalate(by, message, escalate.note());
            case Proposal.Nothing ignored -> nothing(by, message, endpoint);
            case Proposal.Unusable unusable ->
                new Outcome.Failed(null, "the model gave no usable answer: " + unusable.why(), null);
        };
    }

    private Outcome send(EventDelivery delivery, Principal by, Inbound message, Proposal.Reply reply, boolean asDraft) {
        SendRequest request = new SendRequest(
                null,
                List.of(),
                List.of(),
                List.of(),
                message.id(),
                false,
                null,
                reply.text(),
                null,
                asDraft,
                null,
                false,
                Map.of(),
                List.of());
        try {
            Sent sent = deeds.sending()
                    .send(by, request, new MessageId(delivery.id().value()));
            return new Outcome.Delivered(
                    null,
                    sent.status() == OutboundStatus.DRAFT ? "its reply waits for a person" : "its reply was sent");
        } catch (CallerFault fault) {
            return new Outcome.Refused(null, fault.text());
        }
    }

    private Outcome escalate(Principal by, Inbound message, String note) {
        try {
            deeds.escalation().escalate(by, message.id(), note);
            return new Outcome.Delivered(null, "it escalated");
        } catch (CallerFault fault) {
            return new Outcome.Refused(null, "the agent would escalate: " + fault.text());
        }
    }

    private Outcome nothing(Principal by, Inbound message, Endpoint endpoint) {
        if (endpoint.replyPolicy() != ReplyPolicy.AGENT_DECIDES) {
            return new Outcome.Refused(null, "the agent proposes no reply");
        }
        String label = by.actor().label();
        boolean isAtWork = transactions.in(tx -> {
            if (!isAtWork(tx, message, by)) {
                return false;
            }
            deeds.handover()
                    .toNobody(
                            tx,
                            message.facts().workspace(),
                            message.id(),
                            label,
                            label + " decided that no reply is needed");
            return true;
        });
        return isAtWork
                ? new Outcome.Delivered(null, "it decided that no reply is needed")
                : new Outcome.Refused(null, NOT_THERE);
    }

    /** Asked again with what is done: a model takes its time, and the agent may have been switched off meanwhile. */
    private boolean isAtWork(Tx tx, Inbound message, Principal by) {
        return by.actor() instanceof Actor.Program program
                && books.access()
                        .agent(tx, message.facts().workspace(), program.id())
                        .filter(Agent::worksByModel)
                        .isPresent();
    }

    // ---- A suggestion for people

    private Outcome suggestion(EventDelivery delivery, Inbound message, Endpoint endpoint) {
        if (message.state() != HandlingState.AWAITING_REVIEW
                || isAutomatic(message)
                || transactions
                        .in(tx -> books.messages().draftFor(tx, message.id()))
                        .isPresent()) {
            return new Outcome.Delivered(null, "there is nothing to suggest");
        }
        Principal by = Principal.ofOurOwn(
                message.facts().workspace(), new Actor.Address(endpoint.id(), endpoint.address()), endpoint.id());
        return switch (propose(message, endpoint, Purpose.VIEW)) {
            case Asked.Failed failed -> failed.outcome();
            case Asked.Proposed proposed ->
                proposed.proposal() instanceof Proposal.Reply reply && endpoint.replyPolicy() != ReplyPolicy.NEVER_REPLY
                        ? send(delivery, by, message, reply, true)
                        : new Outcome.Delivered(null, "it suggested nothing");
        };
    }

    // ---- Asking

    private sealed interface Asked {
        record Proposed(Proposal proposal) implements Asked {}

        record Failed(Outcome outcome) implements Asked {}
    }

    private Asked propose(Inbound message, Endpoint endpoint, Purpose purpose) {
        return switch (desk.ask(
                message.facts().workspace(), purpose, TurnQuestion.of(endpoint, threads.read(message)))) {
            case Reply.Said said -> new Asked.Proposed(TurnQuestion.read(said.members()));
            case Reply.None none ->
                new Asked.Failed(
                        none.mayPass()
                                ? new Outcome.Failed(null, none.why(), null)
                                : new Outcome.Refused(null, none.why()));
        };
    }

    @Override
    public RetryPolicy retries() {
        return RETRIES;
    }

    /** A turn that came to nothing goes to people; a suggestion that did not come is not missed. */
    @Override
    public void gaveUp(Tx tx, EventDelivery delivery, DomainEvent event, String why) {
        if (event.type() == EventType.MESSAGE_ROUTED) {
            text(event, "message_id")
                    .flatMap(MessageId::parse)
                    .ifPresent(message -> deeds.handover()
                            .toPeople(
                                    tx,
                                    event.workspace(),
                                    message,
                                    new AgentId(delivery.subscriber().id()),
                                    why));
        }
    }
}
