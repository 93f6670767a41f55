package org.chancery.smtpingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.chancery.smtpingest.SmtpConfig.MailLimits;
import org.chancery.smtpingest.SmtpConfig.SessionLimits;
import org.chancery.smtpingest.SmtpConfig.TimeLimits;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each limit is where the configuration puts it: so much passes, one more does not. */
class ConfiguredLimitsTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String ENVELOPE = "MAIL FROM:<a@else.test>\r\nRCPT TO:<agent@ours.test>\r\nDATA\r\n";

    private static TestServer server(MailLimits mail) {
        return TestServer.start(mail, TestServer.SESSION, TestServer.TIME);
    }

    private static TestServer server(SessionLimits session) {
        return TestServer.start(TestServer.MAIL, session, TestServer.TIME);
    }

    private static SmtpClient greeted(int port) throws IOException {
        SmtpClient client = SmtpClient.connect(port);
        client.greet();
        return client;
    }

    /** Sends a mail and gives the last reply. */
    private static String mail(SmtpClient client, String content) throws IOException {
        client.sendRaw(ENVELOPE + content + ".\r\n");
        client.reply();
        client.reply();
        assertTrue(client.reply().startsWith("354"));
        return client.reply();
    }

    @ParameterizedTest
    @ValueSource(ints = {64 * 1024, 100_000})
    void max_message(int limit) throws IOException {
        try (TestServer server = server(new MailLimits(limit, 3, 5));
                SmtpClient client = SmtpClient.connect(server.mx())) {
            client.reply();
            assertTrue(client.command("EHLO client.test").contains("\n250-SIZE " + limit + "\n"));
            assertTrue(client.command("MAIL FROM:<a@else.test> SIZE=" + (limit + 1))
                    .startsWith("552 5.3.4"));
            assertTrue(client.command("MAIL FROM:<a@else.test> SIZE=" + limit).startsWith("250"));
            client.command("RSET");
            assertTrue(mail(client, "x".repeat(limit - 2) + "\r\n").startsWith("250 2.0.0"));
            assertTrue(mail(client, "x".repeat(limit - 1) + "\r\n").startsWith("552 5.3.4"));
            assertEquals(1, server.spool.mails.size());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7})
    void max_recipients(int limit) throws IOException {
        try (TestServer server = server(new MailLimits(64 * 1024, limit, 5));
                SmtpClient client = greeted(server.mx())) {
            client.command("MAIL FROM:<a@else.test>");
            for (int i = 0; i < limit; i++) {
                assertTrue(client.command("RCPT TO:<agent+" + i + "@ours.test>").startsWith("250"));
            }
            assertTrue(client.command("RCPT TO:<agent+more@ours.test>").startsWith("452 4.5.3"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7})
    void max_received(int limit) throws IOException {
        try (TestServer server = server(new MailLimits(64 * 1024, 3, limit));
                SmtpClient client = greeted(server.mx())) {
            assertTrue(mail(client, "Received: x\r\n".repeat(limit)).startsWith("250 2.0.0"));
            assertTrue(mail(client, "Received: x\r\n".repeat(limit + 1)).startsWith("554 5.4.6"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void max_connections(int limit) throws IOException {
        requireConnections(new SessionLimits(limit, 20, 60, 10, 3), limit, "421 4.7.0 too many connections;");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void max_connections_per_client(int limit) throws IOException {
        requireConnections(new SessionLimits(20, limit, 60, 10, 3), limit, "421 4.7.0 too many connections from you;");
    }

    private static void requireConnections(SessionLimits limits, int count, String refusal) throws IOException {
        List<SmtpClient> clients = new ArrayList<>();
        try (TestServer server = server(limits)) {
            for (int i = 0; i < count; i++) {
                clients.add(greeted(server.mx()));
            }
            try (SmtpClient oneMore = SmtpClient.connect(server.mx())) {
                assertTrue(oneMore.untilClosed().startsWith(refusal));
            }
            for (SmtpClient client : clients) {
                assertEquals("250 2.0.0 ok", client.command("NOOP"));
                client.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 11})
    void max_commands(int limit) throws IOException {
        try (TestServer server = server(new SessionLimits(20, 10, limit, 10, 3));
                SmtpClient client = SmtpClient.connect(server.mx())) {
            client.reply();
            for (int i = 0; i < limit; i++) {
                assertEquals("250 2.0.0 ok", client.command("NOOP"));
            }
            client.sendLine("NOOP");
            assertTrue(client.untilClosed().startsWith("421 4.7.0 too many commands"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5})
    void max_errors(int limit) throws IOException {
        try (TestServer server = server(new SessionLimits(20, 10, 60, limit, 3));
                SmtpClient client = SmtpClient.connect(server.mx())) {
            client.reply();
            for (int i = 1; i <= limit; i++) {
                assertTrue(client.command("NONSENSE").startsWith("500"));
            }
            assertTrue(client.untilClosed().startsWith("421 4.7.0 too many errors"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void max_auth_failures(int limit) throws IOException {
        String wrong = "AUTH PLAIN AGFnZW50QG91cnMudGVzdAB3cm9uZw==";
        try (TestServer server = server(new SessionLimits(20, 10, 60, 10, limit));
                SmtpClient client = greeted(server.submission())) {
            for (int i = 1; i < limit; i++) {
                assertTrue(client.command(wrong).startsWith("535"));
            }
            client.sendLine(wrong);
            assertTrue(client.untilClosed().startsWith("421 4.7.0 too many failed attempts"));
        }
    }

    @Test
    void idle_timeout() throws IOException {
        Duration shorter = Duration.ofMillis(150);
        try (TestServer impatient = patient(shorter);
                TestServer patient = patient(LONG);
                SmtpClient kept = greeted(patient.mx());
                SmtpClient sentAway = greeted(impatient.mx())) {
            assertTrue(sentAway.untilClosed().startsWith("421 4.4.2"));
            assertEquals("250 2.0.0 ok", kept.command("NOOP"));
        }
    }

    private static TestServer patient(Duration idle) {
        return TestServer.start(TestServer.MAIL, TestServer.SESSION, new TimeLimits(idle, LONG, LONG, LONG, LONG, 1));
    }
}
