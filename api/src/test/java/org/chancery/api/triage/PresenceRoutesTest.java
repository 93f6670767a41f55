package org.chancery.api.triage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.chancery.api.Http.Reply;
import org.chancery.api.Tenant;
import org.chancery.api.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PresenceRoutesTest {
    private static final String MESSAGES = "/v1/api/email/messages/";
    private static final String ANN = "Ann <ann@elsewhere.example>";

    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @SuppressWarnings("NullAway.Init")
    private Tenant tenant;

    @SuppressWarnings("NullAway.Init")
    private String question;

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
        tenant.endpoint("desk");
        question = tenant.mailTo("desk", ANN, "Question", "How much?");
    }

    private Reply tell(String token, String json) {
        return server.http().post(MESSAGES + question + "/presence", token, json);
    }

    private JsonNode viewers() {
        return tenant.get(MESSAGES + question + "/content").json().get("viewers");
    }

    @Test
    void who_writes_is_shown_for_half_a_minute() {
        assertEquals("[]", viewers().toString());
        String member = server.addMember(tenant, "ann@elsewhere.example", "conversations:write");
        Reply told = tell(member, "{\"typing\": true}");
        assertEquals(200, told.status(), told::text);
        assertEquals("awaiting_review", told.json().get("handling_state").asText());

        JsonNode viewer = viewers().get(0);
        assertEquals("user", viewer.get("kind").asText());
        assertEquals(true, viewer.get("typing").asBoolean());
        assertEquals(true, viewer.get("label").asText().startsWith("member"));
        assertEquals(true, viewer.get("since").isTextual());
        server.clock().putForward(Duration.ofSeconds(31));
        assertEquals("[]", viewers().toString());
    }

    @Test
    void several_are_shown_each_once() {
        String member = server.addMember(tenant, "ann@elsewhere.example", "conversations:write");
        tell(member, "{\"typing\": true}");
        tell(tenant.token(), "{\"typing\": false}");
        tell(member, "{\"typing\": true}");
        JsonNode viewers = viewers();
        assertEquals(2, viewers.size());
        assertEquals(true, viewers.get(0).get("typing").asBoolean());
        assertEquals(false, viewers.get(1).get("typing").asBoolean());
        assertEquals(tenant.owner().email(), viewers.get(1).get("label").asText());
    }

    @Test
    void it_tells_nothing_of_mail_that_one_does_not_see() {
        String stranger = server.addMember(tenant, "bob@elsewhere.example", "conversations:write");
        assertEquals(404, tell(stranger, "{\"typing\": true}").status());
        assertEquals(
                404, tell(server.newWorkspace().token(), "{\"typing\": true}").status());
        assertEquals(
                404,
                tenant.post(MESSAGES + "msg_unknown/presence", "{\"typing\": true}")
                        .status());
        assertEquals("[]", viewers().toString());
    }

    @Test
    void it_needs_the_scope_to_work_on_the_queue() {
        assertEquals(
                403,
                tell(tenant.personalToken("conversations:read"), "{\"typing\": true}")
                        .status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"typing\": \"yes\"}", "{\"typing\": null}", "{\"typing\": true, \"x\": 1}"})
    void what_cannot_be_used_is_422(String json) {
        assertEquals(422, tell(tenant.token(), json).status());
    }
}
