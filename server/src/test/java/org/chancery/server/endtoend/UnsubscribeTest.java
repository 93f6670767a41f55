package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.chancery.server.config.Keys;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mail that says how its recipient gets no more (RFC 2369, RFC 8058), and what comes of the click. */
class UnsubscribeTest extends UnsubscribeScene {
    @Test
    void one_click_ends_all_mail_to_the_recipient_and_is_told_and_recorded() {
        Answer sent = send("bob@far.example", "with a way out");
        String mail = arrived("with a way out");
        assertTrue(mail.contains("\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), mail);
        String unfolded = mail.replaceAll("\r\n[ \t]+", "").toLowerCase(Locale.ROOT);
        Matcher signed = Pattern.compile("dkim-signature:[^\r]*?[; ]h=([^;]+);").matcher(unfolded);
        assertTrue(signed.find(), "it is signed");
        List<String> names = List.of(signed.group(1).replaceAll("\\s", "").split(":"));
        assertTrue(names.contains("list-unsubscribe"), names.toString());
        assertTrue(names.contains("list-unsubscribe-post"), names.toString());

        HttpResponse<String> done = click(linkIn(mail));
        assertEquals(200, done.statusCode(), done.body());
        assertTrue(done.body().contains("letters@acme.example"), done.body());
        Answer entry = server.admin.get("/v1/suppressions/bob@far.example/").expect(200);
        assertEquals("unsubscribed", entry.text("reason"));
        assertEquals(sent.text("message_id"), entry.text("message_id"));

        assertEquals(200, click(linkIn(mail)).statusCode(), "as often as somebody clicks");
        List<JsonNode> events = told("bob@far.example");
        assertEquals(1, events.size());
        assertEquals(inbox, events.getFirst().path("inbox_id").asText());
        JsonNames.are(events.getFirst().path("payload"), "email", "message_id", "thread_id");
        assertEquals(
                sent.text("message_id"),
                events.getFirst().at("/payload/message_id").asText());
        List<JsonNode> recorded = Approvals.each(server.admin
                        .get("/v1/audit/?kind=suppression.added&limit=200")
                        .expect(200)
                        .body())
                .filter(row -> row.path("subject").asText().equals(sent.text("message_id")))
                .toList();
        assertEquals(1, recorded.size());
        JsonNames.are(
                recorded.getFirst().path("details"),
                "cause",
                "channel",
                "inbox_id",
                "raw_digest",
                "size",
                "suppression_id");
        assertEquals("unsubscribed", recorded.getFirst().at("/details/cause").asText());
        assertFalse(recorded.toString().contains("bob@far.example"));

        Answer later = send("bob@far.example", "after the click");
        server.admin.until(
                "/v1/messages/" + later.text("message_id") + "/",
                answer -> answer.text("status").equals("failed"));
        assertEquals(List.of(), approvals.arrived("after the click"));

        server.admin.delete("/v1/suppressions/bob@far.example/").expect(204);
        assertEquals(200, click(linkIn(mail)).statusCode());
        assertEquals(200, suppression("bob@far.example"), "the link goes on for ever");
        assertEquals(2, told("bob@far.example").size());
    }

    @Test
    void a_mail_program_may_send_its_click_as_multipart_too() {
        send("mia@far.example", "in parts");
        String form =
                "--b0\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b0--\r\n";

        assertEquals(
                200,
                post(server, linkIn(arrived("in parts")), "multipart/form-data; boundary=b0", form)
                        .statusCode());
        assertEquals(200, suppression("mia@far.example"));
    }

    @Test
    void whoever_only_looks_unsubscribes_nobody() {
        send("eve@far.example", "only looked at");
        String link = linkIn(arrived("only looked at"));
        HttpResponse<String> page = look(link);

        assertEquals(200, page.statusCode());
        assertTrue(page.headers().firstValue("Content-Type").orElse("").startsWith("text/html"));
        assertEquals("no-referrer", page.headers().firstValue("Referrer-Policy").orElse(""));
        assertEquals("no-store", page.headers().firstValue("Cache-Control").orElse(""));
        String policy = page.headers().firstValue("Content-Security-Policy").orElse("");
        assertTrue(policy.contains("default-src 'none'") && policy.contains("form-action 'self'"), policy);
        assertTrue(page.body().contains("<form method=\"post\">"), page.body());
        assertTrue(page.body().contains("name=\"List-Unsubscribe\" value=\"One-Click\""), page.body());
        assertFalse(page.body().contains("eve@"), "whom the mail was for is not said to whoever has the link");
        assertEquals(404, suppression("eve@far.example"));
        assertEquals(400, post(server, link, FORM, "List-Unsubscribe=Maybe").statusCode());
        assertEquals(400, post(server, link, FORM, "").statusCode());
        assertEquals(415, post(server, link, "application/json", "{}").statusCode());
        assertEquals(413, post(server, link, FORM, "a=" + "x".repeat(9000)).statusCode());
        assertEquals(404, suppression("eve@far.example"));
        assertEquals(List.of(), told("eve@far.example"));
    }

    @Test
    void a_link_that_is_none_of_ours_does_nothing() {
        send("ann@far.example", "to ann");
        send("pia@far.example", "to pia");
        String ann = linkIn(arrived("to ann"));
        String pia = linkIn(arrived("to pia"));
        String annsMail = ann.substring(0, ann.indexOf('-'));
        String piasSignature = pia.substring(pia.indexOf('-'));
        char last = ann.charAt(ann.length() - 1);
        for (String other : List.of(
                annsMail + piasSignature,
                ann.substring(0, ann.length() - 1) + (last == '0' ? '1' : '0'),
                annsMail,
                annsMail + "-",
                ann.toUpperCase(Locale.ROOT).replace("/UNSUBSCRIBE/", "/unsubscribe/"),
                "/unsubscribe/" + "0".repeat(26) + piasSignature,
                "/unsubscribe/%3Cscript%3E")) {
            assertEquals(404, look(other).statusCode(), other);
            HttpResponse<String> refused = click(other);
            assertEquals(404, refused.statusCode(), other);
            assertFalse(refused.body().contains("script"), refused.body());
        }
        assertEquals(404, suppression("ann@far.example"));
        assertEquals(404, suppression("pia@far.example"));
    }

    @Test
    void it_is_for_mail_to_one_recipient_elsewhere_and_needs_an_address_of_the_server(@TempDir Path other) {
        String from = ", \"inbox_id\": \"" + inbox + "\"";
        String second = "[{\"email\": \"two@far.example\"}]";
        for (String refused : List.of(
                mail("one@far.example", "several", from + ", \"cc\": " + second),
                mail("one@far.example", "several", from + ", \"bcc\": " + second),
                mail("letters@acme.example", "our own", from),
                mail(
                        "one@far.example",
                        "own field",
                        from + ", \"headers\": {\"List-unsubscribe\": \"<mailto:a@b.example>\"}"))) {
            Answer answer = server.admin.post("/v1/messages/", refused).expect(422);
            assertEquals("/list_unsubscribe", answer.place(), refused);
        }
        server.admin
                .post(
                        "/v1/messages/",
                        mail("one@far.example", "without", from)
                                .replace("_unsubscribe\": true", "_unsubscribe\": false"))
                .expect(202);
        assertFalse(arrived("without").contains("List-Unsubscribe"));

        try (RunningServer unknown = RunningServer.on(other)) {
            String wish = mail(
                    "one@far.example", "nowhere", ", \"inbox_id\": \"" + unknown.makeEndpoint("letters", "") + "\"");
            Answer answer = unknown.admin.post("/v1/messages/", wish).expect(422);
            assertEquals("no_public_url", answer.code());
            assertEquals("/list_unsubscribe", answer.place());
            assertTrue(
                    answer.body().toString().contains("http.public-url"),
                    answer.body().toString());
        }
    }

    @Test
    void the_link_of_a_held_mail_is_good_once_it_left_however_it_was_edited() {
        Client agent = approvals.restricted(approvals.endpoint("x.news"), Approvals.EVERYTHING);
        Answer held = agent.post("/v1/messages/", mail("joe@far.example", "held news", ""))
                .expect(202);
        String approval = held.text("approval_id");
        String raw = new String(Approvals.raw(server.admin, approval), StandardCharsets.UTF_8);
        assertEquals(404, click(linkIn(raw)).statusCode(), "nobody has it but its writer and its reviewers");
        assertEquals(404, suppression("joe@far.example"));

        server.admin
                .post(
                        Approvals.item(approval) + "approve/",
                        "{\"edits\": {\"subject\": \"edited news\", \"text_body\": \"Better news.\"}}")
                .expect(200);
        assertEquals(200, click(linkIn(arrived("edited news"))).statusCode());
        assertEquals(200, suppression("joe@far.example"));
    }

    @Test
    void a_program_that_suppresses_nobody_is_not_shown_the_link_of_its_own_mail() {
        String box = approvals.endpoint("x.reader");
        Client writer = server.new Client(server.admin
                .post(
                        "/v1/tokens/",
                        "{\"label\": \"w\", \"inbox_id\": \"" + box
                                + "\", \"scopes\": [\"email:send\", \"email:read\"]}")
                .expect(201)
                .text("token"));
        Answer sent = writer.post("/v1/messages/", mail("rob@far.example", "read by its writer", ""))
                .expect(202);
        String raw = "/v1/messages/" + sent.text("message_id") + "/raw/";
        String link = linkIn(arrived("read by its writer"));
        String shown = new String(writer.get(raw).expect(200).response().body(), StandardCharsets.UTF_8);
        assertNotEquals(link, linkIn(shown));
        assertEquals(link.length(), linkIn(shown).length());
        assertEquals(404, click(linkIn(shown)).statusCode());
        assertEquals(404, suppression("rob@far.example"));
        byte[] whole = server.admin.get(raw).expect(200).response().body();
        assertEquals(link, linkIn(new String(whole, StandardCharsets.UTF_8)), "people may know it");
        assertEquals(whole.length, shown.getBytes(StandardCharsets.UTF_8).length);

        Client asking = approvals.restricted(approvals.endpoint("x.asks"), Approvals.EVERYTHING);
        Answer held = asking.post("/v1/messages/", mail("rob@far.example", "held for its writer", ""))
                .expect(202);
        String item = Approvals.item(held.text("approval_id"));
        String waiting = linkIn(new String(
                server.admin.get(item + "raw/").expect(200).response().body(), StandardCharsets.UTF_8));
        Answer seen = asking.get(item).expect(200);
        assertFalse(seen.body().toString().contains(waiting), "it is good once the mail leaves");
    }

    @Test
    void a_draft_leaves_with_a_link_that_fits_it_also_when_it_was_written_twice() {
        String desk = server.makeAgentEndpoint("desk", "agent_decides", "");
        Client agent = server.agentOf(desk);
        String from = "kim@far.example";
        assertTrue(server.mail(
                        from,
                        "desk@acme.example",
                        RunningServer.content(from, "desk@acme.example", "a question", "q@far.example", ""))
                .startsWith("250"));
        String question = server.await("a question");
        for (String text : List.of("One way.", "Another way.")) {
            agent.post(
                            "/v1/messages/",
                            "{\"reply_to_message_id\": \"" + question + "\", \"text_body\": \"" + text
                                    + "\", \"draft\": true, \"list_unsubscribe\": true}")
                    .expect(202);
        }
        server.admin
                .post("/v1/api/email/messages/" + question + "/reply", "{\"text\": \"A third way.\"}")
                .expect(200);
        assertEquals(200, click(linkIn(arrived("Re: a question"))).statusCode());
        assertEquals(200, suppression(from));
    }

    @Test
    void a_scheduled_mail_has_its_link_from_the_time_at_which_it_leaves() {
        String at = clock.instant().plus(Duration.ofHours(1)).toString();
        Answer sent = server.admin
                .post(
                        "/v1/messages/",
                        mail(
                                "leo@far.example",
                                "later news",
                                ", \"inbox_id\": \"" + inbox + "\", \"send_at\": \"" + at + "\""))
                .expect(202);
        assertEquals("scheduled", sent.text("status"));
        String raw = new String(
                server.admin
                        .get("/v1/messages/" + sent.text("message_id") + "/raw/")
                        .expect(200)
                        .response()
                        .body(),
                StandardCharsets.UTF_8);
        assertEquals(404, click(linkIn(raw)).statusCode());
        clock.turn(Duration.ofHours(2));
        assertEquals(200, click(linkIn(arrived("later news"))).statusCode());
        assertEquals(200, suppression("leo@far.example"));
    }

    @Test
    void in_the_sandbox_it_can_be_tried_out(@TempDir Path other) {
        try (RunningServer sandbox =
                RunningServer.on(other, Map.of(Keys.HTTP_PUBLIC_URL, PUBLIC_URL, Keys.DELIVERY_MODE, "sandbox"))) {
            Answer sent = sandbox.admin
                    .post(
                            "/v1/messages/",
                            mail(
                                    "one@far.example",
                                    "sand",
                                    ", \"inbox_id\": \"" + sandbox.makeEndpoint("letters", "") + "\""))
                    .expect(202);
            String raw = new String(
                    sandbox.admin
                            .get("/v1/messages/" + sent.text("message_id") + "/raw/")
                            .expect(200)
                            .response()
                            .body(),
                    StandardCharsets.UTF_8);
            assertEquals(200, post(sandbox, linkIn(raw), FORM, ONE_CLICK).statusCode());
            sandbox.admin.get("/v1/suppressions/one@far.example/").expect(200);

            int wrong = 0;
            while (wrong < 200
                    && post(sandbox, "/unsubscribe/" + wrong, FORM, ONE_CLICK).statusCode() == 404) {
                wrong++;
            }
            assertNotEquals(200, wrong, "whoever tries links waits");
            assertTrue(wrong >= 100, "after " + wrong);
        }
    }
}
