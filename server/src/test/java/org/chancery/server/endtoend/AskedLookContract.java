package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.events;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.mail;
import static org.chancery.server.endtoend.Approvals.raw;
import static org.chancery.server.endtoend.Approvals.reject;
import static org.chancery.server.endtoend.Approvals.row;
import static org.chancery.server.endtoend.Approvals.typesOf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/** A program asks for somebody's look at a new mail ({@code draft}), and nothing else holds it; run on each database. */
interface AskedLookContract {
    RunningServer server();

    private Approvals approvals() {
        return new Approvals(server());
    }

    private Client admin() {
        return server().admin;
    }

    private static String draft(String subject, String further) {
        return mail("client@elsewhere.example", subject).replace("}]", "}], \"draft\": true" + further);
    }

    private static Answer held(Client by, String subject) {
        Answer answer = by.post("/v1/messages/", draft(subject, "")).expect(202);
        assertEquals("held", answer.text("status"), answer.body().toString());
        return answer;
    }

    private void isHeldBy(String holder, String approval) {
        Answer shown = admin().get(item(approval)).expect(200);
        assertEquals("pending", shown.text("status"));
        assertEquals(holder, shown.text("held_by"));
        assertEquals(holder, row(admin(), approval, "pending").path("held_by").asText());
    }

    @Test
    default void a_new_mail_waits_as_its_requester_wished_and_anybody_else_approves_it() {
        for (String inbox :
                List.of(approvals().endpoint("l.agent"), server().makeEndpoint("l.inbox", ", \"plane\": \"agent\""))) {
            Client program = approvals().restricted(inbox, "[]");
            String subject = "looked at " + inbox;
            Answer sent = held(program, subject);
            String approval = sent.text("approval_id");
            isHeldBy("requester", approval);
            Answer shown = admin().get(item(approval)).expect(200);
            assertEquals("email:send", shown.text("rule"));
            assertTrue(shown.body().path("expires_at").isNull());
            assertEquals("held", approvals().statusOf(sent.text("message_id")));
            assertEquals(List.of(), approvals().arrived(subject));
            for (Client own : List.of(program, approvals().restricted(inbox, "[]"))) {
                assertEquals("self_approval", approve(own, approval).expect(403).code());
                assertEquals(
                        "self_approval",
                        reject(own, approval, "mine").expect(403).code());
            }
            byte[] looked = raw(admin(), approval);
            assertEquals(
                    "executed",
                    approve(approvals().reviewer("l." + inbox), approval)
                            .expect(200)
                            .text("status"));
            assertArrayEquals(
                    looked,
                    approvals().awaitArrival(subject).getFirst().content().unsigned());
            assertEquals(1, approvals().arrived(subject).size());
            assertEquals(List.of("approval.queued", "approval.approved"), typesOf(events(admin(), approval)));
        }
    }

    @Test
    default void what_nobody_wants_to_leave_is_rejected_or_taken_back() {
        Client program = approvals().restricted(approvals().endpoint("l.no"), "[]");
        Answer no = held(program, "looked at in vain");
        reject(admin(), no.text("approval_id"), "not now").expect(200);
        assertEquals("rejected", approvals().statusOf(no.text("message_id")));
        Answer back = held(program, "taken back unseen");
        program.post("/v1/messages/" + back.text("message_id") + "/cancel/", "{}")
                .expect(200);
        assertEquals(
                "cancelled",
                admin().get(item(back.text("approval_id"))).expect(200).text("status"));
        assertEquals(List.of(), approvals().arrived("looked at in vain"));
        assertEquals(List.of(), approvals().arrived("taken back unseen"));
    }

    @Test
    default void a_rule_of_the_token_counts_before_the_wish() {
        Client pair = approvals()
                .restricted(approvals().endpoint("l.pair"), "[{\"action\": \"email:send\", \"reviewers\": 2}]");
        String two = held(pair, "for two").text("approval_id");
        isHeldBy("token", two);
        assertEquals("pending", approve(admin(), two).expect(200).text("status"));
        assertEquals(
                "executed",
                approve(approvals().reviewer("l.second"), two).expect(200).text("status"));
        approvals().awaitArrival("for two");

        Client some = approvals()
                .restricted(
                        approvals().endpoint("l.some"),
                        "[{\"action\": \"email:send\", \"when\": {\"recipients_over\": 1}, \"reviewers\": 2}]");
        String one = held(some, "no rule about it").text("approval_id");
        isHeldBy("requester", one);
        assertEquals("executed", approve(admin(), one).expect(200).text("status"));
        approvals().awaitArrival("no rule about it");
    }

    @Test
    default void without_the_wish_it_leaves_and_with_a_time_it_is_refused() {
        Client program = approvals().restricted(approvals().endpoint("l.other"), "[]");
        Answer sent = program.post(
                        "/v1/messages/",
                        mail("client@elsewhere.example", "unlooked at").replace("}]", "}], \"draft\": false"))
                .expect(202);
        assertEquals("queued", sent.text("status"));
        approvals().awaitArrival("unlooked at");
        assertEquals(
                "/send_at",
                program.post("/v1/messages/", draft("planned", ", \"send_at\": \"2100-01-01T00:00:00Z\""))
                        .expect(422)
                        .place());
    }

    @Test
    default void a_repeated_request_for_a_look_is_held_once() {
        Client program = approvals().restricted(approvals().endpoint("l.key"), "[]");
        Answer first =
                program.post("/v1/messages/", draft("asked twice", ""), "l-key").expect(202);
        Answer again =
                program.post("/v1/messages/", draft("asked twice", ""), "l-key").expect(202);
        assertEquals(first.body(), again.body());
        assertEquals(List.of(first.text("approval_id")), Approvals.ids(program.get(Approvals.LIST)));
    }

    @Test
    default void a_persons_own_new_mail_is_no_draft() {
        String inbox = "\"inbox_id\": \"" + approvals().endpoint("l.person") + "\", ";
        String json = "{" + inbox + draft("a person's own", "").substring(1);
        for (Client person : List.of(admin(), approvals().personal(admin(), EVERYTHING, "email:send", "email:read"))) {
            Answer refused = person.post("/v1/messages/", json).expect(422);
            assertEquals("/draft", refused.place());
            String why = refused.body().at("/errors/0/message").asText();
            assertTrue(
                    why.contains("a person's own mail needs nobody's look"),
                    refused.body().toString());
        }
        assertEquals(List.of(), approvals().arrived("a person's own"));
    }
}
