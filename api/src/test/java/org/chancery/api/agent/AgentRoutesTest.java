package org.chancery.api.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
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
        assertTrue(agent.get("webhook_secret").isNull());
        assertTrue(agent.has("created_at"));
        assertEquals(
                agent,
                tenant.get("/v1/agents/" + agent.get("agent_id").asText() + "/").json());
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
                "{\"name\": \"a\", \"webhook_url\": \"https://x.example\"} | /webhook_url",
            })
    void what_cannot_be_used_is_422(String json, String pointer) {
        Reply reply = tenant.post("/v1/agents/", json);

        assertEquals(422, reply.status(), reply::text);
        assertEquals(pointer, reply.place());
    }

    @ParameterizedTest
    @ValueSource(strings = {"human", "auto"})
    void an_execution_mode_that_nothing_acts_on_is_refused(String mode) {
        Reply reply = tenant.post("/v1/agents/", "{\"name\": \"a\", \"execution_mode\": \"" + mode + "\"}");

        assertEquals(422, reply.status());
        assertEquals("/execution_mode", reply.place());
        assertEquals("not_available_yet", reply.code());
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
