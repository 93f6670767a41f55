package org.chancery.server.demo;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.chancery.core.access.Credentials;
import org.chancery.core.access.Principal;
import org.chancery.core.endpoint.RecipientLookup;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.send.SubmissionDoor;
import org.chancery.core.spool.Admission;
import org.chancery.core.spool.Incoming;
import org.chancery.core.spool.Spool;
import org.chancery.smtpingest.CorePorts;
import org.chancery.smtpingest.SmtpConfig;
import org.chancery.smtpingest.SmtpIngest;
import org.chancery.smtpingest.tls.TlsMaterial;

/** The customers' mail server: an SMTP listener of its own that takes mail for anybody and keeps it in memory. */
final class OutsideServer implements AutoCloseable {

    /** A mail that arrived there. */
    record Arrived(Envelope envelope, String raw) {}

    private final BlockingQueue<Arrived> mails = new LinkedBlockingQueue<>();
    private final SmtpIngest smtp;

    private OutsideServer(Clock clock, TlsMaterial tls) {
        WorkspaceId workspace = WorkspaceId.at(clock.instant());
        EndpointId everybody = EndpointId.at(clock.instant());
        RecipientLookup anybody = recipient -> new RecipientLookup.Destination.Hosted(workspace, everybody);
        SmtpConfig config = new SmtpConfig(
                InetAddress.getLoopbackAddress(),
                0,
                OptionalInt.empty(),
                OptionalInt.empty(),
                "mx.customer.example",
                "customer.example",
                SmtpConfig.MailLimits.defaults(),
                SmtpConfig.SessionLimits.defaults(),
                SmtpConfig.TimeLimits.defaults());
        Credentials nobody = (secret, client) -> new Credentials.Check.Invalid();
        this.smtp = new SmtpIngest(config, tls, new CorePorts(anybody, new Memory(clock), nobody, new Closed()), clock);
    }

    static OutsideServer start(Clock clock, Path keys) {
        OutsideServer server = new OutsideServer(clock, TlsMaterial.selfSigned(keys, "mx.customer.example", clock));
        server.smtp.start();
        return server;
    }

    int port() {
        return smtp.mxPort();
    }

    /** The next mail that arrives; null where none comes in time. */
    @org.jspecify.annotations.Nullable
    Arrived next(Duration atMost) throws InterruptedException {
        return mails.poll(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        smtp.stop(Duration.ofSeconds(1));
    }

    /** Keeps what comes in for as long as the demo runs. */
    private final class Memory implements Spool {
        private final Clock clock;

        Memory(Clock clock) {
            this.clock = clock;
        }

        @Override
        public Admission admission() {
            return Admission.OPEN;
        }

        @Override
        public long backlog() {
            return mails.size();
        }

        @Override
        public Incoming begin() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            return new Incoming() {
                @Override
                public void write(byte[] buffer, int offset, int length) {
                    bytes.write(buffer, offset, length);
                }

                @Override
                public long size() {
                    return bytes.size();
                }

                @Override
                public SpoolId commit(Envelope envelope, Arrival arrival) {
                    mails.add(new Arrived(envelope, bytes.toString(StandardCharsets.UTF_8)));
                    return SpoolId.at(clock.instant());
                }

                @Override
                public void close() {
                    // Nothing to give back.
                }
            };
        }
    }

    /** There is no submission here. */
    private static final class Closed implements SubmissionDoor {
        @Override
        public boolean maySendAs(Principal principal, EmailAddress reversePath) {
            return false;
        }

        @Override
        public Submitted submit(Principal principal, Envelope envelope, Arrival arrival, byte[] raw) {
            return new Submitted.Refused("5.7.1", "no submission");
        }
    }
}
