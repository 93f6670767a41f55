package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.reject;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.chancery.server.config.Keys;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.peer.ScriptedHttpPeer;
import org.chancery.testkit.peer.ScriptedHttpPeer.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An external agent is told what became of the mail that it asked for. */
class ApprovalWebhookTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void an_agent_hears_of_the_outcome_by_its_webhook(@TempDir Path directory) {
        try (ScriptedHttpPeer receiver = ScriptedHttpPeer.start(request -> Reply.of(204, ""));
                RunningServer server = RunningServer.on(directory, Map.of(Keys.WEBHOOKS_ALLOW_PRIVATE, "true"))) {
            String agent = server.admin
                    .post("/v1/agents/", "{\"name\": \"told\", \"webhook_url\": \"" + receiver.url("/told") + "\"}")
                    .expect(201)
                    .text("agent_id");
            String inbox = server.makeEndpoint(
                    "w.told",
                    ", \"plane\": \"agent\", \"agent_id\": \"" + agent + "\", \"reply_policy\": \"agent_decides\"");
            Client program = new Approvals(server).restricted(inbox, EVERYTHING);
            String no = hold(program, "client@elsewhere.example", "no").text("approval_id");
            String yes = hold(program, "client@elsewhere.example", "yes").text("approval_id");
            reject(server.admin, no, "too pushy").expect(200);
            approve(server.admin, yes).expect(200);

            List<JsonNode> told =
                    receiver.await(2, request -> request.target().equals("/told"), RunningServer.PATIENCE).stream()
                            .map(request -> json(request.text()))
                            .toList();
            assertEquals("approval.rejected", told.get(0).path("type").asText());
            assertEquals(no, told.get(0).path("payload").path("approval_id").asText());
            assertEquals("too pushy", told.get(0).path("payload").path("reason").asText());
            assertEquals("approval.approved", told.get(1).path("type").asText());
            assertEquals(yes, told.get(1).path("payload").path("approval_id").asText());
            assertEquals(inbox, told.get(1).path("inbox_id").asText());
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
