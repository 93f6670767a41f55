package org.chancery.server;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.OptionalInt;
import org.chancery.api.http.HttpConfig;
import org.chancery.core.send.SendCaps;
import org.chancery.delivery.queue.QueueLimits;
import org.chancery.delivery.smtp.DeliveryConfig;
import org.chancery.delivery.smtp.DeliveryConfig.Relay;
import org.chancery.delivery.smtp.HostPort;
import org.chancery.mailets.authentication.SenderAuthentication;
import org.chancery.mailets.authentication.SenderDesk;
import org.chancery.mailets.authentication.dns.Lookups;
import org.chancery.mailets.authentication.dns.NameServers;
import org.chancery.mailets.authentication.dns.SlowLane;
import org.chancery.server.config.Configuration;
import org.chancery.server.config.Keys;
import org.chancery.smtpingest.SmtpConfig;

/** What the operator's keys mean to each part. All of them throw IllegalArgumentException naming a key that cannot be used. */
final class PartSettings {
    private PartSettings() {}

    /** How we call ourselves in both directions: the host's own name, else the first workspace's domain. */
    static String hostname(Configuration configuration) {
        String set = configuration.get(Keys.SMTP_HOSTNAME);
        return set.isEmpty() ? configuration.get(Keys.WORKSPACE_DOMAIN) : set;
    }

    /** @throws IllegalArgumentException where a name server cannot be asked */
    static SenderDesk senders(Configuration configuration, String hostname) {
        List<InetSocketAddress> servers = configuration.get(Keys.DNS_SERVERS).stream()
                .map(HostPort::resolved)
                .toList();
        return new SenderDesk(
                new SenderAuthentication(
                        NameServers.at(servers), Lookups.Bounds.OF_A_MAIL, new SlowLane(SenderDesk.AT_ONCE), hostname),
                SenderDesk.AT_ONCE,
                SenderDesk.MOMENT);
    }

    static QueueLimits queueLimits(Configuration configuration) {
        QueueLimits limits = QueueLimits.of(
                configuration.get(Keys.DELIVERY_CONCURRENCY),
                configuration.get(Keys.DELIVERY_CONCURRENCY_PER_DESTINATION));
        return configuration.get(Keys.DELIVERY_MODE).equals("relay")
                ? limits.throughRelay(configuration.get(Keys.DELIVERY_CONCURRENCY_RELAY))
                : limits;
    }

    static Relay relay(Configuration configuration) {
        String user = configuration.get(Keys.DELIVERY_RELAY_USER);
        return Relay.at(
                configuration.get(Keys.DELIVERY_RELAY).orElseThrow(),
                user.isEmpty()
                        ? null
                        : new DeliveryConfig.Credentials(user, configuration.get(Keys.DELIVERY_RELAY_PASSWORD)));
    }

    static SmtpConfig smtpConfig(Configuration configuration, String hostname, String domain) {
        boolean submission = configuration.get(Keys.SUBMISSION_ENABLED);
        SmtpConfig.SessionLimits limits = SmtpConfig.SessionLimits.defaults();
        SmtpConfig.TimeLimits times = SmtpConfig.TimeLimits.defaults();
        return new SmtpConfig(
                configuration.get(Keys.SMTP_BIND),
                configuration.get(Keys.SMTP_PORT),
                submission ? OptionalInt.of(configuration.get(Keys.SUBMISSION_PORT)) : OptionalInt.empty(),
                submission ? OptionalInt.of(configuration.get(Keys.SUBMISSIONS_PORT)) : OptionalInt.empty(),
                hostname,
                domain,
                new SmtpConfig.MailLimits(
                        configuration.get(Keys.SMTP_MAX_MESSAGE),
                        configuration.get(Keys.SMTP_MAX_RECIPIENTS),
                        configuration.get(Keys.SMTP_MAX_RECEIVED)),
                new SmtpConfig.SessionLimits(
                        configuration.get(Keys.SMTP_MAX_CONNECTIONS),
                        configuration.get(Keys.SMTP_MAX_CONNECTIONS_PER_CLIENT),
                        configuration.get(Keys.SMTP_MAX_COMMANDS),
                        limits.maxErrors(),
                        limits.maxAuthFailures()),
                new SmtpConfig.TimeLimits(
                        configuration.get(Keys.SMTP_IDLE_TIMEOUT),
                        times.idleWhenCrowded(),
                        times.handshake(),
                        times.data(),
                        times.withoutMail(),
                        times.minBytesPerSecond()));
    }

    static HttpConfig httpConfig(Configuration configuration) {
        return HttpConfig.of(
                        configuration.get(Keys.HTTP_BIND).getHostAddress(),
                        configuration.get(Keys.HTTP_PORT),
                        configuration.get(Keys.SMTP_MAX_MESSAGE),
                        Runtime.getRuntime().maxMemory())
                .behind(configuration.get(Keys.HTTP_TRUSTED_PROXIES));
    }

    static SendCaps.Config sendCaps(Configuration configuration) {
        return new SendCaps.Config(
                configuration.get(Keys.SENDING_WORKSPACE_CAP_PER_DAY), configuration.get(Keys.SENDING_CAP_STEPS));
    }
}
