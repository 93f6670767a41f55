package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Outgoing.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.clock.TurningClock;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** How long who fails to get in has to wait, what admins are told of it, and when sessions end: on a clock that stands still. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessClockTest {
    private static final String PASSWORD = "a long pass phrase";
    private static final String WHOAMI = "/v1/whoami/";

    private final TurningClock clock = TurningClock.atStart();
    private RunningServer server;
    private OwnWorkspace place;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory, clock);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** What failed in the test before is forgotten by now. */
    @BeforeEach
    void begin() {
        clock.turn(Duration.ofHours(2));
        place = OwnWorkspace.on(server);
    }

    private String person(String name, String role) {
        return place.person(name + "@" + place.domain, role, ", \"password\": \"" + PASSWORD + "\"");
    }

    private Answer signIn(String name, String password) {
        return server.stranger()
                .post(
                        "/api/auth/login",
                        "{\"email\": \"" + name + "@" + place.domain + "\", \"password\": \"" + password + "\"}");
    }

    private static void waits(Answer answer, long seconds) {
        assertEquals(Long.toString(seconds), answer.expect(429).header("Retry-After"));
    }

    @Test
    void after_ten_wrong_passwords_each_further_one_waits_twice_as_long_up_to_a_quarter_of_an_hour() {
        person("bob", "member");
        for (int i = 0; i < 10; i++) {
            signIn("bob", "wrong " + i).expect(401);
        }
        for (int seconds : new int[] {30, 60, 120, 240, 480, 900, 900}) {
            waits(signIn("bob", "wrong"), seconds);
            waits(signIn("bob", PASSWORD), seconds);
            clock.turn(Duration.ofSeconds(seconds - 1));
            waits(signIn("bob", PASSWORD), 1);
            clock.turn(Duration.ofSeconds(1));
            signIn("bob", "wrong").expect(401);
        }
        clock.turn(Duration.ofMinutes(15));
        signIn("bob", PASSWORD).expect(200);
        signIn("bob", "wrong").expect(401);
        signIn("bob", PASSWORD).expect(200);
    }

    @Test
    void admins_are_told_of_wrong_passwords_as_their_number_doubles_and_once_a_minute() {
        String bob = person("bob", "member");
        person("kim", "member");
        person("ann", "admin");
        for (int i = 0; i < 9; i++) {
            signIn("bob", "wrong " + i).expect(401);
        }
        signIn("nobody", "wrong").expect(401);
        awaitFailures(4);
        clock.turn(Duration.ofMinutes(1));
        signIn("bob", "wrong again").expect(401);
        awaitFailures(5);

        JsonNode events = failures(place.owner);
        List<Integer> counts = new ArrayList<>();
        for (JsonNode event : events) {
            int count = event.at("/payload/count").asInt();
            counts.add(count);
            assertEquals(
                    json("{\"user_id\": \"" + bob + "\", \"email\": \"bob@" + place.domain + "\", \"count\": " + count
                            + ", \"channel\": \"api\", \"client\": \"127.0.0.1\"}"),
                    event.path("payload"));
            assertTrue(event.path("inbox_id").isNull(), event.toString());
            Instant at = Instant.parse(event.path("created_at").asText());
            assertEquals(count < 10 ? clock.instant().minus(Duration.ofMinutes(1)) : clock.instant(), at);
        }
        assertEquals(List.of(1, 2, 4, 8, 10), counts);
        assertEquals(events, failures(session("ann")), "an admin");
        assertEquals(0, failures(session("kim")).size(), "a member");
        assertEquals(0, failures(place.program(place.endpoint("desk", ""))).size(), "a program");
        assertEquals(0, failures(OwnWorkspace.on(server).owner).size(), "another workspace");
    }

    private Client session(String name) {
        return server
        .new Client(signIn(name, PASSWORD).expect(200).body().at("/data/token").asText());
    }

    private static JsonNode failures(Client reader) {
        return reader.get("/v1/events/?types=auth.failed").expect(200).body().path("events");
    }

    private void awaitFailures(int count) {
        place.owner.until(
                "/v1/events/?types=auth.failed",
                answer -> answer.body().path("events").size() >= count);
    }

    @Test
    void a_revoked_token_waits_twice_as_long_each_time_and_a_right_one_does_not() {
        Answer made = token("old");
        place.owner.delete("/v1/tokens/" + made.text("token_id") + "/").expect(204);
        Client old = server.new Client(made.text("token"));
        for (int i = 0; i < 20; i++) {
            old.get(WHOAMI).expect(401);
        }
        for (int seconds : new int[] {3, 6, 12}) {
            waits(old.get(WHOAMI), seconds);
            assertEquals("too_many_failures", old.get(WHOAMI).code());
            server.new Client(token("fresh").text("token")).get(WHOAMI).expect(200);
            clock.turn(Duration.ofSeconds(seconds));
            old.get(WHOAMI).expect(401);
        }
    }

    private Answer token(String label) {
        return place.owner
                .post("/v1/tokens/", "{\"label\": \"" + label + "\", \"scopes\": [\"email:send\"]}")
                .expect(201);
    }

    @Test
    void at_submission_a_revoked_token_gets_454_for_twice_as_long_each_time_and_a_right_one_gets_in()
            throws IOException {
        String inbox = place.endpoint("desk", "");
        Answer made = boundTo(inbox);
        place.owner.delete("/v1/tokens/" + made.text("token_id") + "/").expect(204);
        String right = boundTo(inbox).text("token");
        for (int i = 0; i < 5; i++) {
            assertEquals("535 5.7.8", login(made.text("token")));
        }
        for (int seconds : new int[] {1, 2, 4, 8}) {
            assertEquals("454 4.7.0", login(made.text("token")));
            assertEquals("235 2.7.0", login(right));
            clock.turn(Duration.ofMillis(seconds * 1_000 - 1));
            assertEquals("454 4.7.0", login(made.text("token")));
            clock.turn(Duration.ofMillis(1));
            assertEquals("535 5.7.8", login(made.text("token")));
        }
    }

    private Answer boundTo(String inbox) {
        return place.owner
                .post(
                        "/v1/tokens/",
                        "{\"label\": \"t\", \"inbox_id\": \"" + inbox + "\", \"scopes\": [\"email:send\"]}")
                .expect(201);
    }

    /** The beginning of the reply to AUTH, on a connection of its own. */
    private String login(String secret) throws IOException {
        try (SmtpClient client = SmtpClient.connect(server.port("submission"))) {
            client.greet();
            String login = "\0desk@" + place.domain + "\0" + secret;
            String reply = client.command(
                    "AUTH PLAIN " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
            return reply.substring(0, "454 4.7.0".length());
        }
    }

    @Test
    void the_operators_own_token_waits_with_what_else_is_guessed_from_there_until_it_was_let_in() {
        server.restart();
        for (int i = 0; i < 20; i++) {
            server.new Client("guessed-by-somebody-" + i).get(WHOAMI).expect(401);
        }
        waits(server.admin.get(WHOAMI), 3);
        server.new Client(token("generated").text("token")).get(WHOAMI).expect(200);
        clock.turn(Duration.ofSeconds(3));
        server.admin.get(WHOAMI).expect(200);
        for (int i = 20; i < 23; i++) {
            server.new Client("guessed-by-somebody-" + i).get(WHOAMI);
            server.admin.get(WHOAMI).expect(200);
        }
    }

    @Test
    void a_session_tells_when_it_began_was_last_used_and_ends() {
        person("bob", "member");
        Answer first = signIn("bob", PASSWORD).expect(200);
        Instant began = clock.instant();
        assertEquals(
                began.plus(Duration.ofHours(12)).toString(),
                first.body().at("/data/expires_at").asText());
        clock.turn(Duration.ofMinutes(90).plusSeconds(40));
        Client second = session("bob");
        JsonNode unused = sessions(second).path(1);
        JsonNode current = sessions(second).path(0);
        assertEquals(
                json("{\"session_id\": \"" + unused.path("session_id").asText()
                        + "\", \"is_current\": false, \"created_at\": \"" + began
                        + "\", \"last_used_at\": null, \"expires_at\": \"" + began.plus(Duration.ofHours(12)) + "\"}"),
                unused);
        Instant now = clock.instant();
        assertEquals(
                json("{\"session_id\": \"" + current.path("session_id").asText()
                        + "\", \"is_current\": true, \"created_at\": \"" + now + "\", \"last_used_at\": \""
                        + now + "\", \"expires_at\": \""
                        + now.plus(Duration.ofHours(12)) + "\"}"),
                current);
        assertEquals(2, sessions(second).size());
        Client old = server.new Client(first.body().at("/data/token").asText());
        old.get(WHOAMI).expect(200);
        clock.turn(Duration.ofHours(11).minus(Duration.ofMinutes(31)));
        assertEquals(2, sessions(second).size());
        old.get(WHOAMI).expect(200);
        clock.turn(Duration.ofMinutes(1));
        old.get(WHOAMI).expect(401);
        assertEquals(1, sessions(second).size(), "what is over is not shown");
    }

    private static JsonNode sessions(Client by) {
        return by.get("/api/auth/sessions").expect(200).body().at("/data/sessions");
    }
}
