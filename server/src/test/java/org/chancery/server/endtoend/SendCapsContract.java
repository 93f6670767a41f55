package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.lines;
import static org.chancery.server.endtoend.Approvals.mail;
import static org.chancery.server.endtoend.Outgoing.json;
import static org.chancery.server.endtoend.OwnWorkspace.ADA;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.clock.TurningClock;
import org.chancery.testkit.contract.AtOnce;
import org.junit.jupiter.api.Test;

/** How much may leave from an inbox in a day, by every way; run on each database, on a clock that stands still. */
interface SendCapsContract {
    RunningServer server();

    TurningClock clock();

    private Approvals approvals() {
        return new Approvals(server());
    }

    private String endpoint(String localPart, String cap) {
        return server().makeAgentEndpoint(localPart, "agent_decides", ", \"send_cap_per_day\": " + cap);
    }

    private Answer send(Client by, String subject) {
        return by.post("/v1/messages/", mail("client@elsewhere.example", subject));
    }

    private Answer refused(Answer answer) {
        assertEquals("cap_reached", answer.expect(429).code());
        long seconds = Long.parseLong(answer.header("Retry-After"));
        // The clock stands at 9:30 in the morning, whatever day it is.
        assertEquals(Duration.ofHours(14).plusMinutes(30).toSeconds(), seconds);
        return answer;
    }

    private List<JsonNode> reached(String inbox) {
        List<JsonNode> events = new ArrayList<>();
        server().admin
                .get("/v1/events/?types=cap.reached&inbox_id=" + inbox)
                .expect(200)
                .body()
                .path("events")
                .forEach(events::add);
        return events;
    }

    @Test
    default void what_is_past_the_days_cap_is_refused_by_http_and_smtp_until_the_day_is_over() {
        String inbox = endpoint("capped", "2");
        String secret = server().makeToken(inbox, "email:read", "email:send");
        Client agent = server().new Client(secret);
        send(agent, "cap one").expect(202);
        assertTrue(submit(secret, "capped", "cap two").startsWith("250 2.0.0 queued"));
        Answer third = refused(send(agent, "cap three"));
        assertTrue(third.text("detail").contains("2 mails a day"), third.text("detail"));
        assertTrue(submit(secret, "capped", "cap four").startsWith("451 4.7.1 The inbox may send 2 mails a day"));
        refused(server().admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + inbox + "\", "
                                + mail("x@y.example", "cap five").substring(1)));
        approvals().awaitArrival("cap two");
        assertEquals(1, approvals().arrived("cap two").size());
        for (String never : List.of("cap three", "cap four", "cap five")) {
            assertEquals(List.of(), approvals().arrived(never), never);
        }
        clock().turn(Duration.ofDays(1));
        send(agent, "cap six").expect(202);
    }

    private String submit(String secret, String localPart, String subject) {
        String from = localPart + "@acme.example";
        return approvals()
                .submit(
                        secret,
                        from,
                        List.of("client@elsewhere.example"),
                        lines(
                                "From: <" + from + ">",
                                "To: <client@elsewhere.example>",
                                "Subject: " + subject,
                                "",
                                "x"));
    }

    @Test
    default void of_many_at_once_as_many_leave_as_the_cap_leaves_and_each_step_is_told_once() {
        String inbox = endpoint("crowded", "5");
        Client agent = server().agentOf(inbox);
        List<Integer> answers =
                AtOnce.run(12, number -> send(agent, "crowd " + number).status());
        Map<Integer, Integer> counted = new TreeMap<>();
        answers.forEach(status -> counted.merge(status, 1, Integer::sum));
        assertEquals(Map.of(202, 5, 429, 7), counted);
        List<JsonNode> reached = reached(inbox);
        assertEquals(2, reached.size());
        assertEquals("[80,4,5]", told(reached.get(0)));
        assertEquals("[100,5,5]", told(reached.get(1)));
        String midnight = LocalDate.ofInstant(clock().instant(), ZoneOffset.UTC).plusDays(1) + "T00:00:00Z";
        assertEquals(
                json("{\"cap_type\": \"send\", \"scope\": \"inbox\", \"inbox_id\": \"" + inbox
                        + "\", \"threshold\": 80, \"value\": 4, \"limit\": 5, \"resets_at\": \"" + midnight + "\"}"),
                reached.get(0).path("payload"));
    }

    private static String told(JsonNode event) {
        JsonNode payload = event.path("payload");
        return "[" + payload.path("threshold") + "," + payload.path("value") + "," + payload.path("limit") + "]";
    }

    @Test
    default void a_cap_that_is_set_later_counts_what_left_before_and_one_that_is_lifted_counts_nothing() {
        String inbox = endpoint("later", "null");
        Client agent = server().agentOf(inbox);
        send(agent, "later one").expect(202);
        send(agent, "later two").expect(202);
        assertEquals(
                2,
                server().admin
                        .patch("/v1/api/email/endpoints/" + inbox, "{\"send_cap_per_day\": 2}")
                        .expect(200)
                        .body()
                        .path("send_cap_per_day")
                        .asInt());
        refused(send(agent, "later three"));
        server().admin
                .patch("/v1/api/email/endpoints/" + inbox, "{\"send_cap_per_day\": null}")
                .expect(200);
        send(agent, "later four").expect(202);
        assertEquals(
                "/send_cap_per_day",
                server().admin
                        .patch("/v1/api/email/endpoints/" + inbox, "{\"send_cap_per_day\": -1}")
                        .expect(422)
                        .place());
    }

    @Test
    default void held_mail_is_counted_when_it_is_approved_and_waits_on_where_the_cap_is_reached() {
        String inbox = endpoint("heldcap", "1");
        Client agent = approvals().restricted(inbox, EVERYTHING);
        String first = hold(agent, "client@elsewhere.example", "held cap one").text("approval_id");
        String second = hold(agent, "client@elsewhere.example", "held cap two").text("approval_id");
        approve(server().admin, first).expect(200);
        refused(approve(server().admin, second));
        assertEquals("pending", server().admin.get(item(second)).expect(200).text("status"));
        clock().turn(Duration.ofDays(1));
        approve(server().admin, second).expect(200);
        approvals().awaitArrival("held cap two");
    }

    @Test
    default void a_reply_from_the_review_queue_is_counted_too_and_the_mail_waits_on() {
        String inbox = endpoint("reviewed", "0");
        server().admin
                .patch("/v1/api/email/endpoints/" + inbox, "{\"reply_policy\": \"human_review\"}")
                .expect(200);
        String message = server().receive("reviewed@acme.example", "cap for people");
        server().agentOf(inbox)
                .post("/v1/messages/", "{\"reply_to_message_id\": \"" + message + "\", \"text_body\": \"A draft.\"}")
                .expect(202);
        refused(server().admin.post("/v1/api/email/messages/" + message + "/reply", "{\"text\": \"Hello.\"}"));
        assertEquals("awaiting_review", server().stateOf(message));
    }

    @Test
    default void scheduled_mail_whose_time_comes_when_the_cap_is_reached_leaves_when_the_day_is_over() {
        String inbox = endpoint("planned", "1");
        Client agent = server().agentOf(inbox);
        send(agent, "planned one").expect(202);
        Instant evening = clock().instant().plus(Duration.ofHours(2));
        agent.post(
                        "/v1/messages/",
                        "{\"send_at\": \"" + evening + "\", "
                                + mail("client@elsewhere.example", "planned two")
                                        .substring(1))
                .expect(202);
        clock().turn(Duration.ofHours(3));
        assertEquals(List.of(), approvals().arrived("planned two"));
        clock().turn(Duration.ofHours(21));
        approvals().awaitArrival("planned two");
        List<JsonNode> queued = new ArrayList<>();
        server().admin
                .get("/v1/events/?types=message.queued&inbox_id=" + inbox)
                .expect(200)
                .body()
                .path("events")
                .forEach(queued::add);
        assertTrue(Instant.parse(queued.getLast().path("created_at").asText())
                .isAfter(evening.plus(Duration.ofHours(12))));
    }

    @Test
    default void copies_for_people_are_not_counted() {
        endpoint("copied", "0, \"deliver_to\": [\"ann@people.example\"]");
        String content = RunningServer.content(ADA, "copied@acme.example", "a copy", "copied@customer.example", "");
        assertTrue(server().mail(ADA, "copied@acme.example", content).startsWith("250"));
        approvals().awaitArrival("a copy");
    }

    @Test
    default void a_program_reads_of_its_own_cap_and_not_of_anothers() {
        String inbox = endpoint("told", "1");
        String other = endpoint("untold", "1");
        send(server().agentOf(inbox), "told one").expect(202);
        // One mail of one is all steps at once.
        String path = "/v1/events/?types=cap.reached";
        assertEquals(
                2,
                server().agentOf(inbox)
                        .get(path)
                        .expect(200)
                        .body()
                        .path("events")
                        .size());
        assertEquals(
                0,
                server().agentOf(other)
                        .get(path)
                        .expect(200)
                        .body()
                        .path("events")
                        .size());
    }
}
