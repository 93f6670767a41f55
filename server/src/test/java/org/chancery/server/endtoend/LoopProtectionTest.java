package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.chancery.server.config.Keys;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.peer.ScriptedModel;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that answer programs stop by themselves. */
class LoopProtectionTest {
    private static final int TURNS = 3;

    private static RunningServer server(Path directory, String domain, ScriptedModel model, int relay) {
        return RunningServer.on(
                directory.resolve(domain),
                Map.of(
                        Keys.WORKSPACE_DOMAIN,
                        domain,
                        Keys.ADMIN_EMAIL,
                        "owner@" + domain,
                        Keys.MODEL_BASE_URL,
                        model.baseUrl(),
                        Keys.MODEL_NAME,
                        "small",
                        Keys.DELIVERY_RELAY,
                        "127.0.0.1:" + relay));
    }

    private static int portOf(AtomicReference<@Nullable RunningServer> server) {
        return java.util.Objects.requireNonNull(server.get()).port("smtp");
    }

    private static String robot(RunningServer server) {
        String agent = server.admin
                .post("/v1/agents/", "{\"name\": \"robot\", \"execution_mode\": \"auto\"}")
                .expect(201)
                .text("agent_id");
        return server.makeEndpoint(
                "robot",
                ", \"plane\": \"agent\", \"agent_id\": \"" + agent
                        + "\", \"reply_policy\": \"always_reply\", \"max_turns_per_sender_day\": " + TURNS);
    }

    private static void begin(RunningServer server, String inbox, String to, String subject) {
        server.admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + inbox + "\", \"to\": [{\"email\": \"" + to + "\"}], \"subject\": \""
                                + subject + "\", \"text_body\": \"Who are you?\"}")
                .expect(202);
    }

    private static long count(RunningServer server, Predicate<JsonNode> wanted) {
        long count = 0;
        for (JsonNode message : server.admin.get("/v1/messages/?limit=200").body()) {
            count += wanted.test(message) ? 1 : 0;
        }
        return count;
    }

    private static boolean isReply(JsonNode message) {
        return message.path("direction").asText().equals("outbound")
                && message.path("subject").asText().startsWith("Re: ");
    }

    private static Answer untilSomebodyWaits(RunningServer server) {
        return server.admin.until(
                "/v1/api/email/review",
                answer -> answer.body().path("counts").path("awaiting_review").asInt() == 1);
    }

    @Test
    void two_servers_whose_agents_always_reply_stop_after_one_answer(@TempDir Path directory) {
        AtomicReference<@Nullable RunningServer> second = new AtomicReference<@Nullable RunningServer>();
        try (ScriptedModel model = ScriptedModel.saying(ScriptedModel.reply("And who are you?"));
                MailHop hop = new MailHop(() -> portOf(second), "");
                RunningServer acme = server(directory, "acme.example", model, hop.port());
                RunningServer beta = server(directory, "beta.example", model, acme.port("smtp"))) {
            second.set(beta);
            String inbox = robot(acme);
            robot(beta);
            begin(acme, inbox, "robot@beta.example", "a meeting of robots");
            // The answer says that it is automatic, and gets none.
            JsonNode waiting =
                    untilSomebodyWaits(acme).body().path("awaiting_review").get(0);
            assertEquals("robot@beta.example", waiting.path("from_addr").asText());
            assertEquals(1, count(beta, LoopProtectionTest::isReply));
            assertEquals(0, count(acme, LoopProtectionTest::isReply));
        }
    }

    @Test
    void where_a_gateway_hides_that_they_are_programs_the_turn_limits_stop_them(@TempDir Path directory) {
        AtomicReference<@Nullable RunningServer> first = new AtomicReference<@Nullable RunningServer>();
        AtomicReference<@Nullable RunningServer> second = new AtomicReference<@Nullable RunningServer>();
        try (ScriptedModel model = ScriptedModel.saying(ScriptedModel.reply("And who are you?"));
                MailHop toBeta = new MailHop(() -> portOf(second), "Auto-Submitted:");
                MailHop toAcme = new MailHop(() -> portOf(first), "Auto-Submitted:");
                RunningServer acme = server(directory, "acme.example", model, toBeta.port());
                RunningServer beta = server(directory, "beta.example", model, toAcme.port())) {
            first.set(acme);
            second.set(beta);
            String inbox = robot(acme);
            robot(beta);
            begin(acme, inbox, "robot@beta.example", "a long meeting of robots");
            JsonNode waiting =
                    untilSomebodyWaits(beta).body().path("awaiting_review").get(0);
            assertEquals("robot@acme.example", waiting.path("from_addr").asText());
            assertEquals(TURNS, count(beta, LoopProtectionTest::isReply));
            assertEquals(TURNS, count(acme, LoopProtectionTest::isReply));
            assertEquals(
                    0,
                    count(
                            acme,
                            message -> message.path("handling_state").asText().equals("routed")));
            assertEquals(
                    0,
                    count(
                            beta,
                            message -> message.path("handling_state").asText().equals("routed")));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Auto-Submitted: auto-replied (vacation)",
                "Auto-Submitted: auto-generated",
                "X-Autoreply: yes",
                "X-Autorespond: away",
                "Precedence: auto_reply",
                "X-Auto-Response-Suppress: All",
            })
    void an_out_of_office_notice_is_not_answered(String header, @TempDir Path directory) {
        assertNotAnswered(directory, "Re: your question", header + "\r\n", "away@customer.example");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Out of Office: your question", "Automatic reply: your question", "Abwesenheitsnotiz: Frage"})
    void one_that_only_its_subject_gives_away_is_not_answered(String subject, @TempDir Path directory) {
        assertNotAnswered(directory, subject, "", "away@customer.example");
    }

    @Test
    void one_with_the_null_reverse_path_is_not_answered(@TempDir Path directory) {
        assertNotAnswered(directory, "I am away", "", null);
    }

    private static void assertNotAnswered(Path directory, String subject, String header, @Nullable String reversePath) {
        try (ScriptedModel model = ScriptedModel.saying(ScriptedModel.reply("Thanks."));
                RunningServer server = RunningServer.on(
                        directory, Map.of(Keys.MODEL_BASE_URL, model.baseUrl(), Keys.MODEL_NAME, "small"))) {
            robot(server);
            server.mail(
                    reversePath,
                    "robot@acme.example",
                    RunningServer.content(
                            "Away <away@customer.example>", "robot@acme.example", subject, "away@c.example", header));
            server.await(subject);
            untilSomebodyWaits(server);
            assertEquals(0, count(server, LoopProtectionTest::isReply));
            assertEquals(List.of(), new Approvals(server).left());
        }
    }

    @Test
    void a_responder_that_looks_like_a_person_is_answered_as_often_as_the_limit_allows(@TempDir Path directory) {
        try (ScriptedModel model = ScriptedModel.saying(ScriptedModel.reply("Thanks."));
                RunningServer server = RunningServer.on(
                        directory, Map.of(Keys.MODEL_BASE_URL, model.baseUrl(), Keys.MODEL_NAME, "small"))) {
            robot(server);
            for (int i = 1; i <= TURNS + 1; i++) {
                server.receive("robot@acme.example", "round " + i);
                if (i <= TURNS) {
                    List<ReceivedMail> answers = server.peer.awaitMail(i, RunningServer.PATIENCE);
                    assertTrue(answers.getLast().content().text().contains("Auto-Submitted: auto-replied"));
                }
            }
            untilSomebodyWaits(server);
            assertEquals(TURNS, count(server, LoopProtectionTest::isReply));
        }
    }
}
