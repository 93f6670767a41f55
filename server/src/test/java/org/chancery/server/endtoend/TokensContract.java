package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.Test;

/** Tokens from their making to their end, as programs and people meet them by HTTP and at the submission port. */
interface TokensContract {
    RunningServer server();

    private Client client(String secret) {
        return server().new Client(secret);
    }

    private Answer make(String body) {
        return server().admin.post("/v1/tokens/", body).expect(201);
    }

    private static String path(Answer made) {
        return "/v1/tokens/" + made.text("token_id") + "/";
    }

    private static List<String> ids(Answer list) {
        List<String> ids = new ArrayList<>();
        for (JsonNode token : list.expect(200).body()) {
            ids.add(token.path("token_id").asText());
        }
        return ids;
    }

    @Test
    default void a_token_is_made_shown_without_its_secret_changed_and_ended() {
        String inbox = server().makeEndpoint("made", "");
        Answer made = make(
                "{\"inbox_id\": \"" + inbox + "\", \"label\": \"first\", \"scopes\": [\"email:read\", \"email:send\"],"
                        + " \"requires_approval\": [], \"expires_at\": \"2100-01-01T00:00:00Z\"}");
        String secret = made.text("token");
        Answer shown = server().admin.get(path(made)).expect(200);
        assertEquals("first", shown.text("label"));
        assertEquals(inbox, shown.text("inbox_id"));
        assertTrue(shown.body().path("last_used_at").isNull());
        assertFalse(shown.body().has("token"));

        client(secret).get("/v1/whoami/").expect(200);
        assertFalse(server().admin.get(path(made)).body().path("last_used_at").isNull());

        Answer changed = server().admin
                .patch(path(made), "{\"label\": \"second\", \"scopes\": [\"email:read\"], \"expires_at\": null}")
                .expect(200);
        assertEquals("second", changed.text("label"));
        assertTrue(changed.body().path("expires_at").isNull());
        client(secret)
                .post("/v1/messages/", "{\"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\"}")
                .expect(403);

        server().admin.delete(path(made)).expect(204);
        client(secret).get("/v1/whoami/").expect(401);
        server().admin.get(path(made)).expect(404);
    }

    @Test
    default void admins_list_all_tokens_in_pages_and_others_their_own() {
        String inbox = server().makeEndpoint("listed", "");
        Answer own = make("{\"inbox_id\": \"" + inbox + "\", \"label\": \"own\", \"scopes\": [\"tokens:write\"]}");
        Answer other = make("{\"label\": \"other\", \"scopes\": [\"email:read\"]}");
        Client program = client(own.text("token"));

        assertEquals(List.of(own.text("token_id")), ids(program.get("/v1/tokens/")));
        program.get(path(other)).expect(404);
        program.patch(path(other), "{\"label\": \"mine\"}").expect(404);
        program.delete(path(other)).expect(404);
        program.post(path(other) + "rotate/", "").expect(404);

        List<String> all = new ArrayList<>();
        String next = "/v1/tokens/?limit=2";
        while (!next.isEmpty()) {
            Answer page = server().admin.get(next);
            List<String> some = ids(page);
            all.addAll(some);
            String link = page.response().headers().firstValue("Link").orElse("");
            next = link.isEmpty() ? "" : link.substring(1, link.indexOf('>'));
            assertTrue(some.size() == 2 || (next.isEmpty() && some.size() == 1), some.toString());
        }
        assertTrue(all.containsAll(List.of(own.text("token_id"), other.text("token_id"))));
        assertEquals(all.stream().sorted().toList(), all, "oldest first, each once");
    }

    @Test
    default void a_rotated_secret_is_dead_at_once_and_the_new_one_shown_once() {
        String inbox = server().makeEndpoint("rotated", "");
        Answer made = make("{\"inbox_id\": \"" + inbox + "\", \"label\": \"r\", \"scopes\": [\"email:send\"]}");
        Answer rotated =
                server().admin.post(path(made) + "rotate/", "", "rotate-1").expect(200);
        String fresh = rotated.text("token");

        assertNotEquals(made.text("token"), fresh);
        client(made.text("token")).get("/v1/whoami/").expect(401);
        assertEquals(
                made.text("token_id"),
                client(fresh).get("/v1/whoami/").expect(200).text("token_id"));
        Answer repeated =
                server().admin.post(path(made) + "rotate/", "", "rotate-1").expect(200);
        assertTrue(repeated.body().path("token").isNull());
        client(fresh).get("/v1/whoami/").expect(200);
    }

    @Test
    default void a_token_never_gives_more_than_it_has() {
        String inbox = server().makeEndpoint("narrow", "");
        String elsewhere = server().makeEndpoint("elsewhere", "");
        String agent = server().makeAgent();
        Answer own = make("{\"inbox_id\": \"" + inbox + "\", \"label\": \"own\","
                + " \"scopes\": [\"tokens:write\", \"email:read\"], \"expires_at\": \"2100-01-01T00:00:00Z\"}");
        Answer sibling =
                make("{\"inbox_id\": \"" + inbox + "\", \"label\": \"sibling\", \"scopes\": [\"email:send\"]}");
        Client program = client(own.text("token"));
        String end = ", \"expires_at\": \"2100-01-01T00:00:00Z\"";

        refused(program.post("/v1/tokens/", body(inbox, "email:send", end)), "scope_escalation");
        refused(program.post("/v1/tokens/", body(inbox, "admin", end)), "scope_escalation");
        refused(program.post("/v1/tokens/", body(inbox, "email:read", "")), "expiry_escalation");
        refused(
                program.post("/v1/tokens/", body(inbox, "email:read", end + ", \"agent_id\": \"" + agent + "\"")),
                "reach_escalation");
        refused(
                program.post("/v1/tokens/", "{\"label\": \"t\", \"scopes\": [\"email:read\"]" + end + "}"),
                "reach_escalation");
        program.post("/v1/tokens/", body(elsewhere, "email:read", end)).expect(422);

        refused(program.patch(path(own), "{\"scopes\": [\"email:send\"]}"), "scope_escalation");
        refused(program.patch(path(own), "{\"expires_at\": null}"), "expiry_escalation");
        refused(program.patch(path(sibling), "{\"label\": \"mine\"}"), "scope_escalation");
        refused(program.post(path(sibling) + "rotate/", ""), "scope_escalation");
        client(sibling.text("token")).get("/v1/whoami/").expect(200);

        program.post("/v1/tokens/", body(inbox, "email:read", end)).expect(201);
    }

    @Test
    default void an_agents_token_gets_no_secret_of_a_token_at_an_inbox() {
        String inbox = server().makeEndpoint("secret", "");
        String agent = server().makeAgent();
        Answer own = make("{\"agent_id\": \"" + agent
                + "\", \"label\": \"own\", \"scopes\": [\"tokens:write\", \"email:read\"]}");
        Answer bound = make("{\"agent_id\": \"" + agent + "\", \"inbox_id\": \"" + inbox
                + "\", \"label\": \"bound\", \"scopes\": [\"email:read\"]}");
        Client program = client(own.text("token"));
        program.get(path(bound)).expect(200);
        refused(program.post(path(bound) + "rotate/", ""), "reach_escalation");
        client(bound.text("token")).get("/v1/whoami/").expect(200);
    }

    @Test
    default void a_token_says_why_it_lets_nobody_in_and_gets_no_secret_that_never_will() {
        String agent = server().makeAgent();
        Answer made = make("{\"agent_id\": \"" + agent + "\", \"label\": \"t\", \"scopes\": [\"email:read\"]}");
        assertEquals("active", server().admin.get(path(made)).text("state"));
        server().admin
                .patch("/v1/agents/" + agent, "{\"status\": \"disabled\"}")
                .expect(200);
        assertEquals("agent_disabled", server().admin.get(path(made)).text("state"));
        client(made.text("token")).get("/v1/whoami/").expect(401);
        server().admin.delete("/v1/agents/" + agent).expect(204);
        assertEquals("agent_deleted", server().admin.get(path(made)).text("state"));
        assertEquals(
                "token_dead",
                server().admin.post(path(made) + "rotate/", "").expect(409).code());
    }

    @Test
    default void a_token_of_a_person_who_is_disabled_or_of_an_inbox_that_is_gone_says_so() {
        Client member = server().makeMember("acme.example", "state@home.example", "email:read");
        JsonNode who = member.get("/v1/whoami/").expect(200).body();
        String personal = "/v1/tokens/" + who.path("token_id").asText() + "/";
        assertEquals("active", server().admin.get(personal).expect(200).text("state"));
        String user = "/v1/users/" + who.path("user_id").asText();
        server().admin.patch(user, "{\"status\": \"disabled\"}").expect(200);
        assertEquals("person_disabled", server().admin.get(personal).expect(200).text("state"));
        member.get("/v1/whoami/").expect(401);
        server().admin.patch(personal, "{\"label\": \"kept\"}").expect(200);
        server().admin.patch(user, "{\"status\": \"active\"}").expect(200);
        assertEquals("active", server().admin.get(personal).expect(200).text("state"));
        member.get("/v1/whoami/").expect(200);

        String inbox = server().makeEndpoint("removed.soon", "");
        Answer made = make("{\"inbox_id\": \"" + inbox + "\", \"label\": \"t\", \"scopes\": [\"email:read\"]}");
        server().admin.delete("/v1/api/email/endpoints/" + inbox).expect(204);
        assertEquals("inbox_removed", server().admin.get(path(made)).expect(200).text("state"));
        client(made.text("token")).get("/v1/whoami/").expect(401);
        assertEquals(
                "token_dead",
                server().admin.post(path(made) + "rotate/", "").expect(409).code());
        Answer changed =
                server().admin.patch(path(made), "{\"label\": \"of what was\"}").expect(200);
        assertEquals("of what was", changed.text("label"));
        assertEquals("inbox_removed", changed.text("state"));
    }

    private static String body(String inbox, String scope, String further) {
        return "{\"inbox_id\": \"" + inbox + "\", \"label\": \"t\", \"scopes\": [\"" + scope + "\"]" + further + "}";
    }

    private static void refused(Answer answer, String code) {
        assertEquals(code, answer.expect(403).text("code"));
    }

    @Test
    default void nobody_takes_the_place_of_another_person_by_rotating_their_token() {
        Client member = server().makeMember("acme.example", "rot@home.example", "email:read");
        String id = member.get("/v1/whoami/").expect(200).text("token_id");
        refused(server().admin.post("/v1/tokens/" + id + "/rotate/", ""), "reach_escalation");
        member.get("/v1/whoami/").expect(200);
    }

    @Test
    default void a_token_that_is_no_more_is_told_when_it_is_tried_by_http_and_by_smtp() throws IOException {
        String inbox = server().makeEndpoint("tried", "");
        Answer made = make("{\"inbox_id\": \"" + inbox + "\", \"label\": \"tried\", \"scopes\": [\"email:send\"]}");
        server().admin.delete(path(made)).expect(204);

        client(made.text("token")).get("/v1/whoami/").expect(401);
        told(made.text("token_id"), "api");
        try (SmtpClient client = SmtpClient.connect(server().port("submission"))) {
            client.greet();
            assertTrue(client.command(login("tried", made.text("token"))).startsWith("535"));
        }
        told(made.text("token_id"), "smtp");
    }

    @Test
    default void a_wrong_token_waits_and_a_right_one_from_there_does_not() throws IOException {
        String inbox = server().makeEndpoint("slowed", "");
        Answer made = make("{\"inbox_id\": \"" + inbox + "\", \"label\": \"old\", \"scopes\": [\"email:send\"]}");
        server().admin.delete(path(made)).expect(204);
        int tries = 0;
        Answer answer = client(made.text("token")).get("/v1/whoami/");
        while (answer.status() == 401 && tries < 300) {
            tries++;
            answer = client(made.text("token")).get("/v1/whoami/");
        }
        assertEquals("too_many_failures", answer.expect(429).text("code"));
        assertTrue(Integer.parseInt(
                        answer.response().headers().firstValue("Retry-After").orElse(""))
                > 0);

        String fresh = server().makeToken(inbox, "email:send");
        client(fresh).get("/v1/whoami/").expect(200);
        try (SmtpClient client = SmtpClient.connect(server().port("submission"))) {
            client.greet();
            for (int i = 0; i < 2; i++) {
                String reply = client.command(login("slowed", made.text("token")));
                assertTrue(reply.startsWith("535"), reply);
            }
        }
        submitter("slowed", fresh).close();
    }

    private void told(String token, String channel) {
        server().admin.until("/v1/events/?types=auth.failed", answer -> {
            for (JsonNode event : answer.expect(200).body().path("events")) {
                JsonNode payload = event.path("payload");
                if (payload.path("token_id").asText().equals(token)
                        && payload.path("channel").asText().equals(channel)) {
                    JsonNames.are(payload, "token_id", "label", "count", "channel", "client");
                    return true;
                }
            }
            return false;
        });
    }

    private static String login(String localPart, String secret) {
        String login = "\0" + localPart + "@acme.example\0" + secret;
        return "AUTH PLAIN " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    }

    /** An SMTP session that has authenticated with the token. */
    private SmtpClient submitter(String localPart, String secret) throws IOException {
        SmtpClient client = SmtpClient.connect(server().port("submission"));
        client.greet();
        String reply = client.command(login(localPart, secret));
        assertTrue(reply.startsWith("235"), reply);
        return client;
    }

    private static String begin(SmtpClient client, String localPart) throws IOException {
        return client.command("MAIL FROM:<" + localPart + "@acme.example>");
    }

    private static String finish(SmtpClient client, String localPart) throws IOException {
        client.command("RCPT TO:<ada@customer.example>");
        client.command("DATA");
        client.sendRaw(
                "From: " + localPart + "@acme.example\r\nTo: ada@customer.example\r\nSubject: late\r\n\r\nx\r\n.\r\n");
        return client.reply();
    }

    @Test
    default void a_revoked_token_submits_nothing_more_in_a_session_that_is_open() throws IOException {
        String inbox = server().makeEndpoint("open.session", "");
        Answer made = make("{\"inbox_id\": \"" + inbox + "\", \"label\": \"r\", \"scopes\": [\"email:send\"]}");
        try (SmtpClient between = submitter("open.session", made.text("token"));
                SmtpClient within = submitter("open.session", made.text("token"))) {
            assertTrue(begin(within, "open.session").startsWith("250"));
            assertTrue(begin(between, "open.session").startsWith("250"));
            assertTrue(finish(between, "open.session").startsWith("250"));

            server().admin.delete(path(made)).expect(204);

            assertTrue(begin(between, "open.session").startsWith("530 5.7.8"));
            assertTrue(finish(within, "open.session").startsWith("530 5.7.8"));
        }
    }

    @Test
    default void what_is_taken_from_a_token_is_taken_from_its_open_sessions() throws IOException {
        String inbox = server().makeEndpoint("taken", "");
        Answer made = make(
                "{\"inbox_id\": \"" + inbox + "\", \"label\": \"r\", \"scopes\": [\"email:read\", \"email:send\"]}");
        try (SmtpClient client = submitter("taken", made.text("token"))) {
            server().admin.patch(path(made), "{\"scopes\": [\"email:read\"]}").expect(200);
            assertTrue(begin(client, "taken").startsWith("530 5.7.8"));
        }
        server().admin.patch(path(made), "{\"scopes\": [\"email:send\"]}").expect(200);
        try (SmtpClient client = submitter("taken", made.text("token"))) {
            String fresh =
                    server().admin.post(path(made) + "rotate/", "").expect(200).text("token");
            assertTrue(begin(client, "taken").startsWith("530 5.7.8"));
            submitter("taken", fresh).close();
        }
    }
}
