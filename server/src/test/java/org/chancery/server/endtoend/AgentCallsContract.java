package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.OwnWorkspace.ADA;
import static org.chancery.server.endtoend.OwnWorkspace.ENDPOINTS;
import static org.chancery.server.endtoend.OwnWorkspace.MESSAGES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/**
 * Agents as admins make and change them, and whose turn the next mail is; run on each database. {@code
 * docs/api/agents-and-turns.md} lists it.
 */
interface AgentCallsContract {
    String AGENTS = "/v1/agents/";

    /** Nobody knows this name, so that nobody is called. */
    String HOOK = "https://hooks.nowhere.invalid/turn";

    RunningServer server();

    private static JsonNode shown(OwnWorkspace acme, String id) {
        return acme.owner.get(AGENTS + id + "/").expect(200).body();
    }

    @Test
    default void an_agent_is_made_and_shown_and_gets_the_turn() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String owner = acme.owner.get("/v1/whoami/").text("user_id");
        ObjectNode made = acme.owner
                .post(AGENTS, """
                        {"name": "helper", "type": "support", "execution_mode": "external", "owner_user_id": "%s",
                         "webhook_url": "%s"}""".formatted(owner, HOOK))
                .expect(201)
                .body()
                .deepCopy();
        String id = made.path("agent_id").asText();

        assertTrue(id.startsWith("agt_"));
        assertTrue(made.path("webhook_secret").asText().startsWith("whsec_"));
        made.putNull("webhook_secret");
        assertEquals(made, shown(acme, id), "all but the secret, which is shown once");
        assertEquals(made, acme.owner.get(AGENTS).expect(200).body().get(0));
        made.remove(List.of("agent_id", "created_at", "updated_at", "webhook_secret"));
        assertEquals(
                "{\"name\":\"helper\",\"type\":\"support\",\"status\":\"active\",\"execution_mode\":\"external\","
                        + "\"owner_user_id\":\"" + owner + "\",\"webhook_url\":\"" + HOOK + "\"}",
                made.toString());
        assertEquals(
                0,
                acme.owner.get(AGENTS + id + "/deliveries/").expect(200).body().size());
        acme.endpointOf(id, "desk");
        JsonNode row = acme.receive(ADA, "desk", "a turn");
        assertEquals("routed", row.path("handling_state").asText());
        assertEquals(id, row.path("agent_id").asText());
    }

    @Test
    default void a_name_is_enough_and_the_mode_says_who_works() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        JsonNode plain =
                acme.owner.post(AGENTS, "{\"name\": \"plain\"}").expect(201).body();
        assertEquals("external", plain.path("execution_mode").asText());
        assertEquals("active", plain.path("status").asText());
        assertEquals("", plain.path("type").asText());
        assertTrue(plain.path("owner_user_id").isNull());
        assertTrue(plain.path("webhook_url").isNull());
        acme.endpointOf(plain.path("agent_id").asText(), "external");
        for (String mode : List.of("human", "auto")) {
            String agent = acme.owner
                    .post(AGENTS, "{\"name\": \"" + mode + "\", \"execution_mode\": \"" + mode + "\"}")
                    .expect(201)
                    .text("agent_id");
            assertEquals(mode, shown(acme, agent).path("execution_mode").asText());
            acme.endpointOf(agent, mode);
        }
        assertEquals("routed", acme.goes(ADA, "external"), "it polls");
        assertEquals("awaiting_review", acme.goes(ADA, "human"));
        String noModel = acme.message(ADA, "auto", "for a model that is not there");
        acme.owner.until(
                MESSAGES + noModel + "/content",
                answer -> answer.text("handling_state").equals("awaiting_review"));
    }

    @Test
    default void what_cannot_be_used_is_422_with_its_place_and_the_agent_stays_as_it_is() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String foreigner = OwnWorkspace.on(server()).owner.get("/v1/whoami/").text("user_id");
        String agent = acme.owner
                .post(AGENTS, "{\"name\": \"a\", \"webhook_url\": \"" + HOOK + "\"}")
                .expect(201)
                .text("agent_id");
        acme.endpointOf(acme.agent("polls"), "desk");
        String before = acme.everything();
        for (String line : """
                "type": "x"                                              | /name
                "name": ""                                               | /name
                "name": "a\\nb"                                          | /name
                "name": "a", "execution_mode": "robot"                   | /execution_mode
                "name": "a", "owner_user_id": "usr_unknown"              | /owner_user_id
                "name": "a", "owner_user_id": "{foreigner}"              | /owner_user_id
                "name": "a", "webhook_url": "https://192.168.0.1/"       | /webhook_url
                "name": "a", "webhook_url": "ftp://x.example/"           | /webhook_url
                "name": "a", "webhook_url": "{hook}", "execution_mode": "human" | /webhook_url
                "name": "a", "webhook_url": "{hook}", "execution_mode": "auto"  | /webhook_url
                "name": "a", "webhook_secret": "whsec_x"                 | /webhook_secret
                "name": "a", "status": "paused"                          | /status
                """.lines().toList()) {
            refused(acme, line, foreigner, json -> acme.owner.post(AGENTS, json));
        }
        for (String line : """
                "name": null                                             | /name
                "status": "asleep"                                       | /status
                "status": null                                           | /status
                "execution_mode": "auto"                                 | /webhook_url
                "webhook_url": "http://localhost/"                       | /webhook_url
                "owner_user_id": "{foreigner}"                           | /owner_user_id
                "agent_id": "agt_other"                                  | /agent_id
                """.lines().toList()) {
            refused(acme, line, foreigner, json -> acme.owner.patch(AGENTS + agent + "/", json));
        }
        assertEquals(before, acme.everything());
        assertEquals("routed", acme.goes(ADA, "desk"));
    }

    private static void refused(OwnWorkspace acme, String line, String foreigner, Function<String, Answer> call) {
        String[] cells = line.split("\\|");
        String json = "{" + cells[0].replace("{foreigner}", foreigner).replace("{hook}", HOOK) + "}";
        assertEquals(cells[1].strip(), call.apply(json).expect(422).place(), line);
    }

    @Test
    default void what_is_left_out_of_a_change_stays() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String owner = acme.owner.get("/v1/whoami/").text("user_id");
        String id = acme.owner
                .post(AGENTS, "{\"name\": \"a\", \"type\": \"t\", \"webhook_url\": \"" + HOOK + "\"}")
                .expect(201)
                .text("agent_id");
        JsonNode renamed = acme.owner
                .patch(AGENTS + id + "/", "{\"name\": \"b\", \"owner_user_id\": \"" + owner + "\"}")
                .expect(200)
                .body();
        assertEquals("b", renamed.path("name").asText());
        assertEquals("t", renamed.path("type").asText());
        assertEquals(HOOK, renamed.path("webhook_url").asText());
        assertTrue(renamed.path("webhook_secret").isNull());
        assertEquals(renamed, shown(acme, id));
        acme.endpointOf(id, "desk");
        JsonNode human = acme.owner
                .patch(
                        AGENTS + id + "/",
                        "{\"webhook_url\": null, \"owner_user_id\": null, \"execution_mode\": \"human\"}")
                .expect(200)
                .body();
        assertTrue(human.path("webhook_url").isNull());
        assertTrue(human.path("owner_user_id").isNull());
        assertEquals("b", human.path("name").asText());
        assertEquals("awaiting_review", acme.goes(ADA, "desk"), "people do its work now");
    }

    @Test
    default void only_an_active_agent_gets_turns_and_a_disabled_one_is_not_let_in() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String id = acme.agent("helper");
        Client program = acme.program(acme.endpointOf(id, "desk"));
        assertEquals("routed", acme.goes(ADA, "desk"));
        for (String status : List.of("paused", "disabled")) {
            acme.owner
                    .patch(AGENTS + id + "/", "{\"status\": \"" + status + "\"}")
                    .expect(200);
            assertNotEquals("routed", acme.goes(ADA, "desk"), status);
            assertEquals(
                    status.equals("paused") ? 200 : 401,
                    program.get("/v1/whoami/").status());
            String open = acme.message(ADA, "mail", "for an agent that is " + status);
            Answer refused = acme.owner
                    .post(MESSAGES + open + "/assign", "{\"agent_id\": \"" + id + "\"}")
                    .expect(422);
            assertEquals("/agent_id", refused.place());
        }
        acme.owner.patch(AGENTS + id + "/", "{\"status\": \"active\"}").expect(200);
        assertEquals("routed", acme.goes(ADA, "desk"));
        program.get("/v1/whoami/").expect(200);
    }

    @Test
    default void an_agent_that_handles_an_endpoint_is_not_deleted_and_one_that_is_takes_its_tokens_along() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String id = acme.agent("helper");
        String desk = acme.endpointOf(id, "desk");
        Client program = server().new Client(acme.owner
                .post("/v1/tokens/", "{\"label\": \"t\", \"scopes\": [\"email:read\"], \"agent_id\": \"" + id + "\"}")
                .expect(201)
                .text("token"));
        assertEquals(
                "agent_in_use", acme.owner.delete(AGENTS + id + "/").expect(409).code());
        String waiting = acme.message(ADA, "desk", "left undone");
        assertEquals("routed", acme.content(waiting).path("handling_state").asText());
        program.get("/v1/whoami/").expect(200);

        acme.owner.patch(ENDPOINTS + "/" + desk, "{\"agent_id\": null}").expect(200);
        acme.owner.delete(AGENTS + id + "/").expect(204);
        acme.owner.get(AGENTS + id + "/").expect(404);
        acme.owner.delete(AGENTS + id + "/").expect(404);
        assertEquals(0, acme.owner.get(AGENTS).expect(200).body().size());
        program.get("/v1/whoami/").expect(401);
        assertEquals("unrouted", acme.goes(ADA, "desk"));
        assertEquals(
                "awaiting_review", acme.content(waiting).path("handling_state").asText());
        assertEquals(
                "agent helper was deleted", acme.content(waiting).path("reason").asText());
    }

    @Test
    default void a_rotated_secret_is_another_one_and_shown_once() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        Answer made = acme.owner.post(AGENTS, "{\"name\": \"a\"}").expect(201);
        String path = AGENTS + made.text("agent_id") + "/";
        String secret = acme.owner.post(path + "rotate-secret/", "").expect(200).text("webhook_secret");
        assertTrue(secret.startsWith("whsec_"));
        assertNotEquals(made.text("webhook_secret"), secret);
        assertTrue(acme.owner.get(path).body().path("webhook_secret").isNull());
    }

    @Test
    default void agents_are_listed_in_pages_oldest_first() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        List<String> made = List.of(acme.agent("a"), acme.agent("b"), acme.agent("c"));
        List<String> seen = new ArrayList<>();
        for (String path = AGENTS + "?limit=2"; !path.isEmpty(); ) {
            Answer page = acme.owner.get(path).expect(200);
            assertTrue(page.body().size() <= 2);
            page.body().forEach(agent -> seen.add(agent.path("agent_id").asText()));
            path = page.next();
        }
        assertEquals(made, seen);
    }

    @Test
    default void an_agents_mail_leaves_from_the_endpoint_of_its_token_else_from_the_outbound_mailbox() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String id = acme.agent("helper");
        String desk = acme.endpointOf(id, "desk");
        Client bound = acme.program(desk);
        Client own = server().new Client(acme.owner
                .post(
                        "/v1/tokens/",
                        "{\"label\": \"t\", \"scopes\": [\"email:read\", \"email:send\"], \"agent_id\": \"" + id
                                + "\"}")
                .expect(201)
                .text("token"));
        String news = "{\"to\": [{\"email\": \"" + ADA + "\"}], \"subject\": \"%s\", \"text_body\": \"News.\"}";
        assertEquals(acme.address("desk"), sender(acme, bound.post("/v1/messages/", news.formatted("from the desk"))));
        assertEquals(acme.address("mail"), sender(acme, own.post("/v1/messages/", news.formatted("from the mailbox"))));
        String question = acme.message(ADA, "desk", "a question");
        acme.owner
                .patch(ENDPOINTS + "/" + desk, "{\"reply_policy\": \"always_reply\"}")
                .expect(200);
        Answer reply =
                own.post("/v1/messages/", "{\"reply_to_message_id\": \"" + question + "\", \"text_body\": \"Yes.\"}");
        assertEquals(acme.address("desk"), sender(acme, reply), "a reply leaves from where the mail came to");
    }

    private static String sender(OwnWorkspace acme, Answer sent) {
        return acme.content(sent.expect(202).text("message_id"))
                .path("from_addr")
                .asText();
    }
}
