package org.chancery.api.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.chancery.api.Http.Reply;
import org.chancery.api.Tenant;
import org.chancery.api.TestServer;
import org.chancery.core.access.IdempotencyRepository.Claim;
import org.chancery.core.id.TokenId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A request that is repeated with its {@code Idempotency-Key} takes effect once. */
class IdempotencyTest {
    private static final String AGENTS = "/v1/agents/";

    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @SuppressWarnings("NullAway.Init")
    private Tenant tenant;

    private final String key = UUID.randomUUID().toString();

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void begin() {
        tenant = server.newWorkspace();
    }

    private Reply post(String path, String json) {
        return tenant.post(path, json, "Idempotency-Key", key);
    }

    private int agents() {
        return tenant.get(AGENTS).json().size();
    }

    @Test
    void a_repeated_request_gets_the_first_answer_again() {
        // Nothing in it is shown once only, as an agent's secret is.
        String person = "{\"email\": \"bob@home.example\", \"name\": \"Bob\", \"role\": \"member\"}";
        Reply first = post("/v1/users/", person);
        Reply second = post("/v1/users/", person);

        assertEquals(201, first.status());
        assertEquals("", first.header("Idempotency-Replayed"));
        assertEquals(201, second.status());
        assertEquals("true", second.header("Idempotency-Replayed"));
        assertEquals(first.json(), second.json());
        assertEquals(2, tenant.get("/v1/users/").json().size(), "the owner and Bob");
    }

    @Test
    void a_slash_at_the_end_makes_no_other_request() {
        post("/v1/agents/", "{\"name\": \"a\"}");

        assertEquals("true", post("/v1/agents", "{\"name\": \"a\"}").header("Idempotency-Replayed"));
    }

    @Test
    void a_secret_is_left_out_of_the_repeated_answer() {
        String wanted = "{\"label\": \"t\", \"scopes\": [\"email:read\"]}";
        JsonNode first = post("/v1/tokens/", wanted).json();
        JsonNode second = post("/v1/tokens/", wanted).json();

        assertTrue(first.get("token").isTextual());
        assertTrue(second.get("token").isNull());
        assertEquals(first.get("token_id"), second.get("token_id"));
    }

    @Test
    void labels_that_are_put_on_again_show_no_text_and_nothing_to_whoever_may_read_no_more() {
        String inbox = tenant.endpoint("desk");
        String mail = tenant.mailTo("desk", "ann@stranger.example", "Question", "what it says");
        String label = tenant.post("/v1/labels/", "{\"name\": \"Put\"}")
                .json()
                .get("label_id")
                .asText();
        JsonNode token = tenant.post(
                        "/v1/tokens/",
                        "{\"label\": \"t\", \"inbox_id\": \"" + inbox
                                + "\", \"scopes\": [\"labels:write\", \"email:read\"]}")
                .json();
        String json = "{\"add_labels\": [\"" + label + "\"]}";

        Reply first = label(token, mail, json);
        Reply second = label(token, mail, json);
        assertEquals(200, first.status());
        assertEquals(label, first.json().get("labels").get(0).asText());
        assertTrue(first.json().get("text_body").isNull(), "it would be kept");
        assertEquals(first.json(), second.json());
        assertEquals("true", second.header("Idempotency-Replayed"));

        tenant.patch("/v1/tokens/" + token.get("token_id").asText() + "/", "{\"scopes\": [\"labels:write\"]}");
        Reply third = label(token, mail, json);
        assertEquals(403, third.status());
        assertEquals("", third.header("Idempotency-Replayed"));
    }

    private Reply label(JsonNode token, String mail, String json) {
        return server.http()
                .send(
                        "PATCH",
                        "/v1/messages/" + mail + "/",
                        token.get("token").asText(),
                        json.getBytes(StandardCharsets.UTF_8),
                        "Idempotency-Key",
                        key);
    }

    @Test
    void the_same_key_with_another_body_or_path_is_422() {
        post(AGENTS, "{\"name\": \"a\"}");
        Reply otherBody = post(AGENTS, "{\"name\": \"b\"}");
        Reply otherPath = post("/v1/api/email/endpoints", "{\"localpart\": \"a\", \"kind\": \"custom\"}");

        assertEquals(422, otherBody.status());
        assertEquals("idempotency_mismatch", otherBody.code());
        assertEquals(422, otherPath.status());
        assertEquals(1, agents());
    }

    @Test
    void keys_belong_to_a_token() {
        post(AGENTS, "{\"name\": \"a\"}");
        String other = tenant.personalToken("admin");
        Reply reply = server.http().post(AGENTS, other, "{\"name\": \"b\"}", "Idempotency-Key", key);

        assertEquals(201, reply.status());
        assertEquals("", reply.header("Idempotency-Replayed"));
    }

    @Test
    void a_refused_request_leaves_its_key_free() {
        assertEquals(
                422,
                post(AGENTS, "{\"name\": \"a\", \"owner_user_id\": \"usr_unknown\"}")
                        .status());

        assertEquals(201, post(AGENTS, "{\"name\": \"a\"}").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\tb"})
    void a_key_is_visible_ascii(String bad) {
        Reply reply = tenant.post(AGENTS, "{\"name\": \"a\"}", "Idempotency-Key", bad);

        assertEquals(400, reply.status());
        assertEquals("invalid_idempotency_key", reply.code());
        assertEquals(0, agents());
    }

    @Test
    void a_key_has_255_characters_at_most() {
        assertEquals(
                201,
                tenant.post(AGENTS, "{\"name\": \"a\"}", "Idempotency-Key", "k".repeat(255))
                        .status());
        assertEquals(
                400,
                tenant.post(AGENTS, "{\"name\": \"a\"}", "Idempotency-Key", "k".repeat(256))
                        .status());
    }

    @Test
    void of_parallel_requests_one_takes_effect() throws Exception {
        List<Future<Reply>> futures = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 8; i++) {
                futures.add(threads.submit(() -> post(AGENTS, "{\"name\": \"a\"}")));
            }
        }
        Set<Integer> statuses = new TreeSet<>();
        for (Future<Reply> future : futures) {
            Reply reply = future.get();
            statuses.add(reply.status());
            if (reply.status() == 409) {
                assertEquals("idempotency_in_flight", reply.code());
                assertEquals("1", reply.header("Retry-After"));
            }
        }
        assertTrue(statuses.contains(201), statuses.toString());
        assertTrue(Set.of(201, 409).containsAll(statuses), statuses.toString());
        assertEquals(1, agents());
    }

    @Test
    void a_request_that_failed_here_is_taken_up_at_once_under_the_same_id() {
        // The first durable transaction takes the key, the second would make the agent.
        server.failAfter(1);
        try {
            assertEquals(500, post(AGENTS, "{\"name\": \"a\"}").status());
        } finally {
            server.failNoMore();
        }
        Reply again = post(AGENTS, "{\"name\": \"a\"}");

        assertEquals(201, again.status());
        assertEquals(1, agents());
    }

    @Test
    void an_answer_that_could_not_be_kept_is_given_and_made_again_from_what_was_created() {
        server.failAfter(2);
        Reply first;
        try {
            first = post(AGENTS, "{\"name\": \"a\"}");
        } finally {
            server.failNoMore();
        }
        Reply second = post(AGENTS, "{\"name\": \"a\"}");

        assertEquals(201, first.status());
        assertEquals(201, second.status());
        assertEquals(first.json().get("agent_id"), second.json().get("agent_id"));
        assertEquals(1, agents());
    }

    @Test
    void a_refusal_of_what_was_cut_off_does_not_let_it_be_done_twice() {
        JsonNode token = tenant.post("/v1/tokens/", "{\"label\": \"t\", \"scopes\": [\"admin\"]}")
                .json();
        String path = "/v1/tokens/" + token.path("token_id").asText() + "/";
        server.failAfter(2);
        Reply first;
        try {
            first = postBy(token);
        } finally {
            server.failNoMore();
        }
        assertEquals(201, first.status());

        assertEquals(
                200,
                tenant.patch(path, "{\"requires_approval\": [\"email:send\"]}").status());
        assertEquals(403, postBy(token).status());
        assertEquals(403, postBy(token).status());
        assertEquals(200, tenant.patch(path, "{\"requires_approval\": []}").status());
        Reply last = postBy(token);
        assertEquals(201, last.status());
        assertEquals(first.json().get("agent_id"), last.json().get("agent_id"));
        assertEquals(1, agents());
        assertEquals("true", postBy(token).header("Idempotency-Replayed"));
    }

    @Test
    void whoever_is_slow_and_is_refused_does_not_free_the_key_of_who_took_the_request_up() {
        JsonNode token = tenant.post("/v1/tokens/", "{\"label\": \"t\", \"scopes\": [\"admin\"]}")
                .json();
        String path = "/v1/tokens/" + token.path("token_id").asText() + "/";
        List<Reply> second = new ArrayList<>();
        // The first durable transaction takes the key, the second would make the agent.
        server.beforeNextChange(() -> server.beforeNextChange(() -> {
            server.clock().putForward(Duration.ofSeconds(61));
            second.add(postBy(token));
            second.add(tenant.patch(path, "{\"requires_approval\": [\"email:send\"]}"));
        }));
        Reply slow = postBy(token);

        assertEquals(403, slow.status(), slow::text);
        assertEquals(List.of(201, 200), second.stream().map(Reply::status).toList());
        assertEquals(200, tenant.patch(path, "{\"requires_approval\": []}").status());
        Reply third = postBy(token);
        assertEquals("true", third.header("Idempotency-Replayed"), third::text);
        assertEquals(second.getFirst().json().get("agent_id"), third.json().get("agent_id"));
        assertEquals(1, agents());
    }

    @Test
    void whoever_is_slow_and_comes_second_makes_nothing_and_is_answered_alike() {
        List<Reply> second = new ArrayList<>();
        server.beforeNextChange(() -> server.beforeNextChange(() -> {
            server.clock().putForward(Duration.ofSeconds(61));
            second.add(post(AGENTS, "{\"name\": \"a\"}"));
        }));
        Reply slow = post(AGENTS, "{\"name\": \"a\"}");

        assertEquals(201, second.getFirst().status());
        assertEquals(201, slow.status(), slow::text);
        assertEquals(second.getFirst().json().get("agent_id"), slow.json().get("agent_id"));
        assertEquals(1, agents());
    }

    @Test
    void a_draft_that_got_a_version_by_a_request_that_was_cut_off_gets_no_other_one_by_its_repetition() {
        String inbox = tenant.agentEndpoint("desk", tenant.agent("writer"), "human_review");
        String question = tenant.mailTo("desk", "ann@elsewhere.example", "Question", "How much?");
        String token = tenant.inboxToken(inbox, "email:send");
        String answer = "{\"reply_to_message_id\": \"" + question + "\", \"text_body\": \"%s\"}";
        Reply draft = server.http().post("/v1/messages/", token, answer.formatted("Ten."));
        assertEquals("draft", draft.json().path("status").asText(), draft::text);

        server.failAfter(2);
        Reply first;
        try {
            first = server.http().post("/v1/messages/", token, answer.formatted("Eleven."), "Idempotency-Key", key);
        } finally {
            server.failNoMore();
        }
        assertEquals(202, first.status(), first::text);
        String version = draftVersion(question);
        // Composed again, it would be another one.
        server.clock().putForward(Duration.ofSeconds(2));
        Reply again = server.http().post("/v1/messages/", token, answer.formatted("Eleven."), "Idempotency-Key", key);

        assertEquals(202, again.status(), again::text);
        assertEquals("", again.header("Idempotency-Replayed"), "no answer was kept");
        assertEquals(draft.json().get("message_id"), again.json().get("message_id"));
        assertEquals(version, draftVersion(question));
        assertEquals(
                2,
                tenant.get("/v1/events/?types=message.awaiting_review").json().size());
    }

    private String draftVersion(String question) {
        return tenant.get("/v1/api/email/messages/" + question + "/content")
                .json()
                .at("/draft/version")
                .asText();
    }

    private Reply postBy(JsonNode token) {
        return server.http().post(AGENTS, token.path("token").asText(), "{\"name\": \"a\"}", "Idempotency-Key", key);
    }

    @Test
    void a_change_that_is_repeated_does_not_undo_what_was_changed_since() {
        String agent = AGENTS + tenant.agent("a") + "/";
        Reply first = tenant.patch(agent, "{\"name\": \"b\"}", "Idempotency-Key", key);
        tenant.patch(agent, "{\"name\": \"c\"}");
        Reply second = tenant.patch(agent, "{\"name\": \"b\"}", "Idempotency-Key", key);

        assertEquals(200, first.status());
        assertEquals(first.json(), second.json());
        assertEquals("true", second.header("Idempotency-Replayed"));
        assertEquals("c", tenant.get(agent).json().path("name").asText());
    }

    @Test
    void what_was_deleted_is_deleted_when_it_is_asked_for_again() {
        String agent = AGENTS + tenant.agent("a") + "/";

        assertEquals(204, tenant.delete(agent, "Idempotency-Key", key).status());
        Reply again = tenant.delete(agent, "Idempotency-Key", key);
        assertEquals(204, again.status());
        assertEquals("", again.text());
        assertEquals("true", again.header("Idempotency-Replayed"));
        assertEquals(404, tenant.delete(agent).status());
        assertEquals(404, tenant.delete(agent, "Idempotency-Key", key + "2").status());
        assertEquals(
                422,
                tenant.patch(agent, "{\"name\": \"b\"}", "Idempotency-Key", key).status(),
                "it is a DELETE's");
    }

    @Test
    void what_was_deleted_before_its_answer_was_lost_is_deleted() {
        String agent = AGENTS + tenant.agent("a") + "/";
        server.failAfter(2);
        Reply first;
        try {
            first = tenant.delete(agent, "Idempotency-Key", key);
        } finally {
            server.failNoMore();
        }

        assertEquals(204, first.status());
        assertEquals(204, tenant.delete(agent, "Idempotency-Key", key).status());
        assertEquals(204, tenant.delete(agent, "Idempotency-Key", key).status());
        assertEquals(404, tenant.delete(agent).status());
        assertEquals(0, agents());
    }

    @Test
    void keys_are_forgotten_after_a_day() {
        Reply first = post(AGENTS, "{\"name\": \"a\"}");
        server.clock().putForward(Duration.ofHours(25));
        assertTrue(server.idempotency().sweep() >= 1);
        Reply second = post(AGENTS, "{\"name\": \"a\"}");

        assertEquals("", second.header("Idempotency-Replayed"));
        assertNotEquals(first.json().get("agent_id"), second.json().get("agent_id"));
    }

    @Test
    void without_a_key_each_request_takes_effect() {
        tenant.agent("a");
        tenant.agent("a");

        assertEquals(2, agents());
    }

    @Test
    void nobody_who_reads_the_database_can_guess_at_a_password_that_was_sent() throws NoSuchAlgorithmException {
        String person =
                "{\"email\": \"bob@home.example\", \"name\": \"Bob\", \"role\": \"member\", \"password\": \"eightlet\"}";
        assertEquals(201, post("/v1/users/", person).status());
        TokenId token = TokenId.parse(tenant.get("/v1/tokens/")
                        .json()
                        .path(0)
                        .path("token_id")
                        .asText())
                .orElseThrow();

        byte[] guess = MessageDigest.getInstance("SHA-256")
                .digest(("POST /v1/users\n" + person).getBytes(StandardCharsets.UTF_8));

        assertInstanceOf(
                Claim.OtherRequest.class,
                server.idempotency().claim(token, key, HexFormat.of().formatHex(guess)));
        assertInstanceOf(
                Claim.Answered.class,
                server.idempotency()
                        .claim(
                                token,
                                key,
                                TestServer.SECRETS.fingerprint(
                                        "POST /v1/users", person.getBytes(StandardCharsets.UTF_8))));
    }
}
