package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.each;
import static org.chancery.server.endtoend.Approvals.item;
import static org.chancery.server.endtoend.Approvals.lines;
import static org.chancery.server.endtoend.Approvals.mail;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.junit.jupiter.api.Test;

/** A reviewer sees all that a recipient may see, and what nobody can be shown is not held but refused; run on each database. */
interface ReviewedContentContract {
    String FILES = "[{\"action\": \"email:send\", \"when\": {\"has_attachments\": true}}]";

    /** A part with a program in it. */
    String PROGRAM = lines("Content-Type: application/x-msdownload; name=run.exe", "", "MZ");

    RunningServer server();

    private Approvals approvals() {
        return new Approvals(server());
    }

    private Client admin() {
        return server().admin;
    }

    /** The last reply to a mail of that endpoint, whose fields and body these are. */
    private String submit(String secret, String localPart, String... content) {
        String from = localPart + "@acme.example";
        return approvals()
                .submit(
                        secret,
                        from,
                        List.of("client@elsewhere.example"),
                        lines("From: " + from, "To: client@elsewhere.example") + "\r\n" + lines(content));
    }

    private JsonNode held(String reply) {
        Matcher held = SubmittedHoldContract.HELD.matcher(reply);
        assertTrue(held.matches(), reply);
        return admin().get(item(held.group(1))).expect(200).body();
    }

    private static List<String> cautions(JsonNode approval) {
        return each(approval.path("cautions"))
                .map(caution -> caution.path("code").asText())
                .toList();
    }

    @Test
    default void files_are_found_and_shown_wherever_they_are() {
        String secret = approvals().secret(approvals().endpoint("c.files"), FILES);
        assertTrue(submit(secret, "c.files", "Subject: none", "", "Hello").startsWith("250 2.0.0 queued"));
        JsonNode report = held(submit(
                secret,
                "c.files",
                "Subject: a report",
                "Content-Type: multipart/report; boundary=b",
                "",
                "--b",
                "",
                "Hello",
                "--b",
                "Content-Type: message/rfc822",
                "Content-Disposition: attachment; filename=contract.eml",
                "",
                PROGRAM,
                "--b--"));
        JsonNode file = report.path("payload").path("attachments").path(0);
        assertEquals("contract.eml", file.path("filename").asText());
        assertEquals("message/rfc822", file.path("content_type").asText());
        assertTrue(file.path("size").asInt() > 0);
        String download = "/v1/api/email/messages/" + report.path("message_id").asText() + "/attachments/"
                + file.path("id").asText() + "/download";
        assertTrue(new String(admin().get(download).expect(200).response().body(), StandardCharsets.UTF_8)
                .contains("run.exe"));
        JsonNode signed = held(submit(
                secret,
                "c.files",
                "Subject: signed",
                "Content-Type: multipart/signed; boundary=b",
                "",
                "--b",
                "",
                "Hello",
                "--b",
                "Content-Type: application/pkcs7-signature",
                "",
                "MZ",
                "--b--"));
        assertEquals(
                "application/pkcs7-signature",
                signed.path("payload")
                        .path("attachments")
                        .path(0)
                        .path("content_type")
                        .asText());
        assertFalse(signed.path("payload").path("truncated").asBoolean());
    }

    @Test
    default void a_reviewer_opens_each_file_that_the_approval_shows_whoever_else_sees_the_mail() {
        Client agent = approvals().restricted(approvals().endpoint("c.opened"), EVERYTHING);
        Answer sent = agent.post("/v1/messages/", """
                        {"to": [{"email": "client@elsewhere.example"}], "subject": "two files", "text_body": "See both.",
                         "attachments": [
                          {"filename": "drawing.svg", "content_type": "image/svg+xml", "content": "PHN2Zy8+"},
                          {"filename": "preis grün.bin", "content_type": "application/octet-stream", "content": "AP8NCg=="}]}""").expect(202);
        String approval = sent.text("approval_id");
        Client reviewer = approvals().reviewer("c.reviewer");
        String first = file(reviewer, approval, 0);
        String second = file(reviewer, approval, 1);
        Answer drawing = reviewer.get(first).expect(200);
        assertEquals("<svg/>", new String(drawing.response().body(), StandardCharsets.UTF_8));
        assertEquals("image/svg+xml", drawing.header("Content-Type"));
        assertEquals("attachment; filename=\"drawing.svg\"", drawing.header("Content-Disposition"));
        assertEquals("sandbox; default-src 'none'; frame-ancestors 'none'", drawing.header("Content-Security-Policy"));
        assertEquals("same-origin", drawing.header("Cross-Origin-Resource-Policy"));
        assertEquals("nosniff", drawing.header("X-Content-Type-Options"));
        assertEquals("no-store", drawing.header("Cache-Control"));
        Answer octets = reviewer.get(second).expect(200);
        assertArrayEquals(
                new byte[] {0, (byte) 0xff, '\r', '\n'}, octets.response().body());
        assertEquals(
                "attachment; filename=\"preis gr_n.bin\"; filename*=UTF-8''preis%20gr%C3%BCn.bin",
                octets.header("Content-Disposition"));

        // Whoever sees the approval, and nobody else; and nothing that it does not show as a file.
        agent.get(first).expect(200);
        Client other = approvals().restricted(approvals().endpoint("c.others"), EVERYTHING);
        for (Client by : List.of(other, server().makeWorkspace("c-other.example"))) {
            assertEquals("not_found", by.get(first).expect(404).code());
        }
        Client reader = server().makeMember("acme.example", "c.reader@acme.example", "email:read,conversations:read");
        assertEquals("missing_scope", reader.get(first).expect(403).code());
        server().stranger().get(first).expect(401);
        for (String none : List.of("99", "1", "x")) {
            assertEquals(
                    "not_found",
                    reviewer.get(item(approval) + "attachments/" + none + "/")
                            .expect(404)
                            .code());
        }

        // What was edited shows its own, and what is decided stays open to look at.
        reviewer.post(item(approval) + "approve/", "{\"edits\": {\"text_body\": \"See them both.\"}}")
                .expect(200);
        assertArrayEquals(
                octets.response().body(),
                reviewer.get(file(reviewer, approval, 1)).expect(200).response().body());
    }

    /** Where that file of an approval is. */
    private static String file(Client by, String approval, int index) {
        return item(approval) + "attachments/"
                + by.get(item(approval))
                        .expect(200)
                        .body()
                        .at("/payload/attachments/" + index + "/id")
                        .asText()
                + "/";
    }

    @Test
    default void what_a_reviewer_cannot_be_shown_in_full_is_refused() {
        String secret = approvals().secret(approvals().endpoint("c.odd"), FILES);
        String longBoundary = "b".repeat(129);
        Map<String, String> mails = Map.of(
                "a boundary that nothing finds",
                lines(
                        "Content-Type: multipart/mixed; boundary=" + longBoundary,
                        "",
                        "--" + longBoundary,
                        PROGRAM,
                        "--" + longBoundary + "--"),
                "a part with two types",
                lines(
                        "Content-Type: multipart/mixed; boundary=b",
                        "",
                        "--b",
                        "Content-Type: text/plain",
                        PROGRAM,
                        "--b--"),
                "a part whose header section goes on and on",
                lines(
                        "Content-Type: multipart/mixed; boundary=b",
                        "",
                        "--b",
                        "X-Filler: x\r\n".repeat(25_000),
                        "",
                        "--b",
                        PROGRAM,
                        "--b--"));
        mails.forEach((what, content) -> {
            String reply = submit(secret, "c.odd", "Subject: odd", content);
            assertTrue(reply.startsWith("554 5.6.0") || reply.startsWith("550 5.6.0"), what + ": " + reply);
        });
        Client agent = approvals().restricted(approvals().endpoint("c.long"), EVERYTHING);
        String text = "x".repeat(1 << 20);
        Answer refused = agent.post(
                        "/v1/messages/",
                        mail("client@elsewhere.example", "odd")
                                .replace("Here is the proposed next step.", text + " and pay now"))
                .expect(422);
        assertEquals("not_reviewable", refused.code());
        assertEquals(List.of(), approvals().arrived("odd"));
    }

    @Test
    default void fields_that_may_be_there_once_are_not_there_twice() {
        String secret = approvals().secret(approvals().endpoint("c.twice"), EVERYTHING);
        for (String field :
                List.of("Subject", "Reply-To", "Date", "Message-ID", "MIME-Version", "Content-Type", "Cc")) {
            String reply = submit(
                    secret, "c.twice", field + ": <one@acme.example>", field + ": <two@acme.example>", "", "Hello");
            assertTrue(reply.contains("5.6.0 The field " + field + " is there twice."), reply);
        }
        assertTrue(submit(secret, "c.twice", "Subject: one", "no field", "", "Hello")
                .contains("5.6.0 Line 4"));
        String filler = "X-Filler: x\r\n".repeat(1_001);
        assertTrue(submit(secret, "c.twice", filler + "Content-Type: multipart/mixed; boundary=b", "", "--b", PROGRAM)
                .contains("5.6.0"));
        Client agent = approvals().restricted(approvals().endpoint("c.twice.api"), EVERYTHING);
        String twice = mail("client@elsewhere.example", "twice")
                .replace("}]", "}], \"headers\": {\"X-Note\": \"a\", \"x-note\": \"b\"}");
        assertEquals(
                "/headers/x-note",
                agent.post("/v1/messages/", twice).expect(422).place());
    }

    @Test
    default void where_answers_go_and_every_other_field_is_shown() {
        String secret = approvals().secret(approvals().endpoint("c.reply"), EVERYTHING);
        JsonNode approval = held(submit(
                secret,
                "c.reply",
                "Cc: boss@elsewhere.example",
                "Reply-To: Sales <thief@evil.example>",
                "Disposition-Notification-To: spy@evil.example",
                "X-Note: =?utf-8?Q?gr=C3=BCn?=",
                "Subject: please sign",
                "",
                "Please send me the signed contract."));
        JsonNode payload = approval.path("payload");
        assertEquals(
                "thief@evil.example",
                payload.path("reply_to").path(0).path("email").asText());
        assertEquals(
                List.of("Disposition-Notification-To: spy@evil.example", "X-Note: grün"),
                each(payload.path("headers"))
                        .map(field -> field.path("name").asText() + ": "
                                + field.path("value").asText())
                        .toList());
        assertTrue(payload.path("to").path(0).path("receives").asBoolean());
        assertFalse(payload.path("cc").path(0).path("receives").asBoolean());
        assertEquals(List.of("answers_elsewhere", "asks_elsewhere", "named_only"), cautions(approval));

        Client agent = approvals().restricted(approvals().endpoint("c.fields"), EVERYTHING);
        Answer sent = agent.post(
                        "/v1/messages/",
                        mail("client@elsewhere.example", "with a button")
                                .replace("}]", "}], \"headers\": {\"List-Unsubscribe\": \"<https://evil.example/>\"}"))
                .expect(202);
        JsonNode shown = admin().get(item(sent.text("approval_id"))).expect(200).body();
        assertEquals(
                "<https://evil.example/>",
                shown.path("payload").path("headers").path(0).path("value").asText());
        assertEquals(List.of(), cautions(shown));
        assertEquals(0, shown.path("payload").path("reply_to").size());
    }

    @Test
    default void html_that_says_something_else_is_told() {
        Client agent = approvals().restricted(approvals().endpoint("c.html"), EVERYTHING);
        String two = mail("client@elsewhere.example", "two texts")
                .replace("}]", "}], \"html_body\": \"<p>Please pay to another account.</p>\"");
        Answer sent = agent.post("/v1/messages/", two).expect(202);
        assertEquals(
                List.of("html_differs"),
                cautions(admin().get(item(sent.text("approval_id"))).expect(200).body()));
    }

    @Test
    default void an_odd_mail_is_not_edited_but_can_be_approved() {
        String secret = approvals().secret(approvals().endpoint("c.edit"), EVERYTHING);
        JsonNode odd = held(submit(
                secret,
                "c.edit",
                "Message-ID: <" + "x".repeat(910) + "@acme.example>",
                "Subject: odd id",
                "",
                "Hello"));
        String approval = odd.path("approval_id").asText();
        assertEquals(
                "not_editable",
                admin().post(item(approval) + "approve/", "{\"edits\": {\"subject\": \"another\"}}")
                        .expect(409)
                        .code());
        approve(admin(), approval).expect(200);
        approvals().awaitArrival("odd id");
    }

    @Test
    default void an_edit_keeps_every_file_and_is_no_automatic_mail_any_more() {
        Client agent = approvals().restricted(approvals().endpoint("c.auto"), EVERYTHING);
        String question = server().receive("c.auto@acme.example", "a question to be edited");
        Answer sent = agent.post(
                        "/v1/messages/",
                        "{\"reply_to_message_id\": \"" + question + "\", \"text_body\": \"Tomorrow.\", \"attachments\":"
                                + " [{\"filename\": \"a.eml\", \"content_type\": \"message/rfc822\", \"content\":"
                                + " \"RnJvbTogYUB4LmV4YW1wbGUNCg0KSGVsbG8NCg==\"}]}")
                .expect(202);
        JsonNode fields = admin().get(item(sent.text("approval_id")))
                .expect(200)
                .body()
                .path("payload")
                .path("headers");
        assertTrue(
                each(fields).anyMatch(field -> field.path("name").asText().equals("Auto-Submitted")),
                fields.toString());
        admin().post(item(sent.text("approval_id")) + "approve/", "{\"edits\": {\"text_body\": \"Today.\"}}")
                .expect(200);
        String arrived = approvals()
                .awaitArrival("Re: a question to be edited")
                .getFirst()
                .content()
                .text();
        assertTrue(arrived.contains("Today.") && arrived.contains("a.eml"), arrived);
        assertFalse(arrived.contains("Auto-Submitted"), arrived);
    }
}
