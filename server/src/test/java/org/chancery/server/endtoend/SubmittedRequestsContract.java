package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.events;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.json;
import static org.chancery.server.endtoend.Approvals.lines;
import static org.chancery.server.endtoend.Approvals.reject;
import static org.chancery.server.endtoend.Approvals.typesOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.regex.Matcher;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/** Whoever asked by SMTP tries to decide by HTTP; run on each database. */
interface SubmittedRequestsContract {
    RunningServer server();

    private Approvals approvals() {
        return new Approvals(server());
    }

    private Client admin() {
        return server().admin;
    }

    /** What was held of a submitted mail. */
    record Asked(String approval, String message) {}

    private Asked submit(String secret, String localPart, String subject) {
        String from = localPart + "@acme.example";
        String reply = approvals()
                .submit(
                        secret,
                        from,
                        List.of("client@elsewhere.example"),
                        lines(
                                "From: " + from,
                                "To: client@elsewhere.example",
                                "Subject: " + subject,
                                "",
                                "As discussed."));
        Matcher held = SubmittedHoldContract.HELD.matcher(reply);
        assertTrue(held.matches(), reply);
        return new Asked(held.group(1), held.group(2));
    }

    /** Neither decision is open to the caller, and it waits on. */
    private void refused(Client by, String approval) {
        Refusals.decidesNothing(server(), by, approval, "self_approval");
        assertEquals("self_approval", reject(by, approval, "mine").expect(403).code());
        assertEquals("pending", admin().get(item(approval)).text("status"));
    }

    private void isAskedBy(String approval, String kind, String id, String label) {
        assertEquals(
                json("{\"kind\": \"" + kind + "\", \"id\": \"" + id + "\", \"label\": \"" + label
                        + "\", \"token_state\": \"active\"}"),
                admin().get(item(approval)).expect(200).body().path("requested_by"));
    }

    /** Another one decides by HTTP, and the log tells so. */
    private void isDecidedBy(Client other, String name, Asked asked, String subject) {
        JsonNode approved = approve(other, asked.approval()).expect(200).body();
        assertEquals(
                name + " api approve",
                approved.at("/decisions/0/by").asText() + " "
                        + approved.at("/decisions/0/channel").asText() + " "
                        + approved.at("/decisions/0/decision").asText());
        approvals().awaitArrival(subject);
        assertEquals(1, approvals().arrived(subject).size());
        List<JsonNode> events = events(admin(), asked.approval());
        assertEquals(List.of("approval.queued", "approval.approved"), typesOf(events));
        for (JsonNode event : events) {
            JsonNode payload = event.path("payload");
            assertEquals(asked.message(), payload.path("message_id").asText());
            assertEquals("email:send", payload.path("action_type").asText());
            assertEquals(
                    "Mail to client@elsewhere.example: " + subject,
                    payload.path("summary").asText());
        }
        assertEquals(name, events.getLast().path("payload").path("by").asText());
    }

    @Test
    default void a_program_decides_on_what_it_submitted_by_no_token() {
        String inbox = approvals().endpoint("y.agent");
        String secret = approvals().secret(inbox, EVERYTHING);
        Client own = server().new Client(secret);
        Client made = server().new Client(own.post(
                        "/v1/tokens/",
                        "{\"label\": \"made\", \"inbox_id\": \"" + inbox
                                + "\", \"scopes\": [\"approvals:read\", \"approvals:write\"],"
                                + " \"requires_approval\": [\"email:send\"]}")
                .expect(201)
                .text("token"));
        Asked asked = submit(secret, "y.agent", "submitted by an agent");
        String agent =
                admin().get("/v1/api/email/endpoints/" + inbox).expect(200).text("agent_id");
        isAskedBy(asked.approval(), "agent", agent, "helper");
        for (Client by : List.of(
                own,
                made,
                approvals().restricted(inbox, EVERYTHING),
                server().new Client(server().makeToken(inbox, "approvals:read", "approvals:write")))) {
            refused(by, asked.approval());
        }
        assertEquals(List.of(), approvals().arrived("submitted by an agent"));
        isDecidedBy(admin(), "owner@acme.example", asked, "submitted by an agent");
    }

    @Test
    default void an_inbox_decides_on_what_it_submitted_by_no_token_nor_by_its_later_agents() {
        String inbox = server().makeEndpoint("y.inbox", ", \"plane\": \"agent\"");
        String secret = approvals().secret(inbox, EVERYTHING);
        Asked asked = submit(secret, "y.inbox", "submitted by an inbox");
        isAskedBy(asked.approval(), "endpoint", inbox, "y.inbox@acme.example");
        refused(server().new Client(secret), asked.approval());
        admin().patch("/v1/api/email/endpoints/" + inbox, "{\"agent_id\": \"" + server().makeAgent() + "\"}")
                .expect(200);
        refused(server().new Client(server().makeToken(inbox, "approvals:read", "approvals:write")), asked.approval());
        isDecidedBy(admin(), "owner@acme.example", asked, "submitted by an inbox");
    }

    @Test
    default void a_person_decides_on_what_they_submitted_by_no_token_and_no_session() {
        String user = admin().post(
                        "/v1/users/",
                        "{\"email\": \"submits@acme.example\", \"name\": \"Submits\", \"role\": \"admin\","
                                + " \"password\": \"a long pass phrase\"}")
                .expect(201)
                .text("user_id");
        Client session = server().signIn("submits@acme.example", "a long pass phrase");
        approvals().endpoint("y.person");
        String secret = approvals()
                .personalSecret(session, EVERYTHING, "email:send", "email:read", "approvals:read", "approvals:write");
        Client other = approvals().personal(session, "[]", "approvals:read", "approvals:write");
        Asked asked = submit(secret, "y.person", "submitted by a person");
        isAskedBy(asked.approval(), "user", user, "submits@acme.example");
        for (Client by : List.of(server().new Client(secret), other, session)) {
            refused(by, asked.approval());
        }
        assertEquals(List.of(), approvals().arrived("submitted by a person"));
        isDecidedBy(approvals().reviewer("y.colleague"), "y.colleague@acme.example", asked, "submitted by a person");
    }
}
