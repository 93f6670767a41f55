package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Whoever got a mail of ours knows its return path: it is for what programs say of that mail, and no way around anything. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReturnPathTest {
    private static final String SPF = "v=spf1 ip4:127.0.0.1 -all";
    private static final String AUTOMATIC = "Auto-Submitted: auto-replied\r\n";

    private RunningServer server;
    private String returnPath;
    private String thread;

    /** The message to answer. */
    private String known;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory);
        server.makeEndpoint(
                "desk", ", \"sender_policy\": \"addr_allowlist\", \"allow_patterns\": [\"bob@customer.example\"]");
        server.dns.txt("customer.example", SPF).txt("_dmarc.customer.example", "v=DMARC1; p=reject");
        String sent = server.admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"desk@acme.example\", \"to\": [{\"email\": \"far@customer.example\"}],"
                                + " \"subject\": \"outbound one\", \"text_body\": \"x\"}")
                .expect(202)
                .text("message_id");
        returnPath = server.peer.awaitMail(1, RunningServer.PATIENCE).getFirst().reversePath();
        Answer message = server.admin.get("/v1/messages/" + sent + "/").expect(200);
        thread = message.text("thread_id");
        known = server.peer
                .awaitMail(1, RunningServer.PATIENCE)
                .getFirst()
                .content()
                .text()
                .lines()
                .filter(line -> line.startsWith("Message-ID:"))
                .findFirst()
                .orElseThrow()
                .substring("Message-ID:".length())
                .strip();
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private void send(String from, String subject, String further) {
        String mail =
                RunningServer.content(from, returnPath, subject, subject.replace(' ', '-') + "@x.example", further);
        assertTrue(server.mail(from, returnPath, mail).startsWith("250"));
    }

    private String answering(String id) {
        return "In-Reply-To: " + id + "\r\n";
    }

    private String threadOf(String message) {
        return server.admin.get("/v1/messages/" + message + "/").expect(200).text("thread_id");
    }

    @Test
    void a_strangers_mail_to_it_is_held_as_at_the_endpoint() {
        send("zoe@stranger.example", "a way in", answering(known));
        Answer review = server.admin.until(
                "/v1/api/email/review",
                answer -> answer.body()
                        .path("quarantined")
                        .findValuesAsText("subject")
                        .contains("a way in"));
        assertTrue(review.body().path("quarantined").findValuesAsText("reason").contains("unknown_sender"));
    }

    @Test
    void mail_of_somebody_the_endpoint_knows_is_kept_and_joins_no_thread() {
        send("bob@customer.example", "a letter", answering(known));
        String message = server.await("a letter");
        assertEquals("handled", server.stateOf(message));
        assertNotEquals(thread, threadOf(message));
    }

    @Test
    void what_a_program_says_asks_for_no_sender_and_joins_the_thread_of_that_mail_alone() {
        send("zoe@stranger.example", "away", AUTOMATIC + answering(known));
        String away = server.await("away");
        assertEquals("handled", server.stateOf(away));
        assertEquals(thread, threadOf(away));

        String ours = "<another@customer.example>";
        String other = RunningServer.content(
                "bob@customer.example", "desk@acme.example", "another", "another@customer.example", "");
        assertTrue(
                server.mail("bob@customer.example", "desk@acme.example", other).startsWith("250"));
        String elsewhere = threadOf(server.await("another"));
        send("zoe@stranger.example", "away again", AUTOMATIC + answering(ours));
        assertNotEquals(elsewhere, threadOf(server.await("away again")));
    }

    @Test
    void a_mail_to_the_endpoint_and_to_its_return_path_at_once_arrives_by_both() {
        String both = "desk@acme.example, " + returnPath;
        String mail = RunningServer.content("bob@customer.example", both, "both ways", "both@x.example", "");
        assertTrue(server.mail(
                        "bob@customer.example", List.of("desk@acme.example", "desk+tag@acme.example", returnPath), mail)
                .startsWith("250"));
        Answer list = server.admin.until(
                "/v1/messages/?limit=200",
                answer -> withSubject(answer.body(), "both ways").size() == 2);
        List<String> states = withSubject(list.body(), "both ways").stream()
                .map(row -> row.path("handling_state").asText())
                .sorted()
                .toList();
        assertEquals(List.of("awaiting_review", "handled"), states);
    }

    private static List<JsonNode> withSubject(JsonNode rows, String subject) {
        return StreamSupport.stream(rows.spliterator(), false)
                .filter(row -> row.path("subject").asText().equals(subject))
                .toList();
    }

    @Test
    void a_strangers_mail_to_both_is_held_for_both_and_each_is_decided_alone() {
        String mail =
                RunningServer.content("zoe@stranger.example", "desk@acme.example", "two doors", "two@x.example", "");
        assertTrue(server.mail("zoe@stranger.example", List.of("desk@acme.example", returnPath), mail)
                .startsWith("250"));
        Answer review = server.admin.until(
                "/v1/api/email/review",
                answer -> withSubject(answer.body().path("quarantined"), "two doors")
                                .size()
                        == 2);
        String first = withSubject(review.body().path("quarantined"), "two doors")
                .getFirst()
                .path("id")
                .asText();
        server.admin.post("/v1/api/email/quarantine/" + first + "/reject", "{}").expect(200);
        server.admin.until(
                "/v1/api/email/review",
                answer -> withSubject(answer.body().path("quarantined"), "two doors")
                                .size()
                        == 1);
    }
}
