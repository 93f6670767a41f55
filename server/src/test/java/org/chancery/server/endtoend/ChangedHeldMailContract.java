package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.raw;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/**
 * Whoever had a mail held tries to change it by every call that names a message. All is refused and logged, and what was held leaves
 * as it was held; run on each database.
 */
interface ChangedHeldMailContract {
    RunningServer server();

    private Approvals approvals() {
        return new Approvals(server());
    }

    private Client admin() {
        return server().admin;
    }

    /** A program at a new endpoint, which may do all that programs may, and whose mail waits. */
    private Client program(String localPart) {
        return server().new Client(admin().post(
                        "/v1/tokens/",
                        "{\"label\": \"restricted\", \"inbox_id\": \""
                                + approvals().endpoint(localPart)
                                + "\", \"scopes\": [\"email:read\", \"email:send\", \"labels:read\", \"labels:write\","
                                + " \"approvals:read\", \"approvals:write\"], \"requires_approval\": " + EVERYTHING
                                + "}")
                .expect(201)
                .text("token"));
    }

    /** A held mail, as everybody sees it. */
    record Held(Client admin, String message, String approval, byte[] bytes, JsonNode before) {
        static Held of(Client admin, Answer sent) {
            String approval = sent.text("approval_id");
            return new Held(
                    admin,
                    sent.text("message_id"),
                    approval,
                    raw(admin, approval),
                    admin.get(item(approval)).expect(200).body());
        }

        void isAsItWas() {
            assertEquals(before, admin.get(item(approval)).expect(200).body());
            assertArrayEquals(bytes, raw(admin, approval));
            assertArrayEquals(
                    bytes,
                    admin.get("/v1/messages/" + message + "/raw/")
                            .expect(200)
                            .response()
                            .body());
        }
    }

    @Test
    default void no_field_of_a_held_mail_is_written_by_a_call() {
        Client program = program("h.fields");
        Held held = Held.of(admin(), hold(program, "client@elsewhere.example", "no field"));
        String path = "/v1/messages/" + held.message() + "/";
        try (Refusals refusals = new Refusals(server())) {
            for (Client by : List.of(program, admin())) {
                for (String field : List.of(
                        "text_body",
                        "html_body",
                        "subject",
                        "status",
                        "to",
                        "bcc",
                        "send_at",
                        "headers",
                        "attachments")) {
                    refusals.invalid(
                            by,
                            "/" + field,
                            () -> by.patch(path, "{\"" + field + "\": \"queued\"}"),
                            "PATCH /v1/messages/{id}/ on " + held.message() + ": 422");
                }
            }
        }
        held.isAsItWas();
        // What may be written is no part of the mail.
        String label =
                admin().post("/v1/labels/", "{\"name\": \"Held\"}").expect(201).text("label_id");
        Answer labelled =
                program.patch(path, "{\"add_labels\": [\"" + label + "\"]}").expect(200);
        assertEquals(label, labelled.body().at("/labels/0").asText());
        held.isAsItWas();
        assertEquals("held", approvals().statusOf(held.message()));
        approve(admin(), held.approval()).expect(200);
        assertArrayEquals(
                held.bytes(),
                approvals().awaitArrival("no field").getFirst().content().unsigned());
        approvals().awaitArrival("no field");
        assertEquals(1, approvals().arrived("no field").size());
    }

    @Test
    default void no_other_call_that_names_a_held_mail_does_anything_to_it() {
        Client program = program("h.calls");
        Held held = Held.of(admin(), hold(program, "client@elsewhere.example", "no call"));
        String message = held.message();
        String triage = "/v1/api/email/messages/" + message;
        try (Refusals refusals = new Refusals(server())) {
            for (String method : List.of("PUT", "DELETE", "POST")) {
                refusals.refused(
                        program,
                        405,
                        "method_not_allowed",
                        () -> program.call(method, "/v1/messages/" + message + "/", "{\"subject\": \"other\"}"),
                        method + " /v1/messages/{id}/ on " + message);
                for (String below : List.of("raw/", "attachments/0/")) {
                    refusals.refused(
                            program,
                            405,
                            "method_not_allowed",
                            () -> program.call(method, "/v1/messages/" + message + "/" + below, "{}"),
                            method + " /v1/messages/{id}/",
                            message);
                }
            }
            for (String method : List.of("PUT", "PATCH", "DELETE")) {
                refusals.refused(
                        program,
                        405,
                        "method_not_allowed",
                        () -> program.call(method, item(held.approval()), "{\"status\": \"approved\"}"),
                        method + " /v1/approvals/{id}/ on " + held.approval());
            }
            for (String call : List.of("reply", "discard", "presence")) {
                refusals.refused(
                        program,
                        403,
                        "missing_scope",
                        () -> program.post(triage + "/" + call, "{\"text\": \"Other words.\"}"),
                        "POST /v1/api/email/messages/{id}/" + call + " on " + message);
            }
            for (String call : List.of("reply", "discard")) {
                refusals.refused(
                        admin(),
                        404,
                        "not_found",
                        () -> admin().post(
                                        triage + "/" + call,
                                        call.equals("reply") ? "{\"text\": \"Other words.\"}" : "{}"),
                        "POST /v1/api/email/messages/{id}/" + call + " on " + message);
            }
            refusals.refused(
                    program,
                    404,
                    "not_found",
                    () -> program.post(triage + "/escalate", "{}"),
                    "POST /v1/api/email/messages/{id}/escalate on " + message);
            String agent = server().makeAgent();
            refusals.refused(
                    admin(),
                    404,
                    "not_found",
                    () -> admin().post(triage + "/assign", "{\"agent_id\": \"" + agent + "\"}"),
                    "POST /v1/api/email/messages/{id}/assign on " + message);
            Client other = program("h.others");
            refusals.refused(
                    other,
                    404,
                    "not_found",
                    () -> other.post("/v1/messages/" + message + "/cancel/", "{}"),
                    "POST /v1/messages/{id}/cancel/ on " + message);
        }
        admin().post(triage + "/presence", "{\"typing\": true}").expect(200);
        held.isAsItWas();
        assertEquals("held", approvals().statusOf(message));
        approve(admin(), held.approval()).expect(200);
        assertArrayEquals(
                held.bytes(),
                approvals().awaitArrival("no call").getFirst().content().unsigned());
        approvals().awaitArrival("no call");
        assertEquals(1, approvals().arrived("no call").size());
    }
}
