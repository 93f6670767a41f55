package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.OwnWorkspace.ADA;
import static org.chancery.server.endtoend.OwnWorkspace.ENDPOINTS;
import static org.chancery.server.endtoend.OwnWorkspace.MESSAGES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What holds for every call about endpoints, triage, quarantine, agents, people and suppressions: who may, whose things they are, and that a
 * repeated write is done once. Run on each database.
 */
interface CallRulesContract {
    String QUARANTINE = "/v1/api/email/quarantine/";
    String SUPPRESSIONS = "/v1/suppressions/";

    /** A call; a name in braces stands for the id of such a thing, and for its name in the description. */
    record Call(String method, String path, @Nullable String json, String scope) {
        Answer by(Client client, Map<String, String> ids) {
            return client.call(method, filled(path, ids), json == null ? null : filled(json, ids));
        }

        private static String filled(String text, Map<String, String> ids) {
            String filled = text;
            for (Map.Entry<String, String> id : ids.entrySet()) {
                filled = filled.replace("{" + id.getKey() + "}", id.getValue());
            }
            return filled;
        }

        /** As {@code /openapi.json} names it. */
        String described() {
            return method + " "
                    + path.replaceAll("\\{(endpoint|message|held|agent|user|label|suppressed)}", "{id}")
                            .replace("{file}", "{attachment_id}")
                            .replaceAll("/$", "");
        }

        boolean hasId() {
            return path.contains("{");
        }
    }

    List<Call> CALLS = List.of(
            new Call("POST", ENDPOINTS, "{\"localpart\": \"more\", \"kind\": \"custom\"}", "admin"),
            new Call("GET", ENDPOINTS, null, "admin"),
            new Call("GET", ENDPOINTS + "/{endpoint}", null, "admin"),
            new Call("PATCH", ENDPOINTS + "/{endpoint}", "{\"enabled\": false}", "admin"),
            new Call("DELETE", ENDPOINTS + "/{endpoint}", null, "admin"),
            new Call("PATCH", "/v1/api/email/workspace-mailbox", "{\"localpart\": \"post\"}", "admin"),
            new Call("GET", "/v1/api/email/review", null, "conversations:read"),
            new Call("GET", "/v1/api/email/activity", null, "conversations:read"),
            new Call("GET", "/v1/api/email/badge", null, "conversations:read"),
            new Call("GET", MESSAGES + "{message}/content", null, "admin"),
            new Call("GET", MESSAGES + "{message}/attachments/{file}/download", null, "admin"),
            new Call("GET", MESSAGES + "{message}/trace", null, "admin"),
            new Call("POST", MESSAGES + "{message}/reply", "{\"text\": \"Hello.\"}", "conversations:write"),
            new Call("POST", MESSAGES + "{message}/discard", "{}", "conversations:write"),
            new Call("POST", MESSAGES + "{message}/presence", "{\"typing\": true}", "conversations:write"),
            new Call("POST", MESSAGES + "{message}/assign", "{\"agent_id\": \"{own agent}\"}", "admin"),
            new Call("POST", MESSAGES + "{message}/escalate", "{}", "email:send"),
            new Call("GET", "/v1/api/email/quarantine", null, "admin"),
            new Call("GET", QUARANTINE + "{held}/content", null, "admin"),
            new Call("GET", QUARANTINE + "{held}/raw", null, "admin"),
            new Call("GET", QUARANTINE + "{held}/trace", null, "admin"),
            new Call("POST", QUARANTINE + "{held}/accept", "{}", "admin"),
            new Call("POST", QUARANTINE + "{held}/reject", "{}", "admin"),
            new Call("POST", "/v1/agents/", "{\"name\": \"another\"}", "admin"),
            new Call("GET", "/v1/agents/", null, "admin"),
            new Call("GET", "/v1/agents/{agent}/", null, "admin"),
            new Call("PATCH", "/v1/agents/{agent}/", "{\"status\": \"disabled\"}", "admin"),
            new Call("DELETE", "/v1/agents/{agent}/", null, "admin"),
            new Call("POST", "/v1/agents/{agent}/rotate-secret/", "", "admin"),
            new Call("GET", "/v1/agents/{agent}/deliveries/", null, "admin"),
            new Call(
                    "POST",
                    "/v1/users/",
                    "{\"email\": \"new@people.example\", \"name\": \"New\", \"role\": \"admin\"}",
                    "admin"),
            new Call("GET", "/v1/users/", null, "admin"),
            new Call("GET", "/v1/users/{user}/", null, "admin"),
            new Call("PATCH", "/v1/users/{user}/", "{\"role\": \"admin\"}", "admin"),
            new Call("POST", "/v1/labels/", "{\"name\": \"More\"}", "labels:write"),
            new Call("GET", "/v1/labels/", null, "labels:read"),
            new Call("GET", "/v1/labels/{label}/", null, "labels:read"),
            new Call("PATCH", "/v1/labels/{label}/", "{\"name\": \"Other\"}", "labels:write"),
            new Call("DELETE", "/v1/labels/{label}/", null, "labels:write"),
            new Call("POST", SUPPRESSIONS, "{\"email\": \"more@wanted.example\"}", "contacts:write"),
            new Call("GET", SUPPRESSIONS, null, "contacts:read"),
            new Call("GET", SUPPRESSIONS + "{suppressed}/", null, "contacts:read"),
            new Call("DELETE", SUPPRESSIONS + "{suppressed}/", null, "contacts:write"));

    RunningServer server();

    /** A workspace with one of everything, and the ids of it all. */
    record Furnished(OwnWorkspace place, Map<String, String> ids) {

        static Furnished on(RunningServer server) {
            OwnWorkspace place = OwnWorkspace.on(server);
            Map<String, String> ids = new LinkedHashMap<>();
            String agent = place.agent("helper");
            ids.put("agent", agent);
            ids.put("own agent", agent);
            ids.put("endpoint", place.endpointOf(agent, "desk"));
            place.endpoint("closed", ", \"sender_policy\": \"bound_users_only\"");
            ids.put("user", place.person("bob@" + place.domain, "member", ""));
            ids.put(
                    "label",
                    place.owner
                            .post("/v1/labels/", "{\"name\": \"Label\"}")
                            .expect(201)
                            .text("label_id"));
            ids.put(
                    "suppressed",
                    place.owner
                            .post(SUPPRESSIONS, "{\"email\": \"not@wanted." + place.domain + "\"}")
                            .expect(201)
                            .text("email"));
            ids.put("held", place.receive(ADA, "closed", "held back").path("id").asText());
            String mail = "From: " + ADA + "\r\nTo: " + place.address("desk") + "\r\nSubject: a file\r\nMessage-ID: <f@"
                    + place.domain + ">\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
                    + "--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n"
                    + "--b\r\nContent-Type: image/png; name=a.png\r\nContent-Disposition: attachment\r\n\r\nxx\r\n--b--\r\n";
            assertTrue(server.mail(ADA, place.address("desk"), mail).startsWith("250"));
            String message = place.await("a file").path("email_message_id").asText();
            ids.put("message", message);
            ids.put("file", place.content(message).at("/attachments/0/id").asText());
            return new Furnished(place, ids);
        }

        String id(String kind) {
            return Objects.requireNonNull(ids.get(kind), kind);
        }

        void goesOnAs(String before) {
            assertEquals(before, place.everything());
            assertEquals("routed", place.goes(ADA, "desk"));
            assertEquals("quarantined: unknown_sender", place.goes(ADA, "closed"));
            assertEquals("unrouted", place.goes(ADA, "mail"));
        }
    }

    @Test
    default void every_call_of_these_families_is_among_those_that_are_tried_here() {
        Set<String> described = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : server().stranger()
                .get("/openapi.json")
                .expect(200)
                .body()
                .path("paths")
                .properties()) {
            if (path.getKey().matches("/v1/(api/email|agents|users|labels|suppressions)(/.*)?")) {
                path.getValue()
                        .fieldNames()
                        .forEachRemaining(method -> described.add(method.toUpperCase(Locale.ROOT) + " "
                                + path.getKey().replaceAll("/$", "")));
            }
        }
        Set<String> tried = new TreeSet<>();
        CALLS.forEach(call -> tried.add(call.described()));
        assertEquals(described, tried);
    }

    @Test
    default void without_a_token_each_call_is_401_and_changes_nothing() {
        Furnished acme = Furnished.on(server());
        String before = acme.place().everything();
        for (Call call : CALLS) {
            Answer refused = call.by(server().stranger(), acme.ids()).expect(401);
            assertEquals("missing_token", refused.code(), call.path());
            assertEquals("Bearer realm=\"chancery\"", refused.header("WWW-Authenticate"));
        }
        Client unknown = server().new Client("chy_nobody-has-this-one");
        assertEquals(
                "invalid_token",
                CALLS.getFirst().by(unknown, acme.ids()).expect(401).code());
        acme.goesOnAs(before);
    }

    @Test
    default void without_its_scope_each_call_is_403_names_it_and_changes_nothing() {
        Furnished acme = Furnished.on(server());
        String domain = acme.place().domain;
        Client reader = server().makeMember(domain, "reader@" + domain, "conversations:read,email:read");
        Client writer = server().makeMember(domain, "writer@" + domain, "email:read");
        String before = acme.place().everything();
        for (Call call : CALLS) {
            Client lacking = call.scope().equals("conversations:read") ? writer : reader;
            Answer refused = call.by(lacking, acme.ids()).expect(403);
            assertEquals("missing_scope", refused.code(), call.path());
            assertEquals("This call needs the scope " + call.scope() + ".", refused.text("detail"), call.path());
            assertTrue(refused.header("WWW-Authenticate").endsWith("scope=\"" + call.scope() + "\""), call.path());
        }
        acme.goesOnAs(before);
    }

    @Test
    default void what_is_unknown_or_anothers_is_404_for_each_call_and_stays_as_it_is() {
        Furnished acme = Furnished.on(server());
        Furnished other = Furnished.on(server());
        String before = acme.place().everything();
        for (Call call : CALLS) {
            if (call.hasId()) {
                Map<String, String> foreign = new LinkedHashMap<>(acme.ids());
                foreign.put("own agent", other.id("agent"));
                nothingIsFound(call, caller(call, other), foreign);
                for (String nobody : List.of("0".repeat(26), "x")) {
                    Map<String, String> unknown = new LinkedHashMap<>();
                    acme.ids().forEach((kind, id) -> unknown.put(kind, id.substring(0, id.indexOf('_') + 1) + nobody));
                    unknown.put("own agent", acme.id("agent"));
                    nothingIsFound(call, caller(call, acme), unknown);
                }
                Map<String, String> otherKind = new LinkedHashMap<>();
                acme.ids()
                        .forEach((kind, id) -> otherKind.put(kind, acme.place().systemMailbox()));
                otherKind.put("own agent", acme.id("agent"));
                if (!call.path().contains("{endpoint}")) {
                    nothingIsFound(call, caller(call, acme), otherKind);
                }
            }
        }
        String strange = MESSAGES + acme.id("message") + "/attachments/99/download";
        acme.place().owner.get(strange).expect(404);
        acme.goesOnAs(before);
    }

    /** Only programs escalate. */
    private static Client caller(Call call, Furnished workspace) {
        return call.path().endsWith("/escalate")
                ? workspace.place().program(workspace.id("endpoint"))
                : workspace.place().owner;
    }

    @Test
    default void a_slash_at_the_end_makes_no_difference() {
        Furnished acme = Furnished.on(server());
        for (Call call : CALLS) {
            if (call.method().equals("GET")) {
                String other = call.path().endsWith("/") ? call.path().replaceAll("/$", "") : call.path() + "/";
                Answer with = call.by(acme.place().owner, acme.ids()).expect(200);
                Answer without = new Call("GET", other, null, "").by(acme.place().owner, acme.ids());
                assertEquals(with.body(), without.expect(200).body(), other);
            }
        }
    }

    private static void nothingIsFound(Call call, Client by, Map<String, String> ids) {
        assertEquals("not_found", call.by(by, ids).expect(404).code(), call.path());
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
        assertEquals(1, answers.size(), "one answer was written");
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
