package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.each;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.reject;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.clock.TurningClock;
import org.chancery.testkit.peer.Stage;
import org.junit.jupiter.api.Test;

/** What each event about a message and an approval tells, member by member; run on each database, on a clock that stands still. */
interface MessageEventsContract {
    ObjectMapper JSON = new ObjectMapper();

    RunningServer server();

    TurningClock clock();

    private Approvals approvals() {
        return new Approvals(server());
    }

    // ---- reading them

    /** The events of that type whose payload names this thing, oldest first. */
    private static List<JsonNode> events(OwnWorkspace place, String type, String id) {
        return each(place.owner
                        .get("/v1/events/?limit=500&types=" + type)
                        .expect(200)
                        .body()
                        .path("events"))
                .filter(event -> idOf(event).equals(id))
                .toList();
    }

    /** What an event is about. */
    private static String idOf(JsonNode event) {
        JsonNode payload = event.path("payload");
        String type = event.path("type").asText();
        String name = type.startsWith("approval.")
                ? "approval_id"
                : payload.has("quarantine_id") ? "quarantine_id" : "message_id";
        return payload.path(name).asText();
    }

    private static JsonNode only(OwnWorkspace place, String type, String id) {
        List<JsonNode> found = events(place, type, id);
        assertEquals(1, found.size(), type);
        return Objects.requireNonNull(found.getFirst());
    }

    private static JsonNode awaited(OwnWorkspace place, String type, String id) {
        place.owner.until(
                "/v1/events/?limit=500&types=" + type,
                answer -> each(answer.body().path("events"))
                        .anyMatch(event -> idOf(event).equals(id)));
        return only(place, type, id);
    }

    /** The event tells this and nothing else. */
    private static void tells(JsonNode event, String inbox, ObjectNode payload) {
        JsonNames.are(event, "event_id", "type", "inbox_id", "created_at", "payload");
        assertTrue(event.path("event_id").asText().startsWith("evt_"), event.toString());
        assertEquals(inbox, event.path("inbox_id").asText());
        assertFalse(Instant.parse(event.path("created_at").asText()).isBefore(TurningClock.START));
        assertEquals(payload, event.path("payload"), event.path("type").asText());
    }

    /** Names and values in turns. */
    private static ObjectNode members(Object... members) {
        ObjectNode all = JSON.createObjectNode();
        for (int i = 0; i < members.length; i += 2) {
            all.set((String) members[i], JSON.valueToTree(members[i + 1]));
        }
        return all;
    }

    private static ObjectNode and(ObjectNode some, Object... more) {
        return some.deepCopy().setAll(members(more));
    }

    /** What is told of a mail that is to leave. */
    private static ObjectNode outbound(OwnWorkspace place, String id) {
        JsonNode shown = place.owner.get("/v1/messages/" + id + "/").expect(200).body();
        return members(
                "message_id",
                id,
                "thread_id",
                shown.path("thread_id"),
                "inbox_id",
                shown.path("inbox_id"),
                "subject",
                shown.path("subject"));
    }

    /** What is told of what became of a mail for these recipients. */
    private static ObjectNode outcome(OwnWorkspace place, String id, ObjectNode... recipients) {
        ObjectNode of = outbound(place, id);
        of.remove(List.of("inbox_id", "subject"));
        return and(of, "recipients", recipients);
    }

    private String send(OwnWorkspace place, String inbox, String to, String subject) {
        return place.owner
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + inbox + "\", "
                                + Approvals.mail(to, subject).substring(1))
                .expect(202)
                .text("message_id");
    }

    private static String reply(Client by, String question) {
        return by.post("/v1/messages/", "{\"reply_to_message_id\": \"" + question + "\", \"text_body\": \"Words.\"}")
                .expect(202)
                .text("message_id");
    }

    private static String ownerOf(OwnWorkspace place) {
        return "owner@" + place.domain;
    }

    private String replyOfPeer(OwnWorkspace place, String message) {
        Answer delivered = place.owner.until(
                "/v1/messages/" + message + "/", answer -> answer.text("status").equals("delivered"));
        return delivered.body().at("/deliveries/0/smtp_reply").asText();
    }

    // ---- mail that comes in

    /** That event tells all of the mail, in that state, and what else is named. */
    private static void tellsMail(
            OwnWorkspace place, JsonNode event, String localPart, String state, Object... further) {
        JsonNode payload = event.path("payload");
        String id = payload.path("message_id").asText();
        JsonNode shown = place.owner.get("/v1/messages/" + id + "/").expect(200).body();
        JsonNode authentication = place.content(id).path("authentication");
        tells(
                event,
                shown.path("inbox_id").asText(),
                and(
                        members(
                                "message_id",
                                id,
                                "thread_id",
                                shown.path("thread_id"),
                                "inbox_id",
                                shown.path("inbox_id"),
                                "from",
                                OwnWorkspace.ADA,
                                "to",
                                place.address(localPart),
                                "subject",
                                shown.path("subject"),
                                "classification",
                                "human",
                                "authentication",
                                members(
                                        "spf",
                                        authentication.path("spf"),
                                        "dkim",
                                        authentication.path("dkim"),
                                        "dmarc",
                                        authentication.path("dmarc"),
                                        "arc",
                                        authentication.path("arc")),
                                "handling_state",
                                state,
                                "reason",
                                payload.path("reason")),
                        further));
        assertFalse(payload.path("reason").asText().isEmpty(), event.toString());
    }

    @Test
    default void a_mail_that_comes_in_tells_whose_turn_it_is() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String agent = place.agent("helper");
        place.endpointOf(agent, "desk");
        place.endpoint("people", "");
        place.endpoint("nobody", ", \"plane\": \"agent\"");
        String routed = place.message(OwnWorkspace.ADA, "desk", "for the agent");
        for (String type : List.of("message.received", "message.routed")) {
            tellsMail(place, only(place, type, routed), "desk", "routed", "agent_id", agent);
        }
        String waiting = place.message(OwnWorkspace.ADA, "people", "for people");
        for (String type : List.of("message.received", "message.awaiting_review")) {
            tellsMail(place, only(place, type, waiting), "people", "awaiting_review");
        }
        String unrouted = place.message(OwnWorkspace.ADA, "nobody", "for nobody");
        for (String type : List.of("message.received", "message.unrouted")) {
            tellsMail(place, only(place, type, unrouted), "nobody", "unrouted");
        }
    }

    @Test
    default void another_handler_is_told_with_who_says_so() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String agent = place.agent("helper");
        String other = place.agent("second");
        Client program = place.program(place.endpointOf(agent, "desk"));
        String mail = place.message(OwnWorkspace.ADA, "desk", "too hard");
        program.post(OwnWorkspace.MESSAGES + mail + "/escalate", "{\"note\": \"please\"}")
                .expect(200);
        tellsMail(
                place,
                only(place, "message.escalated", mail),
                "desk",
                "awaiting_review",
                "agent_id",
                agent,
                "by",
                "helper",
                "note",
                "please");
        tellsMail(place, only(place, "message.awaiting_review", mail), "desk", "awaiting_review", "agent_id", agent);

        place.owner
                .post(OwnWorkspace.MESSAGES + mail + "/assign", "{\"agent_id\": \"" + other + "\"}")
                .expect(200);
        tellsMail(
                place,
                only(place, "message.assigned", mail),
                "desk",
                "handled",
                "agent_id",
                other,
                "by",
                ownerOf(place));
        List<JsonNode> turns = events(place, "message.routed", mail);
        assertEquals(2, turns.size());
        tellsMail(place, turns.getLast(), "desk", "handled", "agent_id", other, "by", ownerOf(place));
    }

    @Test
    default void a_draft_and_what_becomes_of_it_are_told() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String agent = place.agent("helper");
        String inbox = place.endpointOf(agent, "desk");
        Client program = place.program(inbox);
        String question = place.message(OwnWorkspace.ADA, "desk", "to answer");
        String draft = reply(program, question);
        JsonNode waits = only(place, "message.awaiting_review", draft);
        tells(
                waits,
                inbox,
                and(
                        outbound(place, draft),
                        "in_reply_to_message_id",
                        question,
                        "reason",
                        waits.at("/payload/reason").asText()));
        assertFalse(waits.at("/payload/reason").asText().isEmpty());
        place.owner
                .post(OwnWorkspace.MESSAGES + question + "/reply", "{\"text\": \"Other words.\"}")
                .expect(200);
        tells(
                only(place, "message.queued", draft),
                inbox,
                and(
                        outbound(place, draft),
                        "in_reply_to_message_id",
                        question,
                        "by",
                        ownerOf(place),
                        "agent_id",
                        agent));
        ObjectNode handled = outbound(place, question);
        handled.remove("subject");
        tells(only(place, "message.handled", question), inbox, and(handled, "by", ownerOf(place)));

        String unwanted = place.message(OwnWorkspace.ADA, "desk", "to discard");
        String rejected = reply(program, unwanted);
        place.owner
                .post(OwnWorkspace.MESSAGES + unwanted + "/discard", "{\"reason\": \"wrong tone\"}")
                .expect(200);
        tells(
                only(place, "message.rejected", rejected),
                inbox,
                and(
                        outbound(place, rejected),
                        "in_reply_to_message_id",
                        unwanted,
                        "reason",
                        "wrong tone",
                        "by",
                        ownerOf(place),
                        "agent_id",
                        agent));
        ObjectNode dropped = outbound(place, unwanted);
        dropped.remove("subject");
        tells(only(place, "message.handled", unwanted), inbox, and(dropped, "by", ownerOf(place)));
    }

    // ---- mail that leaves

    @Test
    default void each_recipient_is_told_with_the_peers_words() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String inbox = place.endpoint("desk", "");
        server().peer.at(Stage.RCPT, "gone@events").answer("550 5.1.1 no such user");
        place.owner
                .post("/v1/suppressions/", "{\"email\": \"kim@events.example\"}")
                .expect(201);
        String id = place.owner
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + inbox + "\", \"to\": [{\"email\": \"bob@events.example\"},"
                                + " {\"email\": \"gone@events.example\"}, {\"email\": \"kim@events.example\"}],"
                                + " \"subject\": \"to three\", \"text_body\": \"Hello.\"}")
                .expect(202)
                .text("message_id");
        tells(only(place, "message.queued", id), inbox, and(outbound(place, id), "by", ownerOf(place)));
        Answer shown = place.owner.until(
                "/v1/messages/" + id + "/", answer -> answer.text("status").equals("bounced"));
        String taken = each(shown.body().path("deliveries"))
                .filter(delivery -> delivery.path("address").asText().equals("bob@events.example"))
                .findFirst()
                .orElseThrow()
                .path("smtp_reply")
                .asText();
        assertTrue(taken.startsWith("250 "), taken);
        ObjectNode bob = members("address", "bob@events.example", "smtp_reply", taken);
        tells(only(place, "message.sent", id), inbox, outcome(place, id, bob));
        tells(only(place, "message.delivered", id), inbox, outcome(place, id, bob));
        ObjectNode gone = members(
                "address", "gone@events.example", "smtp_reply", "550 5.1.1 no such user", "bounce_category", "hard");
        tells(only(place, "message.bounced", id), inbox, outcome(place, id, gone));
        ObjectNode kim = members("address", "kim@events.example", "smtp_reply", "suppressed");
        tells(only(place, "message.failed", id), inbox, outcome(place, id, kim));
    }

    @Test
    default void a_mail_that_is_given_up_is_told_with_the_last_words() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String inbox = place.endpoint("desk", "");
        server().peer.at(Stage.RCPT, "never@events").answer("451 4.7.0 never now");
        String id = send(place, inbox, "never@events.example", "in vain");
        place.owner.until("/v1/messages/" + id + "/", answer -> {
            clock().turn(Duration.ofSeconds(1));
            return answer.text("status").equals("failed");
        });
        ObjectNode never = members("address", "never@events.example", "smtp_reply", "451 4.7.0 never now");
        tells(only(place, "message.failed", id), inbox, outcome(place, id, never));
        for (String other : List.of("message.sent", "message.delivered", "message.bounced")) {
            assertEquals(List.of(), events(place, other, id));
        }
    }

    @Test
    default void what_comes_back_is_told_with_what_it_says() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String inbox = place.endpoint("desk", "");
        String subject = "comes back to " + place.domain;
        String id = send(place, inbox, "old@events.example", subject);
        String path = approvals().awaitArrival(subject).getFirst().reversePath();
        assertTrue(replyOfPeer(place, id).startsWith("250 "));
        String arf = ReturnedMailContract.arf("old@events.example", "<" + path + ">");
        assertTrue(
                server().mail("fbl@events.example", place.address("abuse"), arf).startsWith("250"));
        ObjectNode complaint = outbound(place, id);
        complaint.remove(List.of("inbox_id", "subject"));
        tells(
                awaited(place, "message.spam_complaint", id),
                inbox,
                and(complaint, "recipient", "old@events.example", "feedback_type", "abuse"));
        String dsn = ReturnedMailContract.dsn("old@events.example", "failed", "5.2.2", "552 5.2.2 mailbox full", null);
        assertTrue(server().mail(null, path, dsn).startsWith("250"));
        ObjectNode old = members(
                "address", "old@events.example", "smtp_reply", "552 5.2.2 mailbox full", "bounce_category", "soft");
        tells(awaited(place, "message.bounced", id), inbox, outcome(place, id, old));
    }

    @Test
    default void a_mail_that_nobody_answers_is_told_once_its_days_are_over() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String inbox = place.endpoint("desk", ", \"missed_reply_threshold_days\": 3");
        String id = send(place, inbox, "silent@events.example", "anybody there");
        replyOfPeer(place, id);
        clock().turn(Duration.ofDays(4));
        // What is looked for every hour is looked for at the start as well.
        server().restart();
        ObjectNode missed = outbound(place, id);
        missed.remove("inbox_id");
        tells(
                awaited(place, "message.missed_reply", id),
                inbox,
                and(missed, "to_address", "silent@events.example", "days_since_sent", 4));
    }

    @Test
    default void mail_that_is_planned_and_taken_back_is_told() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String agent = place.agent("helper");
        String inbox = place.endpointOf(agent, "desk");
        place.change(inbox, "{\"reply_policy\": \"agent_decides\"}");
        String time = clock().instant().plus(Duration.ofHours(1)).toString();
        String planned = "{\"send_at\": \"" + time + "\", "
                + Approvals.mail("bob@elsewhere.example", "planned").substring(1);
        Client program = place.program(inbox);
        String id = program.post("/v1/messages/", planned).expect(202).text("message_id");
        tells(only(place, "message.scheduled", id), inbox, and(outbound(place, id), "by", "helper", "send_at", time));
        program.post("/v1/messages/" + id + "/cancel/", "{\"reason\": \"never mind\"}")
                .expect(200);
        tells(
                only(place, "message.cancelled", id),
                inbox,
                and(outbound(place, id), "by", "helper", "reason", "never mind", "agent_id", agent));
    }

    // ---- mail that is held, out or in

    private Client asking(OwnWorkspace place, String inbox, String rule) {
        return server().new Client(place.owner
                .post(
                        "/v1/tokens/",
                        "{\"label\": \"restricted\", \"inbox_id\": \"" + inbox
                                + "\", \"scopes\": [\"email:read\", \"email:send\"], \"requires_approval\": [" + rule
                                + "]}")
                .expect(201)
                .text("token"));
    }

    /** What every event about an approval tells. */
    private static ObjectNode approval(OwnWorkspace place, String id, String by) {
        JsonNode shown = place.owner.get(item(id)).expect(200).body();
        return members(
                "approval_id",
                id,
                "action_type",
                "email:send",
                "summary",
                shown.path("summary"),
                "message_id",
                shown.path("message_id"),
                "inbox_id",
                shown.path("inbox_id"),
                "requested_by",
                by);
    }

    @Test
    default void a_held_mail_and_what_is_decided_are_told() throws IOException {
        OwnWorkspace place = OwnWorkspace.on(server());
        String inbox = place.endpoint("desk", "");
        String by = place.address("desk");
        Client program = asking(place, inbox, "\"email:send\"");
        Answer sent = hold(program, "bob@elsewhere.example", "approved");
        String approved = sent.text("approval_id");
        ObjectNode told = approval(place, approved, by);
        assertEquals(
                "Mail to bob@elsewhere.example: approved", told.path("summary").asText());
        tells(only(place, "approval.queued", approved), inbox, told);
        place.owner
                .post(item(approved) + "approve/", "{\"note\": \"go ahead\"}")
                .expect(200);
        tells(only(place, "approval.approved", approved), inbox, and(told, "by", ownerOf(place), "note", "go ahead"));
        tells(
                only(place, "message.queued", sent.text("message_id")),
                inbox,
                and(outbound(place, sent.text("message_id")), "by", by));

        Answer refused = hold(program, "bob@elsewhere.example", "rejected");
        reject(place.owner, refused.text("approval_id"), "not so").expect(200);
        tells(
                only(place, "approval.rejected", refused.text("approval_id")),
                inbox,
                and(
                        approval(place, refused.text("approval_id"), by),
                        "by",
                        ownerOf(place),
                        "reason",
                        "not so",
                        "note",
                        "not so"));
        tells(
                only(place, "message.rejected", refused.text("message_id")),
                inbox,
                and(
                        outbound(place, refused.text("message_id")),
                        "by",
                        ownerOf(place),
                        "reason",
                        "not so",
                        "approval_id",
                        refused.text("approval_id")));

        Answer damaged = hold(program, "bob@elsewhere.example", "damaged");
        String failed = damaged.text("approval_id");
        Path file = server().fileOf(place.owner.get(item(failed)).expect(200).text("version"));
        Files.writeString(file, Files.readString(file, StandardCharsets.UTF_8).replace("proposed", "agreed on"));
        approve(place.owner, failed).expect(200);
        JsonNode why = place.owner
                .get("/v1/messages/" + damaged.text("message_id") + "/")
                .expect(200)
                .body()
                .at("/rejection/reason");
        tells(
                only(place, "approval.rejected", failed),
                inbox,
                and(approval(place, failed, by), "by", ownerOf(place), "reason", why));
        tells(
                only(place, "message.failed", damaged.text("message_id")),
                inbox,
                and(
                        outbound(place, damaged.text("message_id")),
                        "by",
                        ownerOf(place),
                        "reason",
                        why,
                        "approval_id",
                        failed));

        Answer back = hold(program, "bob@elsewhere.example", "taken back");
        program.post("/v1/messages/" + back.text("message_id") + "/cancel/", "{\"reason\": \"never mind\"}")
                .expect(200);
        tells(
                only(place, "approval.cancelled", back.text("approval_id")),
                inbox,
                and(approval(place, back.text("approval_id"), by), "by", by, "reason", "never mind"));
    }

    @Test
    default void an_agents_held_mail_that_is_edited_or_expires_is_told() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String agent = place.agent("helper");
        String inbox = place.endpointOf(agent, "desk");
        place.change(inbox, "{\"reply_policy\": \"agent_decides\"}");
        Client program =
                asking(place, inbox, "{\"action\": \"email:send\", \"reviewers\": 2, \"expires_after\": \"4h\"}");
        String id = hold(program, "bob@elsewhere.example", "for two").text("approval_id");
        tells(only(place, "approval.queued", id), inbox, and(approval(place, id, "helper"), "agent_id", agent));
        place.owner
                .post(item(id) + "approve/", "{\"edits\": {\"subject\": \"for both\"}}")
                .expect(200);
        ObjectNode edited = and(approval(place, id, "helper"), "agent_id", agent);
        assertEquals(
                "Mail to bob@elsewhere.example: for both",
                edited.path("summary").asText());
        tells(only(place, "approval.changed", id), inbox, and(edited, "by", ownerOf(place)));
        clock().turn(Duration.ofHours(4));
        tells(awaited(place, "approval.expired", id), inbox, edited);
    }

    @Test
    default void mail_in_quarantine_is_told_to_admins() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String inbox = place.endpoint("closed", ", \"sender_policy\": \"bound_users_only\"");
        String owner = place.owner.get("/v1/whoami/").expect(200).text("user_id");
        Map<String, String> decisions = Map.of(
                "accepted",
                "{\"note\": \"I know her\", \"bind_user_id\": \"" + owner + "\"}",
                "rejected",
                "{\"note\": \"spam\"}");
        decisions.forEach((decision, body) -> {
            String from = decision + "@stranger.example";
            JsonNode row = place.receive(from, "closed", decision);
            String id = row.path("id").asText();
            ObjectNode held = members(
                    "quarantine_id",
                    id,
                    "inbox_id",
                    inbox,
                    "reason",
                    "unknown_sender",
                    "from",
                    from,
                    "to",
                    place.address("closed"),
                    "subject",
                    decision);
            JsonNode told = only(place, "message.quarantined", id);
            if (!row.path("spam_score").isNull()) {
                JsonNode score = told.at("/payload/spam_score");
                assertEquals(row.path("spam_score").asDouble(), score.asDouble());
                held.set("spam_score", score);
            }
            tells(told, inbox, held);
            place.owner
                    .post("/v1/api/email/quarantine/" + id + "/" + decision.substring(0, 6), body)
                    .expect(200);
            ObjectNode decided = decision.equals("accepted")
                    ? and(held, "by", ownerOf(place), "note", "I know her", "redelivers", true, "bind_user_id", owner)
                    : and(held, "by", ownerOf(place), "note", "spam");
            tells(only(place, "quarantine." + decision, id), inbox, decided);
        });
    }
}
