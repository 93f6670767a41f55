package org.chancery.api.triage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.chancery.api.Http.Reply;
import org.chancery.api.Tenant;
import org.chancery.api.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EscalateRoutesTest {
    private static final String MESSAGES = "/v1/api/email/messages/";
    private static final String ANN = "Ann <ann@elsewhere.example>";

    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @SuppressWarnings("NullAway.Init")
    private Tenant tenant;

    @SuppressWarnings("NullAway.Init")
    private String inbox;

    @SuppressWarnings("NullAway.Init")
    private String agents;

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
        inbox = tenant.agentEndpoint("desk", tenant.agent("helper"), "always_reply");
        agents = tenant.inboxToken(inbox, "email:read", "email:send");
    }

    private Reply escalate(String token, String message, String json) {
        return server.http().post(MESSAGES + message + "/escalate", token, json);
    }

    @Test
    void an_agent_gives_its_mail_to_people_who_see_why() {
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        Reply done = escalate(agents, question, "{\"note\": \"She is angry.\"}");

        assertEquals(200, done.status(), done::text);
        assertEquals("awaiting_review", done.json().get("handling_state").asText());
        JsonNode row =
                tenant.get("/v1/api/email/review").json().get("awaiting_review").get(0);
        assertEquals(question, row.get("email_message_id").asText());
        assertEquals("escalated by helper: She is angry.", row.get("reason").asText());
        assertEquals(
                "escalated by helper: She is angry.",
                tenant.get(MESSAGES + question + "/content")
                        .json()
                        .get("reason")
                        .asText());
        JsonNode counters = tenant.get("/v1/api/email/endpoints/" + inbox).json();
        assertEquals(1, counters.get("escalated").asInt());
        assertEquals(1, counters.get("awaiting_review").asInt());
        JsonNode told = server.http()
                .get("/v1/events/?types=message.escalated", agents)
                .json()
                .get("events");
        assertEquals(1, told.size());
        assertEquals("She is angry.", told.get(0).get("payload").get("note").asText());
        assertEquals("helper", told.get(0).get("payload").get("by").asText());
        assertEquals(
                "awaiting_review",
                told.get(0).get("payload").get("handling_state").asText());
    }

    @Test
    void a_note_is_not_needed_and_bounded() {
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        Reply tooLong = escalate(agents, question, "{\"note\": \"" + "x".repeat(2001) + "\"}");
        assertEquals(422, tooLong.status());
        assertEquals("/note", tooLong.place());
        Reply done = server.http().send("POST", MESSAGES + question + "/escalate", agents, null);
        assertEquals(200, done.status(), done::text);
        String long_ = tenant.mailTo("desk", ANN, "Another", "How much?");
        assertEquals(
                200,
                escalate(agents, long_, "{\"note\": \"" + "y".repeat(2000) + "\"}")
                        .status());
        assertTrue(tenant.get(MESSAGES + long_ + "/content")
                .json()
                .get("reason")
                .asText()
                .endsWith("y".repeat(2000)));
    }

    @Test
    void what_the_agent_says_after_it_waits_for_people() {
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        escalate(agents, question, "{}");
        Reply answer = server.http()
                .post(
                        "/v1/messages/",
                        agents,
                        "{\"reply_to_message_id\": \"%s\", \"text_body\": \"Ten.\"}".formatted(question));
        assertEquals("draft", answer.json().get("status").asText(), answer::text);
    }

    @Test
    void where_the_endpoint_does_not_allow_it_it_is_refused() {
        String agent = tenant.agent("strict");
        Reply made = tenant.post("/v1/api/email/endpoints", """
                {"localpart": "strict", "kind": "custom", "plane": "agent", "agent_id": "%s", "allow_escalation": false}""".formatted(agent));
        assertEquals(201, made.status(), made::text);
        String question = tenant.mailTo("strict", ANN, "Question", "How much?");
        Reply refused = escalate(tenant.agentToken(agent, "email:read", "email:send"), question, "{}");

        assertEquals(403, refused.status(), refused::text);
        assertEquals("escalation_not_allowed", refused.code());
        assertEquals(
                "routed",
                tenant.get(MESSAGES + question + "/content")
                        .json()
                        .get("handling_state")
                        .asText());
    }

    @Test
    void only_who_has_the_turn_escalates_and_once() {
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        assertEquals(
                "program_required", escalate(tenant.token(), question, "{}").code());
        String reader = tenant.inboxToken(inbox, "email:read");
        Reply noScope = escalate(reader, question, "{}");
        assertEquals(403, noScope.status());
        assertEquals("missing_scope", noScope.code());
        String others = tenant.agentToken(tenant.agent("other"), "email:read", "email:send");
        assertEquals(404, escalate(others, question, "{}").status());
        assertEquals(404, escalate(agents, "msg_unknown", "{}").status());

        assertEquals(200, escalate(agents, question, "{}").status());
        Reply again = escalate(agents, question, "{}");
        assertEquals(409, again.status());
        assertEquals("with_people", again.code());
        tenant.post(MESSAGES + question + "/discard", "{}");
        Reply late = escalate(agents, question, "{}");
        assertEquals(409, late.status());
        assertTrue(late.text().contains("discarded by " + tenant.owner().email()), late.text());
        assertEquals(
                1,
                tenant.get("/v1/api/email/endpoints/" + inbox)
                        .json()
                        .get("escalated")
                        .asInt());
    }

    @Test
    void an_assigned_mail_is_escalated_by_its_agent_only() {
        String second = tenant.agent("second");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        Reply given = tenant.post(MESSAGES + question + "/assign", "{\"agent_id\": \"" + second + "\"}");
        assertEquals(200, given.status(), given::text);
        assertEquals(409, escalate(agents, question, "{}").status());
        assertEquals(
                200,
                escalate(tenant.agentToken(second, "email:send", "conversations:write"), question, "{}")
                        .status());
        assertEquals(
                List.of(question),
                tenant.get("/v1/api/email/review").json().get("awaiting_review").findValuesAsText("email_message_id"));
    }
}
