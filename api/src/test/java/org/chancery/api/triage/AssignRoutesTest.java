package org.chancery.api.triage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.chancery.api.Http.Reply;
import org.chancery.api.Tenant;
import org.chancery.api.TestServer;
import org.chancery.core.access.Agent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AssignRoutesTest {
    private static final String MESSAGES = "/v1/api/email/messages/";
    private static final String ANN = "Ann <ann@elsewhere.example>";

    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @SuppressWarnings("NullAway.Init")
    private Tenant tenant;

    @SuppressWarnings("NullAway.Init")
    private String agent;

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
        agent = tenant.agent("helper");
    }

    private String openEndpoint(String localPart, String policy) {
        Reply made = tenant.post("/v1/api/email/endpoints", """
                {"localpart": "%s", "kind": "custom", "plane": "agent", "reply_policy": "%s"}""".formatted(localPart, policy));
        assertEquals(201, made.status(), made::text);
        return made.json().get("id").asText();
    }

    private Reply assign(String message, String to) {
        return tenant.post(MESSAGES + message + "/assign", "{\"agent_id\": \"" + to + "\"}");
    }

    private String state(String message) {
        return tenant.get(MESSAGES + message + "/content")
                .json()
                .get("handling_state")
                .asText();
    }

    private List<String> events(String token, String message) {
        List<String> types = new ArrayList<>();
        for (JsonNode event :
                server.http().get("/v1/events/?limit=1000", token).json().get("events")) {
            if (event.get("payload").path("message_id").asText().equals(message)) {
                types.add(event.get("type").asText());
            }
        }
        return types;
    }

    private Reply answer(String token, String message) {
        return server.http()
                .post(
                        "/v1/messages/",
                        token,
                        "{\"reply_to_message_id\": \"%s\", \"text_body\": \"Ten.\"}".formatted(message));
    }

    @Test
    void unrouted_mail_goes_to_the_agent_and_so_does_what_comes_later() {
        String inbox = openEndpoint("open", "human_review");
        String question = tenant.mailTo("open", ANN, "Question", "How much?");
        assertEquals("unrouted", state(question));
        Reply assigned = assign(question, agent);

        assertEquals(200, assigned.status(), assigned::text);
        assertTrue(assigned.json().get("ok").asBoolean());
        assertEquals("handled", assigned.json().get("handling_state").asText());
        assertTrue(assigned.json().get("note").asText().contains("helper"), assigned::text);
        JsonNode content = tenant.get(MESSAGES + question + "/content").json();
        assertEquals("handled", content.get("handling_state").asText());
        assertEquals(agent, content.get("agent_id").asText());
        assertEquals(
                "assigned to helper by " + tenant.owner().email(),
                content.get("reason").asText());
        JsonNode endpoint = tenant.get("/v1/api/email/endpoints/" + inbox).json();
        assertEquals(agent, endpoint.get("agent_id").asText());
        assertEquals(0, endpoint.get("unrouted").asInt());
        assertEquals(
                0, tenant.get("/v1/api/email/review").json().get("unrouted").size());

        String later = tenant.mailTo("open", ANN, "Later", "And now?");
        assertEquals("routed", state(later));
    }

    @Test
    void the_routed_event_is_told_again_so_that_a_turn_runs() {
        String inbox = openEndpoint("open", "human_review");
        String question = tenant.mailTo("open", ANN, "Question", "How much?");
        assign(question, agent);
        String agents = tenant.inboxToken(inbox, "email:read", "email:send");

        assertEquals(
                List.of("message.received", "message.unrouted", "message.assigned", "message.routed"),
                events(agents, question));
        for (JsonNode event : server.http()
                .get("/v1/events/?types=message.routed", agents)
                .json()
                .get("events")) {
            assertEquals(agent, event.get("payload").get("agent_id").asText());
            assertEquals(question, event.get("payload").get("message_id").asText());
            assertEquals(tenant.owner().email(), event.get("payload").get("by").asText());
        }
    }

    @Test
    void the_agents_draft_brings_it_back_to_people_once() {
        String inbox = openEndpoint("open", "human_review");
        String question = tenant.mailTo("open", ANN, "Question", "How much?");
        assign(question, agent);
        String agents = tenant.inboxToken(inbox, "email:read", "email:send");

        assertEquals("draft", answer(agents, question).json().get("status").asText());
        assertEquals("awaiting_review", state(question));
        Reply sent = tenant.post(MESSAGES + question + "/reply", "{\"text\": \"Ten!\"}");
        assertEquals(200, sent.status(), sent::text);
        assertEquals("handled", state(question));
        Reply again = answer(agents, question);
        assertEquals(409, again.status(), again::text);
    }

    @Test
    void where_the_policy_lets_the_agent_answer_it_answers() {
        String inbox = openEndpoint("open", "always_reply");
        String question = tenant.mailTo("open", ANN, "Question", "How much?");
        assign(question, agent);

        assertEquals(
                "queued",
                answer(tenant.inboxToken(inbox, "email:read", "email:send"), question)
                        .json()
                        .get("status")
                        .asText());
        JsonNode content = tenant.get(MESSAGES + question + "/content").json();
        assertEquals("handled", content.get("handling_state").asText());
        assertTrue(content.get("reason").asText().startsWith("answered by helper"), content::toString);
    }

    @Test
    void mail_of_the_outbound_mailbox_and_of_people_is_given_without_their_endpoint() {
        String light = tenant.endpoint("light");
        String own = tenant.agentToken(agent, "email:read", "email:send");
        for (String localPart : List.of("mail", "light")) {
            String question = tenant.mailTo(localPart, ANN, "Question " + localPart, "How much?");
            assertEquals(
                    404,
                    server.http().get("/v1/messages/" + question + "/", own).status());
            assertEquals(200, assign(question, agent).status());
            assertEquals("handled", state(question));
            assertEquals(
                    200,
                    server.http().get("/v1/messages/" + question + "/", own).status());
        }
        String waiting = tenant.mailTo("light", ANN, "Another", "How much?");
        assertEquals(200, assign(waiting, agent).status());
        Reply draft = answer(own, waiting);
        assertEquals(202, draft.status(), draft::text);
        assertEquals("awaiting_review", state(waiting));
        assertTrue(tenant.get("/v1/api/email/endpoints/" + light)
                .json()
                .get("agent_id")
                .isNull());
        JsonNode endpoints = tenant.get("/v1/api/email/endpoints").json().get("endpoints");
        for (JsonNode endpoint : endpoints) {
            assertTrue(endpoint.get("agent_id").isNull(), endpoint::toString);
        }
    }

    @Test
    void an_endpoint_that_has_an_agent_keeps_it() {
        String inbox = tenant.agentEndpoint("desk", agent, "human_review");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        Reply assigned = assign(question, tenant.agent("other"));

        assertEquals(200, assigned.status(), assigned::text);
        assertFalse(assigned.json().get("note").asText().contains("Later mail"), assigned::text);
        assertEquals(
                agent,
                tenant.get("/v1/api/email/endpoints/" + inbox)
                        .json()
                        .get("agent_id")
                        .asText());
    }

    @Test
    void the_draft_of_another_agent_is_withdrawn() {
        String inbox = tenant.agentEndpoint("desk", agent, "human_review");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        String draft = answer(tenant.inboxToken(inbox, "email:read", "email:send"), question)
                .json()
                .get("message_id")
                .asText();
        assertEquals(200, assign(question, tenant.agent("other")).status());

        JsonNode rejected = tenant.get("/v1/messages/" + draft + "/").json();
        assertEquals("rejected", rejected.get("status").asText());
        assertEquals(
                "assigned to other", rejected.get("rejection").get("reason").asText());
        assertEquals(
                0,
                tenant.get("/v1/api/email/review").json().get("awaiting_review").size());
    }

    @Test
    void where_people_do_the_agents_work_the_mail_waits_for_them() {
        openEndpoint("open", "human_review");
        String question = tenant.mailTo("open", ANN, "Question", "How much?");
        Reply made = tenant.post("/v1/agents/", "{\"name\": \"person\", \"execution_mode\": \"human\"}");
        assertEquals(201, made.status(), made::text);
        Reply assigned = assign(question, made.json().get("agent_id").asText());

        assertEquals("awaiting_review", assigned.json().get("handling_state").asText(), assigned::text);
        assertEquals("awaiting_review", state(question));
        JsonNode counts = tenant.get("/v1/api/email/badge").json();
        assertEquals(1, counts.get("awaiting_review").asInt());
        assertEquals(0, counts.get("unrouted").asInt());
        assertEquals(
                200,
                tenant.post(MESSAGES + question + "/reply", "{\"text\": \"Ten.\"}")
                        .status());
    }

    @Test
    void whoever_comes_second_is_told_who_was_first() {
        openEndpoint("open", "human_review");
        String question = tenant.mailTo("open", ANN, "Question", "How much?");
        assign(question, agent);
        for (Reply late : List.of(
                assign(question, agent),
                tenant.post(MESSAGES + question + "/reply", "{\"text\": \"x\"}"),
                tenant.post(MESSAGES + question + "/discard", "{}"))) {
            assertEquals(409, late.status(), late::text);
            assertEquals("already_handled", late.code());
            assertTrue(
                    late.text()
                            .contains("assigned to helper by " + tenant.owner().email()),
                    late.text());
        }
    }

    @Test
    void of_many_who_assign_at_once_one_does() {
        String inbox = openEndpoint("open", "human_review");
        String question = tenant.mailTo("open", ANN, "Question", "How much?");
        List<String> agents =
                IntStream.range(0, 4).mapToObj(i -> tenant.agent("agent " + i)).toList();
        List<Reply> replies =
                agents.parallelStream().map(one -> assign(question, one)).toList();

        assertEquals(1, replies.stream().filter(reply -> reply.status() == 200).count(), replies::toString);
        assertEquals(3, replies.stream().filter(reply -> reply.status() == 409).count());
        String winner = tenant.get(MESSAGES + question + "/content")
                .json()
                .get("agent_id")
                .asText();
        assertEquals(
                winner,
                tenant.get("/v1/api/email/endpoints/" + inbox)
                        .json()
                        .get("agent_id")
                        .asText());
    }

    @Test
    void who_cannot_take_the_mail_is_refused() {
        openEndpoint("open", "human_review");
        String question = tenant.mailTo("open", ANN, "Question", "How much?");
        String foreign = server.newWorkspace().agent("stranger");
        for (String nobody : List.of(
                foreign,
                "agt_unknown",
                "",
                server.addAgent(tenant, Agent.Status.PAUSED),
                server.addAgent(tenant, Agent.Status.DISABLED))) {
            Reply refused = assign(question, nobody);
            assertEquals(422, refused.status(), refused::text);
            assertEquals("/agent_id", refused.place());
        }
        for (String body : List.of("{}", "{\"agent\": \"x\"}")) {
            assertEquals(422, tenant.post(MESSAGES + question + "/assign", body).status());
        }
        assertEquals("unrouted", state(question));
    }

    @Test
    void only_admins_assign_and_only_their_own_mail() {
        openEndpoint("open", "human_review");
        String question = tenant.mailTo("open", ANN, "Question", "How much?");
        String body = "{\"agent_id\": \"" + agent + "\"}";
        String path = MESSAGES + question + "/assign";
        String writer = tenant.personalToken("conversations:read", "conversations:write");
        assertEquals(403, server.http().post(path, writer, body).status());
        assertEquals(401, server.http().post(path, null, body).status());
        Tenant other = server.newWorkspace();
        assertEquals(
                404,
                other.post(path, "{\"agent_id\": \"" + other.agent("x") + "\"}").status());
        assertEquals(404, assign("msg_unknown", agent).status());
        String gaveUp = server.giveUp(tenant.address("open"), TestServer.mail(ANN, "Broken", "x"))
                .text();
        Reply inError = assign(gaveUp, agent);
        assertEquals(409, inError.status());
        assertEquals("in_error", inError.code());
    }
}
