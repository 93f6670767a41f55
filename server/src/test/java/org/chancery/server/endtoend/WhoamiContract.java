package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What each kind of token hears of itself and of the inboxes that it may use: every field of {@code /v1/whoami/} and {@code /v1/inboxes/}. */
interface WhoamiContract {
    ObjectMapper MAPPER = new ObjectMapper();
    String PASSWORD = "a-long-password-of-theirs";

    RunningServer server();

    /**
     * Who is expected behind a token.
     *
     * @param kind {@code user}, {@code agent} or {@code endpoint}
     * @param agent whose agent acts, or null
     * @param inbox to which the token is bound, or null
     */
    record Identity(
            String workspace,
            String kind,
            String id,
            String label,
            String user,
            @Nullable String agent,
            @Nullable String inbox) {}

    /** A workspace with an inbox of no agent, two of one, and its outbound mailbox. */
    record Scene(OwnWorkspace place, String workspace, String owner, String agent, Inboxes inboxes) {
        static Scene on(RunningServer server) {
            OwnWorkspace place = OwnWorkspace.on(server);
            String agent = place.agent("helper");
            JsonNode signedIn = server.stranger()
                    .post("/api/auth/login", login(place, "sam"))
                    .expect(200)
                    .at("/data/user");
            return new Scene(
                    place,
                    signedIn.path("workspace_id").asText(),
                    place.owner.get("/v1/users/").expect(200).at("/0/user_id").asText(),
                    agent,
                    new Inboxes(
                            place.systemMailbox(),
                            place.endpoint("people", ""),
                            place.endpoint(
                                    "desk",
                                    ", \"plane\": \"agent\", \"reply_policy\": \"agent_decides\", \"agent_id\": \""
                                            + agent + "\""),
                            place.endpointOf(agent, "shop")));
        }

        /** Makes a member with a password; what they sign in with. */
        static String login(OwnWorkspace place, String name) {
            place.person(name + "@" + place.domain, "member", ", \"password\": \"" + PASSWORD + "\"");
            return "{\"email\": \"" + name + "@" + place.domain + "\", \"password\": \"" + PASSWORD + "\"}";
        }

        Answer token(Client maker, String further) {
            return maker.post(
                            "/v1/tokens/",
                            "{\"label\": \"test\", \"scopes\": [\"email:send\", \"email:read\"]" + further + "}")
                    .expect(201);
        }

        private ObjectNode inbox(
                String id, String name, String plane, String policy, boolean enabled, boolean isSystem) {
            return MAPPER.createObjectNode()
                    .put("inbox_id", id)
                    .put("address", place.address(name))
                    .put("name", name)
                    .put("plane", plane)
                    .put("reply_policy", policy)
                    .put("enabled", enabled)
                    .put("is_system", isSystem);
        }

        ObjectNode system() {
            return inbox(inboxes.system(), "mail", "light", "never_reply", true, true);
        }

        ObjectNode people() {
            return inbox(inboxes.people(), "people", "light", "human_review", true, false);
        }

        ObjectNode desk() {
            return inbox(inboxes.desk(), "desk", "agent", "agent_decides", true, false);
        }

        ObjectNode shop(boolean enabled) {
            return inbox(inboxes.shop(), "shop", "agent", "human_review", enabled, false);
        }

        /** Asks whose token it is and what it may use; two calls that say the same of the latter. */
        void isShown(Client holder, String token, Identity who, List<String> scopes, ObjectNode... usable) {
            ArrayNode endpoints = MAPPER.createArrayNode().addAll(Arrays.asList(usable));
            ObjectNode expected = MAPPER.createObjectNode()
                    .put("token_id", token)
                    .put("workspace_id", who.workspace())
                    .put("kind", who.kind())
                    .put("id", who.id())
                    .put("label", who.label())
                    .put("user_id", who.user())
                    .put("agent_id", who.agent())
                    .put("inbox_id", who.inbox());
            expected.set("scopes", MAPPER.valueToTree(scopes));
            expected.set("endpoints", endpoints);
            assertEquals(expected, holder.get("/v1/whoami/").expect(200).body());
            assertEquals(endpoints, holder.get("/v1/inboxes/").expect(200).body());
        }
    }

    /** Ids, oldest first. */
    record Inboxes(String system, String people, String desk, String shop) {}

    private Client client(Answer made) {
        return server().new Client(made.text("token"));
    }

    @Test
    default void a_token_of_an_inbox_is_its_agent_or_else_the_inbox_itself() {
        Scene scene = Scene.on(server());
        List<String> scopes = List.of("email:read", "email:send");
        String people = scene.inboxes().people();
        Answer itself = scene.token(scene.place().owner, ", \"inbox_id\": \"" + people + "\"");
        scene.isShown(
                client(itself),
                itself.text("token_id"),
                new Identity(
                        scene.workspace(),
                        "endpoint",
                        people,
                        scene.place().address("people"),
                        scene.owner(),
                        null,
                        people),
                scopes,
                scene.people());

        String desk = scene.inboxes().desk();
        Answer agents = scene.token(
                scene.place().owner, ", \"inbox_id\": \"" + scene.place().address("desk") + "\"");
        Identity agent =
                new Identity(scene.workspace(), "agent", scene.agent(), "helper", scene.owner(), scene.agent(), desk);
        scene.isShown(client(agents), agents.text("token_id"), agent, scopes, scene.desk());

        Answer both = scene.token(
                scene.place().owner, ", \"inbox_id\": \"" + desk + "\", \"agent_id\": \"" + scene.agent() + "\"");
        scene.isShown(client(both), both.text("token_id"), agent, scopes, scene.desk());
    }

    @Test
    default void a_token_of_an_agent_may_use_the_inboxes_that_it_handles_also_those_that_are_switched_off() {
        Scene scene = Scene.on(server());
        Answer made = scene.token(scene.place().owner, ", \"agent_id\": \"" + scene.agent() + "\"");
        Identity agent =
                new Identity(scene.workspace(), "agent", scene.agent(), "helper", scene.owner(), scene.agent(), null);
        List<String> scopes = List.of("email:read", "email:send");
        scene.isShown(client(made), made.text("token_id"), agent, scopes, scene.desk(), scene.shop(true));
        scene.place().change(scene.inboxes().shop(), "{\"enabled\": false}");
        scene.isShown(client(made), made.text("token_id"), agent, scopes, scene.desk(), scene.shop(false));
        scene.place()
                .owner
                .delete("/v1/api/email/endpoints/" + scene.inboxes().desk())
                .expect(204);
        scene.isShown(client(made), made.text("token_id"), agent, scopes, scene.shop(false));
    }

    @Test
    default void a_persons_token_and_session_may_use_every_inbox_of_the_workspace() {
        Scene scene = Scene.on(server());
        OwnWorkspace place = scene.place();
        Answer own = scene.token(place.owner, "");
        scene.isShown(
                client(own),
                own.text("token_id"),
                new Identity(
                        scene.workspace(), "user", scene.owner(), "owner@" + place.domain, scene.owner(), null, null),
                List.of("email:read", "email:send"),
                scene.system(),
                scene.people(),
                scene.desk(),
                scene.shop(true));

        JsonNode session = server().stranger()
                .post("/api/auth/login", Scene.login(place, "pat"))
                .expect(200)
                .at("/data");
        Client pat = server().new Client(session.path("token").asText());
        String user = session.at("/user/user_id").asText();
        String current = StreamSupport.stream(
                        pat.get("/api/auth/sessions")
                                .expect(200)
                                .at("/data/sessions")
                                .spliterator(),
                        false)
                .filter(one -> one.path("is_current").asBoolean())
                .findFirst()
                .orElseThrow()
                .path("session_id")
                .asText();
        Identity member = new Identity(scene.workspace(), "user", user, "pat@" + place.domain, user, null, null);
        List<String> ofTheRole = List.of("conversations:read", "conversations:write", "email:read", "tokens:write");
        scene.isShown(pat, current, member, ofTheRole, scene.system(), scene.people(), scene.desk(), scene.shop(true));
        place.owner.patch("/v1/users/" + user + "/", "{\"role\": \"admin\"}").expect(200);
        scene.isShown(
                pat, current, member, List.of("admin"), scene.system(), scene.people(), scene.desk(), scene.shop(true));
    }

    @Test
    default void the_admin_token_is_the_owners_of_the_first_workspace() {
        String inbox = server().makeEndpoint("of-the-admin", "");
        Client admin = server().admin;
        JsonNode who = admin.get("/v1/whoami/").expect(200).body();
        JsonNode owner = Approvals.each(admin.get("/v1/users/").expect(200).body())
                .filter(user -> user.path("email").asText().equals("owner@acme.example"))
                .findFirst()
                .orElseThrow();
        assertEquals(
                List.of(
                        "token_id",
                        "workspace_id",
                        "kind",
                        "id",
                        "label",
                        "user_id",
                        "agent_id",
                        "inbox_id",
                        "scopes",
                        "endpoints"),
                names(who));
        assertEquals("user", who.path("kind").asText());
        assertEquals(owner.path("user_id"), who.path("id"));
        assertEquals(owner.path("user_id"), who.path("user_id"));
        assertEquals("owner@acme.example", who.path("label").asText());
        assertEquals("[\"admin\"]", who.path("scopes").toString());
        assertEquals("null null", who.path("agent_id") + " " + who.path("inbox_id"));
        assertEquals(
                "owner@acme.example",
                admin.get("/v1/audit/?limit=1&kind=endpoint.created")
                        .expect(200)
                        .at("/0/actor/label")
                        .asText());
        assertEquals(
                who.path("token_id"),
                admin.get("/v1/audit/?limit=1&kind=endpoint.created")
                        .expect(200)
                        .at("/0/actor/token_id"));
        assertEquals(
                who.path("endpoints"),
                admin.get("/v1/inboxes/?limit=200").expect(200).body());
        assertEquals(
                inbox,
                who.path("endpoints")
                        .path(who.path("endpoints").size() - 1)
                        .path("inbox_id")
                        .asText());
    }

    private static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    @Test
    default void inboxes_are_listed_in_pages_oldest_first() {
        Scene scene = Scene.on(server());
        ArrayNode walked = MAPPER.createArrayNode();
        String next = "/v1/inboxes/?limit=1";
        while (!next.isEmpty()) {
            Answer page = scene.place().owner.get(next).expect(200);
            assertEquals(1, page.body().size(), next);
            walked.add(page.body().get(0));
            next = page.next();
        }
        assertEquals(
                MAPPER.createArrayNode()
                        .addAll(List.of(scene.system(), scene.people(), scene.desk(), scene.shop(true))),
                walked);
        for (String limit : List.of("0", "201", "x")) {
            assertEquals(
                    "?limit",
                    scene.place()
                            .owner
                            .get("/v1/inboxes/?limit=" + limit)
                            .expect(422)
                            .place());
        }
        assertEquals(
                "?cursor",
                scene.place().owner.get("/v1/inboxes/?cursor=x").expect(422).place());
    }
}
