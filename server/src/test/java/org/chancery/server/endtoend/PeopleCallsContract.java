package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/**
 * People, what they may do, and whose mail they see, which came in by SMTP; run on each database. {@code docs/api/people.md}
 * lists it.
 */
interface PeopleCallsContract {
    String USERS = "/v1/users/";
    String PASSWORD = "a long pass phrase";

    RunningServer server();

    /** The address, at a domain that is this workspace's alone. */
    private static String at(OwnWorkspace acme, String name) {
        return name + "@people-of-" + acme.domain;
    }

    private static String person(OwnWorkspace acme, String name, String further) {
        return acme.person(at(acme, name), "member", ", \"password\": \"" + PASSWORD + "\"" + further);
    }

    private static JsonNode shown(OwnWorkspace acme, String id) {
        return acme.owner.get(USERS + id + "/").expect(200).body();
    }

    private static Client signedIn(OwnWorkspace acme, String name) {
        return acme.server.signIn(at(acme, name), PASSWORD);
    }

    /** The subjects of what waits for somebody. */
    private static List<String> waiting(Client client) {
        return client.get("/v1/api/email/review")
                .expect(200)
                .body()
                .path("awaiting_review")
                .findValuesAsText("subject");
    }

    @Test
    default void a_person_is_shown_as_made_and_sees_the_mail_of_every_bound_address() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        acme.endpoint("desk", "");
        JsonNode made =
                acme.owner.post(USERS, """
                        {"email": "Bob@Home-of-%1$s", "name": "Bob", "role": "member", "password": "a long pass phrase",
                         "addresses": ["BOB@work.example", "bob@home-of-%1$s"]}""".formatted(acme.domain)).expect(201).body();
        ObjectNode rest = made.deepCopy();
        assertTrue(rest.remove("user_id").asText().startsWith("usr_"));
        assertTrue(rest.remove("created_at").asText().endsWith("Z"));
        assertEquals("bob@home-of-" + acme.domain, rest.remove("email").asText().toLowerCase(Locale.ROOT));
        assertEquals(
                "{\"name\":\"Bob\",\"role\":\"member\",\"status\":\"active\",\"addresses\":[\"bob@home-of-"
                        + acme.domain + "\",\"bob@work.example\"],\"has_password\":true}",
                rest.toString());
        assertEquals(made, shown(acme, made.path("user_id").asText()));

        acme.receive("bob@work.example", "desk", "from work");
        acme.receive("bob@home-of-" + acme.domain, "desk", "from home");
        acme.receive("eve@far.example", "desk", "from eve");
        Client bob = server().signIn("bob@home-of-" + acme.domain, PASSWORD);
        assertEquals(List.of("from home", "from work"), waiting(bob));
        assertEquals(
                2,
                bob.get("/v1/api/email/activity")
                        .expect(200)
                        .body()
                        .path("total")
                        .asInt());
    }

    @Test
    default void who_names_no_addresses_has_their_own_and_an_empty_list_binds_none() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        acme.endpoint("desk", "");
        String bob = person(acme, "bob", "");
        String kim = person(acme, "kim", ", \"addresses\": []");
        acme.receive(at(acme, "bob"), "desk", "from bob");
        acme.receive(at(acme, "kim"), "desk", "from kim");

        assertEquals(
                "[\"" + at(acme, "bob") + "\"]",
                shown(acme, bob).path("addresses").toString());
        assertEquals("[]", shown(acme, kim).path("addresses").toString());
        assertEquals(List.of("from bob"), waiting(signedIn(acme, "bob")));
        assertEquals(List.of(), waiting(signedIn(acme, "kim")));
    }

    @Test
    default void people_are_listed_in_pages_oldest_first() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        List<String> made =
                new ArrayList<>(List.of(acme.owner.get("/v1/whoami/").text("user_id")));
        for (String name : List.of("a", "b", "c")) {
            made.add(acme.person(at(acme, name), "member", ""));
        }
        List<String> seen = new ArrayList<>();
        for (String path = USERS + "?limit=2"; !path.isEmpty(); ) {
            Answer page = acme.owner.get(path).expect(200);
            assertTrue(page.body().size() <= 2);
            page.body().forEach(person -> seen.add(person.path("user_id").asText()));
            path = page.next();
        }
        assertEquals(made, seen);
    }

    @Test
    default void an_address_is_a_persons_once_and_nobody_else_sees_its_mail() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        acme.endpoint("desk", "");
        person(acme, "bob", "");
        String kim = person(acme, "kim", "");
        String before = acme.everything();
        String twin =
                "{\"email\": \"" + at(acme, "bob") + "\", \"name\": \"B\", \"role\": \"member\", \"addresses\": []}";
        assertEquals("user_exists", acme.owner.post(USERS, twin).expect(409).code());
        String rival = "{\"email\": \"" + at(acme, "new")
                + "\", \"name\": \"N\", \"role\": \"member\", \"addresses\": [\"" + at(acme, "bob") + "\"]}";
        assertEquals("address_bound", acme.owner.post(USERS, rival).expect(409).code());
        String taken = "{\"name\": \"K\", \"addresses\": [\"" + at(acme, "kim") + "\", \"" + at(acme, "bob") + "\"]}";
        assertEquals(
                "address_bound",
                acme.owner.patch(USERS + kim, taken).expect(409).code());
        assertEquals(before, acme.everything());
        acme.receive(at(acme, "bob"), "desk", "bobs own");
        assertEquals(List.of("bobs own"), waiting(signedIn(acme, "bob")));
        assertEquals(List.of(), waiting(signedIn(acme, "kim")));

        String bob = acme.owner.get(USERS + "?limit=2").body().at("/1/user_id").asText();
        acme.owner.patch(USERS + bob, "{\"addresses\": []}").expect(200);
        acme.owner.patch(USERS + kim, taken).expect(200);
        assertEquals(List.of(), waiting(signedIn(acme, "bob")), "who gives an address up sees its mail no more");
        assertEquals(List.of("bobs own"), waiting(signedIn(acme, "kim")));
    }

    @Test
    default void what_cannot_be_used_is_422_with_its_place_and_nobody_is_made_or_changed() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        acme.endpoint("desk", "");
        String bob = person(acme, "bob", "");
        String before = acme.everything();
        for (String line : """
                "name": "B", "role": "member"                                          | /email
                "email": "nobody", "name": "B", "role": "member"                       | /email
                "email": "b@x.example", "role": "member"                               | /name
                "email": "b@x.example", "name": " ", "role": "member"                  | /name
                "email": "b@x.example", "name": "B"                                    | /role
                "email": "b@x.example", "name": "B", "role": "boss"                    | /role
                "email": "b@x.example", "name": "B", "role": "member", "password": "short" | /password
                "email": "b@x.example", "name": "B", "role": "member", "addresses": ["a@x.example", "?"] | /addresses/1
                "email": "b@x.example", "name": "B", "role": "member", "addresses": ["*@x.example"] | /addresses/0
                "email": "b@x.example", "name": "B", "role": "member", "phone": "1"    | /phone
                """.lines().toList()) {
            String[] cells = line.split("\\|");
            assertEquals(
                    cells[1].strip(),
                    acme.owner.post(USERS, "{" + cells[0] + "}").expect(422).place(),
                    line);
        }
        for (String line : """
                "email": "rob@x.example"     | /email
                "name": ""                   | /name
                "name": null                 | /name
                "role": "boss"               | /role
                "password": "short"          | /password
                "password": null             | /password
                "addresses": ["?"]           | /addresses/0
                "addresses": null            | /addresses
                "has_password": false        | /has_password
                """.lines().toList()) {
            String[] cells = line.split("\\|");
            Answer refused = acme.owner.patch(USERS + bob, "{" + cells[0] + "}").expect(422);
            assertEquals(cells[1].strip(), refused.place(), line);
        }
        assertEquals(before, acme.everything());
        acme.receive(at(acme, "bob"), "desk", "bobs own");
        assertEquals(List.of("bobs own"), waiting(signedIn(acme, "bob")));
    }

    @Test
    default void a_change_leaves_what_it_does_not_name() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        acme.endpoint("desk", "");
        acme.endpoint("open", ", \"plane\": \"agent\"");
        String bob = person(acme, "bob", "");
        acme.receive("rob@far.example", "desk", "robs");
        acme.receive("rob@far.example", "open", "for nobody");
        Client client = signedIn(acme, "bob");
        assertEquals(List.of(), waiting(client));

        acme.owner
                .patch(USERS + bob, "{\"name\": \"Robert\", \"addresses\": [\"rob@far.example\"]}")
                .expect(200);
        JsonNode renamed = shown(acme, bob);
        assertEquals("Robert", renamed.path("name").asText());
        assertEquals("member", renamed.path("role").asText());
        assertTrue(renamed.path("has_password").asBoolean());
        assertEquals(List.of("robs"), waiting(client), "what is bound counts from now on");
        assertEquals(
                0, client.get("/v1/api/email/review").body().path("unrouted").size());

        acme.owner.patch(USERS + bob, "{\"role\": \"admin\"}").expect(200);
        assertEquals("Robert", shown(acme, bob).path("name").asText());
        Client admin = signedIn(acme, "bob");
        assertEquals(
                1, admin.get("/v1/api/email/review").body().path("unrouted").size());
    }

    @Test
    default void who_is_an_admin_no_more_has_no_admins_token_and_sees_no_admins_queue_any_more() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        acme.endpoint("desk", "");
        acme.endpoint("open", ", \"plane\": \"agent\"");
        String ann = acme.person(at(acme, "ann"), "admin", ", \"password\": \"" + PASSWORD + "\"");
        acme.receive(OwnWorkspace.ADA, "open", "for nobody");
        acme.receive(OwnWorkspace.ADA, "desk", "for people");
        Client admin = signedIn(acme, "ann");
        admin.get(USERS).expect(200);
        assertEquals(2, admin.get("/v1/api/email/badge").body().path("count").asInt());

        acme.owner.patch(USERS + ann, "{\"role\": \"member\"}").expect(200);

        assertEquals("missing_scope", admin.get(USERS).expect(403).code());
        assertEquals(
                0,
                admin.get("/v1/api/email/badge")
                        .expect(200)
                        .body()
                        .path("count")
                        .asInt(),
                "the open session is a member's");
        Client member = signedIn(acme, "ann");
        assertEquals(
                0,
                member.get("/v1/api/email/badge")
                        .expect(200)
                        .body()
                        .path("count")
                        .asInt());
        member.get(OwnWorkspace.ENDPOINTS).expect(403);
    }

    @Test
    default void only_an_owner_makes_or_changes_an_owner_and_one_stays() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        acme.endpoint("desk", "");
        String owner = acme.owner.get("/v1/whoami/").text("user_id");
        acme.person(at(acme, "ann"), "admin", ", \"password\": \"" + PASSWORD + "\"");
        Client admin = signedIn(acme, "ann");
        String before = acme.everything();
        String eve = "{\"email\": \"eve@x.example\", \"name\": \"Eve\", \"role\": \"owner\"}";
        for (Answer refused : List.of(
                admin.post(USERS, eve),
                admin.patch(USERS + owner, "{\"password\": \"another one\"}"),
                admin.patch(USERS + owner, "{\"status\": \"disabled\"}"),
                admin.patch(USERS + owner, "{\"role\": \"member\"}"))) {
            assertEquals("owner_required", refused.expect(403).code());
        }
        Answer last = acme.owner.patch(USERS + owner, "{\"role\": \"admin\"}").expect(409);
        assertEquals("last_owner", last.code());
        Answer gone =
                acme.owner.patch(USERS + owner, "{\"status\": \"disabled\"}").expect(409);
        assertEquals("last_owner", gone.code());
        assertEquals(before, acme.everything());
        assertEquals("awaiting_review", acme.goes(OwnWorkspace.ADA, "desk"));
        assertEquals(1, waiting(acme.owner).size(), "the owner sees it as before");

        admin.post(USERS, eve.replace("owner", "member")).expect(201);
        acme.person(at(acme, "zoe"), "owner", "");
        acme.owner.patch(USERS + owner, "{\"role\": \"admin\"}").expect(200);
        assertFalse(acme.owner.get(USERS).expect(200).body().isEmpty());
    }
}
