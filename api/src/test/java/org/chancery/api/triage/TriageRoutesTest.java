package org.chancery.api.triage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.chancery.api.Http.Reply;
import org.chancery.api.Tenant;
import org.chancery.api.TestServer;
import org.chancery.testkit.contract.Verdicts;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TriageRoutesTest {
    private static final String REVIEW = "/v1/api/email/review";
    private static final String ACTIVITY = "/v1/api/email/activity";
    private static final String MESSAGES = "/v1/api/email/messages/";
    private static final String ANN = "Ann <ann@elsewhere.example>";

    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @SuppressWarnings("NullAway.Init")
    private Tenant tenant;

    @SuppressWarnings("NullAway.Init")
    private String agent;

    @BeforeAll
    static void start() {
        server = TestServer.start();
        server.find(Verdicts.SOME);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void begin() {
        tenant = server.newWorkspace();
        agent = tenant.agent("helper");
    }

    private String draft(String inbox, String question, String text) {
        Reply reply = server.http()
                .post(
                        "/v1/messages/",
                        tenant.inboxToken(inbox, "email:send"),
                        "{\"reply_to_message_id\": \"%s\", \"text_body\": \"%s\", \"html_body\": \"<p>%s</p>\"}"
                                .formatted(question, text, text));
        assertEquals("draft", reply.json().get("status").asText(), reply::text);
        return reply.json().get("message_id").asText();
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void the_review_shows_what_waits() {
        String inbox = tenant.endpoint("desk");
        tenant.agentEndpoint("unhandled", tenant.agent("x"), "human_review");
        String waits = tenant.mailTo("desk", ANN, "Question", "How much?");
        String unrouted = tenant.mailTo("mail", ANN, "To the system", "x");
        JsonNode review = tenant.get(REVIEW).json();

        assertEquals(List.of("awaiting_review", "unrouted", "quarantined", "counts"), names(review));
        JsonNode row = review.get("awaiting_review").get(0);
        assertTrue(
                names(row)
                        .containsAll(List.of(
                                ("email_message_id direction handling_state from_addr to_addrs subject llm_category llm_summary"
                                                + " agent_id endpoint_id endpoint_localpart endpoint_plane conversation_id occurred_at")
                                        .split(" "))),
                row::toString);
        assertEquals(waits, row.get("email_message_id").asText());
        assertEquals("inbound", row.get("direction").asText());
        assertEquals("awaiting_review", row.get("handling_state").asText());
        assertEquals("ann@elsewhere.example", row.get("from_addr").asText());
        assertEquals("[\"desk@example.org\"]", row.get("to_addrs").toString());
        assertEquals("Question", row.get("subject").asText());
        assertTrue(row.get("llm_category").isNull());
        assertTrue(row.get("llm_summary").isNull());
        assertTrue(row.get("agent_id").isNull());
        assertEquals(inbox, row.get("endpoint_id").asText());
        assertEquals("desk", row.get("endpoint_localpart").asText());
        assertEquals("light", row.get("endpoint_plane").asText());
        assertTrue(row.get("conversation_id").asText().startsWith("thr_"));
        assertEquals(
                unrouted, review.get("unrouted").get(0).get("email_message_id").asText());
        assertEquals("[]", review.get("quarantined").toString());
        assertEquals(
                "{\"awaiting_review\":1,\"unrouted\":1,\"quarantined\":0}",
                review.get("counts").toString());
    }

    @Test
    void a_mail_for_an_agent_is_routed_until_its_draft_waits() {
        String inbox = tenant.agentEndpoint("desk", agent, "human_review");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        assertEquals(0, tenant.get(REVIEW).json().get("awaiting_review").size());

        draft(inbox, question, "Ten.");
        JsonNode row = tenant.get(REVIEW).json().get("awaiting_review").get(0);

        assertEquals(question, row.get("email_message_id").asText());
        assertEquals(agent, row.get("agent_id").asText());
        assertEquals("agent", row.get("endpoint_plane").asText());
    }

    @Test
    void a_member_sees_the_mail_of_their_addresses_and_works_on_it() {
        tenant.endpoint("desk");
        String theirs = tenant.mailTo("desk", ANN, "One", "x");
        String others = tenant.mailTo("desk", "bob@elsewhere.example", "Two", "x");
        tenant.mailTo("mail", ANN, "To the system", "x");
        String member = server.addMember(tenant, "ann@elsewhere.example", "conversations:read", "conversations:write");
        JsonNode review = server.http().get(REVIEW, member).json();

        assertEquals(List.of(theirs), review.get("awaiting_review").findValuesAsText("email_message_id"));
        assertEquals("[]", review.get("unrouted").toString());
        assertEquals(
                "{\"awaiting_review\":1,\"unrouted\":0,\"quarantined\":0}",
                review.get("counts").toString());
        assertEquals(
                2, server.http().get(ACTIVITY, member).json().get("total").asInt(), "the one to the system as well");
        String answer = "{\"text\": \"x\"}";
        assertEquals(
                404,
                server.http().post(MESSAGES + others + "/reply", member, answer).status());
        assertEquals(
                404,
                server.http().post(MESSAGES + others + "/discard", member, "{}").status());
        assertEquals(
                200,
                server.http().post(MESSAGES + theirs + "/reply", member, answer).status());
    }

    @Test
    void a_program_counts_what_it_sees() {
        String desk = tenant.endpoint("desk");
        tenant.endpoint("other");
        tenant.mailTo("desk", ANN, "One", "x");
        tenant.mailTo("other", ANN, "Two", "x");
        JsonNode review = server.http()
                .get(REVIEW, tenant.inboxToken(desk, "conversations:read"))
                .json();

        assertEquals(1, review.get("awaiting_review").size());
        assertEquals(1, review.get("counts").get("awaiting_review").asInt());
    }

    @Test
    void who_is_no_admin_sees_no_admin_queues() {
        tenant.mailTo("mail", ANN, "To the system", "x");
        JsonNode review = server.http()
                .get(REVIEW, tenant.personalToken("conversations:read"))
                .json();

        assertEquals(0, review.get("unrouted").size());
        assertEquals(0, review.get("counts").get("unrouted").asInt());
    }

    @Test
    void the_content_shows_the_mail_its_draft_and_its_thread() {
        String inbox = tenant.agentEndpoint("desk", agent, "human_review");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?\n\n> quoted line");
        String draft = draft(inbox, question, "Ten.");
        Reply reply = tenant.get(MESSAGES + question + "/content");
        JsonNode content = reply.json();

        assertEquals(200, reply.status(), reply::text);
        assertTrue(
                names(content)
                        .containsAll(List.of(
                                ("email_message_id thread_id direction handling_state from_addr to_addrs cc_addrs subject occurred_at"
                                                + " text newest_text html draft attachments authentication classification agent_id"
                                                + " endpoint_id thread")
                                        .split(" "))),
                content::toString);
        assertEquals(question, content.get("email_message_id").asText());
        assertEquals("awaiting_review", content.get("handling_state").asText());
        assertEquals("[\"third@elsewhere.example\"]", content.get("cc_addrs").toString());
        assertTrue(content.get("text").asText().contains("quoted line"));
        assertEquals("How much?", content.get("newest_text").asText().strip());
        assertTrue(content.get("html").isNull());
        assertEquals(draft, content.get("draft").get("message_id").asText());
        assertEquals("Ten.", content.get("draft").get("text").asText());
        assertEquals("<p>Ten.</p>", content.get("draft").get("html").asText());
        assertEquals("<p>Ten.</p>", content.get("draft").get("safe_html").asText());
        assertEquals("agent", content.get("draft").get("author").get("kind").asText());
        assertEquals("helper", content.get("draft").get("author").get("label").asText());
        assertEquals("[]", content.get("attachments").toString());
        assertEquals("pass", content.get("authentication").get("spf").asText());
        assertEquals("pass", content.get("authentication").get("dkim").asText());
        assertEquals("fail", content.get("authentication").get("dmarc").asText());
        assertEquals("none", content.get("authentication").get("arc").asText());
        String header = content.get("authentication").get("header").asText();
        assertTrue(header.startsWith("mail.acme.example; spf=pass "), header);
        JsonNode details = content.get("authentication").get("details");
        assertEquals("192.0.2.1", details.get("spf").get("client").asText());
        assertEquals("list.example", details.get("dkim").get(1).get("domain").asText());
        assertEquals("quarantine", details.get("dmarc").get("applied_policy").asText());
        assertEquals("human", content.get("classification").asText());
        assertEquals(agent, content.get("agent_id").asText());
        assertEquals(inbox, content.get("endpoint_id").asText());
        assertFalse(content.get("truncated").asBoolean());
        JsonNode first = content.get("thread").get(0);
        assertEquals(question, first.get("email_message_id").asText());
        assertEquals("inbound", first.get("direction").asText());
        assertEquals("How much?", first.get("newest_text").asText().strip());
        assertEquals(draft, content.get("thread").get(1).get("email_message_id").asText());
    }

    @Test
    void a_big_mail_of_the_thread_is_read_for_itself_only() {
        tenant.endpoint("desk");
        String big = tenant.mailTo("desk", ANN, "Big", "lorem ipsum dolor\n".repeat(70_000));
        String answer = tenant.mailTo(
                "desk",
                ANN,
                "Answer\nIn-Reply-To: <%s@elsewhere.example>".formatted(Integer.toHexString("Big".hashCode())),
                "More.");
        JsonNode thread = tenant.get(MESSAGES + answer + "/content").json().get("thread");

        assertEquals(2, thread.size());
        assertEquals("", thread.get(0).get("newest_text").asText());
        assertEquals("More.", thread.get(1).get("newest_text").asText().strip());
        JsonNode itself = tenant.get(MESSAGES + big + "/content").json().get("thread");
        assertTrue(itself.get(0).get("newest_text").asText().startsWith("lorem"));
    }

    @Test
    void the_reviewer_sees_all_that_they_send() {
        String inbox = tenant.agentEndpoint("desk", agent, "human_review");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        Reply reply =
                server.http().post("/v1/messages/", tenant.inboxToken(inbox, "email:send"), """
                {"reply_to_message_id": "%s", "text_body": "Ten.", "subject": "The price",
                 "to": [{"email": "bob@elsewhere.example"}], "cc": [{"email": "carl@elsewhere.example"}],
                 "bcc": [{"email": "dora@elsewhere.example"}],
                 "attachments": [{"filename": "a.txt", "content_type": "text/plain", "content": "YQ=="},
                                 {"filename": "b.txt", "content_type": "text/plain", "content": "YmI="}]}""".formatted(question));
        assertEquals("draft", reply.json().get("status").asText(), reply::text);
        JsonNode draft = tenant.get(MESSAGES + question + "/content").json().get("draft");

        assertEquals("[\"bob@elsewhere.example\"]", draft.get("to").toString());
        assertEquals("[\"carl@elsewhere.example\"]", draft.get("cc").toString());
        assertEquals("[\"dora@elsewhere.example\"]", draft.get("bcc").toString());
        assertEquals("The price", draft.get("subject").asText());
        assertEquals(List.of("a.txt", "b.txt"), draft.get("attachments").findValuesAsText("filename"));
        String version = draft.get("version").asText();
        assertEquals(
                200,
                tenant.post(
                                MESSAGES + question + "/reply",
                                "{\"text\": \"Ten!\", \"draft_version\": \"" + version + "\"}")
                        .status());
        JsonNode sent = tenant.get("/v1/messages/" + draft.get("message_id").asText() + "/")
                .json();
        assertEquals(
                "[1,2]", sent.get("attachments").findValues("size").toString().replace(" ", ""));
        assertEquals(
                List.of("bob@elsewhere.example", "carl@elsewhere.example", "dora@elsewhere.example"),
                sent.get("deliveries").findValuesAsText("address"));
    }

    @Test
    void a_draft_that_changed_meanwhile_is_not_sent() {
        String inbox = tenant.agentEndpoint("desk", agent, "human_review");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        String id = draft(inbox, question, "Ten.");
        String seen = version(question);
        draft(inbox, question, "A thousand.");
        String answer = "{\"text\": \"Ten.\", \"draft_version\": \"%s\"}";
        Reply refused = tenant.post(MESSAGES + question + "/reply", answer.formatted(seen));

        assertEquals(409, refused.status(), refused::text);
        assertEquals("draft_changed", refused.code());
        assertEquals(
                "draft",
                tenant.get("/v1/messages/" + id + "/").json().get("status").asText());
        assertEquals(
                200,
                tenant.post(MESSAGES + question + "/reply", answer.formatted(version(question)))
                        .status());
    }

    private String version(String question) {
        return tenant.get(MESSAGES + question + "/content")
                .json()
                .get("draft")
                .get("version")
                .asText();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_answer_that_was_sent_before_the_answer_was_lost_is_not_sent_again(boolean withDraft) {
        String inbox = tenant.agentEndpoint("desk", agent, "human_review");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        if (withDraft) {
            draft(inbox, question, "Ten.");
        }
        String path = MESSAGES + question + "/reply";
        // The key, the mail; then the database fails before the answer is kept.
        server.failAfter(2);
        Reply first;
        try {
            first = tenant.post(path, "{\"text\": \"Ten.\"}", "Idempotency-Key", "r2");
        } finally {
            server.failNoMore();
        }
        Reply second = tenant.post(path, "{\"text\": \"Ten.\"}", "Idempotency-Key", "r2");

        assertEquals(200, second.status(), second::text);
        assertEquals(first.json(), second.json());
        assertEquals(
                409,
                tenant.post(path, "{\"text\": \"Ten.\"}", "Idempotency-Key", "r3")
                        .status());
        assertEquals(2, tenant.get(ACTIVITY).json().get("total").asInt());
    }

    @Test
    void a_draft_is_sent_as_edited() {
        String inbox = tenant.agentEndpoint("desk", agent, "human_review");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        String draft = draft(inbox, question, "Ten.");
        Reply reply =
                tenant.post(MESSAGES + question + "/reply", "{\"text\": \"Eleven.\", \"html\": \"<p>Eleven.</p>\"}");
        JsonNode done = reply.json();

        assertEquals(200, reply.status(), reply::text);
        assertTrue(done.get("ok").asBoolean());
        assertEquals("handled", done.get("handling_state").asText());
        assertEquals(draft, done.get("message_id").asText());
        JsonNode sent = tenant.get("/v1/messages/" + draft + "/").json();
        assertEquals("queued", sent.get("status").asText());
        assertEquals("Eleven.", sent.get("text_body").asText().strip());
        assertEquals(0, tenant.get(REVIEW).json().get("awaiting_review").size());
    }

    @Test
    void a_mail_without_a_draft_is_answered_too() {
        tenant.endpoint("desk");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        Reply reply = tenant.post(MESSAGES + question + "/reply", "{\"text\": \"Ten.\"}", "Idempotency-Key", "r1");
        Reply again = tenant.post(MESSAGES + question + "/reply", "{\"text\": \"Ten.\"}", "Idempotency-Key", "r1");

        assertEquals(200, reply.status(), reply::text);
        assertEquals(reply.json(), again.json());
        JsonNode sent = tenant.get(
                        "/v1/messages/" + reply.json().get("message_id").asText() + "/")
                .json();
        assertEquals("Re: Question", sent.get("subject").asText());
        assertEquals("ann@elsewhere.example", sent.get("to").get(0).get("email").asText());
    }

    @Test
    void whoever_comes_second_is_told() {
        tenant.endpoint("desk");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        tenant.post(MESSAGES + question + "/reply", "{\"text\": \"Ten.\"}");

        Reply reply = tenant.post(MESSAGES + question + "/reply", "{\"text\": \"Eleven.\"}");
        assertEquals(409, reply.status());
        assertEquals("already_handled", reply.code());
        assertTrue(reply.text().contains(tenant.owner().email()), reply.text());
        assertEquals(409, tenant.post(MESSAGES + question + "/discard", "").status());
    }

    @Test
    void a_discarded_draft_keeps_its_reason() {
        String inbox = tenant.agentEndpoint("desk", agent, "human_review");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        String draft = draft(inbox, question, "Ten.");
        Reply reply = tenant.post(MESSAGES + question + "/discard", "{\"reason\": \"too cheap\"}");

        assertEquals(200, reply.status(), reply::text);
        assertEquals("handled", reply.json().get("handling_state").asText());
        assertTrue(reply.json().get("message_id").isNull());
        JsonNode rejected = tenant.get("/v1/messages/" + draft + "/").json();
        assertEquals("rejected", rejected.get("status").asText());
        assertEquals("too cheap", rejected.get("rejection").get("reason").asText());
        assertEquals(tenant.owner().email(), rejected.get("rejection").get("by").asText());
        assertTrue(rejected.get("rejection").get("at").isTextual());
    }

    @Test
    void a_mail_is_discarded_without_a_body_as_well() {
        tenant.endpoint("desk");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");

        assertEquals(
                200,
                server.http()
                        .send("POST", MESSAGES + question + "/discard", tenant.token(), null)
                        .status());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "reply   | {}                                | /text",
                "reply   | {\"text\": \"\"}                  | /text",
                "reply   | {\"text\": \" \\n\"}              | /text",
                "reply   | {\"text\": 5}                     | /text",
                "reply   | {\"text\": \"x\", \"txet\": 5}    | /txet",
                "discard | {\"reason\": 5}                   | /reason",
                "discard | {\"why\": \"x\"}                  | /why",
            })
    void what_cannot_be_used_is_422(String action, String json, String pointer) {
        tenant.endpoint("desk");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        Reply reply = tenant.post(MESSAGES + question + "/" + action, json);

        assertEquals(422, reply.status(), reply::text);
        assertEquals(pointer, reply.place());
    }

    @Test
    void a_program_does_not_decide() {
        String inbox = tenant.agentEndpoint("desk", agent, "human_review");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        draft(inbox, question, "Ten.");
        String token = tenant.inboxToken(inbox, "conversations:write", "email:send");
        Reply reply = server.http().post(MESSAGES + question + "/reply", token, "{\"text\": \"Ten.\"}");

        assertEquals(403, reply.status());
        assertEquals("person_required", reply.code());
    }

    @Test
    void an_unknown_or_foreign_mail_is_404() {
        Tenant other = server.newWorkspace();
        other.endpoint("theirs");
        String theirs = other.mailTo("theirs", ANN, "Question", "x");
        for (String id : List.of(theirs, "msg_unknown")) {
            assertEquals(404, tenant.get(MESSAGES + id + "/content").status());
            assertEquals(404, tenant.get(MESSAGES + id + "/trace").status());
            assertEquals(
                    404,
                    tenant.post(MESSAGES + id + "/reply", "{\"text\": \"x\"}").status());
            assertEquals(404, tenant.post(MESSAGES + id + "/discard", "{}").status());
        }
    }

    @Test
    void the_trace_tells_what_each_step_did() {
        tenant.endpoint("desk");
        String id = tenant.mailTo("desk", ANN, "Question", "x");
        JsonNode trace = tenant.get(MESSAGES + id + "/trace").json();

        assertEquals(1, trace.size());
        assertEquals(
                List.of("at", "processor", "matcher", "mailet", "verdict", "reason", "micros"), names(trace.get(0)));
        assertEquals("Classify", trace.get(0).get("mailet").asText());
        assertEquals(42, trace.get(0).get("micros").asInt());
    }

    @Test
    void activity_lists_mail_in_and_out() {
        String desk = tenant.endpoint("desk");
        tenant.endpoint("other");
        String one = tenant.mailTo("desk", ANN, "One", "x");
        String two = tenant.mailTo("other", ANN, "Two", "x");
        String answer = tenant.post(MESSAGES + one + "/reply", "{\"text\": \"x\"}")
                .json()
                .get("message_id")
                .asText();

        JsonNode all = tenant.get(ACTIVITY).json();
        assertEquals(3, all.get("total").asInt());
        assertEquals(List.of(answer, two, one), ids(all));
        JsonNode sent = all.get("rows").get(0);
        assertEquals("outbound", sent.get("direction").asText());
        assertTrue(sent.get("handling_state").isNull());
        assertEquals("queued", sent.get("status").asText());
        assertEquals(
                List.of(two),
                ids(tenant.get(ACTIVITY + "?state=awaiting_review").json()));
        assertEquals(List.of(one), ids(tenant.get(ACTIVITY + "?state=handled").json()));
        assertEquals(
                List.of(answer, one),
                ids(tenant.get(ACTIVITY + "?endpoint_id=" + desk).json()));
        JsonNode second = tenant.get(ACTIVITY + "?limit=1&offset=1").json();
        assertEquals(List.of(two), ids(second));
        assertEquals(3, second.get("total").asInt());
    }

    private static List<String> ids(JsonNode activity) {
        List<String> ids = new ArrayList<>();
        activity.get("rows").forEach(row -> ids.add(row.get("email_message_id").asText()));
        return ids;
    }

    @ParameterizedTest
    @CsvSource({
        "state=nonsense, state",
        "state=quarantined, state",
        "limit=201, limit",
        "offset=-1, offset",
        "offset=100001, offset",
        "endpoint_id=inb_unknown, endpoint_id"
    })
    void a_filter_that_cannot_be_used_is_422(String query, String parameter) {
        Reply reply = tenant.get(ACTIVITY + "?" + query);

        assertEquals(422, reply.status());
        assertEquals("?" + parameter, reply.place());
    }

    @Test
    void what_the_pipeline_gave_up_is_for_admins_who_ask() {
        tenant.endpoint("desk");
        String id = server.giveUp(tenant.address("desk"), TestServer.mail(ANN, "Broken", "x"))
                .text();

        assertEquals(List.of(), ids(tenant.get(ACTIVITY).json()));
        assertEquals(List.of(id), ids(tenant.get(ACTIVITY + "?state=error").json()));
        Reply refused = server.http().get(ACTIVITY + "?state=error", tenant.personalToken("conversations:read"));
        assertEquals(403, refused.status());
        assertEquals("missing_scope", refused.code());
    }

    @Test
    void scopes_are_needed() {
        tenant.endpoint("desk");
        String id = tenant.mailTo("desk", ANN, "Question", "x");
        String reads = tenant.personalToken("conversations:read");
        String none = tenant.personalToken("email:read");

        assertEquals(403, server.http().get(REVIEW, none).status());
        assertEquals(403, server.http().get(ACTIVITY, none).status());
        assertEquals(200, server.http().get(REVIEW, reads).status());
        assertEquals(403, server.http().get(MESSAGES + id + "/content", reads).status());
        assertEquals(403, server.http().get(MESSAGES + id + "/trace", reads).status());
        assertEquals(
                403,
                server.http()
                        .post(MESSAGES + id + "/reply", reads, "{\"text\": \"x\"}")
                        .status());
        assertEquals(
                403, server.http().post(MESSAGES + id + "/discard", reads, "{}").status());
    }
}
