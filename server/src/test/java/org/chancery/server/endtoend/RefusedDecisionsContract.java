package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.mail;
import static org.chancery.server.endtoend.Approvals.raw;
import static org.chancery.server.endtoend.Approvals.reject;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/**
 * Whoever asked tries to decide, by every way there is; and whoever holds a held mail tries to change it. All is refused, logged,
 * and in the record; run on each database.
 */
interface RefusedDecisionsContract {
    RunningServer server();

    private Approvals approvals() {
        return new Approvals(server());
    }

    private Client admin() {
        return server().admin;
    }

    private void decidesNothing(Client by, String approval, String code) {
        Refusals.decidesNothing(server(), by, approval, code);
    }

    private Client madeBy(Client maker, String binding, String rules, String... scopes) {
        return server().new Client(maker.post(
                        "/v1/tokens/",
                        "{" + binding + "\"label\": \"made\", \"scopes\": [\"" + String.join("\", \"", scopes)
                                + "\"], \"requires_approval\": " + rules + "}")
                .expect(201)
                .text("token"));
    }

    @Test
    default void a_person_decides_on_their_own_request_by_no_token_and_no_session() {
        admin().post(
                        "/v1/users/",
                        "{\"email\": \"asks@acme.example\", \"name\": \"Asks\", \"role\": \"admin\","
                                + " \"password\": \"a long pass phrase\"}")
                .expect(201);
        Client session = server().signIn("asks@acme.example", "a long pass phrase");
        String inbox = approvals().endpoint("x.person");
        Client own = madeBy(session, "", EVERYTHING, "email:send", "email:read", "approvals:write", "tokens:write");
        Client other = madeBy(session, "", "[]", "approvals:write");
        Client made = madeBy(own, "", EVERYTHING, "approvals:write");
        Client late = madeBy(session, "", "[]", "approvals:write");
        String approval = own.post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + inbox + "\", "
                                + mail("client@elsewhere.example", "self by session")
                                        .substring(1))
                .expect(202)
                .text("approval_id");
        for (Client by : List.of(own, other, made, session)) {
            decidesNothing(by, approval, "self_approval");
        }
        Client rotated = server().new Client(session.post("/v1/tokens/" + Refusals.tokenOf(late) + "/rotate/", "")
                .expect(200)
                .text("token"));
        decidesNothing(rotated, approval, "self_approval");
        assertEquals(List.of(), approvals().arrived("self by session"));
    }

    @Test
    default void an_inbox_that_asked_decides_by_no_token_of_its_own_nor_of_its_agent() {
        String inbox = server().makeEndpoint("x.inbox", ", \"plane\": \"agent\"");
        Client asking = approvals().restricted(inbox, EVERYTHING);
        String approval =
                hold(asking, "client@elsewhere.example", "self by inbox").text("approval_id");
        decidesNothing(asking, approval, "self_approval");
        decidesNothing(
                server().new Client(server().makeToken(inbox, "approvals:read", "approvals:write")),
                approval,
                "self_approval");
        String agent = server().makeAgent();
        admin().patch("/v1/api/email/endpoints/" + inbox, "{\"agent_id\": \"" + agent + "\"}")
                .expect(200);
        decidesNothing(
                server().new Client(server().makeToken(inbox, "approvals:read", "approvals:write")),
                approval,
                "self_approval");
        // A token of the agent's without the inbox does not even see what was asked for before it came.
        Client agents = server().new Client(admin().post(
                        "/v1/tokens/",
                        "{\"label\": \"agent's\", \"agent_id\": \"" + agent
                                + "\", \"scopes\": [\"approvals:read\", \"approvals:write\"]}")
                .expect(201)
                .text("token"));
        approve(agents, approval).expect(404);
        assertEquals(List.of(), approvals().arrived("self by inbox"));
    }

    @Test
    default void a_restricted_admin_approves_nothing_that_a_token_of_their_making_asked_for() {
        String inbox = approvals().endpoint("x.proxy");
        Client own = madeBy(admin(), "", EVERYTHING, "admin");
        Client made = madeBy(own, "\"inbox_id\": \"" + inbox + "\", ", EVERYTHING, "email:send");
        String approval =
                hold(made, "client@elsewhere.example", "asked by proxy").text("approval_id");
        decidesNothing(own, approval, "approval_escalation");
        assertEquals(
                "rejected",
                reject(own, approval, "less is never more").expect(200).text("status"));
        assertEquals(List.of(), approvals().arrived("asked by proxy"));
    }

    @Test
    default void a_restricted_person_approves_nothing_of_anybodys_for_an_edit_would_be_their_own_mail() {
        Client own = madeBy(admin(), "", EVERYTHING, "approvals:write", "approvals:read");
        String approval = hold(
                        approvals().restricted(approvals().endpoint("x.others"), EVERYTHING),
                        "client@elsewhere.example",
                        "asked by others")
                .text("approval_id");
        decidesNothing(own, approval, "approval_escalation");
        approve(admin(), approval).expect(200);
        approvals().awaitArrival("asked by others");
    }

    @Test
    default void a_restricted_admin_has_no_inbox_and_no_agent_write_in_their_place() {
        String inbox = approvals().endpoint("x.instead");
        Client own = madeBy(admin(), "", EVERYTHING, "admin");
        String endpoints = "/v1/api/email/endpoints";
        try (Refusals refusals = new Refusals(server())) {
            refusals.forbidden(
                    own,
                    "approval_escalation",
                    () -> own.patch(endpoints + "/" + inbox, "{\"deliver_to\": [\"me@elsewhere.example\"]}"),
                    "PATCH");
            refusals.forbidden(
                    own,
                    "approval_escalation",
                    () -> own.patch(
                            endpoints + "/" + inbox,
                            "{\"reply_policy\": \"always_reply\", \"instructions\": \"Answer: yes.\"}"),
                    "PATCH");
            refusals.forbidden(
                    own,
                    "approval_escalation",
                    () -> own.post(endpoints, "{\"localpart\": \"x.more\", \"kind\": \"custom\"}"),
                    "POST " + endpoints);
            refusals.forbidden(
                    own,
                    "approval_escalation",
                    () -> own.post("/v1/agents/", "{\"name\": \"writer\", \"execution_mode\": \"auto\"}"),
                    "POST /v1/agents/");
            refusals.forbidden(
                    own,
                    "approval_escalation",
                    () -> own.patch("/v1/agents/" + server().makeAgent() + "/", "{\"execution_mode\": \"auto\"}"),
                    "PATCH /v1/agents/");
        }
    }

    @Test
    default void a_program_in_a_loop_fills_neither_the_record_nor_its_hour() {
        Client agent = approvals().restricted(approvals().endpoint("x.loop"), EVERYTHING);
        String approval = hold(agent, "client@elsewhere.example", "looped").text("approval_id");
        for (int i = 0; i < 120; i++) {
            approve(agent, approval).expect(403);
        }
        try (Refusals refusals = new Refusals(server())) {
            assertEquals(
                    List.of(1, 10, 100),
                    refusals.recorded("approval.refused", approval, "self_approval").stream()
                            .map(entry -> entry.path("details").path("count").asInt())
                            .toList());
        }
    }

    @Test
    default void what_is_held_is_changed_by_nobody_who_asked_for_it() {
        Client agent = approvals().restricted(approvals().endpoint("x.change"), EVERYTHING);
        Answer sent = agent.post("/v1/messages/", mail("client@elsewhere.example", "pinned"), "held-key")
                .expect(202);
        String approval = sent.text("approval_id");
        byte[] held = raw(admin(), approval);
        try (Refusals refusals = new Refusals(server())) {
            refusals.forbidden(
                    agent,
                    "self_approval",
                    () -> agent.post(item(approval) + "approve/", "{\"edits\": {\"subject\": \"other\"}}"),
                    approval);
        }
        // The same request with other words is no second version, and the same one once more no second mail.
        assertEquals(
                422,
                agent.post("/v1/messages/", mail("client@elsewhere.example", "other"), "held-key")
                        .status());
        assertEquals(
                sent.text("message_id"),
                agent.post("/v1/messages/", mail("client@elsewhere.example", "pinned"), "held-key")
                        .expect(202)
                        .text("message_id"));
        assertArrayEquals(held, raw(admin(), approval));
        approve(admin(), approval).expect(200);
        assertArrayEquals(
                held, approvals().awaitArrival("pinned").getFirst().content().unsigned());
        assertEquals(1, approvals().arrived("pinned").size());
    }
}
