package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.chancery.server.config.Keys;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.peer.ScriptedModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What people do while the model writes: nothing of it leaves any more. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OvertakenTurnTest {
    private static final String LATE = "This comes too late.";

    private final ScriptedModel model = ScriptedModel.saying(ScriptedModel.reply("In time."));
    private RunningServer server;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(
                directory,
                Map.of(
                        Keys.MODEL_BASE_URL,
                        model.baseUrl(),
                        Keys.MODEL_NAME,
                        "small",
                        Keys.MODEL_API_KEY,
                        "sk-of-a-model",
                        Keys.MODEL_TIMEOUT,
                        "60s"));
    }

    @AfterAll
    void stop() {
        server.close();
        model.close();
    }

    private String autoAgent() {
        return server.admin
                .post("/v1/agents/", "{\"name\": \"robot\", \"execution_mode\": \"auto\"}")
                .expect(201)
                .text("agent_id");
    }

    /**
     * Sends a mail, and while the model writes what it is to say, somebody does something; ends when the turn is over.
     *
     * @param says what the model says to that mail
     * @param meanwhile what is done, with the id of the mail
     * @return that id
     */
    private String overtaken(
            String name, String agent, String policy, String says, Function<String, Answer> meanwhile) {
        server.makeEndpoint(
                name, ", \"plane\": \"agent\", \"agent_id\": \"" + agent + "\", \"reply_policy\": \"" + policy + "\"");
        AtomicReference<Answer> done = new AtomicReference<>();
        model.script(request -> {
            if (ScriptedModel.asksForView(request)) {
                return ScriptedModel.said(ScriptedModel.view("other", "A mail."));
            }
            if (done.get() != null) {
                return ScriptedModel.said(ScriptedModel.reply("In time."));
            }
            done.set(meanwhile.apply(server.await(name)));
            return ScriptedModel.said(says);
        });
        String message = server.receive(name + "@acme.example", name);
        // One thread, one lane: the turn on the second mail begins when the first one is over.
        String next = name + " again";
        server.mail(
                "ada@customer.example",
                name + "@acme.example",
                RunningServer.content(
                        "Ada <ada@customer.example>",
                        name + "@acme.example",
                        next,
                        next.replace(' ', '-') + "@customer.example",
                        "In-Reply-To: <" + name + "@customer.example>\r\n"));
        server.await(next);
        await(next);
        assertNotNull(done.get());
        done.get().expect(200);
        return message;
    }

    /** Waits until the mail is no agent's turn any more. */
    private void await(String subject) {
        String message = server.await(subject);
        server.admin.until(
                "/v1/messages/" + message + "/",
                answer -> !List.of("routed", "error").contains(answer.text("handling_state")));
    }

    /** What was made in answer to that subject. */
    private List<String> answers(String subject) {
        return Approvals.each(server.admin
                        .get("/v1/messages/?direction=outbound&limit=200")
                        .expect(200)
                        .body())
                .filter(sent -> sent.path("subject").asText().equals("Re: " + subject))
                .map(sent -> server.admin
                        .get("/v1/messages/" + sent.path("message_id").asText() + "/")
                        .text("status"))
                .toList();
    }

    private void assertNothingLate() {
        assertTrue(new Approvals(server)
                .left().stream().noneMatch(mail -> mail.content().text().contains(LATE)));
    }

    private static String mail(String id) {
        return "/v1/api/email/messages/" + id + "/";
    }

    @Test
    void a_person_who_answers_while_the_model_writes_is_the_only_one_who_does() {
        String message = overtaken(
                "answered",
                autoAgent(),
                "always_reply",
                ScriptedModel.reply(LATE),
                id -> server.admin.post(mail(id) + "reply", "{\"text\": \"From a person.\"}"));
        assertEquals(1, answers("answered").size());
        assertEquals("handled", server.stateOf(message));
        assertNothingLate();
    }

    @Test
    void what_a_person_discards_while_the_model_writes_is_not_answered() {
        String message = overtaken(
                "discarded",
                autoAgent(),
                "always_reply",
                ScriptedModel.reply(LATE),
                id -> server.admin.post(mail(id) + "discard", "{\"reason\": \"needs none\"}"));
        assertEquals(List.of(), answers("discarded"));
        assertEquals("handled", server.stateOf(message));
        assertNothingLate();
    }

    @Test
    void what_a_person_gives_to_another_agent_while_the_model_writes_is_left_to_that_one() {
        String other = server.makeAgent();
        String message = overtaken(
                "reassigned",
                autoAgent(),
                "always_reply",
                ScriptedModel.reply(LATE),
                id -> server.admin.post(mail(id) + "assign", "{\"agent_id\": \"" + other + "\"}"));
        assertEquals(List.of(), answers("reassigned"));
        assertEquals("handled", server.stateOf(message));
        assertNothingLate();
    }

    @Test
    void what_an_agent_wrote_that_is_paused_or_disabled_meanwhile_goes_to_people_without_it() {
        for (String status : List.of("paused", "disabled")) {
            for (String policy : List.of("always_reply", "human_review")) {
                String agent = autoAgent();
                String name = status + policy.substring(0, 5);
                String message = overtaken(
                        name,
                        agent,
                        policy,
                        ScriptedModel.reply(LATE),
                        id -> server.admin.patch("/v1/agents/" + agent + "/", "{\"status\": \"" + status + "\"}"));
                server.admin.until(
                        "/v1/messages/" + message + "/",
                        answer -> answer.text("handling_state").equals("awaiting_review"));
                assertEquals(List.of(), answers(name));
                assertNothingLate();
            }
        }
    }

    @Test
    void an_agent_that_is_paused_meanwhile_does_not_decide_that_no_reply_is_needed() {
        String agent = autoAgent();
        String message = overtaken(
                "undecided",
                agent,
                "agent_decides",
                ScriptedModel.nothing(),
                id -> server.admin.patch("/v1/agents/" + agent + "/", "{\"status\": \"paused\"}"));
        server.admin.until(
                "/v1/messages/" + message + "/",
                answer -> answer.text("handling_state").equals("awaiting_review"));
    }
}
