package org.chancery.delivery.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.chancery.core.id.JobId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.Attempt.Result;
import org.chancery.core.queue.Courier.Talk;
import org.chancery.core.queue.OutgoingJob;
import org.chancery.delivery.dkim.Signer;
import org.chancery.delivery.smtp.DeliveryConfig.Credentials;
import org.chancery.delivery.smtp.DeliveryConfig.MailExchangers;
import org.chancery.delivery.smtp.DeliveryConfig.Relay;
import org.chancery.delivery.smtp.DeliveryConfig.Reuse;
import org.chancery.delivery.smtp.DeliveryConfig.Timeouts;
import org.chancery.testkit.peer.PeerCertificate;
import org.chancery.testkit.peer.ScriptedDns;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.jspecify.annotations.Nullable;

/** Couriers and jobs as tests want them. */
final class Couriers {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    static final String HELO = "mail.sender.test";
    static final ReversePath SENDER = ReversePath.of(EmailAddress.of("bounces+1@sender.test"));
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Longer than any test takes. */
    static final Timeouts PATIENT =
            new Timeouts(PATIENCE, PATIENCE, PATIENCE, PATIENCE, PATIENCE, PATIENCE.multipliedBy(3));

    static final Duration MOMENT = Duration.ofMillis(250);
    /** For peers that never answer. */
    static final Timeouts IMPATIENT = new Timeouts(PATIENCE, MOMENT, MOMENT, MOMENT, MOMENT, PATIENCE);

    /** Nobody wants to stop it. */
    static final Talk UNWATCHED = new Talk() {
        @Override
        public void begins() {}

        @Override
        public void awaitsVerdict() {}
    };

    final TestMails mails = new TestMails();

    /** Who signs; nobody, until a test names somebody. */
    Signer signer = (mail, workspace, path, at) -> new Signer.Outcome.NotOurs();

    /** What destinations demand of couriers to exchangers; nothing, until a test says otherwise. */
    SmtpCourier.Policies policies = destination -> Optional.empty();

    /** Whose certificates couriers to exchangers believe. */
    Tls tls = Tls.trustingTheSystem();

    private SmtpCourier.Freight freight() {
        return new SmtpCourier.Freight(mails, signer);
    }

    SmtpCourier relay(ScriptedSmtpPeer peer) {
        return relay(peer, PATIENT, null);
    }

    SmtpCourier relay(ScriptedSmtpPeer peer, Timeouts timeouts, @Nullable Credentials credentials) {
        Relay relay = new Relay(new HostPort("localhost", peer.port()), false, credentials);
        return relay(relay, timeouts, Tls.trustingTheSystem());
    }

    SmtpCourier relay(ScriptedSmtpPeer peer, Reuse reuse) {
        return relay(peer, PATIENT, null, reuse);
    }

    SmtpCourier relay(ScriptedSmtpPeer peer, Timeouts timeouts, @Nullable Credentials credentials, Reuse reuse) {
        Relay relay = new Relay(new HostPort("localhost", peer.port()), false, credentials);
        return SmtpCourier.throughRelay(
                relay, new DeliveryConfig(relay, HELO, 5, timeouts, reuse), tls, freight(), CLOCK);
    }

    /** A relay whose certificate is trusted. */
    SmtpCourier trustedRelay(ScriptedSmtpPeer peer, boolean implicitTls, String host, Credentials credentials) {
        Relay relay = new Relay(new HostPort(host, peer.port()), implicitTls, credentials);
        return relay(relay, PATIENT, new Tls(PeerCertificate.trusted()));
    }

    SmtpCourier relay(Relay relay, Timeouts timeouts, Tls tls) {
        return SmtpCourier.throughRelay(relay, new DeliveryConfig(relay, HELO, 5, timeouts), tls, freight(), CLOCK);
    }

    SmtpCourier exchangers(ScriptedDns dns, int port) {
        return exchangers(exchangersAt(dns, port, true), PATIENT);
    }

    SmtpCourier exchangers(MailExchangers exchangers, Timeouts timeouts) {
        return SmtpCourier.toMailExchangers(
                exchangers, policies, new DeliveryConfig(exchangers, HELO, 5, timeouts), tls, freight(), CLOCK);
    }

    static MailExchangers exchangersAt(ScriptedDns dns, int port, boolean allowPrivateAddresses) {
        return new MailExchangers(
                List.of(HostPort.parse(dns.hostPort())), PATIENCE, host -> false, port, allowPrivateAddresses);
    }

    /** A job with a short mail. */
    OutgoingJob job(String... recipients) {
        return job(mails.add(TestMails.SHORT), recipients);
    }

    OutgoingJob job(RawDigest raw, String... recipients) {
        return job(raw, SENDER, recipients);
    }

    OutgoingJob job(RawDigest raw, ReversePath reversePath, String... recipients) {
        List<EmailAddress> addresses =
                Arrays.stream(recipients).map(EmailAddress::of).toList();
        return new OutgoingJob(
                new JobId(new UUID(7, 1)),
                new WorkspaceId(new UUID(7, 2)),
                new MessageId(new UUID(7, 3)),
                addresses.getFirst().domain(),
                reversePath,
                addresses,
                raw,
                1,
                0,
                NOW);
    }

    /** Delivers, and sees to it that every recipient got exactly one result, in order. */
    static Attempt deliver(SmtpCourier courier, OutgoingJob job) {
        try (courier) {
            Attempt attempt = courier.deliver(job, UNWATCHED);
            assertEquals(
                    job.recipients(),
                    attempt.results().stream().map(Result::recipient).toList());
            return attempt;
        }
    }

    static Result.Delivered delivered(Attempt attempt) {
        return assertInstanceOf(Result.Delivered.class, attempt.results().getFirst());
    }

    static Result.TemporaryFailure deferred(Attempt attempt) {
        return assertInstanceOf(Result.TemporaryFailure.class, attempt.results().getFirst());
    }

    static Result.PermanentFailure failed(Attempt attempt) {
        return assertInstanceOf(Result.PermanentFailure.class, attempt.results().getFirst());
    }
}
