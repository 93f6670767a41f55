package org.chancery.smtpingest;

import static org.chancery.smtpingest.wire.ScriptedSocket.latin1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Random;
import org.chancery.core.mail.EmailAddress;
import org.chancery.smtpingest.wire.ScriptedSocket;
import org.junit.jupiter.api.Test;

/** What a client from elsewhere may not do, and what nobody foresaw that it would send. */
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
