package org.chancery.smtpingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What the operator reads, and what nobody may read. */
class LogTest {
    private static final String PLAIN = "AGFnZW50QG91cnMudGVzdABjaHlfdG9rZW4tb2YtYWdlbnQ=";
    private static final String PASSWORD = "Y2h5X3Rva2VuLW9mLWFnZW50";

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLevel() + " " + event.getFormattedMessage());
        }
    };
    private Level before = Level.WARN;

    @BeforeEach
    void listen() {
        before = root.getLevel();
        root.detachAndStopAllAppenders();
        appender.start();
        root.addAppender(appender);
        root.setLevel(Level.TRACE);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(appender);
        root.setLevel(before);
    }

    private String line(String begin) {
        Await.until(() -> lines.stream().anyMatch(line -> line.startsWith(begin)));
        return lines.stream().filter(line -> line.startsWith(begin)).findFirst().orElseThrow();
    }

    @Test
    void a_mail_and_a_refusal_are_a_line_each() throws IOException {
        try (TestServer server = TestServer.start();
                SmtpClient client = SmtpClient.connect(server.mx())) {
            client.greet();
            client.command("MAIL FROM:<a@else.test>");
            client.command("RCPT TO:<agent@ours.test>");
            client.command("RCPT TO:<nobody@ours.test>");
            client.command("DATA");
            client.sendRaw("Subject: private\r\n.\r\n");
            client.reply();
            assertEquals(
                    "INFO accepted " + server.spool.mails.getFirst().id()
                            + " from <a@else.test> for 1 recipients, 18 octets, 127.0.0.1 by ESMTP in the clear",
                    line("INFO accepted"));
            assertEquals(
                    "INFO refused smtp 127.0.0.1 RCPT TO:<nobody@ours.test>: 550 5.1.1 no such mailbox",
                    line("INFO refused"));
        }
        assertFalse(String.join("\n", lines).contains("private"));
    }

    @Test
    void secrets_are_in_no_log_at_any_level() throws IOException {
        try (TestServer server = TestServer.start()) {
            int port = server.submission();
            for (String exchange : new String[] {
                "AUTH PLAIN " + PLAIN,
                "AUTH PLAIN\r\n" + PLAIN,
                "AUTH LOGIN\r\nYWdlbnRAb3Vycy50ZXN0\r\n" + PASSWORD,
                "AUTH PLAIN " + PLAIN + "broken",
                "AUTH CRAM-MD5 " + PLAIN,
                "AUTH\t" + PLAIN,
                PLAIN
            }) {
                try (SmtpClient client = SmtpClient.connect(port)) {
                    client.greet();
                    client.sendRaw(exchange + "\r\nQUIT\r\n");
                    client.untilClosed();
                }
            }
        }
        String log = String.join("\n", lines);
        assertTrue(log.contains("authenticated as agent@ours.test"), log);
        assertFalse(log.contains(PLAIN), log);
        assertFalse(log.contains(PASSWORD), log);
        assertFalse(log.contains(TestCore.TOKEN), log);
    }

    @Test
    void strangers_do_not_write_our_log() throws IOException {
        try (TestServer server = TestServer.start();
                SmtpClient client = SmtpClient.connect(server.mx())) {
            client.greet();
            client.command("MAIL FROM:<a@else.test\u001b[31m\u0085\u202e> SMTPUTF8");
            assertEquals(
                    "INFO refused smtp 127.0.0.1 MAIL FROM:<a@else.test?[31m??> SMTPUTF8: 501 5.1.7 "
                            + "that is no mailbox a bounce could be sent to",
                    line("INFO refused"));
        }
    }
}
