package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.contract.AtOnce;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.Test;

/** What people see of the mail that waits, which came in by SMTP; run on each database. {@code docs/api/triage.md} lists it. */
interface TriageQueuesContract {
    String ROW_FIELDS =
            "email_message_id direction handling_state from_addr to_addrs subject llm_category llm_summary agent_id"
                    + " endpoint_id endpoint_localpart endpoint_plane conversation_id occurred_at";

    RunningServer server();

    private String endpoint(Client owner, String localPart, String further) {
        return owner.post(
                        "/v1/api/email/endpoints",
                        "{\"localpart\": \"" + localPart + "\", \"kind\": \"custom\"" + further + "}")
                .expect(201)
                .text("id");
    }

    private String endpointOf(Client owner, String localPart, String agent) {
        return endpoint(owner, localPart, ", \"plane\": \"agent\", \"agent_id\": \"" + agent + "\"");
    }

    private void mail(String from, String to, String subject) {
        String id = subject.replace(' ', '-') + "@customer.example";
        String reply = server().mail(from, to, RunningServer.content(from, to, subject, id, ""));
        assertTrue(reply.startsWith("250"), reply);
    }

    private static void awaitTotal(Client who, int total) {
        who.until(
                "/v1/api/email/activity", answer -> answer.body().path("total").asInt() >= total);
    }

    private static List<String> ids(JsonNode rows) {
        return rows.findValuesAsText("email_message_id");
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new LinkedHashSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    default void the_review_shows_the_three_queues_with_every_field_of_a_row() {
        Client owner = server().makeWorkspace("rows.example");
        String light = endpoint(owner, "light", "");
        String open = endpoint(owner, "open", ", \"plane\": \"agent\"");
        mail("ada@customer.example", "light@rows.example", "for people");
        mail("bob@customer.example", "open@rows.example", "for nobody");
        awaitTotal(owner, 2);
        JsonNode review = owner.get("/v1/api/email/review").expect(200).body();

        assertEquals(Set.of("awaiting_review", "unrouted", "quarantined", "counts"), Set.copyOf(names(review)));
        JsonNode waiting = review.path("awaiting_review").path(0);
        for (String field : ROW_FIELDS.split(" ")) {
            assertTrue(waiting.has(field), field);
        }
        assertEquals("inbound", waiting.path("direction").asText());
        assertEquals("awaiting_review", waiting.path("handling_state").asText());
        assertEquals("ada@customer.example", waiting.path("from_addr").asText());
        assertEquals("light@rows.example", waiting.path("to_addrs").path(0).asText());
        assertEquals("for people", waiting.path("subject").asText());
        assertEquals(light, waiting.path("endpoint_id").asText());
        assertEquals("light", waiting.path("endpoint_localpart").asText());
        assertEquals("light", waiting.path("endpoint_plane").asText());
        assertTrue(waiting.path("conversation_id").asText().startsWith("thr_"));
        JsonNode unrouted = review.path("unrouted").path(0);
        assertEquals("unrouted", unrouted.path("handling_state").asText());
        assertEquals(open, unrouted.path("endpoint_id").asText());
        assertEquals("agent", unrouted.path("endpoint_plane").asText());
        assertTrue(unrouted.path("agent_id").isNull());
        assertEquals(
                "{\"awaiting_review\":1,\"unrouted\":1,\"quarantined\":0}",
                review.path("counts").toString());
        assertEquals(
                "{\"count\":2,\"awaiting_review\":1,\"unrouted\":1,\"quarantined\":0}",
                owner.get("/v1/api/email/badge").expect(200).body().toString());
    }

    @Test
    default void a_row_tells_all_recipients_and_its_conversation_id_leads_to_the_thread() {
        Client owner = server().makeWorkspace("links.example");
        endpoint(owner, "light", "");
        String to = "Light <light@links.example>, carl@elsewhere.example";
        assertTrue(server().mail(
                        "ada@customer.example",
                        "light@links.example",
                        RunningServer.content("ada@customer.example", to, "to two", "two@customer.example", ""))
                .startsWith("250"));
        String blind =
                "From: ada@customer.example\r\nSubject: to nobody\r\nIn-Reply-To: <two@customer.example>\r\n\r\nHi\r\n";
        awaitTotal(owner, 1);
        assertTrue(server().mail("ada@customer.example", "light@links.example", blind)
                .startsWith("250"));
        awaitTotal(owner, 2);
        JsonNode rows = owner.get("/v1/api/email/review").expect(200).body().path("awaiting_review");

        assertEquals(
                "[\"light@links.example\",\"carl@elsewhere.example\"]",
                rows.path(1).path("to_addrs").toString());
        assertEquals(
                "[\"light@links.example\"]",
                rows.path(0).path("to_addrs").toString(),
                "whose header names nobody came by its envelope");
        String conversation = rows.path(0).path("conversation_id").asText();
        assertEquals(conversation, rows.path(1).path("conversation_id").asText());
        JsonNode thread =
                owner.get("/v1/messages/?thread_id=" + conversation).expect(200).body();
        assertEquals(ids(rows), thread.findValuesAsText("message_id"));
        for (String id : ids(rows)) {
            JsonNode content = owner.get("/v1/api/email/messages/" + id + "/content")
                    .expect(200)
                    .body();
            assertEquals(conversation, content.path("thread_id").asText());
            assertEquals(Set.copyOf(ids(rows)), Set.copyOf(ids(content.path("thread"))));
        }
        Client other = server().makeWorkspace("otherlinks.example");
        assertEquals(
                0, other.get("/v1/messages/?thread_id=" + conversation).body().size(), "nobody else's");
    }

    @Test
    default void each_queue_shows_two_hundred_and_counts_all() {
        Client owner = server().makeWorkspace("many.example");
        endpoint(owner, "light", "");
        endpoint(owner, "open", ", \"plane\": \"agent\"");
        endpoint(owner, "closed", ", \"sender_policy\": \"bound_users_only\"");
        mailToEachQueue("the very first");
        AtOnce.run(4, number -> {
            for (int i = number; i < 202; i += 4) {
                mailToEachQueue("number " + i);
            }
            return number;
        });
        owner.until("/v1/api/email/badge", badge -> badge.body().path("count").asInt() == 609);
        JsonNode review = owner.get("/v1/api/email/review").expect(200).body();

        for (String queue : List.of("awaiting_review", "unrouted", "quarantined")) {
            assertEquals(200, review.path(queue).size(), queue);
            assertEquals(203, review.path("counts").path(queue).asInt(), queue);
            assertEquals(
                    203, owner.get("/v1/api/email/badge").body().path(queue).asInt(), queue);
            assertFalse(
                    review.path(queue).findValuesAsText("subject").contains("the very first"), "the newest are shown");
        }
        List<String> paged = new ArrayList<>();
        for (int offset = 0; offset < 420; offset += 140) {
            Answer page = owner.get("/v1/api/email/activity?limit=140&offset=" + offset)
                    .expect(200);
            assertEquals(406, page.body().path("total").asInt());
            paged.addAll(ids(page.body().path("rows")));
        }
        assertEquals(406, Set.copyOf(paged).size(), "each mail stands on one page");
        assertEquals(
                paged.subList(0, 200),
                ids(owner.get("/v1/api/email/activity?limit=200").body().path("rows")));
    }

    private void mailToEachQueue(String subject) {
        try (SmtpClient client = SmtpClient.connect(server().port("smtp"))) {
            client.greet();
            client.command("MAIL FROM:<ada@customer.example>");
            for (String localPart : List.of("light", "open", "closed")) {
                assertTrue(client.command("RCPT TO:<" + localPart + "@many.example>")
                        .startsWith("250"));
            }
            client.command("DATA");
            String id = subject.replace(' ', '-') + "@many.customer.example";
            client.sendRaw(RunningServer.content("ada@customer.example", "you", subject, id, "") + ".\r\n");
            String reply = client.reply();
            assertTrue(reply.startsWith("250"), reply);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    default void a_member_sees_the_mail_of_their_own_addresses_and_no_admin_queue() {
        Client owner = server().makeWorkspace("scoped.example");
        endpoint(owner, "light", "");
        endpoint(owner, "open", ", \"plane\": \"agent\"");
        mail("ada@partner.example", "light@scoped.example", "from ada");
        mail("bob@partner.example", "light@scoped.example", "from bob");
        mail("ada@partner.example", "open@scoped.example", "from ada to nobody");
        awaitTotal(owner, 3);
        Client ada =
                server().makeMember("scoped.example", "ada@partner.example", "conversations:read,conversations:write");
        JsonNode review = ada.get("/v1/api/email/review").expect(200).body();

        assertEquals(1, review.path("awaiting_review").size());
        assertEquals(
                "from ada",
                review.path("awaiting_review").path(0).path("subject").asText());
        assertEquals(0, review.path("unrouted").size());
        assertEquals(0, review.path("quarantined").size());
        assertEquals(
                "{\"awaiting_review\":1,\"unrouted\":0,\"quarantined\":0}",
                review.path("counts").toString());
        assertEquals(
                "{\"count\":1,\"awaiting_review\":1,\"unrouted\":0,\"quarantined\":0}",
                ada.get("/v1/api/email/badge").expect(200).body().toString());
        JsonNode activity = ada.get("/v1/api/email/activity").expect(200).body();
        assertEquals(2, activity.path("total").asInt());
        assertEquals(2, activity.path("rows").size());

        JsonNode all = owner.get("/v1/api/email/review").body().path("awaiting_review");
        String bobs =
                all.path(0).path("subject").asText().equals("from bob") ? ids(all).getFirst() : ids(all).getLast();
        String message = "/v1/api/email/messages/" + bobs;
        ada.post(message + "/reply", "{\"text\": \"x\"}").expect(404);
        ada.post(message + "/discard", "{}").expect(404);
        ada.post(message + "/presence", "{\"typing\": true}").expect(404);
        ada.get(message + "/content").expect(403);
        ada.post(message + "/assign", "{\"agent_id\": \"x\"}").expect(403);
        String own = ids(review.path("awaiting_review")).getFirst();
        ada.post("/v1/api/email/messages/" + own + "/reply", "{\"text\": \"Thanks.\"}")
                .expect(200);
        assertEquals(0, ada.get("/v1/api/email/badge").body().path("count").asInt());
    }

    @Test
    default void activity_is_filtered_by_state_and_endpoint_and_tells_true_totals() {
        Client owner = server().makeWorkspace("filters.example");
        String one = endpoint(owner, "one", "");
        String agent = owner.post("/v1/agents/", "{\"name\": \"filterer\"}").text("agent_id");
        String two = endpointOf(owner, "two", agent);
        mail("ada@customer.example", "one@filters.example", "first");
        mail("ada@customer.example", "two@filters.example", "second");
        mail("ada@customer.example", "one@filters.example", "third");
        awaitTotal(owner, 3);
        String path = "/v1/api/email/activity";
        String first = owner.get(path + "?endpoint_id=" + one)
                .body()
                .path("rows")
                .path(1)
                .path("email_message_id")
                .asText();
        owner.post("/v1/api/email/messages/" + first + "/discard", "{}").expect(200);

        assertTotal(owner, path, 3);
        assertTotal(owner, path + "?state=awaiting_review", 1);
        assertTotal(owner, path + "?state=handled", 1);
        assertTotal(owner, path + "?state=routed", 1);
        assertTotal(owner, path + "?state=unrouted", 0);
        assertTotal(owner, path + "?state=error", 0);
        assertTotal(owner, path + "?endpoint_id=" + one, 2);
        assertTotal(owner, path + "?endpoint_id=" + two, 1);
        assertTotal(owner, path + "?state=handled&endpoint_id=" + one, 1);
        assertTotal(owner, path + "?state=handled&endpoint_id=" + two, 0);
        assertTotal(owner, path + "?endpoint_id=two@filters.example", 1);
        assertEquals(
                List.of("third", "second", "first"),
                owner.get(path).body().path("rows").findValuesAsText("subject"));
        String foreign = server().makeEndpoint("foreignfilter", "");
        for (String wrong : List.of(
                "?state=nonsense",
                "?state=quarantined",
                "?limit=201",
                "?limit=0",
                "?offset=-1",
                "?offset=100001",
                "?endpoint_id=" + foreign,
                "?endpoint_id=inb_unknown",
                "?stat=handled")) {
            owner.get(path + wrong).expect(422);
        }
        Client reader = server().makeMember("filters.example", "ada@customer.example", "conversations:read");
        reader.get(path + "?state=error").expect(403);
    }

    private static void assertTotal(Client who, String path, int total) {
        JsonNode activity = who.get(path).expect(200).body();
        assertEquals(total, activity.path("total").asInt(), path);
        assertEquals(total, activity.path("rows").size(), path);
    }

    @Test
    default void what_is_handled_leaves_the_queue_and_the_badge_and_stays_in_the_activity() {
        Client owner = server().makeWorkspace("leaving.example");
        endpoint(owner, "light", "");
        mail("ada@customer.example", "light@leaving.example", "to be discarded");
        awaitTotal(owner, 1);
        String message = ids(owner.get("/v1/api/email/review").body().path("awaiting_review"))
                .getFirst();
        Answer done = owner.post("/v1/api/email/messages/" + message + "/discard", "{\"reason\": \"spam\"}")
                .expect(200);

        assertEquals("handled", done.text("handling_state"));
        assertTrue(done.body().path("ok").asBoolean());
        assertEquals(
                0,
                owner.get("/v1/api/email/review").body().path("awaiting_review").size());
        assertEquals(0, owner.get("/v1/api/email/badge").body().path("count").asInt());
        JsonNode row = owner.get("/v1/api/email/activity?state=handled")
                .body()
                .path("rows")
                .path(0);
        assertEquals(message, row.path("email_message_id").asText());
        assertFalse(row.path("reason").asText().isEmpty());
    }

    @Test
    default void the_calls_need_their_scopes() {
        Client owner = server().makeWorkspace("scopes.example");
        endpoint(owner, "light", "");
        mail("ada@customer.example", "light@scopes.example", "needs scopes");
        awaitTotal(owner, 1);
        String message = "/v1/api/email/messages/"
                + ids(owner.get("/v1/api/email/review").body().path("awaiting_review"))
                        .getFirst();
        Client reads = server().makeMember("scopes.example", "ada@customer.example", "conversations:read");
        Client other = server().makeMember("scopes.example", "eve@customer.example", "email:read");
        for (String list : List.of("review", "activity", "badge")) {
            reads.get("/v1/api/email/" + list).expect(200);
            other.get("/v1/api/email/" + list).expect(403);
        }
        for (String action : List.of("reply", "discard", "presence")) {
            reads.post(message + "/" + action, "{\"text\": \"x\"}").expect(403);
        }
        for (String call : List.of("/content", "/trace", "/attachments/2/download")) {
            reads.get(message + call).expect(403);
        }
        reads.post(message + "/assign", "{\"agent_id\": \"x\"}").expect(403);
    }
}
