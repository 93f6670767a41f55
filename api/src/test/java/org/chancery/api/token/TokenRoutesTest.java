package org.chancery.api.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
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

class TokenRoutesTest {
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
    void the_call_of_the_guide_makes_a_token_without_approval_rules() {
        String inbox = tenant.endpoint("reply");
        Reply reply = tenant.post("/v1/tokens/", """
                {"inbox_id": "%s", "label": "reply-agent", "scopes": ["email:read", "email:send"], "requires_approval": [],
                 "expires_at": "2100-01-01T00:00:00Z"}""".formatted(inbox));
        JsonNode token = reply.json();

        assertEquals(201, reply.status());
        assertEquals(
                List.of(
                        "token_id",
                        "token",
                        "label",
                        "scopes",
                        "inbox_id",
                        "agent_id",
                        "requires_approval",
                        "expires_at",
                        "created_at"),
                names(token));
        assertTrue(token.get("token_id").asText().startsWith("tok_"));
        assertTrue(token.get("token").asText().startsWith("chy_"));
        assertEquals("reply-agent", token.get("label").asText());
        assertEquals("[\"email:read\",\"email:send\"]", token.get("scopes").toString());
        assertEquals(inbox, token.get("inbox_id").asText());
        assertTrue(token.get("agent_id").isNull());
        assertEquals("[]", token.get("requires_approval").toString());
        assertEquals("2100-01-01T00:00:00Z", token.get("expires_at").asText());

        JsonNode whoami =
                server.http().get("/v1/whoami/", token.get("token").asText()).json();
        assertEquals(token.get("token_id"), whoami.get("token_id"));
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"scopes\": [\"email:read\"]}                                   | /label             | invalid",
                "{\"label\": \"\", \"scopes\": [\"email:read\"]}                  | /label             | invalid",
                "{\"label\": \"t\"}                                               | /scopes            | invalid",
                "{\"label\": \"t\", \"scopes\": []}                               | /scopes            | invalid",
                "{\"label\": \"t\", \"scopes\": [\"email:read\", \"email:rea\"]}  | /scopes/1          | invalid",
                "{\"label\": \"t\", \"scopes\": [\"email:read\"], \"requires_approval\": [\"email:delete\"]} | /requires_approval/0 | invalid",
                "{\"label\": \"t\", \"scopes\": [\"email:read\"], \"requires_approval\": [{\"reviewers\": 2}]} | /requires_approval/0/action | invalid",
                "{\"label\": \"t\", \"scopes\": [\"email:read\"], \"requires_approval\": \"email:send\"} | /requires_approval | invalid",
                "{\"label\": \"t\", \"scopes\": [\"email:read\"], \"inbox_id\": \"inb_unknown\"} | /inbox_id    | invalid",
                "{\"label\": \"t\", \"scopes\": [\"email:read\"], \"agent_id\": \"agt_unknown\"} | /agent_id    | invalid",
                "{\"label\": \"t\", \"scopes\": [\"email:read\"], \"expires_at\": \"2000-01-01T00:00:00Z\"} | /expires_at | invalid",
            })
    void what_cannot_be_used_is_422(String json, String pointer, String code) {
        Reply reply = tenant.post("/v1/tokens/", json);

        assertEquals(422, reply.status(), reply::text);
        assertEquals(pointer, reply.place());
        assertEquals(code, reply.code());
    }

    @Test
    void what_belongs_to_another_workspace_is_unknown() {
        Tenant other = server.newWorkspace();
        String inbox = other.endpoint("theirs");
        String agent = other.agent("theirs");

        assertEquals(
                "/inbox_id",
                tenant.post(
                                "/v1/tokens/",
                                "{\"label\": \"t\", \"scopes\": [\"email:read\"], \"inbox_id\": \"" + inbox + "\"}")
                        .place());
        assertEquals(
                "/inbox_id",
                tenant.post(
                                "/v1/tokens/",
                                "{\"label\": \"t\", \"scopes\": [\"email:read\"], \"inbox_id\": \""
                                        + other.address("theirs") + "\"}")
                        .place());
        assertEquals(
                "/agent_id",
                tenant.post(
                                "/v1/tokens/",
                                "{\"label\": \"t\", \"scopes\": [\"email:read\"], \"agent_id\": \"" + agent + "\"}")
                        .place());
    }

    @Test
    void an_inbox_is_also_named_by_its_address() {
        String inbox = tenant.endpoint("sales");
        Reply reply = tenant.post(
                "/v1/tokens/",
                "{\"label\": \"t\", \"scopes\": [\"email:read\"], \"inbox_id\": \"" + tenant.address("Sales") + "\"}");

        assertEquals(inbox, reply.json().get("inbox_id").asText());
    }

    @Test
    void making_tokens_needs_its_scope() {
        String json = "{\"label\": \"t\", \"scopes\": [\"email:read\"]}";

        assertEquals(
                403,
                server.http()
                        .post("/v1/tokens/", tenant.personalToken("email:read"), json)
                        .status());
        assertEquals(
                201,
                server.http()
                        .post("/v1/tokens/", tenant.personalToken("tokens:write", "email:read"), json)
                        .status());
    }

    @Test
    void a_token_makes_none_that_may_do_more() {
        String maker = tenant.personalToken("tokens:write", "email:read");
        Reply reply = server.http().post("/v1/tokens/", maker, "{\"label\": \"t\", \"scopes\": [\"email:send\"]}");

        assertEquals(403, reply.status());
        assertEquals("scope_escalation", reply.code());
    }

    @Test
    void a_bound_token_makes_none_that_reaches_further() {
        String bound = tenant.inboxToken(tenant.endpoint("one"), "tokens:write", "email:read");
        Reply reply = server.http().post("/v1/tokens/", bound, "{\"label\": \"t\", \"scopes\": [\"email:read\"]}");

        assertEquals(403, reply.status());
        assertEquals("reach_escalation", reply.code());
    }

    @Test
    void who_is_no_admin_makes_no_token_that_sees_more_than_they_do() {
        String agent = tenant.agent("helper");
        String inbox = tenant.agentEndpoint("desk", agent, "human_review");
        String member = server.addMember(tenant, "ann@elsewhere.example", "tokens:write", "email:read");
        String owner = tenant.personalToken("tokens:write", "email:read");

        for (String maker : List.of(member, owner)) {
            for (String binding : List.of("\"inbox_id\": \"" + inbox + "\"", "\"agent_id\": \"" + agent + "\"")) {
                Reply reply = server.http()
                        .post(
                                "/v1/tokens/",
                                maker,
                                "{" + binding + ", \"label\": \"t\", \"scopes\": [\"email:read\"]}");
                assertEquals(403, reply.status(), reply::text);
                assertEquals("reach_escalation", reply.code());
            }
        }
        assertEquals(
                201,
                server.http()
                        .post("/v1/tokens/", member, "{\"label\": \"t\", \"scopes\": [\"email:read\"]}")
                        .status());
    }

    @Test
    void no_programs_token_is_an_admin() {
        String inbox = tenant.endpoint("desk");
        String agent = tenant.agent("helper");

        for (String binding : List.of("\"inbox_id\": \"" + inbox + "\"", "\"agent_id\": \"" + agent + "\"")) {
            Reply reply = tenant.post("/v1/tokens/", "{" + binding + ", \"label\": \"t\", \"scopes\": [\"admin\"]}");
            assertEquals(422, reply.status(), reply::text);
            assertEquals("/scopes", reply.place());
        }
    }

    @Test
    void an_expired_token_is_401() {
        try (TestServer own = TestServer.start()) {
            Tenant there = own.newWorkspace();
            String soon = own.clock().instant().plus(Duration.ofMinutes(1)).toString();
            String token = there.post(
                            "/v1/tokens/",
                            "{\"label\": \"t\", \"scopes\": [\"email:read\"], \"expires_at\": \"" + soon + "\"}")
                    .json()
                    .get("token")
                    .asText();
            assertEquals(200, own.http().get("/v1/whoami/", token).status());
            own.clock().putForward(Duration.ofMinutes(2));

            assertEquals(401, own.http().get("/v1/whoami/", token).status());
        }
    }

    @Test
    void whoami_of_a_person() {
        String inbox = tenant.endpoint("sales");
        JsonNode whoami = tenant.get("/v1/whoami/").json();

        assertEquals("user", whoami.get("kind").asText());
        assertEquals(tenant.owner().id().text(), whoami.get("id").asText());
        assertEquals(tenant.owner().id().text(), whoami.get("user_id").asText());
        assertEquals(tenant.owner().email(), whoami.get("label").asText());
        assertEquals(tenant.workspace().id().text(), whoami.get("workspace_id").asText());
        assertEquals("[\"admin\"]", whoami.get("scopes").toString());
        assertTrue(whoami.get("inbox_id").isNull());
        assertTrue(whoami.get("agent_id").isNull());
        assertEquals(2, whoami.get("endpoints").size());
        assertEquals(inbox, whoami.get("endpoints").get(1).get("inbox_id").asText());
    }

    @Test
    void a_token_of_an_inbox_acts_for_the_inbox_or_its_agent() {
        String plain = tenant.endpoint("plain");
        String agent = tenant.agent("helper");
        String handled = tenant.agentEndpoint("handled", agent, "human_review");

        JsonNode address = server.http()
                .get("/v1/whoami/", tenant.inboxToken(plain, "email:read"))
                .json();
        assertEquals("endpoint", address.get("kind").asText());
        assertEquals(plain, address.get("id").asText());
        assertEquals(plain, address.get("inbox_id").asText());
        assertEquals(1, address.get("endpoints").size());

        JsonNode program = server.http()
                .get("/v1/whoami/", tenant.inboxToken(handled, "email:read"))
                .json();
        assertEquals("agent", program.get("kind").asText());
        assertEquals(agent, program.get("agent_id").asText());
        assertEquals("helper", program.get("label").asText());
    }
}
