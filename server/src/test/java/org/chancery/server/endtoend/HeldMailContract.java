package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.smtp.SmtpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Quarantine, from the socket to the decision and back into the pipeline; run on each database. */
interface HeldMailContract {
    String REVIEW = "/v1/api/email/review";
    String LIST = "/v1/api/email/quarantine";

    RunningServer server();

    private Client admin() {
        return server().admin;
    }

    private static String item(String id, String call) {
        return "/v1/api/email/quarantine/" + id + "/" + call;
    }

    /** An endpoint for people that takes mail from bound senders only. */
    private String closed(String localPart) {
        return server().makeEndpoint(localPart, ", \"sender_policy\": \"bound_users_only\"");
    }

    /** Says a mail and waits until it stands in the quarantine queue; gives its row. */
    private JsonNode held(String from, String localPart, String subject) {
        return held(from, localPart, subject, "");
    }

    private JsonNode held(String from, String localPart, String subject, String further) {
        send(from, localPart, subject, further);
        return row(subject);
    }

    private void send(String from, String localPart, String subject, String further) {
        String to = localPart + "@acme.example";
        String id = subject.replace(' ', '-') + "@" + from.substring(from.indexOf('@') + 1);
        String reply = server().mail(from, to, RunningServer.content("Zoe <" + from + ">", to, subject, id, further));
        assertTrue(reply.startsWith("250"), reply);
    }

    private JsonNode row(String subject) {
        Answer review = admin().until(REVIEW, answer -> find(answer, subject) != null);
        return java.util.Objects.requireNonNull(find(review, subject));
    }

    private static @Nullable JsonNode find(Answer review, String subject) {
        return each(review.body().path("quarantined"))
                .filter(row -> row.path("subject").asText().equals(subject))
                .findFirst()
                .orElse(null);
    }

    private static Stream<JsonNode> each(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    private static String id(JsonNode row) {
        return row.path("id").asText();
    }

    private static String bind(String user) {
        return "{\"bind_user_id\": \"" + user + "\"}";
    }

    private String owner() {
        return admin().get("/v1/whoami/").expect(200).text("user_id");
    }

    /** A person of acme.example; the id. */
    private String person(String name) {
        return server().operator(
                        "user",
                        "add",
                        "--workspace",
                        "acme.example",
                        "--email",
                        name + "@acme.example",
                        "--role",
                        "member")
                .split(" ")[1];
    }

    private Client member(String name) {
        person(name);
        String said = server().operator(
                        "token",
                        "create",
                        "--workspace",
                        "acme.example",
                        "--user",
                        name + "@acme.example",
                        "--label",
                        "test",
                        "--scopes",
                        "conversations:read,conversations:write,email:read");
        return server().new Client(said.strip().split(" ")[2]);
    }

    private boolean isListed(String subject) {
        return admin().get("/v1/messages/?limit=200").body().toString().contains("\"" + subject + "\"");
    }

    @Test
    default void mail_from_an_unknown_sender_is_held_and_shown_in_the_review_queue() {
        String endpoint = closed("q.row");
        JsonNode row = held("zoe@stranger.example", "q.row", "held row");
        assertTrue(id(row).startsWith("qua_"), row.toString());
        assertEquals("unknown_sender", row.path("reason").asText());
        assertEquals("zoe@stranger.example", row.path("from_addr").asText());
        assertEquals("[\"q.row@acme.example\"]", row.path("to_addrs").toString());
        assertTrue(row.has("spam_score"));
        assertEquals(endpoint, row.path("endpoint_id").asText());
        assertEquals("q.row", row.path("endpoint_localpart").asText());
        assertNotNull(row.path("occurred_at").textValue());
        assertFalse(isListed("held row"));
        assertFalse(admin().get("/v1/api/email/activity?limit=200")
                .body()
                .toString()
                .contains("held row"));
        Answer counters = admin().get("/v1/api/email/endpoints/" + endpoint).expect(200);
        assertEquals(1, counters.body().path("quarantined").asInt());
        assertEquals(0, counters.body().path("received").asInt());
    }

    @Test
    default void the_counts_are_what_really_waits_and_go_down_with_each_decision() {
        closed("q.counts");
        JsonNode row = held("zoe@stranger.example", "q.counts", "counted");
        Answer review = admin().get(REVIEW).expect(200);
        int count = review.body().path("counts").path("quarantined").asInt();
        assertEquals(review.body().path("quarantined").size(), count);
        admin().post(item(id(row), "reject"), "").expect(200);
        Answer after = admin().get(REVIEW).expect(200);
        assertEquals(count - 1, after.body().path("counts").path("quarantined").asInt());
        assertEquals(null, find(after, "counted"));
    }

    @Test
    default void an_admin_reaches_all_that_is_held_page_by_page() {
        String inbox = closed("q.pages");
        List<String> subjects = Stream.of("one", "two", "three", "four", "five").toList();
        subjects.forEach(subject -> held("zoe@stranger.example", "q.pages", "page " + subject));
        List<String> seen = new ArrayList<>();
        String next = LIST + "?limit=2&endpoint_id=" + inbox;
        for (int page = 0; next != null; page++) {
            Answer answer = admin().get(next).expect(200);
            assertEquals(page < 2 ? 2 : 1, answer.body().size());
            each(answer.body()).forEach(row -> seen.add(row.path("subject").asText()));
            next = answer.response()
                    .headers()
                    .firstValue("Link")
                    .map(link -> link.substring(1, link.indexOf(">; rel=\"next\"")))
                    .orElse(null);
        }
        assertEquals(
                List.of("page five", "page four", "page three", "page two", "page one"),
                seen,
                "each once, newest first");
    }

    @Test
    default void the_list_shows_what_was_decided_and_by_whom_if_asked_for() {
        String inbox = closed("q.decided");
        String let = id(held("kai@stranger.example", "q.decided", "let in"));
        String out = id(held("max@stranger.example", "q.decided", "kept out"));
        String open = id(held("ida@stranger.example", "q.decided", "left open"));
        admin().post(item(let, "accept"), bind(person("q.binder"))).expect(200);
        admin().post(item(out, "reject"), "{\"note\": \"no thanks\"}").expect(200);

        String here = LIST + "?endpoint_id=" + inbox;
        JsonNode pending = only(admin().get(here).expect(200));
        assertEquals(open, id(pending));
        assertEquals("pending", pending.path("state").asText());
        assertEquals("unknown_sender", pending.path("reason").asText());
        assertEquals("ida@stranger.example", pending.path("from_addr").asText());
        assertEquals("q.decided", pending.path("endpoint_localpart").asText());
        assertTrue(pending.path("decision").isNull());

        JsonNode rejected = only(admin().get(here + "&status=rejected").expect(200));
        assertEquals(out, id(rejected));
        assertEquals("no thanks", rejected.path("decision").path("note").asText());
        assertEquals("owner@acme.example", rejected.path("decision").path("by").asText());

        JsonNode accepted = only(admin().until(
                        here + "&status=accepted",
                        answer -> !only(answer).path("email_message_id").isNull()));
        assertEquals(let, id(accepted));
        assertEquals(server().await("let in"), accepted.path("email_message_id").asText());

        assertEquals(1, admin().get(here + "&reason=unknown_sender").body().size());
        assertEquals(0, admin().get(here + "&reason=phishing").body().size());
    }

    private static JsonNode only(Answer list) {
        assertEquals(1, list.body().size(), () -> list.body().toString());
        return list.body().get(0);
    }

    @Test
    default void the_list_is_for_admins_and_refuses_what_it_does_not_know() {
        Answer refused = member("q.lister").get(LIST).expect(403);
        assertTrue(refused.body().toString().contains("admin"), refused.body().toString());
        for (String query : List.of(
                "status=held",
                "reason=dislike",
                "endpoint_id=nobody@acme.example",
                "cursor=abc",
                "limit=0",
                "state=x")) {
            admin().get(LIST + "?" + query).expect(422);
        }
    }

    @Test
    default void nobody_but_an_admin_sees_what_is_held() {
        String inbox = closed("q.private");
        JsonNode row = held("zoe@stranger.example", "q.private", "not for all");
        Client member = member("q.member");
        Answer review = member.get(REVIEW).expect(200);
        assertEquals(0, review.body().path("quarantined").size());
        assertEquals(0, review.body().path("counts").path("quarantined").asInt());
        for (String call : List.of("content", "raw")) {
            Answer refused = member.get(item(id(row), call)).expect(403);
            assertTrue(
                    refused.body().toString().contains("admin"), refused.body().toString());
        }
        for (String call : List.of("accept", "reject")) {
            Answer refused = member.post(item(id(row), call), "").expect(403);
            assertTrue(
                    refused.body().toString().contains("admin"), refused.body().toString());
        }
        for (Client reader : List.of(member, server().agentOf(inbox))) {
            String events =
                    reader.get("/v1/events/?limit=1000").expect(200).body().toString();
            assertFalse(events.contains("not for all") || events.contains("quarantine"), events);
        }
        assertTrue(find(admin().get(REVIEW), "not for all") != null);
    }

    @Test
    default void the_content_shows_the_mail_and_why_it_is_held_but_no_attachments() {
        closed("q.content");
        String mime = "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\nCc: copy@stranger.example\r\n"
                + "Subject: looked into\r\nFrom: zoe@stranger.example\r\nTo: q.content@acme.example\r\n\r\n"
                + "--b\r\nContent-Type: text/html\r\n\r\n<p>Hi <b>you</b><script>alert(1)</script></p>\r\n"
                + "--b\r\nContent-Type: text/plain; name=note.txt\r\nContent-Disposition: attachment\r\n\r\nfile\r\n--b--\r\n";
        assertTrue(server().mail("zoe@stranger.example", "q.content@acme.example", mime)
                .startsWith("250"));
        String id = id(row("looked into"));
        JsonNode content = admin().get(item(id, "content")).expect(200).body();
        assertEquals(id, content.path("id").asText());
        assertEquals("pending", content.path("state").asText());
        assertEquals("unknown_sender", content.path("reason").asText());
        JsonNode first = content.path("signals").get(0);
        assertEquals("unknown_sender", first.path("name").asText());
        assertTrue(first.path("score").isNumber());
        assertTrue(first.path("detail").asText().contains("zoe@stranger.example"), first.toString());
        assertEquals("[]", content.path("attachments").toString());
        assertEquals("[]", content.path("thread").toString());
        for (String field : List.of("thread_id", "handling_state", "draft", "agent_id")) {
            assertTrue(content.has(field) && content.path(field).isNull(), field);
        }
        assertEquals("[\"copy@stranger.example\"]", content.path("cc_addrs").toString());
        assertTrue(content.path("text").asText().contains("Hi you"), content.toString());
        assertTrue(content.path("html").asText().contains("<b>you</b>"), content.toString());
        assertFalse(content.path("html").asText().contains("script"), content.toString());
        assertTrue(content.path("authentication").path("dmarc").isTextual(), content.toString());
        assertEquals("human", content.path("classification").asText());
        Answer raw = admin().get(item(id, "raw")).expect(200);
        assertEquals(mime, new String(raw.response().body(), StandardCharsets.UTF_8));
        assertEquals(
                "no-store", raw.response().headers().firstValue("Cache-Control").orElse(""));
    }

    @Test
    default void unknown_and_foreign_ids_are_not_found() {
        closed("q.foreign");
        JsonNode row = held("zoe@stranger.example", "q.foreign", "ours alone");
        Client stranger = server().makeWorkspace("q-foreign.example");
        String unknown = "qua_" + "0".repeat(26);
        for (String id : List.of(unknown, "qua_x", "msg_x", id(row))) {
            Client reader = id.equals(id(row)) ? stranger : admin();
            reader.get(item(id, "content")).expect(404);
            reader.get(item(id, "raw")).expect(404);
            reader.post(item(id, "accept"), "{}").expect(404);
            reader.post(item(id, "reject"), "{}").expect(404);
        }
        assertEquals(0, stranger.get(REVIEW).body().path("quarantined").size());
        assertFalse(stranger.get("/v1/events/?limit=1000").body().toString().contains("ours alone"));
        admin().post(item(id(row), "reject"), "").expect(200);
    }

    @Test
    default void accepting_an_unknown_sender_without_binding_records_the_decision_and_reminds() {
        closed("q.recorded");
        String id = id(held("zoe@stranger.example", "q.recorded", "only recorded"));
        Answer answer = admin().post(item(id, "accept"), "").expect(200);
        assertTrue(answer.body().path("ok").asBoolean());
        assertTrue(answer.text("note").contains("bind_user_id"), answer.body().toString());
        assertTrue(answer.body().path("message_id").isNull()
                || answer.body().path("message_id").isMissingNode());
        admin().post(item(id, "accept"), "{}").expect(404);
        admin().post(item(id, "reject"), "{}").expect(404);
        JsonNode content = admin().get(item(id, "content")).expect(200).body();
        assertEquals("accepted", content.path("state").asText());
        assertEquals("owner@acme.example", content.path("decision").path("by").asText());
        held("zoe@stranger.example", "q.recorded", "still unknown");
        assertFalse(isListed("only recorded"));
    }

    @Test
    default void accepting_with_a_user_binds_the_sender_delivers_the_mail_and_lets_later_mail_through() {
        String inbox =
                server().makeAgentEndpoint("q.bound", "human_review", ", \"sender_policy\": \"bound_users_only\"");
        Client agent = server().agentOf(inbox);
        String id = id(held("yan@stranger.example", "q.bound", "let in"));
        Answer answer = admin().post(item(id, "accept"), bind(owner())).expect(200);
        assertEquals("routed", answer.text("handling_state"), answer.body().toString());
        String message = answer.text("message_id");
        assertTrue(answer.text("note").contains("nothing proves"), answer.body().toString());
        Answer seen = agent.get("/v1/messages/" + message + "/").expect(200);
        assertEquals("let in", seen.text("subject"));
        assertTrue(
                agent.get("/v1/events/?types=message.routed").body().toString().contains(message));
        assertEquals(
                message,
                admin().get(item(id, "content")).body().path("email_message_id").asText());
        assertTrue(admin().get("/v1/api/email/activity?limit=200")
                .body()
                .toString()
                .contains("let in"));

        send("yan@stranger.example", "q.bound", "by itself", "");
        assertEquals("routed", server().stateOf(server().await("by itself")));
        JsonNode counters = admin().get("/v1/api/email/endpoints/" + inbox).body();
        assertEquals(0, counters.path("quarantined").asInt());
        assertEquals(2, counters.path("received").asInt());
    }

    @Test
    default void a_sender_is_bound_to_a_user_of_the_workspace_and_to_one_only() {
        closed("q.binding");
        String id = id(held("xia@stranger.example", "q.binding", "binds"));
        String foreign =
                server().makeWorkspace("q-binding.example").get("/v1/whoami/").text("user_id");
        for (String user : List.of(foreign, "usr_" + "0".repeat(26), "nobody")) {
            Answer refused = admin().post(item(id, "accept"), bind(user)).expect(422);
            assertTrue(
                    refused.body().toString().contains("/bind_user_id"),
                    refused.body().toString());
        }
        admin().post(item(id, "accept"), bind(owner())).expect(200);
        String again = id(heldElsewhere("xia@stranger.example", "q.binding2", "binds again"));
        Answer taken =
                admin().post(item(again, "accept"), bind(person("q.other"))).expect(409);
        assertEquals("address_bound", taken.text("code"));
        assertEquals("pending", admin().get(item(again, "content")).text("state"));
        admin().post(item(again, "accept"), bind(owner())).expect(200);
    }

    /** Held for a reason that binding does not lift: the address is borrowed with another reverse-path. */
    private JsonNode heldElsewhere(String from, String localPart, String subject) {
        closed(localPart);
        String to = localPart + "@acme.example";
        String content = RunningServer.content("Xia <" + from + ">", to, subject, "borrowed@elsewhere.example", "");
        assertTrue(server().mail("borrower@elsewhere.example", to, content).startsWith("250"));
        return row(subject);
    }

    @Test
    default void a_mail_without_one_sender_cannot_be_bound() {
        closed("q.two");
        String content = "From: a@stranger.example, b@stranger.example\r\nSubject: of two\r\n\r\nHello\r\n";
        assertTrue(server().mail("a@stranger.example", "q.two@acme.example", content)
                .startsWith("250"));
        String id = id(row("of two"));
        Answer refused = admin().post(item(id, "accept"), bind(owner())).expect(422);
        assertEquals("no_sender", refused.text("code"));
        admin().post(item(id, "reject"), "").expect(200);
    }

    @Test
    default void a_rejected_mail_stays_on_record_and_out() {
        closed("q.rejected");
        String id = id(held("zoe@stranger.example", "q.rejected", "kept out"));
        Answer answer =
                admin().post(item(id, "reject"), "{\"note\": \"an advert\"}").expect(200);
        assertTrue(answer.body().path("ok").asBoolean());
        admin().post(item(id, "reject"), "{}").expect(404);
        admin().post(item(id, "accept"), bind(owner())).expect(404);
        JsonNode content = admin().get(item(id, "content")).expect(200).body();
        assertEquals("rejected", content.path("state").asText());
        assertEquals("an advert", content.path("decision").path("note").asText());
        assertEquals("owner@acme.example", content.path("decision").path("by").asText());
        assertNotNull(content.path("decision").path("at").textValue());
        assertFalse(isListed("kept out"));
    }

    @Test
    default void unknown_fields_and_senseless_values_are_refused() {
        closed("q.fields");
        String id = id(held("zoe@stranger.example", "q.fields", "fields"));
        admin().post(item(id, "accept"), "{\"bind_user\": \"x\"}").expect(422);
        admin().post(item(id, "accept"), "{\"bind_user_id\": 7}").expect(422);
        admin().post(item(id, "reject"), "{\"reason\": \"x\"}").expect(422);
        admin().post(item(id, "reject"), "{\"note\": \"" + "x".repeat(2001) + "\"}")
                .expect(422);
        assertEquals("pending", admin().get(item(id, "content")).text("state"));
    }

    @Test
    default void of_two_admins_who_decide_at_once_one_does_and_the_other_finds_nothing() {
        closed("q.race");
        for (int round = 0; round < 5; round++) {
            String id = id(held("zoe@stranger.example", "q.race", "raced " + round));
            String other = round % 2 == 0 ? "accept" : "reject";
            CompletableFuture<Answer> first =
                    CompletableFuture.supplyAsync(() -> admin().post(item(id, "accept"), "{}"));
            CompletableFuture<Answer> second = CompletableFuture.supplyAsync(() -> admin().post(item(id, other), "{}"));
            assertEquals(
                    List.of(200, 404),
                    Stream.of(first.join().status(), second.join().status())
                            .sorted()
                            .toList());
        }
    }

    @Test
    default void a_repeated_request_gets_its_own_answer_again() {
        closed("q.repeat");
        String id = id(held("wes@stranger.example", "q.repeat", "repeated"));
        Answer first = admin().post(item(id, "accept"), bind(owner()), "key-1").expect(200);
        Answer again = admin().post(item(id, "accept"), bind(owner()), "key-1").expect(200);
        assertEquals(first.body(), again.body());
        admin().post(item(id, "accept"), bind(owner()), "key-2").expect(404);
    }

    @Test
    default void what_is_held_and_decided_is_told_to_admins() {
        String endpoint = closed("q.events");
        String id = id(held("zoe@stranger.example", "q.events", "told"));
        admin().post(item(id, "accept"), "{\"note\": \"known to me\"}").expect(200);
        String other = id(held("zoe@stranger.example", "q.events", "told too"));
        admin().post(item(other, "reject"), "").expect(200);
        for (String where : List.of("", "&inbox_id=" + endpoint)) {
            JsonNode events = admin().get("/v1/events/?limit=1000&types=message.quarantined,quarantine.*" + where)
                    .expect(200)
                    .body()
                    .path("events");
            List<String> ours = each(events)
                    .filter(event -> event.path("inbox_id").asText().equals(endpoint))
                    .map(event -> event.path("type").asText() + " "
                            + event.path("payload").path("quarantine_id").asText())
                    .toList();
            assertEquals(
                    List.of(
                            "message.quarantined " + id,
                            "quarantine.accepted " + id,
                            "message.quarantined " + other,
                            "quarantine.rejected " + other),
                    ours);
            JsonNode accepted = each(events)
                    .filter(event -> event.path("type").asText().equals("quarantine.accepted"))
                    .filter(event -> event.path("inbox_id").asText().equals(endpoint))
                    .findFirst()
                    .orElseThrow()
                    .path("payload");
            assertEquals("unknown_sender", accepted.path("reason").asText());
            assertEquals("owner@acme.example", accepted.path("by").asText());
            assertEquals("known to me", accepted.path("note").asText());
            assertFalse(accepted.path("redelivers").asBoolean(true));
        }
    }

    @Test
    default void one_mail_is_held_for_one_recipient_and_delivered_to_another_who_hears_nothing_of_it()
            throws IOException {
        closed("q.split");
        server().makeEndpoint("q.open", "");
        try (SmtpClient client = SmtpClient.connect(server().port("smtp"))) {
            client.greet();
            client.command("MAIL FROM:<vic@stranger.example>");
            client.command("RCPT TO:<q.split@acme.example>");
            client.command("RCPT TO:<q.open@acme.example>");
            client.command("DATA");
            client.sendRaw(RunningServer.content("vic@stranger.example", "you", "for both", "both@stranger.example", "")
                    + ".\r\n");
            assertTrue(client.reply().startsWith("250"));
        }
        String open = server().await("for both");
        assertEquals("awaiting_review", server().stateOf(open));
        String id = id(row("for both"));
        String trace = trace(open).toString();
        assertFalse(trace.contains("uarantine") || trace.contains("unknown_sender"), trace);

        Answer answer = admin().post(item(id, "accept"), bind(owner())).expect(200);
        JsonNode released = trace(answer.text("message_id"));
        List<String> steps = each(released)
                .map(step -> step.path("processor").asText() + " "
                        + step.path("mailet").asText() + " "
                        + step.path("verdict").asText())
                .toList();
        assertTrue(
                steps.containsAll(List.of(
                        "root Classify human",
                        "accepted Screen unknown_sender",
                        "quarantine Confine quarantined",
                        "accepted Screen released",
                        "accepted DeliverToMailbox awaiting_review")),
                steps::toString);
        assertEquals(trace, trace(open).toString());
    }

    private JsonNode trace(String message) {
        return admin().until(
                        "/v1/api/email/messages/" + message + "/trace",
                        answer -> answer.body().findValuesAsText("mailet").contains("DeliverToMailbox"))
                .body();
    }

    @Test
    default void a_released_mail_joins_the_thread_that_it_answers() {
        closed("q.thread");
        String first = id(held("uma@stranger.example", "q.thread", "begins"));
        String second =
                id(held("uma@stranger.example", "q.thread", "goes on", "In-Reply-To: <begins@stranger.example>\r\n"));
        String later = admin().post(item(first, "accept"), bind(owner())).text("message_id");
        String answer = admin().post(item(second, "accept"), "{}").expect(200).text("message_id");
        assertEquals(
                admin().get("/v1/messages/" + later + "/").text("thread_id"),
                admin().get("/v1/messages/" + answer + "/").text("thread_id"));
    }

    @Test
    default void turn_limits_hold_for_released_mail_too() {
        server().makeAgentEndpoint(
                        "q.turns",
                        "human_review",
                        ", \"sender_policy\": \"bound_users_only\", \"max_turns_per_sender_day\": 1");
        String first = id(held("tom@stranger.example", "q.turns", "one turn"));
        String second = id(held("tom@stranger.example", "q.turns", "no turn"));
        assertEquals(
                "routed",
                admin().post(item(first, "accept"), bind(owner())).expect(200).text("handling_state"));
        assertEquals(
                "awaiting_review",
                admin().post(item(second, "accept"), "{}").expect(200).text("handling_state"));
    }

    @Test
    default void automatic_mail_from_unknown_senders_is_held_quietly() {
        server().makeAgentEndpoint("q.auto", "always_reply", ", \"sender_policy\": \"bound_users_only\"");
        JsonNode row = held("zoe@stranger.example", "q.auto", "away", "Auto-Submitted: auto-replied\r\n");
        assertEquals("unknown_sender", row.path("reason").asText());
        assertEquals("auto_reply", admin().get(item(id(row), "content")).text("classification"));
        String bounce = "From: MAILER-DAEMON@stranger.example\r\nSubject: undeliverable\r\n"
                + "Auto-Submitted: auto-replied\r\n\r\nIt did not arrive\r\n";
        assertTrue(server().mail(null, "q.auto@acme.example", bounce).startsWith("250"));
        assertEquals("unknown_sender", row("undeliverable").path("reason").asText());
        assertTrue(
                new Approvals(server())
                        .left().stream()
                                .noneMatch(mail -> mail.recipients().toString().contains("stranger.example")),
                "an answer left from quarantine");
    }

    @Test
    default void mail_to_postmaster_and_to_the_outbound_mailbox_asks_for_no_sender() {
        send("zoe@stranger.example", "postmaster", "to the postmaster", "");
        assertEquals("unrouted", server().stateOf(server().await("to the postmaster")));
        String mailbox = admin().get("/v1/api/email/endpoints").expect(200).text("outbound_mailbox_localpart");
        send("zoe@stranger.example", mailbox, "to the mailbox", "");
        assertEquals("unrouted", server().stateOf(server().await("to the mailbox")));
    }

    @Test
    default void a_bounce_of_our_own_mail_asks_for_no_sender() {
        String inbox = closed("q.bounces");
        admin().post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + inbox + "\", \"to\": [{\"email\": \"bob@customer.example\"}],"
                                + " \"subject\": \"goes out\", \"text_body\": \"Hi\"}")
                .expect(202);
        String returnPath = server().peer.awaitMail(1, RunningServer.PATIENCE).stream()
                .filter(mail -> mail.content().text().contains("Subject: goes out"))
                .map(ReceivedMail::reversePath)
                .findFirst()
                .orElseGet(() -> awaitReturnPath("goes out"));
        String bounce = "From: MAILER-DAEMON@customer.example\r\nSubject: came back\r\n\r\nIt did not arrive\r\n";
        assertTrue(server().mail(null, returnPath, bounce).startsWith("250"));
        assertEquals("handled", server().stateOf(server().await("came back")));
    }

    private String awaitReturnPath(String subject) {
        for (int count = 2; ; count++) {
            for (ReceivedMail mail : server().peer.awaitMail(count, RunningServer.PATIENCE)) {
                if (mail.content().text().contains("Subject: " + subject)) {
                    return mail.reversePath();
                }
            }
        }
    }
}
