package org.chancery.server;

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
    private final Configuration configuration;
    private final Foundation base;
    private final Outside outside;
    private final Shutdown shutdown;

    /** @param shutdown takes what has to be ended with the server */
    Couriers(Configuration configuration, Foundation base, Outside outside, Shutdown shutdown) {
        this.configuration = configuration;
        this.base = base;
        this.outside = outside;
        this.shutdown = shutdown;
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
                shutdown.closes(policies::close);
                shutdown.drainsFirst(policies::stop);
                policies.start();
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
        shutdown.closes(smtp::close);
        return new HostedCourier(base.directory::hosts, base.directory, base.spool, base.raw, smtp, base.clock);
    }
}
