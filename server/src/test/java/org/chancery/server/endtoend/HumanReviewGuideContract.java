package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.LIST;
import static org.chancery.server.endtoend.Approvals.events;
import static org.chancery.server.endtoend.Approvals.ids;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.raw;
import static org.chancery.server.endtoend.Approvals.typesOf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.peer.ScriptedHttpPeer;
import org.junit.jupiter.api.Test;

/**
 * The guide to human review, step by step: a restricted token, a send that waits, what a reviewer sees of it, its release as it is, and its
 * end. Run on each database, with an agent that is told by its webhook.
 */
interface HumanReviewGuideContract {
    String CLIENT = "client@example.com";
    String PROPOSED = "Thanks for the context. Here is the proposed next step.";
    ObjectMapper JSON = new ObjectMapper();

    /** As the guide has it, for the inbox {@code inb_123}. */
    String RESTRICTED_TOKEN = """
            {
              "inbox_id": "inb_123",
              "label": "reply-agent",
              "scopes": ["email:read", "email:send"],
              "requires_approval": ["email:send"]
            }
            """;

    /** As the guide has it, in answer to the mail {@code msg_123}. */
    String SEND = """
            {
              "to": [{"email": "client@example.com"}],
              "reply_to_message_id": "msg_123",
              "text_body": "Thanks for the context. Here is the proposed next step."
            }
            """;

    RunningServer server();

    /** Where the agent's webhook leads. */
    ScriptedHttpPeer receiver();

    private Client admin() {
        return server().admin;
    }

    /** An inbox whose mail an agent handles that is told at {@code /NAME}; its id. */
    private String inbox(String name, String replyPolicy) {
        String agent = admin().post(
                        "/v1/agents/",
                        "{\"name\": \"" + name + "\", \"webhook_url\": \""
                                + receiver().url("/" + name) + "\"}")
                .expect(201)
                .text("agent_id");
        return server().makeEndpoint(
                        name,
                        ", \"plane\": \"agent\", \"agent_id\": \"" + agent + "\", \"reply_policy\": \"" + replyPolicy
                                + "\"");
    }

    /** What the client asks comes in; the id of the mail, which is the agent's turn. */
    private String question(String name, String subject) {
        String to = name + "@acme.example";
        String id = subject.replace(' ', '-') + "@example.com";
        String reply = server().mail(CLIENT, to, RunningServer.content(CLIENT, to, subject, id, ""));
        assertTrue(reply.startsWith("250"), reply);
        String message = server().await(subject);
        assertEquals("routed", server().stateOf(message));
        return message;
    }

    private Client restrictedToken(String inbox) {
        Answer made = admin().post("/v1/tokens/", RESTRICTED_TOKEN.replace("inb_123", inbox))
                .expect(201);
        assertEquals(inbox, made.text("inbox_id"));
        assertEquals("reply-agent", made.text("label"));
        assertEquals("[\"email:read\",\"email:send\"]", made.at("/scopes").toString());
        assertEquals("[\"email:send\"]", made.at("/requires_approval").toString());
        return server().new Client(made.text("token"));
    }

    private static Answer send(Client agent, String answered) {
        return agent.post("/v1/messages/", SEND.replace("msg_123", answered)).expect(202);
    }

    /** What the agent's webhook was told beside the turns that it got, in order. */
    private List<JsonNode> told(String name, int count) {
        return receiver()
                .await(
                        count,
                        request -> request.target().equals("/" + name)
                                && !json(request.text()).path("type").asText().equals("message.routed"),
                        RunningServer.PATIENCE)
                .stream()
                .map(request -> json(request.text()))
                .toList();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one mail with that subject is for the client alone and has these bytes. */
    private void leftAs(byte[] bytes, String subject) {
        List<ReceivedMail> arrived = new Approvals(server()).arrived(subject);
        assertEquals(1, arrived.size());
        assertEquals(List.of(CLIENT), arrived.getFirst().recipients());
        assertArrayEquals(bytes, arrived.getFirst().content().unsigned());
        assertTrue(arrived.getFirst().content().text().contains(PROPOSED));
    }

    private static JsonNode row(Answer list, String field, String id) {
        return Approvals.each(list.expect(200).body())
                .filter(row -> row.path(field).asText().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    default void where_the_agent_decides_a_send_is_held_and_approved_or_rejected() {
        Approvals approvals = new Approvals(server());
        Client reviewer = approvals.reviewer("guide-reviewer");
        // 01: create a restricted token
        String inbox = inbox("guide.decides", "agent_decides");
        String asked = question("guide.decides", "first guided question");
        Client agent = restrictedToken(inbox);
        // 02: draft or request the send
        Answer sent = send(agent, asked);
        String approval = sent.text("approval_id");
        assertEquals("held", sent.text("status"));
        assertTrue(approval.startsWith("apr_"), approval);
        assertEquals(List.of(), approvals.arrived("Re: first guided question"));
        assertEquals("routed", server().stateOf(asked), "it is the agent's turn still");
        // 03: review the held action
        isShown(row(reviewer.get(LIST), "approval_id", approval), inbox, asked);
        Answer shown = reviewer.get(item(approval)).expect(200);
        isShown(shown.body(), inbox, asked);
        assertEquals(
                "Hello, what about first guided question?",
                shown.at("/message_history/0/newest_text").asText());
        Answer refused = agent.get(LIST).expect(403);
        assertEquals("This call needs the scope approvals:read.", refused.detail());
        // 04: approve the held action, as it is
        byte[] bytes = raw(reviewer, approval);
        Answer approved =
                reviewer.call("POST", item(approval) + "approve/", null).expect(200);
        assertEquals("executed", approved.text("status"));
        approvals.awaitArrival("Re: first guided question");
        leftAs(bytes, "Re: first guided question");
        agent.until(
                "/v1/messages/" + sent.text("message_id") + "/",
                message -> message.text("status").equals("delivered"));
        assertEquals("handled", server().stateOf(asked));
        assertEquals(List.of("approval.queued", "approval.approved"), typesOf(events(agent, approval)));
        JsonNode told = told("guide.decides", 1).getFirst();
        assertEquals("approval.approved", told.path("type").asText());
        assertEquals(approval, told.at("/payload/approval_id").asText());
        // 05: reject the held action
        String askedAgain = question("guide.decides", "second guided question");
        Answer second = send(agent, askedAgain);
        String unwanted = second.text("approval_id");
        Answer rejected =
                reviewer.call("POST", item(unwanted) + "reject/", null).expect(200);
        assertEquals("rejected", rejected.text("status"));
        Answer state =
                agent.get("/v1/messages/" + second.text("message_id") + "/").expect(200);
        assertEquals("rejected", state.text("status"));
        assertEquals("guide-reviewer@acme.example", state.at("/rejection/by").asText());
        assertEquals(List.of("approval.queued", "approval.rejected"), typesOf(events(agent, unwanted)));
        JsonNode toldAgain = told("guide.decides", 2).get(1);
        assertEquals("approval.rejected", toldAgain.path("type").asText());
        assertEquals(unwanted, toldAgain.at("/payload/approval_id").asText());
        assertEquals(List.of(), approvals.arrived("Re: second guided question"));
        // The record of who decided does not disappear.
        assertEquals(
                List.of(),
                ids(reviewer.get(LIST)).stream()
                        .filter(List.of(approval, unwanted)::contains)
                        .toList());
        for (String one : List.of(approval, unwanted)) {
            JsonNode decision = reviewer.get(item(one)).expect(200).at("/decisions/0");
            assertEquals("guide-reviewer@acme.example", decision.path("by").asText());
            assertEquals(
                    one.equals(approval) ? "approve" : "reject",
                    decision.path("decision").asText());
        }
    }

    /** The queued action, what was written, and what was said before. */
    private static void isShown(JsonNode held, String inbox, String asked) {
        assertEquals("pending", held.path("status").asText());
        assertEquals("email:send", held.path("action_type").asText());
        assertEquals(inbox, held.path("inbox_id").asText());
        assertEquals("agent", held.at("/requested_by/kind").asText());
        assertEquals(
                "Mail to " + CLIENT + ": Re: first guided question",
                held.path("summary").asText());
        assertEquals("email:send", held.path("rule").asText());
        assertEquals(1, held.at("/payload/to").size());
        assertEquals(CLIENT, held.at("/payload/to/0/email").asText());
        assertEquals("Re: first guided question", held.at("/payload/subject").asText());
        assertEquals(PROPOSED, held.at("/payload/text_body").asText().strip());
        assertEquals(1, held.path("message_history").size());
        assertEquals(asked, held.at("/message_history/0/message_id").asText());
        assertEquals("inbound", held.at("/message_history/0/direction").asText());
        assertEquals(CLIENT, held.at("/message_history/0/from_addr").asText());
    }

    @Test
    default void under_human_review_it_is_a_draft_and_sent_or_discarded_in_the_review_queue() {
        Approvals approvals = new Approvals(server());
        String inbox = inbox("guide.reviewed", "human_review");
        String asked = question("guide.reviewed", "third guided question");
        Client agent = restrictedToken(inbox);
        Answer drafted = send(agent, asked);
        assertEquals("draft", drafted.text("status"));
        assertFalse(drafted.body().has("approval_id"));
        assertEquals("awaiting_review", server().stateOf(asked));
        String draft = drafted.text("message_id");
        // What waits is shown by the review queue, and is no approval.
        JsonNode waiting = row(admin().get("/v1/api/email/review"), "/awaiting_review", asked, "email_message_id");
        assertEquals(inbox, waiting.path("endpoint_id").asText());
        String mail = "/v1/api/email/messages/" + asked;
        Answer content = admin().get(mail + "/content").expect(200);
        assertEquals("Hello, what about third guided question?", content.text("newest_text"));
        assertEquals(draft, content.at("/draft/message_id").asText());
        assertEquals(PROPOSED, content.at("/draft/text").asText().strip());
        assertEquals("[\"" + CLIENT + "\"]", content.at("/draft/to").toString());
        assertEquals("Re: third guided question", content.at("/draft/subject").asText());
        assertEquals("agent", content.at("/draft/author/kind").asText());
        assertTrue(Approvals.each(admin().get(LIST + "?limit=100").expect(200).body())
                .noneMatch(one -> one.path("message_id").asText().equals(draft)));
        // Sent as it is.
        String asItIs = "{\"text\": " + content.at("/draft/text") + ", \"draft_version\": "
                + content.at("/draft/version") + "}";
        admin().post(mail + "/reply", asItIs).expect(200);
        approvals.awaitArrival("Re: third guided question");
        leftAs(
                agent.get("/v1/messages/" + draft + "/raw/")
                        .expect(200)
                        .response()
                        .body(),
                "Re: third guided question");
        agent.until(
                "/v1/messages/" + draft + "/", message -> message.text("status").equals("delivered"));
        assertEquals("handled", server().stateOf(asked));
        // Discarded; the agent sees it by state, event and webhook.
        String askedAgain = question("guide.reviewed", "fourth guided question");
        String unwanted = send(agent, askedAgain).text("message_id");
        admin().post("/v1/api/email/messages/" + askedAgain + "/discard", "{\"reason\": \"wrong tone\"}")
                .expect(200);
        Answer state = agent.get("/v1/messages/" + unwanted + "/").expect(200);
        assertEquals("rejected", state.text("status"));
        assertEquals("wrong tone", state.at("/rejection/reason").asText());
        assertEquals("owner@acme.example", state.at("/rejection/by").asText());
        JsonNode event = Approvals.each(agent.get("/v1/events/?types=message.rejected")
                        .expect(200)
                        .at("/events"))
                .filter(one -> one.at("/payload/message_id").asText().equals(unwanted))
                .findFirst()
                .orElseThrow();
        assertEquals("wrong tone", event.at("/payload/reason").asText());
        JsonNode told = told("guide.reviewed", 1).getFirst();
        assertEquals(event.path("event_id"), told.path("event_id"));
        assertEquals("message.rejected", told.path("type").asText());
        assertEquals(List.of(), approvals.arrived("Re: fourth guided question"));
    }

    private static JsonNode row(Answer queues, String queue, String id, String field) {
        return Approvals.each(queues.expect(200).at(queue))
                .filter(row -> row.path(field).asText().equals(id))
                .findFirst()
                .orElseThrow();
    }

    /** "Create a new token or update the agent's current token": with the four scopes that the guide asks for. */
    @Test
    default void the_agents_current_token_is_updated_instead() {
        Approvals approvals = new Approvals(server());
        String inbox = inbox("guide.updated", "agent_decides");
        String asked = question("guide.updated", "fifth guided question");
        Answer made = admin().post(
                        "/v1/tokens/",
                        "{\"inbox_id\": \"" + inbox
                                + "\", \"label\": \"reply-agent\", \"scopes\": [\"email:read\", \"email:send\"]}")
                .expect(201);
        Client agent = server().new Client(made.text("token"));
        assertEquals("queued", send(agent, asked).text("status"));
        Answer changed =
                admin().patch("/v1/tokens/" + made.text("token_id") + "/", """
                        {
                          "scopes": ["email:read", "email:send", "approvals:read", "approvals:write"],
                          "requires_approval": ["email:send"]
                        }
                        """).expect(200);
        assertEquals("[\"email:send\"]", changed.at("/requires_approval").toString());
        assertEquals(inbox, changed.text("inbox_id"));
        Answer sent = send(agent, question("guide.updated", "sixth guided question"));
        assertEquals("held", sent.text("status"));
        String approval = sent.text("approval_id");
        assertEquals(List.of(approval), ids(agent.get(LIST)));
        byte[] bytes = raw(agent, approval);
        for (String decision : List.of("approve/", "reject/")) {
            assertEquals(
                    "self_approval",
                    agent.post(item(approval) + decision, "{}").expect(403).code());
        }
        assertEquals(List.of(), approvals.arrived("Re: sixth guided question"));
        approvals
                .reviewer("guide-updater")
                .post(item(approval) + "approve/", "{}")
                .expect(200);
        approvals.awaitArrival("Re: sixth guided question");
        leftAs(bytes, "Re: sixth guided question");
        assertEquals("executed", agent.get(item(approval)).expect(200).text("status"));
    }
}
