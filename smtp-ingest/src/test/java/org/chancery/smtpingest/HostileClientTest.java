package org.chancery.smtpingest;

import static org.chancery.smtpingest.wire.ScriptedSocket.latin1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.chancery.core.mail.EmailAddress;
import org.chancery.smtpingest.wire.ScriptedSocket;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a client from elsewhere may not do, and what nobody foresaw that it would send. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileClientTest {
    private static final String[] WORDS = {
        "EHLO",
        "HELO",
        "MAIL FROM:",
        "RCPT TO:",
        "DATA",
        "RSET",
        "NOOP",
        "AUTH",
        "PLAIN",
        "LOGIN",
        "STARTTLS",
        "VRFY",
        "HELP",
        "<>",
        "<a@else.test>",
        "<agent@ours.test>",
        "<\"",
        "\"",
        "\\",
        ">",
        "<@",
        ":",
        "@",
        "%",
        "!",
        "SIZE=",
        "1",
        "BODY=",
        "8BITMIME",
        "SMTPUTF8",
        " ",
        "  ",
        "=",
        "\0",
        "\r\n",
        "\r\n",
        "\r\n",
        "\r\n.\r\n",
        ".",
        "\r",
        "\n",
        "ä",
        "\u00ff",
        "postmaster",
        "client.test",
        "*",
        "AGFnZW50QG91cnMudGVzdABjaHlfdG9rZW4tb2YtYWdlbnQ="
    };

    @Test
    void a_token_is_not_taken_in_the_clear_from_elsewhere() throws IOException {
        ScriptedSession session = new ScriptedSession();
        String said = session.hold(Service.SUBMISSION, ScriptedSocket.sendingLines("""
                        EHLO client.test
                        AUTH PLAIN AGFnZW50QG91cnMudGVzdABjaHlfdG9rZW4tb2YtYWdlbnQ=
                        AUTH LOGIN
                        MAIL FROM:<agent@ours.test>
                        QUIT
                        """));
        assertFalse(said.contains("AUTH PLAIN"), said);
        assertTrue(said.contains("250 STARTTLS\r\n538 5.7.11 "), said);
        assertTrue(said.contains("\r\n530 5.7.0 start TLS"), said);
        assertFalse(said.contains("334"), said);
        assertFalse(said.contains("235"), said);
    }

    @Test
    void whatever_comes_the_session_ends_and_nothing_foreign_is_taken() throws IOException {
        for (int seed = 0; seed < 5_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "EHLO client.test\r\n" : "");
            int words = random.nextInt(60);
            for (int i = 0; i < words; i++) {
                text.append(WORDS[random.nextInt(WORDS.length)]);
            }
            Service service = random.nextBoolean() ? Service.MX : Service.SUBMISSION;
            String client = random.nextBoolean() ? "127.0.0.1" : "2001:db8::1";
            int largest = 1 + random.nextInt(50);
            ScriptedSession session = new ScriptedSession();
            String said = session.hold(
                    service, new ScriptedSocket(latin1(text.toString()), () -> 1 + random.nextInt(largest), client));
            requireWellFormed(said, seed);
            requireOurs(session, seed);
        }
    }

    @Test
    void a_line_without_end_is_answered_and_its_sender_hears_it() throws IOException {
        try (TestServer server = TestServer.start();
                SmtpClient client = SmtpClient.connect(server.mx())) {
            client.greet();
            client.sendRaw("NOOP " + "x".repeat(1_000_000));
            assertTrue(client.untilClosed().startsWith("500 5.5.2 line too long"));
        }
    }

    @Test
    void a_mail_that_comes_a_byte_a_second_is_told_so_and_nothing_of_it_stays() throws IOException {
        // A second here is a millisecond.
        Duration idle = Duration.ofMillis(300);
        Duration others = Duration.ofMinutes(1);
        SmtpConfig.TimeLimits rate = new SmtpConfig.TimeLimits(idle, idle, others, others, others, 1024 * 1000);
        try (TestServer server = TestServer.start(TestServer.MAIL, TestServer.SESSION, rate);
                SmtpClient slow = SmtpClient.connect(server.mx());
                SmtpClient quick = SmtpClient.connect(server.mx())) {
            slow.greet();
            slow.command("MAIL FROM:<a@else.test>");
            slow.command("RCPT TO:<agent@ours.test>");
            slow.command("DATA");
            slow.sendRaw("Subject: slow\r\n\r\n");
            Thread drip = Thread.startVirtualThread(() -> dripUntilClosed(slow));
            quick.greet();
            quick.sendRaw("MAIL FROM:<a@else.test>\r\nRCPT TO:<agent@ours.test>\r\nDATA\r\n.\r\n");
            for (String begin : new String[] {"250", "250", "354", "250 2.0.0 accepted"}) {
                assertTrue(quick.reply().startsWith(begin), "others are served meanwhile");
            }
            Await.until(() -> !drip.isAlive());
            Await.until(() -> server.spool.open.get() == 0);
            assertEquals(1, server.spool.mails.size());
        }
    }

    private static void dripUntilClosed(SmtpClient client) {
        try {
            while (true) {
                client.sendRaw(".");
                Await.moment();
            }
        } catch (IOException closed) {
            // That is what was waited for.
        }
    }

    private static void requireWellFormed(String said, int seed) {
        said.lines()
                .forEach(line -> assertTrue(line.matches("[2345][0-9][0-9][ -][ -~]*"), "seed " + seed + ": " + line));
        assertFalse(said.contains("451 4.3.0"), "seed " + seed + ": a bug of ours");
    }

    private static void requireOurs(ScriptedSession session, int seed) {
        for (TestSpool.Mail mail : session.spool.mails) {
            for (EmailAddress recipient : mail.envelope().recipients()) {
                assertEquals("ours.test", recipient.domain(), "seed " + seed);
            }
        }
        assertEquals(0, session.spool.open.get(), "seed " + seed + ": a mail left open");
    }
}
