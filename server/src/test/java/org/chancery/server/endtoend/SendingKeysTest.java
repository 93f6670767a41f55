package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.lines;
import static org.chancery.server.endtoend.Approvals.mail;
import static org.chancery.server.endtoend.Outgoing.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chancery.server.config.Key;
import org.chancery.server.config.Keys;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the keys of {@code [sending]} do. */
class SendingKeysTest {
    private static final String CLIENT = "client@elsewhere.example";

    private static int send(RunningServer server, String localPart) {
        Answer answer = server.admin.post(
                "/v1/messages/",
                "{\"inbox_id\": \"" + localPart + "@acme.example\", "
                        + mail("client@elsewhere.example", "from " + localPart).substring(1));
        assertEquals(answer.status() == 429 ? "cap_reached" : "", answer.code());
        return answer.status();
    }

    @Test
    void a_workspaces_inboxes_share_its_cap_and_its_steps_are_told(@TempDir Path directory) {
        try (RunningServer server = RunningServer.on(
                directory,
                Map.of(Keys.SENDING_WORKSPACE_CAP_PER_DAY, "3", Keys.SENDING_CAP_STEPS, "50, 100"),
                TurningClock.atStart())) {
            server.makeEndpoint("one", "");
            server.makeEndpoint("two", "");
            assertEquals(202, send(server, "one"));
            assertEquals(202, send(server, "two"));
            assertEquals(202, send(server, "one"));
            assertEquals(429, send(server, "two"));
            List<String> told = new ArrayList<>();
            for (JsonNode event : server.admin
                    .get("/v1/events/?types=cap.reached")
                    .expect(200)
                    .body()
                    .path("events")) {
                JsonNode payload = event.path("payload");
                JsonNames.are(payload, "cap_type", "scope", "threshold", "value", "limit", "resets_at");
                told.add(
                        payload.path("scope").asText() + " " + payload.path("threshold") + " " + payload.path("value"));
            }
            assertEquals(List.of("workspace 50 2", "workspace 100 3"), told);
        }
    }

    @Test
    void past_a_workspaces_cap_nothing_leaves_by_any_way_until_the_day_is_over(@TempDir Path directory) {
        TurningClock clock = TurningClock.atStart();
        Map<Key<?>, String> keys = Map.of(Keys.SENDING_WORKSPACE_CAP_PER_DAY, "3", Keys.SENDING_CAP_STEPS, "50, 100");
        try (RunningServer server = RunningServer.on(directory, keys, clock)) {
            Approvals approvals = new Approvals(server);
            String one = approvals.endpoint("one");
            String secret = server.makeToken(one, "email:send");
            String two = server.makeEndpoint("two", ", \"send_cap_per_day\": 1");
            server.makeEndpoint("four", ", \"send_cap_per_day\": 1");
            String held = hold(approvals.restricted(approvals.endpoint("held"), EVERYTHING), CLIENT, "held")
                    .text("approval_id");
            String asked = drafted(server);
            String planned = planned(server, secret, clock, Duration.ofHours(2), "planned");
            Answer doomed = server.admin
                    .post(
                            "/v1/tokens/",
                            "{\"label\": \"doomed\", \"inbox_id\": \"" + one + "\", \"scopes\": [\"email:send\"]}")
                    .expect(201);
            String never = planned(
                    server, doomed.text("token"), clock, Duration.ofHours(2).plusMinutes(1), "never");
            server.admin.delete("/v1/tokens/" + doomed.text("token_id") + "/").expect(204);

            assertEquals(202, send(server, "two"));
            refused(post(server, "two"), "The inbox may send 1 mails");
            assertEquals(202, send(server, "one"));
            assertEquals(202, send(server, "one"), "what the inbox's cap refused is not counted for the workspace");

            String full =
                    "The workspace may send 3 mails a day, and they have left; the day ends at 2026-03-03T00:00:00Z.";
            assertEquals(full, refused(post(server, "one"), full).text("detail"));
            String submitted = approvals.submit(
                    secret,
                    "one@acme.example",
                    List.of(CLIENT),
                    lines("From: <one@acme.example>", "To: <" + CLIENT + ">", "Subject: by smtp", "", "x"));
            assertEquals("451 4.7.1 " + full, submitted);
            refused(post(server, "four"), full);
            refused(post(server, "four"), full); // And not by the inbox's cap, from which the first one took nothing.
            refused(approve(server.admin, held), full);
            assertEquals("pending", server.admin.get(item(held)).expect(200).text("status"));
            String reply = "/v1/api/email/messages/" + asked + "/reply";
            refused(server.admin.post(reply, "{\"text\": \"Hello.\"}"), full);
            assertEquals("awaiting_review", server.stateOf(asked));
            clock.turn(Duration.ofHours(3));
            // It was due after the other one.
            server.admin.until(
                    "/v1/messages/" + never + "/",
                    answer -> answer.text("status").equals("cancelled"));
            assertEquals("scheduled", approvals.statusOf(planned));

            assertEquals(
                    List.of(reached("workspace", 50, 2, 3, ""), reached("workspace", 100, 3, 3, "")),
                    told(server, true));
            assertEquals(
                    List.of(
                            reached("inbox", 50, 1, 1, ", \"inbox_id\": \"" + two + "\""),
                            reached("inbox", 100, 1, 1, ", \"inbox_id\": \"" + two + "\"")),
                    told(server, false));

            clock.turn(Duration.ofHours(21));
            server.admin.until(
                    "/v1/messages/" + planned + "/",
                    answer -> answer.text("status").equals("delivered"));
            approve(server.admin, held).expect(200);
            server.admin.post(reply, "{\"text\": \"Hello.\"}").expect(200);
            refused(post(server, "one"), "The workspace may send 3 mails a day");
        }
    }

    private static Answer post(RunningServer server, String localPart) {
        return server.admin.post(
                "/v1/messages/",
                "{\"inbox_id\": \"" + localPart + "@acme.example\", "
                        + mail(CLIENT, "from " + localPart).substring(1));
    }

    private static Answer refused(Answer answer, String detail) {
        assertEquals("cap_reached", answer.expect(429).code());
        assertEquals(detail, answer.text("detail").substring(0, detail.length()));
        long seconds = Long.parseLong(answer.header("Retry-After"));
        // The clock stands at half past nine in the morning.
        assertEquals(Duration.ofHours(14).plusMinutes(30).toSeconds(), seconds);
        return answer;
    }

    /** A mail that waits for people with an agent's draft; its id. */
    private static String drafted(RunningServer server) {
        String inbox = server.makeAgentEndpoint("review", "human_review", "");
        String message = server.receive("review@acme.example", "asked");
        server.agentOf(inbox)
                .post("/v1/messages/", "{\"reply_to_message_id\": \"" + message + "\", \"text_body\": \"A draft.\"}")
                .expect(202);
        return message;
    }

    private static String planned(RunningServer server, String token, TurningClock clock, Duration in, String subject) {
        return server.new Client(token)
                .post(
                        "/v1/messages/",
                        "{\"send_at\": \"" + clock.instant().plus(in) + "\", "
                                + mail(CLIENT, subject).substring(1))
                .expect(202)
                .text("message_id");
    }

    private static JsonNode reached(String scope, int threshold, int value, int limit, String further) {
        return json("{\"cap_type\": \"send\", \"scope\": \"" + scope + "\", \"threshold\": " + threshold
                + ", \"value\": " + value + ", \"limit\": " + limit
                + ", \"resets_at\": \"2026-03-03T00:00:00Z\"" + further + "}");
    }

    /** What was told of the whole workspace, or of an inbox. */
    private static List<JsonNode> told(RunningServer server, boolean ofWorkspace) {
        List<JsonNode> payloads = new ArrayList<>();
        for (JsonNode event : server.admin
                .get("/v1/events/?types=cap.reached")
                .expect(200)
                .body()
                .path("events")) {
            if (event.path("inbox_id").isNull() == ofWorkspace) {
                payloads.add(event.path("payload"));
            }
        }
        return payloads;
    }

    @Test
    void without_a_cap_any_number_may_leave(@TempDir Path directory) {
        try (RunningServer server = RunningServer.on(directory, TurningClock.atStart())) {
            server.makeEndpoint("one", "");
            for (int i = 0; i < 5; i++) {
                assertEquals(202, send(server, "one"));
            }
        }
    }
}
