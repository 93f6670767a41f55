package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Path;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody wants to know who works in another workspace: a mail to both shows at one's own address whether a name was known at the
 * other. It must not (rule 7: one workspace sees nothing of another).
 */
class PhishingAcrossWorkspacesTest {
    private static final String ENDPOINTS = "/v1/api/email/endpoints";

    @TempDir
    private Path directory;

    @Test
    void each_of_two_recipients_sees_only_what_the_names_of_their_own_workspace_give_away() throws IOException {
        try (RunningServer server = RunningServer.on(directory)) {
            server.makeEndpoint("sales", ", \"spam_score_max\": 50");
            Client other = server.makeWorkspace("other.example");
            other.post(ENDPOINTS, "{\"localpart\": \"sales\", \"kind\": \"custom\", \"spam_score_max\": 50}")
                    .expect(201);
            other.post(
                            "/v1/users/",
                            "{\"email\": \"grace@other.example\", \"name\": \"Grace Hopper\", \"role\": \"member\"}")
                    .expect(201);

            // The name alone is too little for the quarantine; with a link that lies it is enough, where the name is
            // known.
            send(server, "Grace Hopper", "Invoice", "<a href=\"https://evil.example/x\">https://www.bank.example</a>");

            JsonNode held = held(other, "Invoice");
            assertEquals("phishing", held.path("reason").asText());
            JsonNode signals = content(other, held).path("signals");
            assertTrue(signals.findValuesAsText("name").contains("own_person"), signals::toString);

            JsonNode trace = server.traceWith(server.await("Invoice"), "InspectContent");
            assertTrue(trace.toString().contains("link_text_differs"), trace::toString);
            assertFalse(trace.toString().contains("own_person"), trace::toString);
            JsonNode review =
                    server.admin.get("/v1/api/email/review").expect(200).body();
            assertEquals(0, review.path("counts").path("quarantined").asInt(), review::toString);
        }
    }

    @Test
    void what_holds_a_mail_at_both_tells_neither_of_the_other() throws IOException {
        try (RunningServer server = RunningServer.on(directory)) {
            server.makeEndpoint("sales", "");
            Client other = server.makeWorkspace("northwind-traders.example");
            other.post(ENDPOINTS, "{\"localpart\": \"sales\", \"kind\": \"custom\"}")
                    .expect(201);

            // A script, which is held everywhere, from a domain that looks like that of one workspace.
            transaction(
                    server,
                    "From: Ada <ada@northwlnd-traders.example>\r\nTo: sales@acme.example\r\nSubject: Both\r\n"
                            + "MIME-Version: 1.0\r\nContent-Type: text/x-sh; name=a.sh\r\n"
                            + "Content-Disposition: attachment; filename=a.sh\r\n\r\n#!/bin/sh\r\nid\r\n",
                    "sales@acme.example",
                    "sales@northwind-traders.example");

            JsonNode theirs = content(other, held(other, "Both")).path("signals");
            assertTrue(theirs.findValuesAsText("name").contains("lookalike_domain"), theirs::toString);
            JsonNode ours = content(server.admin, held(server.admin, "Both")).path("signals");
            assertTrue(ours.findValuesAsText("name").contains("script"), ours::toString);
            assertFalse(ours.toString().contains("lookalike_domain"), ours::toString);
            assertFalse(ours.toString().contains("northwind"), ours::toString);
        }
    }

    private static void send(RunningServer server, String name, String subject, String html) throws IOException {
        transaction(
                server,
                "From: " + name + " <somebody@elsewhere.example>\r\nTo: sales@acme.example\r\nSubject: " + subject
                        + "\r\nMessage-ID: <1@elsewhere.example>\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\n"
                        + "Content-Type: text/html\r\n\r\n" + html + "\r\n",
                "sales@acme.example",
                "sales@other.example");
    }

    /** One transaction with several recipients. */
    private static void transaction(RunningServer server, String mail, String... recipients) throws IOException {
        try (SmtpClient client = SmtpClient.connect(server.port("smtp"))) {
            client.greet();
            assertTrue(client.command("MAIL FROM:<somebody@elsewhere.example>").startsWith("250"));
            for (String recipient : recipients) {
                assertTrue(client.command("RCPT TO:<" + recipient + ">").startsWith("250"));
            }
            client.command("DATA");
            client.sendRaw(mail + ".\r\n");
            String reply = client.reply();
            assertTrue(reply.startsWith("250"), reply);
        }
    }

    private static JsonNode held(Client admin, String subject) {
        return row(
                admin.until(
                        "/v1/api/email/review", answer -> !row(answer, subject).isMissingNode()),
                subject);
    }

    private static JsonNode row(RunningServer.Answer review, String subject) {
        for (JsonNode row : review.body().path("quarantined")) {
            if (row.path("subject").asText().equals(subject)) {
                return row;
            }
        }
        return MissingNode.getInstance();
    }

    private static JsonNode content(Client admin, JsonNode held) {
        return admin.get("/v1/api/email/quarantine/" + held.path("id").asText() + "/content")
                .expect(200)
                .body();
    }
}
