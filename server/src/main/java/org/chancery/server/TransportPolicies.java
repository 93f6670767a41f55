package org.chancery.server;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.chancery.core.sts.StsPolicies;
import org.chancery.delivery.net.Dns;
import org.chancery.delivery.smtp.DeliveryConfig.MailExchangers;
import org.chancery.delivery.smtp.HostPort;
import org.chancery.delivery.smtp.Tls;
import org.chancery.delivery.sts.PolicyDesk;
import org.chancery.delivery.sts.PublishedPolicies;
import org.chancery.delivery.webhook.GuardedFetch;
import org.chancery.delivery.webhook.NameServerLookup;
import org.chancery.delivery.webhook.WebhookGuard;
import org.chancery.server.Server.Outside;
import org.chancery.server.config.Keys;
import org.chancery.storage.sts.JooqStsPolicyRepository;

/** What destinations demand of those who bring them mail (MTA-STS), where mail goes to them directly. */
final class TransportPolicies implements AutoCloseable {
    /** RFC 8461 §3.3 suggests a minute; mail waits for it, and a policy that is known already is used without. */
    private static final Duration FETCH = Duration.ofSeconds(20);

    /** A policy is to be fetched anew an hour after its last time at the earliest. */
    private static final Duration EVERY = Duration.ofMinutes(30);

    private final GuardedFetch fetch;
    private final StsPolicies policies;
    final PolicyDesk desk;

    /** Apart from all other chores: the web servers of many strangers are waited for, one after the other. */
    private final Housekeeping refreshing = new Housekeeping("mta-sts refresh");

    private volatile boolean isStopping;

    private TransportPolicies(GuardedFetch fetch, StsPolicies policies) {
        this.fetch = fetch;
        this.policies = policies;
        this.desk = new PolicyDesk(policies::of);
    }

    static TransportPolicies over(Foundation base, Outside outside, Tls tls) {
        List<InetSocketAddress> servers = base.configuration.get(Keys.DNS_SERVERS).stream()
                .map(HostPort::resolved)
                .toList();
        Duration patience = MailExchangers.DEFAULT_DNS_TIMEOUT;
        GuardedFetch fetch = new GuardedFetch(
                new WebhookGuard(NameServerLookup.asking(servers, patience), outside.allowPrivateAddresses()),
                tls.proving(),
                FETCH);
        return new TransportPolicies(
                fetch,
                new StsPolicies(
                        base.transactions,
                        new JooqStsPolicyRepository(),
                        new PublishedPolicies(Dns.asking(servers, patience), fetch, outside.httpsPort()),
                        base.clock));
    }

    /** Fetches what gets old from now on. */
    void start() {
        refreshing.start(() -> policies.refresh(() -> !isStopping), EVERY);
    }

    /** Begins no further fetch that nobody waits for. */
    void stop(Duration within) throws InterruptedException {
        isStopping = true;
        refreshing.stop(within);
    }

    @Override
    public void close() {
        desk.close();
        fetch.close();
    }
}
