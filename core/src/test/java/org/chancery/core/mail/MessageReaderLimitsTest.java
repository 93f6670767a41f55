package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MessageReaderLimitsTest {
    private static final int MB = 1 << 20;

    @Test
    void sixty_levels_are_read_to_the_bottom() throws IOException {
        MessageContent content = content(nested(60, "down here\r\n"));
        assertEquals("down here", content.text().strip());
        assertFalse(content.truncated());
    }

    @Test
    void a_thousand_levels_are_cut_off() throws IOException {
        MessageContent content = content(nested(1_000, "down here\r\n") + "\r\nabove");
        assertTrue(content.truncated());
        assertEquals("", content.text());
    }

    @Test
    void ten_thousand_parts_are_read() throws IOException {
        MessageContent content = content(manyParts(10_000));
        assertEquals(10_000, content.attachments().size());
        assertEquals("10000", content.attachments().getLast().id());
        assertFalse(content.truncated());
    }

    @Test
    void a_hundred_thousand_parts_are_cut_off() throws IOException {
        MessageContent content = content(manyParts(100_000));
        assertEquals(MessageReader.MAX_PARTS, content.attachments().size());
        assertTrue(content.truncated());
    }

    @Test
    void long_text_is_cut_off_and_the_rest_still_listed() throws IOException {
        MessageContent content =
                content("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n" + "x".repeat(5 * MB)
                        + "\r\n--b\r\nContent-Type: image/png\r\n\r\n" + "y".repeat(3 * MB) + "\r\n--b--\r\n");
        assertEquals(MessageReader.MAX_TEXT, content.text().length());
        assertTrue(content.truncated());
        assertEquals(3L * MB, content.attachments().getFirst().size());
    }

    @Test
    void many_texts_share_one_limit() throws IOException {
        String part = "--b\r\nContent-Type: text/html\r\n\r\n<p>" + "x".repeat(MB / 2) + "</p>\r\n";
        MessageContent content =
                content("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + part.repeat(10) + "--b--\r\n");
        assertTrue(content.text().length() <= MessageReader.MAX_TEXT);
        assertTrue(content.html() != null && content.html().length() <= MessageReader.MAX_HTML);
        assertTrue(content.truncated());
    }

    @Test
    void a_header_section_without_end_is_cut_off() throws IOException {
        MessageHeader header = header("From: a@example.com\r\n" + "X-A: b\r\n".repeat(MB));
        assertEquals("a@example.com", header.from().getFirst().address());
        assertTrue(header.fields().size() <= MessageReader.MAX_FIELDS);
    }

    @Test
    void a_field_without_end_is_cut_off() throws IOException {
        MessageHeader header =
                header("From: a@example.com\r\nSubject: " + "x".repeat(200_000) + "\r\nTo: b@example.com\r\n\r\n");
        assertEquals(MessageReader.MAX_SUBJECT, header.subject().length());
        assertEquals(1, header.to().size());
    }

    @Test
    void more_addresses_than_allowed_are_left_out() throws IOException {
        assertEquals(
                MessageReader.MAX_ADDRESSES,
                header("To: " + "a@b.example, ".repeat(5_000) + "\r\n\r\n").to().size());
    }

    /**
     * What a hostile mail of 10 MB costs: each takes well under a second here; the bound leaves room for slow
     * machines.
     */
    @Test
    void no_mail_runs_away() {
        Map<String, String> mails = new TreeMap<>();
        String line = "x".repeat(70) + "\r\n";
        mails.put("100 levels", nested(100, line.repeat(10 * MB / line.length())));
        mails.put("deep header", nested(90, "").split("\r\n\r\n--b89-", 2)[0] + "\r\nX-A: b".repeat(3 * MB));
        mails.put("header line", "X-A: " + "b".repeat(10 * MB));
        mails.put("folded", "X-A: " + "b\r\n ".repeat(3 * MB));
        mails.put("no fields", "X: y\r\n" + "garbage line\r\n".repeat(2 * MB));
        mails.put(
                "boundary of dashes",
                "Content-Type: multipart/mixed; boundary=\"" + "-".repeat(69) + "x\"\r\n\r\n" + "-".repeat(10 * MB));
        mails.put("almost boundaries", "Content-Type: multipart/mixed; boundary=x\r\n\r\n" + "\r\n--xy".repeat(2 * MB));
        mails.put("boundary without end", "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x" + " ".repeat(10 * MB));
        for (String type : new String[] {"text/plain", "image/png"}) {
            String start = "Content-Type: " + type + "\r\nContent-Transfer-Encoding: ";
            mails.put("blanks " + type, start + "quoted-printable\r\n\r\n" + " ".repeat(10 * MB) + "x");
            mails.put("equals signs " + type, start + "quoted-printable\r\n\r\n" + "= ".repeat(5 * MB));
            mails.put("no base64 " + type, start + "base64\r\n\r\n" + "!".repeat(10 * MB));
        }
        mails.put("flowed", "Content-Type: text/plain; format=flowed\r\n\r\n" + "> \r\n>> \r\n".repeat(2 * MB));
        mails.put("html", "Content-Type: text/html\r\n\r\n" + "<b><div>".repeat(MB));
        mails.put("nothing but NUL", "\0".repeat(10 * MB));
        mails.put("nothing but CR", "\r".repeat(10 * MB));
        mails.forEach((name, mail) -> {
            byte[] raw = mail.getBytes(StandardCharsets.ISO_8859_1);
            assertTimeoutPreemptively(
                    Duration.ofSeconds(15),
                    () -> {
                        MessageReader.header(new ByteArrayInputStream(raw));
                        MessageReader.content(new ByteArrayInputStream(raw));
                    },
                    name);
        });
    }

    @Test
    void parts_are_found_by_their_ids_and_bounded_when_copied() throws IOException {
        String mail = """
                Content-Type: multipart/mixed; boundary=b

                --b

                text
                --b
                Content-Type: application/pdf; name=a.pdf
                Content-Transfer-Encoding: base64

                SGVsbG8=
                --b--
                """;
        DecodedPart part = MessageReader.attachment(stream(mail), "2").orElseThrow();
        assertEquals("a.pdf", part.filename());
        assertEquals("application/pdf", part.contentType());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertEquals(3, part.writeTo(out, 3));
        assertEquals(2, part.writeTo(out, 100));
        assertEquals("Hello", out.toString(StandardCharsets.UTF_8));
        assertTrue(MessageReader.attachment(stream(mail), "3").isEmpty());
        assertTrue(MessageReader.attachment(stream(mail), "2.1").isEmpty());
    }

    @Test
    void the_only_part_of_a_mail_has_number_one() throws IOException {
        String mail = "Content-Type: application/pdf\r\n\r\n%PDF";
        assertEquals("1", content(mail).attachments().getFirst().id());
        assertTrue(MessageReader.attachment(stream(mail), "1").isPresent());
    }

    @Test
    void line_ends_of_old_macintosh_files_are_read() throws IOException {
        assertEquals("a", header("Subject: a\rFrom: b@example.com\r\rtext\r").subject());
        assertEquals(
                "text",
                content("Subject: a\rFrom: b@example.com\r\rtext\r").text().strip());
    }

    private static String nested(int levels, String bottom) {
        StringBuilder mail = new StringBuilder();
        for (int i = 0; i < levels; i++) {
            mail.append("Content-Type: multipart/mixed; boundary=b")
                    .append(i)
                    .append("-\r\n\r\n--b")
                    .append(i)
                    .append("-\r\n");
        }
        mail.append("\r\n").append(bottom);
        for (int i = levels - 1; i >= 0; i--) {
            mail.append("\r\n--b").append(i).append("---\r\n");
        }
        return mail.toString();
    }

    private static String manyParts(int count) {
        return "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
                + "--b\r\nContent-Type: image/png\r\n\r\nx\r\n".repeat(count) + "--b--\r\n";
    }

    private static InputStream stream(String mail) {
        return new ByteArrayInputStream(mail.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static MessageHeader header(String mail) throws IOException {
        return MessageReader.header(stream(mail));
    }

    private static MessageContent content(String mail) throws IOException {
        return MessageReader.content(stream(mail));
    }
}
