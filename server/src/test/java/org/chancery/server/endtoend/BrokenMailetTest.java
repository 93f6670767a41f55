package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokenMailetTest {

    @Test
    void a_mail_that_breaks_a_mailet_is_kept_for_the_operator_after_three_tries_and_the_next_ones_pass(
            @TempDir Path directory) throws IOException {
        String shipped = Files.readString(Path.of("..", "conf", "mailetcontainer.xml"));
        String mailet = "<mailet match=\"All\" class=\"" + BreakingMailet.class.getName() + "\"/>";
        Path pipeline = Files.writeString(
                directory.resolve("mailetcontainer.xml"),
                shipped.replaceFirst("(<processor state=\"accepted\"[^>]*>)", "$1" + mailet));
        try (RunningServer server = RunningServer.on(directory.resolve("data"), Map.of(), pipeline)) {
            server.makeEndpoint("box", "");
            String poison = RunningServer.content("a@x.example", "box@acme.example", "poison", "poison@x.example", "");
            assertTrue(server.mail("a@x.example", "box@acme.example", poison).startsWith("250"));
            server.receive("box@acme.example", "healthy");

            Answer errors = server.admin.until(
                    "/v1/api/email/activity?state=error",
                    answer -> answer.body().path("total").asInt() == 1);
            JsonNode row = errors.body().path("rows").get(0);
            assertEquals("error", row.path("handling_state").asText());
            assertEquals("poison", row.path("subject").asText());
            String id = row.path("email_message_id").asText();
            assertEquals(
                    poison,
                    new String(
                            server.admin
                                    .get("/v1/messages/" + id + "/raw/")
                                    .response()
                                    .body(),
                            StandardCharsets.UTF_8));
            Answer trace = server.admin.until(
                    "/v1/api/email/messages/" + id + "/trace",
                    answer -> answer.body().size() > 0);
            assertEquals(
                    3,
                    trace.body().findValuesAsText("verdict").stream()
                            .filter("failed"::equals)
                            .count(),
                    () -> String.valueOf(trace.body()));
            assertNothingIsDoneAbout(id, server);
            JsonNode error = server.admin
                    .get("/v1/events/?types=message.error")
                    .expect(200)
                    .body()
                    .at("/events/0/payload");
            JsonNames.are(
                    error,
                    "message_id",
                    "thread_id",
                    "inbox_id",
                    "from",
                    "to",
                    "subject",
                    "classification",
                    "authentication",
                    "handling_state",
                    "reason");
            assertEquals(id, error.path("message_id").asText());
            assertEquals("error", error.path("handling_state").asText());
            server.receive("box@acme.example", "healthy too");
        }
    }

    /** An operator looks at what the pipeline gave up; nobody answers, gives away or labels it. */
    private static void assertNothingIsDoneAbout(String id, RunningServer server) {
        String path = "/v1/api/email/messages/" + id;
        String label = server.admin
                .post("/v1/labels/", "{\"name\": \"broken\"}")
                .expect(201)
                .text("label_id");
        for (Answer refused : List.of(
                server.admin.post(path + "/reply", "{\"text\": \"Hello.\"}"),
                server.admin.post(path + "/discard", "{}"),
                server.admin.post(path + "/assign", "{\"agent_id\": \"" + server.makeAgent() + "\"}"),
                server.admin.patch("/v1/messages/" + id + "/", "{\"add_labels\": [\"" + label + "\"]}"))) {
            assertEquals("in_error", refused.expect(409).code());
        }
        Answer answer = server.admin.post(
                "/v1/messages/", "{\"reply_to_message_id\": \"" + id + "\", \"text_body\": \"Hello.\"}");
        assertEquals("state_conflict", answer.expect(409).code());
    }
}
