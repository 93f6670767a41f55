package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.each;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.reject;
import static org.chancery.server.endtoend.JsonNames.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.peer.Stage;
import org.junit.jupiter.api.Test;

/** Each kind of entry of the record, with all that it tells and nothing else; run on each database. */
interface RecordEntriesContract {
    /** What every entry about a mail that a person or a program dealt with tells of it. */
    String[] MAIL = {"inbox_id", "raw_digest", "size", "thread_id"};

    /** What every entry about a mail that left tells of it. */
    String[] OUTCOME = {"inbox_id", "raw_digest", "size", "recipients"};

    /** What an entry tells of the report that it rests on. */
    String[] REPORT = {"report", "report_digest", "report_size"};

    String[] APPROVAL = {"action_type", "inbox_id", "message_id", "raw_digest", "reviewers"};

    String[] TOKEN = {"label", "maker_id", "requires_approval", "scopes"};

    String[] AGENT = {"execution_mode", "name", "status"};

    RunningServer server();

    // ---- reading it

    private static List<JsonNode> entries(OwnWorkspace place, String kind, String subject) {
        return each(place.owner
                        .get("/v1/audit/?limit=200&kind=" + kind)
                        .expect(200)
                        .body())
                .filter(entry -> entry.path("subject").asText().equals(subject))
                .toList();
    }

    /** The only entry of that kind about the subject: by whom it is, and the names of all that it tells. */
    private static JsonNode only(OwnWorkspace place, String kind, String subject, String by, String... names) {
        List<JsonNode> found = entries(place, kind, subject);
        assertEquals(1, found.size(), kind);
        JsonNode entry = Objects.requireNonNull(found.getFirst());
        JsonNames.are(entry, "seq", "at", "kind", "actor", "subject", "details", "previous_hash", "hash");
        JsonNode actor = entry.path("actor");
        JsonNames.are(actor, "kind", "id", "label", "channel", "token_id");
        assertEquals(
                by, actor.path("kind").asText() + " by " + actor.path("channel").asText(), kind);
        JsonNode details = entry.path("details");
        JsonNames.are(details, names);
        return details;
    }

    /** The same of what the server writes after the answer to a call. */
    private static JsonNode awaited(OwnWorkspace place, String kind, String subject, String... names) {
        place.owner.until(
                "/v1/audit/?limit=200&kind=" + kind,
                answer -> each(answer.body())
                        .anyMatch(entry -> entry.path("subject").asText().equals(subject)));
        return only(place, kind, subject, "server by server", names);
    }

    private static String sha256(byte[] octets) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String digestOf(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void told(JsonNode details, String name, String value) {
        assertEquals(value, details.path(name).asText(), name);
    }

    private static byte[] rawOf(OwnWorkspace place, String message) {
        return place.owner
                .get("/v1/messages/" + message + "/raw/")
                .expect(200)
                .response()
                .body();
    }

    /** An entry tells of that very mail. */
    private static void tellsOf(OwnWorkspace place, JsonNode details, String message) {
        Answer shown = place.owner.get("/v1/messages/" + message + "/").expect(200);
        byte[] raw = rawOf(place, message);
        told(details, "inbox_id", shown.text("inbox_id"));
        told(details, "raw_digest", sha256(raw));
        assertEquals(raw.length, details.path("size").asInt());
        if (details.has("thread_id")) {
            told(details, "thread_id", shown.text("thread_id"));
        }
    }

    private static String send(OwnWorkspace place, String inbox, String to, String subject) {
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

    // ---- mail that people and programs deal with

    @Test
    default void a_draft_and_what_becomes_of_it() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String agent = place.agent("helper");
        Client program = place.program(place.endpointOf(agent, "desk"));
        String question = place.message(OwnWorkspace.ADA, "desk", "to answer");
        String draft = reply(program, question);
        JsonNode drafted =
                only(place, "message.drafted", draft, "agent by api", with(MAIL, "in_reply_to_message_id", "reason"));
        tellsOf(place, drafted, draft);
        told(drafted, "in_reply_to_message_id", question);
        place.owner
                .post(OwnWorkspace.MESSAGES + question + "/reply", "{\"text\": \"Other words.\"}")
                .expect(200);
        JsonNode queued = only(
                place,
                "message.queued",
                draft,
                "user by api",
                with(
                        MAIL,
                        "agent_id",
                        "decided",
                        "draft_digest",
                        "envelope_digest",
                        "in_reply_to_message_id",
                        "recipients"));
        tellsOf(place, queued, draft);
        told(queued, "agent_id", agent);
        told(queued, "draft_digest", drafted.path("raw_digest").asText());
        assertEquals(1, queued.path("recipients").asInt());
        JsonNode answered = only(place, "message.answered", question, "user by api", with(MAIL, "answer_message_id"));
        tellsOf(place, answered, question);
        told(answered, "answer_message_id", draft);

        String unwanted = place.message(OwnWorkspace.ADA, "desk", "to discard");
        String rejected = reply(program, unwanted);
        place.owner
                .post(OwnWorkspace.MESSAGES + unwanted + "/discard", "{\"reason\": \"wrong tone\"}")
                .expect(200);
        JsonNode of = only(
                place,
                "message.rejected",
                rejected,
                "user by api",
                with(MAIL, "in_reply_to_message_id", "reason_digest"));
        tellsOf(place, of, rejected);
        told(of, "in_reply_to_message_id", unwanted);
        told(of, "reason_digest", digestOf("wrong tone"));
        JsonNode discarded = only(place, "message.discarded", unwanted, "user by api", with(MAIL, "reason_digest"));
        tellsOf(place, discarded, unwanted);
        told(discarded, "reason_digest", digestOf("wrong tone"));
    }

    @Test
    default void another_handler() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String agent = place.agent("helper");
        Client program = place.program(place.endpointOf(agent, "desk"));
        String mail = place.message(OwnWorkspace.ADA, "desk", "too hard");
        program.post(OwnWorkspace.MESSAGES + mail + "/escalate", "{\"note\": \"please\"}")
                .expect(200);
        JsonNode escalated = only(place, "message.escalated", mail, "agent by api", with(MAIL, "note_digest"));
        tellsOf(place, escalated, mail);
        told(escalated, "note_digest", digestOf("please"));
        place.owner
                .post(OwnWorkspace.MESSAGES + mail + "/assign", "{\"agent_id\": \"" + agent + "\"}")
                .expect(200);
        JsonNode assigned = only(place, "message.assigned", mail, "user by api", with(MAIL, "agent_id", "wired"));
        tellsOf(place, assigned, mail);
        told(assigned, "agent_id", agent);
        told(assigned, "wired", "false");
    }

    @Test
    default void mail_that_is_planned_and_taken_back() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String inbox = place.endpoint("desk", "");
        String time = Instant.now()
                .plus(1, ChronoUnit.HOURS)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        String id = place.owner
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + inbox + "\", \"send_at\": \"" + time + "\", "
                                + Approvals.mail("bob@elsewhere.example", "planned")
                                        .substring(1))
                .expect(202)
                .text("message_id");
        JsonNode scheduled = only(place, "message.scheduled", id, "user by api", with(MAIL, "recipients", "send_at"));
        tellsOf(place, scheduled, id);
        told(scheduled, "send_at", time);
        place.owner
                .post("/v1/messages/" + id + "/cancel/", "{\"reason\": \"on second thought\"}")
                .expect(200);
        JsonNode cancelled = only(place, "message.cancelled", id, "user by api", with(MAIL, "reason_digest"));
        tellsOf(place, cancelled, id);
        told(cancelled, "reason_digest", digestOf("on second thought"));
    }

    // ---- what becomes of mail that left

    @Test
    default void how_far_a_mail_came_and_whom_that_suppresses() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String inbox = place.endpoint("desk", "");
        server().peer.at(Stage.RCPT, "gone@entries").answer("550 5.1.1 no such user");
        server().peer.at(Stage.RCPT, "never@entries").answer("451 4.7.0 never now");
        String arrived = send(place, inbox, "bob@entries.example", "arrives");
        JsonNode queued = only(
                place,
                "message.queued",
                arrived,
                "user by api",
                with(MAIL, "decided", "envelope_digest", "recipients"));
        tellsOf(place, queued, arrived);
        JsonNode delivered = awaited(place, "message.delivered", arrived, with(OUTCOME, "attempt_digest"));
        tellsOf(place, delivered, arrived);
        assertEquals(1, delivered.path("recipients").asInt());

        String bounced = send(place, inbox, "gone@entries.example", "bounces");
        JsonNode refused =
                awaited(place, "message.bounced", bounced, with(OUTCOME, "attempt_digest", "bounce_categories"));
        tellsOf(place, refused, bounced);
        assertEquals("[\"hard\"]", refused.path("bounce_categories").toString());
        JsonNode suppressed = awaited(
                place,
                "suppression.added",
                bounced,
                "attempt_digest",
                "cause",
                "inbox_id",
                "raw_digest",
                "size",
                "suppression_id");
        told(suppressed, "attempt_digest", refused.path("attempt_digest").asText());
        told(suppressed, "cause", "hard_bounce");
        place.owner.delete("/v1/suppressions/gone@entries.example/").expect(204);
        JsonNode lifted = only(
                place,
                "suppression.lifted",
                suppressed.path("suppression_id").asText(),
                "user by api",
                "cause",
                "message_id");
        told(lifted, "message_id", bounced);

        String failed = send(place, inbox, "never@entries.example", "fails");
        tellsOf(place, awaited(place, "message.failed", failed, with(OUTCOME, "attempt_digest")), failed);

        String unwanted = place.owner
                .post("/v1/suppressions/", "{\"email\": \"kim@entries.example\", \"note\": \"asked us to\"}")
                .expect(201)
                .text("suppression_id");
        JsonNode manual = only(place, "suppression.added", unwanted, "user by api", "cause", "note_digest");
        told(manual, "cause", "manual");
        told(manual, "note_digest", digestOf("asked us to"));
        String kept = send(place, inbox, "kim@entries.example", "stays");
        told(awaited(place, "message.failed", kept, with(OUTCOME, "reason")), "reason", "suppressed");
        place.owner.delete("/v1/suppressions/kim@entries.example/").expect(204);
        only(place, "suppression.lifted", unwanted, "user by api", "cause");
    }

    @Test
    default void what_comes_back_rests_on_the_report() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String inbox = place.endpoint("desk", "");
        String bounced = send(place, inbox, "old@entries.example", "comes back");
        String path = approvals().awaitArrival("comes back").getLast().reversePath();
        awaited(place, "message.delivered", bounced, with(OUTCOME, "attempt_digest"));
        String dsn = ReturnedMailContract.dsn("old@entries.example", "failed", "5.1.1", "550 5.1.1 gone", null);
        assertTrue(server().mail(null, path, dsn).startsWith("250"));
        JsonNode told = awaited(place, "message.bounced", bounced, with(OUTCOME, with(REPORT, "bounce_categories")));
        tellsOf(place, told, bounced);
        String report = place.await("Returned mail for old@entries.example")
                .path("email_message_id")
                .asText();
        told(told, "report_digest", sha256(rawOf(place, report)));
        JsonNode suppressed = awaited(
                place,
                "suppression.added",
                bounced,
                with(REPORT, "cause", "inbox_id", "raw_digest", "size", "suppression_id"));
        told(suppressed, "report", told.path("report").asText());

        String complained = send(place, inbox, "angry@entries.example", "called spam");
        ReceivedMail mail = approvals().awaitArrival("called spam").getLast();
        awaited(place, "message.delivered", complained, with(OUTCOME, "attempt_digest"));
        String arf = ReturnedMailContract.arf("angry@entries.example", "<" + mail.reversePath() + ">");
        assertTrue(server().mail("fbl@entries.example", place.address("abuse"), arf)
                .startsWith("250"));
        JsonNode complaint = awaited(place, "message.spam_complaint", complained, with(OUTCOME, REPORT));
        tellsOf(place, complaint, complained);
        told(
                awaited(
                        place,
                        "suppression.added",
                        complained,
                        with(REPORT, "cause", "inbox_id", "raw_digest", "size", "suppression_id")),
                "cause",
                "complaint");
    }

    private Approvals approvals() {
        return new Approvals(server());
    }

    // ---- approvals and quarantine

    /** A program at a new inbox, and the approval that its mail waits for by the rule. */
    private Answer held(OwnWorkspace place, String localPart, String rule, String subject) {
        return hold(asking(place, localPart, rule), "bob@elsewhere.example", subject);
    }

    private Client asking(OwnWorkspace place, String localPart, String rule) {
        return server().new Client(place.owner
                .post(
                        "/v1/tokens/",
                        "{\"label\": \"restricted\", \"inbox_id\": \"" + place.endpoint(localPart, "")
                                + "\", \"scopes\": [\"email:read\", \"email:send\", \"approvals:read\","
                                + " \"approvals:write\", \"tokens:write\"], \"requires_approval\": [" + rule + "]}")
                .expect(201)
                .text("token"));
    }

    @Test
    default void approvals_that_people_decide_on() {
        OwnWorkspace place = OwnWorkspace.on(server());
        Client program = asking(place, "desk", "\"email:send\"");
        Answer sent = hold(program, "bob@elsewhere.example", "approved");
        String approval = sent.text("approval_id");
        JsonNode queued = only(place, "approval.queued", approval, "endpoint by api", with(APPROVAL, "rule", "size"));
        tellsOf(place, queued, sent.text("message_id"));
        told(queued, "message_id", sent.text("message_id"));
        told(queued, "action_type", "email:send");
        assertEquals(1, queued.path("reviewers").asInt());
        assertEquals("[\"email:send\"]", queued.path("rule").toString());
        place.owner
                .post(item(approval) + "approve/", "{\"note\": \"go ahead\"}")
                .expect(200);
        JsonNode approved = only(place, "approval.approved", approval, "user by api", with(APPROVAL, "note_digest"));
        told(approved, "note_digest", digestOf("go ahead"));
        told(approved, "raw_digest", queued.path("raw_digest").asText());
        JsonNode released = only(
                place,
                "message.queued",
                sent.text("message_id"),
                "user by api",
                with(MAIL, "approval_id", "envelope_digest", "recipients", "requested_by"));
        told(released, "approval_id", approval);

        String edited = hold(program, "bob@elsewhere.example", "edited").text("approval_id");
        String before = only(place, "approval.queued", edited, "endpoint by api", with(APPROVAL, "rule", "size"))
                .path("raw_digest")
                .asText();
        place.owner
                .post(item(edited) + "approve/", "{\"edits\": {\"text_body\": \"Better so.\"}}")
                .expect(200);
        JsonNode changed =
                only(place, "approval.approved", edited, "user by api", with(APPROVAL, "edited_digest", "note_digest"));
        told(changed, "edited_digest", before);
        told(
                changed,
                "raw_digest",
                sha256(place.owner
                        .get(item(edited) + "raw/")
                        .expect(200)
                        .response()
                        .body()));

        String refused = hold(program, "bob@elsewhere.example", "refused").text("approval_id");
        reject(place.owner, refused, "not so").expect(200);
        told(
                only(place, "approval.rejected", refused, "user by api", with(APPROVAL, "note_digest")),
                "note_digest",
                digestOf("not so"));

        Answer back = hold(program, "bob@elsewhere.example", "taken back");
        program.post("/v1/messages/" + back.text("message_id") + "/cancel/", "{\"reason\": \"never mind\"}")
                .expect(200);
        told(
                only(
                        place,
                        "approval.cancelled",
                        back.text("approval_id"),
                        "endpoint by api",
                        with(APPROVAL, "reason_digest")),
                "reason_digest",
                digestOf("never mind"));
    }

    @Test
    default void an_approval_whose_bytes_are_others_by_now() throws IOException {
        OwnWorkspace place = OwnWorkspace.on(server());
        Answer sent = held(place, "desk", "\"email:send\"", "tampered with");
        String approval = sent.text("approval_id");
        String digest = place.owner.get(item(approval)).expect(200).text("version");
        Path file = server().fileOf(digest);
        Files.writeString(file, Files.readString(file, StandardCharsets.UTF_8).replace("proposed", "agreed on"));
        place.owner
                .post(item(approval) + "approve/", "{\"note\": \"go ahead\"}")
                .expect(200);
        JsonNode failed =
                only(place, "approval.failed", approval, "user by api", with(APPROVAL, "note_digest", "reason_digest"));
        told(failed, "message_id", sent.text("message_id"));
        told(failed, "raw_digest", digest);
        told(failed, "note_digest", digestOf("go ahead"));
        Answer shown =
                place.owner.get("/v1/messages/" + sent.text("message_id") + "/").expect(200);
        assertEquals("failed", shown.text("status"));
        told(
                failed,
                "reason_digest",
                digestOf(shown.body().path("rejection").path("reason").asText()));
        assertEquals(List.of(), entries(place, "approval.approved", approval));
        assertEquals(List.of(), entries(place, "message.queued", sent.text("message_id")));
    }

    @Test
    default void an_approval_that_nobody_decided_in_time() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String approval = held(place, "desk", "{\"action\": \"email:send\", \"expires_after\": \"1s\"}", "too late")
                .text("approval_id");
        JsonNode queued = only(
                place, "approval.queued", approval, "endpoint by api", with(APPROVAL, "expires_at", "rule", "size"));
        told(queued, "expires_at", place.owner.get(item(approval)).expect(200).text("expires_at"));
        JsonNode expired = awaited(place, "approval.expired", approval, APPROVAL);
        told(expired, "raw_digest", queued.path("raw_digest").asText());
        place.owner
                .post(item(approval) + "reopen/", "{\"note\": \"after all\"}")
                .expect(200);
        told(
                only(place, "approval.reopened", approval, "user by api", with(APPROVAL, "note_digest")),
                "note_digest",
                digestOf("after all"));
    }

    @Test
    default void what_was_tried_in_vain() {
        OwnWorkspace place = OwnWorkspace.on(server());
        Client program = asking(place, "desk", "\"email:send\"");
        String approval = hold(program, "bob@elsewhere.example", "by itself").text("approval_id");
        approve(program, approval).expect(403);
        JsonNode refused = only(place, "approval.refused", approval, "endpoint by api", "code", "count");
        told(refused, "code", "self_approval");
        assertEquals(1, refused.path("count").asInt());
        String own = Refusals.tokenOf(program);
        program.patch("/v1/tokens/" + own + "/", "{\"requires_approval\": []}").expect(403);
        JsonNode wider = only(place, "access.refused", own, "endpoint by api", "code", "count");
        told(wider, "code", "approval_escalation");
        assertEquals(1, wider.path("count").asInt());
    }

    @Test
    default void mail_in_quarantine() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String inbox = place.endpoint("closed", ", \"sender_policy\": \"bound_users_only\"");
        String owner = place.owner.get("/v1/whoami/").expect(200).text("user_id");
        String[] decided = {"inbox_id", "note_digest", "raw_digest", "reason", "size"};
        String unbound = quarantined(place, "yves@stranger.example", "later");
        decide(place, unbound, "accept", "{\"note\": \"why not\"}");
        JsonNode recorded = only(place, "quarantine.accepted", unbound, "user by api", with(decided, "redelivers"));
        told(recorded, "redelivers", "false");
        told(recorded, "inbox_id", inbox);
        told(recorded, "note_digest", digestOf("why not"));
        told(recorded, "reason", "unknown_sender");

        String bound = quarantined(place, "zoe@stranger.example", "now");
        decide(place, bound, "accept", "{\"bind_user_id\": \"" + owner + "\"}");
        JsonNode accepted =
                only(place, "quarantine.accepted", bound, "user by api", with(decided, "bind_user_id", "redelivers"));
        told(accepted, "bind_user_id", owner);
        told(accepted, "redelivers", "true");

        String spam = quarantined(place, "xaver@stranger.example", "never");
        decide(place, spam, "reject", "{\"note\": \"spam\"}");
        told(only(place, "quarantine.rejected", spam, "user by api", decided), "note_digest", digestOf("spam"));
    }

    private static String quarantined(OwnWorkspace place, String from, String subject) {
        return place.receive(from, "closed", subject).path("id").asText();
    }

    private static void decide(OwnWorkspace place, String held, String decision, String body) {
        place.owner
                .post("/v1/api/email/quarantine/" + held + "/" + decision, body)
                .expect(200);
    }

    // ---- what admins make and change

    @Test
    default void workspaces_people_and_their_sessions() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String workspace = place.owner.get("/v1/whoami/").expect(200).text("workspace_id");
        JsonNode created = only(place, "workspace.created", workspace, "operator by admin", "domain", "slug");
        told(created, "domain", place.domain);
        told(created, "slug", "");

        String person = place.person(place.address("pat"), "member", ", \"password\": \"a long pass phrase\"");
        JsonNode made = only(place, "user.created", person, "user by api", "addresses", "password", "role");
        assertEquals(1, made.path("addresses").asInt());
        told(made, "password", "true");
        told(made, "role", "member");
        Client session = server().signIn(place.address("pat"), "a long pass phrase");
        only(place, "session.opened", person, "user by api");
        String id = Refusals.tokenOf(session);
        session.post("/api/auth/logout", "").expect(200);
        told(only(place, "session.ended", person, "user by api", "session_id"), "session_id", id);
        place.owner
                .patch("/v1/users/" + person + "/", "{\"role\": \"admin\", \"status\": \"disabled\"}")
                .expect(200);
        JsonNode changed =
                only(place, "user.changed", person, "user by api", "changed", "role", "role_before", "status");
        assertEquals("[\"role\",\"status\"]", changed.path("changed").toString());
        told(changed, "role_before", "member");
        told(changed, "role", "admin");
        told(changed, "status", "disabled");
    }

    @Test
    default void inboxes() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String inbox = place.endpoint("desk", "");
        JsonNode created = only(place, "endpoint.created", inbox, "user by api", "address", "behaviour");
        told(created, "address", place.address("desk"));
        JsonNames.are(
                created.path("behaviour"),
                "agent_id",
                "allow_escalation",
                "allow_patterns_digest",
                "category_policy",
                "default_reply_lang",
                "deliver_to_digest",
                "enabled",
                "instructions_digest",
                "max_turns_per_day",
                "max_turns_per_sender_day",
                "missed_reply_threshold_days",
                "plane",
                "reply_policy",
                "send_cap_per_day",
                "sender_policy",
                "spam_score_max");
        place.change(inbox, "{\"enabled\": false, \"instructions\": \"Be brief.\"}");
        JsonNode changed = only(place, "endpoint.changed", inbox, "user by api", "after", "before");
        JsonNames.are(changed.path("before"), "enabled", "instructions_digest");
        JsonNames.are(changed.path("after"), "enabled", "instructions_digest");
        told(changed.path("after"), "instructions_digest", digestOf("Be brief."));
        place.owner.delete(OwnWorkspace.ENDPOINTS + "/" + inbox).expect(204);
        told(only(place, "endpoint.removed", inbox, "user by api", "address"), "address", place.address("desk"));
    }

    @Test
    default void tokens() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String agent = place.agent("helper");
        String inbox = place.endpointOf(agent, "desk");
        String owner = place.owner.get("/v1/whoami/").expect(200).text("user_id");
        String end = Instant.now()
                .plus(1, ChronoUnit.DAYS)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        String token = place.owner
                .post(
                        "/v1/tokens/",
                        "{\"label\": \"first\", \"inbox_id\": \"" + inbox + "\", \"agent_id\": \"" + agent
                                + "\", \"scopes\": [\"email:send\", \"email:read\"], \"requires_approval\":"
                                + " [\"email:send\"], \"expires_at\": \"" + end + "\"}")
                .expect(201)
                .text("token_id");
        String path = "/v1/tokens/" + token + "/";
        place.owner.patch(path, "{\"label\": \"second\", \"expires_at\": null}").expect(200);
        place.owner.post(path + "rotate/", "").expect(200);
        place.owner.delete(path).expect(204);
        JsonNode created =
                only(place, "token.created", token, "user by api", with(TOKEN, "agent_id", "expires_at", "inbox_id"));
        told(created, "label", "first");
        told(created, "expires_at", end);
        for (String kind : List.of("token.changed", "token.rotated", "token.revoked")) {
            JsonNode details = only(place, kind, token, "user by api", with(TOKEN, "agent_id", "inbox_id"));
            told(details, "label", "second");
            told(details, "maker_id", owner);
            told(details, "agent_id", agent);
            told(details, "inbox_id", inbox);
            assertEquals(
                    "[\"email:read\",\"email:send\"]", details.path("scopes").toString());
            assertEquals("[\"email:send\"]", details.path("requires_approval").toString());
        }
    }

    @Test
    default void agents() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String agent = place.agent("helper");
        String path = "/v1/agents/" + agent + "/";
        place.owner
                .patch(path, "{\"name\": \"hand\", \"webhook_url\": \"https://hooks.customer.example/x\"}")
                .expect(200);
        place.owner.post(path + "rotate-secret/", "").expect(200);
        place.owner.delete(path).expect(204);
        JsonNode created = only(place, "agent.created", agent, "user by api", AGENT);
        told(created, "name", "helper");
        told(created, "status", "active");
        told(created, "execution_mode", "external");
        for (String kind : List.of("agent.changed", "agent.secret_rotated", "agent.deleted")) {
            JsonNode details = only(place, kind, agent, "user by api", with(AGENT, "webhook_url_digest"));
            told(details, "name", "hand");
            told(details, "webhook_url_digest", digestOf("https://hooks.customer.example/x"));
        }
    }

    // ---- what mail is signed with

    @Test
    default void keys_that_a_domains_first_mail_is_signed_with() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String workspace = place.owner.get("/v1/whoami/").expect(200).text("workspace_id");
        assertEquals(List.of(), entries(place, "signing_keys.created", workspace));
        send(place, place.endpoint("desk", ""), "bob@elsewhere.example", "signed in " + place.domain);
        ReceivedMail mail =
                approvals().awaitArrival("signed in " + place.domain).getFirst();
        JsonNode created = awaited(place, "signing_keys.created", workspace, "domain", "selectors");
        told(created, "domain", place.domain);
        assertEquals(2, created.path("selectors").size());
        for (JsonNode selector : created.path("selectors")) {
            assertTrue(
                    mail.content().text().contains("s=" + selector.asText() + ";"),
                    mail.content().text());
        }
    }
}
