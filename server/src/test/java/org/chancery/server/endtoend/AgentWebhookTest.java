package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.chancery.server.config.Keys;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.peer.ScriptedHttpPeer;
import org.chancery.testkit.peer.ScriptedHttpPeer.Reply;
import org.chancery.testkit.peer.ScriptedHttpPeer.Request;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** An external agent is told of its turns by signed calls, and answers through the API. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentWebhookTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ScriptedHttpPeer receiver = ScriptedHttpPeer.start(request -> Reply.of(204, ""));
    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory, Map.of(Keys.WEBHOOKS_ALLOW_PRIVATE, "true"));
    }

    @AfterAll
    void stop() {
        server.close();
        receiver.close();
    }

    private Answer agent(String path) {
        return server.admin
                .post("/v1/agents/", "{\"name\": \"hooked\", \"webhook_url\": \"" + receiver.url(path) + "\"}")
                .expect(201);
    }

    private String endpoint(String localPart, String agent, String policy) {
        return server.makeEndpoint(
                localPart,
                ", \"plane\": \"agent\", \"agent_id\": \"" + agent + "\", \"reply_policy\": \"" + policy + "\"");
    }

    private static Predicate<Request> at(String path) {
        return request -> request.target().equals(path);
    }

    private List<Request> await(String path, int count) {
        return receiver.await(count, at(path), RunningServer.PATIENCE);
    }

    private static JsonNode json(Request request) {
        try {
            return JSON.readTree(request.text());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void verify(String secret, Request request) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(secret.substring(6)), "HmacSHA256"));
            String signed =
                    request.header("webhook-id") + '.' + request.header("webhook-timestamp") + '.' + request.text();
            assertEquals(
                    "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))),
                    request.header("webhook-signature"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_turn_reaches_the_agent_signed_with_newest_text_and_thread_and_is_answered_through_the_api() {
        Answer agent = agent("/turn");
        String inbox = endpoint("turn", agent.text("agent_id"), "agent_decides");
        String first = server.receive("turn@acme.example", "an order");
        Request call = await("/turn", 1).getFirst();
        verify(agent.text("webhook_secret"), call);
        JsonNode event = json(call);
        JsonNode payload = event.path("payload");
        assertEquals("message.routed", event.path("type").asText());
        assertEquals(call.header("webhook-id"), event.path("event_id").asText());
        assertEquals(inbox, event.path("inbox_id").asText());
        assertEquals(first, payload.path("message_id").asText());
        assertEquals(agent.text("agent_id"), payload.path("agent_id").asText());
        assertEquals("Hello, what about an order?", payload.path("newest_text").asText());
        assertEquals(0, payload.path("thread").size());

        // The same event as whoever polls reads it.
        Answer polled = server.agentOf(inbox).get("/v1/events/?types=message.routed");
        assertEquals(event.path("event_id"), polled.body().path("events").get(0).path("event_id"));

        String reply = server.agentOf(inbox)
                .post(
                        "/v1/messages/",
                        "{\"reply_to_message_id\": \"" + first + "\", \"text_body\": \"It is on its way.\"}")
                .expect(202)
                .text("message_id");
        server.mail(
                "ada@customer.example",
                "turn@acme.example",
                RunningServer.content(
                        "ada@customer.example",
                        "turn@acme.example",
                        "an order again",
                        "an-order-again@customer.example",
                        "In-Reply-To: <an-order@customer.example>\r\n"));
        JsonNode second = json(await("/turn", 2).get(1)).path("payload");
        assertEquals(2, second.path("thread").size(), second.toString());
        assertEquals(first, second.path("thread").get(0).path("message_id").asText());
        assertEquals(reply, second.path("thread").get(1).path("message_id").asText());
        assertEquals("outbound", second.path("thread").get(1).path("direction").asText());
        assertEquals(
                "It is on its way.",
                second.path("thread").get(1).path("newest_text").asText());
        assertEquals(0, second.path("thread_left_out").asInt());
    }

    @Test
    void what_others_said_in_a_thread_is_not_told_to_whoever_joins_it() {
        Answer agent = agent("/joined");
        endpoint("joined", agent.text("agent_id"), "agent_decides");
        server.receive("joined@acme.example", "a private matter");
        await("/joined", 1);
        String reply = server.mail(
                "mallory@stranger.example",
                "joined@acme.example",
                RunningServer.content(
                        "mallory@stranger.example",
                        "joined@acme.example",
                        "a private matter",
                        "me-too@stranger.example",
                        "In-Reply-To: <a-private-matter@customer.example>\r\n"));
        assertTrue(reply.startsWith("250"), reply);
        JsonNode joined = json(await("/joined", 2).get(1)).path("payload");
        assertEquals(0, joined.path("thread").size(), joined.toString());
        assertEquals(1, joined.path("thread_left_out").asInt());
    }

    @Test
    void a_call_that_failed_is_repeated_with_the_same_id_and_body() {
        AtomicInteger tries = new AtomicInteger();
        receiver.script(request -> request.target().equals("/flaky") && tries.incrementAndGet() == 1
                ? Reply.of(500, "try later \u0007")
                : Reply.of(200, "thanks"));
        Answer agent = agent("/flaky");
        endpoint("flaky", agent.text("agent_id"), "human_review");
        server.receive("flaky@acme.example", "a flaky one");
        List<Request> calls = receiver.await(2, at("/flaky"), RunningServer.PATIENCE);
        assertEquals(calls.get(0).header("webhook-id"), calls.get(1).header("webhook-id"));
        assertEquals(calls.get(0).text(), calls.get(1).text());
        verify(agent.text("webhook_secret"), calls.get(1));
        Answer log = server.admin.until(
                "/v1/agents/" + agent.text("agent_id") + "/deliveries/",
                answer -> answer.body().path(0).path("status").asText().equals("delivered"));
        JsonNode row = log.body().get(0);
        assertEquals(2, row.path("attempts").asInt());
        assertEquals("webhook", row.path("via").asText());
        assertEquals("message.routed", row.path("type").asText());
        assertEquals(200, row.path("last_attempt").path("status_code").asInt());
        assertEquals("thanks", row.path("last_attempt").path("response").asText());
    }

    @Test
    void a_call_that_the_receiver_judges_wrong_is_not_repeated_and_the_mail_goes_to_people() {
        receiver.script(request -> request.target().equals("/gone") ? Reply.of(410, "gone") : Reply.of(200, ""));
        Answer agent = agent("/gone");
        endpoint("gone", agent.text("agent_id"), "agent_decides");
        String message = server.receive("gone@acme.example", "for one who left");
        server.admin.until(
                "/v1/messages/" + message + "/",
                answer -> answer.text("handling_state").equals("awaiting_review"));
        Answer review = server.admin.get("/v1/api/email/review");
        assertTrue(review.body().path("awaiting_review").toString().contains(message));
        JsonNode row = server.admin
                .get("/v1/agents/" + agent.text("agent_id") + "/deliveries/")
                .body()
                .get(0);
        assertEquals("failed", row.path("status").asText());
        assertEquals(1, row.path("attempts").asInt());
        assertEquals(410, row.path("last_attempt").path("status_code").asInt());
    }

    @Test
    void a_redirect_is_not_followed() {
        try (ScriptedHttpPeer elsewhere = ScriptedHttpPeer.start(request -> Reply.of(204, ""))) {
            receiver.script(request -> request.target().equals("/moved")
                    ? Reply.of(307, "").with("Location", elsewhere.url("/secret"))
                    : Reply.of(200, ""));
            String agent = agent("/moved").text("agent_id");
            endpoint("moved", agent, "agent_decides");
            server.receive("moved@acme.example", "for somewhere else");
            Answer log = server.admin.until(
                    "/v1/agents/" + agent + "/deliveries/",
                    answer -> answer.body()
                                    .path(0)
                                    .path("last_attempt")
                                    .path("status_code")
                                    .asInt()
                            == 307);
            assertNotEquals("delivered", log.body().path(0).path("status").asText());
            assertEquals(List.of(), elsewhere.requests());
        }
    }

    @Test
    void an_agent_whose_webhook_is_given_up_takes_no_turn_from_another() {
        receiver.script(request -> request.target().equals("/away") ? Reply.of(500, "") : Reply.of(200, ""));
        String away = agent("/away").text("agent_id");
        String other = agent("/other").text("agent_id");
        endpoint("passed-on", away, "agent_decides");
        String message = server.receive("passed-on@acme.example", "passed on");
        await("/away", 1);
        server.admin
                .post("/v1/api/email/messages/" + message + "/assign", "{\"agent_id\": \"" + other + "\"}")
                .expect(200);
        await("/other", 1);
        server.admin.until(
                "/v1/agents/" + away + "/deliveries/",
                answer -> answer.body().path(0).path("status").asText().equals("failed"));
        assertEquals("handled", server.stateOf(message));
        assertFalse(server.admin
                .get("/v1/api/email/review")
                .body()
                .path("awaiting_review")
                .toString()
                .contains(message));
    }

    @Test
    void a_slow_receiver_delays_nobody_else() {
        try (ScriptedHttpPeer slow =
                ScriptedHttpPeer.start(request -> Reply.of(200, "").after(Duration.ofMinutes(5)))) {
            Answer sleeper = server.admin
                    .post("/v1/agents/", "{\"name\": \"slow\", \"webhook_url\": \"" + slow.url("/slow") + "\"}")
                    .expect(201);
            for (int i = 0; i < 6; i++) {
                endpoint("slow" + i, sleeper.text("agent_id"), "human_review");
                server.receive("slow" + i + "@acme.example", "slow " + i);
            }
            slow.await(4, RunningServer.PATIENCE);
            Answer quick = agent("/quick");
            endpoint("quick", quick.text("agent_id"), "human_review");
            server.receive("quick@acme.example", "a quick one");
            await("/quick", 1);
        }
    }

    @Test
    void the_events_of_an_endpoint_come_in_order() {
        AtomicInteger tries = new AtomicInteger();
        receiver.script(request -> request.target().equals("/order") && tries.incrementAndGet() == 1
                ? Reply.of(503, "")
                : Reply.of(200, ""));
        endpoint("order", agent("/order").text("agent_id"), "human_review");
        List<String> sent = List.of(
                server.receive("order@acme.example", "order 1"),
                server.receive("order@acme.example", "order 2"),
                server.receive("order@acme.example", "order 3"));
        List<String> came = await("/order", 4).stream()
                .map(request -> json(request).path("payload").path("message_id").asText())
                .toList();
        assertEquals(List.of(sent.get(0), sent.get(0), sent.get(1), sent.get(2)), came);
    }

    @Test
    void after_rotation_the_new_secret_signs() {
        Answer agent = agent("/rotated");
        String rotated = server.admin
                .post("/v1/agents/" + agent.text("agent_id") + "/rotate-secret/", "")
                .expect(200)
                .text("webhook_secret");
        assertNotEquals(agent.text("webhook_secret"), rotated);
        endpoint("rotated", agent.text("agent_id"), "human_review");
        server.receive("rotated@acme.example", "after rotation");
        verify(rotated, await("/rotated", 1).getFirst());
    }

    @Test
    void what_waits_is_delivered_after_a_restart_and_what_was_delivered_is_not_again() {
        receiver.script(request -> Reply.of(200, ""));
        String agent = agent("/restarted").text("agent_id");
        endpoint("restarted", agent, "human_review");
        server.receive("restarted@acme.example", "before the restart");
        await("/restarted", 1);
        server.admin.until(
                "/v1/agents/" + agent + "/deliveries/",
                answer -> answer.body().path(0).path("status").asText().equals("delivered"));
        server.restart();
        server.receive("restarted@acme.example", "after the restart");
        List<Request> calls = await("/restarted", 2);
        assertEquals(2, calls.size());
        assertFalse(calls.get(0).header("webhook-id").equals(calls.get(1).header("webhook-id")));
    }

    @Test
    void people_do_the_work_of_a_human_agent() {
        String agent = server.admin
                .post("/v1/agents/", "{\"name\": \"the team\", \"execution_mode\": \"human\"}")
                .expect(201)
                .text("agent_id");
        endpoint("team", agent, "human_review");
        String message = server.receive("team@acme.example", "for the team");
        assertEquals("awaiting_review", server.stateOf(message));
    }
}
