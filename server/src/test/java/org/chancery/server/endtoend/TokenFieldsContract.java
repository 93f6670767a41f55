package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.each;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.chancery.core.id.TokenId;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.clock.TurningClock;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.Test;

/** All that is told of a token, member by member, and what its time does to it; run on each database, on a clock that stands still. */
interface TokenFieldsContract {
    ObjectMapper JSON = new ObjectMapper();

    Duration HOUR = Duration.ofHours(1);

    String RULE = "{\"action\": \"email:send\", \"when\": {\"first_contact\": true}, \"reviewers\": 2}";

    RunningServer server();

    TurningClock clock();

    private Client admin() {
        return server().admin;
    }

    private String owner() {
        return admin().get("/v1/whoami/").expect(200).text("user_id");
    }

    private static String path(String token) {
        return "/v1/tokens/" + token + "/";
    }

    /** A token that was just asked for with that binding, as everybody who may know of it sees it. */
    private ObjectNode expected(String binding, String label, Instant end) {
        ObjectNode expected = JSON.createObjectNode();
        expected.putNull("inbox_id").putNull("agent_id");
        expected.setAll(tree("{" + binding + "}"));
        expected.put("label", label).put("expires_at", end.toString());
        expected.put("created_at", clock().instant().toString());
        expected.set(
                "scopes", tree("{\"all\": [\"email:read\", \"email:send\"]}").path("all"));
        expected.set("requires_approval", tree("{\"all\": [" + RULE + "]}").path("all"));
        return expected;
    }

    private static ObjectNode tree(String json) {
        try {
            return (ObjectNode) JSON.readTree(json);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A copy with one member more. */
    private static ObjectNode with(ObjectNode all, String name, String value) {
        return all.deepCopy().put(name, value);
    }

    private JsonNode listed(String token) {
        return each(admin().get("/v1/tokens/?limit=200").expect(200).body())
                .filter(row -> row.path("token_id").asText().equals(token))
                .findFirst()
                .orElseThrow();
    }

    /** Its whole life; by what it is bound to nothing else of it differs. */
    private void isToldInFull(String binding) {
        Instant end = clock().instant().plus(HOUR);
        String separator = binding.isEmpty() ? "" : ", ";
        Answer made = admin().post(
                        "/v1/tokens/",
                        "{" + binding + separator
                                + "\"label\": \"first\", \"scopes\": [\"email:send\", \"email:read\"],"
                                + " \"requires_approval\": [" + RULE + "], \"expires_at\": \"" + end + "\"}")
                .expect(201);
        String token = made.text("token_id");
        String secret = made.text("token");
        assertTrue(token.startsWith("tok_"), token);
        assertTrue(secret.startsWith("chy_"), "a secret");
        ObjectNode asMade = with(expected(binding, "first", end), "token_id", token);
        assertEquals(with(asMade, "token", secret), made.body());

        ObjectNode shown = with(with(asMade, "state", "active"), "created_by", owner());
        assertEquals(
                shown.deepCopy().putNull("last_used_at"),
                admin().get(path(token)).expect(200).body());
        Instant used = clock().turn(Duration.ofSeconds(90));
        server().new Client(secret).get("/v1/whoami/").expect(200);
        shown.put("last_used_at", used.toString());
        assertEquals(shown, admin().get(path(token)).expect(200).body());
        assertEquals(shown, listed(token));

        Instant later = end.plus(HOUR);
        shown.put("label", "second").put("expires_at", later.toString());
        assertEquals(
                shown,
                admin().patch(path(token), "{\"label\": \"second\", \"expires_at\": \"" + later + "\"}")
                        .expect(200)
                        .body());
        assertEquals(shown, admin().get(path(token)).expect(200).body());

        Answer rotated =
                admin().post(path(token) + "rotate/", "", "rotate" + token).expect(200);
        String fresh = rotated.text("token");
        assertNotEquals(secret, fresh);
        ObjectNode asRotated = asMade.deepCopy().put("label", "second").put("expires_at", later.toString());
        assertEquals(with(asRotated, "token", fresh), rotated.body());
        assertEquals(
                asRotated.deepCopy().putNull("token"),
                admin().post(path(token) + "rotate/", "", "rotate" + token)
                        .expect(200)
                        .body());
        assertEquals(shown, admin().get(path(token)).expect(200).body());
        server().new Client(secret).get("/v1/whoami/").expect(401);
        server().new Client(fresh).get("/v1/whoami/").expect(200);
    }

    @Test
    default void a_token_at_an_inbox_is_told_in_full() {
        isToldInFull("\"inbox_id\": \"" + server().makeEndpoint("f.inbox", "") + "\"");
    }

    @Test
    default void a_token_of_an_agent_is_told_in_full() {
        isToldInFull("\"agent_id\": \"" + server().makeAgent() + "\"");
    }

    @Test
    default void a_token_of_an_agent_at_an_inbox_is_told_in_full() {
        isToldInFull("\"inbox_id\": \"" + server().makeEndpoint("f.both", "") + "\", \"agent_id\": \""
                + server().makeAgent() + "\"");
    }

    @Test
    default void a_token_of_a_person_is_told_in_full() {
        isToldInFull("");
    }

    // ---- its time

    private String login(SmtpClient client, String address, String secret) throws IOException {
        client.greet();
        String login = "\0" + address + "\0" + secret;
        return client.command(
                "AUTH PLAIN " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8)));
    }

    private static void refused(Client by, String path) {
        Answer refused = by.get(path).expect(401);
        assertEquals("invalid_token", refused.code());
        assertEquals("Bearer realm=\"chancery\", error=\"invalid_token\"", refused.header("WWW-Authenticate"));
    }

    @Test
    default void a_token_whose_time_is_over_lets_nobody_in_until_it_is_given_more() throws IOException {
        String address = "f.expires@acme.example";
        String inbox = server().makeEndpoint("f.expires", "");
        Instant end = clock().instant().plus(HOUR);
        Answer made = admin().post(
                        "/v1/tokens/",
                        "{\"inbox_id\": \"" + inbox + "\", \"label\": \"expires\", \"scopes\": [\"email:send\"],"
                                + " \"expires_at\": \"" + end + "\"}")
                .expect(201);
        String token = made.text("token_id");
        String secret = made.text("token");
        Client program = server().new Client(secret);
        String mail = Approvals.lines(
                "From: " + address, "To: bob@elsewhere.example", "Subject: within its time", "", "Hello.");
        clock().turn(HOUR.minusSeconds(1));
        program.get("/v1/whoami/").expect(200);
        assertEquals("active", listed(token).path("state").asText());
        try (SmtpClient before = SmtpClient.connect(server().port("submission"))) {
            assertEquals("235", login(before, address, secret).substring(0, 3));
            assertTrue(Approvals.say(before, address, List.of("bob@elsewhere.example"), mail)
                    .startsWith("250"));
            assertTrue(before.command("MAIL FROM:<" + address + ">").startsWith("250"));
            assertTrue(before.command("RCPT TO:<bob@elsewhere.example>").startsWith("250"));

            clock().turn(Duration.ofSeconds(1));
            assertTrue(before.command("DATA").startsWith("354"));
            before.sendRaw(mail.replace("within its time", "after its time") + "\r\n.\r\n");
            assertEquals("530 5.7.8", before.reply().substring(0, 9), "a mail that ends after its time");
            assertEquals(
                    "530 5.7.8", before.command("MAIL FROM:<" + address + ">").substring(0, 9));
        }
        refused(program, "/v1/whoami/");
        assertEquals(
                "invalid_token",
                program.post("/v1/messages/", Approvals.mail("bob@elsewhere.example", "after its time"))
                        .expect(401)
                        .code());
        try (SmtpClient after = SmtpClient.connect(server().port("submission"))) {
            assertEquals("535 5.7.8", login(after, address, secret).substring(0, 9));
        }
        assertEquals("expired", admin().get(path(token)).expect(200).text("state"));
        assertEquals("expired", listed(token).path("state").asText());
        Approvals approvals = new Approvals(server());
        approvals.awaitArrival("within its time");
        assertEquals(List.of(), approvals.arrived("after its time"));

        Instant later = clock().instant().plus(HOUR);
        assertEquals(
                "active",
                admin().patch(path(token), "{\"expires_at\": \"" + later + "\"}")
                        .expect(200)
                        .text("state"));
        program.get("/v1/whoami/").expect(200);
        try (SmtpClient again = SmtpClient.connect(server().port("submission"))) {
            assertEquals("235", login(again, address, secret).substring(0, 3));
        }
    }

    // ---- why it lets nobody in

    private static void isShut(OwnWorkspace place, Answer made, String state) {
        String token = path(made.text("token_id"));
        assertEquals(state, place.owner.get(token).expect(200).text("state"));
        refused(place.server.new Client(made.text("token")), "/v1/whoami/");
    }

    private static Answer made(OwnWorkspace place, String binding) {
        return place.owner
                .post("/v1/tokens/", "{" + binding + "\"label\": \"t\", \"scopes\": [\"email:read\"]}")
                .expect(201);
    }

    private static void isDead(Answer answer) {
        assertEquals("token_dead", answer.expect(409).code());
    }

    @Test
    default void each_reason_for_which_a_token_lets_nobody_in_is_its_state() throws SQLException {
        OwnWorkspace place = OwnWorkspace.on(server());
        String inbox = place.endpoint("gone", "");
        Answer bound = made(place, "\"inbox_id\": \"" + inbox + "\", ");
        place.owner.delete(OwnWorkspace.ENDPOINTS + "/" + inbox).expect(204);
        isShut(place, bound, "inbox_removed");
        isDead(place.owner.post(path(bound.text("token_id")) + "rotate/", ""));

        String agent = place.agent("helper");
        Answer agents = made(place, "\"agent_id\": \"" + agent + "\", ");
        place.owner
                .patch("/v1/agents/" + agent + "/", "{\"status\": \"disabled\"}")
                .expect(200);
        isShut(place, agents, "agent_disabled");
        place.owner.delete("/v1/agents/" + agent + "/").expect(204);
        isShut(place, agents, "agent_deleted");
        isDead(place.owner.post(path(agents.text("token_id")) + "rotate/", ""));

        Client member = server().makeMember(place.domain, place.address("pat"), "email:read,tokens:write");
        String person = member.get("/v1/whoami/").expect(200).text("user_id");
        Answer persons = member.post("/v1/tokens/", "{\"label\": \"t\", \"scopes\": [\"email:read\"]}")
                .expect(201);
        place.owner
                .patch("/v1/users/" + person + "/", "{\"status\": \"disabled\"}")
                .expect(200);
        isShut(place, persons, "person_disabled");
        place.owner
                .patch("/v1/users/" + person + "/", "{\"status\": \"active\"}")
                .expect(200);
        server().new Client(persons.text("token")).get("/v1/whoami/").expect(200);

        Answer odd = made(place, "");
        String token = path(odd.text("token_id"));
        writeRuleOfAnotherVersion(odd.text("token_id"));
        isShut(place, odd, "unreadable");
        isDead(place.owner.patch(token, "{\"label\": \"other\"}"));
        isDead(place.owner.post(token + "rotate/", ""));
        place.owner.delete(token).expect(204);
    }

    /** As a later version of the server may have written it, on whose database this one was started. */
    private void writeRuleOfAnotherVersion(String token) throws SQLException {
        String rules = "'[{\"action\": \"email:send\", \"when\": {\"full_moon\": true}}]'";
        try (Connection database = server().database()) {
            boolean isH2 = database.getMetaData().getDatabaseProductName().equals("H2");
            try (PreparedStatement update = database.prepareStatement("UPDATE token SET requires_approval = "
                    + (isH2 ? "JSON " + rules : rules + "::jsonb") + " WHERE id = ?")) {
                update.setObject(1, TokenId.parse(token).orElseThrow().value());
                assertEquals(1, update.executeUpdate());
            }
        }
    }
}
