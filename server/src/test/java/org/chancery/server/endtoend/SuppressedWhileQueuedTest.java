package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.clock.TurningClock;
import org.chancery.testkit.peer.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An address that is suppressed while mail to it waits for its next attempt. */
class SuppressedWhileQueuedTest {

    @Test
    void what_waits_does_not_leave_any_more_and_the_others_get_theirs(@TempDir Path directory) {
        TurningClock clock = TurningClock.atStart();
        try (RunningServer server = RunningServer.on(directory, clock)) {
            server.makeEndpoint("sales", "");
            server.peer.at(Stage.MAIL).once().answer("451 4.3.0 not now");
            String id = server.admin
                    .post(
                            "/v1/messages/",
                            "{\"inbox_id\": \"sales@acme.example\", \"to\": [{\"email\": \"kim@wanted.example\"},"
                                    + " {\"email\": \"ada@wanted.example\"}], \"subject\": \"not now\", \"text_body\": \"x\"}")
                    .expect(202)
                    .text("message_id");
            String message = "/v1/messages/" + id + "/";
            server.admin.until(message, answer -> answer.text("status").equals("sending"));
            server.admin
                    .post("/v1/suppressions/", "{\"email\": \"kim@wanted.example\"}")
                    .expect(201);
            clock.turn(Duration.ofHours(1));
            server.restart();
            Answer seen =
                    server.admin.until(message, answer -> answer.text("status").equals("failed"));
            for (JsonNode delivery : seen.body().path("deliveries")) {
                boolean isSuppressed = delivery.path("address").asText().startsWith("kim@");
                assertEquals(
                        isSuppressed ? "failed" : "delivered",
                        delivery.path("status").asText());
                if (isSuppressed) {
                    assertEquals("suppressed", delivery.path("smtp_reply").asText());
                }
            }
        }
    }
}
