package org.chancery.api.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

class EndpointRoutesTest {
    private static final String ENDPOINTS = "/v1/api/email/endpoints";

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
    void an_endpoint_is_made_with_the_defaults_of_the_seed() {
        Reply made = tenant.post(ENDPOINTS, "{\"localpart\": \"sales.eu\", \"kind\": \"custom\"}");
        JsonNode endpoint = made.json();

        assertEquals(201, made.status(), made::text);
        List<String> names = new ArrayList<>();
        endpoint.fieldNames().forEachRemaining(names::add);
        assertEquals(
                List.of(
                        ("id localpart address kind plane agent_id instructions allow_escalation default_reply_lang deliver_to"
                                        + " category_policy spam_score_max max_turns_per_sender_day max_turns_per_day sender_policy"
                                        + " reply_policy allow_patterns enabled is_system created_at updated_at received replied"
                                        + " awaiting_review unrouted quarantined escalated last_occurred_at")
                                .split(" ")),
                names);
        assertTrue(endpoint.get("id").asText().startsWith("inb_"));
        assertEquals(tenant.address("sales.eu"), endpoint.get("address").asText());
        assertEquals("custom", endpoint.get("kind").asText());
        assertEquals("light", endpoint.get("plane").asText());
        assertEquals("anyone", endpoint.get("sender_policy").asText());
        assertEquals("human_review", endpoint.get("reply_policy").asText());
        assertEquals(5.0, endpoint.get("spam_score_max").asDouble());
        assertEquals(20, endpoint.get("max_turns_per_sender_day").asInt());
        assertEquals(500, endpoint.get("max_turns_per_day").asInt());
        assertTrue(endpoint.get("allow_escalation").asBoolean());
        assertTrue(endpoint.get("enabled").asBoolean());
        assertFalse(endpoint.get("is_system").asBoolean());
        assertEquals("[]", endpoint.get("deliver_to").toString());
        assertEquals("{}", endpoint.get("category_policy").toString());
        assertEquals(
                endpoint,
                tenant.get(ENDPOINTS + "/" + endpoint.get("id").asText()).json());
    }

    @Test
    void an_endpoint_takes_what_acts() {
        String agent = tenant.agent("helper");
        JsonNode endpoint = tenant.post(ENDPOINTS, """
                        {"localpart": "desk", "kind": "custom", "plane": "agent", "agent_id": "%s", "reply_policy": "always_reply",
                         "max_turns_per_sender_day": 3, "max_turns_per_day": 30, "enabled": false}""".formatted(agent)).json();

        assertEquals("agent", endpoint.get("plane").asText());
        assertEquals(agent, endpoint.get("agent_id").asText());
        assertEquals("always_reply", endpoint.get("reply_policy").asText());
        assertEquals(3, endpoint.get("max_turns_per_sender_day").asInt());
        assertEquals(30, endpoint.get("max_turns_per_day").asInt());
        assertFalse(endpoint.get("enabled").asBoolean());
    }

    @Test
    void what_every_endpoint_has_may_be_said() {
        Reply made = tenant.post(ENDPOINTS, """
                {"localpart": "desk", "kind": "custom", "sender_policy": "anyone", "instructions": "", "allow_escalation": true,
                 "default_reply_lang": null, "deliver_to": [], "category_policy": {}, "spam_score_max": 5, "allow_patterns": []}""");

        assertEquals(201, made.status(), made::text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"sender_policy\": \"domain_allowlist\"   | /sender_policy      | not_available_yet",
                "\"sender_policy\": \"bound_users_only\"   | /sender_policy      | not_available_yet",
                "\"sender_policy\": \"nobody\"             | /sender_policy      | invalid",
                "\"instructions\": \"be kind\"             | /instructions       | not_available_yet",
                "\"allow_escalation\": false               | /allow_escalation   | not_available_yet",
                "\"default_reply_lang\": \"de\"            | /default_reply_lang | not_available_yet",
                "\"deliver_to\": [\"a@b.example\"]         | /deliver_to         | not_available_yet",
                "\"category_policy\": {\"spam\": \"ignore\"} | /category_policy  | not_available_yet",
                "\"spam_score_max\": 4.5                   | /spam_score_max     | not_available_yet",
                "\"allow_patterns\": [\"*\"]               | /allow_patterns     | not_available_yet",
                "\"plane\": \"heavy\"                      | /plane              | invalid",
                "\"reply_policy\": \"maybe\"               | /reply_policy       | invalid",
                "\"max_turns_per_day\": -1                 | /max_turns_per_day  | invalid",
                "\"max_turns_per_day\": 1000001            | /max_turns_per_day  | invalid",
                "\"agent_id\": \"agt_unknown\"             | /agent_id           | invalid",
                "\"enabled\": \"yes\"                      | /enabled            | invalid",
            })
    void what_nothing_acts_on_is_refused(String field, String pointer, String code) {
        Reply reply = tenant.post(ENDPOINTS, "{\"localpart\": \"desk\", \"kind\": \"custom\", " + field + "}");

        assertEquals(422, reply.status(), reply::text);
        assertEquals(pointer, reply.place());
        assertEquals(code, reply.code());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"kind\": \"custom\"}                                 | /localpart | invalid",
                "{\"localpart\": \"desk\"}                              | /kind      | invalid",
                "{\"localpart\": \"desk\", \"kind\": \"mailbox\"}       | /kind      | invalid",
                "{\"localpart\": \"desk\", \"kind\": \"other\"}         | /kind      | invalid",
                "{\"localpart\": \"Desk\", \"kind\": \"custom\"}        | /localpart | invalid",
                "{\"localpart\": \"a@b\", \"kind\": \"custom\"}         | /localpart | invalid",
                "{\"localpart\": \"postmaster\", \"kind\": \"custom\"}  | /localpart | reserved",
            })
    void names_and_kinds_are_checked(String json, String pointer, String code) {
        Reply reply = tenant.post(ENDPOINTS, json);

        assertEquals(422, reply.status(), reply::text);
        assertEquals(pointer, reply.place());
        assertEquals(code, reply.code());
    }

    @Test
    void an_agent_belongs_to_plane_agent_and_to_the_workspace() {
        String ours = tenant.agent("ours");
        String theirs = server.newWorkspace().agent("theirs");
        String json = "{\"localpart\": \"desk\", \"kind\": \"custom\", \"plane\": \"%s\", \"agent_id\": \"%s\"}";

        assertEquals(
                "/agent_id",
                tenant.post(ENDPOINTS, json.formatted("light", ours)).place());
        assertEquals(
                "/agent_id",
                tenant.post(ENDPOINTS, json.formatted("agent", theirs)).place());
        assertEquals(
                201,
                tenant.post(ENDPOINTS, "{\"localpart\": \"desk\", \"kind\": \"custom\", \"plane\": \"agent\"}")
                        .status());
    }

    @Test
    void an_address_is_taken_once() {
        tenant.endpoint("desk");
        Reply again = tenant.post(ENDPOINTS, "{\"localpart\": \"desk\", \"kind\": \"custom\"}");

        assertEquals(409, again.status());
        assertEquals("address_taken", again.code());
    }

    @Test
    void the_list_tells_what_addresses_are_made_of() {
        String made = tenant.endpoint("desk");
        JsonNode list = tenant.get(ENDPOINTS).json();

        assertEquals("", list.get("tenant_email_slug").asText());
        assertEquals(tenant.workspace().domain(), list.get("domain").asText());
        assertEquals("mail", list.get("outbound_mailbox_localpart").asText());
        assertEquals(2, list.get("endpoints").size());
        assertTrue(list.get("endpoints").get(0).get("is_system").asBoolean());
        assertEquals("mailbox", list.get("endpoints").get(0).get("kind").asText());
        assertEquals(made, list.get("endpoints").get(1).get("id").asText());
    }

    @Test
    void counters_tell_what_happened() {
        String inbox = tenant.endpoint("desk");
        tenant.mailTo("desk", "Ann <ann@elsewhere.example>", "One", "Hello");
        JsonNode endpoint = tenant.get(ENDPOINTS + "/" + inbox).json();

        assertEquals(1, endpoint.get("received").asInt());
        assertEquals(1, endpoint.get("awaiting_review").asInt());
        assertEquals(0, endpoint.get("replied").asInt());
        assertTrue(endpoint.get("last_occurred_at").isTextual());
    }

    @Test
    void an_unknown_or_foreign_endpoint_is_404() {
        String theirs = server.newWorkspace().endpoint("theirs");

        assertEquals(404, tenant.get(ENDPOINTS + "/" + theirs).status());
        assertEquals(404, tenant.get(ENDPOINTS + "/inb_unknown").status());
    }

    @Test
    void paging_leaves_no_gaps_in_both_lists() {
        List<String> made = List.of(tenant.endpoint("a"), tenant.endpoint("b"), tenant.endpoint("c"));

        assertEquals(
                made,
                walk(tenant.token(), "/v1/inboxes/?limit=1", "", "inbox_id").subList(1, 4));
        assertEquals(
                made,
                walk(tenant.token(), ENDPOINTS + "?limit=1", "endpoints", "id").subList(1, 4));
    }

    @Test
    void an_agents_inboxes_are_paged_too() {
        String agent = tenant.agent("helper");
        List<String> made = List.of(
                tenant.agentEndpoint("a", agent, "human_review"),
                tenant.agentEndpoint("b", agent, "human_review"),
                tenant.agentEndpoint("c", agent, "human_review"));
        tenant.endpoint("not-the-agents");

        assertEquals(made, walk(tenant.agentToken(agent, "email:read"), "/v1/inboxes/?limit=1", "", "inbox_id"));
    }

    private static List<String> walk(String token, String first, String member, String id) {
        List<String> seen = new ArrayList<>();
        String path = first;
        while (!path.isEmpty()) {
            Reply page = server.http().get(path, token);
            JsonNode rows = member.isEmpty() ? page.json() : page.json().get(member);
            assertTrue(rows.size() <= 1);
            rows.forEach(row -> seen.add(row.get(id).asText()));
            path = page.next();
        }
        return seen;
    }

    @Test
    void inboxes_are_those_that_the_token_may_use() {
        String bound = tenant.endpoint("bound");
        tenant.endpoint("other");
        JsonNode inboxes = server.http()
                .get("/v1/inboxes/", tenant.inboxToken(bound, "email:read"))
                .json();

        assertEquals(1, inboxes.size());
        JsonNode inbox = inboxes.get(0);
        assertEquals(bound, inbox.get("inbox_id").asText());
        assertEquals(tenant.address("bound"), inbox.get("address").asText());
        assertEquals("bound", inbox.get("name").asText());
        assertEquals("light", inbox.get("plane").asText());
        assertEquals("human_review", inbox.get("reply_policy").asText());
        assertTrue(inbox.get("enabled").asBoolean());
        assertFalse(inbox.get("is_system").asBoolean());
    }

    @Test
    void endpoints_are_for_admins() {
        String token = tenant.personalToken("email:read", "conversations:read");

        assertEquals(403, server.http().get(ENDPOINTS, token).status());
        assertEquals(
                403,
                server.http().get(ENDPOINTS + "/" + tenant.endpoint("a"), token).status());
        assertEquals(
                403,
                server.http()
                        .post(ENDPOINTS, token, "{\"localpart\": \"b\", \"kind\": \"custom\"}")
                        .status());
    }
}
