package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.mail;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chancery.server.config.Keys;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the keys of {@code [sending]} do. */
class SendingKeysTest {

    private static int send(RunningServer server, String localPart) {
        Answer answer = server.admin.post(
                "/v1/messages/",
                "{\"inbox_id\": \"" + localPart + "@acme.example\", "
                        + mail("client@elsewhere.example", "from " + localPart).substring(1));
        assertEquals(answer.status() == 429 ? "cap_reached" : "", answer.code());
        return answer.status();
    }

    @Test
    void a_workspaces_inboxes_share_its_cap_and_its_steps_are_told(@TempDir Path directory) {
        try (RunningServer server = RunningServer.on(
                directory,
                Map.of(Keys.SENDING_WORKSPACE_CAP_PER_DAY, "3", Keys.SENDING_CAP_STEPS, "50, 100"),
                TurningClock.atStart())) {
            server.makeEndpoint("one", "");
            server.makeEndpoint("two", "");
            assertEquals(202, send(server, "one"));
            assertEquals(202, send(server, "two"));
            assertEquals(202, send(server, "one"));
            assertEquals(429, send(server, "two"));
            List<String> told = new ArrayList<>();
            for (JsonNode event : server.admin
                    .get("/v1/events/?types=cap.reached")
                    .expect(200)
                    .body()
                    .path("events")) {
                JsonNode payload = event.path("payload");
                told.add(
                        payload.path("scope").asText() + " " + payload.path("threshold") + " " + payload.path("value"));
            }
            assertEquals(List.of("workspace 50 2", "workspace 100 3"), told);
        }
    }

    @Test
    void without_a_cap_any_number_may_leave(@TempDir Path directory) {
        try (RunningServer server = RunningServer.on(directory, TurningClock.atStart())) {
            server.makeEndpoint("one", "");
            for (int i = 0; i < 5; i++) {
                assertEquals(202, send(server, "one"));
            }
        }
    }
}
