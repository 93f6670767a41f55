package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.json;
import static org.chancery.server.endtoend.Approvals.mail;
import static org.chancery.server.endtoend.Approvals.reject;
import static org.chancery.server.endtoend.Approvals.row;
import static org.chancery.server.endtoend.Approvals.versionOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/** An approval and the decisions about it, whole: each member that there is, with its value, and no other; run on each database. */
interface ShownApprovalContract extends TimedApprovals {

    /** A decision as it is shown; changes as JSON. */
    private static ObjectNode decision(
            String by, String id, String kind, String note, Instant at, String version, String changes) {
        return (ObjectNode) json("""
                {"by": "%s", "by_id": "%s", "channel": "api", "decision": "%s", "note": "%s", "at": "%s", "version": "%s",
                 "changes": %s}""".formatted(by, id, kind, note, at, version, changes));
    }

    /** What a refusal tells of a decision. */
    private static ObjectNode told(ObjectNode decision) {
        return decision.deepCopy().remove(List.of("version", "changes"));
    }

    /** What a list shows of it: nothing that was read for it alone. */
    private static ObjectNode listed(ObjectNode shown) {
        ObjectNode row = shown.deepCopy();
        row.putNull("decisions");
        row.path("message_history").forEach(mail -> ((ObjectNode) mail).putNull("newest_text"));
        return row;
    }

    private static String idOf(Client person) {
        return person.get("/v1/whoami/").expect(200).text("user_id");
    }

    private String agentOf(String inbox) {
        return admin().get("/v1/api/email/endpoints/" + inbox).expect(200).text("agent_id");
    }

    @Test
    default void an_approval_is_shown_whole_in_the_answer_and_in_a_list_before_and_after() {
        String inbox = approvals().endpoint("t.shown");
        Client agent = approvals().restricted(inbox, FOUR_HOURS);
        Instant received = clock().instant();
        String question = server().receive("t.shown@acme.example", "a shown question");
        Instant asked = clock().turn(Duration.ofMinutes(1));
        Answer sent = agent.post("/v1/messages/", """
                        {"reply_to_message_id": "%s", "text_body": "Here is the offer.", "html_body": "<p>Here is the offer.</p>",
                         "to": [{"email": "ada@customer.example", "name": "Ada Lovelace"}],
                         "cc": [{"email": "carl@elsewhere.example", "name": "Carl"}],
                         "bcc": [{"email": "hidden@elsewhere.example", "name": "Hidden"}],
                         "attachments": [{"filename": "offer.txt", "content_type": "text/plain", "content": "YSBmaWxl"}]}""".formatted(question)).expect(202);
        assertEquals("held", sent.text("status"));
        String approval = sent.text("approval_id");
        String version = versionOf(admin(), approval);
        ObjectNode expected = (ObjectNode) json("""
                {"approval_id": "%s", "action_type": "email:send", "status": "pending", "standing": "",
                 "summary": "Mail to ada@customer.example, carl@elsewhere.example, hidden@elsewhere.example: Re: a shown question",
                 "inbox_id": "%s",
                 "requested_by": {"kind": "agent", "id": "%s", "label": "helper", "token_state": "active"},
                 "rule": {"action": "email:send", "expires_after": "4h"}, "held_by": "token",
                 "created_at": "%s", "expires_at": "%s",
                 "payload": {
                   "from": {"email": "t.shown@acme.example", "name": null},
                   "to": [{"email": "ada@customer.example", "name": "Ada Lovelace", "receives": true}],
                   "cc": [{"email": "carl@elsewhere.example", "name": "Carl", "receives": true}],
                   "bcc": [{"email": "hidden@elsewhere.example", "name": "Hidden"}],
                   "reply_to": [], "subject": "Re: a shown question", "send_at": null,
                   "text_body": "Here is the offer.\\n", "html_body": "<p>Here is the offer.</p>\\n",
                   "attachments": [{"id": "2", "filename": "offer.txt", "content_type": "text/plain", "size": 6}],
                   "headers": [
                     {"name": "In-Reply-To", "value": "<a-shown-question@customer.example>"},
                     {"name": "References", "value": "<a-shown-question@customer.example>"},
                     {"name": "Auto-Submitted", "value": "auto-replied"}],
                   "truncated": false},
                 "cautions": [], "message_id": "%s",
                 "message_history": [{"message_id": "%s", "direction": "inbound", "state": "routed",
                   "from_addr": "ada@customer.example", "subject": "a shown question", "occurred_at": "%s",
                   "newest_text": "Hello, what about a shown question?"}],
                 "version": "%s", "decisions": []}""".formatted(
                        approval,
                        inbox,
                        agentOf(inbox),
                        asked,
                        asked.plus(Duration.ofHours(4)),
                        sent.text("message_id"),
                        question,
                        received,
                        version));
        Client reviewer = approvals().reviewer("t.reviewer");
        for (Client by : List.of(reviewer, admin(), agent)) {
            assertEquals(expected, by.get(item(approval)).expect(200).body());
            assertEquals(listed(expected), row(by, approval, "pending"));
        }

        Instant decided = clock().turn(Duration.ofMinutes(1));
        Answer approved = reviewer.post(
                        item(approval) + "approve/",
                        "{\"note\": \"dearer\", \"version\": \"" + version
                                + "\", \"edits\": {\"subject\": \"Re: the offer\", \"text_body\": \"Here is another offer.\"}}")
                .expect(200);
        String edited = versionOf(admin(), approval);
        assertNotEquals(version, edited);
        expected.put("status", "executed");
        expected.put("standing", "approved by t.reviewer@acme.example");
        expected.put(
                "summary",
                "Mail to ada@customer.example, carl@elsewhere.example, hidden@elsewhere.example: Re: the offer");
        expected.put("version", edited);
        ObjectNode payload = (ObjectNode) expected.path("payload");
        payload.put("subject", "Re: the offer");
        payload.put("text_body", "Here is another offer.\n");
        payload.putNull("html_body");
        // What a person put their hand to is not automatic.
        ((ArrayNode) payload.path("headers")).remove(2);
        // The mail that it answered is handled by now.
        ((ObjectNode) expected.path("message_history").path(0)).put("state", "handled");
        ObjectNode yes = decision("t.reviewer@acme.example", idOf(reviewer), "approve", "dearer", decided, edited, """
                        [{"field": "subject", "before": "Re: a shown question", "after": "Re: the offer",
                          "difference": "-Re: a shown question\\n+Re: the offer"},
                         {"field": "text_body", "before": "Here is the offer.\\n", "after": "Here is another offer.\\n",
                          "difference": "-Here is the offer.\\n+Here is another offer."},
                         {"field": "html_body", "before": "<p>Here is the offer.</p>\\n", "after": "",
                          "difference": "-<p>Here is the offer.</p>"}]""");
        ((ArrayNode) expected.path("decisions")).add(yes);
        assertEquals(expected, approved.body());
        assertEquals(expected, agent.get(item(approval)).expect(200).body());
        assertEquals(listed(expected), row(reviewer, approval, "executed"));
        assertEquals(told(yes), approve(admin(), approval).expect(409).body().path("decision"));
    }

    @Test
    default void every_kind_of_decision_is_shown_whole_and_in_order() {
        Client agent = approvals().restricted(approvals().endpoint("t.decided"), FOUR_HOURS);
        String approval =
                hold(agent, "client@elsewhere.example", "often decided").text("approval_id");
        String version = versionOf(admin(), approval);
        Instant opened = clock().turn(Duration.ofHours(4));
        awaitExpiry(approval);
        assertEquals(
                "nobody decided in time",
                admin().get(item(approval)).expect(200).text("standing"));
        Answer reopened = admin().post(item(approval) + "reopen/", "{\"note\": \"after all\"}")
                .expect(200);
        ObjectNode again =
                decision("owner@acme.example", idOf(admin()), "reopen", "after all", opened, version, "null");
        assertEquals(json("[" + again + "]"), reopened.body().path("decisions"));
        assertEquals("", reopened.text("standing"));

        Client reviewer = approvals().reviewer("t.rejects");
        Instant ended = clock().turn(Duration.ofMinutes(1));
        Answer rejected = reject(reviewer, approval, "not like this").expect(200);
        ObjectNode no =
                decision("t.rejects@acme.example", idOf(reviewer), "reject", "not like this", ended, version, "null");
        assertEquals(json("[" + again + ", " + no + "]"), rejected.body().path("decisions"));
        assertEquals("not like this", rejected.text("standing"));
        assertEquals("rejected", rejected.text("status"));
        assertEquals(
                told(no), reject(admin(), approval, "nor so").expect(409).body().path("decision"));

        String approved =
                hold(agent, "client@elsewhere.example", "once decided").text("approval_id");
        ObjectNode yes = decision(
                "owner@acme.example", idOf(admin()), "approve", "", ended, versionOf(admin(), approved), "null");
        assertEquals(
                json("[" + yes + "]"),
                approve(admin(), approved).expect(200).body().path("decisions"));
    }

    @Test
    default void whoever_asked_is_shown_as_what_they_are() {
        String agents = approvals().endpoint("t.agent");
        assertEquals(
                json("{\"kind\": \"agent\", \"id\": \"" + agentOf(agents)
                        + "\", \"label\": \"helper\", \"token_state\": \"active\"}"),
                requestedBy(approvals().restricted(agents, EVERYTHING), ""));
        String inbox = server().makeEndpoint("t.alone", ", \"plane\": \"agent\"");
        assertEquals(
                json("{\"kind\": \"endpoint\", \"id\": \"" + inbox
                        + "\", \"label\": \"t.alone@acme.example\", \"token_state\": \"active\"}"),
                requestedBy(approvals().restricted(inbox, EVERYTHING), ""));
        assertEquals(
                json("{\"kind\": \"user\", \"id\": \"" + idOf(admin())
                        + "\", \"label\": \"owner@acme.example\", \"token_state\": \"active\"}"),
                requestedBy(
                        approvals().personal(admin(), EVERYTHING, "email:send"), "\"inbox_id\": \"" + inbox + "\", "));
    }

    private JsonNode requestedBy(Client by, String from) {
        Answer sent = by.post(
                        "/v1/messages/",
                        "{" + from
                                + mail("client@elsewhere.example", "asked for").substring(1))
                .expect(202);
        String approval = sent.text("approval_id");
        JsonNode shown = admin().get(item(approval)).expect(200).body();
        assertEquals(
                shown.path("requested_by"), row(admin(), approval, "pending").path("requested_by"));
        return shown.path("requested_by");
    }
}
