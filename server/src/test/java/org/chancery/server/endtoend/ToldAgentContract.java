package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.json;
import static org.chancery.server.endtoend.Approvals.lines;
import static org.chancery.server.endtoend.Approvals.mail;
import static org.chancery.server.endtoend.Approvals.reject;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/**
 * An agent with a webhook is told what became of the mail that it asked for, in the very words of the event log; run on each database.
 */
interface ToldAgentContract extends TimedApprovals {

    /** An agent of that name, which is told of its mail at {@code /name}, and an inbox of the same name. */
    record Told(TimedApprovals on, String name, String agent, String inbox) {

        static Told of(TimedApprovals on, String name) {
            String agent = on.admin()
                    .post(
                            "/v1/agents/",
                            "{\"name\": \"" + name + "\", \"webhook_url\": \""
                                    + on.receiver().url("/" + name) + "\"}")
                    .expect(201)
                    .text("agent_id");
            String inbox = on.server()
                    .makeEndpoint(
                            name,
                            ", \"plane\": \"agent\", \"agent_id\": \"" + agent
                                    + "\", \"reply_policy\": \"agent_decides\"");
            return new Told(on, name, agent, inbox);
        }

        Client program(String rules) {
            return on.approvals().restricted(inbox, rules);
        }

        String address() {
            return name + "@acme.example";
        }

        /** What its webhook got, but for turns, once so many calls came. */
        List<JsonNode> calls(int count) {
            return on
                    .receiver()
                    .await(
                            count,
                            request -> request.target().equals("/" + name)
                                    && !request.text().contains("\"type\":\"message.routed\""),
                            RunningServer.PATIENCE)
                    .stream()
                    .map(request -> json(request.text()))
                    .toList();
        }

        /** The only thing that it was told is this, just now, and the event log says it in the same words. */
        void isTold(String type, ObjectNode payload) {
            List<JsonNode> calls = calls(1);
            assertEquals(1, calls.size(), calls.toString());
            is(calls.getFirst(), type, payload);
        }

        void is(JsonNode event, String type, ObjectNode payload) {
            ObjectNode expected = (ObjectNode) json("{}");
            expected.put("event_id", event.path("event_id").asText());
            expected.put("type", type);
            expected.put("inbox_id", inbox);
            expected.put("created_at", on.clock().instant().toString());
            expected.set("payload", payload);
            assertEquals(expected, event);
            assertEquals(event, logged(type, event.path("event_id").asText()));
        }

        private JsonNode logged(String type, String event) {
            return Approvals.each(on.admin()
                            .get("/v1/events/?limit=500&types=" + type)
                            .expect(200)
                            .body()
                            .path("events"))
                    .filter(one -> one.path("event_id").asText().equals(event))
                    .findFirst()
                    .orElseThrow();
        }

        /** What every event about an approval of its says; further members as JSON that begins with a comma. */
        ObjectNode payload(String approval, String message, String summary, String further) {
            return (ObjectNode) json("""
                    {"approval_id": "%s", "action_type": "email:send", "summary": "%s", "message_id": "%s", "inbox_id": "%s",
                     "requested_by": "%s", "agent_id": "%s"%s}""".formatted(approval, summary, message, inbox, name, agent, further));
        }

        /** What an event about a message of its says. */
        ObjectNode ofMessage(String message, String subject, String further) {
            String thread = on.approvals().message(message).path("thread_id").asText();
            return (ObjectNode) json("""
                    {"message_id": "%s", "thread_id": "%s", "inbox_id": "%s", "subject": "%s"%s}""".formatted(message, thread, inbox, subject, further));
        }

        JsonNode event(String type, String message) {
            return Approvals.each(on.admin()
                            .get("/v1/events/?limit=500&types=" + type)
                            .expect(200)
                            .body()
                            .path("events"))
                    .filter(one ->
                            one.path("payload").path("message_id").asText().equals(message))
                    .reduce((first, last) -> last)
                    .orElseThrow();
        }
    }

    private static String ofApproval(Answer sent) {
        return sent.text("approval_id");
    }

    private static String ofMessage(Answer sent) {
        return sent.text("message_id");
    }

    @Test
    default void what_was_approved_is_told_with_the_note_and_nothing_before_it() {
        Told told = Told.of(this, "w.yes");
        Answer sent = hold(told.program(EVERYTHING), "client@elsewhere.example", "yes");
        String summary = "Mail to client@elsewhere.example: yes";
        told.is(
                told.event("approval.queued", ofMessage(sent)),
                "approval.queued",
                told.payload(ofApproval(sent), ofMessage(sent), summary, ""));
        clock().turn(Duration.ofMinutes(1));
        admin().post(item(ofApproval(sent)) + "approve/", "{\"note\": \"go ahead\"}")
                .expect(200);
        told.isTold(
                "approval.approved",
                told.payload(
                        ofApproval(sent),
                        ofMessage(sent),
                        summary,
                        ", \"by\": \"owner@acme.example\", \"note\": \"go ahead\""));
    }

    @Test
    default void what_was_submitted_and_rejected_is_told_with_the_reason() {
        Told told = Told.of(this, "w.no");
        String reply = approvals()
                .submit(
                        approvals().secret(told.inbox(), EVERYTHING),
                        told.address(),
                        List.of("client@elsewhere.example"),
                        lines(
                                "From: " + told.address(),
                                "To: client@elsewhere.example",
                                "Subject: no",
                                "",
                                "As discussed."));
        Matcher held = SubmittedHoldContract.HELD.matcher(reply);
        assertTrue(held.matches(), reply);
        String approval = held.group(1);
        String message = held.group(2);
        String summary = "Mail to client@elsewhere.example: no";
        told.is(
                told.event("approval.queued", message),
                "approval.queued",
                told.payload(approval, message, summary, ""));
        clock().turn(Duration.ofMinutes(1));
        reject(admin(), approval, "too pushy").expect(200);
        told.isTold(
                "approval.rejected",
                told.payload(
                        approval,
                        message,
                        summary,
                        ", \"by\": \"owner@acme.example\", \"note\": \"too pushy\", \"reason\": \"too pushy\""));
        told.is(
                told.event("message.rejected", message),
                "message.rejected",
                told.ofMessage(
                        message,
                        "no",
                        ", \"by\": \"owner@acme.example\", \"reason\": \"too pushy\", \"approval_id\": \"" + approval
                                + "\""));
    }

    @Test
    default void what_expired_is_told() {
        Told told = Told.of(this, "w.late");
        Answer sent = hold(told.program(FOUR_HOURS), "client@elsewhere.example", "late");
        clock().turn(Duration.ofHours(4));
        told.isTold(
                "approval.expired",
                told.payload(ofApproval(sent), ofMessage(sent), "Mail to client@elsewhere.example: late", ""));
    }

    @Test
    default void what_a_persons_own_answer_ended_is_told() {
        Told told = Told.of(this, "w.overtaken");
        String question = server().receive(told.address(), "an overtaken wish");
        Answer sent = told.program(EVERYTHING)
                .post("/v1/messages/", "{\"reply_to_message_id\": \"" + question + "\", \"text_body\": \"Tomorrow.\"}")
                .expect(202);
        clock().turn(Duration.ofMinutes(1));
        admin().post("/v1/api/email/messages/" + question + "/reply", "{\"text\": \"Today.\"}")
                .expect(200);
        told.isTold(
                "approval.cancelled",
                told.payload(
                        ofApproval(sent),
                        ofMessage(sent),
                        "Mail to ada@customer.example: Re: an overtaken wish",
                        ", \"by\": \"owner@acme.example\", \"reason\": \"superseded by another answer\""));
    }

    @Test
    default void what_an_edit_left_waiting_is_in_the_log_and_told_once_it_is_decided() {
        Told told = Told.of(this, "w.edited");
        Answer sent = hold(
                told.program("[{\"action\": \"email:send\", \"reviewers\": 2}]"), "client@elsewhere.example", "first");
        admin().post(item(ofApproval(sent)) + "approve/", "{\"note\": \"so\", \"edits\": {\"subject\": \"second\"}}")
                .expect(200);
        String summary = "Mail to client@elsewhere.example: second";
        told.is(
                told.event("approval.changed", ofMessage(sent)),
                "approval.changed",
                told.payload(
                        ofApproval(sent),
                        ofMessage(sent),
                        summary,
                        ", \"by\": \"owner@acme.example\", \"note\": \"so\""));
        clock().turn(Duration.ofMinutes(1));
        Client second = approvals().reviewer("w.second");
        second.post(
                        item(ofApproval(sent)) + "approve/",
                        "{\"version\": \"" + Approvals.versionOf(second, ofApproval(sent)) + "\"}")
                .expect(200);
        told.isTold(
                "approval.approved",
                told.payload(ofApproval(sent), ofMessage(sent), summary, ", \"by\": \"w.second@acme.example\""));
    }

    @Test
    default void a_draft_that_was_discarded_is_told() {
        Told told = Told.of(this, "w.draft");
        String question = server().receive(told.address(), "a discarded wish");
        Answer draft = told.program("[]")
                .post(
                        "/v1/messages/",
                        "{\"reply_to_message_id\": \"" + question
                                + "\", \"text_body\": \"Tomorrow.\", \"draft\": true}")
                .expect(202);
        assertEquals("draft", draft.text("status"));
        clock().turn(Duration.ofMinutes(1));
        admin().post("/v1/api/email/messages/" + question + "/discard", "{\"reason\": \"not worth it\"}")
                .expect(200);
        told.isTold(
                "message.rejected",
                told.ofMessage(
                        ofMessage(draft),
                        "Re: a discarded wish",
                        ", \"by\": \"owner@acme.example\", \"reason\": \"not worth it\", \"agent_id\": \""
                                + told.agent() + "\", \"in_reply_to_message_id\": \"" + question + "\""));
    }

    @Test
    default void a_scheduled_mail_that_was_taken_back_is_told() {
        Told told = Told.of(this, "w.planned");
        String later = clock().instant().plus(Duration.ofDays(300)).toString();
        Answer planned = told.program("[]")
                .post(
                        "/v1/messages/",
                        mail("client@elsewhere.example", "planned").replace("}]", "}], \"send_at\": \"" + later + "\""))
                .expect(202);
        assertEquals("scheduled", planned.text("status"));
        clock().turn(Duration.ofMinutes(1));
        admin().post("/v1/messages/" + ofMessage(planned) + "/cancel/", "{\"reason\": \"not needed\"}")
                .expect(200);
        told.isTold(
                "message.cancelled",
                told.ofMessage(
                        ofMessage(planned),
                        "planned",
                        ", \"by\": \"owner@acme.example\", \"reason\": \"not needed\", \"agent_id\": \"" + told.agent()
                                + "\""));
    }

    @Test
    default void calls_come_in_the_order_in_which_it_was_decided() {
        Told told = Told.of(this, "w.order");
        Client program = told.program(EVERYTHING);
        String no = ofApproval(hold(program, "client@elsewhere.example", "not this one"));
        String yes = ofApproval(hold(program, "client@elsewhere.example", "this one"));
        reject(admin(), no, "the other one").expect(200);
        approve(admin(), yes).expect(200);
        assertEquals(
                List.of("approval.rejected " + no, "approval.approved " + yes),
                told.calls(2).stream()
                        .map(call -> call.path("type").asText() + " "
                                + call.path("payload").path("approval_id").asText())
                        .toList());
    }
}
