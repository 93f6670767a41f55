package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
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
}
