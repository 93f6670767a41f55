package org.chancery.api.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
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

/** Tokens after they were made. */
class TokenManagementTest {
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

    private static Reply get(String token, String path) {
        return server.http().get(path, token);
    }

    private static String idOf(String token) {
        return get(token, "/v1/whoami/").json().get("token_id").asText();
    }

    private static List<String> ids(Reply list) {
        assertEquals(200, list.status(), list::text);
        List<String> ids = new ArrayList<>();
        list.json().forEach(token -> ids.add(token.get("token_id").asText()));
        return ids;
    }

    private static void assertFault(int status, String code, Reply reply) {
        assertEquals(status, reply.status(), reply::text);
        assertEquals(code, reply.code());
    }

    @Test
    void a_token_is_shown_without_its_secret() {
        String inbox = tenant.endpoint("desk");
        String secret = tenant.inboxToken(inbox, "email:read");
        Reply reply = tenant.get("/v1/tokens/" + idOf(secret) + "/");
        JsonNode token = reply.json();

        assertEquals(200, reply.status());
        assertFalse(token.has("token"));
        assertFalse(reply.text().contains(secret));
        assertEquals("test", token.get("label").asText());
        assertEquals("[\"email:read\"]", token.get("scopes").toString());
        assertEquals(inbox, token.get("inbox_id").asText());
        assertEquals("[]", token.get("requires_approval").toString());
        assertTrue(token.get("expires_at").isNull());
        assertEquals(tenant.owner().id().text(), token.get("created_by").asText());
    }

    @Test
    void an_admin_lists_all_page_by_page() {
        List<String> made = new ArrayList<>();
        made.add(idOf(tenant.token()));
        for (int i = 0; i < 4; i++) {
            made.add(idOf(tenant.personalToken("email:read")));
        }
        server.newWorkspace().personalToken("email:read");

        Reply first = tenant.get("/v1/tokens/?limit=3");
        Reply second = tenant.get(first.next());
        List<String> listed = new ArrayList<>(ids(first));
        listed.addAll(ids(second));
        assertEquals(3, ids(first).size());
        assertEquals(made, listed);
        assertEquals("", second.next());
    }

    @Test
    void everybody_else_lists_their_own() {
        String agent = tenant.agent("helper");
        String inbox = tenant.endpoint("desk");
        String member = server.addMember(tenant, "ann@elsewhere.example", "tokens:write", "email:read");
        String program = tenant.agentToken(agent, "tokens:write", "email:read");
        String sibling = tenant.agentToken(agent, "email:read");
        String bound = tenant.inboxToken(inbox, "tokens:write");

        assertEquals(List.of(idOf(member)), ids(get(member, "/v1/tokens/")));
        assertEquals(List.of(idOf(program), idOf(sibling)), ids(get(program, "/v1/tokens/")));
        assertEquals(List.of(idOf(bound)), ids(get(bound, "/v1/tokens/")));
        assertFault(403, "missing_scope", get(sibling, "/v1/tokens/"));
    }

    @Test
    void what_is_foreign_or_unknown_is_404_in_every_call() {
        String member = server.addMember(tenant, "ann@elsewhere.example", "tokens:write", "email:read");
        String owners = idOf(tenant.token());
        String strangers = idOf(server.newWorkspace().token());

        for (String id : List.of(owners, strangers, "tok_nothing")) {
            String path = "/v1/tokens/" + id + "/";
            assertFault(404, "not_found", get(member, path));
            assertFault(404, "not_found", server.http().patch(path, member, "{\"label\": \"mine\"}"));
            assertFault(404, "not_found", server.http().delete(path, member));
            assertFault(404, "not_found", server.http().post(path + "rotate/", member, ""));
        }
        assertFault(404, "not_found", tenant.get("/v1/tokens/" + strangers + "/"));
        assertEquals(200, tenant.get("/v1/whoami/").status());
    }

    @Test
    void label_scopes_and_expiry_change_and_what_is_left_out_stays() {
        String secret = tenant.personalToken("email:read", "email:send");
        String path = "/v1/tokens/" + idOf(secret) + "/";

        JsonNode labelled = tenant.patch(path, "{\"label\": \"other\", \"expires_at\": \"2100-01-01T00:00:00Z\"}")
                .json();
        assertEquals("other", labelled.get("label").asText());
        assertEquals("[\"email:read\",\"email:send\"]", labelled.get("scopes").toString());
        assertEquals("2100-01-01T00:00:00Z", labelled.get("expires_at").asText());

        JsonNode narrowed = tenant.patch(path, "{\"scopes\": [\"email:send\"], \"expires_at\": null}")
                .json();
        assertEquals("[\"email:send\"]", narrowed.get("scopes").toString());
        assertTrue(narrowed.get("expires_at").isNull());
        assertEquals("other", narrowed.get("label").asText());
        assertEquals(
                "[\"email:send\"]",
                get(secret, "/v1/whoami/").json().get("scopes").toString());
        assertEquals(narrowed.get("scopes"), tenant.get(path).json().get("scopes"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"label\": \"\"}                              | /label      | invalid",
                "{\"label\": null}                              | /label      | invalid",
                "{\"scopes\": []}                               | /scopes     | invalid",
                "{\"scopes\": [\"email:rea\"]}                  | /scopes/0   | invalid",
                "{\"expires_at\": \"2000-01-01T00:00:00Z\"}     | /expires_at | invalid",
                "{\"inbox_id\": \"inb_other\"}                  | /inbox_id   | invalid",
                "{\"requires_approval\": [\"email:read\"]}      | /requires_approval/0 | invalid",
                "{\"requires_approval\": null}                  | /requires_approval   | invalid",
            })
    void what_cannot_be_used_is_422(String json, String pointer, String code) {
        Reply reply = tenant.patch("/v1/tokens/" + idOf(tenant.personalToken("email:read")) + "/", json);

        assertEquals(422, reply.status(), reply::text);
        assertEquals(pointer, reply.place());
        assertEquals(code, reply.code());
    }

    @Test
    void a_bound_token_does_not_become_an_admin() {
        String bound = tenant.inboxToken(tenant.endpoint("desk"), "email:read");
        Reply reply = tenant.patch("/v1/tokens/" + idOf(bound) + "/", "{\"scopes\": [\"admin\"]}");

        assertEquals(422, reply.status());
        assertEquals("/scopes", reply.place());
    }

    @Test
    void a_token_widens_neither_itself_nor_another_one() {
        String agent = tenant.agent("helper");
        String program = tenant.agentToken(agent, "tokens:write", "email:read");
        String sibling = tenant.agentToken(agent, "email:read", "email:send");

        for (String id : List.of(idOf(program), idOf(sibling))) {
            assertFault(
                    403,
                    "scope_escalation",
                    server.http().patch("/v1/tokens/" + id + "/", program, "{\"scopes\": [\"email:send\"]}"));
        }
        assertFault(
                403, "scope_escalation", server.http().post("/v1/tokens/" + idOf(sibling) + "/rotate/", program, ""));
        assertEquals(200, get(sibling, "/v1/whoami/").status(), "its secret is as it was");
        assertEquals(
                200,
                server.http()
                        .patch("/v1/tokens/" + idOf(sibling) + "/", program, "{\"scopes\": [\"email:read\"]}")
                        .status());
    }

    @Test
    void a_token_with_an_end_gives_nothing_that_lasts_longer() {
        String soon = "2100-01-01T00:00:00Z";
        String ending = tenant.post(
                        "/v1/tokens/",
                        "{\"label\": \"t\", \"scopes\": [\"tokens:write\"], \"expires_at\": \"" + soon + "\"}")
                .json()
                .get("token")
                .asText();
        String own = "/v1/tokens/" + idOf(ending) + "/";

        assertFault(403, "expiry_escalation", server.http().patch(own, ending, "{\"expires_at\": null}"));
        assertFault(
                403,
                "expiry_escalation",
                server.http().patch(own, ending, "{\"expires_at\": \"2100-01-01T00:00:01Z\"}"));
        assertFault(
                403,
                "expiry_escalation",
                server.http().post("/v1/tokens/", ending, "{\"label\": \"t\", \"scopes\": [\"tokens:write\"]}"));
        assertEquals(
                201,
                server.http()
                        .post(
                                "/v1/tokens/",
                                ending,
                                "{\"label\": \"t\", \"scopes\": [\"tokens:write\"], \"expires_at\": \"" + soon + "\"}")
                        .status());
    }

    @Test
    void a_revoked_token_is_dead_at_once_and_gone() {
        String secret = tenant.personalToken("email:read");
        String path = "/v1/tokens/" + idOf(secret) + "/";

        assertEquals(204, tenant.delete(path).status());
        assertFault(401, "invalid_token", get(secret, "/v1/whoami/"));
        assertFault(404, "not_found", tenant.get(path));
        assertFault(404, "not_found", tenant.delete(path));
        assertFault(404, "not_found", tenant.post(path + "rotate/", ""));
        assertEquals(1, ids(tenant.get("/v1/tokens/")).size());
    }

    @Test
    void a_token_may_end_itself() {
        String secret = tenant.personalToken("tokens:write");

        assertEquals(
                204,
                server.http().delete("/v1/tokens/" + idOf(secret) + "/", secret).status());
        assertEquals(401, get(secret, "/v1/whoami/").status());
    }

    @Test
    void rotating_gives_a_new_secret_and_kills_the_old_one() {
        String old = tenant.inboxToken(tenant.endpoint("desk"), "email:read");
        String id = idOf(old);
        Reply reply = tenant.post("/v1/tokens/" + id + "/rotate/", "", "Idempotency-Key", "r1");
        String fresh = reply.json().get("token").asText();

        assertEquals(200, reply.status());
        assertNotEquals(old, fresh);
        assertEquals(401, get(old, "/v1/whoami/").status());
        assertEquals(id, idOf(fresh));
        Reply repeated = tenant.post("/v1/tokens/" + id + "/rotate/", "", "Idempotency-Key", "r1");
        assertEquals("true", repeated.header("Idempotency-Replayed"));
        assertTrue(repeated.json().get("token").isNull());
        assertEquals(id, idOf(fresh), "it was not rotated again");
    }

    @Test
    void nobody_gets_the_secret_of_another_persons_own_token() {
        String member = server.addMember(tenant, "ann@elsewhere.example", "email:read");

        assertFault(403, "reach_escalation", tenant.post("/v1/tokens/" + idOf(member) + "/rotate/", ""));
        assertEquals(200, get(member, "/v1/whoami/").status());
        assertEquals(204, tenant.delete("/v1/tokens/" + idOf(member) + "/").status());
    }

    @Test
    void an_agents_token_gets_no_secret_of_an_inbox_that_the_agent_does_not_handle() {
        String agent = tenant.agent("helper");
        String program = tenant.agentToken(agent, "tokens:write", "email:read", "email:send");
        String elsewhere = tenant.post(
                        "/v1/tokens/",
                        "{\"label\": \"t\", \"agent_id\": \"" + agent + "\", \"inbox_id\": \"" + tenant.endpoint("desk")
                                + "\", \"scopes\": [\"email:read\", \"email:send\"]}")
                .json()
                .get("token")
                .asText();

        assertTrue(ids(get(program, "/v1/tokens/")).contains(idOf(elsewhere)), "it knows of it");
        assertFault(
                403, "reach_escalation", server.http().post("/v1/tokens/" + idOf(elsewhere) + "/rotate/", program, ""));
        assertEquals(200, get(elsewhere, "/v1/whoami/").status(), "its secret is as it was");
    }

    private String state(String id) {
        return tenant.get("/v1/tokens/" + id + "/").json().get("state").asText();
    }

    @Test
    void what_lets_nobody_in_says_so_and_gets_no_secret_that_never_will() {
        String agent = tenant.agent("helper");
        String secret = tenant.agentToken(agent, "email:read");
        String id = idOf(secret);
        assertEquals("active", state(id));

        tenant.patch("/v1/agents/" + agent + "/", "{\"status\": \"disabled\"}");
        assertEquals("agent_disabled", state(id));
        assertEquals(401, get(secret, "/v1/whoami/").status());
        String fresh = tenant.post("/v1/tokens/" + id + "/rotate/", "")
                .json()
                .get("token")
                .asText();
        tenant.patch("/v1/agents/" + agent + "/", "{\"status\": \"active\"}");
        assertEquals(id, idOf(fresh));

        assertEquals(204, tenant.delete("/v1/agents/" + agent + "/").status());
        assertEquals("agent_deleted", state(id));
        assertFault(409, "token_dead", tenant.post("/v1/tokens/" + id + "/rotate/", ""));
        assertEquals(204, tenant.delete("/v1/tokens/" + id + "/").status());
    }

    @Test
    void a_token_whose_time_is_over_says_so() {
        try (TestServer own = TestServer.start()) {
            tenant = own.newWorkspace();
            String end = own.clock().instant().plusSeconds(3600).toString();
            String id = tenant.post(
                            "/v1/tokens/",
                            "{\"label\": \"t\", \"scopes\": [\"email:read\"], \"expires_at\": \"" + end + "\"}")
                    .json()
                    .get("token_id")
                    .asText();
            assertEquals("active", state(id));
            own.clock().putForward(Duration.ofHours(1));
            assertEquals("expired", state(id));
            tenant.patch("/v1/tokens/" + id + "/", "{\"expires_at\": null}");
            assertEquals("active", state(id));
        }
    }

    @Test
    void the_last_use_is_kept_to_the_minute() {
        try (TestServer own = TestServer.start()) {
            Tenant there = own.newWorkspace();
            String secret = there.personalToken("email:read");
            String path = "/v1/tokens/";
            JsonNode unused = there.get(path).json().get(1);
            assertTrue(unused.get("last_used_at").isNull());
            path += unused.get("token_id").asText() + "/";

            own.http().get("/v1/whoami/", secret);
            String first = there.get(path).json().get("last_used_at").asText();
            assertFalse(first.isEmpty());
            own.clock().putForward(Duration.ofSeconds(10));
            own.http().get("/v1/whoami/", secret);
            assertEquals(first, there.get(path).json().get("last_used_at").asText());
            own.clock().putForward(Duration.ofSeconds(55));
            own.http().get("/v1/whoami/", secret);
            assertNotEquals(first, there.get(path).json().get("last_used_at").asText());
        }
    }
}
