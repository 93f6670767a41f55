package org.chancery.delivery.smtp;

import java.time.Clock;
import java.util.Optional;
import org.chancery.core.mailbox.RawMailStore;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Courier;
import org.chancery.core.queue.OutgoingJob;
import org.chancery.core.sts.StsPolicy;
import org.chancery.delivery.dkim.SignedContent;
import org.chancery.delivery.dkim.Signer;
import org.chancery.delivery.dkim.Signer.Outcome;
import org.chancery.delivery.net.Watchdog;
import org.chancery.delivery.smtp.DeliveryConfig.Credentials;
import org.chancery.delivery.smtp.DeliveryConfig.MailExchangers;
import org.chancery.delivery.smtp.DeliveryConfig.Relay;
import org.jspecify.annotations.Nullable;

/**
 * Takes a job to a relay or to its destination's mail exchangers: one host after the other, until every recipient has a
 * result that no further host could better.
 *
 * <p>A recipient whom a host did not want for now, or whom a broken conversation left open before the final dot, is
 * offered to the next host (RFC 5321 §5.1); what a host said to the final dot is the attempt's last word. Everything has a
 * time limit, and the attempt as a whole too. Safe for use by many threads, each of which may be interrupted.
 */
public final class SmtpCourier implements Courier, AutoCloseable {
    /**
     * What differs between the modes.
     *
     * @param tlsFromFirstByte whether there is no plain text at all
     * @param policies what destinations demand
     * @param credentials what to show the host, or null. Where there are some, its certificate is checked, and a handshake
     *     that fails is no reason to do without
     */
    record Way(
            Router router,
            Policies policies,
            boolean tlsFromFirstByte,
            @Nullable Credentials credentials) {
        boolean isVerified() {
            return credentials != null;
        }
    }

    /** Finds out what a destination demands of those who bring it mail; takes its time. */
    @FunctionalInterface
    public interface Policies {
        /** @throws IllegalStateException where it cannot be found out now */
        Optional<StsPolicy> of(String destination) throws InterruptedException;
    }

    /** What a relay does with mail is the relay's to know. */
    private static final Policies NO_POLICIES = destination -> Optional.empty();

    private final Means means;
    private final Freight freight;

    /** What every attempt needs. */
    record Means(Way way, DeliveryConfig config, Tls tls, Watchdog watchdog, IdleSessions sessions, Clock clock) {}

    /**
     * Where the mails are, and who signs them.
     *
     * <p>The signatures are made for each attempt and kept nowhere: what was approved is what leaves, byte for byte below them.
     */
    public record Freight(RawMailStore store, Signer signer) {}

    private SmtpCourier(Way way, DeliveryConfig config, Tls tls, Freight freight, Clock clock) {
        this.means = new Means(way, config, tls, new Watchdog(), new IdleSessions(config.reuse()), clock);
        this.freight = freight;
    }

    /** For {@code delivery.mode = relay}. */
    public static SmtpCourier throughRelay(Relay relay, DeliveryConfig config, Tls tls, Freight freight, Clock clock) {
        Way way = new Way(new RelayRouter(relay.host()), NO_POLICIES, relay.implicitTls(), relay.credentials());
        return new SmtpCourier(way, config, tls, freight, clock);
    }

    /** For {@code delivery.mode = mx}. */
    public static SmtpCourier toMailExchangers(
            MailExchangers exchangers,
            Policies policies,
            DeliveryConfig config,
            Tls tls,
            Freight freight,
            Clock clock) {
        Way way = new Way(MxRouter.asking(exchangers, config), policies, false, null);
        return new SmtpCourier(way, config, tls, freight, clock);
    }

    @Override
    public Attempt deliver(OutgoingJob job, Talk talk) {
        // Before the talk: reading and signing are ours alone, and must not be cut short.
        Load load = load(job);
        talk.begins();
        return new Errand(means, job, load, talk).run();
    }

    /**
     * What an attempt has to carry.
     *
     * @param signature what came of signing it
     */
    record Load(OutgoingMail mail, Outcome signature) {}

    private Load load(OutgoingJob job) {
        SignedContent content = new SignedContent();
        OutgoingMail mail = OutgoingMail.examine(freight.store(), job.raw(), content);
        // Signed as of its queueing, so that a repeated attempt repeats the very bytes.
        Outcome outcome = freight.signer().sign(content, job.workspace(), job.reversePath(), job.queuedAt());
        return new Load(outcome instanceof Outcome.Signed signed ? mail.under(signed.fields()) : mail, outcome);
    }

    /** Ends the sessions that wait, and stops watching over time limits; call it when no attempt is under way any more. */
    @Override
    public void close() {
        means.sessions().close();
        means.watchdog().close();
    }
}
