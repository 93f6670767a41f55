package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import org.chancery.server.config.Keys;
import org.chancery.testkit.peer.ScriptedModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model is asked for a decision and what for show have tokens of their own. Each answer of the model takes 120. */
class ModelTokensTest {
    private final ScriptedModel model = ScriptedModel.answering(request -> ScriptedModel.said(
            ScriptedModel.asksForView(request)
                    ? ScriptedModel.view("other", "A short summary.")
                    : ScriptedModel.reply("It is on its way.")));

    @AfterEach
    void stop() {
        model.close();
    }

    private RunningServer server(Path directory, String tokens, String percent) {
        RunningServer server = RunningServer.on(
                directory,
                Map.of(
                        Keys.MODEL_BASE_URL,
                        model.baseUrl(),
                        Keys.MODEL_NAME,
                        "small",
                        Keys.MODEL_TOKENS_PER_DAY,
                        tokens,
                        Keys.MODEL_VIEWS_PERCENT,
                        percent));
        String agent = server.admin
                .post("/v1/agents/", "{\"name\": \"robot\", \"execution_mode\": \"auto\"}")
                .expect(201)
                .text("agent_id");
        server.makeEndpoint(
                "auto", ", \"plane\": \"agent\", \"agent_id\": \"" + agent + "\", \"reply_policy\": \"always_reply\"");
        return server;
    }

    private static void until(RunningServer server, String message, String state) {
        server.admin.until(
                "/v1/messages/" + message + "/",
                answer -> answer.text("handling_state").equals(state));
    }

    private static void summed(RunningServer server, String message, String summary) {
        server.admin.until(
                "/v1/api/email/messages/" + message + "/content",
                answer -> summary.equals(answer.body().path("llm_summary").asText("")));
    }

    private static JsonNode today(RunningServer server) {
        return server.admin.get("/v1/model-usage/").expect(200).body().get(0);
    }

    @Test
    void mail_that_is_summed_up_leaves_agents_their_turns(@TempDir Path directory) {
        // A summary of one mail, and turns of some eighty.
        try (RunningServer server = server(directory, "10000", "1")) {
            // Without an agent, so that nothing is suggested either.
            server.makeEndpoint("nobody", ", \"plane\": \"agent\"");
            String first = server.receive("nobody@acme.example", "the first");
            summed(server, first, "A short summary.");
            String order = server.receive("auto@acme.example", "an order");
            until(server, order, "handled");
            assertEquals(120, today(server).path("view_tokens").asInt());
            assertTrue(today(server).path("input_tokens").asInt() >= 200);
        }
    }

    @Test
    void turns_leave_people_their_summaries(@TempDir Path directory) {
        // One turn, and summaries of some eighty mails.
        try (RunningServer server = server(directory, "10000", "99")) {
            String first = server.receive("auto@acme.example", "the first order");
            until(server, first, "handled");
            String second = server.receive("auto@acme.example", "the second order");
            until(server, second, "awaiting_review");
            summed(server, second, "A short summary.");
        }
    }
}
