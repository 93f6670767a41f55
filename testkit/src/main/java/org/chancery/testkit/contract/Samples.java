package org.chancery.testkit.contract;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Agent;
import org.chancery.core.access.Grant;
import org.chancery.core.access.Role;
import org.chancery.core.access.Scope;
import org.chancery.core.access.Token;
import org.chancery.core.access.TokenSecret;
import org.chancery.core.access.User;
import org.chancery.core.access.Workspace;
import org.chancery.core.endpoint.Behaviour;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventType;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.EventId;
import org.chancery.core.id.JobId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Progress;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.queue.OutgoingJob;
import org.chancery.testkit.clock.TurningClock;
import org.jspecify.annotations.Nullable;

/**
 * One workspace in a store with a person and an endpoint, and makers of things that belong to it. Each is a stranger to all
 * others, so that tests can share a database.
 */
public final class Samples {
    /** When everything happens, unless a test says otherwise. */
    public static final Instant NOW = TurningClock.START;

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Store store;
    public final Workspace workspace;
    public final User person;
    public final Endpoint endpoint;

    private Samples(Store store) {
        this.store = store;
        int number = COUNT.incrementAndGet();
        String domain = "w" + number + "-" + Long.toString(System.nanoTime(), 36) + ".example";
        this.workspace = new Workspace(WorkspaceId.at(NOW), "Workspace " + number, domain, "", NOW);
        this.person = user("ann@" + domain, Role.OWNER);
        this.endpoint = newEndpoint("sales");
    }

    /** A fresh workspace, kept in the store with its person and endpoint. */
    public static Samples in(Store store) {
        Samples samples = new Samples(store);
        store.transactions().run(tx -> {
            store.access().add(tx, samples.workspace);
            store.access().add(tx, samples.person);
        });
        samples.keep(samples.endpoint);
        return samples;
    }

    /** Keeps an endpoint with its folders. */
    public Endpoint keep(Endpoint fresh) {
        store.transactions().run(tx -> {
            store.endpoints().add(tx, fresh);
            store.folders().create(tx, fresh.id(), NOW);
        });
        return fresh;
    }

    /** An endpoint that is not kept yet. */
    public Endpoint newEndpoint(String localPart) {
        return newEndpoint(localPart, null);
    }

    /** An endpoint of an agent, not kept yet. */
    public Endpoint newEndpoint(String localPart, @Nullable AgentId agent) {
        Behaviour behaviour = agent == null ? Behaviour.DEFAULT : Behaviour.DEFAULT.handledBy(agent);
        return new Endpoint(
                EndpointId.at(NOW),
                workspace.id(),
                localPart,
                workspace.address(localPart),
                Endpoint.Kind.CUSTOM,
                false,
                behaviour.with(behaviour.handler().withTurns(5, 50)),
                NOW,
                NOW);
    }

    /** A person who is not kept yet. */
    public User user(String email, Role role) {
        return new User(
                UserId.at(NOW), workspace.id(), email, "Somebody", role, List.of(email.toLowerCase(Locale.ROOT)), NOW);
    }

    /** The same person, disabled. */
    public User disabled(User user) {
        return new User(
                user.id(),
                user.workspace(),
                user.email(),
                user.name(),
                user.role(),
                user.addresses(),
                user.createdAt(),
                NOW);
    }

    /** An agent that is not kept yet. */
    public Agent agent(String name) {
        return new Agent(
                AgentId.at(NOW),
                workspace.id(),
                name,
                "",
                Agent.Status.ACTIVE,
                Agent.ExecutionMode.EXTERNAL,
                person.id(),
                null,
                NOW,
                NOW);
    }

    /** An agent that is kept. */
    public Agent keptAgent(String name) {
        Agent agent = agent(name);
        store.transactions().run(tx -> store.access().add(tx, agent, "sealed"));
        return agent;
    }

    /** A token that is kept. */
    public TokenId keptToken() {
        Token token = new Token(
                TokenId.at(NOW),
                workspace.id(),
                "sample",
                Grant.of(java.util.Set.of(Scope.EMAIL_READ)),
                null,
                null,
                person.id(),
                NOW);
        store.transactions()
                .run(tx -> store.access().add(tx, token, TokenSecret.generate().hash()));
        return token.id();
    }

    /** A thread that is kept. */
    public ThreadId keptThread() {
        ThreadId thread = ThreadId.at(NOW);
        store.transactions()
                .run(tx -> store.messages().addThread(tx, thread, workspace.id(), endpoint.id(), "A question", NOW));
        return thread;
    }

    /** An inbound mail to the endpoint. */
    public Inbound inbound(ThreadId thread) {
        return inbound(facts(thread, "Zoë Stranger", "zoe@stranger.example", "A question", NOW));
    }

    /** An inbound mail with these facts, waiting for a person. */
    public Inbound inbound(MessageFacts facts) {
        return new Inbound(
                facts,
                HandlingState.AWAITING_REVIEW,
                "no agent handles the endpoint",
                SpoolId.at(NOW),
                EmailAddress.of(endpoint.address()),
                ReversePath.of(EmailAddress.of("bounces+zoe@stranger.example")),
                Classification.HUMAN,
                Verdicts.SOME,
                null);
    }

    /** The same in another state. */
    public static Inbound inState(Inbound message, HandlingState state) {
        return new Inbound(
                message.facts(),
                state,
                message.stateReason(),
                message.spool(),
                message.recipient(),
                message.reversePath(),
                message.classification(),
                message.authentication(),
                message.agent());
    }

    /** Keeps a new thread with one inbound mail in it. */
    public Inbound keptInbound() {
        return keep(inbound(keptThread()));
    }

    public Inbound keep(Inbound message) {
        store.transactions().run(tx -> store.messages().add(tx, message));
        return message;
    }

    /** A mail from the endpoint. */
    public Outbound outbound(ThreadId thread, OutboundStatus status, @Nullable MessageId inReplyTo, String... to) {
        List<EmailAddress> recipients =
                java.util.Arrays.stream(to).map(EmailAddress::of).toList();
        MessageFacts facts = facts(thread, null, endpoint.address(), "Re: A question", NOW);
        MessageFacts addressed = new MessageFacts(
                facts.id(),
                facts.workspace(),
                facts.endpoint(),
                facts.thread(),
                facts.from(),
                recipients.stream().map(Mailbox::of).toList(),
                List.of(),
                List.of(),
                facts.subject(),
                facts.internetId(),
                facts.raw(),
                facts.size(),
                facts.occurredAt());
        return new Outbound(
                addressed,
                status,
                inReplyTo,
                new Actor.Person(person.id(), person.email()),
                null,
                false,
                recipients.stream()
                        .map(address -> new RecipientStatus(address, Progress.PENDING, null, null))
                        .toList(),
                null,
                null);
    }

    public Outbound keep(Outbound message) {
        store.transactions().run(tx -> store.messages().add(tx, message));
        return message;
    }

    public MessageFacts facts(
            ThreadId thread, @Nullable String fromName, String fromAddress, String subject, Instant occurredAt) {
        MessageId id = MessageId.at(occurredAt);
        return new MessageFacts(
                id,
                workspace.id(),
                endpoint.id(),
                thread,
                new Mailbox(fromName, fromAddress),
                List.of(new Mailbox("Sales", endpoint.address())),
                List.of(new Mailbox(null, "copy@stranger.example")),
                List.of(),
                subject,
                new InternetMessageId(id.text() + "@stranger.example"),
                digest(id.value()),
                2345,
                occurredAt);
    }

    /** A job for the message, not kept yet. */
    public OutgoingJob job(Outbound message, String destination) {
        return new OutgoingJob(
                JobId.at(NOW),
                workspace.id(),
                message.id(),
                destination,
                ReversePath.of(EmailAddress.of("return@" + workspace.domain())),
                List.of(EmailAddress.of("bob@" + destination)),
                message.facts().raw(),
                message.facts().size(),
                0,
                NOW);
    }

    /** An event at the endpoint. */
    public DomainEvent event(EventType type) {
        return new DomainEvent(
                EventId.at(NOW),
                workspace.id(),
                endpoint.id(),
                type,
                java.util.Map.of("subject", "A question", "size", 17),
                NOW);
    }

    private static RawDigest digest(UUID of) {
        return RawDigest.of(of.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
}
