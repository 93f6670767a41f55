package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Outgoing.json;
import static org.chancery.server.endtoend.OwnWorkspace.ADA;
import static org.chancery.server.endtoend.OwnWorkspace.MESSAGES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.clock.RunningClock;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Signing in and out, and what a session lets people do with mail that came in by SMTP. {@code docs/api/people.md} lists it; the
 * repository runs on both databases in {@code SignInContract}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignInTest {
    private static final String REVIEW = "/v1/api/email/review";
    private static final String PASSWORD = "a long pass phrase";

    private final RunningClock clock = new RunningClock();
    private RunningServer server;
    private OwnWorkspace acme;
    private String bob;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory, clock);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /** A workspace with Bob, from whom a mail waits; failed tries of the test before are forgiven by now. */
    @BeforeEach
    void begin() {
        clock.putForward(Duration.ofMinutes(90));
        acme = OwnWorkspace.on(server);
        acme.endpoint("desk", "");
        bob = person(acme, "member");
        acme.receive(mailOf(acme), "desk", "from bob");
    }

    private static String mailOf(OwnWorkspace place) {
        return "bob@" + place.domain;
    }

    private static String person(OwnWorkspace place, String role) {
        return place.person(mailOf(place), role, ", \"password\": \"" + PASSWORD + "\"");
    }

    private Answer signIn(String password, String... headers) {
        return server.stranger()
                .call(
                        "POST",
                        "/api/auth/login",
                        "{\"email\": \"" + mailOf(acme) + "\", \"password\": \"" + password + "\"}",
                        headers);
    }

    private JsonNode session() {
        return signIn(PASSWORD).expect(200).body().path("data");
    }

    private Client bearer(JsonNode session) {
        return server.new Client(session.path("token").asText());
    }

    private static int waiting(Client client) {
        return client.get(REVIEW)
                .expect(200)
                .body()
                .path("counts")
                .path("awaiting_review")
                .asInt();
    }

    private static String refused(Answer answer, int status) {
        answer.expect(status);
        assertFalse(answer.body().path("success").asBoolean(true));
        assertEquals("", answer.header("Set-Cookie"));
        assertFalse(answer.body().path("error").path("message").asText().isEmpty());
        assertTrue(answer.body().path("error").has("details"));
        return answer.body().path("error").path("code").asText();
    }

    @Test
    void a_session_works_as_a_bearer_token_for_what_the_role_allows() {
        Answer signedIn = signIn(PASSWORD).expect(200);
        JsonNode data = signedIn.body().path("data");

        assertTrue(signedIn.body().path("success").asBoolean());
        assertEquals(bob, data.path("user").path("user_id").asText());
        assertEquals(mailOf(acme), data.path("user").path("email").asText());
        assertEquals("member", data.path("user").path("role").asText());
        assertTrue(data.path("csrf_token").isTextual());
        JsonNode whoami = bearer(data).get("/v1/whoami/").expect(200).body();
        assertEquals(
                "[\"conversations:read\",\"conversations:write\",\"email:read\",\"tokens:write\"]",
                whoami.path("scopes").toString());
        assertEquals(1, waiting(bearer(data)));
        bearer(data).get("/v1/users/").expect(403);
        acme.owner.patch("/v1/users/" + bob, "{\"role\": \"admin\"}").expect(200);
        bearer(session()).get("/v1/users/").expect(200);
    }

    @Test
    void a_wrong_password_an_unknown_address_and_none_look_the_same() {
        acme.person("kim@" + acme.domain, "member", "");
        Answer wrong = signIn(PASSWORD + "!");
        assertEquals("invalid_credentials", refused(wrong, 401));
        for (String nobody : new String[] {"nobody@" + acme.domain, "kim@" + acme.domain}) {
            Answer unknown = server.stranger()
                    .post("/api/auth/login", "{\"email\": \"" + nobody + "\", \"password\": \"" + PASSWORD + "\"}");
            assertEquals("invalid_credentials", refused(unknown, 401));
            assertEquals(wrong.body(), unknown.body());
        }
        assertEquals(1, waiting(bearer(session())), "who knows it gets in");
    }

    @Test
    void of_several_workspaces_one_is_named() {
        OwnWorkspace other = OwnWorkspace.on(server);
        other.endpoint("desk", "");
        String both = "{\"email\": \"%s\", \"password\": \"" + PASSWORD + "\"%s}";
        other.person(mailOf(acme), "admin", ", \"password\": \"" + PASSWORD + "\"");
        Answer several = server.stranger().post("/api/auth/login", both.formatted(mailOf(acme), ""));
        assertEquals("several_workspaces", refused(several, 409));
        String workspace = other.owner.get("/v1/whoami/").expect(200).text("workspace_id");
        assertTrue(several.body().toString().contains(workspace), several.body().toString());
        JsonNode session = server.stranger()
                .post("/api/auth/login", both.formatted(mailOf(acme), ", \"workspace_id\": \"" + workspace + "\""))
                .expect(200)
                .body()
                .path("data");
        assertEquals("admin", session.path("user").path("role").asText());
        assertEquals(0, waiting(bearer(session)), "no mail waits in that one");
        Answer unknown = server.stranger()
                .post("/api/auth/login", both.formatted(mailOf(acme), ", \"workspace_id\": \"nonsense\""));
        refused(unknown, 422);
    }

    @Test
    void a_browser_gets_a_cookie_that_no_script_and_no_other_site_can_use() {
        String plain = signIn(PASSWORD).expect(200).header("Set-Cookie");
        String behindTls =
                signIn(PASSWORD, "X-Forwarded-Proto", "https").expect(200).header("Set-Cookie");

        assertTrue(plain.matches("chancery_session=chy_\\S+; Path=/; Max-Age=\\d+; HttpOnly; SameSite=Strict"), plain);
        assertTrue(behindTls.endsWith("; HttpOnly; SameSite=Strict; Secure"), behindTls);
    }

    @Test
    void a_cookie_reads_and_answers_mail_only_with_the_csrf_token() {
        JsonNode session = session();
        String cookie = "chancery_session=" + session.path("token").asText();
        Client browser = server.stranger();
        Answer review = browser.call("GET", REVIEW, null, "Cookie", cookie).expect(200);
        String message = review.body().at("/awaiting_review/0/email_message_id").asText();
        String reply = MESSAGES + message + "/reply";
        String text = "{\"text\": \"Answered from a browser.\"}";

        Answer forged = browser.call("POST", reply, text, "Cookie", cookie).expect(403);
        assertEquals("csrf", forged.code());
        browser.call("POST", reply, text, "Cookie", cookie, "X-CSRF-Token", "1").expect(403);
        assertEquals(1, waiting(acme.owner), "it waits as before");
        browser.call(
                        "POST",
                        reply,
                        text,
                        "Cookie",
                        cookie,
                        "X-CSRF-Token",
                        session.path("csrf_token").asText())
                .expect(200);
        assertEquals("handled", acme.content(message).path("handling_state").asText());
        assertEquals(0, waiting(acme.owner));
    }

    @Test
    void who_signs_out_is_out_and_a_token_that_is_no_session_is_not_signed_out() {
        Client session = bearer(session());
        Client another = bearer(session());
        assertEquals(1, waiting(session));

        Answer out = session.post("/api/auth/logout", "").expect(200);
        assertTrue(out.body().path("success").asBoolean());
        assertTrue(
                out.header("Set-Cookie").startsWith("chancery_session=; Path=/; Max-Age=0;"), out.header("Set-Cookie"));
        session.get(REVIEW).expect(401);
        assertEquals(1, waiting(another), "another session goes on");

        assertEquals("no_session", refused(acme.owner.post("/api/auth/logout", ""), 400));
        assertEquals(1, waiting(acme.owner));
        server.stranger().post("/api/auth/logout", "").expect(401);
    }

    @Test
    void a_session_ends_after_a_working_day() {
        JsonNode session = session();
        Instant end = Instant.parse(session.path("expires_at").asText());
        assertTrue(Duration.between(clock.instant(), end).compareTo(Duration.ofHours(12)) <= 0);
        clock.putForward(Duration.ofHours(11));
        assertEquals(1, waiting(bearer(session)));
        clock.putForward(Duration.ofHours(1));
        bearer(session).get(REVIEW).expect(401);
        assertEquals(1, waiting(bearer(session())), "and begins anew");
    }

    @Test
    void a_new_password_ends_the_sessions_of_the_old_one() {
        Client old = bearer(session());
        acme.owner
                .patch("/v1/users/" + bob, "{\"password\": \"quite another one\"}")
                .expect(200);
        old.get(REVIEW).expect(401);
        assertEquals("invalid_credentials", refused(signIn(PASSWORD), 401));
        assertEquals(
                1, waiting(bearer(signIn("quite another one").expect(200).body().path("data"))));
    }

    private Answer changePassword(Client by, String old, String wanted) {
        return by.post(
                "/api/auth/password", "{\"old_password\": \"" + old + "\", \"new_password\": \"" + wanted + "\"}");
    }

    private static JsonNode sessions(Client by) {
        return by.get("/api/auth/sessions").expect(200).body().path("data").path("sessions");
    }

    @Test
    void who_knows_the_old_password_sets_another_and_only_that_session_goes_on() {
        Client own = bearer(session());
        Client other = bearer(session());
        assertEquals("wrong_password", refused(changePassword(own, "wrong", "quite another one"), 403));
        assertEquals(
                "/new_password",
                changePassword(own, PASSWORD, "short")
                        .expect(422)
                        .body()
                        .at("/error/details/0/pointer")
                        .asText());
        assertEquals(1, waiting(other), "nothing has changed");

        assertTrue(changePassword(own, PASSWORD, "quite another one")
                .body()
                .path("success")
                .asBoolean());
        assertEquals(1, waiting(own));
        other.get(REVIEW).expect(401);
        assertEquals("invalid_credentials", refused(signIn(PASSWORD), 401));
        signIn("quite another one").expect(200);
        assertEquals("no_session", refused(changePassword(acme.owner, PASSWORD, "quite another one"), 400));
    }

    @Test
    void sessions_are_seen_and_ended_by_whose_they_are_and_nobody_else() {
        Client first = bearer(session());
        clock.putForward(Duration.ofSeconds(1));
        Client second = bearer(session());
        JsonNode both = sessions(second);
        assertEquals(2, both.size());
        assertTrue(both.path(0).path("is_current").asBoolean());
        String id = both.path(1).path("session_id").asText();
        acme.person("kim@" + acme.domain, "owner", ", \"password\": \"" + PASSWORD + "\"");
        Client kim = server.signIn("kim@" + acme.domain, PASSWORD);
        assertEquals(1, sessions(kim).size());
        assertEquals("not_found", refused(kim.delete("/api/auth/sessions/" + id), 404));
        assertEquals("no_session", refused(acme.owner.get("/api/auth/sessions"), 400));
        assertEquals(1, waiting(first));

        second.delete("/api/auth/sessions/" + id).expect(200);
        first.get(REVIEW).expect(401);
        assertEquals(1, sessions(second).size());
        assertEquals(1, waiting(second));
    }

    @Test
    void a_member_makes_tokens_of_their_own_that_give_no_more_than_their_session() {
        Client session = bearer(session());
        Answer made = session.post("/v1/tokens/", "{\"label\": \"t\", \"scopes\": [\"conversations:read\"]}");
        assertEquals(1, waiting(server.new Client(made.expect(201).text("token"))));
        JsonNode own = session.get("/v1/tokens/").expect(200).body();
        assertEquals(
                json("[{\"token_id\": \"" + made.text("token_id")
                        + "\", \"label\": \"t\", \"state\": \"active\", \"scopes\": [\"conversations:read\"], \"inbox_id\": null,"
                        + " \"agent_id\": null, \"requires_approval\": [], \"expires_at\": null, \"last_used_at\": \""
                        + own.at("/0/last_used_at").asText() + "\", \"created_by\": \"" + bob
                        + "\", \"created_at\": \"" + made.text("created_at") + "\"}]"),
                own,
                "the session is none of them");
        Answer more = session.post("/v1/tokens/", "{\"label\": \"t\", \"scopes\": [\"approvals:write\"]}");
        assertEquals("scope_escalation", more.expect(403).code());
    }

    @Test
    void who_is_disabled_gets_in_nowhere_until_they_are_active_again() {
        JsonNode session = session();
        Client personal = server.new Client(bearer(session)
                .post("/v1/tokens/", "{\"label\": \"t\", \"scopes\": [\"conversations:read\"]}")
                .expect(201)
                .text("token"));
        String path = "/v1/users/" + bob;
        assertEquals(
                "disabled",
                acme.owner.patch(path, "{\"status\": \"disabled\"}").expect(200).text("status"));

        bearer(session).get(REVIEW).expect(401);
        personal.get(REVIEW).expect(401);
        assertEquals("invalid_credentials", refused(signIn(PASSWORD), 401));
        assertEquals(
                "disabled",
                acme.owner
                        .get("/v1/audit/?kind=user.changed")
                        .expect(200)
                        .body()
                        .findPath("status")
                        .asText());

        acme.owner.patch(path, "{\"status\": \"active\"}").expect(200);
        assertEquals(1, waiting(personal));
        bearer(session).get(REVIEW).expect(401);
        assertEquals(1, waiting(bearer(session())));
    }

    @Test
    void an_account_of_the_same_address_elsewhere_allows_no_more_guesses_at_this_one() {
        String here = acme.owner.get("/v1/whoami/").expect(200).text("workspace_id");
        OwnWorkspace other = OwnWorkspace.on(server);
        other.person(mailOf(acme), "admin", ", \"password\": \"the attacker knows it\"");
        String elsewhere = other.owner.get("/v1/whoami/").expect(200).text("workspace_id");
        for (int i = 0; i < 10; i++) {
            assertEquals("invalid_credentials", refused(signInTo(here, "guess " + i), 401));
            signInTo(elsewhere, "the attacker knows it").expect(200);
        }
        assertEquals(
                "invalid_credentials",
                refused(signInTo(here, PASSWORD), 401),
                "the right one is not even compared, and nothing tells that there is an account");
        clock.putForward(Duration.ofSeconds(30));
        signInTo(here, PASSWORD).expect(200);
    }

    private Answer signInTo(String workspace, String password) {
        return server.stranger()
                .post(
                        "/api/auth/login",
                        "{\"email\": \"" + mailOf(acme) + "\", \"password\": \"" + password + "\", \"workspace_id\": \""
                                + workspace + "\"}");
    }

    @Test
    void behind_a_proxy_a_stranger_keeps_nobody_else_out() {
        int tries = 0;
        while (tries < 300
                && signIn("wrong", "X-Forwarded-For", "10.9.9.9, 198.51.100.1").status() == 401) {
            tries++;
        }
        assertTrue(tries >= 10 && tries < 300, "tries before the first 429: " + tries);
        refused(signIn(PASSWORD, "X-Forwarded-For", "192.0.2.7, 198.51.100.1"), 429);
        signIn(PASSWORD, "X-Forwarded-For", "192.0.2.7").expect(200);
        signIn(PASSWORD, "Forwarded", "for=\"[2001:db8::7]:4711\"").expect(200);
    }

    @Test
    void who_guesses_at_one_account_waits() {
        Client owner = acme.owner;
        int tries = 0;
        Answer answer = signIn("wrong");
        while (answer.status() == 401 && tries < 300) {
            assertEquals("invalid_credentials", refused(answer, 401));
            tries++;
            answer = signIn("wrong");
        }
        assertTrue(tries >= 10 && tries < 300, "tries before the first 429: " + tries);
        assertEquals("too_many_failures", refused(answer, 429));
        assertTrue(Integer.parseInt(answer.header("Retry-After")) > 0);
        assertEquals(1, waiting(owner), "who is in already goes on");
        assertEquals("awaiting_review", acme.goes(ADA, "desk"));
        clock.putForward(Duration.ofSeconds(30));
        assertEquals(1, waiting(bearer(session())));
    }

    @Test
    void who_tries_one_password_at_many_accounts_waits() {
        int tries = 0;
        while (tries < 300 && tryAt("person" + tries) == 401) {
            tries++;
        }
        assertTrue(tries >= 30 && tries < 300, "tries before the first 429: " + tries);
        assertEquals("too_many_failures", refused(signIn(PASSWORD), 429));
        assertEquals("awaiting_review", acme.goes(ADA, "desk"));
        clock.putForward(Duration.ofMinutes(10));
        assertEquals(1, waiting(bearer(session())));
    }

    private int tryAt(String name) {
        return server.stranger()
                .post(
                        "/api/auth/login",
                        "{\"email\": \"" + name + "@" + acme.domain + "\", \"password\": \"" + PASSWORD + "\"}")
                .status();
    }

    @Test
    void what_cannot_be_read_is_told_in_the_familys_way() {
        for (String[] wrong : new String[][] {
            {"{\"email\": \"bob@home.example\"}", "/password"},
            {"{\"password\": \"x\"}", "/email"},
            {"{\"email\": 7, \"password\": \"x\"}", "/email"},
            {"{\"email\": \"b@x.example\", \"password\": \"x\", \"otp\": 1}", "/otp"}
        }) {
            Answer answer = server.stranger().post("/api/auth/login", wrong[0]);
            refused(answer, 422);
            assertEquals("application/json", answer.header("Content-Type"));
            assertEquals(
                    wrong[1],
                    answer.body().at("/error/details/0/pointer").asText(),
                    answer.body().toString());
        }
        assertEquals("malformed_json", refused(server.stranger().post("/api/auth/login", "{"), 400));
        assertEquals("not_found", refused(server.stranger().get("/api/auth/nothing"), 404));
        assertEquals(1, waiting(bearer(session())));
    }
}
