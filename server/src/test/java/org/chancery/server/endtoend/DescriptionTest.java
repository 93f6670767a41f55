package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptionTest {

    @Test
    void a_server_describes_itself_and_tells_how_it_goes(@TempDir Path directory) {
        try (RunningServer server = RunningServer.on(directory)) {
            RunningServer.Answer document = server.admin.get("/openapi.json").expect(200);
            assertTrue(document.text("openapi").startsWith("3.1"));
            for (String path : List.of(
                    "/v1/tokens/",
                    "/v1/agents/",
                    "/v1/api/email/endpoints",
                    "/v1/messages/",
                    "/v1/messages/{id}/raw/",
                    "/v1/events/",
                    "/v1/api/email/review",
                    "/v1/api/email/messages/{id}/content",
                    "/v1/api/email/messages/{id}/trace",
                    "/v1/whoami/",
                    "/v1/inboxes/",
                    "/health/ready",
                    "/metrics",
                    "/openapi.json")) {
                boolean listed = document.body().path("paths").has(path)
                        || document.body().path("paths").has(path.replaceAll("/$", ""));
                assertTrue(listed, path + " is not described");
            }
            server.admin.get("/health/live").expect(200);
            server.admin.get("/health/ready").expect(200);
            server.makeEndpoint("measured", "");
            server.receive("measured@acme.example", "measured one");
            String metrics = new String(
                    server.admin.get("/metrics").expect(200).response().body(), StandardCharsets.UTF_8);
            assertTrue(metrics.contains("chancery_smtp_mails_accepted_total 1.0"), metrics);
            assertTrue(metrics.contains("chancery_pipeline_processed_total 1.0"), metrics);
            assertEquals(
                    401,
                    server.new Client("nobody-has-this-token")
                            .get("/v1/whoami/")
                            .status());
            assertTrue(server.admin
                    .get("/v1/whoami/")
                    .expect(200)
                    .body()
                    .toString()
                    .contains("\"admin\""));
        }
    }
}
