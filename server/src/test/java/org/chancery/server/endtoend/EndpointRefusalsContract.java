package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.OwnWorkspace.ADA;
import static org.chancery.server.endtoend.OwnWorkspace.ENDPOINTS;
import static org.chancery.server.endtoend.OwnWorkspace.MESSAGES;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.junit.jupiter.api.Test;

/**
 * What admins cannot set of an endpoint: it is said where the fault is, nothing changes, and mail goes where it went. Run on each
 * database. {@code docs/api/email-endpoints.md} lists it.
 */
interface EndpointRefusalsContract {

    RunningServer server();

    /** A member of a request, and where the fault is found. */
    String WRONG_FIELDS = """
            "plane": "heavy"                                 | /plane
            "plane": 5                                       | /plane
            "agent_id": "agt_unknown"                        | /agent_id
            "plane": "agent", "agent_id": "{foreign agent}"  | /agent_id
            "plane": "light", "agent_id": "{agent}"          | /agent_id
            "agent_id": "{agent}"                            | /agent_id
            "sender_policy": "nobody"                        | /sender_policy
            "sender_policy": "anyone", "allow_patterns": ["a.example"]              | /allow_patterns/0
            "sender_policy": "bound_users_only", "allow_patterns": ["a.example"]    | /allow_patterns/0
            "sender_policy": "domain_allowlist", "allow_patterns": ["a.example", "b@a.example"] | /allow_patterns/1
            "sender_policy": "domain_allowlist", "allow_patterns": ["*"]            | /allow_patterns/0
            "sender_policy": "addr_allowlist", "allow_patterns": ["a.example"]      | /allow_patterns/0
            "sender_policy": "addr_allowlist", "allow_patterns": ["a*@a.example"]   | /allow_patterns/0
            "sender_policy": "addr_allowlist", "allow_patterns": [null]             | /allow_patterns/0
            "allow_patterns": "a.example"                    | /allow_patterns
            "reply_policy": "maybe"                          | /reply_policy
            "instructions": 5                                | /instructions
            "allow_escalation": "yes"                        | /allow_escalation
            "default_reply_lang": "english"                  | /default_reply_lang
            "default_reply_lang": "en-UK"                    | /default_reply_lang
            "deliver_to": "ann@people.example"               | /deliver_to
            "deliver_to": ["ann@people.example", "nobody"]   | /deliver_to/1
            "deliver_to": ["other@{domain}"]                 | /deliver_to/0
            "deliver_to": ["a@b.example", "A@b.example"]     | /deliver_to/1
            "category_policy": []                            | /category_policy
            "category_policy": {"ads": "delete"}             | /category_policy/ads
            "category_policy": {"ads": null}                 | /category_policy/ads
            "spam_score_max": -0.5                           | /spam_score_max
            "spam_score_max": 100.5                          | /spam_score_max
            "spam_score_max": "5"                            | /spam_score_max
            "max_turns_per_sender_day": -1                   | /max_turns_per_sender_day
            "max_turns_per_day": 1000001                     | /max_turns_per_day
            "max_turns_per_day": 1.5                         | /max_turns_per_day
            "enabled": "no"                                  | /enabled
            "is_system": true                                | /is_system
            "working_hours": {"time_zone": "UTC"}            | /working_hours
            "missed_reply_threshold_days": 0                 | /missed_reply_threshold_days
            "missed_reply_threshold_days": 366               | /missed_reply_threshold_days
            "send_cap_per_day": -1                           | /send_cap_per_day
            """;

    @Test
    default void a_wrong_field_is_422_with_its_place_whether_made_or_changed_and_mail_goes_where_it_went() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String foreign = OwnWorkspace.on(server()).agent("theirs");
        String agent = acme.agent("ours");
        acme.endpoint("desk", "");
        String id = acme.owner.get(ENDPOINTS).body().at("/endpoints/1/id").asText();
        String before = acme.everything();

        for (String line : WRONG_FIELDS.lines().toList()) {
            String field = line.substring(0, line.lastIndexOf('|'))
                    .strip()
                    .replace("{foreign agent}", foreign)
                    .replace("{agent}", agent)
                    .replace("{domain}", acme.domain);
            String pointer = line.substring(line.lastIndexOf('|') + 1).strip();
            Answer made = acme.owner
                    .post(ENDPOINTS, "{\"localpart\": \"other\", \"kind\": \"custom\", " + field + "}")
                    .expect(422);
            assertEquals(pointer, made.place(), field);
            Answer changed =
                    acme.owner.patch(ENDPOINTS + "/" + id, "{" + field + "}").expect(422);
            assertEquals(pointer, changed.place(), field);
        }
        assertEquals(before, acme.everything());
        assertEquals("awaiting_review", acme.goes(ADA, "desk"));
        assertEquals("550 5.1.1", acme.goes(ADA, "other"), "nothing was made");
    }

    @Test
    default void a_name_that_cannot_be_is_refused_and_the_address_stays_unknown_or_whose_it_was() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        acme.endpoint("desk", "");
        String before = acme.everything();
        for (String line : """
                "kind": "custom"                          | 422 | /localpart | invalid
                "localpart": "new"                        | 422 | /kind      | invalid
                "localpart": "new", "kind": "mailbox"     | 422 | /kind      | invalid
                "localpart": "new", "kind": "other"       | 422 | /kind      | invalid
                "localpart": "New", "kind": "custom"      | 422 | /localpart | invalid
                "localpart": "", "kind": "custom"         | 422 | /localpart | invalid
                "localpart": ".new", "kind": "custom"     | 422 | /localpart | invalid
                "localpart": "n w", "kind": "custom"      | 422 | /localpart | invalid
                "localpart": "new@b", "kind": "custom"    | 422 | /localpart | invalid
                "localpart": "new+tag", "kind": "custom"  | 422 | /localpart | invalid
                "localpart": "postmaster", "kind": "custom"    | 422 | /localpart | reserved
                "localpart": "abuse", "kind": "custom"         | 422 | /localpart | reserved
                "localpart": "mailer-daemon", "kind": "custom" | 422 | /localpart | reserved
                "localpart": "noreply", "kind": "custom"       | 422 | /localpart | reserved
                "localpart": "desk", "kind": "custom"     | 409 | ?          | address_taken
                """.lines().toList()) {
            String[] cells = line.split("\\|");
            Answer refused =
                    acme.owner.post(ENDPOINTS, "{" + cells[0] + "}").expect(Integer.parseInt(cells[1].strip()));
            assertEquals(cells[2].strip(), refused.place(), line);
            assertEquals(cells[3].strip(), refused.code(), line);
        }
        String tooLong = "x".repeat(65);
        assertEquals(
                "/localpart",
                acme.owner
                        .post(ENDPOINTS, "{\"localpart\": \"" + tooLong + "\", \"kind\": \"custom\"}")
                        .expect(422)
                        .place());
        assertEquals(before, acme.everything());
        assertEquals("awaiting_review", acme.goes(ADA, "desk"));
        assertEquals("550 5.1.1", acme.goes(ADA, "new"));
        assertEquals("550 5.1.1", acme.goes(ADA, "noreply"));
        assertEquals("unrouted", acme.goes(ADA, "postmaster"), "the admins' as ever");
    }

    @Test
    default void name_and_kind_are_fixed() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String id = acme.endpoint("desk", "");
        for (String fixed : List.of("\"localpart\": \"other\"", "\"localpart\": \"desk\"", "\"localpart\": null")) {
            acme.cannotChange(id, "{" + fixed + "}", "/localpart");
        }
        acme.cannotChange(id, "{\"kind\": \"custom\"}", "/kind");
        Answer refused = acme.owner
                .patch(ENDPOINTS + "/" + id, "{\"enabled\": false, \"kind\": \"mailbox\"}")
                .expect(422);
        assertEquals("fixed", refused.code());
        assertEquals("awaiting_review", acme.goes(ADA, "desk"), "the rest of the change was not made either");
        assertEquals("550 5.1.1", acme.goes(ADA, "other"));
    }

    @Test
    default void null_takes_away_what_can_be_none_and_nothing_else() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String id = acme.endpointOf(acme.agent("helper"), "desk");
        acme.change(id, "{\"default_reply_lang\": \"de\"}");
        for (String field : ("plane sender_policy allow_patterns reply_policy instructions allow_escalation deliver_to"
                        + " category_policy spam_score_max max_turns_per_sender_day max_turns_per_day enabled")
                .split(" ")) {
            acme.cannotChange(id, "{\"" + field + "\": null}", "/" + field);
        }
        assertEquals("routed", acme.goes(ADA, "desk"));
        assertTrue(acme.change(id, "{\"default_reply_lang\": null}")
                .path("default_reply_lang")
                .isNull());
        assertTrue(acme.change(id, "{\"agent_id\": null}").path("agent_id").isNull());
        assertEquals("unrouted", acme.goes(ADA, "desk"));
    }

    @Test
    default void the_systems_mailbox_is_neither_edited_nor_removed_and_never_answers() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String id = acme.systemMailbox();
        String before = acme.everything();
        for (String json : List.of(
                "{}",
                "{\"enabled\": false}",
                "{\"localpart\": \"other\"}",
                "{\"reply_policy\": \"always_reply\"}",
                "{\"plane\": \"agent\"}")) {
            Answer edited = acme.owner.patch(ENDPOINTS + "/" + id, json).expect(400);
            assertEquals("system_mailbox", edited.code(), json);
        }
        assertEquals(
                "system_mailbox",
                acme.owner.delete(ENDPOINTS + "/" + id).expect(400).code());
        assertEquals(before, acme.everything());
        JsonNode mailbox = acme.endpoint(id);
        assertEquals("mailbox", mailbox.path("kind").asText());
        assertTrue(mailbox.path("is_system").asBoolean());

        String message = acme.message(ADA, "mail", "to the mailbox");
        assertEquals("unrouted", acme.content(message).path("handling_state").asText());
        acme.owner
                .post(MESSAGES + message + "/assign", "{\"agent_id\": \"" + acme.agent("helper") + "\"}")
                .expect(200);
        assertTrue(acme.endpoint(id).path("agent_id").isNull(), "nobody is wired to it");
        assertEquals("unrouted", acme.goes(ADA, "mail"));
        assertEquals(
                0, acme.owner.get("/v1/messages/?direction=outbound").body().size());
    }

    @Test
    default void a_name_that_the_systems_mailbox_cannot_have_is_refused_and_the_old_one_stays() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        acme.endpoint("taken", "");
        for (String line : """
                {"localpart": "Hello"}       | 400 | invalid_localpart
                {"localpart": ""}            | 400 | invalid_localpart
                {"localpart": "a@b"}         | 400 | invalid_localpart
                {"localpart": "postmaster"}  | 400 | reserved
                {"localpart": "noreply"}     | 400 | reserved
                {"localpart": "taken"}       | 409 | address_taken
                {"localpart": null}          | 422 | invalid
                {}                           | 422 | invalid
                {"localpart": "a", "enabled": false} | 422 | invalid
                """.lines().toList()) {
            String[] cells = line.split("\\|");
            Answer refused = acme.owner
                    .patch("/v1/api/email/workspace-mailbox", cells[0])
                    .expect(Integer.parseInt(cells[1].strip()));
            assertEquals(cells[2].strip(), refused.code(), line);
        }
        assertEquals(
                "mail",
                acme.owner
                        .get(ENDPOINTS)
                        .body()
                        .path("outbound_mailbox_localpart")
                        .asText());
        assertEquals("unrouted", acme.goes(ADA, "mail"));
        assertEquals("awaiting_review", acme.goes(ADA, "taken"));
    }

    @Test
    default void nothing_is_longer_than_it_may_be() {
        OwnWorkspace acme = OwnWorkspace.on(server());
        String id = acme.endpoint("desk", "");
        acme.change(
                id, "{\"sender_policy\": \"domain_allowlist\", \"allow_patterns\": " + list(1000, "d%d.example") + "}");
        acme.change(id, "{\"deliver_to\": " + list(20, "p%d@people.example") + "}");
        acme.change(id, "{\"instructions\": \"" + "x".repeat(20_000) + "\"}");
        acme.change(id, "{\"category_policy\": " + categories(50) + "}");

        acme.cannotChange(id, "{\"allow_patterns\": " + list(1001, "e%d.example") + "}", "/allow_patterns");
        acme.cannotChange(id, "{\"deliver_to\": " + list(21, "q%d@people.example") + "}", "/deliver_to");
        acme.cannotChange(id, "{\"instructions\": \"" + "y".repeat(20_001) + "\"}", "/instructions");
        acme.cannotChange(id, "{\"category_policy\": " + categories(51) + "}", "/category_policy");
        acme.change(id, "{\"category_policy\": {}}");
        assertEquals("awaiting_review", acme.goes("x@d999.example", "desk"));
        assertEquals("quarantined: unknown_sender", acme.goes("x@e1.example", "desk"));
    }

    private static String list(int count, String each) {
        return IntStream.range(0, count)
                .mapToObj(i -> '"' + each.formatted(i) + '"')
                .collect(Collectors.joining(", ", "[", "]"));
    }

    private static String categories(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"c" + i + "\": \"route\"")
                .collect(Collectors.joining(", ", "{", "}"));
    }
}
