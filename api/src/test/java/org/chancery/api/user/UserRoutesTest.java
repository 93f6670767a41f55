package org.chancery.api.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.chancery.api.Http.Reply;
import org.chancery.api.Tenant;
import org.chancery.api.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserRoutesTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static String person(String email, String further) {
        return "{\"email\": \"" + email + "\", \"name\": \"Bob\", \"role\": \"member\"" + further + "}";
    }

    private static JsonNode created(Tenant tenant, String json) {
        Reply reply = tenant.post("/v1/users/", json);
        assertEquals(201, reply.status(), reply::text);
        return reply.json();
    }

    private static Reply patch(Tenant tenant, String id, String json) {
        return server.http().patch("/v1/users/" + id + "/", tenant.token(), json);
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    /** A personal token of a person with these scopes. */
    private static String ownersId(Tenant tenant) {
        return tenant.get("/v1/whoami/").json().path("user_id").asText();
    }

    @Test
    void a_person_is_shown_as_made() {
        Tenant tenant = server.newWorkspace();

        JsonNode made = created(
                tenant, person("Bob@Home.example", ", \"addresses\": [\"BOB@work.example\", \"bob@home.example\"]"));

        assertEquals("Bob@home.example", made.path("email").asText().replace("bob@", "Bob@"));
        assertEquals("Bob", made.path("name").asText());
        assertEquals("member", made.path("role").asText());
        assertEquals(List.of("bob@home.example", "bob@work.example"), texts(made.path("addresses")));
        assertFalse(made.path("has_password").asBoolean());
        assertFalse(made.path("created_at").asText().isEmpty());
        assertEquals(
                made, tenant.get("/v1/users/" + made.path("user_id").asText()).json());
    }

    @Test
    void who_names_no_addresses_has_their_own() {
        JsonNode made = created(server.newWorkspace(), person("bob@home.example", ""));

        assertEquals(List.of("bob@home.example"), texts(made.path("addresses")));
    }

    @Test
    void an_empty_list_binds_none() {
        JsonNode made = created(server.newWorkspace(), person("bob@home.example", ", \"addresses\": []"));

        assertEquals(List.of(), texts(made.path("addresses")));
    }

    @Test
    void people_are_listed_in_pages_oldest_first() {
        Tenant tenant = server.newWorkspace();
        List<String> made = IntStream.range(0, 3)
                .mapToObj(i -> created(tenant, person("p" + i + "@home.example", ""))
                        .path("user_id")
                        .asText())
                .toList();

        Reply first = tenant.get("/v1/users/?limit=2");
        Reply second = tenant.get(first.next());

        assertEquals(2, first.json().size());
        assertEquals(ownersId(tenant), first.json().path(0).path("user_id").asText());
        assertEquals(made.get(0), first.json().path(1).path("user_id").asText());
        assertEquals(
                made.subList(1, 3),
                texts(second.json().path(0).path("user_id")).isEmpty()
                        ? List.of(
                                second.json().path(0).path("user_id").asText(),
                                second.json().path(1).path("user_id").asText())
                        : List.of());
        assertEquals("", second.next());
    }

    @Test
    void an_address_is_a_persons_once() {
        Tenant tenant = server.newWorkspace();
        created(tenant, person("bob@home.example", ""));

        assertEquals(
                "user_exists",
                tenant.post("/v1/users/", person("bob@home.example", ", \"addresses\": []"))
                        .code());
        Reply bound = tenant.post("/v1/users/", person("kim@home.example", ", \"addresses\": [\"bob@home.example\"]"));
        assertEquals(409, bound.status());
        assertEquals("address_bound", bound.code());
        assertEquals(2, tenant.get("/v1/users/").json().size(), "nothing was made");
    }

    @Test
    void a_change_leaves_what_it_does_not_name() {
        Tenant tenant = server.newWorkspace();
        JsonNode made = created(tenant, person("bob@home.example", ", \"password\": \"long enough\""));
        String id = made.path("user_id").asText();

        JsonNode renamed = patch(tenant, id, "{\"name\": \"Robert\"}").json();
        JsonNode promoted = patch(tenant, id, "{\"role\": \"admin\"}").json();
        JsonNode rebound =
                patch(tenant, id, "{\"addresses\": [\"rob@home.example\"]}").json();

        assertEquals("Robert", renamed.path("name").asText());
        assertEquals("member", renamed.path("role").asText());
        assertTrue(renamed.path("has_password").asBoolean());
        assertEquals("admin", promoted.path("role").asText());
        assertEquals("Robert", promoted.path("name").asText());
        assertEquals(List.of("rob@home.example"), texts(rebound.path("addresses")));
        assertEquals("admin", rebound.path("role").asText());
    }

    @Test
    void an_address_that_is_given_up_may_be_anothers() {
        Tenant tenant = server.newWorkspace();
        String bob =
                created(tenant, person("bob@home.example", "")).path("user_id").asText();
        String kim =
                created(tenant, person("kim@home.example", "")).path("user_id").asText();

        assertEquals(
                "address_bound",
                patch(tenant, kim, "{\"addresses\": [\"bob@home.example\"]}").code());
        patch(tenant, bob, "{\"addresses\": []}");
        assertEquals(
                List.of("bob@home.example"),
                texts(patch(tenant, kim, "{\"addresses\": [\"bob@home.example\"]}")
                        .json()
                        .path("addresses")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\": \"B\", \"role\": \"member\"} | /email",
                "{\"email\": \"nobody\", \"name\": \"B\", \"role\": \"member\"} | /email",
                "{\"email\": \"b@x.example\", \"name\": \" \", \"role\": \"member\"} | /name",
                "{\"email\": \"b@x.example\", \"name\": \"B\", \"role\": \"boss\"} | /role",
                "{\"email\": \"b@x.example\", \"name\": \"B\", \"role\": \"member\", \"password\": \"short\"} | /password",
                "{\"email\": \"b@x.example\", \"name\": \"B\", \"role\": \"member\", \"addresses\": [\"a@x.example\", \"?\"]} | /addresses/1",
                "{\"email\": \"b@x.example\", \"name\": \"B\", \"role\": \"member\", \"addresses\": [\"*@x.example\"]} | /addresses/0",
                "{\"email\": \"b@x.example\", \"name\": \"B\", \"role\": \"member\", \"phone\": \"1\"} | /phone"
            })
    void what_cannot_be_used_is_named(String json, String place) {
        Reply reply = server.newWorkspace().post("/v1/users/", json);

        assertEquals(422, reply.status(), reply::text);
        assertEquals(place, reply.place());
    }

    @Test
    void an_email_address_is_no_part_of_a_change() {
        Tenant tenant = server.newWorkspace();
        String id =
                created(tenant, person("bob@home.example", "")).path("user_id").asText();

        assertEquals(422, patch(tenant, id, "{\"email\": \"rob@home.example\"}").status());
    }

    @Test
    void people_are_for_admins() {
        Tenant tenant = server.newWorkspace();
        String token = tenant.personalToken("conversations:read", "conversations:write");

        Reply refused = server.http().get("/v1/users/", token);

        assertEquals(403, refused.status());
        assertTrue(refused.text().contains("scope admin"), refused::text);
        assertEquals(401, server.http().get("/v1/users/", null).status());
    }

    @Test
    void nobody_of_another_workspace_is_seen_or_changed() {
        Tenant stranger = server.newWorkspace();
        String id = created(server.newWorkspace(), person("bob@home.example", ""))
                .path("user_id")
                .asText();

        assertEquals(404, stranger.get("/v1/users/" + id).status());
        assertEquals(404, patch(stranger, id, "{\"name\": \"Mine\"}").status());
        assertEquals(404, stranger.get("/v1/users/nobody").status());
    }

    @Test
    void only_an_owner_makes_or_changes_an_owner() {
        Tenant tenant = server.newWorkspace();
        String owner = ownersId(tenant);
        created(tenant, """
                {"email": "ann@home.example", "name": "Ann", "role": "admin", "password": "long enough"}""");
        String admin = signIn("ann@home.example", "long enough");

        for (Reply refused : List.of(
                server.http().post("/v1/users/", admin, """
                        {"email": "eve@home.example", "name": "Eve", "role": "owner"}"""),
                server.http().patch("/v1/users/" + owner, admin, "{\"password\": \"another one\"}"),
                server.http().patch("/v1/users/" + owner, admin, "{\"role\": \"member\"}"))) {
            assertEquals(403, refused.status(), refused::text);
            assertEquals("owner_required", refused.code());
        }
        assertEquals(
                201,
                server.http()
                        .post("/v1/users/", admin, person("bob@home.example", ""))
                        .status());
    }

    @Test
    void a_workspace_keeps_one_owner() {
        Tenant tenant = server.newWorkspace();
        String owner = ownersId(tenant);

        assertEquals("last_owner", patch(tenant, owner, "{\"role\": \"admin\"}").code());
        created(tenant, "{\"email\": \"ann@home.example\", \"name\": \"Ann\", \"role\": \"owner\"}");
        assertEquals(200, patch(tenant, owner, "{\"role\": \"admin\"}").status());
    }

    @Test
    void who_is_an_admin_no_more_has_no_admins_token_any_more() {
        Tenant tenant = server.newWorkspace();
        String id = created(tenant, """
                {"email": "ann2@home.example", "name": "Ann", "role": "admin", "password": "long enough"}""").path("user_id").asText();
        String admin = signIn("ann2@home.example", "long enough");
        assertEquals(200, server.http().get("/v1/users/", admin).status());

        patch(tenant, id, "{\"role\": \"member\"}");

        assertEquals(403, server.http().get("/v1/users/", admin).status());
    }

    @Test
    void a_repeated_request_makes_one_person() {
        Tenant tenant = server.newWorkspace();
        Reply first = tenant.post("/v1/users/", person("bob@home.example", ""), "Idempotency-Key", "one");
        Reply again = tenant.post("/v1/users/", person("bob@home.example", ""), "Idempotency-Key", "one");

        assertEquals(first.json(), again.json());
    }

    private static String signIn(String email, String password) {
        Reply reply = server.http()
                .post("/api/auth/login", null, "{\"email\": \"" + email + "\", \"password\": \"" + password + "\"}");
        assertEquals(200, reply.status(), reply::text);
        return reply.json().path("data").path("token").asText();
    }

    private static String signIn(String email) {
        Reply reply = tryToSignIn(email);
        assertEquals(200, reply.status(), reply::text);
        return reply.json().path("data").path("token").asText();
    }

    private static Reply tryToSignIn(String email) {
        return server.http()
                .post(
                        "/api/auth/login",
                        null,
                        "{\"email\": \"" + email + "\", \"password\": \"long enough\"}",
                        "X-Forwarded-For",
                        "192.0.2." + (1 + Math.floorMod(email.hashCode(), 250)));
    }

    private static int whoami(String token) {
        return server.http().get("/v1/whoami/", token).status();
    }

    private static String token(String by, String json) {
        Reply made = server.http().post("/v1/tokens/", by, json);
        assertEquals(201, made.status(), made::text);
        return made.json().path("token").asText();
    }

    @Test
    void who_is_disabled_gets_in_nowhere_and_who_is_active_again_does() {
        Tenant tenant = server.newWorkspace();
        String email = "bob@" + tenant.workspace().domain();
        String id = created(
                        tenant, person(email, ", \"password\": \"long enough\"").replace("\"member\"", "\"admin\""))
                .path("user_id")
                .asText();
        String session = signIn(email);
        String personal = token(session, "{\"label\": \"t\", \"scopes\": [\"email:read\"]}");

        JsonNode disabled = patch(tenant, id, "{\"status\": \"disabled\"}").json();

        assertEquals("disabled", disabled.path("status").asText());
        assertEquals(401, whoami(session));
        assertEquals(401, whoami(personal));
        assertEquals(401, tryToSignIn(email).status());
        assertEquals(
                "active",
                patch(tenant, id, "{\"status\": \"active\"}")
                        .json()
                        .path("status")
                        .asText());
        assertEquals(200, whoami(personal));
        assertEquals(401, whoami(session), "it ended");
        assertEquals(200, whoami(signIn(email)));
    }

    @Test
    void a_programs_token_of_somebody_who_is_disabled_is_taken_over_with_a_new_secret() {
        Tenant tenant = server.newWorkspace();
        String email = "bob@" + tenant.workspace().domain();
        String id = created(
                        tenant, person(email, ", \"password\": \"long enough\"").replace("\"member\"", "\"admin\""))
                .path("user_id")
                .asText();
        String agent = tenant.agent("helper");
        String program = token(
                signIn(email), "{\"label\": \"t\", \"agent_id\": \"" + agent + "\", \"scopes\": [\"email:read\"]}");
        String path = "/v1/tokens/"
                + server.http()
                        .get("/v1/whoami/", program)
                        .json()
                        .path("token_id")
                        .asText() + "/";
        patch(tenant, id, "{\"status\": \"disabled\"}");

        assertEquals(401, whoami(program), "its maker knows the secret");
        assertEquals("person_disabled", tenant.get(path).json().path("state").asText());
        String fresh = tenant.post(path + "rotate/", "").json().path("token").asText();

        assertEquals(200, whoami(fresh));
        assertEquals("active", tenant.get(path).json().path("state").asText());
        assertEquals(
                ownersId(tenant), tenant.get(path).json().path("created_by").asText());
    }

    @Test
    void the_last_active_owner_is_not_disabled_and_only_owners_disable_owners() {
        Tenant tenant = server.newWorkspace();
        String owner = ownersId(tenant);
        String admin = server.http()
                .post("/v1/tokens/", tenant.token(), "{\"label\": \"t\", \"scopes\": [\"admin\"]}")
                .json()
                .path("token")
                .asText();
        assertEquals(
                "last_owner", patch(tenant, owner, "{\"status\": \"disabled\"}").code());
        String email = "ann@" + tenant.workspace().domain();
        String other = created(
                        tenant, person(email, ", \"password\": \"long enough\"").replace("\"member\"", "\"owner\""))
                .path("user_id")
                .asText();
        assertEquals(200, patch(tenant, other, "{\"status\": \"disabled\"}").status());
        assertEquals(
                "last_owner",
                server.http()
                        .patch("/v1/users/" + owner, admin, "{\"status\": \"disabled\"}")
                        .code(),
                "an owner who is disabled is none");
        assertEquals("last_owner", patch(tenant, owner, "{\"role\": \"admin\"}").code());
        assertEquals(200, patch(tenant, other, "{\"status\": \"active\"}").status());
        String admins = "kim@" + tenant.workspace().domain();
        created(tenant, person(admins, ", \"password\": \"long enough\"").replace("\"member\"", "\"admin\""));
        assertEquals(
                "owner_required",
                server.http()
                        .patch("/v1/users/" + other, signIn(admins), "{\"status\": \"disabled\"}")
                        .code());
        assertEquals(200, patch(tenant, owner, "{\"status\": \"disabled\"}").status());
        assertEquals(401, whoami(tenant.token()));
    }

    @Test
    void whose_token_ends_while_a_password_is_hashed_makes_and_changes_nobody() {
        Tenant tenant = server.newWorkspace();
        String email = "bob@" + tenant.workspace().domain();
        String bob = created(tenant, person(email, ", \"password\": \"long enough\""))
                .path("user_id")
                .asText();
        String eve = person("eve@" + tenant.workspace().domain(), ", \"password\": \"long enough\"");
        for (int i = 0; i < 2; i++) {
            String admin = token(tenant.token(), "{\"label\": \"t\", \"scopes\": [\"admin\"]}");
            String id = server.http()
                    .get("/v1/whoami/", admin)
                    .json()
                    .path("token_id")
                    .asText();
            server.whileHashing(() -> tenant.delete("/v1/tokens/" + id + "/"));
            Reply refused = i == 0
                    ? server.http().post("/v1/users/", admin, eve)
                    : server.http().patch("/v1/users/" + bob, admin, "{\"password\": \"another one\"}");
            assertEquals(403, refused.status(), refused::text);
            assertEquals("token_ended", refused.code());
        }
        assertEquals(2, tenant.get("/v1/users/").json().size());
        signIn(email);
    }

    @Test
    void who_is_demoted_while_a_password_is_hashed_makes_nobody() {
        Tenant tenant = server.newWorkspace();
        String email = "ann@" + tenant.workspace().domain();
        String ann = created(
                        tenant, person(email, ", \"password\": \"long enough\"").replace("\"member\"", "\"admin\""))
                .path("user_id")
                .asText();
        String session = signIn(email);
        server.whileHashing(() -> patch(tenant, ann, "{\"role\": \"member\"}"));
        Reply refused = server.http()
                .post(
                        "/v1/users/",
                        session,
                        person("eve@" + tenant.workspace().domain(), ", \"password\": \"long enough\""));
        assertEquals(403, refused.status(), refused::text);
        assertEquals("missing_scope", refused.code());
        assertEquals(2, tenant.get("/v1/users/").json().size());
    }
}
