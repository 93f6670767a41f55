package org.chancery.api.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.chancery.api.Http.Reply;
import org.chancery.api.Tenant;
import org.chancery.api.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentRoutesTest {
    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @SuppressWarnings("NullAway.Init")
    private Tenant tenant;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void begin() {
        tenant = server.newWorkspace();
    }

    @Test
    void an_agent_is_made_and_shown() {
        Reply made =
                tenant.post("/v1/agents/", """
                {"name": "helper", "type": "support", "execution_mode": "external", "owner_user_id": "%s"}""".formatted(tenant.owner().id().text()));
        JsonNode agent = made.json();

        assertEquals(201, made.status());
        assertTrue(agent.get("agent_id").asText().startsWith("agt_"));
        assertEquals("helper", agent.get("name").asText());
        assertEquals("support", agent.get("type").asText());
        assertEquals("active", agent.get("status").asText());
        assertEquals("external", agent.get("execution_mode").asText());
        assertEquals(tenant.owner().id().text(), agent.get("owner_user_id").asText());
        assertTrue(agent.get("webhook_url").isNull());
        assertTrue(agent.get("webhook_secret").asText().startsWith("whsec_"));
        assertTrue(agent.has("created_at"));
        JsonNode shown =
                tenant.get("/v1/agents/" + agent.get("agent_id").asText() + "/").json();
        assertTrue(shown.get("webhook_secret").isNull(), "it is shown once");
        ((ObjectNode) agent).putNull("webhook_secret");
        assertEquals(agent, shown);
    }

    @Test
    void a_name_is_enough() {
        JsonNode agent = tenant.post("/v1/agents/", "{\"name\": \"helper\"}").json();

        assertEquals("external", agent.get("execution_mode").asText());
        assertEquals("", agent.get("type").asText());
        assertTrue(agent.get("owner_user_id").isNull());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{}                                                        | /name",
                "{\"name\": \"\"}                                          | /name",
                "{\"name\": \"a\\nb\"}                                     | /name",
                "{\"name\": \"a\", \"execution_mode\": \"robot\"}          | /execution_mode",
                "{\"name\": \"a\", \"owner_user_id\": \"usr_unknown\"}     | /owner_user_id",
                "{\"name\": \"a\", \"webhook_url\": \"https://private.example\"} | /webhook_url",
                "{\"name\": \"a\", \"webhook_url\": \"https://x.example\", \"execution_mode\": \"human\"} | /webhook_url",
                "{\"name\": \"a\", \"webhook_url\": \"https://x.example\", \"execution_mode\": \"auto\"} | /webhook_url",
                "{\"name\": \"a\", \"webhook_secret\": \"whsec_x\"}     | /webhook_secret",
            })
    void what_cannot_be_used_is_422(String json, String pointer) {
        Reply reply = tenant.post("/v1/agents/", json);

        assertEquals(422, reply.status(), reply::text);
        assertEquals(pointer, reply.place());
    }

    @ParameterizedTest
    @ValueSource(strings = {"human", "auto", "external"})
    void each_execution_mode_can_be_chosen(String mode) {
        Reply reply = tenant.post("/v1/agents/", "{\"name\": \"a\", \"execution_mode\": \"" + mode + "\"}");

        assertEquals(201, reply.status());
        assertEquals(mode, reply.json().get("execution_mode").asText());
    }

    @Test
    void a_repeated_request_makes_one_agent_and_does_not_show_the_secret_again() {
        String json = "{\"name\": \"a\", \"webhook_url\": \"https://x.example/hook\"}";
        JsonNode first =
                tenant.post("/v1/agents/", json, "Idempotency-Key", "key-1").json();
        JsonNode second =
                tenant.post("/v1/agents/", json, "Idempotency-Key", "key-1").json();

        assertEquals(first.get("agent_id"), second.get("agent_id"));
        assertEquals("https://x.example/hook", second.get("webhook_url").asText());
        assertTrue(second.get("webhook_secret").isNull());
    }

    @Test
    void a_rotated_secret_is_another_one_and_shown_once() {
        JsonNode made = tenant.post("/v1/agents/", "{\"name\": \"a\"}").json();
        String path = "/v1/agents/" + made.get("agent_id").asText() + "/";
        Reply rotated = tenant.post(path + "rotate-secret/", "");

        assertEquals(200, rotated.status());
        String secret = rotated.json().get("webhook_secret").asText();
        assertTrue(secret.startsWith("whsec_"));
        assertNotEquals(made.get("webhook_secret").asText(), secret);
        assertTrue(tenant.get(path).json().get("webhook_secret").isNull());
        assertEquals(
                404, tenant.post("/v1/agents/agt_unknown/rotate-secret/", "").status());
    }

    @Test
    void an_agent_that_was_told_nothing_has_an_empty_log() {
        String agent = tenant.agent("a");

        assertEquals(
                0, tenant.get("/v1/agents/" + agent + "/deliveries/").json().size());
        assertEquals(
                404,
                server.newWorkspace()
                        .get("/v1/agents/" + agent + "/deliveries/")
                        .status());
    }

    @Test
    void what_is_left_out_of_a_change_stays() {
        String path = "/v1/agents/"
                + tenant.post("/v1/agents/", "{\"name\": \"a\", \"webhook_url\": \"https://x.example/\"}")
                        .json()
                        .get("agent_id")
                        .asText()
                + "/";
        JsonNode paused = tenant.patch(path, "{\"status\": \"paused\"}").json();
        assertEquals("paused", paused.get("status").asText());
        assertEquals("a", paused.get("name").asText());
        assertEquals("https://x.example/", paused.get("webhook_url").asText());
        assertTrue(paused.get("webhook_secret").isNull());

        String owner = tenant.owner().id().text();
        JsonNode all = tenant.patch(path, """
                {"name": "b", "type": "t", "status": "active", "owner_user_id": "%s", "webhook_url": null,
                 "execution_mode": "auto"}""".formatted(owner)).json();
        assertEquals("b", all.get("name").asText());
        assertEquals("t", all.get("type").asText());
        assertEquals("auto", all.get("execution_mode").asText());
        assertEquals(owner, all.get("owner_user_id").asText());
        assertTrue(all.get("webhook_url").isNull());
        assertEquals(all, tenant.get(path).json());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"name\": null}                                 | /name",
                "{\"status\": \"asleep\"}                         | /status",
                "{\"execution_mode\": \"auto\"}                   | /webhook_url",
                "{\"webhook_url\": \"https://private.example\"}   | /webhook_url",
                "{\"owner_user_id\": \"usr_unknown\"}             | /owner_user_id",
                "{\"agent_id\": \"agt_other\"}                    | /agent_id",
            })
    void a_change_that_cannot_be_is_422(String json, String pointer) {
        String path = "/v1/agents/"
                + tenant.post("/v1/agents/", "{\"name\": \"a\", \"webhook_url\": \"https://x.example/\"}")
                        .json()
                        .get("agent_id")
                        .asText()
                + "/";
        Reply reply = tenant.patch(path, json);

        assertEquals(422, reply.status(), reply::text);
        assertEquals(pointer, reply.place());
    }

    @Test
    void a_deleted_agent_is_gone_with_its_tokens() {
        String agent = tenant.agent("a");
        String token = tenant.post(
                        "/v1/tokens/",
                        "{\"label\": \"t\", \"scopes\": [\"email:read\"], \"agent_id\": \"" + agent + "\"}")
                .json()
                .get("token")
                .asText();
        assertEquals(200, server.http().get("/v1/whoami/", token).status());

        assertEquals(204, tenant.delete("/v1/agents/" + agent + "/").status());
        assertEquals(404, tenant.get("/v1/agents/" + agent + "/").status());
        assertEquals(404, tenant.delete("/v1/agents/" + agent + "/").status());
        assertEquals(0, tenant.get("/v1/agents/").json().size());
        assertEquals(401, server.http().get("/v1/whoami/", token).status());
    }

    @Test
    void an_agent_that_handles_an_endpoint_is_not_deleted() {
        String agent = tenant.agent("a");
        tenant.post(
                "/v1/api/email/endpoints",
                "{\"localpart\": \"desk\", \"kind\": \"custom\", \"plane\": \"agent\", \"agent_id\": \"" + agent
                        + "\"}");
        Reply reply = tenant.delete("/v1/agents/" + agent + "/");

        assertEquals(409, reply.status());
        assertEquals("agent_in_use", reply.code());
        assertEquals(200, tenant.get("/v1/agents/" + agent + "/").status());
    }

    @Test
    void a_foreign_agent_is_neither_changed_nor_deleted() {
        String theirs = "/v1/agents/" + server.newWorkspace().agent("theirs") + "/";

        assertEquals(404, tenant.patch(theirs, "{\"name\": \"mine\"}").status());
        assertEquals(404, tenant.delete(theirs).status());
        assertEquals(404, tenant.post(theirs + "rotate-secret/", "").status());
    }

    @Test
    void paging_leaves_no_gaps() {
        List<String> made = List.of(tenant.agent("a"), tenant.agent("b"), tenant.agent("c"));
        List<String> seen = new ArrayList<>();
        String path = "/v1/agents/?limit=1";
        while (!path.isEmpty()) {
            Reply page = tenant.get(path);
            assertTrue(page.json().size() <= 1);
            page.json().forEach(agent -> seen.add(agent.get("agent_id").asText()));
            path = page.next();
        }

        assertEquals(made, seen);
    }

    @Test
    void an_unknown_or_foreign_agent_is_404() {
        String theirs = server.newWorkspace().agent("theirs");

        assertEquals(404, tenant.get("/v1/agents/" + theirs + "/").status());
        assertEquals(404, tenant.get("/v1/agents/agt_unknown/").status());
        assertEquals(
                404,
                tenant.get("/v1/agents/" + tenant.owner().id().text() + "/").status());
    }

    @Test
    void agents_are_for_admins() {
        String token = tenant.personalToken("email:read", "email:send", "tokens:write");

        assertEquals(403, server.http().get("/v1/agents/", token).status());
        assertEquals(
                403,
                server.http()
                        .get("/v1/agents/" + tenant.agent("a") + "/", token)
                        .status());
        assertEquals(
                403,
                server.http().post("/v1/agents/", token, "{\"name\": \"a\"}").status());
    }
}
