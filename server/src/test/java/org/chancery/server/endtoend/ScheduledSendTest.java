package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.each;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.mail;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.chancery.core.send.SendService;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Mail that is to leave later: it waits, and what happens meanwhile may keep it from leaving. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScheduledSendTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final TurningClock clock = TurningClock.atStart();
    private RunningServer server;
    private Approvals approvals;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory, clock);
        approvals = new Approvals(server);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static String at(Instant time, String body) {
        return "{\"send_at\": \"" + time + "\", " + body.substring(1);
    }

    private String inAnHour(String subject) {
        return at(clock.instant().plus(HOUR), mail("client@elsewhere.example", subject));
    }

    private static String reply(String to, String text) {
        return "{\"reply_to_message_id\": \"" + to + "\", \"text_body\": \"" + text + "\"}";
    }

    private static String path(String message) {
        return "/v1/messages/" + message + "/";
    }

    /** Asks for a mail in an hour; its id. */
    private String schedule(Client by, String subject) {
        Answer answer = by.post("/v1/messages/", inAnHour(subject)).expect(202);
        assertEquals("scheduled", answer.text("status"));
        return answer.text("message_id");
    }

    private Answer awaitStatus(String message, String status) {
        return server.admin.until(path(message), answer -> answer.text("status").equals(status));
    }

    private List<String> eventsOf(Client by, String message) {
        return each(by.get("/v1/events/?types=message.*&limit=1000")
                        .expect(200)
                        .body()
                        .path("events"))
                .filter(event ->
                        event.path("payload").path("message_id").asText().equals(message))
                .map(event -> event.path("type").asText())
                .toList();
    }

    private void assertCancelled(String message, String subject, String reason) {
        Answer shown = awaitStatus(message, "cancelled");
        String told = shown.body().path("rejection").path("reason").asText();
        assertTrue(told.contains(reason), told);
        assertEquals(List.of(), approvals.arrived(subject));
        List<String> events = eventsOf(server.admin, message);
        assertEquals(List.of("message.scheduled", "message.cancelled"), events);
    }

    @Test
    void a_mail_leaves_at_its_time_and_not_before_whatever_was_restarted_meanwhile() {
        Client agent = server.agentOf(approvals.endpoint("s.time"));
        Instant time = clock.instant().plus(HOUR);
        String id = schedule(agent, "in time");
        Answer shown = agent.get(path(id)).expect(200);
        assertEquals("scheduled", shown.text("status"));
        assertEquals(time.toString(), shown.text("send_at"));
        assertEquals(
                id,
                agent.get("/v1/messages/?status=scheduled")
                        .body()
                        .get(0)
                        .path("message_id")
                        .asText());
        clock.turn(HOUR.minusSeconds(1));
        server.restart();
        assertEquals(List.of(), approvals.arrived("in time"));
        assertEquals("scheduled", approvals.statusOf(id));
        clock.turn(Duration.ofSeconds(1));
        String received = approvals.awaitArrival("in time").getFirst().content().text();
        String date = DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss xx", Locale.ENGLISH)
                .withZone(ZoneOffset.UTC)
                .format(time);
        assertTrue(received.contains("Date: " + date + "\r\n"), received);
        awaitStatus(id, "delivered");
        assertEquals(1, approvals.arrived("in time").size());
        assertEquals(
                List.of("message.scheduled", "message.queued", "message.sent", "message.delivered"),
                eventsOf(agent, id));
        assertEquals(
                "not_cancellable",
                agent.post(path(id) + "cancel/", "{}").expect(409).code());
    }

    @Test
    void a_time_that_means_nothing_is_refused() {
        Client agent = server.agentOf(approvals.endpoint("s.refused"));
        Instant now = clock.instant();
        for (Instant senseless : List.of(
                now, now.minusSeconds(1), now.plus(SendService.MAX_AHEAD).plusSeconds(1))) {
            Answer refused = agent.post("/v1/messages/", at(senseless, mail("c@elsewhere.example", "senseless")))
                    .expect(422);
            assertEquals("/send_at", refused.place());
        }
        String body = mail("c@elsewhere.example", "senseless");
        for (String other : List.of("\"tomorrow\"", "17", "\"2026-13-01T00:00:00Z\"", "\"2026-10-01T00:00:00\"")) {
            assertEquals(
                    "/send_at",
                    agent.post("/v1/messages/", "{\"send_at\": " + other + ", " + body.substring(1))
                            .expect(422)
                            .place());
        }
        assertEquals(
                "/send_at",
                agent.post("/v1/messages/", at(now.plus(HOUR), "{\"draft\": true, " + body.substring(1)))
                        .expect(422)
                        .place());
        String inbox = server.makeAgentEndpoint("s.reviewed", "human_review", "");
        String question = server.receive("s.reviewed@acme.example", "a question for people");
        Answer waits = server.agentOf(inbox)
                .post("/v1/messages/", at(now.plus(HOUR), reply(question, "Later.")))
                .expect(422);
        assertEquals("/send_at", waits.place());
        assertEquals("routed", server.stateOf(question));
    }

    @Test
    void who_asked_for_a_mail_takes_it_back_and_nobody_else_but_an_admin() {
        String inbox = approvals.endpoint("s.back");
        Client agent = server.agentOf(inbox);
        String id = schedule(agent, "taken back");
        Client other = server.agentOf(approvals.endpoint("s.other"));
        other.post(path(id) + "cancel/", "{}").expect(404);
        Client foreign = server.makeWorkspace("s-foreign.example");
        foreign.post(path(id) + "cancel/", "{}").expect(404);
        server.new Client(server.makeToken(inbox, "email:read"))
                .post(path(id) + "cancel/", "{}")
                .expect(403);
        Client person = server.makeMember("acme.example", "s.member@acme.example", "email:read,email:send");
        person.post(path(id) + "cancel/", "{}").expect(404);
        Answer cancelled = agent.post(path(id) + "cancel/", "{\"reason\": \"not needed any more\"}")
                .expect(200);
        assertEquals("cancelled", cancelled.text("status"));
        assertEquals(id, cancelled.text("message_id"));
        assertEquals(approvals.message(id).path("thread_id").asText(), cancelled.text("thread_id"));
        assertEquals(
                "not_cancellable",
                server.admin.post(path(id) + "cancel/", "").expect(409).code());
        clock.turn(HOUR);
        assertCancelled(id, "taken back", "not needed any more");

        String persons = server.admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + inbox + "\", "
                                + inAnHour("taken back by no program").substring(1))
                .expect(202)
                .text("message_id");
        assertEquals(
                "not_requester",
                agent.post(path(persons) + "cancel/", "{}").expect(403).code());
        assertEquals("scheduled", approvals.statusOf(persons));
        server.admin.post(path(persons) + "cancel/", "").expect(200);

        String admins = schedule(agent, "taken back by an admin");
        server.admin.post(path(admins) + "cancel/", "").expect(200);
        assertCancelled(admins, "taken back by an admin", "taken back");
    }

    @Test
    void the_record_tells_of_what_was_planned_and_taken_back() {
        String id = schedule(server.agentOf(approvals.endpoint("s.record")), "on record");
        server.admin
                .post(path(id) + "cancel/", "{\"reason\": \"on second thought\"}")
                .expect(200);
        List<String> kinds = each(server.admin
                        .get("/v1/audit/?limit=200")
                        .expect(200)
                        .body())
                .filter(entry -> entry.path("subject").asText().equals(id))
                .map(entry -> entry.path("kind").asText() + " by "
                        + entry.path("actor").path("kind").asText())
                .toList();
        assertEquals(List.of("message.cancelled by user", "message.scheduled by agent"), kinds);
    }

    @Test
    void what_is_held_waits_for_people_first_and_for_its_time_then() {
        Client agent = approvals.restricted(approvals.endpoint("s.held"), EVERYTHING);
        Instant time = clock.instant().plus(HOUR);
        Answer sent =
                agent.post("/v1/messages/", inAnHour("approved for later")).expect(202);
        assertEquals("held", sent.text("status"));
        String approval = sent.text("approval_id");
        assertEquals(
                time.toString(),
                server.admin
                        .get(item(approval))
                        .body()
                        .path("payload")
                        .path("send_at")
                        .asText());
        assertEquals("executed", approve(server.admin, approval).expect(200).text("status"));
        assertEquals("scheduled", approvals.statusOf(sent.text("message_id")));
        assertEquals(List.of(), approvals.arrived("approved for later"));
        clock.turn(HOUR);
        approvals.awaitArrival("approved for later");
        awaitStatus(sent.text("message_id"), "delivered");

        Answer late = agent.post("/v1/messages/", inAnHour("approved too late")).expect(202);
        clock.turn(HOUR);
        assertEquals(List.of(), approvals.arrived("approved too late"));
        approve(server.admin, late.text("approval_id")).expect(200);
        approvals.awaitArrival("approved too late");
    }

    @Test
    void what_is_held_is_taken_back_with_its_approval() {
        Client agent = approvals.restricted(approvals.endpoint("s.withdrawn"), EVERYTHING);
        Answer sent = Approvals.hold(agent, "client@elsewhere.example", "held and taken back");
        agent.post(path(sent.text("message_id")) + "cancel/", "").expect(200);
        assertEquals("cancelled", approvals.statusOf(sent.text("message_id")));
        assertEquals(
                "cancelled", server.admin.get(item(sent.text("approval_id"))).text("status"));
        approve(server.admin, sent.text("approval_id")).expect(409);
        assertEquals(List.of(), approvals.arrived("held and taken back"));
    }

    @Test
    void what_a_dead_token_or_a_paused_agent_planned_does_not_leave() {
        String inbox = approvals.endpoint("s.dead");
        Answer token = server.admin
                .post(
                        "/v1/tokens/",
                        "{\"label\": \"planning\", \"inbox_id\": \"" + inbox
                                + "\", \"scopes\": [\"email:read\", \"email:send\"]}")
                .expect(201);
        String revoked = schedule(server.new Client(token.text("token")), "of a dead token");
        server.admin.delete("/v1/tokens/" + token.text("token_id") + "/").expect(204);
        Client agent = server.agentOf(inbox);
        String paused = schedule(agent, "of a paused agent");
        String program =
                server.admin.get("/v1/api/email/endpoints/" + inbox).expect(200).text("agent_id");
        server.admin
                .patch("/v1/agents/" + program + "/", "{\"status\": \"paused\"}")
                .expect(200);
        clock.turn(HOUR);
        assertCancelled(revoked, "of a dead token", "token");
        assertCancelled(paused, "of a paused agent", "may not send");
    }

    @Test
    void what_was_planned_at_an_endpoint_that_is_removed_is_cancelled_with_it() {
        String inbox = approvals.endpoint("s.removed");
        String id = schedule(server.agentOf(inbox), "of a removed endpoint");
        server.admin.delete("/v1/api/email/endpoints/" + inbox).expect(204);
        assertCancelled(id, "of a removed endpoint", "removed");
    }

    @Test
    void a_rule_that_its_token_got_meanwhile_holds_it() {
        String inbox = approvals.endpoint("s.restricted");
        Answer token = server.admin
                .post(
                        "/v1/tokens/",
                        "{\"label\": \"planning\", \"inbox_id\": \"" + inbox
                                + "\", \"scopes\": [\"email:read\", \"email:send\"]}")
                .expect(201);
        String id = schedule(server.new Client(token.text("token")), "restricted meanwhile");
        server.admin
                .patch("/v1/tokens/" + token.text("token_id") + "/", "{\"requires_approval\": [\"email:send\"]}")
                .expect(200);
        clock.turn(HOUR);
        awaitStatus(id, "held");
        assertEquals(List.of(), approvals.arrived("restricted meanwhile"));
        String approval = each(server.admin.get("/v1/approvals/?limit=100").body())
                .filter(row -> row.path("message_id").asText().equals(id))
                .findFirst()
                .orElseThrow()
                .path("approval_id")
                .asText();
        approve(server.admin, approval).expect(200);
        approvals.awaitArrival("restricted meanwhile");
    }

    @Test
    void an_answer_leaves_its_mail_where_it_is_until_its_time() {
        String inbox = approvals.endpoint("s.answer");
        String question = server.receive("s.answer@acme.example", "a question that has time");
        Client agent = server.agentOf(inbox);
        Answer sent = agent.post(
                        "/v1/messages/", at(clock.instant().plus(HOUR), reply(question, "After some thought.")))
                .expect(202);
        assertEquals("scheduled", sent.text("status"));
        assertEquals("routed", server.stateOf(question));
        clock.turn(HOUR);
        approvals.awaitArrival("Re: a question that has time");
        assertEquals("handled", server.stateOf(question));
    }

    @Test
    void an_answer_to_what_people_took_over_is_cancelled() {
        String inbox = approvals.endpoint("s.people");
        Client agent = server.agentOf(inbox);
        String escalated = server.receive("s.people@acme.example", "escalated meanwhile");
        String answer = agent.post("/v1/messages/", at(clock.instant().plus(HOUR), reply(escalated, "Too hasty.")))
                .expect(202)
                .text("message_id");
        agent.post("/v1/api/email/messages/" + escalated + "/escalate", "{}").expect(200);
        clock.turn(HOUR);
        assertCancelled(answer, "Re: escalated meanwhile", "person");

        String answered = server.receive("s.people@acme.example", "answered meanwhile");
        String second = agent.post("/v1/messages/", at(clock.instant().plus(HOUR), reply(answered, "Too late.")))
                .expect(202)
                .text("message_id");
        agent.post("/v1/api/email/messages/" + answered + "/escalate", "{}").expect(200);
        server.admin
                .post("/v1/api/email/messages/" + answered + "/reply", "{\"text\": \"From a person.\"}")
                .expect(200);
        assertEquals("cancelled", approvals.statusOf(second));
        approvals.awaitArrival("Re: answered meanwhile");
    }
}
