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
import org.chancery.smtpingest.wire.Wire;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LimitsTest {
    private static final Duration SHORT = Duration.ofMillis(150);
    private static final Duration LONG = Duration.ofMinutes(1);

    private static void beginData(SmtpClient client) throws IOException {
        client.greet();
        client.command("MAIL FROM:<a@else.test>");
        client.command("RCPT TO:<agent@ours.test>");
        assertTrue(client.command("DATA").startsWith("354"));
    }

    // ---- the mail

    @Test
    void a_mail_of_the_largest_size_is_taken() throws IOException {
        try (TestServer server = TestServer.start();
                SmtpClient client = SmtpClient.connect(server.mx())) {
            beginData(client);
            String line = "x".repeat(62) + "\r\n";
            client.sendRaw(line.repeat(64 * 1024 / line.length()) + ".\r\n");
            assertTrue(client.reply().startsWith("250 2.0.0"));
            assertEquals(64 * 1024, server.spool.mails.getFirst().raw().length);
        }
    }

    @Test
    void a_mail_that_passes_the_size_is_refused_at_once_and_the_session_goes_on() throws IOException {
        try (TestServer server = TestServer.start();
                SmtpClient client = SmtpClient.connect(server.mx())) {
            beginData(client);
            client.sendRaw("x".repeat(64 * 1024 + 1));
            assertTrue(client.reply().startsWith("552 5.3.4"), "before the end of data");
            client.sendRaw("more\r\n.\r\n");
            assertEquals("250 2.0.0 ok", client.command("NOOP"));
            assertEquals(List.of(), server.spool.mails);
            assertEquals(0, server.spool.open.get());
        }
    }

    @Test
    void a_refused_mail_that_does_not_end_ends_the_session() throws IOException {
        try (TestServer server = TestServer.start();
                SmtpClient client = SmtpClient.connect(server.mx())) {
            beginData(client);
            client.sendRaw("x".repeat(64 * 1024 + 1));
            assertTrue(client.reply().startsWith("552 5.3.4"));
            client.sendRaw("x".repeat(64 * 1024 + 1));
            assertTrue(client.untilClosed().startsWith("421 4.7.0"));
        }
    }

    @Test
    void the_101st_recipient_waits_for_another_mail() throws IOException {
        try (TestServer server = TestServer.start(MailLimits.defaults(), SessionLimits.defaults(), TestServer.TIME);
                SmtpClient client = SmtpClient.connect(server.mx())) {
            client.greet();
            client.command("MAIL FROM:<a@else.test>");
            for (int i = 1; i <= 100; i++) {
                assertTrue(client.command("RCPT TO:<agent+" + i + "@ours.test>").startsWith("250 2.1.5"));
            }
            assertTrue(client.command("RCPT TO:<agent+101@ours.test>").startsWith("452 4.5.3"));
            client.command("DATA");
            assertTrue(client.command(".").startsWith("250"));
            assertEquals(
                    100, server.spool.mails.getFirst().envelope().recipients().size());
        }
    }

    // ---- the session

    @Test
    void commands_without_a_mail_are_bounded() throws IOException {
        try (TestServer server = TestServer.start();
                SmtpClient client = SmtpClient.connect(server.mx())) {
            client.reply();
            for (int i = 0; i < TestServer.SESSION.maxCommands(); i++) {
                assertTrue(client.command("NOOP").startsWith("250"));
            }
            client.sendLine("NOOP");
            assertTrue(client.untilClosed().startsWith("421 4.7.0"));
        }
    }

    @Test
    void a_session_that_brings_mails_may_bring_many() throws IOException {
        try (TestServer server = TestServer.start();
                SmtpClient client = SmtpClient.connect(server.mx())) {
            client.greet();
            for (int i = 0; i < TestServer.SESSION.maxCommands(); i++) {
                client.sendRaw("MAIL FROM:<a@else.test>\r\nRCPT TO:<agent@ours.test>\r\nDATA\r\n.\r\n");
                client.reply();
                client.reply();
                client.reply();
                assertTrue(client.reply().startsWith("250 2.0.0 accepted"));
            }
        }
    }

    @Test
    void a_line_that_is_too_long_ends_the_session() throws IOException {
        try (TestServer server = TestServer.start();
                SmtpClient client = SmtpClient.connect(server.mx())) {
            client.reply();
            client.sendRaw("NOOP " + "x".repeat(Wire.MAX_LINE));
            assertTrue(client.untilClosed().startsWith("500 5.5.2"));
        }
    }

    @Test
    void a_client_has_so_many_connections_and_another_may_still_come() throws IOException {
        SessionLimits two = new SessionLimits(20, 2, 60, 10, 3);
        try (TestServer server = TestServer.start(TestServer.MAIL, two, TestServer.TIME)) {
            List<SmtpClient> clients = openTo(server, 2);
            try (SmtpClient third = SmtpClient.connect(server.mx())) {
                assertTrue(third.untilClosed().startsWith("421 4.7.0 too many connections from you"));
            }
            assertEquals(1, server.ingest.figures().refusals().get("421 4.7.0"));
            clients.getFirst().close();
            Await.until(() -> server.ingest.figures().openSessions() == 1);
            try (SmtpClient again = SmtpClient.connect(server.mx())) {
                assertTrue(again.reply().startsWith("220"));
            }
            clients.getLast().close();
        }
    }

    @Test
    void connections_in_all_are_bounded_and_submission_has_its_own() throws IOException {
        SessionLimits two = new SessionLimits(2, 20, 60, 10, 3);
        try (TestServer server = TestServer.start(TestServer.MAIL, two, TestServer.TIME)) {
            List<SmtpClient> clients = openTo(server, 2);
            try (SmtpClient third = SmtpClient.connect(server.mx());
                    SmtpClient submitter = SmtpClient.connect(server.submission())) {
                assertTrue(third.untilClosed().startsWith("421 4.7.0 too many connections;"));
                assertTrue(submitter.reply().startsWith("220"));
            }
            for (SmtpClient client : clients) {
                client.close();
            }
        }
    }

    private static List<SmtpClient> openTo(TestServer server, int count) throws IOException {
        List<SmtpClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SmtpClient client = SmtpClient.connect(server.mx());
            assertTrue(client.reply().startsWith("220"));
            clients.add(client);
        }
        return clients;
    }

    // ---- the time

    @Test
    void an_idle_client_is_sent_away() throws IOException {
        try (TestServer server = TestServer.start(
                        TestServer.MAIL, TestServer.SESSION, new TimeLimits(SHORT, SHORT, LONG, LONG, LONG, 1));
                SmtpClient client = SmtpClient.connect(server.mx())) {
            client.reply();
            assertTrue(client.untilClosed().startsWith("421 4.4.2"));
            Await.until(() -> server.ingest.figures().openSessions() == 0);
        }
    }

    @Test
    void a_line_that_drips_in_is_not_waited_for() throws IOException {
        try (TestServer server = TestServer.start(
                        TestServer.MAIL, TestServer.SESSION, new TimeLimits(SHORT, SHORT, LONG, LONG, LONG, 1));
                SmtpClient client = SmtpClient.connect(server.mx())) {
            client.reply();
            dripUntilClosed(client);
            Await.until(() -> server.ingest.figures().openSessions() == 0);
        }
    }

    @Test
    void a_mail_that_drips_in_is_not_waited_for() throws IOException {
        // Each wait is short enough, the rate is not.
        TimeLimits rate = new TimeLimits(Duration.ofSeconds(1), SHORT, LONG, LONG, LONG, 1_000_000);
        try (TestServer server = TestServer.start(TestServer.MAIL, TestServer.SESSION, rate);
                SmtpClient client = SmtpClient.connect(server.mx())) {
            beginData(client);
            dripUntilClosed(client);
            Await.until(() -> server.spool.open.get() == 0);
            assertEquals(List.of(), server.spool.mails);
        }
    }

    @Test
    void a_mail_has_to_end_some_time() throws IOException {
        TimeLimits whole = new TimeLimits(LONG, SHORT, LONG, SHORT, LONG, 1);
        try (TestServer server = TestServer.start(TestServer.MAIL, TestServer.SESSION, whole);
                SmtpClient client = SmtpClient.connect(server.mx())) {
            beginData(client);
            assertTrue(client.untilClosed().startsWith("421 4.4.2"));
        }
    }

    @Test
    void a_client_that_does_not_read_is_cut_off() throws IOException {
        SessionLimits many = new SessionLimits(20, 10, Integer.MAX_VALUE, Integer.MAX_VALUE, 3);
        try (TestServer server =
                        TestServer.start(TestServer.MAIL, many, new TimeLimits(SHORT, SHORT, LONG, LONG, LONG, 1));
                SmtpClient client = SmtpClient.connect(server.mx())) {
            client.reply();
            try {
                while (true) {
                    client.sendRaw("HELP\r\n".repeat(10_000));
                }
            } catch (IOException cutOff) {
                Await.until(() -> server.ingest.figures().openSessions() == 0);
            }
        }
    }

    @Test
    void a_handshake_that_does_not_come_is_not_waited_for() throws IOException {
        TimeLimits handshake = new TimeLimits(LONG, LONG, SHORT, LONG, LONG, 1);
        try (TestServer server = TestServer.start(TestServer.MAIL, TestServer.SESSION, handshake);
                SmtpClient client = SmtpClient.connect(server.submissions());
                SmtpClient starting = SmtpClient.connect(server.mx())) {
            assertEquals("", client.untilClosed());
            starting.greet();
            assertTrue(starting.command("STARTTLS").startsWith("220"));
            assertEquals("", starting.untilClosed());
        }
    }

    @Test
    void waiting_gets_shorter_when_places_get_few_also_for_those_who_wait_already() throws IOException {
        SessionLimits five = new SessionLimits(5, 5, 60, 10, 3);
        TimeLimits crowded = new TimeLimits(LONG, SHORT, LONG, LONG, LONG, 1);
        try (TestServer server = TestServer.start(TestServer.MAIL, five, crowded)) {
            List<SmtpClient> early = openTo(server, 3);
            SmtpClient busy = openTo(server, 1).getFirst();
            busy.command("EHLO client.test");
            busy.command("MAIL FROM:<a@else.test>");
            busy.command("RCPT TO:<agent@ours.test>");
            busy.command("DATA");
            SmtpClient fifth = openTo(server, 1).getFirst();
            assertTrue(early.getFirst().untilClosed().startsWith("421 4.4.2"));
            assertTrue(busy.command(".").startsWith("250 2.0.0"), "a mail under way has its own time");
            for (SmtpClient client : early) {
                client.close();
            }
            fifth.close();
            busy.close();
        }
    }

    @Test
    void a_session_without_a_mail_ends_some_time_however_lively_it_is() throws IOException {
        TimeLimits barren = new TimeLimits(LONG, LONG, LONG, LONG, SHORT, 1);
        SessionLimits many = new SessionLimits(20, 10, Integer.MAX_VALUE, 10, 3);
        try (TestServer server = TestServer.start(TestServer.MAIL, many, barren);
                SmtpClient client = SmtpClient.connect(server.mx())) {
            client.reply();
            String said = "";
            for (int i = 0; i < 5_000 && !said.startsWith("421"); i++) {
                said = client.command("NOOP");
                Await.moment();
            }
            assertEquals("421 4.7.0 too long without a mail", said);
            Await.until(() -> server.ingest.figures().openSessions() == 0);
        }
    }

    @Test
    void an_accepted_mail_gives_a_session_more_time_and_a_content_under_way_is_not_interrupted() throws IOException {
        TimeLimits barren = new TimeLimits(LONG, LONG, LONG, LONG, SHORT, 1);
        try (TestServer server = TestServer.start(TestServer.MAIL, TestServer.SESSION, barren);
                SmtpClient client = SmtpClient.connect(server.mx());
                SmtpClient other = SmtpClient.connect(server.mx())) {
            client.reply();
            client.sendRaw("EHLO c.test\r\nMAIL FROM:<a@else.test>\r\nRCPT TO:<agent@ours.test>\r\nDATA\r\nhalf");
            // Whoever has nothing under way is gone by then.
            assertTrue(other.untilClosed().endsWith("421 4.7.0 too long without a mail\r\n"));
            client.sendRaw("\r\n.\r\nNOOP\r\n");
            for (String begin : new String[] {"250", "250", "250", "354", "250 2.0.0 accepted", "250 2.0.0 ok"}) {
                assertTrue(client.reply().startsWith(begin));
            }
        }
    }

    private static void dripUntilClosed(SmtpClient client) {
        try {
            while (true) {
                client.sendRaw("x");
                Await.moment();
            }
        } catch (IOException closed) {
            // That is what was waited for.
        }
    }
}
