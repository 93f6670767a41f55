package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.item;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Tokens that end while something that they asked for waits, or while they are still asking. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeavingRequesterTest {
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

    /** A token as it was made. */
    private record Made(String id, String secret) {}

    private Made token(String localPart, String scopes, String further) {
        Answer made = server.admin
                .post(
                        "/v1/tokens/",
                        "{\"label\": \"leaves\", \"inbox_id\": \"" + approvals.endpoint(localPart) + "\", \"scopes\": ["
                                + scopes + "]" + further + "}")
                .expect(201);
        return new Made(made.text("token_id"), made.text("token"));
    }

    private String tokenState(String approval) {
        return server.admin
                .get(item(approval))
                .expect(200)
                .body()
                .at("/requested_by/token_state")
                .asText();
    }

    @Test
    void an_approval_tells_what_became_of_the_token_that_asked() {
        String expires = clock.instant().plus(Duration.ofHours(1)).toString();
        String restricted = ", \"requires_approval\": " + EVERYTHING;
        Made revoked = token("l.revoked", "\"email:send\"", restricted);
        Made expired = token("l.expired", "\"email:send\"", restricted + ", \"expires_at\": \"" + expires + "\"");
        String first = hold(server.new Client(revoked.secret()), "a@elsewhere.example", "revoked")
                .text("approval_id");
        String second = hold(server.new Client(expired.secret()), "a@elsewhere.example", "expired")
                .text("approval_id");
        assertEquals("active", tokenState(first));
        assertEquals("active", tokenState(second));

        server.admin.delete("/v1/tokens/" + revoked.id() + "/").expect(204);
        clock.turn(Duration.ofHours(2));
        assertEquals("revoked", tokenState(first));
        assertEquals("expired", tokenState(second));
        List<String> listed = Approvals.each(
                        server.admin.get("/v1/approvals/?limit=100").expect(200).body())
                .filter(row -> row.path("approval_id").asText().equals(first))
                .map(row -> row.at("/requested_by/token_state").asText())
                .toList();
        assertEquals(List.of("revoked"), listed);
    }

    /** Something that is done while a call has said all but its body. */
    private interface Meanwhile {
        void happens();
    }

    /** The status of a call whose body follows once something else was done. */
    private int trickle(String secret, String call, String body, Meanwhile meanwhile) throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port("http"))) {
            socket.setSoTimeout((int) RunningServer.PATIENCE.toMillis());
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String header = call + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + secret
                    + "\r\nContent-Type: application/json\r\nContent-Length: " + content.length
                    + "\r\nExpect: 100-continue\r\n\r\n";
            socket.getOutputStream().write(header.getBytes(StandardCharsets.UTF_8));
            // RFC 9110 §10.1.1: said when the body is wanted, which is after the token was looked at.
            assertTrue(answers.readLine().startsWith("HTTP/1.1 100"), "it is let in");
            assertEquals("", answers.readLine());
            meanwhile.happens();
            clock.turn(Duration.ofSeconds(1));
            socket.getOutputStream().write(content);
            return Integer.parseInt(answers.readLine().split(" ")[1]);
        }
    }

    @Test
    void what_is_said_after_its_token_was_revoked_is_not_done() throws IOException {
        Made agent = token("l.sender", "\"email:send\"", "");
        assertEquals(
                202,
                trickle(
                        agent.secret(),
                        "POST /v1/messages/",
                        Approvals.mail("a@elsewhere.example", "in time"),
                        () -> {}));
        assertEquals(
                401,
                trickle(
                        agent.secret(),
                        "POST /v1/messages/",
                        Approvals.mail("a@elsewhere.example", "too late"),
                        () -> server.admin
                                .delete("/v1/tokens/" + agent.id() + "/")
                                .expect(204)));
        assertEquals(1, approvals.awaitArrival("in time").size());
        assertEquals(List.of(), approvals.arrived("too late"));
    }

    @Test
    void what_is_said_after_its_scope_was_taken_is_not_done() throws IOException {
        Client asking = server.new Client(token("l.asks", "\"email:send\"", ", \"requires_approval\": " + EVERYTHING)
                .secret());
        String approval = hold(asking, "a@elsewhere.example", "undecided").text("approval_id");
        Answer reviewer = server.admin
                .post("/v1/tokens/", "{\"label\": \"reviews\", \"scopes\": [\"approvals:read\", \"approvals:write\"]}")
                .expect(201);
        assertEquals(
                403,
                trickle(
                        reviewer.text("token"),
                        "POST " + item(approval) + "approve/",
                        "{\"note\": \"yes\"}",
                        () -> server.admin
                                .patch(
                                        "/v1/tokens/" + reviewer.text("token_id") + "/",
                                        "{\"scopes\": [\"approvals:read\"]}")
                                .expect(200)));
        assertEquals("pending", server.admin.get(item(approval)).text("status"));
    }

    @Test
    void what_is_said_after_a_further_scope_was_taken_is_judged_without_it() throws IOException {
        String label = server.admin
                .post("/v1/labels/", "{\"name\": \"trickled\"}")
                .expect(201)
                .text("label_id");
        String message = server.admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + approvals.endpoint("l.labels") + "\", "
                                + Approvals.mail("a@elsewhere.example", "to be labelled")
                                        .substring(1))
                .expect(202)
                .text("message_id");
        Answer sorter = server.admin
                .post("/v1/tokens/", "{\"label\": \"sorts\", \"scopes\": [\"labels:write\", \"email:read\"]}")
                .expect(201);
        String call = "PATCH /v1/messages/" + message + "/";
        String change = "{\"add_labels\": [\"" + label + "\"]}";
        assertEquals(200, trickle(sorter.text("token"), call, "{\"add_labels\": []}", () -> {}));
        assertEquals(
                403,
                trickle(
                        sorter.text("token"),
                        call,
                        change,
                        () -> server.admin
                                .patch(
                                        "/v1/tokens/" + sorter.text("token_id") + "/",
                                        "{\"scopes\": [\"labels:write\"]}")
                                .expect(200)));
        assertEquals(
                0,
                server.admin
                        .get("/v1/messages/" + message + "/")
                        .expect(200)
                        .body()
                        .path("labels")
                        .size());
    }
}
