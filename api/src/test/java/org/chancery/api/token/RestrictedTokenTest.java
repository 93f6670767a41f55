package org.chancery.api.token;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.chancery.api.Http.Reply;
import org.chancery.api.Tenant;
import org.chancery.api.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a token whose mail waits for people cannot do about it. */
class RestrictedTokenTest {
    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @SuppressWarnings("NullAway.Init")
    private Tenant tenant;

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

    private static String path(String token) {
        Reply whoami = server.http().get("/v1/whoami/", token);
        return "/v1/tokens/" + whoami.json().get("token_id").asText() + "/";
    }

    private String restricted(String token) {
        server.restrict(tenant, path(token).split("/")[3], "email:send");
        return token;
    }

    private static void refused(Reply reply) {
        assertEquals(403, reply.status(), reply::text);
        assertEquals("approval_escalation", reply.code());
    }

    @Test
    void it_does_not_free_itself() {
        String own = restricted(tenant.personalToken("tokens:write", "email:send"));

        refused(server.http().patch(path(own), own, "{\"requires_approval\": []}"));
        assertEquals(
                "[\"email:send\"]",
                tenant.get(path(own)).json().get("requires_approval").toString());
        assertEquals(
                200,
                server.http().patch(path(own), own, "{\"label\": \"other\"}").status());
    }

    @Test
    void it_makes_none_that_is_free() {
        String own = restricted(tenant.personalToken("tokens:write", "email:send"));

        refused(server.http().post("/v1/tokens/", own, "{\"label\": \"t\", \"scopes\": [\"email:send\"]}"));
        refused(server.http()
                .post(
                        "/v1/tokens/",
                        own,
                        "{\"label\": \"t\", \"scopes\": [\"tokens:write\"], \"requires_approval\": []}"));
    }

    @Test
    void it_gets_no_hold_of_a_free_one() {
        String inbox = tenant.endpoint("desk");
        String own = restricted(tenant.inboxToken(inbox, "tokens:write", "email:send"));
        String free = tenant.inboxToken(inbox, "email:send");

        refused(server.http().post(path(free) + "rotate/", own, ""));
        refused(server.http().patch(path(free), own, "{\"label\": \"mine\"}"));
        assertEquals(200, server.http().get("/v1/whoami/", free).status());
        assertEquals(204, server.http().delete(path(free), own).status());
    }

    @Test
    void an_admins_frees_no_other_and_makes_nobody_who_could() {
        String own = restricted(tenant.personalToken("admin"));
        String other = restricted(tenant.personalToken("email:send"));
        String owner = "/v1/users/" + tenant.owner().id().text() + "/";

        refused(server.http().patch(path(other), own, "{\"requires_approval\": []}"));
        refused(server.http()
                .post(
                        "/v1/users/",
                        own,
                        "{\"email\": \"a@home.example\", \"name\": \"A\", \"role\": \"admin\", \"password\": \"a pass"
                                + " phrase\"}"));
        refused(server.http().patch(owner, own, "{\"password\": \"a new pass phrase\"}"));
        assertEquals(200, tenant.patch(path(own), "{\"requires_approval\": []}").status(), "a free one may");
    }
}
