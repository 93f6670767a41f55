package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.chancery.server.config.Key;
import org.chancery.server.config.Keys;
import org.chancery.testkit.peer.ScriptedClamd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found in the content of a mail that came in by SMTP: told in its trace, or to the admin for whom it is held. */
class ContentInspectionTest {
    private static final String SCRIPT = "#!/bin/sh\nid\n";

    @TempDir
    private Path directory;

    @Test
    void a_script_disguised_as_pdf_is_held() {
        try (RunningServer server = RunningServer.on(directory)) {
            server.makeEndpoint("sales", "");
            send(server, "Your invoice", "invoice.pdf", "application/pdf", SCRIPT.getBytes(StandardCharsets.UTF_8));
            assertHeld(server, "Your invoice", "dangerous_attachment", "script");
            assertCounted(server, "chancery_content_dangerous_total 1.0");
            assertCounted(server, "chancery_content_mails_with_total{sign=\"script\"} 1.0");
        }
    }

    @Test
    void a_mail_that_makes_much_work_is_looked_into_as_well() {
        try (RunningServer server = RunningServer.on(directory)) {
            server.makeEndpoint("sales", "");
            byte[] big = (SCRIPT + "# padding\n".repeat(300_000)).getBytes(StandardCharsets.UTF_8);
            send(server, "The plans", "plans.pdf", "application/pdf", big);
            assertHeld(server, "The plans", "dangerous_attachment", "script");
        }
    }

    @Test
    void a_zip_bomb_is_held() {
        try (RunningServer server = RunningServer.on(directory)) {
            server.makeEndpoint("sales", "");
            send(server, "The files", "files.zip", "application/zip", bomb());
            assertHeld(server, "The files", "dangerous_attachment", "archive_bomb");
        }
    }

    @Test
    void a_mail_that_pretends_to_be_from_a_bank_is_held() {
        try (RunningServer server = RunningServer.on(directory)) {
            server.makeEndpoint("sales", "");
            String mail =
                    "From: \"PayPal\" <service@elsewhere.example>\r\nTo: sales@acme.example\r\nSubject: Action needed\r\n"
                            + "Message-ID: <1@x.example>\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\nContent-Type: text/html\r\n\r\n"
                            + "<p>Verify your account:</p><a href=\"http://203.0.113.9/pp\">here</a>\r\n";
            String reply = server.mail("service@elsewhere.example", "sales@acme.example", mail);
            assertTrue(reply.startsWith("250"), reply);
            assertHeld(server, "Action needed", "phishing", "brand_name");
        }
    }

    @Test
    void an_ordinary_mail_is_clean() {
        try (RunningServer server = RunningServer.on(directory)) {
            server.makeEndpoint("sales", "");
            JsonNode step = inspected(
                    server,
                    "The notes",
                    "notes.txt",
                    "text/plain",
                    "See you on Monday.\n".getBytes(StandardCharsets.UTF_8));
            assertEquals("clean", step.path("verdict").asText());
            assertEquals("", step.path("reason").asText());
        }
    }

    @Test
    void a_sender_who_pretends_to_work_here_is_told() {
        try (RunningServer server = RunningServer.on(directory)) {
            // So that the suspicion is all that comes of it.
            server.makeEndpoint("sales", ", \"spam_score_max\": 50");
            JsonNode step = inspected(server, "From: \"owner@acme.example\" <ceo@elsewhere.example>", "Monday");
            assertEquals("suspicious", step.path("verdict").asText());
            assertEquals("own_address_in_name", step.path("reason").asText());
        }
    }

    @Test
    void a_virus_that_clamd_knows_is_held() {
        try (ScriptedClamd clamd = ScriptedClamd.start().finds("my-virus", "Test.Virus");
                RunningServer server = with(clamd, "defer")) {
            server.makeEndpoint("sales", "");
            send(server, "Hello", "a.txt", "text/plain; x=my-virus", "hello".getBytes(StandardCharsets.UTF_8));
            assertHeld(server, "Hello", "dangerous_attachment", "virus");
        }
    }

    @Test
    void mail_waits_while_clamd_is_away_and_comes_when_it_is_back() {
        try (ScriptedClamd clamd = ScriptedClamd.start().hangsUp();
                RunningServer server = with(clamd, "defer")) {
            server.makeEndpoint("sales", "");
            send(server, "Waits", "a.txt", "text/plain", "hello".getBytes(StandardCharsets.UTF_8));
            server.admin.until("/metrics", answer -> isCounted(answer, "chancery_pipeline_postponed_total"));
            assertEquals(
                    0,
                    server.admin
                            .get("/v1/messages/?limit=100")
                            .expect(200)
                            .body()
                            .size());
            clamd.answers();
            assertEquals(
                    "clean",
                    stepOf(server, server.await("Waits")).path("verdict").asText());
        }
    }

    @Test
    void mail_is_held_unscanned_where_the_operator_wants_that() {
        try (ScriptedClamd clamd = ScriptedClamd.start().hangsUp();
                RunningServer server = with(clamd, "hold")) {
            server.makeEndpoint("sales", "");
            send(server, "Unscanned", "a.txt", "text/plain", "hello".getBytes(StandardCharsets.UTF_8));
            assertHeld(server, "Unscanned", "dangerous_attachment", "not_scanned");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_mail_on_which_clamd_fails_each_time_is_held_in_the_end_whether_the_server_stops_meanwhile_or_not(
            boolean breaksOff) {
        try (ScriptedClamd clamd = failing(breaksOff);
                RunningServer server = with(clamd, "defer")) {
            server.makeEndpoint("sales", "");
            send(server, "Poison", "a.txt", "text/plain; x=poison", "hello".getBytes(StandardCharsets.UTF_8));
            server.admin.until("/metrics", answer -> isCounted(answer, "chancery_pipeline_failures_total"));
            server.restart();
            assertHeld(server, "Poison", "dangerous_attachment", "not_scanned");
        }
    }

    private static ScriptedClamd failing(boolean breaksOff) {
        ScriptedClamd clamd = ScriptedClamd.start();
        return breaksOff ? clamd.hangsUpOn("poison") : clamd.saysOf("poison", "stream: Can't allocate memory ERROR");
    }

    @Test
    void other_mail_passes_while_clamd_is_stuck_on_some() {
        try (ScriptedClamd clamd = ScriptedClamd.start().stallsOn("poison");
                RunningServer server = with(clamd, "defer")) {
            server.makeEndpoint("sales", "");
            for (int i = 0; i < 3; i++) { // more than the pipeline has workers
                byte[] content = "hello".getBytes(StandardCharsets.UTF_8);
                send(server, "Poison " + i, "a.txt", "text/plain; x=poison", content);
            }
            JsonNode step = inspected(
                    server, "The notes", "notes.txt", "text/plain", "Monday.".getBytes(StandardCharsets.UTF_8));
            assertEquals("clean", step.path("verdict").asText());
        }
    }

    private static boolean isCounted(RunningServer.Answer answer, String name) {
        return metrics(answer).lines().anyMatch(line -> line.startsWith(name) && !line.endsWith(" 0.0"));
    }

    private RunningServer with(ScriptedClamd clamd, String whenAway) {
        Map<Key<?>, String> keys = Map.of(Keys.ANTIVIRUS_CLAMD, clamd.hostPort(), Keys.ANTIVIRUS_WHEN_AWAY, whenAway);
        return RunningServer.on(directory, keys);
    }

    private static JsonNode inspected(RunningServer server, String subject, String name, String type, byte[] content) {
        send(server, subject, name, type, content);
        return stepOf(server, server.await(subject));
    }

    private static JsonNode inspected(RunningServer server, String from, String subject) {
        String reply = server.mail(
                "ada@customer.example",
                "sales@acme.example",
                from + "\r\nTo: sales@acme.example\r\nSubject: " + subject + "\r\nMessage-ID: <1@x.example>\r\n"
                        + "Date: Sun, 1 Mar 2026 10:00:00 +0000\r\n\r\nHello\r\n");
        assertTrue(reply.startsWith("250"), reply);
        return stepOf(server, server.await(subject));
    }

    private static void send(RunningServer server, String subject, String name, String type, byte[] content) {
        String mail = RunningServer.content(
                "Ada <ada@customer.example>",
                "sales@acme.example",
                subject,
                subject.replace(' ', '-') + "@customer.example",
                "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee attached.\r\n"
                        + "--b\r\nContent-Type: " + type + "\r\nContent-Disposition: attachment; filename=\"" + name
                        + "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                        + Base64.getMimeEncoder().encodeToString(content) + "\r\n--b--\r\n");
        String reply = server.mail("ada@customer.example", "sales@acme.example", mail);
        assertTrue(reply.startsWith("250"), reply);
    }

    private static JsonNode stepOf(RunningServer server, String message) {
        return server.stepOf(message, "InspectContent");
    }

    /** The mail waits for an admin for that reason, who is told of that sign. */
    private static void assertHeld(RunningServer server, String subject, String reason, String sign) {
        RunningServer.Answer review = server.admin.until(
                "/v1/api/email/review", answer -> !heldAs(answer, subject).isMissingNode());
        JsonNode row = heldAs(review, subject);
        assertEquals(reason, row.path("reason").asText());
        JsonNode content = server.admin
                .get("/v1/api/email/quarantine/" + row.path("id").asText() + "/content")
                .expect(200)
                .body();
        assertTrue(
                content.path("signals").findValuesAsText("name").contains(sign),
                () -> sign + " not in " + content.path("signals"));
    }

    private static JsonNode heldAs(RunningServer.Answer review, String subject) {
        for (JsonNode row : review.body().path("quarantined")) {
            if (row.path("subject").asText().equals(subject)) {
                return row;
            }
        }
        return MissingNode.getInstance();
    }

    private static void assertCounted(RunningServer server, String line) {
        String metrics = metrics(server.admin.get("/metrics"));
        assertTrue(metrics.contains(line), () -> line + " not in " + metrics);
    }

    private static String metrics(RunningServer.Answer answer) {
        return new String(answer.response().body(), StandardCharsets.UTF_8);
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
