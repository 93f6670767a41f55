package org.chancery.api.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.chancery.api.Http.Reply;
import org.chancery.api.Tenant;
import org.chancery.api.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EventRoutesTest {
    private static final String EVENTS = "/v1/events/";
    private static final String ANN = "Ann <ann@elsewhere.example>";

    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @SuppressWarnings("NullAway.Init")
    private Tenant tenant;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void begin() {
        tenant = server.newWorkspace();
    }

    private static List<String> types(JsonNode answer) {
        List<String> types = new ArrayList<>();
        answer.get("events").forEach(event -> types.add(event.get("type").asText()));
        return types;
    }

    private static String cursor(Reply reply) {
        return reply.json().get("cursor").asText();
    }

    @Test
    void events_come_oldest_first_from_the_start() {
        String inbox = tenant.endpoint("desk");
        String message = tenant.mailTo("desk", ANN, "Question", "How much?");
        Reply reply = tenant.get(EVENTS);
        JsonNode event = reply.json().get("events").get(0);

        assertEquals(200, reply.status(), reply::text);
        assertEquals(List.of("message.received", "message.awaiting_review"), types(reply.json()));
        List<String> names = new ArrayList<>();
        event.fieldNames().forEachRemaining(names::add);
        assertEquals(List.of("event_id", "type", "inbox_id", "created_at", "payload"), names);
        assertTrue(event.get("event_id").asText().startsWith("evt_"), event::toString);
        assertEquals(inbox, event.get("inbox_id").asText());
        assertEquals(message, event.get("payload").get("message_id").asText());
        assertEquals("Question", event.get("payload").get("subject").asText());
    }

    @Test
    void the_agents_turn_is_an_event() {
        String agent = tenant.agent("helper");
        tenant.agentEndpoint("desk", agent, "human_review");
        String message = tenant.mailTo("desk", ANN, "Question", "x");
        JsonNode events = server.http()
                .get(EVENTS + "?types=message.routed", tenant.agentToken(agent, "email:read"))
                .json();

        assertEquals(List.of("message.routed"), types(events));
        assertEquals(
                message,
                events.get("events").get(0).get("payload").get("message_id").asText());
        assertEquals(
                agent,
                events.get("events").get(0).get("payload").get("agent_id").asText());
    }

    @Test
    void a_cursor_goes_on_without_gaps_or_repetitions() {
        tenant.endpoint("desk");
        tenant.mailTo("desk", ANN, "One", "x");
        tenant.mailTo("desk", ANN, "Two", "x");
        List<String> all = new ArrayList<>();
        tenant.get(EVENTS)
                .json()
                .get("events")
                .forEach(event -> all.add(event.get("event_id").asText()));
        List<String> walked = new ArrayList<>();
        String after = "";
        for (int i = 0; i < 10; i++) {
            Reply page = tenant.get(EVENTS + "?limit=1" + after);
            page.json()
                    .get("events")
                    .forEach(event -> walked.add(event.get("event_id").asText()));
            after = "&after=" + cursor(page);
        }

        assertEquals(4, all.size());
        assertEquals(all, walked);
    }

    @Test
    void types_are_chosen_by_name_or_kind() {
        tenant.endpoint("desk");
        tenant.mailTo("desk", ANN, "One", "x");

        assertEquals(
                List.of("message.received"),
                types(tenant.get(EVENTS + "?types=message.received").json()));
        assertEquals(2, types(tenant.get(EVENTS + "?types=message.*").json()).size());
        assertEquals(
                2,
                types(tenant.get(EVENTS + "?types=message.awaiting_review,message.received")
                                .json())
                        .size());
        assertEquals(List.of(), types(tenant.get(EVENTS + "?types=message.sent").json()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nonsense", "message", "*", ".*", "message.received,", "message.receive", "Message.received"})
    void an_unknown_type_is_422(String types) {
        Reply reply = tenant.get(EVENTS + "?types=" + types);

        assertEquals(422, reply.status());
        assertEquals("?types", reply.place());
        assertEquals("unknown_event_type", reply.code());
    }

    @Test
    void the_cursor_moves_on_past_events_that_were_left_out() {
        tenant.endpoint("desk");
        tenant.mailTo("desk", ANN, "One", "x");
        Reply nothing = tenant.get(EVENTS + "?types=message.sent");

        assertEquals(List.of(), types(nothing.json()));
        assertEquals(
                List.of(),
                types(tenant.get(EVENTS + "?after=" + cursor(nothing)).json()));
    }

    @Test
    void an_unknown_cursor_is_422() {
        Tenant other = server.newWorkspace();
        other.endpoint("desk");
        other.mailTo("desk", ANN, "One", "x");
        String foreign = cursor(other.get(EVENTS));

        for (String after : List.of("nonsense", foreign)) {
            Reply reply = tenant.get(EVENTS + "?after=" + after);
            assertEquals(422, reply.status());
            assertEquals("unknown_cursor", reply.code());
        }
    }

    @Test
    void a_token_sees_the_events_of_its_inboxes_only() {
        String agent = tenant.agent("helper");
        String desk = tenant.endpoint("desk");
        String other = tenant.endpoint("other");
        tenant.agentEndpoint("handled", agent, "human_review");
        tenant.mailTo("desk", ANN, "One", "x");
        tenant.mailTo("other", ANN, "Two", "x");
        tenant.mailTo("handled", ANN, "Three", "x");

        assertEquals(6, types(tenant.get(EVENTS).json()).size());
        JsonNode bound =
                server.http().get(EVENTS, tenant.inboxToken(desk, "email:read")).json();
        assertEquals(2, types(bound).size());
        bound.get("events")
                .forEach(event -> assertEquals(desk, event.get("inbox_id").asText()));
        assertEquals(
                2,
                types(server.http()
                                .get(EVENTS, tenant.agentToken(agent, "email:read"))
                                .json())
                        .size());
        assertEquals(2, types(tenant.get(EVENTS + "?inbox_id=" + other).json()).size());
        assertEquals(
                "?inbox_id",
                server.http()
                        .get(EVENTS + "?inbox_id=" + other, tenant.inboxToken(desk, "email:read"))
                        .place());
    }

    @Test
    void the_events_of_a_removed_inbox_are_read_by_its_id() {
        String desk = tenant.endpoint("desk");
        tenant.mailTo("desk", ANN, "One", "x");
        assertEquals(204, tenant.delete("/v1/api/email/endpoints/" + desk).status());

        List<String> types = types(tenant.get(EVENTS + "?inbox_id=" + desk).json());
        assertEquals(List.of("message.received", "message.awaiting_review", "message.handled"), types);
    }

    @Test
    void an_agent_without_inboxes_sees_nothing() {
        String idle = tenant.agent("idle");
        tenant.endpoint("desk");
        tenant.mailTo("desk", ANN, "One", "x");

        assertEquals(
                List.of(),
                types(server.http()
                        .get(EVENTS, tenant.agentToken(idle, "email:read"))
                        .json()));
    }

    @Test
    void a_person_without_admin_sees_what_happens_to_the_mail_that_they_may_see() {
        String desk = tenant.endpoint("desk");
        String member = server.addMember(tenant, "ann@elsewhere.example", "email:read");
        String theirs = tenant.mailTo("desk", ANN, "One", "x");
        tenant.mailTo("desk", "Bob <bob@elsewhere.example>", "Two", "x");

        for (String query : List.of("", "?inbox_id=" + desk, "?limit=2", "?types=message.*")) {
            JsonNode events = server.http().get(EVENTS + query, member).json();
            assertEquals(2, types(events).size(), query);
            events.get("events")
                    .forEach(event -> assertEquals(
                            theirs, event.get("payload").get("message_id").asText()));
        }
        assertEquals(
                List.of(),
                types(server.http()
                        .get(EVENTS, tenant.personalToken("email:read"))
                        .json()));
    }

    private static CompletableFuture<Reply> inBackground(Supplier<Reply> call) {
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                reply.complete(call.get());
            } catch (RuntimeException e) {
                reply.completeExceptionally(e);
            }
        });
        return reply;
    }

    @Test
    void one_who_waits_is_woken_by_an_event() throws Exception {
        tenant.endpoint("desk");
        String after = cursor(tenant.get(EVENTS));
        CompletableFuture<Reply> waiting = inBackground(() -> tenant.get(EVENTS + "?wait=30&after=" + after));
        server.awaitReader(tenant);
        assertFalse(waiting.isDone());
        tenant.mailTo("desk", ANN, "One", "x");
        Reply reply = waiting.get(20, TimeUnit.SECONDS);

        assertTrue(types(reply.json()).contains("message.received"), reply.text());
    }

    @Test
    void events_that_are_not_asked_for_do_not_end_the_wait() throws Exception {
        String desk = tenant.endpoint("desk");
        tenant.endpoint("other");
        String token = tenant.inboxToken(desk, "email:read");
        CompletableFuture<Reply> waiting = inBackground(() -> server.http().get(EVENTS + "?wait=30", token));
        server.awaitReader(tenant);
        tenant.mailTo("other", ANN, "Not yours", "x");
        server.awaitReader(tenant);
        assertFalse(waiting.isDone());
        tenant.mailTo("desk", ANN, "Yours", "x");

        assertTrue(waiting.get(20, TimeUnit.SECONDS).text().contains("Yours"));
    }

    @Test
    void the_wait_ends_without_events() {
        Reply reply = tenant.get(EVENTS + "?wait=1");

        assertEquals(200, reply.status());
        assertEquals(List.of(), types(reply.json()));
    }

    @Test
    void the_wait_ends_when_the_server_stops() throws Exception {
        TestServer own = TestServer.start();
        Tenant there = own.newWorkspace();
        CompletableFuture<Reply> waiting = inBackground(() -> there.get(EVENTS + "?wait=30"));
        own.awaitReader(there);
        own.api().stop(Duration.ofSeconds(8));
        Reply reply = waiting.get(20, TimeUnit.SECONDS);

        assertEquals(200, reply.status());
        own.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"wait=31", "wait=-1", "wait=x", "limit=1001", "limit=0", "inbox_id=inb_unknown"})
    void a_parameter_out_of_range_is_422(String query) {
        assertEquals(422, tenant.get(EVENTS + "?" + query).status());
    }

    @Test
    void reading_events_needs_its_scope() {
        assertEquals(
                403,
                server.http().get(EVENTS, tenant.personalToken("email:send")).status());
    }
}
