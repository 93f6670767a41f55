package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.peer.Stage;
import org.chancery.testkit.smtp.SmtpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The main job, from the socket to the peer; run on each database. */
interface FirstMailContract {

    RunningServer server();

    @Test
    default void mail_for_people_waits_for_review_and_their_answer_arrives_in_the_thread() {
        server().makeEndpoint("light1", "");
        String message = server().receive("light1@acme.example", "light one");

        Answer review = server().admin.until("/v1/api/email/review", answer -> row(answer, message) != null);
        JsonNode row = Objects.requireNonNull(row(review, message));
        assertEquals("awaiting_review", row.path("handling_state").asText());
        assertEquals("light1", row.path("endpoint_localpart").asText());
        assertEquals("ada@customer.example", row.path("from_addr").asText());

        Answer content = server().admin
                .get("/v1/api/email/messages/" + message + "/content")
                .expect(200);
        assertTrue(content.text("text").contains("what about light one"));
        assertTrue(content.body().path("html").isNull());
        assertTrue(content.body().path("draft").isNull());

        Answer reply = server().admin
                .post("/v1/api/email/messages/" + message + "/reply", "{\"text\": \"We open at nine.\"}")
                .expect(200);
        assertEquals("handled", reply.text("handling_state"));

        ReceivedMail arrived = arrived("light one");
        String raw = arrived.content().text();
        assertTrue(raw.contains("In-Reply-To: <light-one@customer.example>"), raw);
        assertTrue(raw.contains("References: <light-one@customer.example>"), raw);
        assertTrue(raw.contains("From: light1@acme.example"), raw);
        assertTrue(raw.contains("Subject: Re: light one"), raw);
        assertTrue(raw.contains("We open at nine."), raw);
        assertFalse(raw.contains("Auto-Submitted"), "a person wrote it");
        assertTrue(arrived.reversePath().startsWith("bounces+"), arrived.reversePath());
        assertEquals("handled", server().stateOf(message));
        server().admin
                .until(
                        "/v1/messages/" + reply.text("message_id") + "/",
                        answer -> answer.text("status").equals("delivered"));
    }

    @Test
    default void an_agents_reply_under_human_review_is_a_draft_until_a_person_sends_it() {
        String inbox = server().makeAgentEndpoint("reviewed", "human_review", "");
        Client agent = server().agentOf(inbox);
        String message = server().receive("reviewed@acme.example", "reviewed one");
        assertEquals("routed", server().stateOf(message));
        JsonNode event = routedEvent(agent, message);
        assertEquals(inbox, event.path("inbox_id").asText());

        Answer drafted = agent.post(
                        "/v1/messages/",
                        "{\"reply_to_message_id\": \"" + message + "\", \"text_body\": \"Draft text.\"}")
                .expect(202);
        assertEquals("draft", drafted.text("status"));
        assertEquals("awaiting_review", server().stateOf(message));
        Answer content = server().admin.get("/v1/api/email/messages/" + message + "/content");
        assertEquals(
                "Draft text.",
                content.body().path("draft").path("text").asText().strip());

        server().admin
                .post("/v1/api/email/messages/" + message + "/reply", "{\"text\": \"Edited text.\"}")
                .expect(200);
        String raw = arrived("reviewed one").content().text();
        assertTrue(raw.contains("Edited text.") && !raw.contains("Draft text."), raw);
        // The agent follows its draft under the id that it got.
        agent.until(
                "/v1/messages/" + drafted.text("message_id") + "/",
                answer -> answer.text("status").equals("delivered"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"always_reply", "agent_decides"})
    default void an_agent_that_may_answer_answers(String policy) {
        String localPart = policy.replace('_', '.');
        Client agent = server().agentOf(server().makeAgentEndpoint(localPart, policy, ""));
        String message = server().receive(localPart + "@acme.example", "asks " + policy);
        Answer sent = agent.post(
                        "/v1/messages/",
                        "{\"reply_to_message_id\": \"" + message + "\", \"text_body\": \"Here you are.\"}")
                .expect(202);
        assertEquals("queued", sent.text("status"));
        String raw = arrived("asks " + policy).content().text();
        assertTrue(raw.contains("Auto-Submitted: auto-replied"), raw);
        assertEquals("handled", server().stateOf(message));
    }

    @Test
    default void an_agent_may_ask_for_a_persons_look_itself() {
        Client agent = server().agentOf(server().makeAgentEndpoint("asks", "agent_decides", ""));
        String message = server().receive("asks@acme.example", "asks for a look");
        Answer drafted = agent.post(
                        "/v1/messages/",
                        "{\"reply_to_message_id\": \"" + message + "\", \"text_body\": \"Right?\", \"draft\": true}")
                .expect(202);
        assertEquals("draft", drafted.text("status"));
    }

    @Test
    default void an_agent_that_must_not_reply_gets_403() {
        Client agent = server().agentOf(server().makeAgentEndpoint("mute", "never_reply", ""));
        String message = server().receive("mute@acme.example", "mute one");
        Answer denied = agent.post(
                        "/v1/messages/", "{\"reply_to_message_id\": \"" + message + "\", \"text_body\": \"No.\"}")
                .expect(403);
        assertEquals("replies_not_allowed", denied.text("code"));
        assertEquals("routed", server().stateOf(message));
    }

    @Test
    default void automatic_mail_is_never_answered_by_a_program() {
        Client agent = server().agentOf(server().makeAgentEndpoint("polite", "always_reply", ""));
        server().mail(
                        "ada@customer.example",
                        "polite@acme.example",
                        RunningServer.content(
                                "ada@customer.example",
                                "polite@acme.example",
                                "I am away",
                                "away@customer.example",
                                "Auto-Submitted: auto-replied\r\n"));
        String message = server().await("I am away");
        Answer denied = agent.post(
                        "/v1/messages/", "{\"reply_to_message_id\": \"" + message + "\", \"text_body\": \"Oh.\"}")
                .expect(403);
        assertEquals("automatic_mail", denied.text("code"));
    }

    @Test
    default void when_a_senders_turns_are_used_up_a_person_gets_the_mail() {
        Client agent = server().agentOf(
                        server().makeAgentEndpoint("busy", "always_reply", ", \"max_turns_per_sender_day\": 2"));
        String first = server().receive("busy@acme.example", "turn one");
        assertEquals("routed", server().stateOf(first));
        assertEquals("routed", server().stateOf(server().receive("busy@acme.example", "turn two")));
        String third = server().receive("busy@acme.example", "turn three");
        assertEquals("awaiting_review", server().stateOf(third));
        Answer drafted = agent.post(
                        "/v1/messages/", "{\"reply_to_message_id\": \"" + third + "\", \"text_body\": \"Still here.\"}")
                .expect(202);
        assertEquals("draft", drafted.text("status"));
        // A second answer to the first mail would take a third turn.
        agent.post("/v1/messages/", "{\"reply_to_message_id\": \"" + first + "\", \"text_body\": \"One.\"}")
                .expect(202);
        Answer again =
                agent.post("/v1/messages/", "{\"reply_to_message_id\": \"" + first + "\", \"text_body\": \"Two.\"}");
        assertFalse(again.text("status").equals("queued"), () -> String.valueOf(again.body()));
    }

    @Test
    default void a_reply_to_our_reply_joins_the_thread() {
        String inbox = server().makeAgentEndpoint("talker", "always_reply", "");
        Client agent = server().agentOf(inbox);
        String first = server().receive("talker@acme.example", "long talk");
        agent.post("/v1/messages/", "{\"reply_to_message_id\": \"" + first + "\", \"text_body\": \"Go on.\"}")
                .expect(202);
        String ours = header(arrived("long talk").content().text(), "Message-ID");
        server().mail(
                        "ada@customer.example",
                        "talker@acme.example",
                        RunningServer.content(
                                "ada@customer.example",
                                "talker@acme.example",
                                "long talk, part two",
                                "p2@customer.example",
                                "In-Reply-To: " + ours + "\r\n"));
        String second = server().await("long talk, part two");
        assertEquals(
                server().admin.get("/v1/messages/" + first + "/").text("thread_id"),
                server().admin.get("/v1/messages/" + second + "/").text("thread_id"));
    }

    @Test
    default void of_two_who_decide_at_once_one_wins_and_the_other_is_told() {
        server().makeEndpoint("contested", "");
        String message = server().receive("contested@acme.example", "contested one");
        String path = "/v1/api/email/messages/" + message;
        CompletableFuture<Answer> reply =
                CompletableFuture.supplyAsync(() -> server().admin.post(path + "/reply", "{\"text\": \"Yes.\"}"));
        CompletableFuture<Answer> discard =
                CompletableFuture.supplyAsync(() -> server().admin.post(path + "/discard", "{}"));
        List<Integer> statuses = List.of(reply.join().status(), discard.join().status());
        assertTrue(statuses.contains(200) && statuses.contains(409), statuses.toString());
        Answer loser = reply.join().status() == 409 ? reply.join() : discard.join();
        assertTrue(loser.text("detail").contains("owner@acme.example"), () -> String.valueOf(loser.body()));
    }

    @Test
    default void a_discarded_draft_is_rejected_with_its_reason_and_never_leaves() {
        Client agent = server().agentOf(server().makeAgentEndpoint("discards", "human_review", ""));
        String message = server().receive("discards@acme.example", "to be discarded");
        String draft = agent.post(
                        "/v1/messages/", "{\"reply_to_message_id\": \"" + message + "\", \"text_body\": \"Nonsense.\"}")
                .expect(202)
                .text("message_id");
        server().admin
                .post("/v1/api/email/messages/" + message + "/discard", "{\"reason\": \"wrong tone\"}")
                .expect(200);
        Answer seen = agent.get("/v1/messages/" + draft + "/").expect(200);
        assertEquals("rejected", seen.text("status"));
        assertEquals("wrong tone", seen.body().path("rejection").path("reason").asText());
        assertEquals(
                "owner@acme.example", seen.body().path("rejection").path("by").asText());
        assertEquals("handled", server().stateOf(message));
    }

    @Test
    default void no_program_decides_in_the_review_queue() {
        String inbox = server().makeAgentEndpoint("selfish", "human_review", "");
        Client agent = server()
        .new Client(server().makeToken(inbox, "email:read", "email:send", "conversations:read", "conversations:write"));
        String message = server().receive("selfish@acme.example", "selfish one");
        agent.post("/v1/messages/", "{\"reply_to_message_id\": \"" + message + "\", \"text_body\": \"Mine.\"}")
                .expect(202);
        for (Answer refused : List.of(
                agent.post("/v1/api/email/messages/" + message + "/reply", "{\"text\": \"Mine.\"}"),
                agent.post("/v1/api/email/messages/" + message + "/discard", "{}"))) {
            assertEquals("person_required", refused.expect(403).code());
        }
        assertEquals("awaiting_review", server().stateOf(message));
    }

    @Test
    default void a_token_sees_and_sends_for_its_own_inbox_only() {
        String own = server().makeAgentEndpoint("own", "always_reply", "");
        String other = server().makeAgentEndpoint("other", "always_reply", "");
        Client agent = server().agentOf(own);
        String foreign = server().receive("other@acme.example", "for the other");
        agent.get("/v1/messages/" + foreign + "/").expect(404);
        agent.get("/v1/messages/" + foreign + "/raw/").expect(404);
        agent.post("/v1/messages/", "{\"reply_to_message_id\": \"" + foreign + "\", \"text_body\": \"x\"}")
                .expect(422);
        agent.post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + other
                                + "\", \"to\": [{\"email\": \"x@customer.example\"}], \"subject\": \"s\", \"text_body\": \"x\"}")
                .expect(422);
    }

    @Test
    default void raw_bytes_are_kept_as_they_came() {
        server().makeEndpoint("exact", "");
        String content =
                "From: ada@customer.example\r\nSubject: exact bytes\r\nX-Odd:  two  spaces\t\r\n\r\n..dots\r\n\u0000nul\r\n";
        String wire = content.replace("\r\n..dots", "\r\n...dots");
        assertTrue(server().mail("ada@customer.example", "exact@acme.example", wire)
                .startsWith("250"));
        String message = server().await("exact bytes");
        byte[] raw = server().admin
                .get("/v1/messages/" + message + "/raw/")
                .expect(200)
                .response()
                .body();
        assertEquals(content, new String(raw, StandardCharsets.UTF_8));
    }

    @Test
    default void the_trace_names_every_step() {
        server().makeEndpoint("traced", "");
        String message = server().receive("traced@acme.example", "traced one");
        Answer trace = server().admin
                .until(
                        "/v1/api/email/messages/" + message + "/trace",
                        answer -> answer.body().size() > 0);
        List<String> mailets = trace.body().findValuesAsText("mailet");
        assertTrue(
                mailets.containsAll(List.of(
                        "AuthenticateSender",
                        "Classify",
                        "InspectContent",
                        "SpamScore",
                        "Screen",
                        "ResolveHandler",
                        "DeliverToMailbox",
                        "SendCopies")),
                mailets.toString());
        JsonNode delivery = trace.body().get(mailets.indexOf("DeliverToMailbox"));
        assertEquals("awaiting_review", delivery.path("verdict").asText());
        assertTrue(delivery.path("micros").isIntegralNumber());
    }

    @Test
    default void a_trace_tells_nothing_of_the_mails_other_recipients() throws IOException {
        server().makeEndpoint("shared", "");
        Client other = server().makeWorkspace("other.example");
        other.post("/v1/api/email/endpoints", "{\"localpart\": \"desk\", \"kind\": \"custom\", \"plane\": \"agent\"}")
                .expect(201);
        try (SmtpClient client = SmtpClient.connect(server().port("smtp"))) {
            client.greet();
            client.command("MAIL FROM:<ada@customer.example>");
            client.command("RCPT TO:<shared@acme.example>");
            client.command("RCPT TO:<desk@other.example>");
            client.command("DATA");
            client.sendRaw(RunningServer.content("ada@customer.example", "you", "to both", "both@customer.example", "")
                    + ".\r\n");
            assertTrue(client.reply().startsWith("250"));
        }

        String ours = server().await("to both");
        Answer list = other.until(
                "/v1/messages/",
                answer -> answer.status() == 200 && answer.body().size() == 1);
        String theirs = list.body().get(0).path("message_id").asText();
        for (Client reader : List.of(server().admin, other)) {
            boolean isOurs = reader == server().admin;
            JsonNode trace = reader.until(
                            "/v1/api/email/messages/" + (isOurs ? ours : theirs) + "/trace",
                            answer -> answer.body().findValuesAsText("mailet").contains("DeliverToMailbox"))
                    .body();
            List<String> verdicts = trace.findValuesAsText("verdict");
            assertEquals(isOurs, verdicts.contains("awaiting_review"), trace.toString());
            assertEquals(!isOurs, verdicts.contains("unrouted"), trace.toString());
            assertFalse(trace.toString().contains(isOurs ? "other.example" : "acme.example"), trace.toString());
        }
    }

    @Test
    default void a_temporary_failure_is_tried_again_until_it_goes() {
        server().makeEndpoint("patient", "");
        String message = server().receive("patient@acme.example", "patient one");
        server().peer.at(Stage.RCPT, "patient-ada").once().answer("451 4.3.0 not now");
        Answer sent = server().admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"patient@acme.example\", \"to\": [{\"email\": \"patient-ada@customer.example\"}],"
                                + " \"subject\": \"patience\", \"text_body\": \"x\"}")
                .expect(202);
        Answer seen = server().admin
                .until(
                        "/v1/messages/" + sent.text("message_id") + "/",
                        answer -> answer.text("status").equals("delivered"));
        assertTrue(seen.body()
                .path("deliveries")
                .get(0)
                .path("smtp_reply")
                .asText()
                .startsWith("250"));
        assertEquals("awaiting_review", server().stateOf(message));
    }

    @Test
    default void a_final_refusal_bounces_the_message_with_the_peers_words() {
        server().makeEndpoint("bouncing", "");
        server().peer.at(Stage.RCPT, "gone").answer("550 5.1.1 nobody of that name");
        Answer sent = server().admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"bouncing@acme.example\", \"to\": [{\"email\": \"gone@customer.example\"}],"
                                + " \"subject\": \"lost\", \"text_body\": \"x\"}")
                .expect(202);
        Answer seen = server().admin
                .until(
                        "/v1/messages/" + sent.text("message_id") + "/",
                        answer -> answer.text("status").equals("bounced"));
        assertTrue(
                seen.body()
                        .path("deliveries")
                        .get(0)
                        .path("smtp_reply")
                        .asText()
                        .contains("nobody of that name"),
                () -> String.valueOf(seen.body()));
    }

    @Test
    default void when_the_schedule_ends_the_message_has_failed() {
        server().makeEndpoint("hopeless", "");
        server().peer.at(Stage.RCPT, "never").answer("450 4.2.1 never");
        Answer sent = server().admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"hopeless@acme.example\", \"to\": [{\"email\": \"never@customer.example\"}],"
                                + " \"subject\": \"never\", \"text_body\": \"x\"}")
                .expect(202);
        server().admin
                .until(
                        "/v1/messages/" + sent.text("message_id") + "/",
                        answer -> answer.text("status").equals("failed"));
    }

    @Test
    default void mail_to_the_return_path_of_a_sent_mail_is_kept_and_forged_ones_are_refused() {
        server().makeEndpoint("returns", "");
        server().admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"returns@acme.example\", \"to\": [{\"email\": \"far@customer.example\"}],"
                                + " \"subject\": \"outbound one\", \"text_body\": \"x\"}")
                .expect(202);
        String returnPath = arrived("outbound one").reversePath();
        String bounce =
                RunningServer.content("mailer-daemon@customer.example", returnPath, "it came back", "b@x.example", "");
        assertTrue(server().mail(null, returnPath, bounce).startsWith("250"));
        assertEquals("handled", server().stateOf(server().await("it came back")));
        String forged = returnPath.replace("bounces+0", "bounces+1");
        assertTrue(server().mail(null, forged, bounce).startsWith("550"), forged);
    }

    @ParameterizedTest
    @ValueSource(strings = {"postmaster", "abuse", "Postmaster"})
    default void postmaster_and_abuse_reach_the_admins(String name) {
        server().mail(
                        "ada@customer.example",
                        name + "@acme.example",
                        RunningServer.content(
                                "ada@customer.example", name + "@acme.example", "to " + name, name + "@x.example", ""));
        assertEquals("unrouted", server().stateOf(server().await("to " + name)));
    }

    @Test
    default void tags_and_the_empty_slug_reach_the_endpoint() {
        server().makeEndpoint("tagged", "");
        assertTrue(server().mail("a@x.example", "tagged+news@acme.example", "Subject: tag\r\n\r\nx")
                .startsWith("250"));
        assertTrue(server().mail("a@x.example", "tagged-@acme.example", "Subject: slug\r\n\r\nx")
                .startsWith("250"));
        server().await("tag");
        server().await("slug");
    }

    @Test
    default void recipients_are_refused_as_the_contract_says() {
        server().makeEndpoint("off", ", \"enabled\": false");
        assertTrue(server().mail("a@x.example", "nobody@acme.example", "x").startsWith("550 5.1.1"));
        assertTrue(server().mail("a@x.example", "off@acme.example", "x").startsWith("450 4.2.1"));
        assertTrue(server().mail("a@x.example", "x@elsewhere.example", "x").startsWith("550 5.7.1"));
    }

    @Test
    default void a_program_submits_by_smtp_under_the_same_policy() throws IOException {
        String inbox = server().makeAgentEndpoint("smtp.agent", "human_review", "");
        String token = server().makeToken(inbox, "email:send", "email:read");
        String message = server().receive("smtp.agent@acme.example", "by smtp");
        String auth = Base64.getEncoder()
                .encodeToString(("\0smtp.agent@acme.example\0" + token).getBytes(StandardCharsets.UTF_8));
        try (SmtpClient client = SmtpClient.connect(server().port("submission"))) {
            client.greet();
            assertTrue(client.command("MAIL FROM:<smtp.agent@acme.example>").startsWith("530"));
            assertTrue(client.command("AUTH PLAIN " + auth).startsWith("235"));
            assertTrue(client.command("MAIL FROM:<owner@acme.example>").startsWith("550"));
            assertTrue(client.command("MAIL FROM:<smtp.agent@acme.example>").startsWith("250"));
            assertTrue(client.command("RCPT TO:<ada@customer.example>").startsWith("250"));
            client.command("DATA");
            client.sendRaw("From: smtp.agent@acme.example\r\nTo: ada@customer.example\r\nSubject: Re: by smtp\r\n"
                    + "In-Reply-To: <by-smtp@customer.example>\r\n\r\nA draft by SMTP.\r\n.\r\n");
            String reply = client.reply();
            assertTrue(reply.startsWith("250") && reply.contains("draft"), reply);
        }
        assertEquals("awaiting_review", server().stateOf(message));
    }

    @ParameterizedTest
    @CsvSource({
        "human_review, 250, awaiting_review",
        "always_reply, 250, handled",
        "agent_decides, 250, handled",
        "never_reply, 550, routed"
    })
    default void a_submitted_reply_obeys_the_reply_policy(String policy, String code, String state) throws IOException {
        String localPart = "smtp." + policy.replace('_', '.');
        String inbox = server().makeAgentEndpoint(localPart, policy, "");
        String message = server().receive(localPart + "@acme.example", "submitted " + policy);
        String reply = submit(
                localPart,
                server().makeToken(inbox, "email:send"),
                "To: ada@customer.example\r\nSubject: Re: submitted " + policy + "\r\nIn-Reply-To: <submitted-" + policy
                        + "@customer.example>\r\nAuto-Submitted: no\r\n\r\nBy SMTP.\r\n");

        assertTrue(reply.startsWith(code), reply);
        assertEquals(state, server().stateOf(message));
        if (state.equals("handled")) {
            String raw = arrived("submitted " + policy).content().text();
            assertEquals("auto-replied", header(raw, "Auto-Submitted"));
            assertFalse(raw.contains("Auto-Submitted: no"), raw);
        }
    }

    @Test
    default void what_a_person_sends_from_a_submitted_draft_goes_to_its_envelope() throws IOException {
        String inbox = server().makeAgentEndpoint("smtp.draft", "human_review", "");
        String message = server().receive("smtp.draft@acme.example", "drafted by smtp");
        String reply = submit(
                "smtp.draft",
                server().makeToken(inbox, "email:send"),
                "To: ada@customer.example, other@elsewhere.example\r\nSubject: Re: drafted by smtp\r\n"
                        + "In-Reply-To: <drafted-by-smtp@customer.example>\r\nX-Note: =?utf-8?q?gr=C3=BCn?=\r\n"
                        + "Auto-Submitted: auto-replied\r\n\r\nBy SMTP.\r\n");
        assertTrue(reply.startsWith("250") && reply.contains("draft"), reply);
        server().admin
                .post("/v1/api/email/messages/" + message + "/reply", "{\"text\": \"Looked at.\"}")
                .expect(200);

        ReceivedMail arrived = arrived("drafted by smtp");
        String raw = arrived.content().text();
        assertEquals(List.of("ada@customer.example"), arrived.recipients());
        assertEquals("ada@customer.example, other@elsewhere.example", header(raw, "To"));
        assertEquals("=?utf-8?b?z3ldvg4=?=", header(raw, "X-Note").toLowerCase(Locale.ROOT), "encoded once");
        assertFalse(raw.contains("Auto-Submitted"), "a person sent it");
    }

    /** Submits a mail to ada@customer.example; the last reply. */
    private String submit(String localPart, String token, String fieldsAndBody) throws IOException {
        String address = localPart + "@acme.example";
        try (SmtpClient client = SmtpClient.connect(server().port("submission"))) {
            client.greet();
            client.command("AUTH PLAIN "
                    + Base64.getEncoder()
                            .encodeToString(("\0" + address + "\0" + token).getBytes(StandardCharsets.UTF_8)));
            client.command("MAIL FROM:<" + address + ">");
            client.command("RCPT TO:<ada@customer.example>");
            client.command("DATA");
            client.sendRaw("From: " + address + "\r\n" + fieldsAndBody + ".\r\n");
            return client.reply();
        }
    }

    @Test
    default void the_same_idempotency_key_sends_one_mail() {
        server().makeEndpoint("once", "");
        String body = "{\"inbox_id\": \"once@acme.example\", \"to\": [{\"email\": \"once@customer.example\"}],"
                + " \"subject\": \"only once\", \"text_body\": \"x\"}";
        Answer first = server().admin.post("/v1/messages/", body, "key-1").expect(202);
        Answer second = server().admin.post("/v1/messages/", body, "key-1").expect(202);
        assertEquals(first.text("message_id"), second.text("message_id"));
        server().admin
                .post("/v1/messages/", body.replace("once\"", "twice\""), "key-1")
                .expect(422);
    }

    @Test
    default void all_that_was_accepted_is_there_after_a_restart() {
        server().makeEndpoint("lasting", "");
        String before = server().receive("lasting@acme.example", "before the restart");
        server().restart();
        assertEquals("awaiting_review", server().stateOf(before));
        server().receive("lasting@acme.example", "after the restart");
    }

    private static @Nullable JsonNode row(Answer review, String message) {
        for (JsonNode row : review.body().path("awaiting_review")) {
            if (row.path("email_message_id").asText().equals(message)) {
                return row;
            }
        }
        return null;
    }

    private JsonNode routedEvent(Client agent, String message) {
        String after = "";
        for (int i = 0; i < 100; i++) {
            Answer answer =
                    agent.get("/v1/events/?types=message.routed&wait=5" + after).expect(200);
            for (JsonNode event : answer.body().path("events")) {
                if (event.path("payload").path("message_id").asText().equals(message)) {
                    return event;
                }
            }
            after = "&after=" + answer.text("cursor");
        }
        throw new AssertionError("no event for " + message);
    }

    private ReceivedMail arrived(String subjectPart) {
        for (int count = 1; ; count++) {
            List<ReceivedMail> mails = server().peer.awaitMail(count, RunningServer.PATIENCE);
            for (ReceivedMail mail : mails) {
                if (header(mail.content().text(), "Subject").endsWith(subjectPart)) {
                    return mail;
                }
            }
            count = mails.size();
        }
    }

    private static String header(String raw, String name) {
        return raw.lines()
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElse("");
    }
}
