package org.chancery.core.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.chancery.core.mail.Arrival;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.MessageReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubmittedMailTest {
    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final InternetMessageId ID = new InternetMessageId("made@acme.example");

    @Test
    void a_complete_mail_stays_byte_for_byte() throws IOException {
        String mail =
                "Date: Sun, 1 Mar 2026 09:00:00 +0000\r\nMessage-ID: <own@x.example>\r\nFrom: a@x.example\r\n\r\nBcc: no\r\n";
        assertEquals(mail, completed(mail));
    }

    @Test
    void message_id_and_date_are_added_where_they_are_missing() throws IOException {
        assertEquals(
                "Message-ID: <made@acme.example>\r\nDate: Sun, 1 Mar 2026 10:00:00 GMT\r\nFrom: a@x.example\r\n\r\nhi\r\n",
                completed("From: a@x.example\r\n\r\nhi\r\n"));
    }

    @Test
    void each_passage_leaves_a_trace_that_tells_nothing_of_the_client() {
        Arrival arrival = new Arrival(
                Instant.parse("2026-03-01T10:00:00Z"),
                InetAddress.getLoopbackAddress(),
                "client.example\r\nX: y",
                "ESMTPSA");
        byte[] once = SubmittedMail.trace(
                "From: a@x.example\r\n\r\nhi\r\n".getBytes(StandardCharsets.UTF_8), arrival, "acme.example", "msg_1");
        byte[] twice = SubmittedMail.trace(once, arrival, "acme.example", "msg_2");
        assertEquals(2, SubmittedMail.count(twice, "Received"));
        assertEquals(0, SubmittedMail.count(twice, "X"));
        assertEquals(
                "Received: from unknown\r\n\tby acme.example with ESMTPSA id msg_1;\r\n"
                        + "\tSun, 1 Mar 2026 10:00:00 GMT\r\nFrom: a@x.example\r\n\r\nhi\r\n",
                new String(once, StandardCharsets.UTF_8));
    }

    @Test
    void bcc_fields_are_taken_out_with_their_folded_lines() throws IOException {
        String head = "Date: Sun, 1 Mar 2026 09:00:00 +0000\r\nMessage-ID: <own@x.example>\r\n";
        assertEquals(
                head + "From: a@x.example\r\nBccx: stays\r\nTo: t@x.example\r\n\r\nhi\r\n",
                completed(head
                        + "From: a@x.example\r\nBcc: one@x.example,\r\n two@x.example\r\nBccx: stays\r\nbCC : y@x.example\r\n"
                        + "To: t@x.example\r\n\r\nhi\r\n"));
    }

    @Test
    void a_mail_without_a_body_keeps_its_header() throws IOException {
        String mail = "Date: Sun, 1 Mar 2026 09:00:00 +0000\r\nMessage-ID: <own@x.example>\r\nBcc: x@x.example\r\n";
        assertEquals("Date: Sun, 1 Mar 2026 09:00:00 +0000\r\nMessage-ID: <own@x.example>\r\n", completed(mail));
    }

    @Test
    void fields_are_counted_however_they_are_written_and_not_in_the_body() {
        String mail =
                "From: a@x.example\r\nX: y\r\n From: folded\r\nfrom : b@x.example\r\nFromage: c\r\n\r\nFrom: d\r\n";
        assertEquals(2, SubmittedMail.count(mail.getBytes(StandardCharsets.UTF_8), "From"));
        assertEquals(0, SubmittedMail.count(mail.getBytes(StandardCharsets.UTF_8), "Sender"));
    }

    @Test
    void a_second_field_far_behind_is_counted_too() {
        String mail = "From: a@x.example\r\n" + "X-Filler: x\r\n".repeat(50_000) + "From: b@x.example\r\n\r\n";
        assertEquals(2, SubmittedMail.count(mail.getBytes(StandardCharsets.UTF_8), "From"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "From: a@x.example~~hi                                     | Auto-Submitted: auto-replied~From: a@x.example~~hi",
                "Auto-Submitted: no~From: a@x.example~~hi                  | Auto-Submitted: auto-replied~From: a@x.example~~hi",
                "From: a@x.example~auto-submitted : No (really); x=y~~hi   | Auto-Submitted: auto-replied~From: a@x.example~~hi",
                "Auto-Submitted:~ no~From: a@x.example~~Auto-Submitted: no | Auto-Submitted: auto-replied~From: a@x.example~~Auto-Submitted: no",
                "Auto-Submitted: auto-generated~~hi                        | Auto-Submitted: auto-generated~~hi",
                "Auto-Submitted: no~Auto-Submitted: auto-notified~~hi      | Auto-Submitted: auto-notified~~hi",
            })
    void an_automatic_mail_says_so(String mail, String marked) {
        byte[] bytes = mail.replace("~", "\r\n").getBytes(StandardCharsets.UTF_8);
        assertEquals(
                marked, new String(SubmittedMail.markAutomatic(bytes), StandardCharsets.UTF_8).replace("\r\n", "~"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "From: a@x.example~Subject: one~Subject: two~~hi            | The field Subject is there twice.",
                "From: a@x.example~to : b@x.example~To: c@x.example~~hi      | The field To is there twice.",
                "Reply-To: a@x.example~reply-to: b@x.example~~hi             | The field reply-to is there twice.",
                "Content-Type: text/plain~Content-Type: text/html~~hi        | The field Content-Type is there twice.",
                "Content-Transfer-Encoding: 7bit~Content-transfer-encoding: base64~~hi | The field Content-transfer-encoding is there twice.",
                "MIME-Version: 1.0~MIME-Version: 1.0~~hi                     | The field MIME-Version is there twice.",
                "Message-ID: <a@x>~Message-ID: <b@x>~~hi                     | The field Message-ID is there twice.",
                "Date: x~From: a~Date: y~~hi                                 | The field Date is there twice.",
                "From: a@x.example~no field~Subject: x~~hi                   | Line 2 is no header field, or is folded with an empty line.",
                "From: a@x.example~Subject: x~ ~Cc: y~~hi                    | Line 2 is no header field, or is folded with an empty line.",
                "X: y~Sub ject: x~~hi                                        | Line 2 is no header field, or is folded with an empty line.",
            })
    void what_programs_read_in_different_ways_is_named(String mail, String why) {
        assertEquals(Optional.of(why), ambiguity(mail.replace("~", "\r\n")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: a@x.example~Received: from b~Received: from c~X: 1~X: 2~Bcc: d@x.example~Bcc: e@x.example~~Subject: a~Subject: b~",
                "From: a@x.example~Subject:~ folded~~hi",
                "From: a@x.example~Subject: grün~X:~~hi",
                "~hi",
                "From: a@x.example~Subject: x",
                "From: a@x.example~Subject: x~ folded"
            })
    void what_all_programs_read_alike_is_not(String mail) {
        assertEquals(Optional.empty(), ambiguity(mail.replace("~", "\r\n")));
    }

    @Test
    void a_header_section_that_goes_on_and_on_is_not_read() {
        String fields = "X: y\r\n".repeat(MessageReader.MAX_FIELDS);
        assertEquals(Optional.empty(), ambiguity(fields + "\r\nhi"));
        assertTrue(ambiguity("X: y\r\n" + fields + "Content-Type: text/html\r\n\r\nhi")
                .isPresent());
        String folded = "X: y" + "\r\n z".repeat(50_000);
        assertEquals(Optional.empty(), ambiguity(folded + "\r\n\r\nhi"));
        assertTrue(ambiguity(folded + "\r\n z".repeat(50_000) + "\r\n\r\nhi").isPresent());
    }

    private static Optional<String> ambiguity(String mail) {
        return SubmittedMail.ambiguity(mail.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void a_message_id_that_says_nothing_is_replaced() throws IOException {
        assertEquals(
                "Message-ID: <made@acme.example>\r\nDate: Sun, 1 Mar 2026 09:00:00 +0000\r\nFrom: a@x.example\r\n\r\nhi\r\n",
                completed(
                        "Date: Sun, 1 Mar 2026 09:00:00 +0000\r\nMessage-ID: none\r\nFrom: a@x.example\r\n\r\nhi\r\n"));
    }

    private static String completed(String mail) throws IOException {
        byte[] bytes = mail.getBytes(StandardCharsets.UTF_8);
        var header = MessageReader.header(new ByteArrayInputStream(bytes));
        return new String(SubmittedMail.complete(bytes, header, ID, NOW), StandardCharsets.UTF_8);
    }
}
