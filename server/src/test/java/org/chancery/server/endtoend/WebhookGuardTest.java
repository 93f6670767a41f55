package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.chancery.testkit.peer.ScriptedHttpPeer;
import org.chancery.testkit.peer.ScriptedHttpPeer.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code webhooks.allow-private}, as it is unless an operator says otherwise: nothing inside the network is called. */
class WebhookGuardTest {

    @Test
    void a_webhook_into_the_servers_own_network_is_refused(@TempDir Path directory) {
        try (RunningServer server = RunningServer.on(directory)) {
            for (String url : List.of(
                    "http://127.0.0.1:" + server.port("http") + "/v1/whoami/",
                    "http://localhost/",
                    "http://2130706433/",
                    "http://[::ffff:127.0.0.1]/",
                    "http://169.254.169.254/latest/meta-data/",
                    "file:///etc/passwd")) {
                var refused = server.admin
                        .post("/v1/agents/", "{\"name\": \"inside\", \"webhook_url\": \"" + url + "\"}")
                        .expect(422);
                assertEquals(
                        "refused_destination", refused.body().findPath("code").asText(), url);
            }
        }
    }

    @Test
    void a_webhook_whose_name_leads_inside_later_is_not_called_and_its_mail_goes_to_people(@TempDir Path directory) {
        try (ScriptedHttpPeer inside = ScriptedHttpPeer.start(request -> Reply.of(204, ""));
                RunningServer server = RunningServer.on(directory)) {
            server.dns.a("hooks.example", "203.0.113.7");
            String url = "http://hooks.example:" + inside.port() + "/";
            String agent = server.admin
                    .post("/v1/agents/", "{\"name\": \"turncoat\", \"webhook_url\": \"" + url + "\"}")
                    .expect(201)
                    .text("agent_id");
            server.makeEndpoint("turned", ", \"plane\": \"agent\", \"agent_id\": \"" + agent + "\"");
            server.dns.nxdomain("hooks.example").a("hooks.example", "127.0.0.1");
            String message = server.receive("turned@acme.example", "for the inside");
            server.admin.until(
                    "/v1/messages/" + message + "/",
                    answer -> answer.text("handling_state").equals("awaiting_review"));
            JsonNode row = server.admin
                    .get("/v1/agents/" + agent + "/deliveries/")
                    .expect(200)
                    .body()
                    .get(0);
            assertEquals("failed", row.path("status").asText(), row.toString());
            assertEquals(1, row.path("attempts").asInt(), row.toString());
            assertEquals(List.of(), inside.requests());
        }
    }
}
