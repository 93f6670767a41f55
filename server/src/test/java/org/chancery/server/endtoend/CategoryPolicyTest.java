package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.chancery.server.config.Keys;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.peer.ScriptedHttpPeer;
import org.chancery.testkit.peer.ScriptedModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code category_policy}, {@code llm_category} and {@code llm_summary}: the model sorts, the policy decides. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CategoryPolicyTest {
    private static final String POLICY =
            ", \"category_policy\": {\"order\": \"route\", \"complaint\": \"review\", \"offer\": \"ignore\","
                    + " \"scam\": \"quarantine\"}";

    private final ScriptedModel model = ScriptedModel.saying(ScriptedModel.view("order", "Somebody orders."));
    private RunningServer server;
    private int endpoints;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(
                directory,
                Map.of(
                        Keys.MODEL_BASE_URL,
                        model.baseUrl(),
                        Keys.MODEL_NAME,
                        "small",
                        Keys.MODEL_TIMEOUT,
                        "2s",
                        Keys.PIPELINE_WORKERS,
                        "1"));
    }

    @AfterAll
    void stop() {
        server.close();
        model.close();
    }

    private String endpoint(String further) {
        String localPart = "sorted" + ++endpoints;
        server.makeAgentEndpoint(localPart, "human_review", further);
        return localPart + "@acme.example";
    }

    private JsonNode row(String message) {
        Answer activity = server.admin.until(
                "/v1/api/email/activity?limit=200",
                answer -> !find(answer, message).path("llm_category").isMissingNode()
                        && !find(answer, message).path("llm_category").isNull());
        return find(activity, message);
    }

    private static JsonNode find(Answer activity, String message) {
        return rowIn(activity.body().path("rows"), message);
    }

    private static JsonNode rowIn(JsonNode rows, String message) {
        for (JsonNode row : rows) {
            if (row.path("email_message_id").asText().equals(message)) {
                return row;
            }
        }
        return MissingNode.getInstance();
    }

    @ParameterizedTest
    @CsvSource({"order, routed", "complaint, awaiting_review", "offer, handled", "other, routed"})
    void the_policy_decides_by_category(String category, String state) {
        model.say(ScriptedModel.view(category, "About " + category + "."));
        String message = server.receive(endpoint(POLICY), "a case of " + category);
        assertEquals(state, server.stateOf(message));
        JsonNode row = row(message);
        assertEquals(category, row.path("llm_category").asText());
        assertEquals("About " + category + ".", row.path("llm_summary").asText());
        Answer content = server.admin.get("/v1/api/email/messages/" + message + "/content");
        assertEquals(category, content.text("llm_category"));
        assertEquals("About " + category + ".", content.text("llm_summary"));
        if (state.equals("awaiting_review")) {
            JsonNode waiting =
                    rowIn(server.admin.get("/v1/api/email/review").body().path("awaiting_review"), message);
            assertEquals(category, waiting.path("llm_category").asText());
            assertEquals("About " + category + ".", waiting.path("llm_summary").asText());
        }
    }

    @Test
    void what_the_policy_quarantines_no_agent_sees_before_an_admin_decides() {
        model.say(ScriptedModel.view("scam", "A prince writes."));
        String address = endpoint(POLICY);
        server.mail(
                "ada@customer.example",
                address,
                RunningServer.content("Ada <ada@customer.example>", address, "a case of scam", "scam@c.example", ""));
        Answer review = server.admin.until(
                "/v1/api/email/review",
                answer -> answer.body().path("quarantined").toString().contains("a case of scam"));
        JsonNode row = review.body().path("quarantined").get(0);
        assertEquals("spam_threshold", row.path("reason").asText());
        Answer content =
                server.admin.get("/v1/api/email/quarantine/" + row.path("id").asText() + "/content");
        assertTrue(
                content.body().path("signals").toString().contains("category"),
                content.body().toString());
        assertFalse(
                server.admin.get("/v1/messages/?limit=200").body().toString().contains("a case of scam"));
        server.admin
                .post("/v1/api/email/quarantine/" + row.path("id").asText() + "/accept", "{}")
                .expect(200);
        String released = server.await("a case of scam");
        assertEquals("routed", server.stateOf(released));
        assertEquals("scam", row(released).path("llm_category").asText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "order",
                "{\"category\": \"Order\", \"summary\": \"\"}",
                "{\"category\": \"refund\", \"summary\": \"\"}",
                "{\"category\": \"order\", \"summary\": \"\", \"action\": \"send\"}",
                "{\"category\": [\"order\"], \"summary\": \"\"}",
                "{\"summary\": \"\"}",
            })
    void a_category_that_is_none_gives_the_mail_to_people(String answer) {
        model.say(answer);
        String message = server.receive(endpoint(POLICY), "an odd case " + Math.abs(answer.hashCode()));
        assertEquals("awaiting_review", server.stateOf(message));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 500})
    void a_model_that_fails_gives_the_mail_to_people(int status) {
        model.script(request -> ScriptedHttpPeer.Reply.of(status, ""));
        String message = server.receive(endpoint(POLICY), "a failed case " + status);
        assertEquals("awaiting_review", server.stateOf(message));
    }

    @Test
    void a_slow_model_holds_up_no_other_mail_although_there_is_one_worker(@TempDir Path directory) {
        CountDownLatch thinking = new CountDownLatch(1);
        try (ScriptedModel slow = ScriptedModel.answering(request -> {
                    if (request.text().contains("a slow case")) {
                        awaitUnlessInterrupted(thinking);
                    }
                    return ScriptedModel.said(ScriptedModel.view("order", ""));
                });
                RunningServer patient = RunningServer.on(
                        directory,
                        Map.of(
                                Keys.MODEL_BASE_URL,
                                slow.baseUrl(),
                                Keys.MODEL_NAME,
                                "small",
                                Keys.MODEL_TIMEOUT,
                                "1m",
                                Keys.PIPELINE_WORKERS,
                                "1"))) {
            patient.makeAgentEndpoint("sorted", "human_review", POLICY);
            patient.makeAgentEndpoint("unsorted", "human_review", "");
            String mail = RunningServer.content(
                    "Ada <ada@customer.example>", "sorted@acme.example", "a slow case", "slow@c.example", "");
            assertTrue(patient.mail("ada@customer.example", "sorted@acme.example", mail)
                    .startsWith("250"));
            assertEquals("routed", patient.stateOf(patient.receive("unsorted@acme.example", "an unsorted case")));
            assertFalse(
                    patient.admin
                            .get("/v1/messages/")
                            .expect(200)
                            .body()
                            .toString()
                            .contains("a slow case"),
                    "its category is not known yet");
            thinking.countDown();
            assertEquals("routed", patient.stateOf(patient.await("a slow case")));
        } finally {
            thinking.countDown();
        }
    }

    private static void awaitUnlessInterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void without_a_policy_the_category_is_a_hint_and_decides_nothing() {
        model.say(ScriptedModel.view("other", "Somebody says hello."));
        String message = server.receive(endpoint(""), "a plain case");
        assertEquals("routed", server.stateOf(message));
        assertEquals("Somebody says hello.", row(message).path("llm_summary").asText());
    }

    @Test
    void a_bulk_mail_may_be_sorted_though_it_is_never_answered() {
        model.say(ScriptedModel.view("offer", "An offer."));
        String address = endpoint(POLICY);
        server.mail(
                "news@shop.example",
                address,
                RunningServer.content(
                        "Shop <news@shop.example>", address, "a bulk case", "bulk@s.example", "Precedence: bulk\r\n"));
        assertEquals("handled", server.stateOf(server.await("a bulk case")));
    }

    @Test
    void without_a_model_a_policy_that_needs_one_gives_the_mail_to_people(@TempDir Path directory) {
        try (RunningServer plain = RunningServer.on(directory)) {
            plain.makeAgentEndpoint("sorted", "human_review", POLICY);
            plain.makeAgentEndpoint("plain", "human_review", "");
            assertEquals("awaiting_review", plain.stateOf(plain.receive("sorted@acme.example", "nobody sorts this")));
            assertEquals("routed", plain.stateOf(plain.receive("plain@acme.example", "nobody has to")));
        }
    }

    @Test
    void without_a_model_an_agent_of_execution_mode_auto_gives_its_mail_to_people(@TempDir Path directory) {
        try (RunningServer plain = RunningServer.on(directory)) {
            String agent = plain.admin
                    .post("/v1/agents/", "{\"name\": \"robot\", \"execution_mode\": \"auto\"}")
                    .expect(201)
                    .text("agent_id");
            plain.makeEndpoint("robot", ", \"plane\": \"agent\", \"agent_id\": \"" + agent + "\"");
            String message = plain.receive("robot@acme.example", "no model for this");
            plain.admin.until(
                    "/v1/messages/" + message + "/",
                    answer -> answer.text("handling_state").equals("awaiting_review"));
        }
    }
}
