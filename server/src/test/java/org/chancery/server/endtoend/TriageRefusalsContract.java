package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.OwnWorkspace.ADA;
import static org.chancery.server.endtoend.OwnWorkspace.ENDPOINTS;
import static org.chancery.server.endtoend.OwnWorkspace.MESSAGES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/**
 * What cannot be done with a mail that came in by SMTP: it is said why, and the mail waits as before. Run on each database.
 * {@code docs/api/triage.md} lists it.
 */
interface TriageRefusalsContract {

    RunningServer server();

    private static String state(OwnWorkspace acme, String message) {
        return acme.content(message).path("handling_state").asText();
    }

    private static Answer assign(OwnWorkspace acme, String message, String agent) {
        return acme.owner.post(MESSAGES + message + "/assign", "{\"agent_id\": \"" + agent + "\"}");
    }

    @Test
    default void a_body_that_cannot_be_used_is_422_with_its_place_and_the_mail_waits_as_before() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        acme.endpoint("desk", "");
        acme.agent("ours");
        String foreign = OwnWorkspace.on(server()).agent("theirs");
        String message = acme.message(ADA, "desk", "a question");
        String before = acme.everything();
        for (String line : """
                reply    | {}                                        | /text
                reply    | {"text": ""}                              | /text
                reply    | {"text": " \\n "}                         | /text
                reply    | {"text": null}                            | /text
                reply    | {"html": "<p>x</p>"}                      | /text
                reply    | {"text": "x", "html": 5}                  | /html
                reply    | {"text": "x", "subject": "y"}             | /subject
                reply    | {"text": "x", "to": ["eve@x.example"]}    | /to
                discard  | {"note": "x"}                             | /note
                discard  | {"reason": 5}                             | /reason
                assign   | {}                                        | /agent_id
                assign   | {"agent_id": ""}                          | /agent_id
                assign   | {"agent_id": "agt_unknown"}               | /agent_id
                assign   | {"agent_id": "{foreign}"}                 | /agent_id
                assign   | {"agent": "x"}                            | /agent
                presence | {}                                        | /typing
                presence | {"typing": "yes"}                         | /typing
                escalate | {"reason": "x"}                           | /reason
                """.lines().toList()) {
            String[] cells = line.split("\\|");
            Answer refused = acme.owner
                    .post(MESSAGES + message + "/" + cells[0].strip(), cells[1].replace("{foreign}", foreign))
                    .expect(422);
            assertTrue(refused.body().path("errors").findValuesAsText("pointer").contains(cells[2].strip()), line);
        }
        Answer none = acme.owner.post(MESSAGES + message + "/reply", "").expect(400);
        assertEquals("malformed_json", none.code());
        assertEquals(before, acme.everything());
        assertEquals("awaiting_review", state(acme, message));
        assertEquals(
                "handled",
                acme.owner
                        .post(MESSAGES + message + "/reply", "{\"text\": \"An answer.\"}")
                        .expect(200)
                        .text("handling_state"));
    }

    @Test
    default void whoever_comes_second_is_told_who_was_first_and_nothing_more_is_sent() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        acme.endpoint("desk", "");
        String agent = acme.agent("helper");
        String by = "owner@" + acme.domain;
        String answered = acme.message(ADA, "desk", "answered");
        acme.owner.post(MESSAGES + answered + "/reply", "{\"text\": \"x\"}").expect(200);
        String discarded = acme.message(ADA, "desk", "discarded");
        acme.owner.post(MESSAGES + discarded + "/discard", "{}").expect(200);
        String assigned = acme.message(ADA, "desk", "assigned");
        assign(acme, assigned, agent).expect(200);
        for (String[] done : new String[][] {
            {answered, "answered by " + by}, {discarded, by}, {assigned, "assigned to helper by " + by}
        }) {
            for (Answer late : List.of(
                    acme.owner.post(MESSAGES + done[0] + "/reply", "{\"text\": \"x\"}"),
                    acme.owner.post(MESSAGES + done[0] + "/discard", "{}"),
                    assign(acme, done[0], agent))) {
                assertEquals("already_handled", late.expect(409).code());
                assertTrue(late.text("detail").contains(done[1]), late.text("detail"));
            }
            assertEquals("handled", state(acme, done[0]));
        }
        assertEquals(
                1,
                acme.owner
                        .get("/v1/messages/?direction=outbound")
                        .expect(200)
                        .body()
                        .size());
    }

    @Test
    default void a_reply_to_another_draft_than_was_seen_is_409_and_not_sent() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String desk = acme.endpointOf(acme.agent("helper"), "desk");
        Client program = acme.program(desk);
        String message = acme.message(ADA, "desk", "a question");
        String draft = "{\"reply_to_message_id\": \"" + message + "\", \"text_body\": \"%s\"}";
        program.post("/v1/messages/", draft.formatted("First.")).expect(202);
        String seen = acme.content(message).at("/draft/version").asText();
        program.post("/v1/messages/", draft.formatted("Second.")).expect(202);
        String reply = "{\"text\": \"First.\", \"draft_version\": \"%s\"}";
        acme.owner.post(MESSAGES + message + "/reply", reply.formatted(seen)).expect(409);
        assertEquals("awaiting_review", state(acme, message));
        assertEquals("Second.", acme.content(message).at("/draft/text").asText());
        JsonNode row = acme.owner.get("/v1/api/email/review").body().at("/awaiting_review");
        assertEquals(1, row.size());
        assertEquals(message, row.at("/0/email_message_id").asText(), "a draft's row carries the inbound mail's id");
        String now = acme.content(message).at("/draft/version").asText();
        acme.owner.post(MESSAGES + message + "/reply", reply.formatted(now)).expect(200);
    }

    @Test
    default void a_reply_that_names_no_version_is_about_the_draft_that_was_shown_last() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String desk = acme.endpointOf(acme.agent("helper"), "desk");
        Client program = acme.program(desk);
        String message = acme.message(ADA, "desk", "a question");
        String draft = "{\"reply_to_message_id\": \"" + message + "\", \"text_body\": \"Ten.\"%s}";
        program.post("/v1/messages/", draft.formatted("")).expect(202);
        assertEquals("Ten.", acme.content(message).at("/draft/text").asText());
        program.post("/v1/messages/", draft.formatted(", \"to\": [{\"email\": \"thief@evil.example\"}]"))
                .expect(202);
        String reply = "{\"text\": \"Ten.\"}";
        Answer unseen = acme.owner.post(MESSAGES + message + "/reply", reply).expect(409);
        assertEquals("draft_changed", unseen.code());
        assertEquals("awaiting_review", state(acme, message));
        assertEquals(
                "thief@evil.example", acme.content(message).at("/draft/to/0").asText());
        acme.owner.post(MESSAGES + message + "/reply", reply).expect(200);
    }

    @Test
    default void an_agent_is_wired_onto_no_light_endpoint_and_onto_none_that_has_one() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String light = acme.endpoint("light", "");
        String first = acme.agent("first");
        String desk = acme.endpointOf(first, "desk");
        String second = acme.agent("second");
        for (String localPart : List.of("light", "desk", "mail")) {
            Answer assigned = assign(acme, acme.message(ADA, localPart, "to " + localPart), second)
                    .expect(200);
            assertEquals("handled", assigned.text("handling_state"));
            assertFalse(assigned.text("note").contains("Later mail"), assigned.text("note"));
        }
        assertTrue(acme.endpoint(light).path("agent_id").isNull());
        assertEquals(first, acme.endpoint(desk).path("agent_id").asText());
        assertTrue(acme.endpoint(acme.systemMailbox()).path("agent_id").isNull());
        assertEquals("awaiting_review", acme.goes(ADA, "light"));
        assertEquals("unrouted", acme.goes(ADA, "mail"));
        assertEquals(first, acme.receive(ADA, "desk", "later").path("agent_id").asText());
    }

    @Test
    default void where_people_do_the_agents_work_assigned_mail_waits_for_them() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        acme.endpoint("open", ", \"plane\": \"agent\"");
        String message = acme.message(ADA, "open", "a question");
        String team = acme.owner
                .post("/v1/agents/", "{\"name\": \"the team\", \"execution_mode\": \"human\"}")
                .expect(201)
                .text("agent_id");
        Answer assigned = assign(acme, message, team).expect(200);
        assertEquals("awaiting_review", assigned.text("handling_state"));
        assertEquals(
                "{\"count\":1,\"awaiting_review\":1,\"unrouted\":0,\"quarantined\":0}",
                acme.owner.get("/v1/api/email/badge").expect(200).body().toString());
        acme.owner.post(MESSAGES + message + "/reply", "{\"text\": \"Yes.\"}").expect(200);
        assertEquals("awaiting_review", acme.goes(ADA, "open"), "later mail goes to the team, too");
    }

    @Test
    default void an_agent_escalates_only_what_it_has_and_only_where_it_may() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String agent = acme.agent("helper");
        String desk = acme.endpointOf(agent, "desk");
        Client program = acme.program(desk);
        acme.owner
                .patch(ENDPOINTS + "/" + desk, "{\"allow_escalation\": false}")
                .expect(200);
        String message = acme.message(ADA, "desk", "a question");
        String escalate = MESSAGES + message + "/escalate";
        assertEquals(
                "escalation_not_allowed",
                program.post(escalate, "{}").expect(403).code());
        assertEquals(
                "program_required", acme.owner.post(escalate, "{}").expect(403).code());
        assertEquals("routed", state(acme, message));
        Client stranger = acme.program(acme.endpointOf(acme.agent("other"), "elsewhere"));
        stranger.post(escalate, "{}").expect(404);

        acme.owner.patch(ENDPOINTS + "/" + desk, "{\"allow_escalation\": true}").expect(200);
        program.post(escalate, "{}").expect(200);
        assertEquals("with_people", program.post(escalate, "{}").expect(409).code());
        assertEquals("awaiting_review", state(acme, message));
        acme.owner.post(MESSAGES + message + "/discard", "{}").expect(200);
        assertEquals("already_handled", program.post(escalate, "{}").expect(409).code());
        assertEquals(1, acme.endpoint(desk).path("escalated").asInt());
    }

    @Test
    default void the_trace_tells_each_step_of_a_mail() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        acme.endpoint("desk", "");
        String message = acme.message(ADA, "desk", "traced");
        JsonNode steps = acme.owner
                .until(
                        MESSAGES + message + "/trace",
                        answer -> answer.body().findValuesAsText("mailet").contains("DeliverToMailbox"))
                .body();
        for (JsonNode step : steps) {
            for (String field : "at processor matcher mailet verdict reason micros".split(" ")) {
                assertTrue(step.has(field), () -> field + " in " + step);
            }
        }
        assertEquals(
                List.of("awaiting_review"),
                steps.findParents("mailet").stream()
                        .filter(step -> step.path("mailet").asText().equals("DeliverToMailbox"))
                        .map(step -> step.path("verdict").asText())
                        .toList());
    }
}
