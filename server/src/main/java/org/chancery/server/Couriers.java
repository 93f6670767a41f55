package org.chancery.server;

import java.time.Duration;
import java.util.function.Consumer;
import org.chancery.core.queue.Courier;
import org.chancery.core.queue.SuppressionCourier;
import org.chancery.core.suppression.SuppressedRecipients;
import org.chancery.delivery.dkim.DkimSigner;
import org.chancery.delivery.local.HostedCourier;
import org.chancery.delivery.smtp.DeliveryConfig;
import org.chancery.delivery.smtp.DeliveryConfig.MailExchangers;
import org.chancery.delivery.smtp.DeliveryConfig.Relay;
import org.chancery.delivery.smtp.SandboxCourier;
import org.chancery.delivery.smtp.SmtpCourier;
import org.chancery.delivery.smtp.Tls;
import org.chancery.server.Server.Outside;
import org.chancery.server.config.Configuration;
import org.chancery.server.config.Keys;

/** Who takes mail away, as {@code delivery.mode} says: a relay, the recipients' exchangers, or nobody. */
final class Couriers {
    /** A policy is to be fetched anew an hour after its last time at the earliest. */
    private static final Duration POLICIES_EVERY = Duration.ofMinutes(30);

    private final Configuration configuration;
    private final Foundation base;
    private final Outside outside;
    private final Housekeeping chores;
    private final Consumer<Runnable> atClose;

    /**
     * @param chores takes what has to be done again and again, and waits for strangers
     * @param atClose takes what has to be closed with the server
     */
    Couriers(
            Configuration configuration,
            Foundation base,
            Outside outside,
            Housekeeping chores,
            Consumer<Runnable> atClose) {
        this.configuration = configuration;
        this.base = base;
        this.outside = outside;
        this.chores = chores;
        this.atClose = atClose;
    }

    Courier calling(String hostname) {
        SuppressedRecipients suppressed = new SuppressedRecipients(new SuppressedRecipients.Stores(
                base.suppressions, base.accessRepository, base.endpointRepository, base.messages));
        return new SuppressionCourier(base.transactions, suppressed, outside(hostname), base.clock);
    }

    private Courier outside(String hostname) {
        return switch (configuration.get(Keys.DELIVERY_MODE)) {
            case "relay" -> {
                Relay relay = PartSettings.relay(configuration);
                yield hostedFirst(SmtpCourier.throughRelay(
                        relay, DeliveryConfig.of(relay, hostname), outside.tls().get(), freight(), base.clock));
            }
            case "mx" -> {
                MailExchangers exchangers = new MailExchangers(
                        configuration.get(Keys.DNS_SERVERS),
                        MailExchangers.DEFAULT_DNS_TIMEOUT,
                        base.directory::hosts,
                        outside.mxPort(),
                        outside.allowPrivateAddresses());
                Tls tls = outside.tls().get();
                TransportPolicies policies = TransportPolicies.over(base, outside, tls);
                atClose.accept(policies::close);
                chores.start(policies::refresh, POLICIES_EVERY);
                yield hostedFirst(SmtpCourier.toMailExchangers(
                        exchangers,
                        policies.desk::of,
                        DeliveryConfig.of(exchangers, hostname),
                        tls,
                        freight(),
                        base.clock));
            }
            default -> new SandboxCourier(base.raw, base.clock);
        };
    }

    private SmtpCourier.Freight freight() {
        return new SmtpCourier.Freight(base.raw, new DkimSigner(base.directory::owns, base.keyRing::of));
    }

    private Courier hostedFirst(SmtpCourier smtp) {
        atClose.accept(smtp::close);
        return new HostedCourier(base.directory::hosts, base.directory, base.spool, base.raw, smtp, base.clock);
    }
}
