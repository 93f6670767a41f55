package org.chancery.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import org.chancery.api.Http.Reply;
import org.chancery.core.access.User;
import org.chancery.core.access.Workspace;
import org.chancery.core.id.MessageId;

/** A workspace in a test, with its owner's token, and what tests make in it through the API. */
public record Tenant(TestServer server, Workspace workspace, User owner, String token) {

    public Reply get(String path) {
        return server.http().get(path, token);
    }

    public Reply post(String path, String json, String... headers) {
        return server.http().post(path, token, json, headers);
    }

    public Reply patch(String path, String json, String... headers) {
        return server.http().send("PATCH", path, token, json.getBytes(StandardCharsets.UTF_8), headers);
    }

    public Reply delete(String path, String... headers) {
        return server.http().send("DELETE", path, token, null, headers);
    }

    public String address(String localPart) {
        return workspace.address(localPart);
    }

    /** Makes an agent; its id. */
    public String agent(String name) {
        return created("/v1/agents/", "{\"name\": \"" + name + "\"}")
                .get("agent_id")
                .asText();
    }

    /** Makes an endpoint that people handle; its id. */
    public String endpoint(String localPart) {
        return created("/v1/api/email/endpoints", "{\"localpart\": \"" + localPart + "\", \"kind\": \"custom\"}")
                .get("id")
                .asText();
    }

    /** Makes an endpoint that an agent handles; its id. */
    public String agentEndpoint(String localPart, String agent, String replyPolicy) {
        return created("/v1/api/email/endpoints", """
                        {"localpart": "%s", "kind": "custom", "plane": "agent", "agent_id": "%s", "reply_policy": "%s"}""".formatted(localPart, agent, replyPolicy))
                .get("id")
                .asText();
    }

    /** Makes a token that is bound to an inbox. */
    public String inboxToken(String inbox, String... scopes) {
        return token("\"inbox_id\": \"" + inbox + "\", ", scopes);
    }

    /** Makes a token for an agent. */
    public String agentToken(String agent, String... scopes) {
        return token("\"agent_id\": \"" + agent + "\", ", scopes);
    }

    /** Makes a token for the owner. */
    public String personalToken(String... scopes) {
        return token("", scopes);
    }

    private String token(String binding, String... scopes) {
        String body = "{%s\"label\": \"test\", \"scopes\": [\"%s\"]}".formatted(binding, String.join("\", \"", scopes));
        return created("/v1/tokens/", body).get("token").asText();
    }

    /** Sends a mail in; its id. */
    public String mailTo(String localPart, String from, String subject, String text) {
        MessageId id = server.deliver(address(localPart), TestServer.mail(from, subject, text));
        return id.text();
    }

    private JsonNode created(String path, String json) {
        Reply reply = post(path, json);
        assertEquals(201, reply.status(), reply::text);
        return reply.json();
    }
}
