package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.OwnWorkspace.ADA;
import static org.chancery.server.endtoend.OwnWorkspace.ENDPOINTS;
import static org.chancery.server.endtoend.OwnWorkspace.MESSAGES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.contract.AtOnce;
import org.junit.jupiter.api.Test;

/**
 * What admins set of an endpoint: after each change the next mail says what it does. Run on each database. {@code docs/api/email-endpoints.md} lists it.
 */
interface EndpointCallsContract {
    String MAILBOX = "/v1/api/email/workspace-mailbox";

    RunningServer server();

    @Test
    default void an_endpoint_is_made_with_the_defaults_and_takes_mail_for_people() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        JsonNode made = acme.owner
                .post(
                        ENDPOINTS,
                        "{\"localpart\": \"sales.eu\", \"kind\": \"custom\", \"plane\": null, \"enabled\": null}")
                .expect(201)
                .body();
        List<String> names = new ArrayList<>();
        made.fieldNames().forEachRemaining(names::add);

        assertEquals(
                List.of(("id localpart address kind plane agent_id instructions allow_escalation default_reply_lang"
                                + " missed_reply_threshold_days send_cap_per_day deliver_to category_policy"
                                + " spam_score_max max_turns_per_sender_day max_turns_per_day sender_policy"
                                + " reply_policy allow_patterns enabled is_system created_at updated_at received replied"
                                + " awaiting_review unrouted quarantined escalated last_occurred_at")
                        .split(" ")),
                names);
        ObjectNode rest = made.deepCopy();
        assertTrue(rest.remove("id").asText().startsWith("inb_"));
        assertTrue(rest.remove("created_at").asText().endsWith("Z"));
        assertTrue(rest.remove("updated_at").asText().endsWith("Z"));
        assertEquals("""
                {"localpart":"sales.eu","address":"sales.eu@%s","kind":"custom","plane":"light","agent_id":null,\
                "instructions":"","allow_escalation":true,"default_reply_lang":null,"missed_reply_threshold_days":null,"send_cap_per_day":null,"deliver_to":[],"category_policy":{},\
                "spam_score_max":5.0,"max_turns_per_sender_day":20,"max_turns_per_day":500,"sender_policy":"anyone",\
                "reply_policy":"human_review","allow_patterns":[],"enabled":true,"is_system":false,"received":0,"replied":0,\
                "awaiting_review":0,"unrouted":0,"quarantined":0,"escalated":0,"last_occurred_at":null}""".formatted(acme.domain), rest.toString());
        assertEquals(made, acme.endpoint(made.path("id").asText()));
        assertEquals("awaiting_review", acme.goes(ADA, "sales.eu"));
    }

    @Test
    default void an_endpoint_takes_every_part_of_its_behaviour_at_once() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String agent = acme.agent("helper");
        String json = """
                {"localpart": "desk", "kind": "custom", "plane": "agent", "agent_id": "%s", "sender_policy": "addr_allowlist",
                 "allow_patterns": ["*@b.example", "ann@c.example"], "reply_policy": "never_reply",
                 "instructions": "Be kind.", "allow_escalation": false, "default_reply_lang": "PT-br",
                 "deliver_to": ["Ann@people.example"], "category_policy": {"invoice": "review", "ads": "ignore"},
                 "spam_score_max": 7.5, "max_turns_per_sender_day": 1, "max_turns_per_day": 1000000, "enabled": true}""";
        JsonNode made =
                acme.owner.post(ENDPOINTS, json.formatted(agent)).expect(201).body();

        assertEquals(
                "[\"*@b.example\",\"ann@c.example\"]",
                made.path("allow_patterns").toString());
        assertEquals("pt-BR", made.path("default_reply_lang").asText());
        assertEquals("[\"Ann@people.example\"]", made.path("deliver_to").toString());
        assertEquals(
                "{\"ads\":\"ignore\",\"invoice\":\"review\"}",
                made.path("category_policy").toString());
        assertEquals("Be kind.", made.path("instructions").asText());
        assertEquals(7.5, made.path("spam_score_max").asDouble());
        assertEquals(made, acme.endpoint(made.path("id").asText()));
        assertEquals("quarantined: unknown_sender", acme.goes(ADA, "desk"));
        assertEquals("quarantined: unknown_sender", acme.goes("bob@c.example", "desk"));
        // The policy asks a model for categories, and there is none.
        assertEquals("awaiting_review", acme.goes("ann@c.example", "desk"));
        acme.change(made.path("id").asText(), "{\"category_policy\": {}}");
        assertEquals("routed", acme.goes("any@b.example", "desk"));
        assertEquals("awaiting_review", acme.goes("any@b.example", "desk"), "one turn for a sender a day");
    }

    @Test
    default void what_a_change_leaves_out_stays_and_what_it_names_is_replaced_as_a_whole() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String id = acme.endpoint("desk", "");
        ObjectNode before = acme.change(id, """
                {"sender_policy": "domain_allowlist", "allow_patterns": ["a.example", "*.b.example"], "instructions": "Be kind.",
                 "default_reply_lang": "de", "category_policy": {"ads": "ignore"}, "spam_score_max": 9}""").deepCopy();
        assertEquals("awaiting_review", acme.goes("x@a.example", "desk"));
        assertEquals("awaiting_review", acme.goes("x@sub.b.example", "desk"));
        assertEquals("quarantined: unknown_sender", acme.goes("x@b.example", "desk"));
        assertEquals("quarantined: unknown_sender", acme.goes("x@c.example", "desk"));

        ObjectNode after =
                acme.change(id, "{\"allow_patterns\": [\"c.example\"]}").deepCopy();

        assertEquals("[\"c.example\"]", after.path("allow_patterns").toString());
        for (String own : List.of("instructions", "default_reply_lang", "category_policy", "spam_score_max", "plane")) {
            assertEquals(before.path(own), after.path(own), own);
        }
        assertEquals("domain_allowlist", after.path("sender_policy").asText());
        assertEquals("awaiting_review", acme.goes("x@c.example", "desk"));
        assertEquals("quarantined: unknown_sender", acme.goes("x@a.example", "desk"));
        assertEquals("quarantined: unknown_sender", acme.goes("x@sub.b.example", "desk"));
        acme.change(id, "{\"allow_patterns\": []}");
        assertEquals("quarantined: unknown_sender", acme.goes("x@c.example", "desk"));
    }

    @Test
    default void patterns_are_judged_by_the_policy_that_results_and_wait_while_there_is_none() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String id = acme.endpoint("desk", "");
        acme.change(id, "{\"sender_policy\": \"addr_allowlist\", \"allow_patterns\": [\"*@a.example\"]}");

        acme.cannotChange(id, "{\"sender_policy\": \"domain_allowlist\"}", "/allow_patterns/0");
        acme.cannotChange(id, "{\"allow_patterns\": [\"a.example\"]}", "/allow_patterns/0");
        assertEquals("awaiting_review", acme.goes("x@a.example", "desk"));
        assertEquals("quarantined: unknown_sender", acme.goes("x@z.example", "desk"));

        JsonNode open = acme.change(id, "{\"sender_policy\": \"anyone\"}");
        assertEquals("[\"*@a.example\"]", open.path("allow_patterns").toString());
        assertEquals("awaiting_review", acme.goes("x@z.example", "desk"));
        acme.change(id, "{\"sender_policy\": \"addr_allowlist\"}");
        assertEquals("quarantined: unknown_sender", acme.goes("x@z.example", "desk"));
    }

    @Test
    default void plane_and_agent_are_judged_together_and_plane_light_takes_the_agent_away() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String agent = acme.agent("helper");
        String id = acme.endpoint("desk", "");
        acme.cannotChange(id, "{\"agent_id\": \"" + agent + "\"}", "/agent_id");
        assertEquals("awaiting_review", acme.goes(ADA, "desk"));
        acme.change(id, "{\"plane\": \"agent\", \"agent_id\": \"" + agent + "\"}");
        assertEquals("routed", acme.goes(ADA, "desk"));
        acme.cannotChange(id, "{\"plane\": \"light\", \"agent_id\": \"" + agent + "\"}", "/agent_id");
        assertEquals("routed", acme.goes(ADA, "desk"));
        assertTrue(acme.change(id, "{\"plane\": \"light\"}").path("agent_id").isNull());
        assertEquals("awaiting_review", acme.goes(ADA, "desk"));
        acme.change(id, "{\"plane\": \"agent\"}");
        assertEquals("unrouted", acme.goes(ADA, "desk"), "it does not come back by itself");
    }

    @Test
    default void a_former_name_of_the_systems_mailbox_leads_to_it_until_somebody_wants_it() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        JsonNode renamed = acme.owner
                .patch(MAILBOX, "{\"localpart\": \"hello\"}")
                .expect(200)
                .body();
        assertEquals(acme.address("hello"), renamed.path("address").asText());
        assertEquals("unrouted", acme.goes(ADA, "hello"));
        assertEquals("unrouted", acme.goes(ADA, "mail"));
        acme.endpoint("mail", "");
        assertEquals("awaiting_review", acme.goes(ADA, "mail"));
        assertEquals(
                "address_taken",
                acme.owner
                        .patch(MAILBOX, "{\"localpart\": \"mail\"}")
                        .expect(409)
                        .code());
        assertEquals("unrouted", acme.goes(ADA, "hello"));
    }

    @Test
    default void two_changes_at_once_follow_one_another() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String id = acme.endpoint("desk", "");
        for (int round = 0; round < 5; round++) {
            String text = "round " + round;
            String enabled = round % 2 == 0 ? "false" : "true";
            List<Integer> statuses = AtOnce.run(
                    2,
                    number -> acme.owner
                            .patch(
                                    ENDPOINTS + "/" + id,
                                    number == 0
                                            ? "{\"instructions\": \"" + text + "\"}"
                                            : "{\"enabled\": " + enabled + "}")
                            .status());
            assertEquals(List.of(200, 200), statuses);
            assertEquals(text, acme.endpoint(id).path("instructions").asText(), "neither undoes the other");
            assertEquals(round % 2 == 0 ? "450 4.2.1" : "awaiting_review", acme.goes(ADA, "desk"));
        }
    }

    @Test
    default void an_agent_that_is_deleted_at_the_same_moment_handles_no_endpoint() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String id = acme.endpoint("desk", "");
        for (int round = 0; round < 5; round++) {
            String agent = acme.agent("helper");
            String wired = "{\"plane\": \"agent\", \"agent_id\": \"" + agent + "\"}";
            List<Integer> statuses = AtOnce.run(
                    2,
                    number -> (number == 0
                                    ? acme.owner.delete("/v1/agents/" + agent + "/")
                                    : acme.owner.patch(ENDPOINTS + "/" + id, wired))
                            .status());
            assertTrue(List.of(List.of(204, 422), List.of(409, 200)).contains(statuses), statuses::toString);
            assertEquals(statuses.get(1) == 200 ? "routed" : "awaiting_review", acme.goes(ADA, "desk"));
            acme.change(id, "{\"plane\": \"light\"}");
        }
    }

    @Test
    default void the_list_is_paged_without_gaps_oldest_first() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        List<String> made =
                List.of(acme.systemMailbox(), acme.endpoint("a", ""), acme.endpoint("b", ""), acme.endpoint("c", ""));
        List<String> seen = new ArrayList<>();
        for (String path = ENDPOINTS + "?limit=1"; !path.isEmpty(); ) {
            Answer page = acme.owner.get(path).expect(200);
            assertEquals(1, page.body().path("endpoints").size());
            assertEquals(acme.domain, page.text("domain"));
            assertEquals("", page.text("tenant_email_slug"));
            assertEquals("mail", page.text("outbound_mailbox_localpart"));
            seen.add(page.body().at("/endpoints/0/id").asText());
            path = page.next();
        }
        assertEquals(made, seen);
        for (String wrong : List.of("?limit=0", "?limit=1001", "?cursor=nonsense", "?limti=1")) {
            acme.owner.get(ENDPOINTS + wrong).expect(422);
        }
    }

    @Test
    default void each_counter_counts_its_own() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String id = acme.endpoint(
                "desk",
                ", \"plane\": \"agent\", \"agent_id\": \"" + acme.agent("helper")
                        + "\", \"sender_policy\": \"domain_allowlist\", \"allow_patterns\": [\"customer.example\"]");
        Client program = acme.program(id);
        acme.receive("eve@stranger.example", "desk", "held");
        assertEquals("received 0 replied 0 awaiting_review 0 unrouted 0 quarantined 1 escalated 0", counters(acme, id));
        assertTrue(acme.endpoint(id).path("last_occurred_at").isNull(), "what is held back did not come");

        String escalated = acme.message(ADA, "desk", "escalated");
        program.post(MESSAGES + escalated + "/escalate", "{}").expect(200);
        assertEquals("received 1 replied 0 awaiting_review 1 unrouted 0 quarantined 1 escalated 1", counters(acme, id));
        acme.owner.post(MESSAGES + escalated + "/reply", "{\"text\": \"Yes.\"}").expect(200);
        acme.change(id, "{\"agent_id\": null}");
        acme.receive(ADA, "desk", "nobody's");
        assertEquals("received 2 replied 1 awaiting_review 0 unrouted 1 quarantined 1 escalated 1", counters(acme, id));
        Instant came = lastOccurred(acme, id);

        acme.owner.post("/v1/messages/", """
                        {"inbox_id": "%s", "to": [{"email": "new@customer.example"}], "subject": "goes", "text_body": "x"}""".formatted(id)).expect(202);
        assertTrue(lastOccurred(acme, id).isAfter(came), "what goes is the last, too");
        assertEquals("received 2 replied 1 awaiting_review 0 unrouted 1 quarantined 1 escalated 1", counters(acme, id));
        assertEquals(
                "received 0 replied 0 awaiting_review 0 unrouted 0 quarantined 0 escalated 0",
                counters(acme, acme.systemMailbox()),
                "each endpoint has its own");
    }

    private static Instant lastOccurred(OwnWorkspace acme, String id) {
        return Instant.parse(acme.endpoint(id).path("last_occurred_at").asText());
    }

    private static String counters(OwnWorkspace acme, String id) {
        JsonNode endpoint = acme.endpoint(id);
        StringBuilder counters = new StringBuilder();
        for (String name : "received replied awaiting_review unrouted quarantined escalated".split(" ")) {
            counters.append(name)
                    .append(' ')
                    .append(endpoint.path(name).asLong(-1))
                    .append(' ');
        }
        return counters.toString().strip();
    }

    @Test
    default void all_that_waits_at_a_removed_endpoint_is_settled_however_much_it_is() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String id = acme.endpoint("desk", "");
        for (int i = 0; i < 109; i++) {
            assertTrue(acme.say(ADA, "desk", "question " + i).startsWith("250"));
        }
        acme.owner.until(
                "/v1/api/email/badge", badge -> badge.body().path("count").asInt() == 109);

        acme.owner.delete(ENDPOINTS + "/" + id).expect(204);

        assertEquals("550 5.1.1", acme.goes(ADA, "desk"));
        acme.owner.until(
                "/v1/api/email/activity?state=handled&endpoint_id=" + id,
                answer -> answer.body().path("total").asInt() == 109);
        Answer badge = acme.owner.get("/v1/api/email/badge").expect(200);
        assertEquals(0, badge.body().path("count").asInt());
        acme.endpoint("desk", "");
        assertEquals("awaiting_review", acme.goes(ADA, "desk"));
    }
}
