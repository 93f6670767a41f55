package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.Test;

/** The record, as admins read it and as a stranger verifies it; run on each database. */
interface RecordContract {
    ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    RunningServer server();

    private static Stream<JsonNode> each(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    /** All entries, newest first, by pages of three. */
    private static List<JsonNode> all(OwnWorkspace place, String filter) {
        List<JsonNode> all = new ArrayList<>();
        String next = "/v1/audit/?limit=3" + filter;
        while (!next.isEmpty()) {
            Answer page = place.owner.get(next).expect(200);
            each(page.body()).forEach(all::add);
            next = page.next();
        }
        return all;
    }

    private static JsonNode only(OwnWorkspace place, String kind, String subject) {
        List<JsonNode> found = all(place, "&kind=" + kind).stream()
                .filter(entry -> entry.path("subject").asText().equals(subject))
                .toList();
        assertEquals(1, found.size(), kind);
        return found.getFirst();
    }

    private static JsonNode awaited(OwnWorkspace place, String kind, String subject) {
        place.owner.until(
                "/v1/audit/?kind=" + kind,
                answer -> each(answer.body())
                        .anyMatch(entry -> entry.path("subject").asText().equals(subject)));
        return only(place, kind, subject);
    }

    private static String by(JsonNode entry) {
        JsonNode actor = entry.path("actor");
        return actor.path("kind").asText() + " by " + actor.path("channel").asText();
    }

    @Test
    default void a_reply_is_recorded_from_its_draft_to_its_delivery_by_digests_alone() throws Exception {
        OwnWorkspace place = OwnWorkspace.on(server());
        String agent = place.agent("helper");
        String inbox = place.endpointOf(agent, "desk");
        place.change(inbox, "{\"reply_policy\": \"human_review\"}");
        String message = place.message(OwnWorkspace.ADA, "desk", "a question");
        String draft = place.program(inbox)
                .post(
                        "/v1/messages/",
                        "{\"reply_to_message_id\": \"" + message + "\", \"text_body\": \"A proposal of words.\"}")
                .expect(202)
                .text("message_id");
        String sent = place.owner
                .post(OwnWorkspace.MESSAGES + message + "/reply", "{\"text\": \"The words that left.\"}")
                .expect(200)
                .text("message_id");
        assertEquals(draft, sent);

        JsonNode drafted = only(place, "message.drafted", draft);
        assertEquals("agent by api", by(drafted));
        assertEquals(agent, drafted.at("/actor/id").asText());
        assertTrue(drafted.at("/actor/token_id").asText().startsWith("tok_"));
        JsonNode queued = only(place, "message.queued", sent);
        assertEquals("user by api", by(queued));
        assertEquals(agent, queued.at("/details/agent_id").asText());
        assertTrue(queued.at("/details/decided").asBoolean());
        assertEquals(drafted.at("/details/raw_digest"), queued.at("/details/draft_digest"));
        assertEquals(message, queued.at("/details/in_reply_to_message_id").asText());
        byte[] raw = place.owner
                .get("/v1/messages/" + sent + "/raw/")
                .expect(200)
                .response()
                .body();
        assertEquals(sha256(raw), queued.at("/details/raw_digest").asText());
        assertEquals(raw.length, queued.at("/details/size").asInt());
        assertEquals(
                sent,
                only(place, "message.answered", message)
                        .at("/details/answer_message_id")
                        .asText());
        JsonNode delivered = awaited(place, "message.delivered", sent);
        assertEquals("server by server", by(delivered));
        assertEquals(64, delivered.at("/details/attempt_digest").asText().length());

        String everything = all(place, "").toString();
        assertFalse(everything.contains("customer.example"), "no correspondent");
        assertFalse(everything.contains("words"), "nothing of what was said");
    }

    @Test
    default void what_people_decide_about_mail_is_recorded() throws Exception {
        OwnWorkspace place = OwnWorkspace.on(server());
        String agent = place.agent("helper");
        String inbox = place.endpointOf(agent, "desk");
        String discarded = place.message(OwnWorkspace.ADA, "desk", "to discard");
        place.owner
                .post(OwnWorkspace.MESSAGES + discarded + "/discard", "{\"reason\": \"not for us\"}")
                .expect(200);
        assertEquals("user by api", by(only(place, "message.discarded", discarded)));
        assertEquals(
                sha256("not for us".getBytes(StandardCharsets.UTF_8)),
                only(place, "message.discarded", discarded)
                        .at("/details/reason_digest")
                        .asText());

        String escalated = place.message(OwnWorkspace.ADA, "desk", "to escalate");
        place.program(inbox)
                .post(OwnWorkspace.MESSAGES + escalated + "/escalate", "{\"note\": \"too hard\"}")
                .expect(200);
        assertEquals("agent by api", by(only(place, "message.escalated", escalated)));
        place.owner
                .post(OwnWorkspace.MESSAGES + escalated + "/assign", "{\"agent_id\": \"" + agent + "\"}")
                .expect(200);
        assertEquals(
                agent,
                only(place, "message.assigned", escalated)
                        .at("/details/agent_id")
                        .asText());

        place.endpoint("closed", ", \"sender_policy\": \"bound_users_only\"");
        String held = place.receive("zoe@stranger.example", "closed", "to reject")
                .path("id")
                .asText();
        place.owner
                .post("/v1/api/email/quarantine/" + held + "/reject", "{\"note\": \"spam\"}")
                .expect(200);
        JsonNode rejected = only(place, "quarantine.rejected", held);
        assertEquals("unknown_sender", rejected.at("/details/reason").asText());
        assertEquals(64, rejected.at("/details/raw_digest").asText().length());
    }

    @Test
    default void what_people_decide_about_held_mail_is_recorded() {
        OwnWorkspace place = OwnWorkspace.on(server());
        RunningServer.Client program = place.restricted("desk");
        Answer let = Approvals.hold(program, "bob@elsewhere.example", "to approve");
        JsonNode queued = only(place, "approval.queued", let.text("approval_id"));
        assertEquals("endpoint by api", by(queued));
        assertEquals(let.text("message_id"), queued.at("/details/message_id").asText());
        assertEquals("email:send", queued.at("/details/action_type").asText());
        Approvals.approve(place.owner, let.text("approval_id")).expect(200);
        JsonNode approved = only(place, "approval.approved", let.text("approval_id"));
        assertEquals("user by api", by(approved));
        assertEquals(queued.at("/details/raw_digest"), approved.at("/details/raw_digest"));
        JsonNode sent = only(place, "message.queued", let.text("message_id"));
        assertEquals("user by api", by(sent));
        assertEquals(let.text("approval_id"), sent.at("/details/approval_id").asText());
        assertEquals(approved.at("/details/raw_digest"), sent.at("/details/raw_digest"));

        Answer kept = Approvals.hold(program, "bob@elsewhere.example", "to reject");
        Approvals.reject(place.owner, kept.text("approval_id"), "not like this").expect(200);
        JsonNode rejected = only(place, "approval.rejected", kept.text("approval_id"));
        assertEquals(64, rejected.at("/details/note_digest").asText().length());
        Answer back = Approvals.hold(program, "bob@elsewhere.example", "to take back");
        program.post("/v1/messages/" + back.text("message_id") + "/cancel/", "{}")
                .expect(200);
        assertEquals("endpoint by api", by(only(place, "approval.cancelled", back.text("approval_id"))));
        assertEquals(
                0,
                all(place, "&kind=message.queued").stream()
                        .filter(entry -> entry.path("subject").asText().equals(kept.text("message_id")))
                        .count());
        String everything = all(place, "").toString();
        assertFalse(everything.contains("elsewhere.example"), "no correspondent");
        assertFalse(everything.contains("not like this"), "nothing of what was said");
    }

    @Test
    default void a_submitted_mail_is_recorded_with_its_channel() throws IOException {
        OwnWorkspace place = OwnWorkspace.on(server());
        String inbox = place.endpoint("desk", "");
        String secret = place.owner
                .post(
                        "/v1/tokens/",
                        "{\"label\": \"submitter\", \"inbox_id\": \"" + inbox + "\", \"scopes\": [\"email:send\"]}")
                .expect(201)
                .text("token");
        try (SmtpClient client = SmtpClient.connect(server().port("submission"))) {
            client.greet();
            String plain = "\0" + place.address("desk") + "\0" + secret;
            client.command("AUTH PLAIN " + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)));
            client.command("MAIL FROM:<" + place.address("desk") + ">");
            client.command("RCPT TO:<bob@elsewhere.example>");
            client.command("DATA");
            client.sendRaw("From: " + place.address("desk")
                    + "\r\nTo: bob@elsewhere.example\r\nSubject: by smtp\r\n\r\n" + "Hello.\r\n.\r\n");
            assertTrue(client.reply().startsWith("250"));
        }
        JsonNode queued = all(place, "&kind=message.queued").getFirst();
        assertEquals("endpoint by smtp", by(queued));
        assertEquals(inbox, queued.at("/actor/id").asText());
        awaited(place, "message.delivered", queued.path("subject").asText());
    }

    @Test
    default void what_admins_make_and_change_is_recorded_without_any_secret() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String person = place.person("pat@" + place.domain, "member", ", \"password\": \"a long pass phrase\"");
        place.owner.patch("/v1/users/" + person + "/", "{\"role\": \"admin\"}").expect(200);
        JsonNode changed = only(place, "user.changed", person);
        assertEquals("[\"role\"]", changed.at("/details/changed").toString());
        assertEquals("member", changed.at("/details/role_before").asText());
        assertEquals("admin", changed.at("/details/role").asText());

        server().signIn("pat@" + place.domain, "a long pass phrase")
                .post("/api/auth/logout", "")
                .expect(200);
        assertEquals(
                person, only(place, "session.opened", person).at("/actor/id").asText());
        only(place, "session.ended", person);

        String inbox = place.endpoint("desk", "");
        place.change(inbox, "{\"reply_policy\": \"never_reply\", \"instructions\": \"Be brief.\"}");
        JsonNode details = only(place, "endpoint.changed", inbox).path("details");
        assertEquals("human_review", details.at("/before/reply_policy").asText());
        assertEquals("never_reply", details.at("/after/reply_policy").asText());
        assertFalse(details.path("after").has("plane"), "what stayed as it was");
        place.owner.delete(OwnWorkspace.ENDPOINTS + "/" + inbox).expect(204);
        only(place, "endpoint.removed", inbox);

        Answer made = place.owner
                .post("/v1/tokens/", "{\"label\": \"mine\", \"scopes\": [\"email:read\"]}")
                .expect(201);
        String token = made.text("token_id");
        place.owner
                .patch("/v1/tokens/" + token + "/", "{\"label\": \"still mine\"}")
                .expect(200);
        String fresh = place.owner
                .post("/v1/tokens/" + token + "/rotate/", "")
                .expect(200)
                .text("token");
        place.owner.delete("/v1/tokens/" + token + "/").expect(204);
        for (String kind : List.of("token.created", "token.changed", "token.rotated", "token.revoked")) {
            assertEquals("user by api", by(only(place, kind, token)));
        }
        String agent = place.agent("helper");
        place.owner.post("/v1/agents/" + agent + "/rotate-secret", "").expect(200);
        place.owner.delete("/v1/agents/" + agent).expect(204);
        for (String kind : List.of("agent.created", "agent.secret_rotated", "agent.deleted")) {
            only(place, kind, agent);
        }
        assertEquals(
                "operator by admin", by(all(place, "&kind=workspace.created").getFirst()), "who made the workspace");

        String everything = all(place, "").toString();
        for (String secret : List.of(made.text("token"), fresh, "a long pass phrase", "Be brief")) {
            assertFalse(everything.contains(secret));
        }
    }

    @Test
    default void entries_are_narrowed_by_kind_actor_and_time_and_wrong_questions_refused() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String owner = place.owner.get("/v1/whoami/").text("user_id");
        place.endpoint("one", "");
        JsonNode newest = all(place, "").getFirst();
        place.endpoint("two", "");
        List<JsonNode> all = all(place, "");
        assertEquals(all.size(), all.getFirst().path("seq").asInt(), "numbered without gaps");
        assertEquals(2, all(place, "&actor=" + owner).size());
        assertEquals(2, all(place, "&actor=" + owner + "&kind=endpoint.created").size());
        assertEquals(1, all(place, "&actor=operator&kind=endpoint.created").size());
        assertEquals(0, all(place, "&actor=usr_nobody").size());
        String at = newest.path("at").asText();
        assertTrue(all(place, "&since=" + at).size() < all.size());
        assertTrue(all(place, "&since=" + at).stream()
                .allMatch(entry -> entry.path("at").asText().compareTo(at) >= 0));
        assertEquals(0, all(place, "&since=2100-01-01T00:00:00Z").size());

        assertEquals(
                "?kind",
                place.owner.get("/v1/audit/?kind=message.eaten").expect(422).place());
        assertEquals(
                "?since", place.owner.get("/v1/audit/?since=today").expect(422).place());
        assertEquals(
                "?cursor", place.owner.get("/v1/audit/?cursor=abc").expect(422).place());
        assertEquals(
                "?subject",
                place.owner.get("/v1/audit/?subject=msg_1").expect(422).place());
        place.program(place.endpoint("three", "")).get("/v1/audit/").expect(403);
        server().stranger().get("/v1/audit/").expect(401);
        OwnWorkspace others = OwnWorkspace.on(server());
        assertFalse(all(others, "").toString().contains(place.domain));
    }

    @Test
    default void a_stranger_computes_the_same_hashes_and_the_operator_finds_the_record_intact() throws Exception {
        OwnWorkspace place = OwnWorkspace.on(server());
        place.endpoint("desk", ", \"instructions\": \"Grüße, \\\"quoted\\\" \\\\ ✓\"");
        place.person("zoë@" + place.domain, "member", "");
        List<JsonNode> chain = all(place, "").reversed();
        String previous = chain.getFirst().path("previous_hash").asText();
        for (JsonNode entry : chain) {
            assertEquals(previous, entry.path("previous_hash").asText());
            previous = sha256(HexFormat.of().parseHex(previous + contentOf(entry)));
            assertEquals(previous, entry.path("hash").asText(), entry.toString());
        }
        String said = server().operator("audit", "verify", "--workspace", place.domain);
        String head = chain.size() + ":" + previous;
        assertEquals("intact  " + chain.size() + " entries  head " + head, said.strip());
        place.endpoint("later", "");
        assertTrue(server().operator("audit", "verify", "--workspace", place.domain, "--head", head)
                .startsWith("intact"));
        assertTrue(server().operator("audit", "verify", "--workspace", place.domain, "--head", "1:" + "0".repeat(64))
                .startsWith("broken  entry 1 "));
        assertTrue(server().operator("audit", "verify", "--workspace", place.domain, "--head", "x")
                .contains("--head must be"));
    }

    /** As the documents tell it: RFC 8785 over all that the API shows but the hashes. */
    private static String contentOf(JsonNode entry) throws JsonProcessingException, NoSuchAlgorithmException {
        ObjectNode told = entry.deepCopy();
        told.remove(List.of("hash", "previous_hash"));
        if (told.at("/actor/token_id").isNull()) {
            ((ObjectNode) told.path("actor")).remove("token_id");
        }
        String canonical = JSON.writeValueAsString(JSON.treeToValue(told, Object.class));
        return sha256(canonical.getBytes(StandardCharsets.UTF_8));
    }

    private static String sha256(byte[] octets) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
    }
}
