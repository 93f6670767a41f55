package org.chancery.api.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.chancery.api.Http.Reply;
import org.chancery.api.Tenant;
import org.chancery.api.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever is disabled while a call of theirs is on its way changes nothing with it any more. */
class LeavingMeanwhileTest {
    private static final String PASSWORD = "a long pass phrase";

    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @SuppressWarnings("NullAway.Init")
    private Tenant tenant;

    @SuppressWarnings("NullAway.Init")
    private String email;

    @SuppressWarnings("NullAway.Init")
    private String ann;

    @SuppressWarnings("NullAway.Init")
    private String annsToken;

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
        email = tenant.address("ann");
        ann = tenant.post("/v1/users/", """
                {"email": "%s", "name": "Ann", "role": "admin", "password": "%s"}""".formatted(email, PASSWORD))
                .json()
                .path("user_id")
                .asText();
        annsToken = signIn(PASSWORD).json().path("data").path("token").asText();
    }

    private Reply signIn(String password) {
        return server.http()
                .post("/api/auth/login", null, "{\"email\": \"" + email + "\", \"password\": \"" + password + "\"}");
    }

    private Reply change(String json) {
        return tenant.patch("/v1/users/" + ann, json);
    }

    private void disabledMeanwhile() {
        server.beforeNextChange(
                () -> assertEquals(200, change("{\"status\": \"disabled\"}").status()));
    }

    private static void ended(Reply reply) {
        assertEquals(403, reply.status(), reply::text);
        assertEquals("token_ended", reply.code());
    }

    @Test
    void no_agent_is_made() {
        disabledMeanwhile();
        ended(server.http()
                .post("/v1/agents/", annsToken, "{\"name\": \"mine\", \"webhook_url\": \"https://x.example/\"}"));
        assertTrue(tenant.get("/v1/agents/").json().isEmpty());
    }

    @Test
    void no_agents_mail_goes_elsewhere() {
        String agent = "/v1/agents/" + tenant.agent("helper") + "/";
        disabledMeanwhile();
        ended(server.http().patch(agent, annsToken, "{\"webhook_url\": \"https://x.example/\"}"));
        assertTrue(tenant.get(agent).json().path("webhook_url").isNull());
    }

    @Test
    void no_agent_gets_another_secret_and_none_is_deleted() {
        String agent = "/v1/agents/" + tenant.agent("helper") + "/";
        disabledMeanwhile();
        ended(server.http().post(agent + "rotate-secret/", annsToken, ""));
        assertEquals(200, change("{\"status\": \"active\"}").status());
        annsToken = signIn(PASSWORD).json().path("data").path("token").asText();
        disabledMeanwhile();
        ended(server.http().send("DELETE", agent, annsToken, null));
        assertEquals(200, tenant.get(agent).status());
    }

    @Test
    void no_agent_is_changed_while_its_changer_is_being_disabled() throws Exception {
        String agent = "/v1/agents/" + tenant.agent("helper") + "/";
        CompletableFuture<Reply> changing = new CompletableFuture<>();
        server.withinNextChange(() -> {
            changing.completeAsync(() -> server.http().post(agent + "rotate-secret/", annsToken, ""));
            // Where nothing holds it back, it is done long before.
            assertThrows(TimeoutException.class, () -> changing.get(2, TimeUnit.SECONDS));
        });
        assertEquals(200, change("{\"status\": \"disabled\"}").status());
        ended(changing.get());
    }

    private String held() {
        String sender = tenant.inboxToken(tenant.endpoint("desk"), "email:send");
        String id =
                server.http().get("/v1/whoami/", sender).json().path("token_id").asText();
        server.restrict(tenant, id, "email:send");
        JsonNode sent = server.http().post("/v1/messages/", sender, """
                        {"to": [{"email": "client@customer.example"}], "subject": "Offer", "text_body": "Hello"}""").json();
        assertEquals("held", sent.path("status").asText(), sent::toString);
        return "/v1/approvals/" + sent.path("approval_id").asText() + "/";
    }

    @Test
    void nothing_is_approved() {
        String approval = held();
        disabledMeanwhile();
        ended(server.http().post(approval + "approve/", annsToken, "{\"edits\": {\"subject\": \"Mine\"}}"));
        JsonNode shown = tenant.get(approval).json();
        assertEquals("pending", shown.path("status").asText());
        assertTrue(shown.path("decisions").isEmpty());
    }

    @Test
    void nothing_is_rejected() {
        String approval = held();
        disabledMeanwhile();
        ended(server.http().post(approval + "reject/", annsToken, "{\"reason\": \"no\"}"));
        assertEquals("pending", tenant.get(approval).json().path("status").asText());
    }

    @Test
    void a_reviewer_whose_own_mail_waits_by_now_approves_nothing() {
        String approval = held();
        String own = server.http()
                .post(
                        "/v1/tokens/",
                        annsToken,
                        "{\"label\": \"own\", \"scopes\": [\"email:send\", \"email:read\", \"approvals:write\"]}")
                .json()
                .path("token")
                .asText();
        String id =
                server.http().get("/v1/whoami/", own).json().path("token_id").asText();
        server.beforeNextChange(() -> server.restrict(tenant, id, "email:send"));
        Reply refused = server.http().post(approval + "approve/", own, "{}");
        assertEquals(403, refused.status(), refused::text);
        assertEquals("approval_escalation", refused.code());
        assertEquals("pending", tenant.get(approval).json().path("status").asText());
    }

    @Test
    void a_session_that_is_being_opened_ends_with_the_password() throws Exception {
        CompletableFuture<Reply> changing = new CompletableFuture<>();
        server.withinNextChange(() -> {
            changing.completeAsync(() -> change("{\"password\": \"quite another one\"}"));
            // Where nothing holds it back, it is done long before, and knows nothing of the session.
            assertThrows(TimeoutException.class, () -> changing.get(2, TimeUnit.SECONDS));
        });
        Reply signedIn = signIn(PASSWORD);
        assertEquals(200, signedIn.status(), signedIn::text);
        assertEquals(200, changing.get().status());
        String token = signedIn.json().path("data").path("token").asText();
        assertEquals(401, server.http().get("/v1/whoami/", token).status());
    }
}
