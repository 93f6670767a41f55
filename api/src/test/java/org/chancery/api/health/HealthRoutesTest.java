package org.chancery.api.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.chancery.api.Http.Reply;
import org.chancery.api.TestServer;
import org.junit.jupiter.api.Test;

class HealthRoutesTest {

    @Test
    void a_server_that_answers_lives() {
        try (TestServer server = TestServer.start()) {
            Reply reply = server.http().get("/health/live", null);

            assertEquals(200, reply.status());
            assertEquals("ok", reply.json().get("status").asText());
        }
    }

    @Test
    void a_server_is_ready_while_every_part_is() {
        try (TestServer server = TestServer.start()) {
            Reply ready = server.http().get("/health/ready", null);
            assertEquals(200, ready.status());
            assertEquals("{\"status\":\"ok\",\"parts\":{\"database\":\"ok\",\"spool\":\"ok\"}}", ready.text());

            server.trouble("spool", "backlog");
            Reply troubled = server.http().get("/health/ready", null);
            assertEquals(503, troubled.status());
            assertEquals("unavailable", troubled.json().get("status").asText());
            assertEquals("backlog", troubled.json().get("parts").get("spool").asText());
            assertEquals("ok", troubled.json().get("parts").get("database").asText());
            assertEquals(200, server.http().get("/health/live", null).status());
        }
    }

    @Test
    void metrics_are_for_prometheus() {
        try (TestServer server = TestServer.start()) {
            server.http().get("/health/live", null);
            Reply metrics = server.http().get("/metrics", null);

            assertEquals(200, metrics.status());
            assertTrue(metrics.header("Content-Type").startsWith("text/plain; version=0.0.4"));
            assertTrue(
                    metrics.text()
                            .contains(
                                    "chancery_http_calls_seconds_count{method=\"GET\",route=\"/health/live\",status=\"200\"}"),
                    metrics.text());
        }
    }
}
