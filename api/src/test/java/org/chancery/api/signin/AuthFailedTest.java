package org.chancery.api.signin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.chancery.api.Http.Reply;
import org.chancery.api.Tenant;
import org.chancery.api.TestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a workspace is told of those who fail to get in. */
class AuthFailedTest {
    private static final String PASSWORD = "a long pass phrase";

    private TestServer server;
    private Tenant tenant;

    @BeforeEach
    void start() {
        server = TestServer.start();
        tenant = server.newWorkspace();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String person(String email) {
        Reply reply = tenant.post(
                "/v1/users/",
                "{\"email\": \"" + email + "\", \"name\": \"Bob\", \"role\": \"member\", \"password\": \"" + PASSWORD
                        + "\"}");
        return reply.json().path("user_id").asText();
    }

    private int signIn(String email, String password) {
        return server.http()
                .post("/api/auth/login", null, "{\"email\": \"" + email + "\", \"password\": \"" + password + "\"}")
                .status();
    }

    private static List<JsonNode> told(Tenant where) {
        List<JsonNode> payloads = new ArrayList<>();
        where.get("/v1/events/?types=auth.failed")
                .json()
                .path("events")
                .forEach(event -> payloads.add(event.path("payload")));
        return payloads;
    }

    private static List<Integer> counts(Tenant where) {
        return told(where).stream()
                .map(payload -> payload.path("count").asInt())
                .toList();
    }

    @Test
    void a_failed_sign_in_is_told_to_the_admins_of_the_accounts_workspace() {
        Tenant other = server.newWorkspace();
        String id = person("bob@home.example");
        assertEquals(401, signIn("bob@home.example", "wrong"));
        assertEquals(401, signIn("nobody@home.example", "wrong"));

        JsonNode payload = told(tenant).getFirst();
        assertEquals(1, told(tenant).size());
        assertEquals(id, payload.path("user_id").asText());
        assertEquals("bob@home.example", payload.path("email").asText());
        assertEquals("api", payload.path("channel").asText());
        assertEquals("127.0.0.1", payload.path("client").asText());
        assertEquals(1, payload.path("count").asInt());
        assertEquals(List.of(), told(other));
        String reader = tenant.personalToken("email:read");
        assertEquals(
                0,
                server.http()
                        .get("/v1/events/?types=auth.failed", reader)
                        .json()
                        .path("events")
                        .size(),
                "for admins");
    }

    @Test
    void many_failures_in_a_row_are_told_as_their_number_doubles() {
        person("bob@home.example");
        for (int i = 0; i < 9; i++) {
            assertEquals(401, signIn("bob@home.example", "wrong " + i));
        }

        // The clock goes on: should a minute pass meanwhile, one more is told.
        assertTrue(
                counts(tenant).containsAll(List.of(1, 2, 4, 8)),
                () -> counts(tenant).toString());
        assertTrue(counts(tenant).size() < 9, () -> counts(tenant).toString());
    }

    @Test
    void a_page_that_was_left_open_is_nobody_who_fails_to_get_in() {
        person("bob@home.example");
        String session = server.http()
                .post("/api/auth/login", null, "{\"email\": \"bob@home.example\", \"password\": \"" + PASSWORD + "\"}")
                .json()
                .path("data")
                .path("token")
                .asText();
        server.clock().putForward(Duration.ofHours(13));

        assertEquals(401, server.http().get("/v1/whoami/", session).status());

        assertEquals(List.of(), told(tenant));
    }

    @Test
    void a_row_ends_when_the_person_gets_in() {
        person("bob@home.example");
        signIn("bob@home.example", "wrong");
        signIn("bob@home.example", "wrong");
        assertEquals(200, signIn("bob@home.example", PASSWORD));
        server.clock().putForward(Duration.ofMinutes(2));
        signIn("bob@home.example", "wrong");

        assertEquals(List.of(1, 2, 1), counts(tenant));
    }

    @Test
    void success_in_between_makes_no_room_for_more_events() {
        person("bob@home.example");
        for (int i = 0; i < 4; i++) {
            signIn("bob@home.example", "wrong");
            assertEquals(200, signIn("bob@home.example", PASSWORD));
        }

        assertTrue(counts(tenant).size() < 4, () -> counts(tenant).toString());
    }

    @Test
    void a_token_that_was_revoked_or_rotated_is_told_when_it_is_shown_again() {
        String revoked = tenant.personalToken("email:read");
        String rotated = tenant.personalToken("email:send");
        String revokedId = idOf(revoked);
        String rotatedId = idOf(rotated);
        tenant.delete("/v1/tokens/" + revokedId + "/");
        tenant.post("/v1/tokens/" + rotatedId + "/rotate/", "");

        assertEquals(401, server.http().get("/v1/whoami/", revoked).status());
        assertEquals(401, server.http().get("/v1/whoami/", rotated).status());
        assertEquals(401, server.http().get("/v1/whoami/", "chy_nobodys").status());

        assertEquals(
                List.of(revokedId, rotatedId),
                told(tenant).stream()
                        .map(payload -> payload.path("token_id").asText())
                        .toList());
        assertEquals("test", told(tenant).getFirst().path("label").asText());
    }

    private String idOf(String token) {
        return server.http().get("/v1/whoami/", token).json().path("token_id").asText();
    }

    @Test
    void an_old_token_that_is_shown_again_and_again_waits_and_a_new_one_from_there_does_not() {
        String old = tenant.personalToken("email:read");
        tenant.delete("/v1/tokens/" + idOf(old) + "/");
        int tries = 0;
        Reply reply = server.http().get("/v1/whoami/", old);
        while (reply.status() == 401 && tries < 300) {
            tries++;
            reply = server.http().get("/v1/whoami/", old);
        }

        assertEquals(429, reply.status());
        assertTrue(tries >= 20, "tries: " + tries);
        assertTrue(Integer.parseInt(reply.header("Retry-After")) >= 1);
        assertEquals(
                200,
                server.http()
                        .get("/v1/whoami/", tenant.personalToken("email:read"))
                        .status());
    }
}
