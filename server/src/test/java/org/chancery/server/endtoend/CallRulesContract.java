package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.OwnWorkspace.ADA;
import static org.chancery.server.endtoend.OwnWorkspace.ENDPOINTS;
import static org.chancery.server.endtoend.OwnWorkspace.MESSAGES;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.chancery.core.access.Scope;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/**
 * What holds for every call of the API: who may, whose things they are, that its path may end in a slash, and that a repeated write is done
 * once. Run on each database.
 */
interface CallRulesContract {
    String QUARANTINE = "/v1/api/email/quarantine/";
    String SUPPRESSIONS = "/v1/suppressions/";
    String PUBLIC_URL = "https://post.acme.example";

    /** Whose content is another one each time that it is asked for. */
    Set<String> EVER_CHANGING =
            Set.of("/metrics", "/v1/messages/{message}/evidence/", "/v1/approvals/{approval}/evidence/");

    RunningServer server();

    /** Each operation of {@code /openapi.json} under its method and path. */
    static Map<String, JsonNode> described(RunningServer server) {
        Map<String, JsonNode> operations = new TreeMap<>();
        for (Map.Entry<String, JsonNode> path : server.stranger()
                .get("/openapi.json")
                .expect(200)
                .body()
                .path("paths")
                .properties()) {
            path.getValue()
                    .properties()
                    .forEach(operation -> operations.put(
                            operation.getKey().toUpperCase(Locale.ROOT) + " "
                                    + path.getKey().replaceAll("/$", ""),
                            operation.getValue()));
        }
        return operations;
    }

    /** Of a call: whom it lets in, and what it takes. */
    private static String rules(ApiCall call) {
        List<String> scopes = call.scopes();
        String body = call.isForm() && !call.isGet() ? "a form" : call.takesJson() ? "JSON" : "nothing";
        return (scopes == null ? "everybody" : "holders of a token with " + scopes) + ", takes " + body;
    }

    private static String rules(JsonNode operation) {
        JsonNode security = operation.path("security");
        List<String> scopes = StreamSupport.stream(security.at("/0/token").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        JsonNode content = operation.at("/requestBody/content");
        String body = content.has(ApiCall.FORM) ? "a form" : content.has("application/json") ? "JSON" : "nothing";
        return (security.isEmpty() ? "everybody" : "holders of a token with " + scopes) + ", takes " + body;
    }

    @Test
    default void every_call_of_the_description_is_among_those_that_are_tried_here() {
        Map<String, String> described = new TreeMap<>();
        described(server()).forEach((name, operation) -> described.put(name, rules(operation)));
        Map<String, String> tried = new TreeMap<>();
        ApiCall.ALL.forEach(call -> tried.put(call.described(), rules(call)));
        assertEquals(lines(described), lines(tried));
    }

    private static String lines(Map<String, String> rules) {
        StringBuilder lines = new StringBuilder();
        rules.forEach(
                (name, rule) -> lines.append(name).append(": ").append(rule).append('\n'));
        return lines.toString();
    }

    @Test
    default void without_a_token_each_call_is_401_and_changes_nothing() {
        Furnished acme = Furnished.on(server());
        String before = acme.everything();
        for (ApiCall call : ApiCall.ALL) {
            if (!call.isOpen()) {
                Answer refused = call.by(server().stranger(), acme.ids());
                assertEquals("401 missing_token", refused.status() + " " + refused.code(), call.toString());
                assertEquals("Bearer realm=\"chancery\"", refused.header("WWW-Authenticate"), call.toString());
            }
        }
        acme.goesOnAs(before);
    }

    @Test
    default void with_a_wrong_token_each_call_is_401_and_changes_nothing() {
        Furnished acme = Furnished.on(server());
        String before = acme.everything();
        int tries = 0;
        for (ApiCall call : ApiCall.ALL) {
            if (!call.isOpen()) {
                // Each from a network of its own, for whoever shows many wrong ones waits.
                tries++;
                Client wrong = server().new Client("chy_%043d".formatted(tries));
                Answer refused = call.by(wrong, acme.ids(), "X-Forwarded-For", "198.51.100." + tries);
                assertEquals("401 invalid_token", refused.status() + " " + refused.code(), call.toString());
                assertEquals(
                        "Bearer realm=\"chancery\", error=\"invalid_token\"",
                        refused.header("WWW-Authenticate"),
                        call.toString());
            }
        }
        acme.goesOnAs(before);
    }

    @Test
    default void without_its_scope_each_call_is_403_names_it_and_changes_nothing() {
        Furnished acme = Furnished.on(server());
        Map<String, Client> lacking = new HashMap<>();
        ApiCall.ALL.stream()
                .flatMap(call -> call.scopesOrNone().stream())
                .distinct()
                .forEach(scope -> lacking.put(scope, acme.personal(allBut(scope))));
        Client useless = acme.personal(List.of("files:read"));
        String before = acme.everything();
        for (ApiCall call : ApiCall.ALL) {
            for (String scope : call.scopesOrNone()) {
                missing(scope, call, call.by(Objects.requireNonNull(lacking.get(scope)), acme.ids()));
            }
            if (call.path().equals(ApiCall.ESCALATE)) {
                missing("email:send", call, call.by(useless, acme.ids()));
            } else if (call.scopesOrNone().isEmpty() && !call.isOpen()) {
                // Those about one's own session are refused for another reason, and the others are not.
                int status = call.by(useless, acme.ids()).status();
                assertEquals(call.path().startsWith("/api/auth/") ? 400 : 200, status, call.toString());
            }
        }
        acme.goesOnAs(before);
    }

    private static void missing(String scope, ApiCall call, Answer refused) {
        assertEquals("403 missing_scope", refused.status() + " " + refused.code(), call.toString());
        assertEquals("This call needs the scope " + scope + ".", refused.detail(), call.toString());
        assertTrue(refused.header("WWW-Authenticate").endsWith("scope=\"" + scope + "\""), call.toString());
    }

    /** All scopes but that one, and but the one that includes it. */
    private static List<String> allBut(String scope) {
        return Arrays.stream(Scope.values())
                .map(Scope::text)
                .filter(other -> !other.equals(scope) && !other.equals(Scope.ADMIN.text()))
                .toList();
    }

    @Test
    default void what_is_unknown_or_anothers_is_404_for_each_call_and_stays_as_it_is() {
        Furnished acme = Furnished.on(server());
        Furnished other = Furnished.on(server());
        Map<String, String> foreign = new LinkedHashMap<>(acme.ids());
        foreign.put("own agent", other.id("agent"));
        Map<String, String> otherKind = new LinkedHashMap<>();
        acme.ids().forEach((kind, id) -> otherKind.put(kind, acme.place().systemMailbox()));
        otherKind.put("own agent", acme.id("agent"));
        String before = acme.everything();
        for (ApiCall call : ApiCall.ALL) {
            if (call.hasId()) {
                nothingIsFound(call, other.caller(call), foreign);
                nothingIsFound(call, acme.caller(call), acme.unknown("0".repeat(26)));
                nothingIsFound(call, acme.caller(call), acme.unknown("x"));
                if (!call.names("endpoint")) {
                    nothingIsFound(call, acme.caller(call), otherKind);
                }
            }
        }
        String strange = MESSAGES + acme.id("message") + "/attachments/99/download";
        acme.place().owner.get(strange).expect(404);
        acme.goesOnAs(before);
    }

    /** To whoever has an unsubscribe link, a page tells it. */
    private static void nothingIsFound(ApiCall call, Client by, Map<String, String> ids) {
        Answer answer = call.by(by, ids);
        assertEquals(
                "404 " + (call.names("link") ? "" : "not_found"),
                answer.status() + " " + answer.code(),
                call.toString());
    }

    @Test
    default void what_is_another_inboxs_is_404_for_a_program_whatever_its_scopes() {
        Furnished acme = Furnished.on(server());
        Client elsewhere = acme.program(acme.place().endpoint("elsewhere", ""), allBut("admin"));
        String before = acme.everything();
        for (ApiCall call : ApiCall.ALL) {
            boolean isAnInboxs =
                    Stream.of("message", "sent", "approval", "token").anyMatch(call::names);
            if (isAnInboxs && !call.scopesOrNone().contains("admin")) {
                nothingIsFound(call, elsewhere, acme.ids());
            }
        }
        acme.goesOnAs(before);
    }

    @Test
    default void a_slash_at_the_end_makes_no_difference() {
        Furnished acme = Furnished.on(server());
        Map<String, String> ids = new LinkedHashMap<>(acme.ids());
        ids.put("link", link(acme.place()));
        for (ApiCall call : ApiCall.ALL) {
            if (call.isGet()) {
                Answer as = call.by(acme.caller(call), ids).expect(200);
                Answer other = call.otherSlash().by(acme.caller(call), ids).expect(200);
                Answer head = call.by("HEAD").by(acme.caller(call), ids).expect(200);
                if (!EVER_CHANGING.contains(call.path())) {
                    assertArrayEquals(content(as), content(other), call.toString());
                }
                assertEquals(as.header("Content-Type"), other.header("Content-Type"), call.toString());
                assertEquals(as.header("Content-Type"), head.header("Content-Type"), call.toString());
                assertEquals(0, head.response().body().length, call.toString());
            } else {
                // Of writes that find what they are about RepeatedWritesContract tells.
                Client by = call.isOpen() ? acme.caller(call) : server().stranger();
                Map<String, String> nobodys = acme.unknown("x");
                Answer as = call.by(by, nobodys);
                assertEquals(as.body(), call.otherSlash().by(by, nobodys).body(), call.toString());
                assertFalse(as.detail().contains("nothing at this path"), call.toString());
            }
        }
    }

    private static byte[] content(Answer answer) {
        return answer.body().isMissingNode() || answer.body().isNull()
                ? answer.response().body()
                : Furnished.withoutLastUse(answer.body().toString()).getBytes(StandardCharsets.UTF_8);
    }

    /** The path of the link in a mail, by which its recipient wants no more. */
    private static String link(OwnWorkspace place) {
        String inbox = place.endpoint("letters", "");
        String subject = "news of " + place.domain;
        String sent = place.owner
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + inbox + "\", \"list_unsubscribe\": true, "
                                + Approvals.mail("reader@elsewhere.example", subject)
                                        .substring(1))
                .expect(202)
                .text("message_id");
        String mail = new Approvals(place.server)
                .awaitArrival(subject)
                .getFirst()
                .content()
                .text();
        // Nothing goes on behind the back of whoever compares.
        place.owner.until(
                "/v1/messages/" + sent + "/", message -> message.text("status").equals("delivered"));
        String from = "<" + PUBLIC_URL + "/unsubscribe/";
        int at = mail.indexOf(from) + from.length();
        return mail.substring(at, mail.indexOf('>', at));
    }

    @Test
    default void a_write_that_is_repeated_with_its_key_is_done_once() {
        Furnished acme = Furnished.on(server());
        OwnWorkspace place = acme.place();
        String open = place.endpoint("open", ", \"plane\": \"agent\"");
        once(place, ENDPOINTS, "{\"localpart\": \"more\", \"kind\": \"custom\"}", 201, 409);
        once(place, "/v1/users/", "{\"email\": \"kim@x.example\", \"name\": \"Kim\", \"role\": \"member\"}", 201, 409);
        Answer agent = place.owner.post("/v1/agents/", "{\"name\": \"second\"}", "an-agent");
        Answer again = place.owner
                .post("/v1/agents/", "{\"name\": \"second\"}", "an-agent")
                .expect(201);
        assertEquals(agent.expect(201).text("agent_id"), again.text("agent_id"));
        assertTrue(agent.text("webhook_secret").startsWith("whsec_"));
        assertTrue(again.body().path("webhook_secret").isNull(), "it is shown once");
        assertEquals(2, place.owner.get("/v1/agents/").expect(200).body().size());
        String rotate = "/v1/agents/" + agent.text("agent_id") + "/rotate-secret/";
        assertFalse(place.owner
                .post(rotate, "", "rotated")
                .expect(200)
                .body()
                .path("webhook_secret")
                .isNull());
        assertTrue(place.owner
                .post(rotate, "", "rotated")
                .expect(200)
                .body()
                .path("webhook_secret")
                .isNull());

        once(place, SUPPRESSIONS, "{\"email\": \"kim@x.example\"}", 201, 201);

        String replied = MESSAGES + place.message(ADA, "mail", "to be answered") + "/reply";
        once(place, replied, "{\"text\": \"Hello.\"}", 200, 409);
        String discarded = MESSAGES + place.message(ADA, "mail", "to be discarded") + "/discard";
        once(place, discarded, "{}", 200, 409);
        String assigned = MESSAGES + place.message(ADA, "open", "to be assigned") + "/assign";
        once(place, assigned, "{\"agent_id\": \"" + acme.id("agent") + "\"}", 200, 409);
        once(place, QUARANTINE + acme.id("held") + "/accept", "{}", 200, 404);
        String rejected =
                place.receive(ADA, "closed", "to be rejected").path("id").asText();
        once(place, QUARANTINE + rejected + "/reject", "{}", 200, 404);
        Client program = place.program(acme.id("endpoint"));
        String escalate = MESSAGES + acme.id("message") + "/escalate";
        Answer first = program.post(escalate, "{}", "escalated").expect(200);
        assertEquals(
                first.body(),
                program.post(escalate, "{}", "escalated").expect(200).body());
        program.post(escalate, "{}").expect(409);
        once(place, MESSAGES + acme.id("message") + "/presence", "{\"typing\": true}", 200, 200);

        JsonNode answers =
                place.owner.get("/v1/messages/?direction=outbound").expect(200).body();
        assertEquals(2, answers.size(), "one answer was written, and one mail is held");
        assertEquals(1, place.endpoint(acme.id("endpoint")).path("escalated").asInt());
        assertEquals("routed", place.goes(ADA, "open"), "it was wired to the agent");
        assertEquals(acme.id("agent"), place.endpoint(open).path("agent_id").asText());
        assertEquals("awaiting_review", place.goes(ADA, "more"));
    }

    /** Does it twice with a key, which is one for this request alone, and then as a new request. */
    private static void once(OwnWorkspace place, String path, String json, int status, int otherwise) {
        String key = path.replace('/', '-');
        Answer first = place.owner.post(path, json, key).expect(status);
        Answer again = place.owner.post(path, json, key).expect(status);
        assertEquals(first.body(), again.body(), path);
        Answer other = place.owner.post(path, json + " ", key).expect(422);
        assertEquals("idempotency_mismatch", other.code(), path);
        place.owner.post(path, json).expect(otherwise);
    }
}
