package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.events;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.lines;
import static org.chancery.server.endtoend.Approvals.typesOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/** What becomes of an answer that waits when the mail is answered in another way; run on each database. */
interface SecondAnswerContract {
    String TWO_LOOK = "[{\"action\": \"email:send\", \"reviewers\": 2}]";

    RunningServer server();

    private Approvals approvals() {
        return new Approvals(server());
    }

    private Client admin() {
        return server().admin;
    }

    private static String answer(String question, String text, String further) {
        return "{\"reply_to_message_id\": \"" + question + "\", \"text_body\": \"" + text + "\"" + further + "}";
    }

    private static Answer held(Client agent, String question) {
        Answer sent =
                agent.post("/v1/messages/", answer(question, "Tomorrow.", "")).expect(202);
        assertEquals("held", sent.text("status"));
        return sent;
    }

    /** The program's answer has ended, and the person's alone arrived. */
    private void overtaken(Client agent, Answer held, String subject) {
        assertEquals("cancelled", approvals().statusOf(held.text("message_id")));
        assertEquals(
                "cancelled",
                approve(admin(), held.text("approval_id")).expect(409).code());
        assertEquals(
                List.of("approval.queued", "approval.cancelled"), typesOf(events(agent, held.text("approval_id"))));
        assertEquals(1, approvals().arrived(subject).size());
    }

    @Test
    default void a_person_who_answers_by_the_api_ends_the_answer_that_waits() {
        Client agent = approvals().restricted(approvals().endpoint("a.api"), EVERYTHING);
        String question = server().receive("a.api@acme.example", "a question that the API answers");
        Answer held = held(agent, question);
        admin().post("/v1/messages/", answer(question, "Today.", "")).expect(202);
        overtaken(agent, held, "Re: a question that the API answers");
    }

    @Test
    default void a_person_who_answers_by_submission_ends_the_answer_that_waits() {
        Client agent = approvals().restricted(approvals().endpoint("a.smtp"), EVERYTHING);
        String question = server().receive("a.smtp@acme.example", "a question that a mail program answers");
        Answer held = held(agent, question);
        String secret = admin().post(
                        "/v1/tokens/",
                        "{\"label\": \"mail program\", \"scopes\": [\"email:read\", \"email:send\","
                                + " \"conversations:read\", \"conversations:write\", \"admin\"]}")
                .expect(201)
                .text("token");
        String reply = approvals()
                .submit(
                        secret,
                        "a.smtp@acme.example",
                        List.of("ada@customer.example"),
                        lines(
                                "From: a.smtp@acme.example",
                                "To: ada@customer.example",
                                "Subject: Re: a question that a mail program answers",
                                "In-Reply-To: <a-question-that-a-mail-program-answers@customer.example>",
                                "",
                                "Today."));
        assertTrue(reply.startsWith("250"), reply);
        assertEquals("handled", server().stateOf(question));
        overtaken(agent, held, "Re: a question that a mail program answers");
    }

    @Test
    default void a_draft_is_superseded_by_the_held_answer_that_is_approved() {
        Client agent = approvals().restricted(approvals().endpoint("a.draft"), EVERYTHING);
        String question = server().receive("a.draft@acme.example", "a question with a draft");
        Answer held = held(agent, question);
        Answer draft = agent.post("/v1/messages/", answer(question, "Perhaps.", ", \"draft\": true"))
                .expect(202);
        assertEquals("draft", draft.text("status"));
        assertEquals("awaiting_review", server().stateOf(question));
        assertEquals(
                "executed",
                approve(admin(), held.text("approval_id")).expect(200).text("status"));
        assertEquals("handled", server().stateOf(question));
        JsonNode superseded = approvals().message(draft.text("message_id"));
        assertEquals("rejected", superseded.path("status").asText());
        assertEquals(
                "superseded by another answer",
                superseded.path("rejection").path("reason").asText());
        JsonNode review = admin().get("/v1/api/email/review").expect(200).body();
        assertTrue(
                Approvals.each(review.path("awaiting_review"))
                        .noneMatch(row -> row.toString().contains(question)),
                review.toString());
        approvals().awaitArrival("Re: a question with a draft");
        assertEquals(1, approvals().arrived("Re: a question with a draft").size());
    }

    @Test
    default void a_draft_of_somebody_else_is_superseded_too() {
        String inbox = server().makeAgentEndpoint("a.light", "human_review", "");
        Client drafting = server().agentOf(inbox);
        String question = server().receive("a.light@acme.example", "a question with another's draft");
        Answer draft =
                drafting.post("/v1/messages/", answer(question, "Perhaps.", "")).expect(202);
        assertEquals("draft", draft.text("status"));
        Answer held = held(approvals().restricted(inbox, TWO_LOOK), question);
        approve(admin(), held.text("approval_id")).expect(200);
        assertEquals("draft", approvals().statusOf(draft.text("message_id")));
        approve(approvals().reviewer("a.second"), held.text("approval_id")).expect(200);
        assertEquals("rejected", approvals().statusOf(draft.text("message_id")));
        assertEquals("handled", server().stateOf(question));
    }

    @Test
    default void two_held_answers_are_decided_on_one_by_one_and_the_second_tells_of_the_first() {
        Client agent = approvals().restricted(approvals().endpoint("a.two"), EVERYTHING);
        String question = server().receive("a.two@acme.example", "a question with two answers");
        Answer first = held(agent, question);
        Answer second = held(agent, question);
        approve(admin(), first.text("approval_id")).expect(200);
        Answer waits = admin().get(item(second.text("approval_id"))).expect(200);
        assertEquals("pending", waits.text("status"));
        assertEquals(
                "handled",
                Approvals.each(waits.body().path("message_history"))
                        .filter(mail -> mail.path("message_id").asText().equals(question))
                        .findFirst()
                        .orElseThrow()
                        .path("state")
                        .asText());
        approve(admin(), second.text("approval_id")).expect(200);
    }

    @Test
    default void a_persons_own_answer_that_was_held_ends_the_others_once_it_is_approved() {
        Client agent = approvals().restricted(approvals().endpoint("a.own"), EVERYTHING);
        String question = server().receive("a.own@acme.example", "a question that two want to answer");
        Answer held = held(agent, question);
        Client own =
                approvals().personal(admin(), EVERYTHING, "email:send", "email:read", "conversations:write", "admin");
        Answer mine = own.post("/v1/messages/", answer(question, "Today.", "")).expect(202);
        assertEquals("held", mine.text("status"));
        approve(approvals().reviewer("a.colleague"), mine.text("approval_id")).expect(200);
        overtaken(agent, held, "Re: a question that two want to answer");
    }
}
