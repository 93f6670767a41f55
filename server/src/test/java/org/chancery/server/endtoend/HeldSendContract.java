package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.LIST;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.events;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.ids;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.mail;
import static org.chancery.server.endtoend.Approvals.raw;
import static org.chancery.server.endtoend.Approvals.reject;
import static org.chancery.server.endtoend.Approvals.typesOf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/** A mail of a restricted token waits, and leaves or does not leave; run on each database. */
interface HeldSendContract {

    RunningServer server();

    private Approvals approvals() {
        return new Approvals(server());
    }

    private Client admin() {
        return server().admin;
    }

    @Test
    default void a_send_of_a_restricted_token_is_held_and_nothing_leaves() {
        String inbox = approvals().endpoint("h.held");
        Client agent = approvals().restricted(inbox, EVERYTHING);
        Answer sent = hold(agent, "client@elsewhere.example", "held mail");
        String approval = sent.text("approval_id");
        assertEquals(
                "held",
                agent.get("/v1/messages/" + sent.text("message_id") + "/")
                        .expect(200)
                        .text("status"));
        assertEquals(
                sent.text("message_id"),
                agent.get("/v1/messages/?status=held")
                        .expect(200)
                        .body()
                        .get(0)
                        .path("message_id")
                        .asText());

        Answer shown = agent.get(item(approval)).expect(200);
        assertEquals("pending", shown.text("status"));
        assertEquals("email:send", shown.text("action_type"));
        assertEquals(inbox, shown.text("inbox_id"));
        assertEquals(sent.text("message_id"), shown.text("message_id"));
        assertEquals("Mail to client@elsewhere.example: held mail", shown.text("summary"));
        assertEquals("agent", shown.body().path("requested_by").path("kind").asText());
        assertEquals("email:send", shown.body().path("rule").asText());
        assertTrue(shown.body().path("expires_at").isNull());
        JsonNode payload = shown.body().path("payload");
        assertEquals("h.held@acme.example", payload.path("from").path("email").asText());
        assertEquals(
                "client@elsewhere.example",
                payload.path("to").get(0).path("email").asText());
        assertEquals("held mail", payload.path("subject").asText());
        assertEquals(
                "Here is the proposed next step.",
                payload.path("text_body").asText().strip());
        assertEquals(0, payload.path("attachments").size());
        assertTrue(ids(admin().get(LIST + "?limit=100").expect(200)).contains(approval));
        assertTrue(ids(agent.get(LIST).expect(200)).contains(approval));

        assertEquals(List.of("approval.queued"), typesOf(events(agent, approval)));
        assertEquals(List.of(), approvals().arrived("held mail"));
    }

    @Test
    default void what_is_approved_leaves_once_and_byte_for_byte() {
        Client agent = approvals().restricted(approvals().endpoint("h.yes"), EVERYTHING);
        Answer sent = hold(agent, "client@elsewhere.example", "approved mail");
        String approval = sent.text("approval_id");
        byte[] looked = raw(admin(), approval);
        Answer approved = admin().post(item(approval) + "approve/", "{\"note\": \"go ahead\"}")
                .expect(200);
        assertEquals("executed", approved.text("status"));
        JsonNode decision = approved.body().path("decisions").get(0);
        assertEquals("owner@acme.example", decision.path("by").asText());
        assertEquals("api", decision.path("channel").asText());
        assertEquals("approve", decision.path("decision").asText());
        assertEquals("go ahead", decision.path("note").asText());
        assertTrue(decision.path("changes").isNull());

        assertArrayEquals(
                looked,
                approvals().awaitArrival("approved mail").getFirst().content().unsigned());
        assertEquals(1, approvals().arrived("approved mail").size());
        agent.until(
                "/v1/messages/" + sent.text("message_id") + "/",
                answer -> answer.text("status").equals("delivered"));
        assertFalse(ids(admin().get(LIST + "?limit=100")).contains(approval));
        assertTrue(ids(admin().get(LIST + "?limit=100&status=executed")).contains(approval));
        List<JsonNode> events = events(agent, approval);
        assertEquals(List.of("approval.queued", "approval.approved"), typesOf(events));
        JsonNode payload = events.get(1).path("payload");
        assertEquals("email:send", payload.path("action_type").asText());
        assertEquals(
                "Mail to client@elsewhere.example: approved mail",
                payload.path("summary").asText());
        assertEquals("owner@acme.example", payload.path("by").asText());
    }

    @Test
    default void what_is_rejected_never_leaves_and_tells_why() {
        Client agent = approvals().restricted(approvals().endpoint("h.no"), EVERYTHING);
        Answer sent = hold(agent, "client@elsewhere.example", "rejected mail");
        String approval = sent.text("approval_id");
        assertEquals(
                "rejected", reject(admin(), approval, "too pushy").expect(200).text("status"));
        Answer message =
                agent.get("/v1/messages/" + sent.text("message_id") + "/").expect(200);
        assertEquals("rejected", message.text("status"));
        assertEquals(
                "too pushy", message.body().path("rejection").path("reason").asText());
        assertEquals(
                "owner@acme.example",
                message.body().path("rejection").path("by").asText());
        List<JsonNode> events = events(agent, approval);
        assertEquals(List.of("approval.queued", "approval.rejected"), typesOf(events));
        assertEquals("too pushy", events.get(1).path("payload").path("reason").asText());
        assertEquals(List.of(), approvals().arrived("rejected mail"));
        Answer late = approve(admin(), approval).expect(409);
        assertEquals("already_decided", late.code());
        assertEquals("reject", late.body().path("decision").path("decision").asText());
        assertEquals(
                "owner@acme.example", late.body().path("decision").path("by").asText());
    }

    @Test
    default void of_two_reviewers_at_the_same_instant_one_wins_and_the_other_is_told_who() {
        Client agent = approvals().restricted(approvals().endpoint("h.race"), EVERYTHING);
        Client other = approvals().reviewer("racer");
        for (int round = 0; round < 5; round++) {
            String approval = hold(agent, "client@elsewhere.example", "raced mail " + round)
                    .text("approval_id");
            List<CompletableFuture<Answer>> calls = Stream.of(admin(), other)
                    .map(reviewer -> CompletableFuture.supplyAsync(() -> approve(reviewer, approval)))
                    .toList();
            List<Answer> answers = calls.stream().map(CompletableFuture::join).toList();
            Answer winner = answers.stream()
                    .filter(answer -> answer.status() == 200)
                    .findFirst()
                    .orElseThrow();
            Answer loser = answers.stream()
                    .filter(answer -> answer.status() == 409)
                    .findFirst()
                    .orElseThrow();
            assertEquals("already_decided", loser.code());
            assertEquals(
                    winner.body().path("decisions").get(0).path("by"),
                    loser.body().path("decision").path("by"));
            approvals().awaitArrival("raced mail " + round);
            assertEquals(1, approvals().arrived("raced mail " + round).size());
        }
    }

    @Test
    default void the_same_request_is_held_once() {
        Client agent = approvals().restricted(approvals().endpoint("h.key"), EVERYTHING);
        String mail = mail("client@elsewhere.example", "repeated mail");
        Answer first = agent.post("/v1/messages/", mail, "key-1").expect(202);
        Answer again = agent.post("/v1/messages/", mail, "key-1").expect(202);
        assertEquals(first.body(), again.body());
        assertEquals(1, ids(agent.get(LIST)).size());
        Answer approved = admin().post(item(first.text("approval_id")) + "approve/", "{}", "key-2")
                .expect(200);
        Answer repeated = admin().post(item(first.text("approval_id")) + "approve/", "{}", "key-2")
                .expect(200);
        assertEquals(approved.body(), repeated.body());
        approvals().awaitArrival("repeated mail");
        assertEquals(1, approvals().arrived("repeated mail").size());
    }

    @Test
    default void a_conditional_rule_holds_what_it_is_about_and_nothing_else() {
        String inbox = approvals().endpoint("h.when");
        Client agent = approvals().restricted(inbox, """
                        [{"action": "email:send", "when": {"recipient_domain_not_in": ["partner.example"]}},
                         {"action": "email:send", "when": {"has_attachments": true}},
                         {"action": "email:send", "when": {"recipients_over": 2}}]""");
        String allowed = mail("a@partner.example", "allowed");
        assertEquals("queued", agent.post("/v1/messages/", allowed).expect(202).text("status"));
        hold(agent, "a@other.example", "another domain");
        String withFile = allowed.substring(0, allowed.length() - 1)
                + ", \"attachments\": [{\"filename\": \"a.txt\", \"content_type\": \"text/plain\", \"content\": \"YQ==\"}]}";
        assertEquals("held", agent.post("/v1/messages/", withFile).expect(202).text("status"));
        String hidden = allowed.substring(0, allowed.length() - 1)
                + ", \"bcc\": [{\"email\": \"b@partner.example\"}, {\"email\": \"c@partner.example\"}]}";
        assertEquals("held", agent.post("/v1/messages/", hidden).expect(202).text("status"));
        String outsider = allowed.substring(0, allowed.length() - 1) + ", \"bcc\": [{\"email\": \"b@other.example\"}]}";
        assertEquals("held", agent.post("/v1/messages/", outsider).expect(202).text("status"));
    }

    @Test
    default void the_first_mail_to_somebody_waits_and_after_it_was_approved_the_next_one_does_not() {
        Client agent = approvals()
                .restricted(
                        approvals().endpoint("h.first"),
                        "[{\"action\": \"email:send\", \"when\": {\"first_contact\": true}}]");
        String approval = hold(agent, "new@contact.example", "first").text("approval_id");
        hold(agent, "new@contact.example", "first, once more");
        approve(admin(), approval).expect(200);
        assertEquals(
                "queued",
                agent.post("/v1/messages/", mail("new@contact.example", "second"))
                        .expect(202)
                        .text("status"));
        server().receive("h.first@acme.example", "a first question");
        assertEquals(
                "queued",
                agent.post("/v1/messages/", mail("ada@customer.example", "to who wrote"))
                        .expect(202)
                        .text("status"));
    }

    @Test
    default void an_answer_that_waits_leaves_its_mail_with_the_agent_until_it_is_approved() {
        Client agent = approvals().restricted(approvals().endpoint("h.reply"), EVERYTHING);
        String question = server().receive("h.reply@acme.example", "a held question");
        Answer sent = agent.post(
                        "/v1/messages/",
                        "{\"reply_to_message_id\": \"" + question + "\", \"text_body\": \"Tomorrow.\"}")
                .expect(202);
        assertEquals("held", sent.text("status"));
        assertEquals("routed", server().stateOf(question));
        Answer shown = admin().get(item(sent.text("approval_id"))).expect(200);
        JsonNode before = shown.body().path("message_history").get(0);
        assertEquals(question, before.path("message_id").asText());
        assertEquals("inbound", before.path("direction").asText());
        assertEquals(
                "Hello, what about a held question?", before.path("newest_text").asText());
        approve(admin(), sent.text("approval_id")).expect(200);
        approvals().awaitArrival("Re: a held question");
        assertEquals("handled", server().stateOf(question));
    }

    @Test
    default void an_answer_under_human_review_is_one_stop_and_not_two() {
        String inbox = server().makeAgentEndpoint("h.review", "human_review", "");
        Client agent = approvals().restricted(inbox, EVERYTHING);
        String question = server().receive("h.review@acme.example", "a reviewed question");
        Answer draft = agent.post(
                        "/v1/messages/",
                        "{\"reply_to_message_id\": \"" + question + "\", \"text_body\": \"Tomorrow.\"}")
                .expect(202);
        assertEquals("draft", draft.text("status"));
        assertFalse(draft.body().has("approval_id"));
        assertEquals(List.of(), ids(agent.get(LIST)));
        admin().post("/v1/api/email/messages/" + question + "/reply", "{\"text\": \"Tomorrow.\"}")
                .expect(200);
        approvals().awaitArrival("Re: a reviewed question");
        assertEquals(List.of(), ids(agent.get(LIST)));
    }

    @Test
    default void where_two_have_to_look_a_draft_is_not_enough() {
        String inbox = server().makeAgentEndpoint("h.two", "human_review", "");
        Client agent = approvals().restricted(inbox, "[{\"action\": \"email:send\", \"reviewers\": 2}]");
        String question = server().receive("h.two@acme.example", "a doubly reviewed question");
        Answer held = agent.post(
                        "/v1/messages/",
                        "{\"reply_to_message_id\": \"" + question
                                + "\", \"text_body\": \"Tomorrow.\", \"draft\": true}")
                .expect(202);
        assertEquals("held", held.text("status"));
    }

    @Test
    default void a_person_who_answers_first_ends_the_answer_that_waits() {
        Client agent = approvals().restricted(approvals().endpoint("h.super"), EVERYTHING);
        String question = server().receive("h.super@acme.example", "an overtaken question");
        Answer sent = agent.post(
                        "/v1/messages/",
                        "{\"reply_to_message_id\": \"" + question + "\", \"text_body\": \"Tomorrow.\"}")
                .expect(202);
        admin().post("/v1/api/email/messages/" + question + "/reply", "{\"text\": \"Today.\"}")
                .expect(200);
        assertEquals("cancelled", approvals().statusOf(sent.text("message_id")));
        assertEquals(
                "cancelled",
                approve(admin(), sent.text("approval_id")).expect(409).code());
        assertEquals(
                List.of("approval.queued", "approval.cancelled"), typesOf(events(agent, sent.text("approval_id"))));
        assertEquals(1, approvals().arrived("Re: an overtaken question").size());
    }

    @Test
    default void what_waits_at_an_endpoint_that_is_removed_is_cancelled() {
        String inbox = approvals().endpoint("h.gone");
        Client agent = approvals().restricted(inbox, EVERYTHING);
        Answer sent = hold(agent, "client@elsewhere.example", "mail of nobody");
        admin().delete("/v1/api/email/endpoints/" + inbox).expect(204);
        assertEquals("cancelled", approvals().statusOf(sent.text("message_id")));
        assertEquals(
                "cancelled",
                approve(admin(), sent.text("approval_id")).expect(409).code());
        assertEquals(List.of(), approvals().arrived("mail of nobody"));
    }
}
