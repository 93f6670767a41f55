package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.jspecify.annotations.Nullable;

/**
 * A test's own workspace on a running server, with a domain to itself: all that stands there is the test's. Mail comes in by
 * SMTP, and is looked for by HTTP.
 */
final class OwnWorkspace {
    static final String ENDPOINTS = "/v1/api/email/endpoints";
    static final String MESSAGES = "/v1/api/email/messages/";

    /** Somebody outside. */
    static final String ADA = "ada@customer.example";

    private static final AtomicInteger MADE = new AtomicInteger();

    final RunningServer server;
    final String domain;
    final Client owner;
    private int mails;

    private OwnWorkspace(RunningServer server, String domain) {
        this.server = server;
        this.domain = domain;
        this.owner = server.makeWorkspace(domain);
    }

    static OwnWorkspace on(RunningServer server) {
        return new OwnWorkspace(server, "own-" + MADE.incrementAndGet() + ".example");
    }

    String address(String localPart) {
        return localPart + "@" + domain;
    }

    /** Makes an endpoint; further fields as JSON members that begin with a comma. */
    String endpoint(String localPart, String further) {
        return owner.post(ENDPOINTS, "{\"localpart\": \"" + localPart + "\", \"kind\": \"custom\"" + further + "}")
                .expect(201)
                .text("id");
    }

    JsonNode endpoint(String id) {
        return owner.get(ENDPOINTS + "/" + id).expect(200).body();
    }

    /** Changes an endpoint; what it is then. */
    JsonNode change(String id, String json) {
        Answer answer = owner.patch(ENDPOINTS + "/" + id, json).expect(200);
        assertEquals(settings(answer.body()), settings(endpoint(id)));
        return answer.body();
    }

    /** An endpoint without what mail under way may change at any moment. */
    private static JsonNode settings(JsonNode endpoint) {
        ObjectNode settings = endpoint.deepCopy();
        return settings.remove(List.of(
                "received", "replied", "awaiting_review", "unrouted", "quarantined", "escalated", "last_occurred_at"));
    }

    /** Tries to change an endpoint in a way that is refused at that place. */
    void cannotChange(String id, String json, String pointer) {
        JsonNode before = settings(endpoint(id));
        Answer refused = owner.patch(ENDPOINTS + "/" + id, json).expect(422);
        assertEquals(pointer, refused.place(), json);
        assertEquals(before, settings(endpoint(id)), json);
    }

    /** An endpoint whose mail that agent handles. */
    String endpointOf(String agent, String localPart) {
        return endpoint(localPart, ", \"plane\": \"agent\", \"agent_id\": \"" + agent + "\"");
    }

    String systemMailbox() {
        return owner.get(ENDPOINTS).expect(200).body().at("/endpoints/0/id").asText();
    }

    String agent(String name) {
        return owner.post("/v1/agents/", "{\"name\": \"" + name + "\"}")
                .expect(201)
                .text("agent_id");
    }

    /** A program that may use one endpoint. */
    Client program(String endpoint) {
        return server.new Client(owner.post(
                        "/v1/tokens/",
                        "{\"label\": \"program\", \"inbox_id\": \"" + endpoint
                                + "\", \"scopes\": [\"email:read\", \"email:send\"]}")
                .expect(201)
                .text("token"));
    }

    /** A program that may use a new endpoint of that name, and whose mail waits for people. */
    Client restricted(String localPart) {
        return server.new Client(owner.post(
                        "/v1/tokens/",
                        "{\"label\": \"restricted\", \"inbox_id\": \"" + endpoint(localPart, "")
                                + "\", \"scopes\": [\"email:read\", \"email:send\"], \"requires_approval\": [\"email:send\"]}")
                .expect(201)
                .text("token"));
    }

    /** Adds a person; the id. */
    String person(String email, String role, String further) {
        return owner.post(
                        "/v1/users/",
                        "{\"email\": \"" + email + "\", \"name\": \"Somebody\", \"role\": \"" + role + "\"" + further
                                + "}")
                .expect(201)
                .text("user_id");
    }

    /** Says a mail with that subject; the server's reply. */
    String say(String from, String localPart, String subject) {
        return server.mail(
                from,
                address(localPart),
                RunningServer.content(from, address(localPart), subject, ++mails + "@" + domain, ""));
    }

    /** Says a mail and waits until it stands somewhere; its row, that of a held mail included. */
    JsonNode receive(String from, String localPart, String subject) {
        String reply = say(from, localPart, subject);
        assertEquals("250", reply.substring(0, 3), reply);
        return await(subject);
    }

    JsonNode await(String subject) {
        JsonNode[] found = new JsonNode[1];
        owner.until("/v1/api/email/activity?limit=200", activity -> {
            found[0] = find(activity.body().path("rows"), subject);
            if (found[0] == null) {
                found[0] = find(
                        owner.get("/v1/api/email/review").expect(200).body().path("quarantined"), subject);
            }
            return found[0] != null;
        });
        return found[0];
    }

    private static @Nullable JsonNode find(JsonNode rows, String subject) {
        for (JsonNode row : rows) {
            if (row.path("subject").asText().equals(subject)
                    && !row.path("direction").asText().equals("outbound")) {
                return row;
            }
        }
        return null;
    }

    /** Says a mail and waits until it stands somewhere; its id. */
    String message(String from, String localPart, String subject) {
        return receive(from, localPart, subject).path("email_message_id").asText();
    }

    /**
     * Where a new mail goes: the state in which it stands, {@code quarantined: …} with the reason, or the reply with which it was
     * refused.
     */
    String goes(String from, String localPart) {
        String subject = "mail no " + (mails + 1);
        String reply = say(from, localPart, subject);
        if (!reply.startsWith("250")) {
            return reply.substring(0, 9);
        }
        JsonNode row = await(subject);
        return row.has("handling_state")
                ? row.path("handling_state").asText()
                : "quarantined: " + row.path("reason").asText();
    }

    JsonNode content(String message) {
        return owner.get(MESSAGES + message + "/content").expect(200).body();
    }

    /** All that people can see of the workspace, to be compared with the same later. */
    String everything() {
        StringBuilder all = new StringBuilder();
        for (String list : new String[] {
            ENDPOINTS,
            "/v1/agents/",
            "/v1/users/",
            "/v1/suppressions/",
            "/v1/api/email/review",
            "/v1/api/email/activity?limit=200",
            "/v1/api/email/badge",
            "/v1/events/?limit=1000"
        }) {
            Answer answer = owner.get(list).expect(200);
            all.append(answer.body().has("events") ? answer.body().path("events") : answer.body())
                    .append('\n');
        }
        return all.toString();
    }
}
