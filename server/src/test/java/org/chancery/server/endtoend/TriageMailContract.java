package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/** What is done with one mail that came in by SMTP; run on each database. {@code docs/api/triage.md} lists it. */
interface TriageMailContract {
    String MESSAGES = "/v1/api/email/messages/";

    RunningServer server();

    private JsonNode content(String message) {
        return server().admin.get(MESSAGES + message + "/content").expect(200).body();
    }

    private Answer decide(String message, String action, String json) {
        return server().admin.post(MESSAGES + message + "/" + action, json);
    }

    private Answer draft(Client agent, String message, String text) {
        return agent.post(
                "/v1/messages/", "{\"reply_to_message_id\": \"" + message + "\", \"text_body\": \"" + text + "\"}");
    }

    private List<String> arrived(String subject) {
        return server().peer.mails().stream()
                .map(mail -> mail.content().text())
                .filter(raw -> raw.contains("Subject: " + subject))
                .toList();
    }

    @Test
    default void assigned_mail_is_driven_again_and_so_its_agents_draft_waits_for_people() {
        String inbox = server().makeEndpoint("open", ", \"plane\": \"agent\", \"reply_policy\": \"human_review\"");
        String message = server().receive("open@acme.example", "needs a handler");
        assertEquals("unrouted", server().stateOf(message));
        String agent = server().makeAgent();
        Answer assigned =
                decide(message, "assign", "{\"agent_id\": \"" + agent + "\"}").expect(200);

        assertTrue(assigned.body().path("ok").asBoolean());
        assertEquals("handled", assigned.text("handling_state"));
        assertEquals(agent, content(message).path("agent_id").asText());
        assertEquals(
                agent,
                server().admin
                        .get("/v1/api/email/endpoints/" + inbox)
                        .expect(200)
                        .text("agent_id"));
        Client program = server().agentOf(inbox);
        JsonNode routed = program.get("/v1/events/?types=message.routed")
                .expect(200)
                .body()
                .path("events")
                .path(0)
                .path("payload");
        assertEquals(message, routed.path("message_id").asText());
        assertEquals(agent, routed.path("agent_id").asText());
        assertEquals("draft", draft(program, message, "I found it.").expect(202).text("status"));
        assertEquals("awaiting_review", server().stateOf(message));
        decide(message, "reply", "{\"text\": \"We found it.\"}").expect(200);
        assertEquals("handled", server().stateOf(message));

        String later = server().receive("open@acme.example", "comes later");
        assertEquals("routed", server().stateOf(later));
        assertEquals(
                409,
                decide(message, "assign", "{\"agent_id\": \"" + agent + "\"}").status());
        decide(later, "assign", "{\"agent_id\": \"agt_unknown\"}").expect(422);
        decide("msg_unknown", "assign", "{\"agent_id\": \"" + agent + "\"}").expect(404);
    }

    @Test
    default void a_reply_is_sent_as_the_handler_agent_on_behalf_of_the_person() {
        String inbox = server().makeAgentEndpoint("onbehalf", "human_review", "");
        String message = server().receive("onbehalf@acme.example", "on behalf");
        String agent = content(message).path("agent_id").asText();
        draft(server().agentOf(inbox), message, "Draft.").expect(202);
        JsonNode waiting = content(message).path("draft");
        assertEquals("Draft.", waiting.path("text").asText());
        assertEquals("agent", waiting.path("author").path("kind").asText());

        assertEquals(422, decide(message, "reply", "{\"text\": \"\"}").status());
        assertEquals(422, decide(message, "reply", "{\"html\": \"<p>x</p>\"}").status());
        Answer sent = decide(message, "reply", "{\"text\": \"Edited.\", \"html\": \"<p>Edited.</p>\"}")
                .expect(200);
        assertEquals("handled", sent.text("handling_state"));
        JsonNode shown = content(sent.text("message_id"));
        assertEquals("outbound", shown.path("direction").asText());
        assertEquals("onbehalf@acme.example", shown.path("from_addr").asText());
        assertEquals(agent, shown.path("agent_id").asText());
        assertEquals("user", shown.path("author").path("kind").asText());
        assertEquals("owner@acme.example", shown.path("author").path("label").asText());
        assertEquals(
                "answered by owner@acme.example",
                content(message).path("reason").asText());
        assertEquals(2, shown.path("thread").size());
        server().admin
                .until(
                        "/v1/messages/" + sent.text("message_id") + "/",
                        answer -> answer.text("status").equals("delivered"));
        String raw = arrived("Re: on behalf").getFirst();
        assertTrue(raw.contains("From: onbehalf@acme.example"), raw);
        assertTrue(raw.contains("In-Reply-To: <on-behalf@customer.example>"), raw);
        assertTrue(raw.contains("text/plain") && raw.contains("text/html"), raw);
        assertTrue(raw.contains("<p>Edited.</p>"), raw);
        assertFalse(raw.contains("Draft."), raw);
    }

    @Test
    default void of_many_who_decide_at_once_one_does_and_the_others_hear_who() throws Exception {
        String inbox = server().makeAgentEndpoint("contested", "human_review", "");
        String message = server().receive("contested@acme.example", "contested");
        draft(server().agentOf(inbox), message, "Draft.").expect(202);
        List<CompletableFuture<Answer>> deciding = new ArrayList<>();
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                String text = "{\"text\": \"Answer " + i + "\"}";
                boolean replies = i % 2 == 0;
                deciding.add(CompletableFuture.supplyAsync(
                        () -> replies ? decide(message, "reply", text) : decide(message, "discard", "{}"), people));
            }
        }
        int winners = 0;
        for (CompletableFuture<Answer> one : deciding) {
            Answer answer = one.get();
            if (answer.status() == 200) {
                winners++;
            } else {
                assertEquals(409, answer.status(), () -> String.valueOf(answer.body()));
                assertEquals("already_handled", answer.text("code"));
                assertTrue(answer.text("detail").contains("owner@acme.example"), answer.text("detail"));
            }
        }
        assertEquals(1, winners);
        assertEquals("handled", server().stateOf(message));
        assertTrue(new Approvals(server()).arrived("Re: contested").size() <= 1);
    }

    @Test
    default void an_agent_escalates_where_the_endpoint_lets_it() {
        String inbox = server().makeAgentEndpoint("angry", "always_reply", "");
        Client agent = server().agentOf(inbox);
        String message = server().receive("angry@acme.example", "an angry one");
        assertEquals("routed", server().stateOf(message));
        Answer escalated = agent.post(MESSAGES + message + "/escalate", "{\"note\": \"She wants a person.\"}")
                .expect(200);

        assertEquals("awaiting_review", escalated.text("handling_state"));
        assertTrue(content(message).path("reason").asText().endsWith(": She wants a person."));
        assertEquals(
                1,
                server().admin
                        .get("/v1/api/email/endpoints/" + inbox)
                        .body()
                        .path("escalated")
                        .asInt());
        assertEquals(
                "She wants a person.",
                agent.get("/v1/events/?types=message.escalated")
                        .body()
                        .path("events")
                        .path(0)
                        .path("payload")
                        .path("note")
                        .asText());
        agent.post(MESSAGES + message + "/escalate", "{}").expect(409);
        assertEquals(403, decide(message, "escalate", "{}").status());
    }

    @Test
    default void who_writes_an_answer_is_shown_to_the_others() {
        server().makeEndpoint("crowded", "");
        String message = server().receive("crowded@acme.example", "crowded");
        assertEquals(0, content(message).path("viewers").size());
        decide(message, "presence", "{\"typing\": true}").expect(200);
        JsonNode viewer = content(message).path("viewers").path(0);
        assertEquals("owner@acme.example", viewer.path("label").asText());
        assertTrue(viewer.path("typing").asBoolean());
        decide(message, "presence", "{\"typing\": false}").expect(200);
        assertFalse(content(message).path("viewers").path(0).path("typing").asBoolean(true));
        decide("msg_unknown", "presence", "{\"typing\": true}").expect(404);
    }

    @Test
    default void the_html_of_a_mail_loads_nothing_and_runs_nothing() {
        server().makeEndpoint("html", "");
        String html =
                "<html><head><style>@import url(//t.example/c); input[value^=a]{background:url(//t.example/a)}</style>"
                        + "<base href=//t.example/><meta http-equiv=refresh content='0;url=//t.example'></head>"
                        + "<body onload=alert(1) background=//t.example/b><script>alert(1)</script>"
                        + "<p style=\"position:fixed;color:red;background:url(//t.example/p)\" id=x class=y>Our <b>offer</b></p>"
                        + "<img src=https://t.example/pixel.gif width=1 height=1 onerror=alert(1)><img src=cid:logo alt=logo>"
                        + "<svg onload=alert(1)><image href=//t.example/s /></svg><form action=//t.example><input name=p></form>"
                        + "<iframe src=//t.example></iframe><a href=javascript:alert(1)>bad</a>"
                        + "<a href=https://shop.example/offer>good</a></body></html>";
        String message = "From: Ada <ada@customer.example>\r\nTo: html@acme.example\r\nSubject: hostile html\r\n"
                + "Message-ID: <hostile-html@customer.example>\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\n"
                + "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html + "\r\n";
        assertTrue(server().mail("ada@customer.example", "html@acme.example", message)
                .startsWith("250"));
        JsonNode shown = content(server().await("hostile html"));
        String safe = shown.path("html").asText();

        assertTrue(safe.contains("<b>offer</b>"), safe);
        assertTrue(safe.contains("data-remote-address=\"https://t.example/pixel.gif\""), safe);
        assertTrue(safe.contains("data-content-id=\"logo\""), safe);
        assertTrue(
                safe.contains(
                        "<a href=\"https://shop.example/offer\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">good</a>"),
                safe);
        for (String trace : List.of(
                "script",
                "alert",
                "//t.example/c",
                "url(",
                "fixed",
                "<style",
                "<base",
                "<meta",
                "<svg",
                "<form",
                "<input",
                "<iframe",
                "onload",
                "onerror",
                " src=",
                " id=",
                " class=",
                "background=")) {
            assertFalse(safe.contains(trace), () -> trace + " in " + safe);
        }
        assertTrue(shown.path("text").asText().contains("Our offer"));
    }

    @Test
    default void a_file_is_downloaded_as_it_came_and_only_from_its_own_mail() {
        server().makeEndpoint("files", "");
        byte[] file = new byte[100_000];
        for (int i = 0; i < file.length; i++) {
            file[i] = (byte) (i * 31 + i / 251);
        }
        String message = "From: Ada <ada@customer.example>\r\nTo: files@acme.example\r\nSubject: with a file\r\n"
                + "Message-ID: <with-a-file@customer.example>\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\n"
                + "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
                + "--b\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n"
                + "--b\r\nContent-Type: image/png; name=\"a.png\"\r\nContent-Disposition: inline; filename=\"a.png\"\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(file) + "\r\n--b--\r\n";
        assertTrue(server().mail("ada@customer.example", "files@acme.example", message)
                .startsWith("250"));
        String id = server().await("with a file");
        JsonNode listed = content(id).path("attachments").path(0);
        assertEquals("a.png", listed.path("filename").asText());
        assertEquals("image/png", listed.path("content_type").asText());
        assertEquals(file.length, listed.path("size").asInt());
        String path = "/attachments/" + listed.path("id").asText() + "/download";
        Answer got = server().admin.get(MESSAGES + id + path).expect(200);

        assertArrayEquals(file, got.response().body());
        assertEquals("image/png", header(got, "Content-Type"));
        assertEquals("no-store", header(got, "Cache-Control"));
        assertEquals("nosniff", header(got, "X-Content-Type-Options"));
        assertEquals("attachment; filename=\"a.png\"", header(got, "Content-Disposition"));
        String other = server().receive("files@acme.example", "without a file");
        server().admin.get(MESSAGES + other + path).expect(404);
        server().admin.get(MESSAGES + id + "/attachments/99/download").expect(404);
        Client stranger = server().makeWorkspace("files.example");
        stranger.get(MESSAGES + id + path).expect(404);
    }

    private static String header(Answer answer, String name) {
        return answer.response().headers().firstValue(name).orElse("");
    }

    @Test
    default void the_content_tells_all_of_a_mail_and_its_thread() {
        server().makeEndpoint("whole", "");
        String first = server().receive("whole@acme.example", "whole one");
        decide(first, "reply", "{\"text\": \"First answer.\"}").expect(200);
        String again = RunningServer.content(
                "Ada <ada@customer.example>",
                "whole@acme.example",
                "Re: whole one",
                "again@customer.example",
                "In-Reply-To: <whole-one@customer.example>\r\nCc: carl@customer.example\r\n");
        assertTrue(server().mail("ada@customer.example", "whole@acme.example", again)
                .startsWith("250"));
        JsonNode shown = content(server().await("Re: whole one"));

        for (String field : ("email_message_id thread_id direction handling_state from_addr to_addrs cc_addrs subject"
                        + " occurred_at text newest_text html draft attachments authentication classification agent_id"
                        + " endpoint_id thread viewers reason")
                .split(" ")) {
            assertTrue(shown.has(field), field);
        }
        assertEquals("carl@customer.example", shown.path("cc_addrs").path(0).asText());
        assertEquals("human", shown.path("classification").asText());
        assertEquals("awaiting_review", shown.path("handling_state").asText());
        assertEquals(3, shown.path("thread").size());
        assertEquals(
                List.of("inbound", "outbound", "inbound"), shown.path("thread").findValuesAsText("direction"));
        assertEquals(
                "First answer.",
                shown.path("thread").path(1).path("newest_text").asText().strip());
    }
}
