package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
            server.receive("box@acme.example", "healthy too");
        }
    }
}
