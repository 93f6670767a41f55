package org.chancery.smtpingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.chancery.core.spool.Admission;
import org.chancery.smtpingest.wire.ScriptedSocket;
import org.chancery.testkit.log.Quiet;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SubmissionLimitsTest {
    @RegisterExtension
    static final Quiet QUIET = Quiet.of("org.chancery.smtpingest");

    private static final String RIGHT = "AUTH PLAIN AGFnZW50QG91cnMudGVzdABjaHlfdG9rZW4tb2YtYWdlbnQ=";
    private static final String RIGHT_AS_SALES = "AUTH PLAIN AHNhbGVzQG91cnMudGVzdABjaHlfdG9rZW4tb2YtYWdlbnQ=";
    private static final String WRONG = "AUTH PLAIN AGFnZW50QG91cnMudGVzdAB3cm9uZw==";
    private static final long ALL_MEMORY = 64L * 1024 * 1024;

    private static String authenticate(TestServer server, String exchange) throws IOException {
        try (SmtpClient client = SmtpClient.connect(server.submission())) {
            client.greet();
            return client.command(exchange).substring(0, "454 4.7.0".length());
        }
    }

    @Test
    void a_client_that_guesses_has_to_wait_even_with_the_right_token() throws IOException {
        try (TestServer server = TestServer.start()) {
            for (int i = 0; i < 5; i++) {
                assertEquals("535 5.7.8", authenticate(server, WRONG));
            }
            assertEquals("454 4.7.0", authenticate(server, RIGHT));
            assertEquals(5, server.ingest.figures().refusals().get("535 5.7.8"));
        }
    }

    @Test
    void a_client_that_guesses_makes_its_neighbours_not_wait() throws IOException {
        try (TestServer server = TestServer.start()) {
            for (int i = 0; i < 20; i++) {
                authenticate(server, WRONG);
            }
            assertEquals("454 4.7.0", authenticate(server, RIGHT));
            assertEquals("235 2.7.0", authenticate(server, RIGHT_AS_SALES));
        }
    }

    @Test
    void a_client_that_mistypes_gets_in_after_all() throws IOException {
        try (TestServer server = TestServer.start()) {
            for (int i = 0; i < 20; i++) {
                assertEquals("535 5.7.8", authenticate(server, WRONG));
                assertEquals("235 2.7.0", authenticate(server, RIGHT));
            }
        }
    }

    @Test
    void submitted_mail_that_does_not_fit_into_memory_is_refused_for_now() throws IOException {
        ScriptedSession session = new ScriptedSession();
        assertTrue(session.memory.take(ALL_MEMORY / 2 - 16 * 1024));
        String said = session.hold(
                Service.SUBMISSION,
                new ScriptedSocket(
                        ScriptedSocket.latin1(("EHLO client.test\n" + RIGHT + "\n" + submission("x".repeat(20_000))
                                        + submission("small") + "QUIT\n")
                                .replace("\n", "\r\n")),
                        () -> Integer.MAX_VALUE,
                        "127.0.0.1"));
        assertTrue(said.contains("\r\n452 4.3.1 "), said);
        assertTrue(said.contains("\r\n250 2.0.0 queued as "), "the session goes on: " + said);
        assertEquals(1, session.core.submitted.size());
        assertFalse(session.memory.take(16 * 1024 + 1));
        assertTrue(session.memory.take(16 * 1024), "what was taken is given back");
    }

    private static SmtpClient authenticated(TestServer server) throws IOException {
        SmtpClient client = SmtpClient.connect(server.submission());
        client.greet();
        client.command(RIGHT);
        return client;
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.INCLUDE,
            names = {"DISK", "BROKEN"},
            value = Admission.Reason.class)
    void a_server_without_a_disk_to_write_to_says_so_at_mail_and_at_data(Admission.Reason reason) throws IOException {
        try (TestServer server = TestServer.start();
                SmtpClient client = authenticated(server)) {
            client.command("MAIL FROM:<agent@ours.test>");
            client.command("RCPT TO:<a@else.test>");
            server.spool.admission = new Admission.Refused(reason, "for the operator only");
            assertEquals("452 4.3.1 mail system full; try again later", client.command("DATA"));
            assertEquals("250 2.0.0 ok", client.command("RSET"));
            assertEquals("452 4.3.1 mail system full; try again later", client.command("MAIL FROM:<agent@ours.test>"));
            server.spool.admission = Admission.OPEN;
            client.sendRaw(submission("text").replace("\n", "\r\n"));
            for (String begin : new String[] {"250 2.1.0", "250 2.1.5", "354", "250 2.0.0 queued"}) {
                assertTrue(client.reply().startsWith(begin));
            }
        }
    }

    @Test
    void a_server_that_stops_takes_no_submission() throws IOException {
        try (TestServer server = TestServer.start();
                SmtpClient client = authenticated(server)) {
            server.spool.admission = new Admission.Refused(Admission.Reason.STOPPING, "");
            client.sendLine("MAIL FROM:<agent@ours.test>");
            assertTrue(client.untilClosed().startsWith("421 4.3.2"));
        }
    }

    @Test
    void mail_that_waits_in_the_spool_keeps_nobody_from_submitting() throws IOException {
        try (TestServer server = TestServer.start();
                SmtpClient client = authenticated(server)) {
            server.spool.admission = new Admission.Refused(Admission.Reason.BACKLOG, "");
            client.sendRaw(submission("text").replace("\n", "\r\n"));
            for (String begin : new String[] {"250 2.1.0", "250 2.1.5", "354", "250 2.0.0 queued"}) {
                assertTrue(client.reply().startsWith(begin));
            }
        }
    }

    @Test
    void a_mail_counts_as_what_it_takes_while_the_door_has_it() throws IOException {
        ScriptedSession session = new ScriptedSession();
        long[] left = new long[1];
        session.core.whileSubmitting = () -> {
            while (session.memory.take(1024)) {
                left[0] += 2 * 1024;
            }
            session.memory.giveBack(left[0] / 2);
        };
        // It grows from 16 to 32 KiB: then there are, for a moment, 48.
        session.hold(
                Service.SUBMISSION,
                new ScriptedSocket(
                        ScriptedSocket.latin1(("EHLO client.test\n" + RIGHT + "\n" + submission("x".repeat(20_000)))
                                .replace("\n", "\r\n")),
                        () -> 1000,
                        "127.0.0.1"));
        assertEquals(ALL_MEMORY - 2 * 32 * 1024, left[0]);
    }

    @Test
    void the_largest_mail_takes_no_more_than_its_size_twice() throws IOException {
        ScriptedSession session = new ScriptedSession();
        assertTrue(session.memory.take(ALL_MEMORY / 2 - 64 * 1024));
        String said = session.hold(
                Service.SUBMISSION,
                new ScriptedSocket(
                        ScriptedSocket.latin1(("EHLO client.test\n" + RIGHT + "\n"
                                        + submission("x".repeat(64 * 1024 - 2)) + submission("x".repeat(64 * 1024 - 1)))
                                .replace("\n", "\r\n")),
                        () -> 777,
                        "127.0.0.1"));
        assertEquals(64 * 1024, session.core.submitted.getFirst().raw().length);
        assertTrue(said.contains("\r\n552 5.3.4 "), said);
    }

    private static String submission(String text) {
        return "MAIL FROM:<agent@ours.test>\nRCPT TO:<a@else.test>\nDATA\n" + text + "\n.\n";
    }
}
