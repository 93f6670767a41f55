package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.OwnWorkspace.ADA;
import static org.chancery.server.endtoend.OwnWorkspace.ENDPOINTS;
import static org.chancery.server.endtoend.OwnWorkspace.MESSAGES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.clock.TurningClock;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every write of the API, made twice with one {@code Idempotency-Key}: it is done once, and answered twice. Run on each database. */
interface RepeatedWritesContract {
    String QUARANTINE = "/v1/api/email/quarantine/";
    String PASSWORD = "a-long-password-of-theirs";

    /** Without a token there is nothing under which a key could be kept. */
    Set<String> WITHOUT_KEYS = Set.of("POST /api/auth/login", "POST /unsubscribe/{id}");

    /** What is shown once. */
    List<String> SECRETS = List.of("token", "webhook_secret");

    RunningServer server();

    TurningClock clock();

    /** Makes what a write is about, and says how it is asked for. */
    interface Preparation {
        Write in(OwnWorkspace place);
    }

    /**
     * A write as it is asked for.
     *
     * @param by the caller
     * @param status of its answer
     */
    record Write(
            Client by, String method, String path, @Nullable String json, int status) {
        static Write post(Client by, String path, String json, int status) {
            return new Write(by, "POST", path, json, status);
        }

        Answer ask(@Nullable String body, String key) {
            return by.call(method, path, body, "Idempotency-Key", key);
        }

        /** The same with a slash at the end of its path, or without, as it was not asked before. */
        Write otherSlash() {
            String other = path.endsWith("/") ? path.substring(0, path.length() - 1) : path + "/";
            return new Write(by, method, other, json, status);
        }
    }

    Map<String, Preparation> WRITES = Map.ofEntries(
            Map.entry(
                    "POST /v1/users",
                    place -> Write.post(
                            place.owner,
                            "/v1/users/",
                            "{\"email\": \"new@people.example\", \"name\": \"New\", \"role\": \"member\"}",
                            201)),
            Map.entry(
                    "PATCH /v1/users/{id}",
                    place -> new Write(
                            place.owner,
                            "PATCH",
                            "/v1/users/" + place.person("kim@" + place.domain, "member", "") + "/",
                            "{\"name\": \"Kim\"}",
                            200)),
            Map.entry(
                    "POST /v1/suppressions",
                    place -> Write.post(place.owner, "/v1/suppressions/", "{\"email\": \"a@unwanted.example\"}", 201)),
            Map.entry("DELETE /v1/suppressions/{id}", place -> {
                place.owner
                        .post("/v1/suppressions/", "{\"email\": \"b@unwanted.example\"}")
                        .expect(201);
                return new Write(place.owner, "DELETE", "/v1/suppressions/b@unwanted.example/", null, 204);
            }),
            Map.entry("POST /v1/agents", place -> Write.post(place.owner, "/v1/agents/", "{\"name\": \"one\"}", 201)),
            Map.entry(
                    "PATCH /v1/agents/{id}",
                    place -> new Write(
                            place.owner,
                            "PATCH",
                            "/v1/agents/" + place.agent("two") + "/",
                            "{\"status\": \"paused\"}",
                            200)),
            Map.entry(
                    "DELETE /v1/agents/{id}",
                    place -> new Write(place.owner, "DELETE", "/v1/agents/" + place.agent("three") + "/", null, 204)),
            Map.entry(
                    "POST /v1/agents/{id}/rotate-secret",
                    place -> Write.post(place.owner, "/v1/agents/" + place.agent("four") + "/rotate-secret/", "", 200)),
            Map.entry(
                    "POST /v1/tokens",
                    place -> Write.post(
                            place.owner, "/v1/tokens/", "{\"label\": \"t\", \"scopes\": [\"email:read\"]}", 201)),
            Map.entry(
                    "PATCH /v1/tokens/{id}",
                    place -> new Write(
                            place.owner, "PATCH", "/v1/tokens/" + token(place) + "/", "{\"label\": \"u\"}", 200)),
            Map.entry(
                    "DELETE /v1/tokens/{id}",
                    place -> new Write(place.owner, "DELETE", "/v1/tokens/" + token(place) + "/", null, 204)),
            Map.entry(
                    "POST /v1/tokens/{id}/rotate",
                    place -> Write.post(place.owner, "/v1/tokens/" + token(place) + "/rotate/", "", 200)),
            Map.entry(
                    "POST /api/auth/password",
                    place -> Write.post(
                            signedIn(place, "pam"),
                            "/api/auth/password",
                            "{\"old_password\": \"" + PASSWORD + "\", \"new_password\": \"another-" + PASSWORD + "\"}",
                            200)),
            Map.entry("DELETE /api/auth/sessions/{id}", place -> {
                Client one = signedIn(place, "sam");
                place.server.signIn("sam@" + place.domain, PASSWORD);
                String other = Approvals.each(
                                one.get("/api/auth/sessions").body().at("/data/sessions"))
                        .filter(session -> !session.path("is_current").asBoolean())
                        .findFirst()
                        .orElseThrow()
                        .path("session_id")
                        .asText();
                return new Write(one, "DELETE", "/api/auth/sessions/" + other, null, 200);
            }),
            Map.entry(
                    "POST " + ENDPOINTS,
                    place ->
                            Write.post(place.owner, ENDPOINTS, "{\"localpart\": \"more\", \"kind\": \"custom\"}", 201)),
            Map.entry(
                    "PATCH " + ENDPOINTS + "/{id}",
                    place -> new Write(
                            place.owner,
                            "PATCH",
                            ENDPOINTS + "/" + place.endpoint("changed", ""),
                            "{\"enabled\": false}",
                            200)),
            Map.entry(
                    "DELETE " + ENDPOINTS + "/{id}",
                    place -> new Write(
                            place.owner, "DELETE", ENDPOINTS + "/" + place.endpoint("removed", ""), null, 204)),
            Map.entry(
                    "PATCH /v1/api/email/workspace-mailbox",
                    place -> new Write(
                            place.owner, "PATCH", "/v1/api/email/workspace-mailbox", "{\"localpart\": \"post\"}", 200)),
            Map.entry(
                    "POST /v1/messages",
                    place -> Write.post(
                            place.program(place.endpoint("sender", "")),
                            "/v1/messages/",
                            Approvals.mail("client@elsewhere.example", "once sent"),
                            202)),
            Map.entry(
                    "POST /v1/labels",
                    place -> Write.post(place.owner, "/v1/labels/", "{\"name\": \"Made once\"}", 201)),
            Map.entry(
                    "PATCH /v1/labels/{id}",
                    place -> new Write(
                            place.owner,
                            "PATCH",
                            "/v1/labels/" + label(place, "Before") + "/",
                            "{\"name\": \"Changed once\"}",
                            200)),
            Map.entry(
                    "DELETE /v1/labels/{id}",
                    place -> new Write(
                            place.owner, "DELETE", "/v1/labels/" + label(place, "Removed once") + "/", null, 204)),
            Map.entry(
                    "PATCH /v1/messages/{id}",
                    place -> new Write(
                            place.owner,
                            "PATCH",
                            "/v1/messages/" + place.message(ADA, "mail", "to be labelled") + "/",
                            "{\"add_labels\": [\"" + label(place, "Put once") + "\"]}",
                            200)),
            Map.entry("POST /v1/messages/{id}/cancel", place -> {
                Client program = place.restricted("cancels");
                String held = Approvals.hold(program, "client@elsewhere.example", "once taken back")
                        .text("message_id");
                return Write.post(program, "/v1/messages/" + held + "/cancel/", "{}", 200);
            }),
            Map.entry(
                    "POST " + MESSAGES + "{id}/reply",
                    place -> Write.post(
                            place.owner,
                            MESSAGES + place.message(ADA, "mail", "once answered") + "/reply",
                            "{\"text\": \"Hello.\"}",
                            200)),
            Map.entry(
                    "POST " + MESSAGES + "{id}/discard",
                    place -> Write.post(
                            place.owner,
                            MESSAGES + place.message(ADA, "mail", "to be discarded") + "/discard",
                            "{}",
                            200)),
            Map.entry("POST " + MESSAGES + "{id}/assign", place -> {
                place.endpoint("open", ", \"plane\": \"agent\"");
                return Write.post(
                        place.owner,
                        MESSAGES + place.message(ADA, "open", "to be assigned") + "/assign",
                        "{\"agent_id\": \"" + place.agent("five") + "\"}",
                        200);
            }),
            Map.entry("POST " + MESSAGES + "{id}/escalate", place -> {
                String endpoint = place.endpointOf(place.agent("six"), "escalates");
                return Write.post(
                        place.program(endpoint),
                        MESSAGES + place.message(ADA, "escalates", "to be escalated") + "/escalate",
                        "{}",
                        200);
            }),
            Map.entry(
                    "POST " + MESSAGES + "{id}/presence",
                    place -> Write.post(
                            place.owner,
                            MESSAGES + place.message(ADA, "mail", "looked at") + "/presence",
                            "{\"typing\": true}",
                            200)),
            Map.entry("POST " + QUARANTINE + "{id}/accept", place -> quarantined(place, "closed", "accept")),
            Map.entry("POST " + QUARANTINE + "{id}/reject", place -> quarantined(place, "shut", "reject")),
            Map.entry(
                    "POST /v1/approvals/{id}/approve",
                    place -> Write.post(
                            place.owner,
                            Approvals.item(held(place, "approved")) + "approve/",
                            "{\"edits\": {\"subject\": \"once edited\"}}",
                            200)),
            Map.entry(
                    "POST /v1/approvals/{id}/reject",
                    place -> Write.post(place.owner, Approvals.item(held(place, "rejected")) + "reject/", "{}", 200)));

    private static String token(OwnWorkspace place) {
        return place.owner
                .post("/v1/tokens/", "{\"label\": \"t\", \"scopes\": [\"email:read\"]}")
                .expect(201)
                .text("token_id");
    }

    private static String label(OwnWorkspace place, String name) {
        return place.owner
                .post("/v1/labels/", "{\"name\": \"" + name + "\"}")
                .expect(201)
                .text("label_id");
    }

    private static Client signedIn(OwnWorkspace place, String name) {
        place.person(name + "@" + place.domain, "member", ", \"password\": \"" + PASSWORD + "\"");
        return place.server.signIn(name + "@" + place.domain, PASSWORD);
    }

    private static Write quarantined(OwnWorkspace place, String localPart, String decision) {
        place.endpoint(localPart, ", \"sender_policy\": \"bound_users_only\"");
        String held = place.receive("stranger-" + decision + "@customer.example", localPart, "to " + decision)
                .path("id")
                .asText();
        return Write.post(place.owner, QUARANTINE + held + "/" + decision, "{}", 200);
    }

    private static String held(OwnWorkspace place, String localPart) {
        return Approvals.hold(place.restricted(localPart), "client@elsewhere.example", "once " + localPart)
                .text("approval_id");
    }

    private Write reopening(OwnWorkspace place) {
        Client program = server().new Client(place.owner
                .post(
                        "/v1/tokens/",
                        "{\"label\": \"restricted\", \"inbox_id\": \"" + place.endpoint("late", "")
                                + "\", \"scopes\": [\"email:read\", \"email:send\"], \"requires_approval\": [{\"action\":"
                                + " \"email:send\", \"expires_after\": \"4h\"}]}")
                .expect(201)
                .text("token"));
        String approval =
                Approvals.hold(program, "client@elsewhere.example", "once late").text("approval_id");
        clock().turn(Duration.ofHours(4));
        place.owner.until(
                Approvals.item(approval), answer -> answer.text("status").equals("expired"));
        return Write.post(place.owner, Approvals.item(approval) + "reopen/", "{}", 200);
    }

    @Test
    default void every_write_with_one_key_is_done_once_and_answered_alike() {
        OwnWorkspace place = OwnWorkspace.on(server());
        WRITES.forEach((name, preparation) -> once(place, name, preparation.in(place)));
        once(place, "POST /v1/approvals/{id}/reopen", reopening(place));
    }

    private static void once(OwnWorkspace place, String name, Write write) {
        String key = name.replaceAll("[^A-Za-z]", "-");
        Answer first = write.ask(write.json(), key);
        assertEquals(write.status(), first.status(), () -> name + ": " + first.body());
        assertEquals("", first.header("Idempotency-Replayed"), name);
        String afterFirst = decided(place);
        Answer again = write.ask(write.json(), key);
        assertEquals(write.status(), again.status(), () -> name + ": " + again.body());
        assertEquals("true", again.header("Idempotency-Replayed"), name);
        Answer slashed = write.otherSlash().ask(write.json(), key);
        assertEquals(write.status(), slashed.status(), () -> name + ", other slash: " + slashed.body());
        assertEquals("true", slashed.header("Idempotency-Replayed"), name);
        assertEquals(afterFirst, decided(place), name);
        first.body().properties().forEach(field -> {
            JsonNode repeated = again.body().path(field.getKey());
            if (SECRETS.contains(field.getKey())) {
                // What is told again stands in the database: no secret does.
                assertTrue(repeated.isNull(), name + " " + field.getKey());
            } else {
                assertEquals(field.getValue(), repeated, name + " " + field.getKey());
            }
        });
        String json = write.json();
        if (json != null && !json.isEmpty()) {
            assertEquals(
                    "idempotency_mismatch",
                    write.ask(json + " ", key).expect(422).code(),
                    name);
        }
        assertEquals(afterFirst, decided(place), name);
    }

    /** What was decided so far, and what was sent for these tests; how far it got meanwhile is not of interest. */
    private static String decided(OwnWorkspace place) {
        Stream<String> entries = Approvals.each(
                        place.owner.get("/v1/audit/?limit=200").expect(200).body())
                .map(entry -> entry.path("kind").asText() + " " + entry.path("subject"))
                .filter(entry -> !entry.startsWith("message.") && !entry.startsWith("signing_keys."));
        Stream<String> mails = Approvals.each(place.owner
                        .get("/v1/messages/?direction=outbound&limit=100")
                        .expect(200)
                        .body())
                .map(mail -> mail.path("subject").asText() + " " + mail.path("message_id"))
                .filter(mail -> mail.startsWith("once ") || mail.startsWith("Re: once "));
        return Stream.concat(entries, mails).collect(Collectors.joining("\n"));
    }

    @Test
    default void every_write_of_the_description_takes_a_key_and_is_among_these() {
        Set<String> described = new TreeSet<>();
        Set<String> takingKeys = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : server().stranger()
                .get("/openapi.json")
                .expect(200)
                .body()
                .path("paths")
                .properties()) {
            path.getValue().properties().forEach(operation -> {
                String name = operation.getKey().toUpperCase(Locale.ROOT) + " "
                        + path.getKey().replaceAll("/$", "");
                if (!operation.getKey().equals("get") && !WITHOUT_KEYS.contains(name)) {
                    described.add(name);
                    if (operation
                            .getValue()
                            .path("parameters")
                            .findValuesAsText("name")
                            .contains("Idempotency-Key")) {
                        takingKeys.add(name);
                    }
                }
            });
        }
        assertEquals(described, takingKeys);
        Set<String> tried = new TreeSet<>(WRITES.keySet());
        tried.add("POST /v1/approvals/{id}/reopen");
        tried.add("POST /api/auth/logout");
        assertEquals(described, tried);
    }

    @Test
    default void each_sign_in_is_one_of_its_own_whatever_its_key() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String email = "lou@" + place.domain;
        Client session = signedIn(place, "lou");
        String json = "{\"email\": \"" + email + "\", \"password\": \"" + PASSWORD + "\"}";
        Answer first =
                server().stranger().post("/api/auth/login", json, "a-key").expect(200);
        Answer second =
                server().stranger().post("/api/auth/login", json, "a-key").expect(200);
        assertEquals("", second.header("Idempotency-Replayed"));
        String secret = first.body().at("/data/token").asText();
        assertFalse(secret.isEmpty());
        assertNotEquals(secret, second.body().at("/data/token").asText());

        session.post("/api/auth/logout", "", "out").expect(200);
        session.post("/api/auth/logout", "", "out").expect(401);
    }
}
