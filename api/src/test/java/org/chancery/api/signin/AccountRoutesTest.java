package org.chancery.api.signin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.chancery.api.Http.Reply;
import org.chancery.api.Tenant;
import org.chancery.api.TestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people do about their own account. */
class AccountRoutesTest {
    private static final String PASSWORD = "a long pass phrase";
    private static final String EMAIL = "bob@home.example";

    private TestServer server;
    private Tenant tenant;

    @BeforeEach
    void start() {
        server = TestServer.start();
        tenant = server.newWorkspace();
        Reply made = tenant.post(
                "/v1/users/",
                "{\"email\": \"" + EMAIL + "\", \"name\": \"Bob\", \"role\": \"member\", \"password\": \"" + PASSWORD
                        + "\"}");
        assertEquals(201, made.status(), made::text);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Reply tryToSignIn(String password) {
        return server.http()
                .post("/api/auth/login", null, "{\"email\": \"" + EMAIL + "\", \"password\": \"" + password + "\"}");
    }

    private String signIn(String password) {
        Reply reply = tryToSignIn(password);
        assertEquals(200, reply.status(), reply::text);
        return reply.json().path("data").path("token").asText();
    }

    private Reply change(String token, String old, String wanted) {
        return server.http()
                .post(
                        "/api/auth/password",
                        token,
                        "{\"old_password\": \"" + old + "\", \"new_password\": \"" + wanted + "\"}");
    }

    private JsonNode sessions(String token) {
        Reply reply = server.http().get("/api/auth/sessions", token);
        assertEquals(200, reply.status(), reply::text);
        return reply.json().path("data").path("sessions");
    }

    private int whoami(String token) {
        return server.http().get("/v1/whoami/", token).status();
    }

    private static void refused(Reply reply, int status, String code) {
        assertEquals(status, reply.status(), reply::text);
        assertFalse(reply.json().path("success").asBoolean(true));
        assertEquals(code, reply.json().path("error").path("code").asText());
    }

    @Test
    void who_knows_the_old_password_sets_another_and_only_that_session_goes_on() {
        String own = signIn(PASSWORD);
        String other = signIn(PASSWORD);
        String personal = server.http()
                .post("/v1/tokens/", own, "{\"label\": \"t\", \"scopes\": [\"email:read\"]}")
                .json()
                .path("token")
                .asText();

        Reply changed = change(own, PASSWORD, "quite another one");

        assertEquals(200, changed.status(), changed::text);
        assertEquals(200, whoami(own));
        assertEquals(401, whoami(other));
        assertEquals(200, whoami(personal), "until it is revoked");
        refused(tryToSignIn(PASSWORD), 401, "invalid_credentials");
        assertEquals(200, whoami(signIn("quite another one")));
        assertTrue(tenant.get("/v1/audit/?kind=user.changed").text().contains("password"));
    }

    @Test
    void a_session_that_was_stolen_allows_no_more_guesses_at_the_password_than_signing_in_does() {
        String own = signIn(PASSWORD);
        for (int i = 0; i < 10; i++) {
            refused(change(own, "guess " + i, "quite another one"), 403, "wrong_password");
        }

        Reply slowed = change(own, PASSWORD, "quite another one");

        refused(slowed, 429, "too_many_failures");
        assertFalse(slowed.header("Retry-After").isEmpty());
        refused(tryToSignIn(PASSWORD), 429, "too_many_failures");
        server.clock().putForward(Duration.ofSeconds(30));
        assertEquals(200, change(own, PASSWORD, "quite another one").status());
    }

    @Test
    void a_new_password_that_is_too_short_is_refused_where_it_stands() {
        Reply reply = change(signIn(PASSWORD), PASSWORD, "short");

        refused(reply, 422, "invalid");
        assertEquals(
                "/new_password",
                reply.json()
                        .path("error")
                        .path("details")
                        .path(0)
                        .path("pointer")
                        .asText());
        assertEquals(200, tryToSignIn(PASSWORD).status());
    }

    @Test
    void sessions_are_listed_and_ended_by_whose_they_are() {
        String first = signIn(PASSWORD);
        server.clock().putForward(Duration.ofSeconds(1));
        String second = signIn(PASSWORD);
        JsonNode both = sessions(second);

        assertEquals(2, both.size());
        assertTrue(both.path(0).path("is_current").asBoolean());
        assertFalse(both.path(1).path("is_current").asBoolean());
        assertFalse(both.path(1).path("expires_at").asText().isEmpty());
        assertFalse(both.toString().contains("chy_"), "no secret");
        String id = both.path(1).path("session_id").asText();
        Reply ended = server.http().delete("/api/auth/sessions/" + id, second);
        assertEquals(200, ended.status(), ended::text);
        assertEquals(401, whoami(first));
        assertEquals(1, sessions(second).size());
        refused(server.http().delete("/api/auth/sessions/" + id, second), 404, "not_found");
    }

    @Test
    void nobody_sees_or_ends_the_sessions_of_another_person() {
        String bobs = sessions(signIn(PASSWORD)).path(0).path("session_id").asText();
        tenant.post(
                "/v1/users/",
                "{\"email\": \"ann@home.example\", \"name\": \"Ann\", \"role\": \"owner\", \"password\": \"" + PASSWORD
                        + "\"}");
        String ann = server.http()
                .post("/api/auth/login", null, "{\"email\": \"ann@home.example\", \"password\": \"" + PASSWORD + "\"}")
                .json()
                .path("data")
                .path("token")
                .asText();

        assertEquals(1, sessions(ann).size());
        refused(server.http().delete("/api/auth/sessions/" + bobs, ann), 404, "not_found");
    }

    @Test
    void a_token_that_is_no_session_gets_no_further() {
        refused(change(tenant.token(), PASSWORD, "quite another one"), 400, "no_session");
        refused(server.http().get("/api/auth/sessions", tenant.token()), 400, "no_session");
        String session = sessions(signIn(PASSWORD)).path(0).path("session_id").asText();
        refused(server.http().delete("/api/auth/sessions/" + session, tenant.token()), 400, "no_session");
    }
}
