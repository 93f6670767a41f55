package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.lines;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.server.config.Keys;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program that submits its mail by SMTP is told at each step, word for word. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SubmissionTest {
    private static final int OCTETS = 64 << 10;
    private static final int RECIPIENTS = 3;
    private static final String DONE = "235 2.7.0 ";
    private static final String INVALID = "535 5.7.8 user name and token do not match or are not valid";

    private RunningServer server;
    private Approvals approvals;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(
                directory,
                Map.of(Keys.SMTP_MAX_MESSAGE, "64KiB", Keys.SMTP_MAX_RECIPIENTS, Integer.toString(RECIPIENTS)));
        approvals = new Approvals(server);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String plain(String user, String token) {
        return "AUTH PLAIN " + base64("\0" + user + "\0" + token);
    }

    /** A program at an inbox of its own. */
    private String tokenAt(String localPart, String... scopes) {
        return server.makeToken(server.makeEndpoint(localPart, ""), scopes);
    }

    private SmtpClient connect() throws IOException {
        SmtpClient client = SmtpClient.connect(server.port("submission"));
        client.greet();
        return client;
    }

    /** The reply to one try in a session of its own. */
    private String said(String command) throws IOException {
        try (SmtpClient client = connect()) {
            return client.command(command);
        }
    }

    private SmtpClient loggedIn(String localPart) throws IOException {
        SmtpClient client = connect();
        String reply = client.command(plain(localPart + "@acme.example", tokenAt(localPart, "email:send")));
        assertTrue(reply.startsWith(DONE), reply);
        return client;
    }

    @Test
    void nothing_is_submitted_before_a_login() throws IOException {
        try (SmtpClient client = SmtpClient.connect(server.port("submission"))) {
            Set<String> offered = new TreeSet<>(client.greet()
                    .lines()
                    .map(line -> line.substring("250-".length()))
                    .toList());
            assertTrue(
                    offered.containsAll(Set.of("AUTH PLAIN LOGIN", "STARTTLS", "SIZE " + OCTETS)), offered.toString());
            assertEquals("530 5.7.0 authenticate first", client.command("MAIL FROM:<nobody@acme.example>"));
            assertTrue(client.command("RCPT TO:<ada@customer.example>").startsWith("503 5.5.1 "));
            assertTrue(client.command("DATA").startsWith("503 5.5.1 "));
        }
    }

    @Test
    void a_token_is_taken_by_plain_and_by_login_and_under_tls() throws IOException {
        String token = tokenAt("ways.in", "email:send");
        assertTrue(said(plain("ways.in@acme.example", token)).startsWith(DONE));
        try (SmtpClient client = connect()) {
            assertEquals("334 " + base64("Username:"), client.command("AUTH LOGIN"));
            assertEquals("334 " + base64("Password:"), client.command(base64("ways.in@acme.example")));
            assertTrue(client.command(base64(token)).startsWith(DONE));
        }
        try (SmtpClient client = connect()) {
            assertTrue(client.command("STARTTLS").startsWith("220"));
            client.startTls();
            assertFalse(client.command("EHLO client.example").contains("STARTTLS"));
            assertTrue(client.command(plain("ways.in@acme.example", token)).startsWith(DONE));
        }
        try (SmtpClient client = SmtpClient.connect(server.port("submissions"))) {
            client.startTls(); // RFC 8314: from the first byte
            client.greet();
            assertTrue(client.command(plain("ways.in@acme.example", token)).startsWith(DONE));
        }
    }

    @Test
    void whoever_does_not_get_in_is_told_and_not_why() throws IOException {
        String token = tokenAt("insider", "email:send");
        server.makeEndpoint("neighbour", "");
        assertEquals(INVALID, said(plain("insider@acme.example", token + "x")));
        assertEquals(INVALID, said(plain("neighbour@acme.example", token)));
        assertEquals(INVALID, said(plain("nobody.at.all@acme.example", token)));
        assertEquals(
                "535 5.7.8 the token has no scope email:send",
                said(plain("reads.only@acme.example", tokenAt("reads.only", "email:read"))));
        assertEquals("504 5.5.4 PLAIN and LOGIN are offered", said("AUTH CRAM-MD5"));
        assertEquals("501 5.5.2 that is not base64", said("AUTH PLAIN ?"));
    }

    @Test
    void a_submitted_mail_gets_what_it_lacks_and_keeps_the_rest() {
        String token = tokenAt("submits", "email:read", "email:send");
        String reply = approvals.submit(
                token,
                "submits@acme.example",
                List.of("ada@customer.example", "hidden@customer.example"),
                lines(
                        "From: Sales <submits@acme.example>",
                        "To: ada@customer.example",
                        "Bcc: hidden@customer.example",
                        "Subject: submitted as it is",
                        "X-Order: 17",
                        "",
                        "Two  spaces.",
                        ".. and dots"));
        Matcher queued =
                Pattern.compile("250 2\\.0\\.0 queued as (msg_[0-9a-z]+)").matcher(reply);
        assertTrue(queued.matches(), reply);
        String id = queued.group(1);
        JsonNode shown = server.admin
                .until(
                        "/v1/messages/" + id + "/",
                        answer -> answer.text("status").equals("delivered"))
                .body();
        assertEquals("outbound", shown.path("direction").asText());
        assertEquals("submitted as it is", shown.path("subject").asText());
        assertEquals(
                "hidden@customer.example",
                shown.path("bcc").path(0).path("email").asText());

        ReceivedMail mail = approvals.awaitArrival("submitted as it is").getFirst();
        assertEquals(Set.of("ada@customer.example", "hidden@customer.example"), new TreeSet<>(mail.recipients()));
        assertTrue(mail.reversePath().startsWith("bounces+"), mail.reversePath());
        String text = mail.content().text();
        assertTrue(text.contains("\r\nMessage-ID: <" + id + "@acme.example>\r\n"), text);
        assertTrue(text.contains("\r\nDate: "), text);
        assertTrue(text.contains("\r\nX-Order: 17\r\n"), text);
        assertFalse(text.contains("hidden@"), text);
        assertTrue(text.endsWith("\r\n\r\nTwo  spaces.\r\n. and dots\r\n"), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"draft", "never"})
    void what_an_inbox_does_with_answers_is_told(String policy) {
        String localPart = "answers." + policy;
        String inbox = server.makeAgentEndpoint(localPart, policy.equals("draft") ? "human_review" : "never_reply", "");
        String question = server.receive(localPart + "@acme.example", "asks " + policy);
        String reply = approvals.submit(
                server.makeToken(inbox, "email:send"),
                localPart + "@acme.example",
                List.of("ada@customer.example"),
                lines(
                        "From: " + localPart + "@acme.example",
                        "To: ada@customer.example",
                        "Subject: Re: asks " + policy,
                        "In-Reply-To: <asks-" + policy + "@customer.example>",
                        "",
                        "An answer."));
        if (policy.equals("draft")) {
            Matcher draft = Pattern.compile("250 2\\.0\\.0 kept as draft for review, (msg_[0-9a-z]+)")
                    .matcher(reply);
            assertTrue(draft.matches(), reply);
            assertEquals("draft", approvals.statusOf(draft.group(1)));
            assertEquals("awaiting_review", server.stateOf(question));
        } else {
            assertTrue(reply.startsWith("550 5.7.1 "), reply);
            assertEquals("routed", server.stateOf(question));
        }
    }

    @Test
    void another_originator_is_refused_in_these_words() throws IOException {
        server.makeEndpoint("the.boss", "");
        try (SmtpClient client = loggedIn("the.clerk")) {
            assertEquals(
                    "550 5.7.1 that is not an address of yours", client.command("MAIL FROM:<the.boss@acme.example>"));
            assertEquals("550 5.7.1 that is not an address of yours", client.command("MAIL FROM:<>"));
            assertEquals(
                    "550 5.7.1 From must be an address that this token may use.",
                    by(client, "From: the.boss@acme.example"));
            assertEquals(
                    "550 5.7.1 Sender must be an address that this token may use.",
                    by(client, "From: the.clerk@acme.example", "Sender: the.boss@acme.example"));
            assertEquals(
                    "550 5.6.0 The From field must name exactly one address.",
                    by(client, "From: the.clerk@acme.example, the.boss@acme.example"));
            assertEquals(
                    "550 5.6.0 The field Subject is there twice.",
                    by(client, "From: the.clerk@acme.example", "Subject: one", "Subject: two"));
            assertTrue(by(client, "From: the.clerk@acme.example").startsWith("250 2.0.0 queued as msg_"), "it goes on");
        }
    }

    /** Submits a mail with that header; the reply. */
    private static String by(SmtpClient client, String... header) throws IOException {
        return Approvals.say(
                client,
                "the.clerk@acme.example",
                List.of("ada@customer.example"),
                String.join("\r\n", header) + "\r\n\r\nHello.");
    }

    @Test
    void more_than_the_limits_is_refused_at_the_submission_port_too() throws IOException {
        try (SmtpClient client = loggedIn("the.many")) {
            assertEquals(
                    "552 5.3.4 the mail is larger than we take",
                    client.command("MAIL FROM:<the.many@acme.example> SIZE=" + (OCTETS + 1)));
            client.command("MAIL FROM:<the.many@acme.example>");
            for (int i = 0; i < RECIPIENTS; i++) {
                assertTrue(
                        client.command("RCPT TO:<r" + i + "@customer.example>").startsWith("250"));
            }
            assertEquals(
                    "452 4.5.3 too many recipients; send the others a mail of their own",
                    client.command("RCPT TO:<one.more@customer.example>"));
            client.command("DATA");
            client.sendRaw("From: the.many@acme.example\r\n\r\n" + ("x".repeat(998) + "\r\n").repeat(OCTETS / 1000 + 1)
                    + ".\r\n");
            assertEquals("552 5.3.4 the mail is larger than we take", client.reply());
        }
    }
}
