package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What each reason for the quarantine rests on, with mail that comes in by SMTP. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScreenedMailTest {
    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory);
        server.makeEndpoint("open", "");
        server.makeEndpoint("closed", ", \"sender_policy\": \"bound_users_only\"");
        server.dns.txt("bank.example", "v=spf1 -all").txt("_dmarc.bank.example", "v=DMARC1; p=reject");
        server.dns.txt("shop.example", "v=spf1 -all").txt("_dmarc.shop.example", "v=DMARC1; p=quarantine");
        server.dns.txt("lax.example", "v=spf1 -all").txt("_dmarc.lax.example", "v=DMARC1; p=none");
        server.dns
                .txt("proven.example", "v=spf1 ip4:127.0.0.1 -all")
                .txt("_dmarc.proven.example", "v=DMARC1; p=reject");
        server.admin
                .post(
                        "/v1/users/",
                        "{\"email\": \"cfo@acme.example\", \"name\": \"Cleo\", \"role\": \"member\", \"addresses\":"
                                + " [\"cleo@bank.example\", \"cleo@lax.example\", \"cleo@proven.example\","
                                + " \"cleo@away.example\"]}")
                .expect(201);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private void send(String from, String localPart, String subject, String further) {
        String to = localPart + "@acme.example";
        String mail = "From: " + from + "\r\nTo: " + to + "\r\nSubject: " + subject + "\r\nDate: Sun, 1 Mar 2026"
                + " 10:00:00 +0000\r\nMessage-ID: <" + subject.replace(' ', '-') + "@x.example>\r\n" + further;
        String reversePath = from.substring(from.indexOf('<') + 1).replace(">", "");
        assertTrue(server.mail(reversePath, to, mail).startsWith("250"));
    }

    private void send(String from, String localPart, String subject) {
        send(from, localPart, subject, "\r\nHello, what about " + subject + "?\r\n");
    }

    private JsonNode held(String subject) {
        Answer review = server.admin.until("/v1/api/email/review", answer -> find(answer, subject) != null);
        return Objects.requireNonNull(find(review, subject));
    }

    private static @Nullable JsonNode find(Answer review, String subject) {
        for (JsonNode row : review.body().path("quarantined")) {
            if (row.path("subject").asText().equals(subject)) {
                return row;
            }
        }
        return null;
    }

    private JsonNode content(JsonNode row) {
        return server.admin
                .get("/v1/api/email/quarantine/" + row.path("id").asText() + "/content")
                .expect(200)
                .body();
    }

    private Answer accept(JsonNode row) {
        return server.admin
                .post("/v1/api/email/quarantine/" + row.path("id").asText() + "/accept", "{}")
                .expect(200);
    }

    @Test
    void a_forged_from_that_fails_dmarc_is_held() {
        send("CEO <ceo@bank.example>", "open", "forged one");
        JsonNode row = held("forged one");
        assertEquals("auth_failed", row.path("reason").asText());
        JsonNode content = content(row);
        assertEquals("fail", content.path("authentication").path("dmarc").asText());
        assertEquals("dmarc_fail", content.path("signals").get(0).path("name").asText());
        assertTrue(content.path("signals").get(0).path("detail").asText().contains("bank.example"));
        send("CEO <ceo@shop.example>", "open", "forged two");
        assertEquals("auth_failed", held("forged two").path("reason").asText());
        // Whoever accepts it has seen why it was held.
        assertEquals("awaiting_review", accept(row).text("handling_state"));
    }

    @Test
    void a_failure_under_p_none_is_recorded_and_no_more() {
        send("Sam <sam@lax.example>", "open", "recorded only");
        String message = server.await("recorded only");
        JsonNode content = server.admin
                .get("/v1/api/email/messages/" + message + "/content")
                .expect(200)
                .body();
        assertEquals("fail", content.path("authentication").path("dmarc").asText());
    }

    @Test
    void a_bound_sender_whom_dmarc_denies_is_not_let_in() {
        send("Cleo <cleo@bank.example>", "closed", "not from cleo");
        assertEquals("auth_failed", held("not from cleo").path("reason").asText());
        send("Cleo <cleo@lax.example>", "closed", "nor this one");
        assertEquals("auth_failed", held("nor this one").path("reason").asText());
        send("Cleo <cleo@proven.example>", "closed", "really from cleo");
        server.await("really from cleo");
    }

    @Test
    void an_allowlist_lets_in_whom_it_names() {
        server.makeEndpoint(
                "listed", ", \"sender_policy\": \"domain_allowlist\", \"allow_patterns\": [\"*.friends.example\"]");
        send("A <a@one.friends.example>", "listed", "from a friend");
        server.await("from a friend");
        send("A <a@friends.example>", "listed", "from nearby");
        JsonNode row = held("from nearby");
        assertEquals("unknown_sender", row.path("reason").asText());
        String user = server.admin.get("/v1/whoami/").text("user_id");
        server.admin
                .post(
                        "/v1/api/email/quarantine/" + row.path("id").asText() + "/accept",
                        "{\"bind_user_id\": \"" + user + "\"}")
                .expect(200);
        send("A <a@friends.example>", "listed", "bound by now");
        server.await("bound by now");
    }

    @Test
    void a_script_disguised_as_a_pdf_is_held() {
        send("Ada <ada@customer.example>", "open", "the invoice", attached("invoice.pdf", "application/pdf", script()));
        JsonNode row = held("the invoice");
        assertEquals("dangerous_attachment", row.path("reason").asText());
        JsonNode content = content(row);
        assertTrue(content.path("signals").get(0).path("detail").asText().contains("invoice.pdf"), content::toString);
        assertEquals("[]", content.path("attachments").toString());
        Answer accepted = accept(row);
        JsonNode delivered = server.admin
                .get("/v1/api/email/messages/" + accepted.text("message_id") + "/content")
                .expect(200)
                .body();
        assertEquals(
                "invoice.pdf",
                delivered.path("attachments").get(0).path("filename").asText());
    }

    @Test
    void a_zip_bomb_is_held() {
        send("Ada <ada@customer.example>", "open", "the archive", attached("files.zip", "application/zip", bomb()));
        assertEquals("dangerous_attachment", held("the archive").path("reason").asText());
    }

    @Test
    void a_mail_that_pretends_is_held() {
        send(
                "\"owner@acme.example\" <zed@elsewhere.example>",
                "open",
                "your account",
                "MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>Sign in at <a href=\"http://evil.example/in\">"
                        + "https://www.acme.example/login</a></p>\r\n");
        JsonNode row = held("your account");
        assertEquals("phishing", row.path("reason").asText());
        assertTrue(content(row).path("signals").size() >= 2);
    }

    @Test
    void a_dangerous_mail_to_a_postmaster_is_held_and_a_suspicious_one_is_not() {
        send("Ada <ada@customer.example>", "postmaster", "a sample", attached("x.pdf", "application/pdf", script()));
        assertEquals("dangerous_attachment", held("a sample").path("reason").asText());
        send("CEO <ceo@bank.example>", "abuse", "my mail is refused");
        assertEquals("unrouted", server.stateOf(server.await("my mail is refused")));
    }

    @Test
    void the_same_mail_is_spam_to_one_endpoint_and_not_to_another() {
        server.makeEndpoint("patient", ", \"spam_score_max\": 100");
        String prize =
                "\r\nYou are the lucky winner of our lottery! Claim your prize of $1,000,000 now, before midnight:"
                        + " http://bit.ly/w1n. This cash prize is for you, act now.\r\n";
        send("claims@lotto.example", "open", "YOU HAVE WON THE LOTTERY!!!", prize);
        send("claims@lotto.example", "patient", "YOU HAVE WON THE LOTTERY!!!", prize);
        JsonNode row = held("YOU HAVE WON THE LOTTERY!!!");
        assertEquals("spam_threshold", row.path("reason").asText());
        assertEquals("open", row.path("endpoint_localpart").asText());
        assertTrue(row.path("spam_score").asDouble() >= 5, row::toString);
        String patient = server.await("YOU HAVE WON THE LOTTERY!!!");
        assertEquals("awaiting_review", server.stateOf(patient));
        // The endpoint takes mail from anyone, so that accepting it is enough.
        assertEquals("awaiting_review", accept(row).text("handling_state"));
    }

    @Test
    void a_stranger_is_let_in_by_binding_alone_whatever_the_mail_was_held_for() {
        send("Ada <ada@new.example>", "closed", "a file", attached("a.pdf", "application/pdf", script()));
        Answer recorded = accept(held("a file"));
        assertTrue(recorded.text("note").contains("bind_user_id"), recorded.body()::toString);
        assertTrue(recorded.body().path("message_id").isNull(), recorded.body()::toString);
        send("Ada <ada@new.example>", "closed", "a file again", attached("a.pdf", "application/pdf", script()));
        assertEquals("awaiting_review", bind(held("a file again")).text("handling_state"));
    }

    @Test
    void who_binds_a_sender_whom_nothing_proves_hears_that_later_mail_is_held_too() {
        send("Sam <sam@lax.example>", "closed", "unproven");
        Answer bound = bind(held("unproven"));
        assertEquals("awaiting_review", bound.text("handling_state"));
        assertTrue(bound.text("note").contains("will be held again"), bound.body()::toString);
        send("Sam <sam@lax.example>", "closed", "unproven again");
        held("unproven again");
    }

    @Test
    void a_bound_sender_about_whom_dns_cannot_be_asked_is_held() {
        server.dns.servfail("away.example").servfail("_dmarc.away.example");
        send("Cleo <cleo@away.example>", "closed", "dns is away");
        JsonNode row = held("dns is away");
        assertEquals("unknown_sender", row.path("reason").asText());
        String detail = content(row).path("signals").get(0).path("detail").asText();
        assertTrue(detail.contains("DNS could not be asked"), detail);
        assertEquals("awaiting_review", accept(row).text("handling_state"));
    }

    private Answer bind(JsonNode row) {
        String user = server.admin.get("/v1/whoami/").text("user_id");
        return server.admin
                .post(
                        "/v1/api/email/quarantine/" + row.path("id").asText() + "/accept",
                        "{\"bind_user_id\": \"" + user + "\"}")
                .expect(200);
    }

    private static String attached(String name, String type, byte[] content) {
        return "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
                + "See attached.\r\n--b\r\nContent-Type: " + type + "\r\nContent-Disposition: attachment; filename=\""
                + name + "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(content) + "\r\n--b--\r\n";
    }

    private static byte[] script() {
        return "#!/bin/sh\necho opened\n".getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bomb() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("zeros.txt"));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 64; i++) {
                zip.write(zeros);
            }
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
