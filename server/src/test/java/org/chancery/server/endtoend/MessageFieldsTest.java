package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;
import org.chancery.server.config.Keys;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.clock.TurningClock;
import org.chancery.testkit.peer.ReceivedMail;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Each field of {@code POST /v1/messages/}, as the server of the recipient sees it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MessageFieldsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_MESSAGE = 1 << 20;
    private static final byte[] PICTURE = {(byte) 0x89, 'P', 'N', 'G', 0, 1, 2, (byte) 0xff, '\r', '\n', '.', '\r', '\n'
    };

    private final TurningClock clock = TurningClock.atStart();
    private RunningServer server;
    private Client sender;
    private String inbox;
    private int seen;

    @BeforeAll
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory, Map.of(Keys.SMTP_MAX_MESSAGE, "1MiB"), clock);
        inbox = server.makeAgentEndpoint("desk", "agent_decides", "");
        sender = server.agentOf(inbox);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private static ObjectNode mail(String... to) {
        ObjectNode mail = JSON.createObjectNode();
        if (to.length > 0) {
            ArrayNode list = mail.putArray("to");
            for (String address : to) {
                list.addObject().put("email", address);
            }
        }
        return mail.put("subject", "A subject").put("text_body", "A text");
    }

    private static ObjectNode file(String name, String type, byte[] content) {
        return JSON.createObjectNode()
                .put("filename", name)
                .put("content_type", type)
                .put("content", Base64.getEncoder().encodeToString(content));
    }

    private Answer post(ObjectNode mail) {
        return sender.post("/v1/messages/", mail.toString());
    }

    /** Sends a mail; what the peer got of it. */
    private ReceivedMail sent(ObjectNode mail) {
        post(mail).expect(202);
        return next();
    }

    private ReceivedMail next() {
        seen++;
        return server.peer.awaitMail(seen, RunningServer.PATIENCE).get(seen - 1);
    }

    private static MessageHeader header(ReceivedMail mail) {
        try {
            return MessageReader.header(new ByteArrayInputStream(mail.content().bytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MessageContent content(ReceivedMail mail) {
        try {
            return MessageReader.content(new ByteArrayInputStream(mail.content().bytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] attachment(ReceivedMail mail, String id) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            MessageReader.attachment(new ByteArrayInputStream(mail.content().bytes()), id)
                    .orElseThrow()
                    .octets()
                    .transferTo(bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void refused(ObjectNode mail, String place) {
        Answer refused = post(mail);
        assertEquals(422, refused.status(), () -> mail.toString());
        assertEquals(place, refused.place());
    }

    @Test
    void to_cc_and_bcc_with_their_names_and_bcc_in_the_envelope_only() {
        ObjectNode mail = mail();
        mail.putArray("to").addObject().put("email", "bob@one.example").put("name", "B\u00f6b, the \"one\"");
        mail.withArray("to").addObject().put("email", "carl@one.example");
        mail.putArray("cc").addObject().put("email", "dan@one.example").put("name", "Dan");
        mail.putArray("bcc").addObject().put("email", "eve@one.example").put("name", "Eve");
        ReceivedMail received = sent(mail);
        MessageHeader header = header(received);

        assertEquals(
                List.of(new Mailbox("B\u00f6b, the \"one\"", "bob@one.example"), new Mailbox(null, "carl@one.example")),
                header.to());
        assertEquals(List.of(new Mailbox("Dan", "dan@one.example")), header.cc());
        assertEquals(
                Set.of("bob@one.example", "carl@one.example", "dan@one.example", "eve@one.example"),
                Set.copyOf(received.recipients()));
        assertFalse(received.content().text().toLowerCase(java.util.Locale.ROOT).contains("eve"));
        assertEquals(List.of(new Mailbox(null, "desk@acme.example")), header.from());

        ReceivedMail alone = sent(mail("solo@one.example"));
        assertEquals(List.of("solo@one.example"), alone.recipients());
        assertEquals(List.of(), header(alone).cc());
        JsonNode shown = server.admin
                .get("/v1/messages/?to=eve@one.example")
                .expect(200)
                .body()
                .path(0);
        assertEquals("eve@one.example", shown.path("bcc").path(0).path("email").asText());
        assertEquals("Eve", shown.path("bcc").path(0).path("name").asText());
    }

    @Test
    void bcc_alone_goes_to_undisclosed_recipients() {
        ObjectNode mail = mail();
        mail.putArray("bcc").addObject().put("email", "eve@one.example");
        ReceivedMail received = sent(mail);
        assertEquals(List.of("eve@one.example"), received.recipients());
        assertTrue(received.content().text().contains("To: undisclosed-recipients:;"));
        refused(mail(), "/to");
    }

    @Test
    void a_subject_of_any_letters() {
        assertEquals(
                "Plain words",
                header(sent(mail("a@one.example").put("subject", "Plain words")))
                        .subject());
        String odd = "Gr\u00fc\u00dfe \u4f60\u597d \ud83d\ude80 " + "very ".repeat(40) + "long";
        ReceivedMail received = sent(mail("a@one.example").put("subject", odd));
        assertEquals(odd, header(received).subject());
        assertTrue(received.content().text().lines().allMatch(line -> line.length() <= 998));
        ObjectNode none = mail("a@one.example");
        none.remove("subject");
        assertEquals("", header(sent(none)).subject());
        refused(mail("a@one.example").put("subject", "x".repeat(999)), "/subject");
    }

    @Test
    void text_html_and_both() {
        MessageContent text = content(sent(mail("a@one.example").put("text_body", "Only t\u00e9xt\n.\nsecond")));
        assertEquals("Only t\u00e9xt\n.\nsecond", text.text().strip());
        assertNull(text.html());

        ObjectNode markup = mail("a@one.example").put("html_body", "<p>Only <b>markup</b></p>");
        markup.remove("text_body");
        ReceivedMail html = sent(markup);
        assertEquals(
                "<p>Only <b>markup</b></p>",
                String.valueOf(content(html).html()).strip());
        assertEquals("Only markup", content(html).text().strip(), "made from the HTML for programs without it");
        assertTrue(html.content().text().contains("multipart/alternative"));

        MessageContent both =
                content(sent(mail("a@one.example").put("text_body", "The text").put("html_body", "<p>The markup</p>")));
        assertEquals("The text", both.text().strip());
        assertEquals("<p>The markup</p>", String.valueOf(both.html()).strip());
        refused(mail("a@one.example").put("text_body", " \n"), "/text_body");
    }

    @Test
    void attachments_arrive_octet_for_octet_with_name_and_type() {
        ObjectNode mail = mail("a@one.example");
        mail.putArray("attachments")
                .add(file("picture \u00fc \"1\".png", "image/png", PICTURE))
                .add(file("empty.txt", "text/plain", new byte[0]));
        ReceivedMail received = sent(mail);
        List<MessageContent.Attachment> files = content(received).attachments();
        assertEquals(2, files.size());
        assertEquals("picture \u00fc \"1\".png", files.get(0).filename());
        assertEquals("image/png", files.get(0).contentType());
        assertArrayEquals(PICTURE, attachment(received, files.get(0).id()));
        assertEquals("empty.txt", files.get(1).filename());
        assertEquals("text/plain", files.get(1).contentType());
        assertArrayEquals(new byte[0], attachment(received, files.get(1).id()));
        assertEquals("A text", content(received).text().strip());
        assertEquals(List.of(), content(sent(mail("a@one.example"))).attachments());

        JsonNode shown = server.admin
                .get("/v1/messages/?q=picture")
                .expect(200)
                .body()
                .path(0)
                .path("attachments");
        assertEquals("picture \u00fc \"1\".png", shown.path(0).path("filename").asText());
        assertEquals(PICTURE.length, shown.path(0).path("size").asInt());
    }

    @Test
    void a_file_is_fetched_by_its_id_by_who_sees_the_mail() {
        ObjectNode mail = mail("a@one.example");
        mail.putArray("attachments")
                .add(file("drawing.svg", "image/svg+xml", "<svg/>".getBytes(StandardCharsets.UTF_8)))
                .add(file("data.bin", "application/octet-stream", PICTURE));
        String message = post(mail).expect(202).text("message_id");
        next();
        JsonNode files =
                sender.get("/v1/messages/" + message + "/").expect(200).body().path("attachments");
        String path = "/v1/messages/" + message + "/attachments/";
        Answer first =
                sender.get(path + files.path(0).path("id").asText() + "/").expect(200);
        assertEquals("<svg/>", new String(first.response().body(), StandardCharsets.UTF_8));
        assertEquals("image/svg+xml", first.header("Content-Type"));
        assertTrue(first.header("Content-Disposition").startsWith("attachment; filename=\"drawing.svg\""));
        Answer second =
                sender.get(path + files.path(1).path("id").asText() + "/").expect(200);
        assertArrayEquals(PICTURE, second.response().body());
        sender.get(path + "99/").expect(404);
        String other = server.makeAgentEndpoint("others", "agent_decides", "");
        server.agentOf(other)
                .get(path + files.path(1).path("id").asText() + "/")
                .expect(404);
        assertEquals(
                403,
                server.new Client(server.makeToken(inbox, "email:send"))
                        .get(path + files.path(1).path("id").asText() + "/")
                        .status());
    }

    @Test
    void attachments_past_a_limit_are_refused_with_the_one_that_is_to_blame() {
        ObjectNode many = mail("a@one.example");
        for (int i = 0; i < 101; i++) {
            many.withArray("attachments").add(file(i + ".txt", "text/plain", new byte[1]));
        }
        refused(many, "/attachments");
        ((ArrayNode) many.path("attachments")).remove(100);
        assertEquals(100, content(sent(many)).attachments().size());

        for (Object[] row : new Object[][] {
            {file("", "text/plain", PICTURE), "/attachments/0/filename"},
            {file("x".repeat(256), "text/plain", PICTURE), "/attachments/0/filename"},
            {file("a\r\nX-Evil: 1", "text/plain", PICTURE), "/attachments/0/filename"},
            {file("../../etc/passwd", "text/plain", PICTURE), "/attachments/0/filename"},
            {file("C:\\boot.ini", "text/plain", PICTURE), "/attachments/0/filename"},
            {file("a.txt", "text", PICTURE), "/attachments/0/content_type"},
            {file("a.txt", "multipart/mixed", PICTURE), "/attachments/0/content_type"},
            {file("a.txt", "text/plain", PICTURE).put("content", "no base64!"), "/attachments/0/content"},
            {file("a.txt", "text/plain", PICTURE).put("path", "/etc/passwd"), "/attachments/0/path"},
        }) {
            ObjectNode mail = mail("a@one.example");
            mail.putArray("attachments").add((ObjectNode) row[0]);
            refused(mail, (String) row[1]);
        }
        assertEquals(
                "x".repeat(255),
                content(sent(withFile("x".repeat(255), 1)))
                        .attachments()
                        .getFirst()
                        .filename());
    }

    private static ObjectNode withFile(String name, int size) {
        ObjectNode mail = mail("a@one.example");
        mail.putArray("attachments").add(file(name, "application/octet-stream", new byte[size]));
        return mail;
    }

    @Test
    void a_mail_is_as_big_as_the_server_takes_in_one_file_or_in_several() {
        int fits = MAX_MESSAGE / 4 * 3 - 40_000;
        assertEquals(
                fits,
                content(sent(withFile("a.bin", fits))).attachments().getFirst().size());
        for (ObjectNode big : List.of(withFile("a.bin", MAX_MESSAGE / 4 * 3 + 1_000), several(), bigText())) {
            Answer refused = post(big);
            assertEquals(413, refused.status());
            assertEquals("too_large", refused.code());
        }
    }

    private static ObjectNode several() {
        ObjectNode mail = mail("a@one.example");
        for (int i = 0; i < 4; i++) {
            mail.withArray("attachments").add(file(i + ".bin", "application/octet-stream", new byte[MAX_MESSAGE / 5]));
        }
        return mail;
    }

    private static ObjectNode bigText() {
        return mail("a@one.example").put("text_body", "\u00fc".repeat(MAX_MESSAGE / 2));
    }

    @Test
    void header_fields_of_the_list_are_set_and_no_others() {
        ObjectNode mail = mail("a@one.example");
        mail.putObject("headers")
                .put("X-Order", "17 \u00fc")
                .put("List-Unsubscribe", "<https://acme.example/u/1>")
                .put("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
                .put("Importance", "high")
                .put("Auto-Submitted", "auto-generated");
        MessageHeader header = header(sent(mail));
        assertEquals(
                "<https://acme.example/u/1>", header.field("List-Unsubscribe").orElse(""));
        assertEquals(
                "List-Unsubscribe=One-Click",
                header.field("List-Unsubscribe-Post").orElse(""));
        assertEquals("high", header.field("Importance").orElse(""));
        assertEquals("auto-generated", header.field("Auto-Submitted").orElse(""));
        assertTrue(header.field("X-Order").orElse("").contains("=?UTF-8?"), "encoded");
        assertTrue(header(sent(mail("a@one.example"))).field("Importance").isEmpty());

        for (String name :
                List.of("From", "Bcc", "Received", "DKIM-Signature", "Content-Type", "X-Chancery-Approval")) {
            ObjectNode other = mail("a@one.example");
            other.putObject("headers").put(name, "x");
            refused(other, "/headers/" + name);
        }
        ObjectNode twice = mail("a@one.example");
        twice.putObject("headers").put("X-Order", "1").put("x-order", "2");
        refused(twice, "/headers/x-order");
    }

    private String question(String subject, String further) {
        String content = RunningServer.content(
                "Ada <ada@customer.example>",
                "desk@acme.example, Dan <dan@customer.example>",
                subject,
                subject.replace(' ', '-') + "@customer.example",
                "Cc: carl@customer.example\r\n" + further);
        assertTrue(server.mail("ada@customer.example", "desk@acme.example", content)
                .startsWith("250"));
        return server.await(subject);
    }

    @Test
    void a_reply_goes_to_whom_a_reply_goes_and_reply_all_to_the_others_too() {
        String asked = question("All or one", "");
        ObjectNode one =
                JSON.createObjectNode().put("reply_to_message_id", asked).put("text_body", "To one");
        ReceivedMail toOne = sent(one.put("reply_all", false));
        assertEquals(List.of("ada@customer.example"), toOne.recipients());
        assertEquals("Re: All or one", header(toOne).subject());
        assertEquals(
                "<All-or-one@customer.example>",
                header(toOne).field("In-Reply-To").orElse(""));
        assertEquals(
                "<All-or-one@customer.example>",
                header(toOne).field("References").orElse(""));

        ReceivedMail toAll = sent(one.put("text_body", "To all").put("reply_all", true));
        assertEquals(
                Set.of("ada@customer.example", "dan@customer.example", "carl@customer.example"),
                Set.copyOf(toAll.recipients()));
        assertEquals(
                List.of(new Mailbox("Ada", "ada@customer.example")),
                header(toAll).to());
        assertEquals(
                List.of(new Mailbox("Dan", "dan@customer.example"), new Mailbox(null, "carl@customer.example")),
                header(toAll).cc());
    }

    @Test
    void a_reply_may_have_recipients_and_a_subject_of_its_own() {
        String asked = question("Somebody else", "Reply-To: office@customer.example\r\n");
        ObjectNode reply =
                JSON.createObjectNode().put("reply_to_message_id", asked).put("text_body", "x");
        assertEquals(List.of("office@customer.example"), sent(reply).recipients());
        reply.put("subject", "Another one").putArray("to").addObject().put("email", "zoe@one.example");
        ReceivedMail other = sent(reply);
        assertEquals(List.of("zoe@one.example"), other.recipients());
        assertEquals("Another one", header(other).subject());
        assertEquals(
                "<Somebody-else@customer.example>",
                header(other).field("In-Reply-To").orElse(""));
        refused(mail("a@one.example").put("reply_to_message_id", "msg_nonsense"), "/reply_to_message_id");
    }

    @Test
    void a_draft_waits_for_a_person_and_what_is_none_leaves() {
        String asked = question("Look first", "");
        ObjectNode reply =
                JSON.createObjectNode().put("reply_to_message_id", asked).put("text_body", "Drafted");
        Answer draft = post(reply.put("draft", true)).expect(202);
        assertEquals("draft", draft.text("status"));
        reply.put("reply_to_message_id", question("Look not", ""));
        Answer sent = post(reply.put("draft", false).put("text_body", "Sent")).expect(202);
        assertEquals("queued", sent.text("status"));
        assertEquals("Sent", content(next()).text().strip());
    }

    @Test
    void a_mail_leaves_at_its_time_and_one_without_at_once() {
        Instant time = clock.instant().plus(Duration.ofHours(2));
        Answer scheduled =
                post(mail("later@one.example").put("send_at", time.toString())).expect(202);
        assertEquals("scheduled", scheduled.text("status"));
        assertEquals(List.of("now@one.example"), sent(mail("now@one.example")).recipients());
        clock.turn(Duration.ofHours(3));
        ReceivedMail late = next();
        assertEquals(List.of("later@one.example"), late.recipients());
    }

    @Test
    void the_inbox_says_whose_mail_it_is() {
        String shop = server.makeEndpoint("shop", "");
        for (String[] row : new String[][] {{inbox, "desk"}, {shop, "shop"}, {"shop@acme.example", "shop"}}) {
            server.admin
                    .post(
                            "/v1/messages/",
                            mail("a@one.example").put("inbox_id", row[0]).toString())
                    .expect(202);
            assertEquals(
                    List.of(new Mailbox(null, row[1] + "@acme.example")),
                    header(next()).from());
        }
        Answer missing = server.admin
                .post("/v1/messages/", mail("a@one.example").toString())
                .expect(422);
        assertEquals("/inbox_id", missing.place());
        refused(mail("a@one.example").put("inbox_id", shop), "/inbox_id");
    }

    @Test
    void what_is_no_field_is_refused() {
        refused(mail("a@one.example").put("subjct", "x"), "/subjct");
        ObjectNode mail = mail("a@one.example");
        mail.putArray("to").addObject().put("email", "no address");
        refused(mail, "/to/0/email");
        ObjectNode crowd = mail();
        for (int i = 0; i < 101; i++) {
            crowd.withArray("cc").addObject().put("email", i + "@one.example");
        }
        refused(crowd, "/cc");
        assertEquals(
                Set.of("a@one.example"), Set.copyOf(sent(mail("a@one.example")).recipients()));
    }

    @Test
    void text_is_kept_whole_with_lines_of_any_length() {
        String text = "a".repeat(5_000) + "\n\nFrom the start\n..\n" + "\u00fc".repeat(2_000);
        ReceivedMail received = sent(mail("a@one.example").put("text_body", text));
        assertEquals(text, content(received).text().strip());
        assertTrue(new String(received.content().bytes(), StandardCharsets.ISO_8859_1)
                .lines()
                .allMatch(line -> line.length() <= 998));
    }
}
