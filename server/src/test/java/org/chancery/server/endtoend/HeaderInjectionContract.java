package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.hold;
import static org.chancery.server.endtoend.Approvals.item;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.chancery.core.mail.HeaderText;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.peer.ReceivedMail;
import org.junit.jupiter.api.Test;

/**
 * Whoever may write a mail tries to write a line of its header that is not theirs to write: in whatever ends up in a field, and in
 * whatever becomes a line end when it is decoded. All is refused and logged; run on each database.
 */
interface HeaderInjectionContract {
    String INJECTED = "Bcc: eve@elsewhere.example";

    /** As JSON writes them. */
    String[] LINE_ENDS = {"\\r\\n", "\\n", "\\r", "\\u0000", "\\u000b", "\\u001b", "\\u0085", "\\u2028"};

    /** What is a line end only to those who decode it. */
    String[] ENCODED = {
        "=?utf-8?q?a=0D=0A?=",
        "=?utf-8?Q?=0a?=",
        "=?us-ascii?q?a=00b?=",
        "=?utf-8?b?" + Base64.getEncoder().encodeToString(("a\r\n" + INJECTED).getBytes(StandardCharsets.UTF_8)) + "?="
    };

    Pattern ENCODED_WORD = Pattern.compile("=\\?[^?\\s]+\\?[BbQq]\\?[^?\\s]*\\?=");

    RunningServer server();

    private Approvals approvals() {
        return new Approvals(server());
    }

    private static String json(String field, String value) {
        String to = "{\"email\": \"client@elsewhere.example\"}";
        String subject = "injected";
        String further = "";
        switch (field) {
            case "/subject" -> subject = value;
            case "/to/0/name" -> to = "{\"email\": \"client@elsewhere.example\", \"name\": \"" + value + "\"}";
            case "/to/0/email" -> to = "{\"email\": \"" + value + "client@elsewhere.example\"}";
            case "/attachments/0/filename" -> further = file(value, "text/plain");
            case "/attachments/0/content_type" -> further = file("a.txt", "text/plain" + value);
            case "/headers/X-Order" -> further = ", \"headers\": {\"X-Order\": \"" + value + "\"}";
            case "/headers" -> further = ", \"headers\": {\"X-Order" + value + "\": \"17\"}";
            case "/cc/0/email" -> further = ", \"cc\": [{\"email\": \"" + value + "b@elsewhere.example\"}]";
            case "/bcc/0/email" -> further = ", \"bcc\": [{\"email\": \"" + value + "b@elsewhere.example\"}]";
            case "/bcc/0/name" ->
                further = ", \"bcc\": [{\"email\": \"b@elsewhere.example\", \"name\": \"" + value + "\"}]";
            case "/cc/0/name" ->
                further = ", \"cc\": [{\"email\": \"b@elsewhere.example\", \"name\": \"" + value + "\"}]";
            default -> throw new IllegalArgumentException(field);
        }
        return "{\"to\": [" + to + "], \"subject\": \"" + subject + "\", \"text_body\": \"Hello.\"" + further + "}";
    }

    private static String file(String name, String type) {
        return ", \"attachments\": [{\"filename\": \"" + name + "\", \"content_type\": \"" + type
                + "\", \"content\": \"YQ==\"}]";
    }

    @Test
    default void nothing_in_a_request_becomes_a_line_of_the_header() {
        Client program = server()
        .new Client(server().makeToken(server().makeEndpoint("i.call", ""), "email:send", "email:read"));
        try (Refusals refusals = new Refusals(server())) {
            for (String field : new String[] {
                "/subject",
                "/to/0/name",
                "/to/0/email",
                "/cc/0/name",
                "/cc/0/email",
                "/bcc/0/name",
                "/bcc/0/email",
                "/attachments/0/filename",
                "/attachments/0/content_type",
                "/headers/X-Order"
            }) {
                for (String end : LINE_ENDS) {
                    refusals.invalid(
                            program,
                            field,
                            () -> program.post("/v1/messages/", json(field, "a" + end + INJECTED)),
                            "POST /v1/messages/");
                }
                for (String encoded : ENCODED) {
                    refusals.invalid(
                            program,
                            field,
                            () -> program.post("/v1/messages/", json(field, encoded)),
                            "POST /v1/messages/");
                }
            }
            for (String name : new String[] {"\\r\\nBcc", ": a\\r\\nBcc", "\\u0000", " ", ":", "\u00e4"}) {
                refusals.invalid(
                        program,
                        "/headers",
                        () -> program.post("/v1/messages/", json("/headers", name)),
                        "POST /v1/messages/");
            }
        }
        assertEquals(List.of(), approvals().arrived("injected"));
    }

    @Test
    default void nothing_in_an_edit_becomes_a_line_of_the_header() {
        Client agent = approvals().restricted(approvals().endpoint("i.edit"), EVERYTHING);
        String approval =
                hold(agent, "client@elsewhere.example", "edited by injection").text("approval_id");
        try (Refusals refusals = new Refusals(server())) {
            for (String end : LINE_ENDS) {
                refusals.invalid(
                        server().admin,
                        "/edits/subject",
                        () -> server().admin
                                .post(
                                        item(approval) + "approve/",
                                        "{\"edits\": {\"subject\": \"a" + end + INJECTED + "\"}}"),
                        "/approve/",
                        approval);
            }
        }
        assertEquals("pending", server().admin.get(item(approval)).text("status"));
        assertEquals(List.of(), approvals().arrived("edited by injection"));
    }

    @Test
    default void nothing_in_a_submitted_mail_becomes_a_line_where_it_is_decoded() {
        String token = server().makeToken(server().makeEndpoint("i.smtp", ""), "email:send");
        String tokenId = Refusals.tokenOf(server().new Client(token));
        String from = "From: i.smtp@acme.example\r\nTo: client@elsewhere.example\r\n";
        String subject = "Subject: injected by mail\r\n";
        String part =
                "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHello.\r\n--b\r\n";
        try (Refusals refusals = new Refusals(server())) {
            int refused = 0;
            for (String mail : new String[] {
                from + "Subject: =?utf-8?q?injected by mail=0D=0ABcc:_eve@elsewhere.example?=\r\n\r\nHello.",
                from + "Subject: injected by mail =?utf-8?b?DQpCY2M6IGE=?=\r\n\r\nHello.",
                from + "Subject: injected by mail\0\r\n\r\nHello.",
                from + "Subject: injected by mail\u0008\r\n\r\nHello.",
                "From: =?utf-8?q?a=0A?= <i.smtp@acme.example>\r\nTo: client@elsewhere.example\r\n" + subject
                        + "\r\nHello.",
                from + subject + "Cc: =?utf-8?q?a=0D?= <b@elsewhere.example>\r\n\r\nHello.",
                from + subject + "X-Order: =?us-ascii?q?=00?=\r\n\r\nHello.",
                from + subject + part
                        + "Content-Disposition: attachment; filename*=utf-8''a%0D%0ABcc:%20eve.txt\r\n\r\na\r\n--b--",
                from + subject + part
                        + "Content-Disposition: attachment; filename*0*=utf-8''a; filename*1*=%0d%0a.txt\r\n\r\na\r\n--b--",
                from + subject + part + "Content-Type: text/plain; name=\"=?utf-8?q?a=0A.txt?=\"\r\n\r\na\r\n--b--",
            }) {
                String reply =
                        approvals().submit(token, "i.smtp@acme.example", List.of("client@elsewhere.example"), mail);
                assertTrue(reply.startsWith("55"), mail + ": " + reply);
                assertEquals(
                        ++refused, refusals.submissions(tokenId, "DATA: 55").size(), "a line each");
            }
        }
        assertEquals(List.of(), approvals().arrived("injected by mail"));
        // Folded, tabbed and encoded as honest mailers do it, it goes.
        String fine = from + "Subject: honest\r\n\t=?utf-8?q?and_=C3=BCs?=\r\n" + part
                + "Content-Disposition: attachment;\r\n filename=\"a very long\r\n name.txt\"\r\n\r\na\r\n--b--";
        assertTrue(approvals()
                .submit(token, "i.smtp@acme.example", List.of("client@elsewhere.example"), fine)
                .startsWith("250"));
    }

    @Test
    default void nothing_of_an_answered_mail_becomes_a_line_of_the_answers_header() {
        Client program = server().agentOf(server().makeAgentEndpoint("i.reply", "agent_decides", ""));
        String hidden = "=0D=0ABcc:_eve@elsewhere.example=0D=0AX-Evil:_yes?=";
        String mail = "From: =?utf-8?q?Ada" + hidden + " <ada@elsewhere.example>\r\n"
                + "Reply-To: =?utf-8?q?Desk" + hidden + " <desk@elsewhere.example>\r\n"
                + "To: i.reply@acme.example, =?utf-8?q?Bob" + hidden + " <bob@elsewhere.example>\r\n"
                + "Cc: =?utf-8?b?"
                + Base64.getEncoder()
                        .encodeToString(("Cleo\r\n" + INJECTED + "\r\nX-Evil: yes").getBytes(StandardCharsets.UTF_8))
                + "?= <cleo@elsewhere.example>\r\n"
                + "Subject: =?utf-8?q?injected_by_the_answered" + hidden + "\r\n"
                + "Message-ID: <i.reply=?utf-8?q?=0D=0AX-Evil:_yes?=@elsewhere.example>\r\n"
                + "References: <first@elsewhere.example>\r\n\tX-Evil: yes\r\n"
                + "Date: Sun, 1 Mar 2026 10:00:00 +0000\r\n\r\nWell?\r\n";
        assertTrue(server().mail("ada@elsewhere.example", "i.reply@acme.example", mail)
                .startsWith("250"));
        String answered = Approvals.each(program.until(
                                "/v1/messages/?direction=inbound",
                                list -> !list.body().isEmpty())
                        .body())
                .findFirst()
                .orElseThrow()
                .path("message_id")
                .asText();
        program.post(
                        "/v1/messages/",
                        "{\"reply_to_message_id\": \"" + answered
                                + "\", \"reply_all\": true, \"text_body\": \"An answer to what was injected.\"}")
                .expect(202);
        List<ReceivedMail> left = approvals().awaitArrivalOf("An answer to what was injected.");
        String content = left.getFirst().content().text();
        String header = content.substring(0, content.indexOf("\r\n\r\n"));
        for (String line : header.split("\r\n|\r|\n")) {
            assertFalse(line.toLowerCase(Locale.ROOT).matches("(x-evil|bcc)\\s*:.*"), header);
        }
        assertFalse(header.replace("\r\n", "").chars().anyMatch(c -> c < ' ' && c != '\t'), header);
        for (String encoded :
                ENCODED_WORD.matcher(header).results().map(word -> word.group()).toList()) {
            assertFalse(HeaderText.hidesControls(encoded), header);
        }
        assertEquals(
                Set.of("desk@elsewhere.example", "bob@elsewhere.example", "cleo@elsewhere.example"),
                left.stream().flatMap(one -> one.recipients().stream()).collect(Collectors.toSet()));
    }
}
