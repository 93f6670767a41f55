package org.chancery.api.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.chancery.api.Http.Reply;
import org.chancery.api.Tenant;
import org.chancery.api.TestServer;
import org.chancery.core.access.Agent;
import org.chancery.core.send.SendService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageRoutesTest {
    private static final String MESSAGES = "/v1/messages/";
    private static final String ANN = "Ann Ä <ann@elsewhere.example>";

    @SuppressWarnings("NullAway.Init")
    private static TestServer server;

    @SuppressWarnings("NullAway.Init")
    private Tenant tenant;

    @SuppressWarnings("NullAway.Init")
    private String agent;

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
        agent = tenant.agent("helper");
    }

    private Reply send(String token, String json, String... headers) {
        return server.http().post(MESSAGES, token, json, headers);
    }

    private JsonNode shown(String id) {
        Reply reply = tenant.get(MESSAGES + id + "/");
        assertEquals(200, reply.status(), reply::text);
        return reply.json();
    }

    @Test
    void a_new_mail_is_queued() {
        String inbox = tenant.endpoint("desk");
        Reply reply = send(tenant.token(), """
                {"inbox_id": "%s", "to": [{"email": "bob@elsewhere.example", "name": "Bob"}],
                 "cc": [{"email": "carl@elsewhere.example"}], "bcc": [{"email": "dora@elsewhere.example"}],
                 "subject": "Hello", "text_body": "Good day.", "html_body": "<p>Good day.</p>",
                 "headers": {"X-Campaign": "spring"},
                 "attachments": [{"filename": "a.txt", "content_type": "text/plain", "content": "%s"}]}""".formatted(
                        inbox, Base64.getEncoder().encodeToString("attached".getBytes(StandardCharsets.UTF_8))));
        JsonNode sent = reply.json();

        assertEquals(202, reply.status(), reply::text);
        assertEquals("queued", sent.get("status").asText());
        assertTrue(sent.get("message_id").asText().startsWith("msg_"));
        assertTrue(sent.get("thread_id").asText().startsWith("thr_"));

        JsonNode message = shown(sent.get("message_id").asText());
        List<String> names = new ArrayList<>();
        message.fieldNames().forEachRemaining(names::add);
        assertEquals(
                List.of(
                        ("message_id thread_id inbox_id direction status handling_state from to cc bcc subject text_body html_body"
                                        + " labels attachments created_at send_at rejection deliveries")
                                .split(" ")),
                names);
        assertEquals("outbound", message.get("direction").asText());
        assertEquals("queued", message.get("status").asText());
        assertTrue(message.get("handling_state").isNull());
        assertEquals(inbox, message.get("inbox_id").asText());
        assertEquals(tenant.address("desk"), message.get("from").get("email").asText());
        assertEquals("Bob", message.get("to").get(0).get("name").asText());
        assertEquals(
                "carl@elsewhere.example", message.get("cc").get(0).get("email").asText());
        assertEquals(
                "dora@elsewhere.example", message.get("bcc").get(0).get("email").asText());
        assertEquals("Hello", message.get("subject").asText());
        assertEquals("Good day.", message.get("text_body").asText().strip());
        assertTrue(message.get("html_body").asText().contains("<p>Good day.</p>"));
        assertEquals("[]", message.get("labels").toString());
        assertEquals("a.txt", message.get("attachments").get(0).get("filename").asText());
        assertEquals(
                "text/plain",
                message.get("attachments").get(0).get("content_type").asText());
        assertEquals(8, message.get("attachments").get(0).get("size").asInt());
        assertTrue(message.get("rejection").isNull());
        assertEquals(3, message.get("deliveries").size());
        assertEquals("pending", message.get("deliveries").get(0).get("status").asText());
        assertTrue(message.get("deliveries").get(0).get("smtp_reply").isNull());
    }

    @Test
    void an_inbound_mail_is_shown_without_a_strangers_html() {
        String inbox = tenant.endpoint("desk");
        String id = server.deliver(tenant.address("desk"), """
                        From: %s
                        To: Desk <%s>
                        Cc: third@elsewhere.example
                        Subject: Question
                        MIME-Version: 1.0
                        Content-Type: text/html; charset=utf-8

                        <p>How <b>much</b>?</p><script>alert(1)</script>
                        """.formatted(ANN, tenant.address("desk")))
                .text();
        JsonNode message = shown(id);

        assertEquals("inbound", message.get("direction").asText());
        assertEquals("awaiting_review", message.get("handling_state").asText());
        assertTrue(message.get("status").isNull());
        assertEquals(inbox, message.get("inbox_id").asText());
        assertEquals("ann@elsewhere.example", message.get("from").get("email").asText());
        assertEquals("Ann Ä", message.get("from").get("name").asText());
        assertEquals(
                "third@elsewhere.example", message.get("cc").get(0).get("email").asText());
        assertTrue(message.get("text_body").asText().contains("How much?"));
        assertTrue(message.get("html_body").isNull());
        assertEquals("[]", message.get("deliveries").toString());
    }

    @Test
    void mail_whose_bytes_are_lost_is_shown_without_them() {
        tenant.endpoint("desk");
        String lost = tenant.mailTo("desk", ANN, "Lost", "Where is it?");
        server.loseRawMail();
        String kept = tenant.mailTo("desk", ANN, "Kept", "Here it is.");
        JsonNode list = tenant.get("/v1/messages/").json();
        assertEquals(2, list.size(), list::toString);
        assertEquals("Lost", shown(lost).get("subject").asText());
        assertEquals("", shown(lost).get("text_body").asText());
        assertEquals("Here it is.", shown(kept).get("text_body").asText().strip());
        Reply content = tenant.get("/v1/api/email/messages/" + lost + "/content");
        assertEquals(200, content.status(), content::text);
    }

    @Test
    void a_reply_under_human_review_becomes_a_draft() {
        String inbox = tenant.agentEndpoint("desk", agent, "human_review");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        Reply reply = send(tenant.inboxToken(inbox, "email:read", "email:send"), """
                {"to": [{"email": "ann@elsewhere.example"}], "reply_to_message_id": "%s", "text_body": "Thanks for the context."}""".formatted(question));

        assertEquals(202, reply.status(), reply::text);
        assertEquals("draft", reply.json().get("status").asText());
        assertEquals(shown(question).get("thread_id"), reply.json().get("thread_id"));
        assertEquals("awaiting_review", shown(question).get("handling_state").asText());
        JsonNode draft = shown(reply.json().get("message_id").asText());
        assertEquals("draft", draft.get("status").asText());
        assertEquals("Thanks for the context.", draft.get("text_body").asText());
        assertEquals("Re: Question", draft.get("subject").asText());
    }

    @Test
    void a_new_version_of_a_draft_is_an_event_and_a_handled_mail_is_not_opened_again() {
        String inbox = tenant.agentEndpoint("desk", agent, "human_review");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        String token = tenant.inboxToken(inbox, "email:send");
        String answer = "{\"reply_to_message_id\": \"%s\", \"text_body\": \"%s\"}";
        String draft = send(token, answer.formatted(question, "Ten."))
                .json()
                .get("message_id")
                .asText();
        assertEquals(
                draft,
                send(token, answer.formatted(question, "Eleven."))
                        .json()
                        .get("message_id")
                        .asText());

        JsonNode events =
                tenant.get("/v1/events/?types=message.awaiting_review").json();
        assertEquals(List.of(draft, draft), events.findValuesAsText("message_id"));
        tenant.post("/v1/api/email/messages/" + question + "/discard", "{}");
        Reply late = send(token, answer.formatted(question, "Twelve."));
        assertEquals(409, late.status(), late::text);
        assertEquals("already_handled", late.code());
        assertEquals("handled", shown(question).get("handling_state").asText());
    }

    @Test
    void a_persons_draft_waits_like_a_programs() {
        tenant.endpoint("desk");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        Reply reply = send(
                tenant.token(),
                "{\"reply_to_message_id\": \"%s\", \"text_body\": \"Ten.\", \"draft\": true}".formatted(question));

        assertEquals("draft", reply.json().get("status").asText(), reply::text);
        assertEquals("awaiting_review", shown(question).get("handling_state").asText());
        assertEquals(
                "draft",
                shown(reply.json().get("message_id").asText()).get("status").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"always_reply", "agent_decides"})
    void a_reply_under_the_other_policies_is_sent(String policy) {
        String inbox = tenant.agentEndpoint("desk", agent, policy);
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        Reply reply = send(
                tenant.inboxToken(inbox, "email:send"),
                "{\"reply_to_message_id\": \"%s\", \"text_body\": \"Ten.\"}".formatted(question));

        assertEquals("queued", reply.json().get("status").asText(), reply::text);
        assertEquals("handled", shown(question).get("handling_state").asText());
    }

    @Test
    void a_reply_under_never_reply_is_403() {
        String inbox = tenant.agentEndpoint("desk", agent, "never_reply");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        Reply reply = send(
                tenant.inboxToken(inbox, "email:send"),
                "{\"reply_to_message_id\": \"%s\", \"text_body\": \"Ten.\"}".formatted(question));

        assertEquals(403, reply.status());
        assertEquals("replies_not_allowed", reply.code());
    }

    /** Stores a mail with further header fields; its id. */
    private String mailWith(String localPart, String fields) {
        String mail =
                "From: %s\nTo: %s, Third <third@elsewhere.example>\nCc: fourth@elsewhere.example, %s\nSubject: Hi\n%s\n\nx\n"
                        .formatted(ANN, tenant.address(localPart), tenant.address(localPart), fields);
        return server.deliver(tenant.address(localPart), mail).text();
    }

    private List<String> answeredTo(String token, String question, String further) {
        Reply reply =
                send(token, "{\"reply_to_message_id\": \"%s\", \"text_body\": \"x\"%s}".formatted(question, further));
        assertEquals(202, reply.status(), reply::text);
        return shown(reply.json().get("message_id").asText()).get("deliveries").findValuesAsText("address");
    }

    @Test
    void a_reply_to_all_reaches_the_others_but_not_ourselves() {
        tenant.endpoint("desk");

        assertEquals(
                List.of("ann@elsewhere.example"),
                answeredTo(tenant.token(), mailWith("desk", "X-A: b"), ", \"reply_all\": false"));
        assertEquals(
                List.of("ann@elsewhere.example", "third@elsewhere.example", "fourth@elsewhere.example"),
                answeredTo(tenant.token(), mailWith("desk", "X-A: b"), ", \"reply_all\": true"));
    }

    @Test
    void a_reply_goes_to_reply_to_and_a_programs_to_its_first_address_only() {
        String inbox = tenant.agentEndpoint("desk", agent, "always_reply");
        String fields = "Reply-To: nobody, one@elsewhere.example, two@elsewhere.example";

        assertEquals(
                List.of("one@elsewhere.example", "two@elsewhere.example"),
                answeredTo(tenant.token(), mailWith("desk", fields), ""));
        assertEquals(
                List.of("one@elsewhere.example"),
                answeredTo(tenant.inboxToken(inbox, "email:send"), mailWith("desk", fields), ""));
    }

    @Test
    void a_strangers_reply_to_is_no_way_to_write_to_hundreds() {
        tenant.endpoint("desk");
        StringBuilder fields = new StringBuilder("Reply-To: a0@elsewhere.example");
        for (int i = 1; i <= SendService.MAX_RECIPIENTS; i++) {
            fields.append(",\n a").append(i).append("@elsewhere.example");
        }
        String question = mailWith("desk", fields.toString());

        assertEquals(
                "/to",
                send(tenant.token(), "{\"reply_to_message_id\": \"%s\", \"text_body\": \"x\"}".formatted(question))
                        .place());
        assertEquals(
                "/to",
                tenant.post("/v1/api/email/messages/" + question + "/reply", "{\"text\": \"x\"}")
                        .place());
        assertEquals("awaiting_review", shown(question).get("handling_state").asText());
    }

    @ParameterizedTest
    @CsvSource({
        "'\"max_turns_per_sender_day\": 1, \"max_turns_per_day\": 9', awaiting_review, routed",
        "'\"max_turns_per_sender_day\": 9, \"max_turns_per_day\": 1', awaiting_review, awaiting_review",
        "'\"max_turns_per_sender_day\": 2, \"max_turns_per_day\": 2', routed,          awaiting_review",
    })
    void turns_are_limited_for_a_sender_and_for_the_day(String limits, String sameSender, String otherSender) {
        assertEquals(
                201,
                tenant.post("/v1/api/email/endpoints", """
                        {"localpart": "desk", "kind": "custom", "plane": "agent", "agent_id": "%s", %s}""".formatted(agent, limits))
                        .status());

        assertEquals("routed", stateOfMailFrom("ann@elsewhere.example"));
        assertEquals(sameSender, stateOfMailFrom("Ann@elsewhere.example"));
        assertEquals(otherSender, stateOfMailFrom("bob@elsewhere.example"));
    }

    private String stateOfMailFrom(String sender) {
        return shown(tenant.mailTo("desk", sender, "Question", "x"))
                .get("handling_state")
                .asText();
    }

    @Test
    void a_second_answer_takes_a_turn_and_without_one_nothing_is_taken() {
        String inbox = tenant.post("/v1/api/email/endpoints", """
                        {"localpart": "desk", "kind": "custom", "plane": "agent", "agent_id": "%s",
                         "reply_policy": "agent_decides", "max_turns_per_sender_day": 2}""".formatted(agent))
                .json()
                .get("id")
                .asText();
        String token = tenant.inboxToken(inbox, "email:send");
        String question = tenant.mailTo("desk", ANN, "Question", "x");
        String answer = "{\"reply_to_message_id\": \"%s\", \"text_body\": \"x\"}".formatted(question);

        assertEquals("queued", send(token, answer).json().get("status").asText(), "the turn that the mail brought");
        assertEquals("queued", send(token, answer).json().get("status").asText(), "one of its own");
        assertEquals("already_handled", send(token, answer).code(), "none is left, and a draft opens nothing");
    }

    @ParameterizedTest
    @EnumSource(value = Agent.Status.class, names = "ACTIVE", mode = EnumSource.Mode.EXCLUDE)
    void an_agent_that_is_not_active_gets_no_turn(Agent.Status status) {
        String idle = server.addAgent(tenant, status);
        String inbox = tenant.agentEndpoint("idle", idle, "always_reply");
        String token = tenant.inboxToken(inbox, "email:read");

        assertEquals(
                "unrouted",
                shown(tenant.mailTo("idle", ANN, "Question", "x"))
                        .get("handling_state")
                        .asText());
        assertEquals(
                status == Agent.Status.DISABLED ? 401 : 200,
                server.http().get(MESSAGES, token).status());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"text_body\": \"x\"}                                          | /to",
                "{\"to\": [], \"text_body\": \"x\"}                              | /to",
                "{\"to\": [\"a@b.example\"], \"text_body\": \"x\"}               | /to/0",
                "{\"to\": [{\"email\": \"nonsense\"}], \"text_body\": \"x\"}     | /to/0/email",
                "{\"to\": [{\"mail\": \"a@b.example\"}], \"text_body\": \"x\"}   | /to/0/mail",
                "{\"to\": [{\"email\": \"a@b.example\", \"name\": \"a\\nBcc: x@y.example\"}], \"text_body\": \"x\"} | /to/0/name",
                "{\"to\": [{\"email\": \"a@b.example\"}]}                        | /text_body",
                "{\"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \" \"}  | /text_body",
                "{\"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\", \"subject\": \"a\\r\\nBcc: x@y.example\"} | /subject",
                "{\"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\", \"send_at\": \"2100-01-01T00:00:00Z\"} | /send_at",
                "{\"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\", \"inbox_id\": \"inb_unknown\"} | /inbox_id",
                "{\"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\", \"reply_to_message_id\": \"msg_unknown\"} | /reply_to_message_id",
                "{\"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\", \"headers\": {\"Bcc\": \"x@y.example\"}} | /headers/Bcc",
                "{\"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\", \"headers\": {\"X-A: b\\r\\nBcc\": \"x@y.example\"}} | /headers",
                "{\"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\", \"headers\": {\"X-A\": \"b\\r\\nBcc: x@y.example\"}} | /headers/X-A",
                "{\"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\", \"attachments\": [{\"filename\": \"a\", \"content_type\": \"text/plain\", \"content\": \"*\"}]} | /attachments/0/content",
                "{\"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\", \"attachments\": [{\"filename\": \"a\\n\", \"content_type\": \"text/plain\", \"content\": \"\"}]} | /attachments/0/filename",
                "{\"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\", \"attachments\": [{\"filename\": \"a\", \"content_type\": \"text\", \"content\": \"\"}]} | /attachments/0/content_type",
                "{\"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\", \"attachments\": [{\"filename\": \"a\", \"content_type\": \"multipart/mixed\", \"content\": \"\"}]} | /attachments/0/content_type",
            })
    void what_cannot_be_sent_is_422(String json, String pointer) {
        Reply reply = send(tenant.inboxToken(tenant.endpoint("desk"), "email:send"), json);

        assertEquals(422, reply.status(), reply::text);
        assertEquals(pointer, reply.place());
    }

    @Test
    void a_persons_new_mail_is_no_draft_and_a_programs_is_held() {
        String mail = "\"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\", \"draft\": true}";
        String inbox = tenant.endpoint("desk");

        Reply persons = tenant.post(MESSAGES, "{\"inbox_id\": \"" + inbox + "\", " + mail);
        assertEquals(422, persons.status(), persons::text);
        assertEquals("/draft", persons.place());
        Reply programs = send(tenant.inboxToken(inbox, "email:send"), "{" + mail);
        assertEquals(202, programs.status(), programs::text);
        assertEquals("held", programs.json().path("status").asText());
    }

    @Test
    void a_token_of_several_inboxes_has_to_name_one() {
        tenant.endpoint("desk");
        Reply reply = tenant.post(MESSAGES, "{\"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\"}");

        assertEquals(422, reply.status());
        assertEquals("/inbox_id", reply.place());
    }

    @Test
    void an_inbox_may_be_named_by_its_address() {
        tenant.endpoint("desk");
        Reply reply = tenant.post(
                MESSAGES,
                "{\"inbox_id\": \"%s\", \"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\"}"
                        .formatted(tenant.address("desk")));

        assertEquals(202, reply.status(), reply::text);
    }

    @Test
    void what_belongs_to_another_workspace_is_unknown() {
        Tenant other = server.newWorkspace();
        String inbox = other.endpoint("theirs");
        String message = other.mailTo("theirs", ANN, "Question", "How much?");

        assertEquals(404, tenant.get(MESSAGES + message + "/").status());
        assertEquals(404, tenant.get(MESSAGES + message + "/raw/").status());
        assertEquals(404, tenant.get(MESSAGES + "msg_unknown/").status());
        assertEquals("?inbox_id", tenant.get(MESSAGES + "?inbox_id=" + inbox).place());
        assertEquals(
                "/reply_to_message_id",
                tenant.post(MESSAGES, "{\"reply_to_message_id\": \"%s\", \"text_body\": \"x\"}".formatted(message))
                        .place());
    }

    @Test
    void a_bound_token_sees_its_inbox_only() {
        String desk = tenant.endpoint("desk");
        tenant.endpoint("other");
        String ours = tenant.mailTo("desk", ANN, "One", "x");
        String theirs = tenant.mailTo("other", ANN, "Two", "x");
        String token = tenant.inboxToken(desk, "email:read");

        assertEquals(200, server.http().get(MESSAGES + ours + "/", token).status());
        assertEquals(404, server.http().get(MESSAGES + theirs + "/", token).status());
        assertEquals(List.of(ours), ids(server.http().get(MESSAGES, token).json()));
    }

    @Test
    void who_sent_a_mail_sees_it() {
        String desk = tenant.endpoint("desk");
        String idle = tenant.agentToken(agent, "email:read", "email:send");
        String member = server.addMember(tenant, "ann@elsewhere.example", "email:read", "email:send");

        for (String token : List.of(idle, member)) {
            String inbox = token.equals(member) ? "\"inbox_id\": \"" + desk + "\", " : "";
            Reply sent = send(token, "{" + inbox + "\"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\"}");
            String id = sent.json().get("message_id").asText();
            String other = token.equals(member) ? idle : member;

            assertEquals(202, sent.status(), sent::text);
            assertEquals(200, server.http().get(MESSAGES + id + "/", token).status());
            assertEquals(404, server.http().get(MESSAGES + id + "/", other).status());
        }
    }

    @Test
    void a_member_sees_the_mail_of_their_addresses() {
        tenant.endpoint("desk");
        String member = server.addMember(tenant, "ann@elsewhere.example", "email:read");
        String theirs = tenant.mailTo("desk", ANN, "One", "x");
        String others = tenant.mailTo("desk", "bob@elsewhere.example", "Two", "x");

        assertEquals(List.of(theirs), ids(server.http().get(MESSAGES, member).json()));
        assertEquals(200, server.http().get(MESSAGES + theirs + "/", member).status());
        assertEquals(404, server.http().get(MESSAGES + others + "/", member).status());
        assertEquals(404, server.http().get(MESSAGES + others + "/raw/", member).status());
    }

    @Test
    void who_may_only_send_answers_no_mail_that_they_may_not_see() {
        tenant.endpoint("desk");
        String others = tenant.mailTo("desk", "bob@elsewhere.example", "Two", "x");
        String member = server.addMember(tenant, "ann@elsewhere.example", "email:send", "conversations:write");

        for (String token : List.of(member, tenant.personalToken("email:send", "conversations:write"))) {
            Reply reply = send(token, "{\"reply_to_message_id\": \"%s\", \"text_body\": \"x\"}".formatted(others));
            assertEquals("/reply_to_message_id", reply.place(), reply::text);
        }
        assertEquals("awaiting_review", shown(others).get("handling_state").asText());
    }

    @Test
    void mail_in_a_queue_is_settled_by_who_may_work_on_the_queue() {
        String inbox = tenant.agentEndpoint("desk", agent, "human_review");
        String question = tenant.mailTo("desk", ANN, "Question", "How much?");
        String answer = "{\"reply_to_message_id\": \"%s\", \"text_body\": \"Ten.\"}".formatted(question);
        String draft = send(tenant.inboxToken(inbox, "email:send"), answer)
                .json()
                .get("message_id")
                .asText();
        Reply refused = send(server.addMember(tenant, "ann@elsewhere.example", "email:send"), answer);

        assertEquals(403, refused.status(), refused::text);
        assertEquals("missing_scope", refused.code());
        assertTrue(refused.text().contains("conversations:write"), refused::text);
        assertEquals("awaiting_review", shown(question).get("handling_state").asText());
        assertEquals("draft", shown(draft).get("status").asText());
        assertEquals(202, send(tenant.token(), answer).status());
        assertEquals("rejected", shown(draft).get("status").asText());
    }

    @Test
    void scopes_are_needed() {
        String desk = tenant.endpoint("desk");
        String reads = tenant.inboxToken(desk, "email:read");
        String sends = tenant.inboxToken(desk, "email:send");

        assertEquals(
                403,
                send(reads, "{\"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\"}")
                        .status());
        assertEquals(403, server.http().get(MESSAGES, sends).status());
        assertEquals(403, server.http().get(MESSAGES + "msg_unknown/", sends).status());
        assertEquals(
                403, server.http().get(MESSAGES + "msg_unknown/raw/", sends).status());
    }

    @Test
    void the_mail_of_a_removed_inbox_is_listed_by_its_id() {
        String desk = tenant.endpoint("desk");
        String one = tenant.mailTo("desk", ANN, "One", "x");
        tenant.endpoint("other");
        tenant.mailTo("other", ANN, "Two", "x");
        assertEquals(204, tenant.delete("/v1/api/email/endpoints/" + desk).status());

        assertEquals(List.of(one), list("?inbox_id=" + desk));
        assertEquals(
                "?inbox_id",
                tenant.get(MESSAGES + "?inbox_id=" + tenant.address("desk")).place());
    }

    @Test
    void lists_are_narrowed() {
        String desk = tenant.endpoint("desk");
        String other = tenant.endpoint("other");
        String one = tenant.mailTo("desk", ANN, "One", "x");
        String two = tenant.mailTo("other", ANN, "Two", "x");
        String sent = send(
                        tenant.token(),
                        "{\"inbox_id\": \"%s\", \"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\"}"
                                .formatted(desk))
                .json()
                .get("message_id")
                .asText();
        String thread = shown(one).get("thread_id").asText();
        String madeAt = shown(two).get("created_at").asText();

        assertEquals(List.of(sent, two, one), list(""));
        assertEquals(List.of(sent, one), list("?inbox_id=" + desk));
        assertEquals(List.of(two), list("?inbox_id=" + tenant.address("other")));
        assertEquals(List.of(two), list("?inbox_id=" + other));
        assertEquals(List.of(two, one), list("?direction=inbound"));
        assertEquals(List.of(sent), list("?direction=outbound"));
        assertEquals(List.of(two, one), list("?status=awaiting_review"));
        assertEquals(List.of(sent), list("?status=queued"));
        assertEquals(List.of(), list("?status=handled"));
        assertEquals(List.of(one), list("?thread_id=" + thread));
        assertEquals(List.of(sent, two), list("?since=" + madeAt));
        assertEquals(List.of(), list("?since=" + Instant.now().plusSeconds(60)));
    }

    private List<String> list(String query) {
        Reply reply = tenant.get(MESSAGES + query);
        assertEquals(200, reply.status(), reply::text);
        return ids(reply.json());
    }

    private static List<String> ids(JsonNode rows) {
        List<String> ids = new ArrayList<>();
        rows.forEach(row -> ids.add(row.get("message_id").asText()));
        return ids;
    }

    @Test
    void a_row_of_a_list_is_a_message() {
        tenant.endpoint("desk");
        String id = tenant.mailTo("desk", ANN, "One", "Hello");

        assertEquals(shown(id), tenant.get(MESSAGES).json().get(0));
    }

    @Test
    void a_long_mail_is_not_read_for_a_list() {
        tenant.endpoint("desk");
        String id = tenant.mailTo("desk", ANN, "Long", "lorem ipsum dolor\n".repeat(70_000));
        JsonNode row = tenant.get(MESSAGES).json().get(0);

        assertTrue(row.get("text_body").isNull());
        assertTrue(row.get("attachments").isNull());
        assertTrue(shown(id).get("text_body").isTextual());
        assertTrue(shown(id).get("attachments").isArray());
    }

    @Test
    void a_page_of_big_mails_is_read_as_far_as_its_share_goes() {
        tenant.endpoint("desk");
        String text = "lorem ipsum dolor\n".repeat(50_000);
        int fitting = (int) (MessageRoutes.MAX_READ_IN_PAGE / (text.length() + 50_000 + 300));
        tenant.mailTo("desk", ANN, "Oldest", "short");
        for (int i = 0; i <= fitting; i++) {
            tenant.mailTo("desk", ANN, "Big " + i, text);
        }
        JsonNode rows = tenant.get(MESSAGES).json();

        for (int i = 0; i <= fitting; i++) {
            assertEquals(i < fitting, rows.get(i).get("text_body").isTextual(), "row " + i);
            assertEquals(i < fitting, rows.get(i).get("attachments").isArray(), "row " + i);
        }
        assertEquals("short", rows.get(fitting + 1).get("text_body").asText().strip());
    }

    @ParameterizedTest
    @CsvSource({
        "direction=sideways, direction",
        "status=nonsense, status",
        "thread_id=thr_nonsense, thread_id",
        "since=yesterday, since",
        "label=x, label",
        "q=%2A, q"
    })
    void a_filter_that_cannot_be_used_is_422(String query, String parameter) {
        Reply reply = tenant.get(MESSAGES + "?" + query);

        assertEquals(422, reply.status());
        assertEquals("?" + parameter, reply.place());
    }

    @Test
    void mail_that_the_pipeline_gave_up_is_for_admins_who_ask() {
        tenant.endpoint("desk");
        String id = server.giveUp(tenant.address("desk"), TestServer.mail(ANN, "Broken", "x"))
                .text();

        assertEquals(List.of(), list(""));
        assertEquals(List.of(id), list("?status=error"));
        assertEquals(
                403,
                server.http()
                        .get(MESSAGES + "?status=error", tenant.personalToken("email:read"))
                        .status());
    }

    @Test
    void mail_that_the_pipeline_gave_up_is_there_for_admins_only() {
        String inbox = tenant.endpoint("desk");
        String question = tenant.mailTo("desk", ANN, "Question", "x");
        String gaveUp = server.giveUp(
                        tenant.address("desk"),
                        TestServer.mail(
                                ANN,
                                "Broken\nIn-Reply-To: <" + Integer.toHexString("Question".hashCode())
                                        + "@elsewhere.example>",
                                "x"))
                .text();
        String member = server.addMember(tenant, "ann@elsewhere.example", "email:read", "conversations:read");
        String program = tenant.inboxToken(inbox, "email:read", "conversations:read");

        assertEquals(200, tenant.get(MESSAGES + gaveUp + "/raw/").status());
        for (String token : List.of(member, program)) {
            assertEquals(
                    200, server.http().get(MESSAGES + question + "/", token).status());
            for (String path : List.of("/", "/raw/")) {
                assertEquals(
                        404, server.http().get(MESSAGES + gaveUp + path, token).status(), path);
            }
            assertFalse(server.http().get("/v1/events/", token).text().contains("message.error"));
        }
        assertTrue(tenant.get("/v1/events/").text().contains("message.error"));
        assertTrue(tenant.get("/v1/api/email/messages/" + question + "/content")
                .text()
                .contains(gaveUp));
    }

    @Test
    void paging_leaves_no_gaps() {
        tenant.endpoint("desk");
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.addFirst(tenant.mailTo("desk", ANN, "Number " + i, "x"));
        }
        List<String> seen = new ArrayList<>();
        String path = MESSAGES + "?direction=inbound&limit=1";
        while (!path.isEmpty()) {
            Reply page = tenant.get(path);
            seen.addAll(ids(page.json()));
            path = page.next();
            assertTrue(path.isEmpty() || path.contains("direction=inbound&limit=1&cursor="), path);
        }

        assertEquals(made, seen);
    }

    @Test
    void the_raw_bytes_are_as_they_came() {
        tenant.endpoint("desk");
        String mail = TestServer.mail(ANN, "Raw", "Grüße\n.\n..\n");
        String id = server.deliver(tenant.address("desk"), mail).text();
        Reply raw = tenant.get(MESSAGES + id + "/raw/");

        assertEquals(200, raw.status());
        assertEquals("message/rfc822", raw.header("Content-Type"));
        assertEquals("attachment; filename=\"" + id + ".eml\"", raw.header("Content-Disposition"));
        assertEquals("nosniff", raw.header("X-Content-Type-Options"));
        assertEquals(mail.replace("\n", "\r\n"), raw.text());
        assertEquals(Integer.toString(raw.bytes().length), raw.header("Content-Length"));
    }

    @Test
    void a_repeated_request_sends_once() {
        String inbox = tenant.endpoint("desk");
        String json =
                "{\"inbox_id\": \"%s\", \"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\"}".formatted(inbox);
        Reply first = send(tenant.token(), json, "Idempotency-Key", "k1");
        Reply second = send(tenant.token(), json, "Idempotency-Key", "k1");

        assertEquals(202, second.status());
        assertEquals("true", second.header("Idempotency-Replayed"));
        assertEquals(first.json(), second.json());
        assertEquals(1, list("?direction=outbound").size());
    }

    @Test
    void a_mail_that_was_queued_before_the_answer_was_lost_is_not_sent_again() {
        String inbox = tenant.endpoint("desk");
        String json =
                "{\"inbox_id\": \"%s\", \"to\": [{\"email\": \"a@b.example\"}], \"text_body\": \"x\"}".formatted(inbox);
        // The key, the mail; then the database fails before the answer is kept.
        server.failAfter(2);
        Reply first;
        try {
            first = send(tenant.token(), json, "Idempotency-Key", "k2");
        } finally {
            server.failNoMore();
        }
        Reply second = send(tenant.token(), json, "Idempotency-Key", "k2");

        assertEquals(202, first.status(), first::text);
        assertEquals(first.json(), second.json());
        assertEquals(1, list("?direction=outbound").size());
    }

    @Test
    void attachments_may_be_big_up_to_the_limit_of_a_mail() {
        String inbox = tenant.endpoint("desk");
        String json = """
                {"inbox_id": "%s", "to": [{"email": "a@b.example"}], "text_body": "x",
                 "attachments": [{"filename": "a.bin", "content_type": "application/octet-stream", "content": "%s"}]}""";
        String fits = Base64.getEncoder().encodeToString(new byte[2 << 20]);
        String tooBig = Base64.getEncoder().encodeToString(new byte[(4 << 20) - 100]);

        assertEquals(202, send(tenant.token(), json.formatted(inbox, fits)).status());
        Reply refused = send(tenant.token(), json.formatted(inbox, tooBig));
        assertEquals(413, refused.status());
        assertEquals("too_large", refused.code());
        assertFalse(refused.text().contains("AAAA"));
    }
}
