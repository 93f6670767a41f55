package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.OwnWorkspace.ADA;
import static org.chancery.server.endtoend.OwnWorkspace.MESSAGES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;

/**
 * A workspace with one of everything, and the ids of it all.
 *
 * @param session of a member who has signed in twice; the other one is among the ids
 * @param program that may use the endpoint
 */
record Furnished(OwnWorkspace place, Map<String, String> ids, Client session, Client program) {
    private static final String PASSWORD = "a-long-password-of-theirs";

    static Furnished on(RunningServer server) {
        OwnWorkspace place = OwnWorkspace.on(server);
        Map<String, String> ids = new LinkedHashMap<>();
        String agent = place.agent("helper");
        ids.put("agent", agent);
        ids.put("own agent", agent);
        ids.put("endpoint", place.endpointOf(agent, "desk"));
        place.endpoint("closed", ", \"sender_policy\": \"bound_users_only\"");
        ids.put("label", made(place, "/v1/labels/", "{\"name\": \"Label\"}", "label_id"));
        ids.put("suppressed", made(place, "/v1/suppressions/", suppression(place), "email"));
        ids.put("token", made(place, "/v1/tokens/", "{\"label\": \"t\", \"scopes\": [\"email:read\"]}", "token_id"));
        heldWithFile(place, ids);
        ids.put("held", place.receive(ADA, "closed", "held back").path("id").asText());
        mailWithFile(place, ids);
        ids.put("link", "nobodys");
        Client session = signedIn(place, ids);
        return new Furnished(place, ids, session, place.program(Objects.requireNonNull(ids.get("endpoint"))));
    }

    private static String made(OwnWorkspace place, String list, String json, String id) {
        return place.owner.post(list, json).expect(201).text(id);
    }

    private static String suppression(OwnWorkspace place) {
        return "{\"email\": \"not@wanted." + place.domain + "\"}";
    }

    private static void heldWithFile(OwnWorkspace place, Map<String, String> ids) {
        String file = "{\"filename\": \"a.txt\", \"content_type\": \"text/plain\", \"content\": \"YQ==\"}";
        Answer sent = place.restricted("waiting")
                .post(
                        "/v1/messages/",
                        Approvals.mail("client@elsewhere.example", "held mail")
                                .replace("}]", "}], \"attachments\": [" + file + "]"))
                .expect(202);
        String approval = sent.text("approval_id");
        ids.put("sent", sent.text("message_id"));
        ids.put("approval", approval);
        Answer shown = place.owner.get(Approvals.item(approval)).expect(200);
        ids.put("enclosed", shown.body().at("/payload/attachments/0/id").asText());
    }

    private static void mailWithFile(OwnWorkspace place, Map<String, String> ids) {
        String mail = "From: " + ADA + "\r\nTo: " + place.address("desk") + "\r\nSubject: a file\r\nMessage-ID: <f@"
                + place.domain + ">\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
                + "--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n"
                + "--b\r\nContent-Type: image/png; name=a.png\r\nContent-Disposition: attachment\r\n\r\nxx\r\n--b--\r\n";
        assertTrue(place.server.mail(ADA, place.address("desk"), mail).startsWith("250"));
        String message = place.await("a file").path("email_message_id").asText();
        ids.put("message", message);
        ids.put("file", place.content(message).at("/attachments/0/id").asText());
        // The trace is kept at the end of the pipeline, a moment after the message is there.
        place.owner.until(
                MESSAGES + message + "/trace",
                trace -> trace.status() == 200 && !trace.body().isEmpty());
    }

    private static Client signedIn(OwnWorkspace place, Map<String, String> ids) {
        String email = "bob@" + place.domain;
        ids.put("user", place.person(email, "member", ", \"password\": \"" + PASSWORD + "\""));
        ids.put("email", email);
        ids.put("password", PASSWORD);
        Client other = place.server.signIn(email, PASSWORD);
        ids.put("session", Refusals.tokenOf(other));
        return place.server.signIn(email, PASSWORD);
    }

    String id(String kind) {
        return Objects.requireNonNull(ids.get(kind), kind);
    }

    /** Ids of the same kinds that nothing has. */
    Map<String, String> unknown(String nobody) {
        Map<String, String> unknown = new LinkedHashMap<>();
        ids.forEach((kind, id) -> unknown.put(kind, id.substring(0, id.indexOf('_') + 1) + nobody));
        unknown.put("own agent", id("agent"));
        return unknown;
    }

    /** Somebody who may make the call, where nothing else stands in its way. */
    Client caller(ApiCall call) {
        if (call.isOpen()) {
            return place.server.stranger();
        }
        if (call.path().startsWith("/api/auth/")) {
            return session;
        }
        // Only programs escalate.
        return call.path().equals(ApiCall.ESCALATE) ? program : place.owner;
    }

    /** A token of the owner's with these scopes. */
    Client personal(Iterable<String> scopes) {
        return token("", scopes);
    }

    /** A token of the inbox with these scopes. */
    Client program(String inbox, Iterable<String> scopes) {
        return token(", \"inbox_id\": \"" + inbox + "\"", scopes);
    }

    private Client token(String further, Iterable<String> scopes) {
        String json = "{\"label\": \"test\", \"scopes\": [\"" + String.join("\", \"", scopes) + "\"]" + further + "}";
        return place.server
        .new Client(place.owner.post("/v1/tokens/", json).expect(201).text("token"));
    }

    /** All that can be seen of the workspace, to be compared with the same later. */
    String everything() {
        StringBuilder all = new StringBuilder(place.everything());
        for (String list : new String[] {
            "/v1/labels/",
            "/v1/messages/?limit=200",
            "/v1/approvals/?limit=100",
            "/v1/api/email/quarantine",
            "/v1/tokens/?limit=200"
        }) {
            all.append(place.owner.get(list).expect(200).body()).append('\n');
        }
        all.append(session.get("/api/auth/sessions").expect(200).body());
        return withoutLastUse(all.toString());
    }

    /** Looking changes when a token was used last. */
    static String withoutLastUse(String json) {
        return json.replaceAll("\"last_used_at\":(\"[^\"]*\"|null)", "");
    }

    void goesOnAs(String before) {
        assertEquals(before, everything());
        assertEquals("routed", place.goes(ADA, "desk"));
        assertEquals("quarantined: unknown_sender", place.goes(ADA, "closed"));
        assertEquals("unrouted", place.goes(ADA, "mail"));
    }
}
