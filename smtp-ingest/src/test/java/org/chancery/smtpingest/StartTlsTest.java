package org.chancery.smtpingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.Test;

class StartTlsTest {

    @Test
    void what_was_sent_in_the_clear_after_starttls_is_not_obeyed() throws IOException {
        try (TestServer server = TestServer.start();
                SmtpClient client = SmtpClient.connect(server.mx())) {
            client.greet();
            client.sendRaw("STARTTLS\r\nEHLO injected.test\r\nMAIL FROM:<injected@else.test>\r\n");
            assertTrue(client.reply().startsWith("220 2.0.0"));
            client.startTls();
            assertTrue(
                    client.command("NOOP").startsWith("250 2.0.0 ok"),
                    "the first reply is to the first command in TLS");
            assertTrue(client.command("RCPT TO:<agent@ours.test>").startsWith("503 5.5.1"));
        }
    }

    @Test
    void a_failed_handshake_ends_the_session() throws IOException {
        try (TestServer server = TestServer.start();
                SmtpClient client = SmtpClient.connect(server.mx())) {
            client.greet();
            client.command("STARTTLS");
            client.sendRaw("MAIL FROM:<a@else.test>\r\n".repeat(100));
            client.untilClosed();
            Await.until(() -> server.ingest.figures().openSessions() == 0);
            assertEquals(List.of(), server.spool.mails);
        }
    }

    @Test
    void a_stopping_server_tells_clients_within_tls() throws IOException {
        TestServer server = TestServer.start();
        try (SmtpClient client = SmtpClient.connect(server.submissions())) {
            client.startTls();
            client.greet();
            server.close();
            assertTrue(client.reply().startsWith("421 4.3.2"));
        }
    }
}
