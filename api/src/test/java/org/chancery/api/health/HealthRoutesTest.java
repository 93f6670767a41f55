package org.chancery.api.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
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
    void a_part_that_hangs_is_looked_at_once_however_many_ask() {
        CountDownLatch hold = new CountDownLatch(1);
        try (TestServer server = TestServer.start()) {
            server.hold("spool", hold);
            for (int i = 0; i < 2; i++) {
                Reply ready = server.http().get("/health/ready", null);
                assertEquals(503, ready.status());
                assertTrue(ready.json().get("parts").get("spool").asText().startsWith("no answer"), ready.text());
            }
            assertEquals(1, server.asked("spool"));
            assertEquals(2, server.asked("database"));
        } finally {
            hold.countDown();
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
