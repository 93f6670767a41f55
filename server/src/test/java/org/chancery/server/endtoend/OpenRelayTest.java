package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** "No open relay", attacked in every way that has a name. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenRelayTest {
    private RunningServer server;

    private final AtomicInteger count = new AtomicInteger();

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory);
        server.makeEndpoint("sales", "");
    }

    @AfterAll
    void stop() {
        assertEquals(List.of(), new Approvals(server).left(), "something was relayed");
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<victim@elsewhere.example>",
                "<victim%elsewhere.example@acme.example>",
                "<@acme.example:victim@elsewhere.example>",
                "<\"victim@elsewhere.example\"@acme.example>",
                "<\"victim@elsewhere.example\">",
                "<elsewhere.example!victim@acme.example>",
                "<elsewhere.example!victim>",
                "<victim@elsewhere.example@acme.example>",
                "<victim@[127.0.0.1]>",
                "<victim@elsewhere.example.>",
                "<victim@acme.example.elsewhere.example>",
                "<victim@localhost>",
                "<victim>",
                "<sales@acme.example,victim@elsewhere.example>",
                "<sales@acme.example> <victim@elsewhere.example>",
            })
    void a_stranger_gets_no_recipient_but_ours(String path) throws IOException {
        try (SmtpClient client = SmtpClient.connect(server.port("smtp"))) {
            client.greet();
            client.command("MAIL FROM:<spammer@anywhere.example>");
            String reply = client.command("RCPT TO:" + path);
            assertTrue(reply.startsWith("5"), reply);
            String data = client.command("DATA");
            assertTrue(data.startsWith("503") || data.startsWith("554"), data);
        }
    }

    @Test
    void a_sender_address_of_ours_opens_nothing() throws IOException {
        try (SmtpClient client = SmtpClient.connect(server.port("smtp"))) {
            client.greet();
            client.command("MAIL FROM:<sales@acme.example>");
            assertTrue(client.command("RCPT TO:<victim@elsewhere.example>").startsWith("550"));
        }
    }

    @Test
    void the_mx_port_offers_no_auth() throws IOException {
        try (SmtpClient client = SmtpClient.connect(server.port("smtp"))) {
            assertFalse(client.greet().contains("AUTH"));
            assertTrue(client.command("AUTH PLAIN AGEAYg==").startsWith("5"));
        }
    }

    @Test
    void another_endpoints_token_may_not_use_an_address() throws IOException {
        String other = server.makeEndpoint("other", "");
        String token = server.makeToken(other, "email:send");
        try (SmtpClient client = SmtpClient.connect(server.port("submission"))) {
            client.greet();
            String wrongUser = encoded("sales@acme.example", token);
            assertTrue(client.command("AUTH PLAIN " + wrongUser).startsWith("535"));
            assertTrue(client.command("AUTH PLAIN " + encoded("other@acme.example", token))
                    .startsWith("235"));
            assertTrue(client.command("MAIL FROM:<sales@acme.example>").startsWith("550"));
            client.command("MAIL FROM:<other@acme.example>");
            client.command("RCPT TO:<victim@elsewhere.example>");
            client.command("DATA");
            client.sendRaw("From: sales@acme.example\r\nSubject: forged\r\n\r\nx\r\n.\r\n");
            assertTrue(client.reply().startsWith("550 5.7.1"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: FROM\r\nFrom: sales@acme.example\r\n",
                "From: sales@acme.example\r\nFrom: FROM\r\n",
                "From: FROM\r\nfrom : ceo@elsewhere.example\r\n",
                "From: FROM, sales@acme.example\r\n",
                "From: FROM\r\nSender: sales@acme.example\r\n",
                "From: FROM\r\nSender: ceo@elsewhere.example\r\n",
                "From: FROM\r\nSender: FROM\r\nSender: sales@acme.example\r\n",
                "From: FROM\r\nSender:\r\n",
                "Sender: FROM\r\n",
            })
    void a_second_originator_is_refused(String fields) throws IOException {
        String reply = submit(fields + "Subject: forged\r\n\r\nx\r\n");
        assertTrue(reply.startsWith("55"), reply);
    }

    private String submit(String mail) throws IOException {
        String name = "sender" + count.incrementAndGet();
        String token = server.makeToken(server.makeEndpoint(name, ""), "email:send");
        String address = name + "@acme.example";
        try (SmtpClient client = SmtpClient.connect(server.port("submission"))) {
            client.greet();
            assertTrue(client.command("AUTH PLAIN " + encoded(address, token)).startsWith("235"));
            client.command("MAIL FROM:<" + address + ">");
            client.command("RCPT TO:<victim@elsewhere.example>");
            client.command("DATA");
            client.sendRaw(mail.replace("FROM", address) + ".\r\n");
            return client.reply();
        }
    }

    @Test
    void a_token_that_may_not_send_does_not_submit() throws IOException {
        String inbox = server.makeEndpoint("reader", "");
        String token = server.makeToken(inbox, "email:read");
        try (SmtpClient client = SmtpClient.connect(server.port("submission"))) {
            client.greet();
            String reply = client.command("AUTH PLAIN " + encoded("reader@acme.example", token));
            assertTrue(reply.startsWith("5"), reply);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n.\n", "\n.\r\n", "\r.\r", "\r\n\u0000.\r\n", "\r\n.\n", "\r.\r\n", "\n.\r", "\r\n.\r"})
    void smuggled_ends_of_data_end_nothing(String sequence) throws IOException {
        try (SmtpClient client = SmtpClient.connect(server.port("smtp"))) {
            client.greet();
            client.command("MAIL FROM:<a@anywhere.example>");
            client.command("RCPT TO:<sales@acme.example>");
            client.command("DATA");
            client.sendRaw("Subject: outer\r\n\r\nfirst" + sequence
                    + "MAIL FROM:<smuggler@anywhere.example>\r\nRCPT TO:<sales@acme.example>\r\nDATA\r\n"
                    + "Subject: smuggled\r\n\r\nx\r\n.\r\n");
            String replies = client.reply();
            boolean refused = replies.startsWith("554 5.6.0");
            boolean oneMail = replies.startsWith("250 2.0.0") && replies.lines().count() == 1;
            // A NUL ends nothing and is kept: then all of it is one mail.
            assertTrue(refused || (oneMail && sequence.indexOf('\u0000') >= 0), replies);
        }
        RunningServer.Answer list = server.admin.get("/v1/messages/?limit=100");
        assertFalse(list.body().toString().contains("\"smuggled\""), "a second mail got in");
    }

    private static String encoded(String user, String password) {
        return Base64.getEncoder().encodeToString(("\0" + user + "\0" + password).getBytes(StandardCharsets.UTF_8));
    }
}
