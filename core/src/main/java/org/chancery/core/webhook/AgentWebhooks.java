package org.chancery.core.webhook;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Agent;
import org.chancery.core.access.AgentService;
import org.chancery.core.access.WebhookSecret;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.mailbox.Handover;
import org.chancery.core.queue.RetryPolicy;
import org.chancery.core.subscription.EventDelivery;
import org.chancery.core.subscription.Outcome;
import org.chancery.core.subscription.Subscriber;
import org.chancery.core.subscription.Subscription;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.chancery.core.webhook.WebhookCaller.Answer;
import org.chancery.core.webhook.WebhookCaller.Call;

/**
 * Tells external agents of their turns, and of the fate of their drafts, held and scheduled mail. Each endpoint's events come in order: the next one
 * waits until the one before was taken or given up.
 *
 * <p><i>Standards:</i> Standard Webhooks.
 */
public final class AgentWebhooks implements Subscription {

    /** In all about eight hours; the first repetition comes within ten seconds, jitter included. */
    public static final RetryPolicy RETRIES = new RetryPolicy(List.of(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(2),
            Duration.ofMinutes(10),
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofHours(2),
            Duration.ofHours(4)));

    /** Statuses with which a receiver judges this very call: the same again would be judged the same. */
    private static final Set<Integer> FINAL = Set.of(400, 405, 406, 410, 413, 414, 415, 422, 501);

    private final Transactions transactions;
    private final AccessRepository access;
    private final AgentService agents;
    private final EventBody bodies;
    private final Handover handover;
    private final WebhookCaller caller;

    public AgentWebhooks(
            Transactions transactions,
            AccessRepository access,
            AgentService agents,
            EventBody bodies,
            Handover handover,
            WebhookCaller caller) {
        this.transactions = transactions;
        this.access = access;
        this.agents = agents;
        this.bodies = bodies;
        this.handover = handover;
        this.caller = caller;
    }

    @Override
    public Subscriber.Kind kind() {
        return Subscriber.Kind.WEBHOOK;
    }

    @Override
    public Set<EventType> types() {
        return Set.of(
                EventType.MESSAGE_ROUTED,
                EventType.MESSAGE_REJECTED,
                EventType.MESSAGE_CANCELLED,
                EventType.APPROVAL_APPROVED,
                EventType.APPROVAL_REJECTED,
                EventType.APPROVAL_EXPIRED,
                EventType.APPROVAL_CANCELLED);
    }

    @Override
    public List<Addressee> addressees(Tx tx, DomainEvent event) {
        EndpointId endpoint = event.endpoint();
        Agent agent = agent(tx, event).orElse(null);
        if (agent == null || endpoint == null) {
            return List.of();
        }
        String url = agent.webhookUrl();
        return url == null ? List.of() : List.of(new Addressee(agent.id().value(), endpoint.value(), destination(url)));
    }

    private Optional<Agent> agent(Tx tx, DomainEvent event) {
        return event.payload().get("agent_id") instanceof String text
                ? AgentId.parse(text).flatMap(id -> access.agent(tx, event.workspace(), id))
                : Optional.empty();
    }

    /** Scheme, host and port: what a slow receiver keeps busy. */
    static String destination(String url) {
        URI uri = URI.create(url);
        String whole = uri.getScheme() + "://" + uri.getRawAuthority();
        return whole.toLowerCase(Locale.ROOT).substring(0, Math.min(300, whole.length()));
    }

    @Override
    public Outcome attempt(EventDelivery delivery, DomainEvent event) {
        try {
            Agent agent = transactions
                    .in(tx -> access.agent(
                            tx,
                            delivery.workspace(),
                            new AgentId(delivery.subscriber().id())))
                    .orElse(null);
            if (agent == null) {
                return new Outcome.Refused(null, "the agent was deleted");
            }
            String url = agent.webhookUrl();
            if (!agent.isActive() || url == null) {
                return new Outcome.Refused(null, url == null ? "the agent has no webhook any more" : notActive(agent));
            }
            if (event.type() == EventType.MESSAGE_ROUTED && !hasTurn(event, agent)) {
                // The mail may be another agent's by now, and is none of this one's business.
                return new Outcome.Refused(null, "it is not the agent's turn any more");
            }
            Optional<WebhookSecret> secret = agents.webhookSecret(agent);
            if (secret.isEmpty()) {
                return new Outcome.Failed(null, "the secret cannot be read with this server's key; rotate it", null);
            }
            return outcome(
                    caller.call(new Call(url, secret.get(), delivery.event().text(), bodies.of(event))));
        } catch (Unavailable away) {
            return new Outcome.Postponed("the database is away", Duration.ofSeconds(5));
        }
    }

    private boolean hasTurn(DomainEvent event, Agent agent) {
        return Optional.ofNullable(event.payload().get("message_id"))
                .flatMap(id -> MessageId.parse(id.toString()))
                .filter(id -> transactions.in(tx -> handover.hasTurn(tx, event.workspace(), id, agent.id())))
                .isPresent();
    }

    private static String notActive(Agent agent) {
        return "the agent is " + agent.status().text();
    }

    private static Outcome outcome(Answer answer) {
        return switch (answer) {
            case Answer.Unreachable unreachable -> new Outcome.Failed(null, unreachable.why(), null);
            case Answer.Forbidden forbidden -> new Outcome.Refused(null, forbidden.why());
            case Answer.Status status -> {
                int code = status.code();
                if (code >= 200 && code < 300) {
                    yield new Outcome.Delivered(code, status.excerpt());
                }
                yield FINAL.contains(code)
                        ? new Outcome.Refused(code, status.excerpt())
                        : new Outcome.Failed(code, status.excerpt(), status.retryAfter());
            }
        };
    }

    @Override
    public RetryPolicy retries() {
        return RETRIES;
    }

    /** A turn that its agent was never told of goes to people. */
    @Override
    public void gaveUp(Tx tx, EventDelivery delivery, DomainEvent event, String why) {
        if (event.type() == EventType.MESSAGE_ROUTED && event.payload().get("message_id") instanceof String text) {
            MessageId.parse(text)
                    .ifPresent(message -> handover.toPeople(
                            tx,
                            event.workspace(),
                            message,
                            new AgentId(delivery.subscriber().id()),
                            "the agent's webhook did not take it: " + why));
        }
    }
}
