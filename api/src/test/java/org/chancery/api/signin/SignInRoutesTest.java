package org.chancery.api.signin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.chancery.api.Http.Reply;
import org.chancery.api.Tenant;
import org.chancery.api.TestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SignInRoutesTest {
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

    private String person(Tenant where, String email, String role) {
        Reply reply = where.post(
                "/v1/users/",
                "{\"email\": \"" + email + "\", \"name\": \"Bob\", \"role\": \"" + role + "\", \"password\": \""
                        + PASSWORD + "\"}");
        assertEquals(201, reply.status(), reply::text);
        return reply.json().path("user_id").asText();
    }

    private Reply signIn(String email, String password, String... headers) {
        return server.http()
                .post(
                        "/api/auth/login",
                        null,
                        "{\"email\": \"" + email + "\", \"password\": \"" + password + "\"}",
                        headers);
    }

    private JsonNode session(String email) {
        Reply reply = signIn(email, PASSWORD);
        assertEquals(200, reply.status(), reply::text);
        return reply.json().path("data");
    }

    private static String token(JsonNode session) {
        return session.path("token").asText();
    }

    @Test
    void a_session_works_as_a_bearer_token() {
        String id = person(tenant, "bob@home.example", "member");

        Reply reply = signIn("Bob@Home.example", PASSWORD);
        JsonNode data = reply.json().path("data");

        assertTrue(reply.json().path("success").asBoolean());
        assertEquals(id, data.path("user").path("user_id").asText());
        assertEquals("member", data.path("user").path("role").asText());
        assertEquals(
                tenant.workspace().id().text(),
                data.path("user").path("workspace_id").asText());
        JsonNode whoami = server.http().get("/v1/whoami/", token(data)).json();
        assertEquals("bob@home.example", whoami.path("label").asText());
        assertEquals(
                "[\"conversations:read\",\"conversations:write\",\"email:read\",\"tokens:write\"]",
                whoami.path("scopes").toString());
        assertEquals(200, server.http().get("/v1/api/email/review", token(data)).status());
    }

    @Test
    void an_admins_session_may_do_all() {
        person(tenant, "ann@home.example", "admin");

        assertEquals(
                200,
                server.http()
                        .get("/v1/users/", token(session("ann@home.example")))
                        .status());
    }

    @Test
    void a_session_gives_what_the_role_gives_by_now() {
        String id = person(tenant, "ann@home.example", "admin");
        String session = token(session("ann@home.example"));
        assertEquals(200, server.http().get("/v1/users/", session).status());

        server.http().patch("/v1/users/" + id, tenant.token(), "{\"role\": \"member\"}");
        assertEquals(403, server.http().get("/v1/users/", session).status());
        assertEquals(200, server.http().get("/v1/api/email/review", session).status(), "as members may");

        server.http().patch("/v1/users/" + id, tenant.token(), "{\"role\": \"admin\"}");
        assertEquals(200, server.http().get("/v1/users/", session).status());
    }

    @Test
    void a_member_has_tokens_of_their_own_that_give_no_more_than_a_session() {
        person(tenant, "bob@home.example", "member");
        String session = token(session("bob@home.example"));

        Reply made = server.http().post("/v1/tokens/", session, "{\"label\": \"t\", \"scopes\": [\"email:read\"]}");
        assertEquals(201, made.status(), made::text);
        assertEquals(1, server.http().get("/v1/tokens/", session).json().size());
        for (String more : new String[] {"email:send", "approvals:write", "admin"}) {
            Reply refused =
                    server.http().post("/v1/tokens/", session, "{\"label\": \"t\", \"scopes\": [\"" + more + "\"]}");
            assertEquals("scope_escalation", refused.code());
        }
    }

    @Test
    void a_wrong_password_and_an_unknown_address_look_the_same() {
        person(tenant, "bob@home.example", "member");

        Reply wrong = signIn("bob@home.example", PASSWORD + "!");
        Reply unknown = signIn("nobody@home.example", PASSWORD);

        assertEquals(401, wrong.status());
        assertEquals(wrong.text(), unknown.text());
        assertFalse(wrong.json().path("success").asBoolean(true));
        assertEquals(
                "invalid_credentials", wrong.json().path("error").path("code").asText());
        assertEquals("", wrong.header("Set-Cookie"));
    }

    @Test
    void who_has_no_password_cannot_sign_in() {
        tenant.post("/v1/users/", "{\"email\": \"kim@home.example\", \"name\": \"Kim\", \"role\": \"member\"}");

        assertEquals(401, signIn("kim@home.example", "").status());
        assertEquals(401, signIn("kim@home.example", PASSWORD).status());
    }

    @Test
    void a_session_ends_after_a_working_day() {
        person(tenant, "bob@home.example", "member");
        JsonNode session = session("bob@home.example");
        Instant end = Instant.parse(session.path("expires_at").asText());
        assertTrue(Duration.between(server.clock().instant(), end).compareTo(Duration.ofHours(12)) <= 0);

        server.clock().putForward(Duration.ofHours(12));

        assertEquals(401, server.http().get("/v1/whoami/", token(session)).status());
    }

    @Test
    void who_signs_out_is_out() {
        person(tenant, "bob@home.example", "member");
        String token = token(session("bob@home.example"));

        Reply out = server.http().post("/api/auth/logout", token, "");

        assertEquals(200, out.status(), out::text);
        assertTrue(
                out.header("Set-Cookie").startsWith("chancery_session=; Path=/; Max-Age=0;"), out.header("Set-Cookie"));
        assertEquals(401, server.http().get("/v1/whoami/", token).status());
    }

    @Test
    void a_token_that_is_no_session_is_not_signed_out() {
        Reply refused = tenant.post("/api/auth/logout", "");

        assertEquals(400, refused.status());
        assertEquals("no_session", refused.json().path("error").path("code").asText());
        assertEquals(200, tenant.get("/v1/whoami/").status());
    }

    @Test
    void a_new_password_ends_the_sessions_of_the_old_one() {
        String id = person(tenant, "bob@home.example", "member");
        String token = token(session("bob@home.example"));

        server.http().patch("/v1/users/" + id, tenant.token(), "{\"password\": \"quite another one\"}");

        assertEquals(401, server.http().get("/v1/whoami/", token).status());
        assertEquals(401, signIn("bob@home.example", PASSWORD).status());
        assertEquals(200, signIn("bob@home.example", "quite another one").status());
    }

    @Test
    void a_browser_gets_a_cookie_that_no_script_and_no_other_site_can_use() {
        person(tenant, "bob@home.example", "member");

        String plain = signIn("bob@home.example", PASSWORD).header("Set-Cookie");
        String behindTls = signIn("bob@home.example", PASSWORD, "X-Forwarded-Proto", "https")
                .header("Set-Cookie");

        assertTrue(plain.matches("chancery_session=chy_\\S+; Path=/; Max-Age=\\d+; HttpOnly; SameSite=Strict"), plain);
        assertTrue(behindTls.endsWith("; HttpOnly; SameSite=Strict; Secure"), behindTls);
    }

    @Test
    void a_cookie_reads_and_writes_only_with_the_csrf_token() {
        person(tenant, "ann@home.example", "admin");
        JsonNode session = session("ann@home.example");
        String cookie = "chancery_session=" + token(session);
        String csrf = session.path("csrf_token").asText();
        byte[] agent = "{\"name\": \"helper\"}".getBytes(StandardCharsets.UTF_8);

        assertEquals(
                200,
                server.http()
                        .send("GET", "/v1/agents/", null, null, "Cookie", cookie)
                        .status());
        Reply forged = server.http().send("POST", "/v1/agents/", null, agent, "Cookie", cookie);
        assertEquals(403, forged.status());
        assertEquals("csrf", forged.code());
        assertEquals(
                403,
                server.http()
                        .send("POST", "/v1/agents/", null, agent, "Cookie", cookie, "X-CSRF-Token", "1")
                        .status());
        assertEquals(0, tenant.get("/v1/agents/").json().size());
        assertEquals(
                201,
                server.http()
                        .send("POST", "/v1/agents/", null, agent, "Cookie", cookie, "X-CSRF-Token", csrf)
                        .status());
        assertEquals(
                201,
                server.http()
                        .post("/v1/agents/", token(session), "{\"name\": \"other\"}")
                        .status(),
                "no cookie, no forgery");
    }

    @Test
    void of_several_workspaces_one_is_named() {
        Tenant other = server.newWorkspace();
        person(tenant, "bob@home.example", "member");
        person(other, "bob@home.example", "admin");

        Reply several = signIn("bob@home.example", PASSWORD);

        assertEquals(409, several.status());
        assertTrue(several.text().contains(other.workspace().id().text()), several::text);
        Reply named = server.http()
                .post(
                        "/api/auth/login",
                        null,
                        "{\"email\": \"bob@home.example\", \"password\": \"" + PASSWORD + "\", \"workspace_id\": \""
                                + other.workspace().id().text() + "\"}");
        assertEquals(
                "admin", named.json().path("data").path("user").path("role").asText());
    }

    @Test
    void who_guesses_at_one_account_waits() {
        person(tenant, "bob@home.example", "member");
        for (int i = 0; i < 10; i++) {
            assertEquals(401, signIn("bob@home.example", "wrong " + i).status());
        }

        Reply slowed = signIn("bob@home.example", PASSWORD);

        assertEquals(429, slowed.status());
        assertFalse(slowed.header("Retry-After").isEmpty());
        server.clock().putForward(Duration.ofSeconds(30));
        assertEquals(200, signIn("bob@home.example", PASSWORD).status());
    }

    @Test
    void an_account_of_the_same_address_in_another_workspace_gives_no_guesses_at_this_one() {
        person(tenant, "bob@home.example", "admin");
        Tenant attackers = server.newWorkspace();
        person(attackers, "bob@home.example", "member");
        for (int i = 0; i < 10; i++) {
            assertEquals(401, signIn("bob@home.example", "guess " + i, tenant).status());
            assertEquals(200, signIn("bob@home.example", PASSWORD, attackers).status());
        }
        assertEquals(401, signIn("bob@home.example", PASSWORD, tenant).status(), "it is not even compared");
        server.clock().putForward(Duration.ofSeconds(30));
        assertEquals(200, signIn("bob@home.example", PASSWORD, tenant).status());
    }

    @Test
    void an_own_password_of_the_same_address_is_a_guess_at_the_other_account() {
        person(tenant, "bob@home.example", "admin");
        Tenant attackers = server.newWorkspace();
        String own = person(attackers, "bob@home.example", "member");
        for (int i = 0; i < 10; i++) {
            String guess = "{\"password\": \"another guess " + i + "\"}";
            assertEquals(
                    200,
                    server.http()
                            .patch("/v1/users/" + own, attackers.token(), guess)
                            .status());
            assertEquals(200, signIn("bob@home.example", "another guess " + i).status());
        }
        assertEquals(401, signIn("bob@home.example", PASSWORD, tenant).status(), "it is not even compared");
        server.clock().putForward(Duration.ofSeconds(30));
        assertEquals(200, signIn("bob@home.example", PASSWORD, tenant).status());
    }

    @Test
    void the_eleventh_workspace_of_an_address_is_found_by_its_name() {
        for (int i = 0; i < 10; i++) {
            person(server.newWorkspace(), "bob@home.example", "member");
        }
        person(tenant, "bob@home.example", "admin");

        assertEquals(200, signIn("bob@home.example", PASSWORD, tenant).status());
    }

    private Reply signIn(String email, String password, Tenant where) {
        return server.http()
                .post(
                        "/api/auth/login",
                        null,
                        "{\"email\": \"" + email + "\", \"password\": \"" + password + "\", \"workspace_id\": \""
                                + where.workspace().id().text() + "\"}");
    }

    @Test
    void who_tries_one_password_at_many_accounts_waits() {
        // The clock goes on meanwhile, and gives a try back now and then.
        int tries = 0;
        while (tries < 300
                && signIn("person" + tries + "@home.example", PASSWORD).status() == 401) {
            tries++;
        }

        assertTrue(tries >= 30 && tries < 300, "tries before the first 429: " + tries);
        assertEquals(429, signIn("person@home.example", PASSWORD).status());
    }

    @Test
    void what_cannot_be_read_is_told_in_the_familys_way() {
        Reply noPassword = server.http().post("/api/auth/login", null, "{\"email\": \"bob@home.example\"}");
        Reply nowhere = server.http().get("/api/auth/nothing", null);

        assertEquals(422, noPassword.status());
        assertEquals("application/json", noPassword.header("Content-Type"));
        assertFalse(noPassword.json().path("success").asBoolean(true));
        assertEquals(
                "/password",
                noPassword
                        .json()
                        .path("error")
                        .path("details")
                        .path(0)
                        .path("pointer")
                        .asText());
        assertEquals(404, nowhere.status());
        assertEquals("not_found", nowhere.json().path("error").path("code").asText());
    }

    @Test
    void while_the_database_is_away_nobody_is_told_that_a_password_is_wrong() {
        person(tenant, "bob@home.example", "member");
        server.takeDatabaseAway();

        Reply away = signIn("bob@home.example", PASSWORD);

        assertEquals(503, away.status());
        assertEquals("unavailable", away.json().path("error").path("code").asText());
        server.giveDatabaseBack();
        assertEquals(200, signIn("bob@home.example", PASSWORD).status());
    }
}
