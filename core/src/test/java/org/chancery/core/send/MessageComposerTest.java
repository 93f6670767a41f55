package org.chancery.core.send;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.MailClassifier;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.MessageContent;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.mail.MessageReader;
import org.chancery.core.mail.ReversePath;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageComposerTest {

    @Test
    void a_plain_mail_is_written_as_rfc_5322_says() {
        assertEquals(
                """
                Date: Tue, 5 Mar 2024 08:15:30 +0000
                From: Support <support@example.com>
                To: Jane Doe <jane@example.org>
                Subject: Re: Offer
                Message-ID: <m1@example.com>
                In-Reply-To: <q2@example.org>
                References: <q1@example.org> <q2@example.org>
                X-Case: 42
                Auto-Submitted: auto-replied
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 7bit

                Hello Jane,

                here it is.
                """.replace("\n", "\r\n"),
                wire(new Draft()
                        .thread("q2@example.org", List.of("q1@example.org"))
                        .automatic()
                        .header("X-Case", "42")
                        .text("Hello Jane,\n\nhere it is.")
                        .mail()));
    }

    @Test
    void html_and_files_are_nested_as_programs_expect() {
        assertEquals(
                """
                Date: Tue, 5 Mar 2024 08:15:30 +0000
                From: Support <support@example.com>
                To: Jane Doe <jane@example.org>
                Subject: =?UTF-8?Q?Many_Gr=C3=BC=C3=9Fe_to_all_of_you?=
                Message-ID: <m1@example.com>
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary="=_c8e7f1a1"

                --=_c8e7f1a1
                Content-Type: multipart/alternative; boundary="=_a3b4c5d6"

                --=_a3b4c5d6
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                Many Gr=C3=BC=C3=9Fe to all.

                --=_a3b4c5d6
                Content-Type: text/html; charset=utf-8
                Content-Transfer-Encoding: quoted-printable

                <p>Gr=C3=BC=C3=9Fe</p>

                --=_a3b4c5d6--

                --=_c8e7f1a1
                Content-Type: text/csv
                Content-Disposition: attachment; filename="a b.csv"
                Content-Transfer-Encoding: base64

                MSwyCg==

                --=_c8e7f1a1
                Content-Type: application/pdf
                Content-Disposition: attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf
                Content-Transfer-Encoding: base64

                JVBERg==

                --=_c8e7f1a1--
                """.replace("\n", "\r\n"),
                withoutDigests(wire(new Draft()
                        .subject("Many Grüße to all of you")
                        .text("Many Grüße to all.")
                        .html("<p>Grüße</p>")
                        .file("a b.csv", "text/csv", "1,2\n")
                        .file("Größe.pdf", "application/pdf", "%PDF")
                        .mail())));
    }

    // The boundaries are digests; in the text above they stand shortened, in the order of their coming.
    private static String withoutDigests(String wire) {
        List<String> names = new ArrayList<>(List.of("=_c8e7f1a1", "=_a3b4c5d6"));
        String result = wire;
        var matcher = Pattern.compile("boundary=\"(=_[0-9a-f]{24})\"").matcher(wire);
        while (matcher.find()) {
            result = result.replace(matcher.group(1), names.removeFirst());
        }
        return result;
    }

    @Test
    void the_same_mail_gives_the_same_bytes() {
        Draft draft = new Draft().html("<p>x</p>").file("a", "text/plain", "x");
        assertArrayEquals(MessageComposer.compose(draft.mail()), MessageComposer.compose(draft.mail()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a\rb", "a\nb", "a\r\nBcc: victim@example.com", "a\0", "a\tb", "a\u0085b", "a\u2028b", "a\u007f"
            })
    void control_characters_are_refused_wherever_they_could_end_a_line(String text) {
        refused("/subject", new Draft().subject(text));
        refused("/from/name", new Draft().from(text, "support@example.com"));
        refused("/from/email", new Draft().from(null, text + "@example.com"));
        refused("/to/0/name", new Draft().to(text, "jane@example.org"));
        refused("/to/0/email", new Draft().to(null, "jane@example.org" + text));
        refused("/cc/0/email", new Draft().cc(null, "<" + text + ">"));
        refused("/headers/X-A", new Draft().header("X-A", text));
        refused("/attachments/0/filename", new Draft().file(text, "text/plain", "x"));
        refused("/attachments/0/content_type", new Draft().file("a", "text/" + text, "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "X A",
                "X:A",
                "Bcc",
                "from",
                "Content-Type",
                "RECEIVED",
                "X-\u00e4",
                "Resent-To",
                "DKIM-Signature",
                "X\r\nY"
            })
    void header_fields_that_are_ours_or_none_are_refused(String name) {
        refused("/headers/" + name, new Draft().header(name, "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "text/",
                "/plain",
                "text/plain/x",
                "multipart/mixed",
                "text/pl ain",
                "text/plain; name=x"
            })
    void content_types_that_no_file_has_are_refused(String type) {
        refused("/attachments/0/content_type", new Draft().file("a", type, "x"));
    }

    @Test
    void ids_of_strangers_that_cannot_be_written_are_left_out() {
        String wire = wire(new Draft()
                .thread("a\u0007b@example.org", List.of("q1@example.org", "ü@example.org", "x".repeat(950)))
                .mail());
        assertTrue(wire.contains("References: <q1@example.org>\r\n"), wire);
        assertFalse(wire.contains("In-Reply-To"), wire);
    }

    @Test
    void long_threads_keep_their_first_and_latest_references() throws IOException {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            ids.add("id" + i + "@example.org");
        }
        MessageHeader header =
                header(new Draft().thread("parent@example.org", ids).mail());
        assertEquals(20, header.references().size());
        assertEquals("id0@example.org", header.references().getFirst().value());
        assertEquals("parent@example.org", header.references().getLast().value());
    }

    @Test
    void a_programs_answer_cannot_pass_for_a_persons() throws IOException {
        MessageHeader header =
                header(new Draft().automatic().header("Auto-Submitted", "no").mail());
        assertEquals(1, header.count("Auto-Submitted"));
        assertEquals("auto-replied", header.field("Auto-Submitted").orElseThrow());
        assertEquals(
                Classification.AUTO_REPLY,
                MailClassifier.classify(header, ReversePath.of(EmailAddress.of("a@example.com"))));
        MessageHeader other = header(new Draft()
                .automatic()
                .header("auto-submitted", "auto-generated")
                .mail());
        assertEquals("auto-generated", other.field("Auto-Submitted").orElseThrow());
        assertEquals(1, other.count("Auto-Submitted"));
        assertEquals(0, header(new Draft().mail()).count("Auto-Submitted"));
    }

    @Test
    void hidden_recipients_alone_leave_no_empty_field() {
        assertTrue(wire(new Draft().nobody().mail()).contains("To: undisclosed-recipients:;\r\n"));
    }

    @Test
    void only_an_address_beyond_ascii_makes_the_header_utf_8() throws IOException {
        Draft draft = new Draft().to("Jürgen", "jürgen@bücher.example");
        String wire = wire(draft.mail());
        assertTrue(wire.contains("<jürgen@xn--bcher-kva.example>"), wire);
        assertTrue(wire.contains("=?UTF-8?Q?J=C3=BCrgen?="), wire);
        assertEquals(
                "jürgen@xn--bcher-kva.example",
                header(draft.mail()).to().getFirst().address());
        isSevenBit(MessageComposer.compose(
                new Draft().to("Jürgen", "j@bücher.example").mail()));
    }

    @ParameterizedTest
    @CsvSource({
        "7bit, short line",
        "quoted-printable, .dot",
        "quoted-printable, From here",
        "quoted-printable, 'blank '",
        "quoted-printable, --=_x",
        "quoted-printable, Grüße an alle",
        "base64, Привет"
    })
    void text_is_encoded_so_that_nothing_changes_it(String encoding, String line) throws IOException {
        OutgoingMail mail = new Draft().text(line + "\n.\nx").mail();
        String wire = wire(line.equals("short line") ? new Draft().text(line).mail() : mail);
        assertTrue(wire.contains("Content-Transfer-Encoding: " + encoding + "\r\n"), wire);
        assertEquals(line + "\n.\nx", content(mail).text().stripTrailing());
    }

    @Test
    void html_alone_brings_its_text_along() throws IOException {
        MessageContent content =
                content(new Draft().text(" ").html("<p>Hello <b>Jane</b></p>").mail());
        assertEquals("Hello Jane", content.text().strip());
        assertEquals(
                "<p>Hello <b>Jane</b></p>",
                content.html() == null ? null : content.html().strip());
    }

    @Test
    void a_forwarded_mail_stays_one_if_it_can() throws IOException {
        MessageContent kept = content(new Draft()
                .file("m.eml", "message/rfc822", "Subject: x\r\n\r\ny\r\n")
                .mail());
        assertEquals("message/rfc822", kept.attachments().getFirst().contentType());
        MessageContent other = content(
                new Draft().file("m.eml", "message/rfc822", "Subject: x\n\nü\n").mail());
        assertEquals("application/octet-stream", other.attachments().getFirst().contentType());
    }

    @Test
    void a_part_that_has_our_boundary_in_it_gets_another_one() throws IOException {
        String wire = wire(new Draft().file("a", "text/plain", "x").mail());
        String boundary = wire.replaceAll("(?s).*boundary=\"([^\"]+)\".*", "$1");
        String inner = "Subject: x\r\n\r\n--" + boundary + "\r\n\r\n--" + boundary + "--\r\n";
        MessageContent content =
                content(new Draft().file("m.eml", "message/rfc822", inner).mail());
        assertEquals(1, content.attachments().size());
        assertEquals(inner.length(), content.attachments().getFirst().size());
    }

    /** Compose and read again with random characters of all planes. */
    @Test
    void what_was_composed_reads_the_same() throws IOException {
        Random random = new Random(20240305);
        for (int round = 0; round < 800; round++) {
            String subject = words(random, 120);
            String name = words(random, 60);
            String file = words(random, 80).replaceAll("[/\\\\]", "_");
            String text = lines(random);
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            OutgoingMail mail = new Draft()
                    .subject(subject)
                    .to(name, "jane@example.org")
                    .cc(name, "joe@example.org")
                    .header("X-Note", subject)
                    .text(text)
                    .html(random.nextBoolean() ? "<p>" + text + "</p>" : null)
                    .file(file, "application/octet-stream", bytes)
                    .mail();
            byte[] wire = MessageComposer.compose(mail);
            isSevenBit(wire);

            MessageHeader header = MessageReader.header(new ByteArrayInputStream(wire));
            assertEquals(subject.strip(), header.subject());
            assertEquals(
                    name.isBlank() ? null : name.strip(), header.to().getFirst().name());
            assertEquals(
                    name.isBlank() ? null : name.strip(), header.cc().getFirst().name());
            assertEquals(mail.date(), header.date());
            MessageContent content = MessageReader.content(new ByteArrayInputStream(wire));
            assertEquals(text.stripTrailing(), content.text().stripTrailing());
            assertEquals(1, content.attachments().size());
            String read = content.attachments().getFirst().filename();
            assertEquals(file.isBlank() || file.strip().matches("\\.{1,2}") ? null : file.strip(), read);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            MessageReader.attachment(
                            new ByteArrayInputStream(wire),
                            content.attachments().getFirst().id())
                    .orElseThrow()
                    .writeTo(out, 1_000);
            assertArrayEquals(bytes, out.toByteArray());
        }
    }

    private static String words(Random random, int length) {
        StringBuilder words = new StringBuilder();
        for (int i = random.nextInt(length); i > 0; i--) {
            int c = switch (random.nextInt(6)) {
                case 0 -> ' ';
                case 1, 2 -> 'a' + random.nextInt(26);
                case 3 -> "=?_\"\\(),;:<>@.[]%'*".codePointAt(random.nextInt(19));
                case 4 -> 0xc0 + random.nextInt(0x500);
                default -> 0x1f300 + random.nextInt(0x300);
            };
            words.appendCodePoint(c);
        }
        return words.toString().replaceAll("\\s+$", "");
    }

    private static String lines(Random random) {
        StringBuilder lines = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            lines.append(random.nextInt(5) == 0 ? "From " : "")
                    .append(words(random, random.nextInt(5) == 0 ? 900 : 80))
                    .append('\n');
        }
        return lines.toString();
    }

    /** ASCII, CRLF and nothing else, no line over 998 characters (RFC 5322 §2.1.1). */
    private static void isSevenBit(byte[] wire) {
        String text = new String(wire, StandardCharsets.ISO_8859_1);
        assertTrue(text.endsWith("\r\n"));
        for (String line : text.split("\r\n", -1)) {
            assertTrue(line.length() <= 998, line);
            assertTrue(line.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || c == '\t'), line);
        }
        String header = text.substring(0, text.indexOf("\r\n\r\n"));
        assertTrue(header.lines().allMatch(line -> line.length() <= 78 && !line.isBlank()), header);
    }

    private static void refused(String pointer, Draft draft) {
        CallerFault fault = assertThrows(CallerFault.class, () -> MessageComposer.compose(draft.mail()));
        assertEquals(CallerFault.Kind.INVALID, fault.kind());
        assertEquals(pointer, fault.pointer());
    }

    private static String wire(OutgoingMail mail) {
        return new String(MessageComposer.compose(mail), StandardCharsets.UTF_8);
    }

    private static MessageHeader header(OutgoingMail mail) throws IOException {
        return MessageReader.header(new ByteArrayInputStream(MessageComposer.compose(mail)));
    }

    private static MessageContent content(OutgoingMail mail) throws IOException {
        return MessageReader.content(new ByteArrayInputStream(MessageComposer.compose(mail)));
    }

    /** A mail with everything in it that a test says nothing about. */
    private static final class Draft {
        private Mailbox from = new Mailbox("Support", "support@example.com");
        private List<Mailbox> to = List.of(new Mailbox("Jane Doe", "jane@example.org"));
        private List<Mailbox> cc = List.of();
        private List<Mailbox> replyTo = List.of();
        private String subject = "Re: Offer";
        private String text = "Hello.";
        private @Nullable String html;
        private @Nullable InternetMessageId inReplyTo;
        private List<InternetMessageId> references = List.of();
        private boolean automatic;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private final List<OutgoingMail.Attachment> files = new ArrayList<>();

        Draft from(@Nullable String name, String address) {
            from = new Mailbox(name, address);
            return this;
        }

        Draft to(@Nullable String name, String address) {
            to = List.of(new Mailbox(name, address));
            return this;
        }

        Draft cc(@Nullable String name, String address) {
            cc = List.of(new Mailbox(name, address));
            return this;
        }

        Draft replyTo(@Nullable String name, String address) {
            replyTo = List.of(new Mailbox(name, address));
            return this;
        }

        Draft nobody() {
            to = List.of();
            return this;
        }

        Draft subject(String subject) {
            this.subject = subject;
            return this;
        }

        Draft text(String text) {
            this.text = text;
            return this;
        }

        Draft html(@Nullable String html) {
            this.html = html;
            return this;
        }

        Draft thread(String parent, List<String> references) {
            this.inReplyTo = new InternetMessageId(parent);
            this.references = references.stream().map(InternetMessageId::new).toList();
            return this;
        }

        Draft automatic() {
            automatic = true;
            return this;
        }

        Draft header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        Draft file(String name, String type, String content) {
            return file(name, type, content.getBytes(StandardCharsets.UTF_8));
        }

        Draft file(String name, String type, byte[] content) {
            files.add(new OutgoingMail.Attachment(name, type, content));
            return this;
        }

        OutgoingMail mail() {
            return new OutgoingMail(
                    from,
                    replyTo,
                    to,
                    cc,
                    subject,
                    text,
                    html,
                    new InternetMessageId("m1@example.com"),
                    inReplyTo,
                    references,
                    Instant.parse("2024-03-05T08:15:30Z"),
                    automatic,
                    headers,
                    files);
        }
    }

    @Test
    void answers_go_where_the_mail_says() throws IOException {
        OutgoingMail mail = new Draft().replyTo("Zoë", "zoe@example.net").mail();
        assertEquals(
                List.of(new Mailbox("Zoë", "zoe@example.net")), header(mail).replyTo());
        assertTrue(header(new Draft().mail()).replyTo().isEmpty());
    }

    @Test
    void a_mail_without_name_and_file_has_neither() throws IOException {
        OutgoingMail mail = new Draft().to(null, "jane@example.org").mail();
        assertNull(header(mail).to().getFirst().name());
        assertTrue(content(mail).attachments().isEmpty());
    }
}
