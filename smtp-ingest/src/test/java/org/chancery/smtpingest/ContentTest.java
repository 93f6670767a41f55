package org.chancery.smtpingest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was sent is what is kept, octet for octet. */
class ContentTest {

    private static TestServer server() {
        return TestServer.start(
                SmtpConfig.MailLimits.defaults(),
                SmtpConfig.SessionLimits.defaults(),
                SmtpConfig.TimeLimits.defaults());
    }

    /** Lines of any octets but CR and LF, some of them very long, some beginning with dots. */
    private static byte[] lines(Random random, int size) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        while (content.size() < size) {
            byte[] line = new byte[random.nextInt(random.nextInt(20) == 0 ? 100_000 : 120)];
            random.nextBytes(line);
            for (int i = 0; i < line.length; i++) {
                if (line[i] == '\r' || line[i] == '\n' || (i < 2 && random.nextInt(3) == 0)) {
                    line[i] = '.';
                }
            }
            content.writeBytes(line);
            content.writeBytes(new byte[] {'\r', '\n'});
        }
        return content.toByteArray();
    }

    private static byte[] stuffed(byte[] content) {
        String text = "\r\n" + new String(content, StandardCharsets.ISO_8859_1);
        return (text.replace("\r\n.", "\r\n..").substring(2) + ".\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void mails_of_all_sizes_are_kept_as_they_came(int seed) throws IOException {
        Random random = new Random(seed);
        int piece = seed % 2 == 0 ? Integer.MAX_VALUE : 1 + random.nextInt(9_000);
        try (TestServer server = server();
                SmtpClient client = SmtpClient.connectInPieces(server.mx(), piece)) {
            client.greet();
            for (int size : new int[] {0, 1, 1_000, 16_384, 65_536, 200_000, 5_000_000, 10}) {
                byte[] content = lines(random, size);
                client.command("MAIL FROM:<a@else.test> BODY=8BITMIME");
                client.command("RCPT TO:<agent@ours.test>");
                client.command("DATA");
                client.send(stuffed(content));
                assertTrue(client.reply().startsWith("250 2.0.0"));
                assertArrayEquals(content, server.spool.mails.getLast().raw());
            }
            assertEquals(8, server.ingest.figures().mailsAccepted());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10_000, 3_000_000})
    void a_mail_over_tls_is_kept_as_it_came(int size) throws IOException {
        byte[] content = lines(new Random(size), size);
        try (TestServer server = server();
                SmtpClient client = SmtpClient.connect(server.submissions())) {
            client.startTls();
            client.greet();
            client.command("AUTH PLAIN AGFnZW50QG91cnMudGVzdABjaHlfdG9rZW4tb2YtYWdlbnQ=");
            client.command("MAIL FROM:<agent@ours.test>");
            client.command("RCPT TO:<a@else.test>");
            client.command("DATA");
            client.send(stuffed(content));
            assertTrue(client.reply().startsWith("250 2.0.0 queued"));
            assertArrayEquals(content, server.core.submitted.getFirst().raw());
            assertEquals(content.length, server.ingest.figures().octets());
        }
    }
}
