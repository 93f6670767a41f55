package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/**
 * Whoever holds a token tries to have one that may do more: other scopes, another inbox, another agent, fewer rules, more time. All is
 * refused, logged, and in the record; run on each database.
 */
interface WidenedTokensContract {
    RunningServer server();

    private Answer make(Client by, String binding, String rules, Instant end, String... scopes) {
        return by.post("/v1/tokens/", body(binding, rules, "\"" + end + "\"", scopes));
    }

    /** @param end a JSON value */
    private static String body(String binding, String rules, String end, String... scopes) {
        return "{" + binding + "\"label\": \"t\", \"scopes\": [\"" + String.join("\", \"", scopes)
                + "\"], \"requires_approval\": " + rules + ", \"expires_at\": " + end + "}";
    }

    /** The token as it is, but for when it was used. */
    private String kept(String token) {
        ObjectNode kept = (ObjectNode)
                server().admin.get("/v1/tokens/" + token + "/").expect(200).body();
        kept.remove("last_used_at");
        return kept.toString();
    }

    @Test
    default void nothing_makes_a_token_more_than_it_is() {
        Instant end = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
        String inbox = server().makeAgentEndpoint("w.own", "agent_decides", "");
        String binding = "\"inbox_id\": \"" + inbox + "\", ";
        Answer made = make(server().admin, binding, EVERYTHING, end, "tokens:write", "email:send")
                .expect(201);
        String own = made.text("token_id");
        Client program = server().new Client(made.text("token"));
        String wider = make(server().admin, binding, EVERYTHING, end, "tokens:write", "email:send", "email:read")
                .expect(201)
                .text("token_id");
        String otherAgent = server().makeAgent();
        String otherInbox = server().makeEndpoint("w.other", "");
        String before = kept(own);

        try (Refusals refusals = new Refusals(server())) {
            // POST
            refusals.forbidden(
                    program,
                    "scope_escalation",
                    () -> make(program, binding, EVERYTHING, end, "email:read"),
                    "POST /v1/tokens/");
            refusals.forbidden(
                    program,
                    "scope_escalation",
                    () -> make(program, binding, EVERYTHING, end, "admin"),
                    "POST /v1/tokens/");
            refusals.forbidden(
                    program,
                    "approval_escalation",
                    () -> make(program, binding, "[]", end, "email:send"),
                    "POST /v1/tokens/");
            refusals.forbidden(
                    program,
                    "expiry_escalation",
                    () -> make(program, binding, EVERYTHING, end.plusSeconds(1), "email:send"),
                    "POST /v1/tokens/");
            refusals.forbidden(
                    program,
                    "expiry_escalation",
                    () -> program.post("/v1/tokens/", body(binding, EVERYTHING, "null", "email:send")),
                    "POST /v1/tokens/");
            refusals.forbidden(
                    program,
                    "reach_escalation",
                    () -> make(program, "", EVERYTHING, end, "email:send"),
                    "POST /v1/tokens/");
            refusals.forbidden(
                    program,
                    "reach_escalation",
                    () -> make(
                            program, binding + "\"agent_id\": \"" + otherAgent + "\", ", EVERYTHING, end, "email:send"),
                    "POST /v1/tokens/");
            refusals.invalid(
                    program,
                    "/inbox_id",
                    () -> make(program, "\"inbox_id\": \"" + otherInbox + "\", ", EVERYTHING, end, "email:send"),
                    "POST /v1/tokens/");

            // PATCH
            String path = "/v1/tokens/" + own + "/";
            refusals.forbidden(
                    program,
                    "scope_escalation",
                    () -> program.patch(path, "{\"scopes\": [\"email:send\", \"email:read\"]}"),
                    "PATCH",
                    own);
            refusals.forbidden(
                    program,
                    "approval_escalation",
                    () -> program.patch(path, "{\"requires_approval\": []}"),
                    "PATCH",
                    own);
            refusals.forbidden(
                    program, "expiry_escalation", () -> program.patch(path, "{\"expires_at\": null}"), "PATCH", own);
            for (String field : new String[] {"inbox_id", "agent_id", "token", "maker_id"}) {
                refusals.invalid(
                        program,
                        "/" + field,
                        () -> program.patch(path, "{\"" + field + "\": \"" + otherInbox + "\"}"),
                        "PATCH",
                        own);
            }

            // Rotation
            refusals.forbidden(
                    program,
                    "scope_escalation",
                    () -> program.post("/v1/tokens/" + wider + "/rotate/", ""),
                    "/rotate/",
                    wider);
            refusals.forbidden(
                    program,
                    "scope_escalation",
                    () -> program.patch("/v1/tokens/" + wider + "/", "{\"label\": \"mine\"}"),
                    "PATCH",
                    wider);

            assertEquals(
                    1,
                    refusals.recorded("access.refused", own, "expiry_escalation")
                            .size());
            for (String code : new String[] {"scope_escalation", "approval_escalation", "reach_escalation"}) {
                JsonNode entry = refusals.recorded("access.refused", own, code).getFirst();
                assertEquals(own, entry.path("actor").path("token_id").asText());
                assertFalse(entry.toString().contains(made.text("token")), "no secret");
            }
            assertEquals(
                    1,
                    refusals.recorded("access.refused", wider, "scope_escalation")
                            .size());
        }
        assertEquals(before, kept(own));
    }

    @Test
    default void people_do_not_rise_by_a_token_either() {
        Client member = server().makeMember("acme.example", "w.member@acme.example", "email:send,tokens:write");
        String own = Refusals.tokenOf(member);
        try (Refusals refusals = new Refusals(server())) {
            refusals.forbidden(
                    member,
                    "scope_escalation",
                    () -> member.post("/v1/tokens/", "{\"label\": \"t\", \"scopes\": [\"admin\"]}"),
                    "POST /v1/tokens/");
            refusals.forbidden(
                    member,
                    "missing_scope",
                    () -> member.post(
                            "/v1/users/", "{\"email\": \"w.new@acme.example\", \"name\": \"N\", \"role\": \"admin\"}"),
                    "POST /v1/users/");
            assertEquals(
                    1,
                    refusals.recorded("access.refused", own, "scope_escalation").size());
        }
    }
}
