package org.chancery.smtpingest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.OptionalInt;
import org.chancery.smtpingest.tls.TlsMaterial;

/** Real listeners on any free ports, before a {@link TestCore} and a {@link TestSpool}. */
final class TestServer implements AutoCloseable {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-21T20:00:00Z"), ZoneOffset.UTC);
    /** Small enough to reach, and far from what an ordinary dialog needs. */
    static final SmtpConfig.MailLimits MAIL = new SmtpConfig.MailLimits(64 * 1024, 3, 5);

    static final SmtpConfig.SessionLimits SESSION = new SmtpConfig.SessionLimits(20, 10, 60, 10, 3);
    static final SmtpConfig.TimeLimits TIME = SmtpConfig.TimeLimits.defaults();

    final TestSpool spool = new TestSpool();
    final TestCore core = new TestCore();
    final SmtpIngest ingest;

    private TestServer(SmtpConfig config) {
        ingest = new SmtpIngest(config, Tls.MATERIAL, core.with(spool), CLOCK);
        ingest.start();
    }

    static TestServer start() {
        return start(MAIL, SESSION, TIME);
    }

    static TestServer start(SmtpConfig.MailLimits mail, SmtpConfig.SessionLimits session, SmtpConfig.TimeLimits time) {
        return new TestServer(config(mail, session, time));
    }

    static SmtpConfig config(SmtpConfig.MailLimits mail, SmtpConfig.SessionLimits session, SmtpConfig.TimeLimits time) {
        return new SmtpConfig(
                InetAddress.getLoopbackAddress(),
                0,
                OptionalInt.of(0),
                OptionalInt.of(0),
                "mx.ours.test",
                "ours.test",
                mail,
                session,
                time);
    }

    static TlsMaterial tls() {
        return Tls.MATERIAL;
    }

    int mx() {
        return ingest.mxPort();
    }

    int submission() {
        return ingest.submissionPort().orElseThrow();
    }

    int submissions() {
        return ingest.submissionsPort().orElseThrow();
    }

    Map<String, Integer> ports() {
        return Map.of("mx", mx(), "submission", submission(), "submissions", submissions());
    }

    @Override
    public void close() {
        ingest.stop(Duration.ofSeconds(1));
    }

    /** One certificate for all tests. */
    private static final class Tls {
        static final TlsMaterial MATERIAL = make();

        private static TlsMaterial make() {
            try {
                Path directory = Files.createTempDirectory("chancery-tls");
                directory.toFile().deleteOnExit();
                return TlsMaterial.selfSigned(directory, "mx.ours.test", Clock.systemUTC());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
