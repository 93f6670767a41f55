package org.chancery.api.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.chancery.api.Http.Reply;
import org.chancery.api.Tenant;
import org.chancery.api.TestServer;
import org.chancery.testkit.contract.AtOnce;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EndpointRoutesTest {
    private static final String ENDPOINTS = "/v1/api/email/endpoints";
    private static final String MAILBOX = "/v1/api/email/workspace-mailbox";

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
                List.of(("id localpart address kind plane agent_id instructions allow_escalation default_reply_lang"
                                + " missed_reply_threshold_days send_cap_per_day deliver_to category_policy spam_score_max max_turns_per_sender_day max_turns_per_day sender_policy"
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
    void an_endpoint_takes_every_part_of_its_behaviour() {
        String json = """
                {"localpart": "desk", "kind": "custom", "plane": "agent", "sender_policy": "addr_allowlist",
                 "allow_patterns": ["*@b.example", "ann@c.example"], "reply_policy": "agent_decides",
                 "instructions": "Be kind.", "allow_escalation": false, "default_reply_lang": "PT-br",
                 "deliver_to": ["Ann@people.example"], "category_policy": {"invoice": "review", "ads": "ignore"},
                 "spam_score_max": 7.5, "max_turns_per_sender_day": 0, "max_turns_per_day": 1000000, "enabled": true}""";
        Reply made = tenant.post(ENDPOINTS, json);
        JsonNode endpoint = made.json();

        assertEquals(201, made.status(), made::text);
        assertEquals("addr_allowlist", endpoint.get("sender_policy").asText());
        assertEquals(
                "[\"*@b.example\",\"ann@c.example\"]",
                endpoint.get("allow_patterns").toString());
        assertEquals("Be kind.", endpoint.get("instructions").asText());
        assertFalse(endpoint.get("allow_escalation").asBoolean());
        assertEquals("pt-BR", endpoint.get("default_reply_lang").asText());
        assertEquals("[\"Ann@people.example\"]", endpoint.get("deliver_to").toString());
        assertEquals(
                "{\"ads\":\"ignore\",\"invoice\":\"review\"}",
                endpoint.get("category_policy").toString());
        assertEquals(7.5, endpoint.get("spam_score_max").asDouble());
        assertEquals(0, endpoint.get("max_turns_per_sender_day").asInt());
        assertEquals(endpoint, shown(endpoint.get("id").asText()));
    }

    @Test
    void null_means_the_default_of_a_new_endpoint() {
        Reply made = tenant.post(ENDPOINTS, """
                {"localpart": "desk", "kind": "custom", "plane": null, "agent_id": null, "sender_policy": null,
                 "instructions": null, "default_reply_lang": null, "deliver_to": null, "category_policy": null,
                 "spam_score_max": null, "allow_patterns": null, "enabled": null}""");

        assertEquals(201, made.status(), made::text);
        assertEquals("light", made.json().get("plane").asText());
        assertEquals("", made.json().get("instructions").asText());
        assertTrue(made.json().get("default_reply_lang").isNull());
    }

    private static final String WRONG_FIELDS = """
            "plane": "heavy"                                 | /plane
            "plane": 5                                       | /plane
            "agent_id": "agt_unknown"                        | /agent_id
            "sender_policy": "nobody"                        | /sender_policy
            "sender_policy": "anyone", "allow_patterns": ["a.example"]              | /allow_patterns/0
            "sender_policy": "bound_users_only", "allow_patterns": ["a.example"]    | /allow_patterns/0
            "sender_policy": "domain_allowlist", "allow_patterns": ["a.example", "b@a.example"] | /allow_patterns/1
            "sender_policy": "domain_allowlist", "allow_patterns": ["*"]            | /allow_patterns/0
            "sender_policy": "domain_allowlist", "allow_patterns": [""]             | /allow_patterns/0
            "sender_policy": "addr_allowlist", "allow_patterns": ["a.example"]      | /allow_patterns/0
            "sender_policy": "addr_allowlist", "allow_patterns": ["a*@a.example"]   | /allow_patterns/0
            "sender_policy": "addr_allowlist", "allow_patterns": [null]             | /allow_patterns/0
            "allow_patterns": "a.example"                    | /allow_patterns
            "reply_policy": "maybe"                          | /reply_policy
            "instructions": 5                                | /instructions
            "allow_escalation": "yes"                        | /allow_escalation
            "default_reply_lang": "english"                  | /default_reply_lang
            "default_reply_lang": "en-UK"                    | /default_reply_lang
            "default_reply_lang": ""                         | /default_reply_lang
            "deliver_to": "ann@people.example"               | /deliver_to
            "deliver_to": ["ann@people.example", "nobody"]   | /deliver_to/1
            "deliver_to": ["a@b.example\\r\\nBcc: x@y.example"] | /deliver_to/0
            "deliver_to": ["a@b.example", "A@b.example"]     | /deliver_to/1
            "category_policy": []                            | /category_policy
            "category_policy": {"ads": "delete"}             | /category_policy/ads
            "category_policy": {"ads": null}                 | /category_policy/ads
            "category_policy": {" x": "ignore"}              | /category_policy/ x
            "spam_score_max": -0.5                           | /spam_score_max
            "spam_score_max": 100.5                          | /spam_score_max
            "spam_score_max": 1e999                          | /spam_score_max
            "spam_score_max": "5"                            | /spam_score_max
            "max_turns_per_sender_day": -1                   | /max_turns_per_sender_day
            "max_turns_per_day": 1000001                     | /max_turns_per_day
            "max_turns_per_day": 1.5                         | /max_turns_per_day
            "enabled": "yes"                                 | /enabled
            "working_hours": {"time_zone": "UTC"}            | /working_hours
            "missed_reply_threshold_days": 0                 | /missed_reply_threshold_days
            "send_cap_per_day": -1                           | /send_cap_per_day
            "is_system": true                                | /is_system
            """;

    static Stream<Arguments> wrongFields() {
        return WRONG_FIELDS.lines().map(line -> {
            int bar = line.lastIndexOf('|');
            return Arguments.of(
                    line.substring(0, bar).strip(), line.substring(bar + 1).strip());
        });
    }

    @ParameterizedTest
    @MethodSource("wrongFields")
    void a_wrong_field_is_refused_with_its_place(String field, String pointer) {
        Reply made = tenant.post(ENDPOINTS, "{\"localpart\": \"desk\", \"kind\": \"custom\", " + field + "}");

        assertEquals(422, made.status(), made::text);
        assertEquals(pointer, made.place());

        String id = tenant.endpoint("desk");
        Reply changed = tenant.patch(ENDPOINTS + "/" + id, "{" + field + "}");
        assertEquals(422, changed.status(), changed::text);
        assertEquals(pointer, changed.place());
        assertEquals("anyone", shown(id).get("sender_policy").asText(), "a change is made whole or not at all");
    }

    @Test
    void people_who_get_copies_have_addresses_elsewhere() {
        String neighbour = server.newWorkspace().address("desk");
        for (String hosted : List.of(tenant.address("other"), neighbour, tenant.address("bounces+x"))) {
            Reply made = tenant.post(
                    ENDPOINTS, "{\"localpart\": \"desk\", \"kind\": \"custom\", \"deliver_to\": [\"" + hosted + "\"]}");
            assertEquals(422, made.status(), made::text);
            assertEquals("/deliver_to/0", made.place());
        }
    }

    private JsonNode shown(String id) {
        Reply reply = tenant.get(ENDPOINTS + "/" + id);
        assertEquals(200, reply.status(), reply::text);
        return reply.json();
    }

    private JsonNode changed(String id, String json) {
        Reply reply = tenant.patch(ENDPOINTS + "/" + id, json);
        assertEquals(200, reply.status(), reply::text);
        assertEquals(reply.json(), shown(id));
        return reply.json();
    }

    private void unchangeable(String id, String json, String pointer) {
        JsonNode before = shown(id);
        Reply reply = tenant.patch(ENDPOINTS + "/" + id, json);
        assertEquals(422, reply.status(), reply::text);
        assertEquals(pointer, reply.place());
        assertEquals(before, shown(id));
    }

    @Test
    void what_a_change_leaves_out_stays_and_what_it_names_is_replaced() {
        String id = tenant.endpoint("desk");
        ObjectNode before = (ObjectNode) changed(id, """
                {"sender_policy": "domain_allowlist", "allow_patterns": ["a.example", "b.example"], "instructions": "Be kind.",
                 "default_reply_lang": "de", "deliver_to": ["ann@people.example"], "category_policy": {"ads": "ignore"},
                 "spam_score_max": 9}""");
        server.clock().putForward(Duration.ofSeconds(1));

        ObjectNode after = (ObjectNode) changed(id, "{\"allow_patterns\": [\"c.example\"], \"category_policy\": {}}");

        assertEquals("[\"c.example\"]", after.get("allow_patterns").toString(), "the set is replaced wholesale");
        assertEquals("{}", after.get("category_policy").toString());
        assertTrue(after.get("updated_at")
                        .asText()
                        .compareTo(before.get("updated_at").asText())
                > 0);
        List<String> given = List.of("allow_patterns", "category_policy", "updated_at");
        assertEquals(before.remove(given), after.remove(given));
    }

    @Test
    void a_change_of_nothing_changes_nothing() {
        String id = tenant.endpoint("desk");
        JsonNode before = shown(id);
        server.clock().putForward(Duration.ofSeconds(1));

        assertEquals(before, changed(id, "{}"));
        assertEquals(before, changed(id, "{\"plane\": \"light\", \"deliver_to\": [], \"enabled\": true}"));
    }

    @Test
    void null_takes_away_what_can_be_none_and_nothing_else() {
        String agent = tenant.agent("helper");
        String id = tenant.agentEndpoint("desk", agent, "human_review");
        changed(id, "{\"default_reply_lang\": \"de\"}");

        assertTrue(changed(id, "{\"default_reply_lang\": null}")
                .get("default_reply_lang")
                .isNull());
        assertTrue(changed(id, "{\"agent_id\": null}").get("agent_id").isNull());
        for (String field : List.of(
                "plane",
                "sender_policy",
                "allow_patterns",
                "reply_policy",
                "instructions",
                "allow_escalation",
                "deliver_to",
                "category_policy",
                "spam_score_max",
                "max_turns_per_sender_day",
                "max_turns_per_day",
                "enabled")) {
            unchangeable(id, "{\"" + field + "\": null}", "/" + field);
        }
    }

    @Test
    void plane_and_agent_are_judged_together() {
        String agent = tenant.agent("helper");
        String id = tenant.endpoint("desk");

        unchangeable(id, "{\"agent_id\": \"" + agent + "\"}", "/agent_id");
        changed(id, "{\"plane\": \"agent\", \"agent_id\": \"" + agent + "\"}");
        unchangeable(id, "{\"plane\": \"light\", \"agent_id\": \"" + agent + "\"}", "/agent_id");
        changed(id, "{\"plane\": \"light\", \"agent_id\": null}");
        changed(id, "{\"plane\": \"agent\"}");
        changed(id, "{\"agent_id\": \"" + agent + "\"}");
        unchangeable(id, "{\"agent_id\": \"" + server.newWorkspace().agent("theirs") + "\"}", "/agent_id");
    }

    @Test
    void plane_light_takes_the_agent_away() {
        String id = tenant.agentEndpoint("desk", tenant.agent("helper"), "human_review");
        JsonNode light = changed(id, "{\"plane\": \"light\"}");

        assertEquals("light", light.get("plane").asText());
        assertTrue(light.get("agent_id").isNull());
        assertTrue(changed(id, "{\"plane\": \"agent\"}").get("agent_id").isNull(), "it does not come back by itself");
    }

    @Test
    void an_agent_that_is_deleted_at_the_same_moment_handles_no_endpoint() {
        String id = tenant.endpoint("desk");
        for (int round = 0; round < 20; round++) {
            String agent = tenant.agent("helper");
            String wired = "{\"plane\": \"agent\", \"agent_id\": \"" + agent + "\"}";
            List<Integer> statuses = AtOnce.run(
                    2,
                    number -> (number == 0
                                    ? tenant.delete("/v1/agents/" + agent + "/")
                                    : tenant.patch(ENDPOINTS + "/" + id, wired))
                            .status());
            assertTrue(List.of(List.of(204, 422), List.of(409, 200)).contains(statuses), statuses::toString);
            changed(id, "{\"plane\": \"light\"}");
        }
    }

    @Test
    void patterns_are_judged_by_the_policy_that_results() {
        String id = tenant.endpoint("desk");
        changed(id, "{\"sender_policy\": \"addr_allowlist\", \"allow_patterns\": [\"*@a.example\"]}");

        unchangeable(id, "{\"sender_policy\": \"domain_allowlist\"}", "/allow_patterns/0");
        unchangeable(id, "{\"allow_patterns\": [\"a.example\"]}", "/allow_patterns/0");
        JsonNode open = changed(id, "{\"sender_policy\": \"anyone\"}");
        assertEquals(
                "[\"*@a.example\"]", open.get("allow_patterns").toString(), "they wait for the policy to come back");
        changed(id, "{\"sender_policy\": \"domain_allowlist\", \"allow_patterns\": [\"*.a.example\"]}");
        changed(id, "{\"allow_patterns\": []}");
    }

    @Test
    void name_and_kind_are_fixed() {
        String id = tenant.endpoint("desk");

        unchangeable(id, "{\"localpart\": \"other\"}", "/localpart");
        unchangeable(id, "{\"localpart\": \"desk\"}", "/localpart");
        unchangeable(id, "{\"kind\": \"mailbox\"}", "/kind");
    }

    @Test
    void two_changes_at_once_follow_one_another() {
        String id = tenant.endpoint("desk");
        for (int round = 0; round < 10; round++) {
            String text = "round " + round;
            String json = round % 2 == 0 ? "false" : "true";
            List<Integer> statuses = AtOnce.run(
                    2,
                    number -> tenant.patch(
                                    ENDPOINTS + "/" + id,
                                    number == 0
                                            ? "{\"instructions\": \"" + text + "\"}"
                                            : "{\"allow_escalation\": " + json + "}")
                            .status());
            assertEquals(List.of(200, 200), statuses);
            JsonNode after = shown(id);
            assertEquals(text, after.get("instructions").asText(), "neither undoes the other");
            assertEquals(json, after.get("allow_escalation").asText());
        }
    }

    private String system() {
        return tenant.get(ENDPOINTS).json().get("endpoints").get(0).get("id").asText();
    }

    @Test
    void the_systems_mailbox_can_be_neither_edited_nor_removed() {
        String id = system();
        JsonNode before = shown(id);

        for (String json : List.of(
                "{}", "{\"enabled\": false}", "{\"localpart\": \"other\"}", "{\"reply_policy\": \"always_reply\"}")) {
            Reply edited = tenant.patch(ENDPOINTS + "/" + id, json);
            assertEquals(400, edited.status(), edited::text);
            assertEquals("system_mailbox", edited.code());
        }
        assertEquals(400, tenant.delete(ENDPOINTS + "/" + id).status());
        assertEquals(before, shown(id));
    }

    @Test
    void only_the_name_of_the_systems_mailbox_can_be_changed() {
        String id = system();
        Reply renamed = tenant.patch(MAILBOX, "{\"localpart\": \"hello\"}");

        assertEquals(200, renamed.status(), renamed::text);
        assertEquals(id, renamed.json().get("id").asText());
        assertEquals("hello", renamed.json().get("localpart").asText());
        assertEquals(tenant.address("hello"), renamed.json().get("address").asText());
        assertEquals("mailbox", renamed.json().get("kind").asText());
        assertEquals(renamed.json(), shown(id));
        assertEquals(
                "hello",
                tenant.get(ENDPOINTS).json().get("outbound_mailbox_localpart").asText());
        assertEquals(200, tenant.patch(MAILBOX, "{\"localpart\": \"hello\"}").status());
        assertEquals(200, tenant.patch(MAILBOX, "{\"localpart\": \"mail\"}").status(), "and back");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"localpart\": \"Hello\"}       | 400 | invalid_localpart",
                "{\"localpart\": \"\"}            | 400 | invalid_localpart",
                "{\"localpart\": \"a@b\"}         | 400 | invalid_localpart",
                "{\"localpart\": \"postmaster\"}  | 400 | reserved",
                "{\"localpart\": \"noreply\"}     | 400 | reserved",
                "{\"localpart\": \"taken\"}       | 409 | address_taken",
                "{\"localpart\": null}            | 422 | invalid",
                "{}                               | 422 | invalid",
                "{\"localpart\": \"a\", \"enabled\": false} | 422 | invalid",
            })
    void a_name_that_the_systems_mailbox_cannot_have(String json, int status, String code) {
        tenant.endpoint("taken");
        Reply reply = tenant.patch(MAILBOX, json);

        assertEquals(status, reply.status(), reply::text);
        assertEquals(code, reply.code());
        assertEquals(
                "mail",
                tenant.get(ENDPOINTS).json().get("outbound_mailbox_localpart").asText());
    }

    @Test
    void a_former_name_of_the_systems_mailbox_leads_to_it_until_somebody_wants_it() {
        tenant.patch(MAILBOX, "{\"localpart\": \"hello\"}");
        tenant.mailTo("mail", "Ann <ann@elsewhere.example>", "To the old name", "Hello");
        tenant.mailTo("hello", "Ann <ann@elsewhere.example>", "To the new name", "Hello");
        assertEquals(2, shown(system()).get("unrouted").asInt());

        String desk = tenant.endpoint("mail");
        tenant.mailTo("mail", "Ann <ann@elsewhere.example>", "To the endpoint", "Hello");
        assertEquals(1, shown(desk).get("awaiting_review").asInt());
        assertEquals(409, tenant.patch(MAILBOX, "{\"localpart\": \"mail\"}").status());
    }

    @Test
    void a_removed_endpoint_is_gone_and_its_mail_is_not() {
        String id = tenant.endpoint("desk");
        String waiting = tenant.mailTo("desk", "Ann <ann@elsewhere.example>", "One", "Hello");
        String token = tenant.inboxToken(id, "email:read");
        assertEquals(200, server.http().get("/v1/messages/", token).status());

        Reply removed = tenant.delete(ENDPOINTS + "/" + id);

        assertEquals(204, removed.status(), removed::text);
        assertEquals(0, removed.bytes().length);
        assertEquals("", removed.header("Content-Type"));
        assertEquals(404, tenant.get(ENDPOINTS + "/" + id).status());
        assertEquals(404, tenant.patch(ENDPOINTS + "/" + id, "{}").status());
        assertEquals(404, tenant.delete(ENDPOINTS + "/" + id).status());
        assertEquals(1, tenant.get(ENDPOINTS).json().get("endpoints").size());
        assertEquals(1, tenant.get("/v1/inboxes/").json().size());
        assertEquals(401, server.http().get("/v1/messages/", token).status(), "its tokens stop working");
        assertEquals(401, server.http().get("/v1/whoami/", token).status());

        JsonNode review = tenant.get("/v1/api/email/review").json();
        assertEquals(0, review.at("/counts/awaiting_review").asInt());
        assertEquals(0, review.get("awaiting_review").size());
        JsonNode row =
                tenant.get("/v1/api/email/activity?endpoint_id=" + id).json().at("/rows/0");
        assertEquals(waiting, row.get("email_message_id").asText());
        assertEquals("handled", row.get("handling_state").asText());
        assertEquals("desk", row.get("endpoint_localpart").asText());
        assertEquals(
                200,
                tenant.get("/v1/api/email/messages/" + waiting + "/content").status());
        assertEquals(200, tenant.get("/v1/messages/" + waiting + "/raw/").status());
    }

    @Test
    void an_address_can_be_given_again() {
        String first = tenant.endpoint("desk");
        tenant.mailTo("desk", "Ann <ann@elsewhere.example>", "One", "Hello");
        tenant.delete(ENDPOINTS + "/" + first);
        String second = tenant.endpoint("desk");
        tenant.mailTo("desk", "Ann <ann@elsewhere.example>", "Two", "Hello");

        assertEquals(1, shown(second).get("received").asInt(), "a new endpoint, with a count of its own");
        assertEquals(
                1,
                tenant.get("/v1/api/email/activity?endpoint_id=" + second)
                        .json()
                        .get("total")
                        .asInt());
        assertEquals(
                1,
                tenant.get("/v1/api/email/activity?endpoint_id=" + first)
                        .json()
                        .get("total")
                        .asInt());
    }

    @Test
    void all_that_waits_at_a_removed_endpoint_is_settled() {
        String agent = tenant.agent("helper");
        String id = tenant.agentEndpoint("desk", agent, "human_review");
        String drafted = tenant.mailTo("desk", "Ann <ann@elsewhere.example>", "Drafted", "Hello");
        String routed = tenant.mailTo("desk", "Bob <bob@elsewhere.example>", "Routed", "Hello");
        Reply draft = server.http().post("/v1/messages/", tenant.inboxToken(id, "email:send"), """
                {"reply_to_message_id": "%s", "text_body": "Answer"}""".formatted(drafted));
        assertEquals("draft", draft.json().get("status").asText(), draft::text);

        tenant.delete(ENDPOINTS + "/" + id);

        for (String message : List.of(drafted, routed)) {
            JsonNode now = tenant.get("/v1/messages/" + message + "/").json();
            assertEquals("handled", now.get("handling_state").asText());
        }
        String answer = draft.json().get("message_id").asText();
        JsonNode rejected = tenant.get("/v1/messages/" + answer + "/").json();
        assertEquals("rejected", rejected.get("status").asText());
        assertEquals(
                "the endpoint was removed", rejected.at("/rejection/reason").asText());
        assertEquals(
                0,
                tenant.get("/v1/api/email/review")
                        .json()
                        .at("/counts/awaiting_review")
                        .asInt());
    }

    @Test
    void what_waits_in_a_great_number_is_settled_after_the_answer() {
        String id = tenant.endpoint("desk");
        for (int i = 0; i < 120; i++) {
            tenant.mailTo("desk", "Ann <ann@elsewhere.example>", "Question " + i, "Hello");
        }

        assertEquals(204, tenant.delete(ENDPOINTS + "/" + id).status());
        assertEquals(20, inState("awaiting_review", id), "the call itself settles two pages");
        server.doLater();
        assertEquals(0, inState("awaiting_review", id));
        assertEquals(120, inState("handled", id));
    }

    private int inState(String state, String endpoint) {
        return tenant.get("/v1/api/email/activity?state=" + state + "&endpoint_id=" + endpoint)
                .json()
                .get("total")
                .asInt();
    }

    @Test
    void several_workspaces_share_a_domain_and_nobody_gets_anothers_address() {
        String domain = server.newDomain();
        Tenant acme = server.newWorkspace(domain, "acme");
        Tenant big = server.newWorkspace(domain, "big-acme");
        Tenant whole = server.newWorkspace(domain, "");
        String json = "{\"localpart\": \"%s\", \"kind\": \"custom\"}";

        assertEquals(
                "sales-acme@" + domain,
                acme.post(ENDPOINTS, json.formatted("sales"))
                        .json()
                        .get("address")
                        .asText());
        assertEquals(
                "sales-big-acme@" + domain,
                big.post(ENDPOINTS, json.formatted("sales"))
                        .json()
                        .get("address")
                        .asText());
        assertEquals(
                "sales@" + domain,
                whole.post(ENDPOINTS, json.formatted("sales"))
                        .json()
                        .get("address")
                        .asText());
        for (Reply refused : List.of(
                whole.post(ENDPOINTS, json.formatted("help-acme")),
                whole.post(ENDPOINTS, json.formatted("postmaster-acme")),
                acme.post(ENDPOINTS, json.formatted("help-big")))) {
            assertEquals(422, refused.status(), refused::text);
            assertEquals("/localpart", refused.place());
        }
        JsonNode list = acme.get(ENDPOINTS).json();
        assertEquals("acme", list.get("tenant_email_slug").asText());
        assertEquals(domain, list.get("domain").asText());
        assertEquals(2, list.get("endpoints").size());
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
    void a_mail_that_answers_none_is_the_last_one_too() {
        String inbox = tenant.endpoint("desk");
        assertTrue(shown(inbox).get("last_occurred_at").isNull());
        Reply sent = tenant.post("/v1/messages/", """
                {"inbox_id": "%s", "to": [{"email": "a@b.example"}], "text_body": "x"}""".formatted(inbox));

        assertEquals(202, sent.status(), sent::text);
        assertTrue(shown(inbox).get("last_occurred_at").isTextual());
        assertEquals(0, shown(inbox).get("replied").asInt());
    }

    @Test
    void a_repeated_request_shows_the_counters_of_now() {
        String json = "{\"localpart\": \"desk\", \"kind\": \"custom\"}";
        // The key, the endpoint; then the database fails before the answer is kept.
        server.failAfter(2);
        try {
            assertEquals(
                    201, tenant.post(ENDPOINTS, json, "Idempotency-Key", "k1").status());
        } finally {
            server.failNoMore();
        }
        tenant.mailTo("desk", "Ann <ann@elsewhere.example>", "One", "Hello");
        Reply again = tenant.post(ENDPOINTS, json, "Idempotency-Key", "k1");

        assertEquals(201, again.status(), again::text);
        assertEquals(1, again.json().get("received").asInt());
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
        String one = ENDPOINTS + "/" + tenant.endpoint("c");
        List<Reply> refused = List.of(
                server.http().patch(one, token, "{}"),
                server.http().delete(one, token),
                server.http().patch(MAILBOX, token, "{\"localpart\": \"hello\"}"));
        for (Reply reply : refused) {
            assertEquals(403, reply.status(), reply::text);
            assertTrue(reply.text().contains("scope admin"), reply::text);
        }
        assertEquals(401, server.http().patch(one, null, "{}").status());
        assertEquals(401, server.http().delete(one, null).status());
        assertEquals(401, server.http().patch(MAILBOX, null, "{}").status());
        assertEquals(200, tenant.get(one).status());
    }

    @Test
    void nobody_changes_or_removes_what_is_anothers() {
        String theirs = server.newWorkspace().endpoint("theirs");

        for (String id : List.of(theirs, "inb_unknown", "x")) {
            assertEquals(404, tenant.patch(ENDPOINTS + "/" + id, "{}").status());
            assertEquals(404, tenant.delete(ENDPOINTS + "/" + id).status());
        }
    }
}
