package org.chancery.server;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.chancery.core.access.AgentService;
import org.chancery.core.access.AgentService.Surroundings;
import org.chancery.core.mailbox.Handover;
import org.chancery.core.mailbox.ThreadReader;
import org.chancery.core.notice.ReviewNotices;
import org.chancery.core.notice.UnreachedPeople;
import org.chancery.core.send.SendService;
import org.chancery.core.subscription.Subscriptions;
import org.chancery.core.turn.ModelTurns;
import org.chancery.core.turn.ModelViews;
import org.chancery.core.webhook.AgentWebhooks;
import org.chancery.core.webhook.EventBody;
import org.chancery.delivery.smtp.HostPort;
import org.chancery.delivery.subscription.SubscriptionFigures;
import org.chancery.delivery.subscription.SubscriptionRunner;
import org.chancery.delivery.webhook.GuardedWebhookCaller;
import org.chancery.delivery.webhook.NameServerLookup;
import org.chancery.delivery.webhook.WebhookGuard;
import org.chancery.server.config.Keys;

/**
 * The part of the server that acts on events: agents, their webhooks, and what the model does for them. Built here to keep
 * {@link Server} readable.
 */
final class Subscribers implements AutoCloseable {
    /** What a look-up may take of the time of a call, or of whoever sets a URL. */
    private static final Duration LOOKUP = Duration.ofSeconds(5);

    private final AgentService agents;
    private final Subscriptions subscriptions;
    private final SubscriptionRunner runner;
    private final SubscriptionFigures figures = new SubscriptionFigures();
    private final GuardedWebhookCaller caller;

    /** What people are told by mail. */
    record Notices(ReviewNotices review, UnreachedPeople unreached) {}

    private Subscribers(
            Foundation base, Models models, SendService sending, ModelTurns.Escalation escalation, Notices notices) {
        List<InetSocketAddress> nameServers = base.configuration.get(Keys.DNS_SERVERS).stream()
                .map(HostPort::resolved)
                .toList();
        WebhookGuard guard = new WebhookGuard(
                NameServerLookup.asking(nameServers, LOOKUP), base.configuration.get(Keys.WEBHOOKS_ALLOW_PRIVATE));
        this.caller = new GuardedWebhookCaller(guard, trusted(), GuardedWebhookCaller.LIMIT, base.clock);
        Handover handover = new Handover(base.messages, base.endpointRepository, base.events, base.clock);
        this.agents = new AgentService(
                base.transactions,
                base.accessRepository,
                new Surroundings(
                        guard,
                        (tx, workspace, agent) -> !base.endpointRepository
                                .ofAgent(tx, workspace, agent, 1)
                                .isEmpty(),
                        (tx, agent, limit) -> handover.toPeople(
                                tx, agent.workspace(), agent.id(), limit, "agent " + agent.name() + " was deleted")),
                base.secrets,
                base.audit,
                base.clock);
        ThreadReader threads = new ThreadReader(base.transactions, base.messages, base.raw);
        AgentWebhooks webhooks = new AgentWebhooks(
                base.transactions,
                base.accessRepository,
                agents,
                new EventBody(base.transactions, base.messages, threads),
                handover,
                caller);
        ModelTurns turns = new ModelTurns(
                base.transactions,
                new ModelTurns.Books(base.accessRepository, base.endpointRepository, base.messages),
                threads,
                models.desk(),
                new ModelTurns.Deeds(sending, handover, escalation));
        ModelViews views = new ModelViews(
                base.transactions, base.endpointRepository, base.messages, threads, models.desk(), models.categories());
        this.subscriptions = new Subscriptions(
                base.transactions,
                base.events,
                base.cursors,
                base.deliveries,
                List.of(webhooks, turns, views, notices.review(), notices.unreached()),
                base.clock,
                new Random());
        this.runner = new SubscriptionRunner(
                subscriptions,
                base.data.serverId(),
                SubscriptionRunner.Limits.DEFAULT,
                figures,
                base.eventSignal,
                base.clock);
    }

    /** @param escalation gives a mail to people for an agent */
    static Subscribers over(
            Foundation base, Models models, SendService sending, ModelTurns.Escalation escalation, Notices notices) {
        return new Subscribers(base, models, sending, escalation, notices);
    }

    private static SSLContext trusted() {
        try {
            return SSLContext.getDefault();
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot load its trusted certificates", e);
        }
    }

    AgentService agents() {
        return agents;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    void start() {
        runner.start();
    }

    void stop(Duration within) throws InterruptedException {
        runner.stop(within);
    }

    Optional<String> trouble() {
        return runner.trouble();
    }

    /** The hourly chore. */
    void sweep() {
        subscriptions.sweep();
    }

    void bind(io.micrometer.core.instrument.MeterRegistry meters) {
        Metrics.bindSubscribers(meters, figures, subscriptions::waiting);
    }

    @Override
    public void close() {
        caller.close();
    }
}
