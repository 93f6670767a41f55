package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailClassifierTest {
    private static final ReversePath SENDER = ReversePath.of(EmailAddress.of("jane@example.com"));

    /** Header fields, divided by "/". */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "HUMAN      | From: jane@example.com/Subject: Hello",
                "HUMAN      | From: jane@example.com/Auto-Submitted: no",
                "HUMAN      | From: jane@example.com/Auto-Submitted: No; owner=jane",
                "HUMAN      | From: jane@example.com/Subject: Re: Automatic reply: Offer",
                "HUMAN      | From: jane@example.com/Subject: Fwd: Undeliverable: Offer",
                "HUMAN      | From: jane@example.com/Subject: Delivery delayed to Monday",
                "HUMAN      | From: jane@example.com/Subject: Delivery report for March",
                "HUMAN      | From: jane@example.com/Subject: Out of office policy",
                "HUMAN      | From: jane@example.com/Subject: Returned message boards to the shop",
                "HUMAN      | From: postmaster@example.com/Subject: Your question about our mail server",
                "HUMAN      | From: jane@example.com/Precedence: normal",
                "HUMAN      | From: jane@example.com/X-Auto-Response-Suppress: DR, RN, NRN",
                "HUMAN      | From: jane@example.com/Content-Type: multipart/mixed; boundary=report",
                "AUTO_REPLY | From: jane@example.com/Auto-Submitted: auto-replied",
                "AUTO_REPLY | From: jane@example.com/Auto-Submitted: AUTO-GENERATED (by a program)",
                "AUTO_REPLY | From: jane@example.com/Auto-Submitted: auto-notified; owner=x",
                "AUTO_REPLY | From: jane@example.com/X-Autoreply: yes",
                "AUTO_REPLY | From: jane@example.com/X-Autorespond: x",
                "AUTO_REPLY | From: jane@example.com/Precedence: auto_reply",
                "AUTO_REPLY | From: jane@example.com/X-Auto-Response-Suppress: DR, OOF, AutoReply",
                "AUTO_REPLY | From: jane@example.com/Subject: Automatic reply: Offer",
                "AUTO_REPLY | From: jane@example.com/Subject: Réponse automatique : Offre",
                "AUTO_REPLY | From: jane@example.com/Subject: 自动回复: 你好",
                "AUTO_REPLY | From: jane@example.com/Content-Type: multipart/report; report-type=disposition-notification",
                "BOUNCE     | From: MAILER-DAEMON@example.com/Subject: anything",
                "BOUNCE     | From: MAILER-DAEMON (Mail Delivery Subsystem)/Subject: anything",
                "BOUNCE     | From: x@example.com/Content-Type: multipart/report; report-type=delivery-status",
                "BOUNCE     | From: x@example.com/Content-Type: Multipart/Report; Report-Type=\"delivery-status\"",
                "BOUNCE     | From: postmaster@example.com/Subject: Delivery failure",
                "BOUNCE     | From: x@example.com/Subject: Undelivered Mail Returned to Sender",
                "BOUNCE     | From: x@example.com/X-Failed-Recipients: y@example.com",
                "BOUNCE     | From: x@example.com/Auto-Submitted: auto-replied/Subject: Delivery Status Notification (Failure)",
                "COMPLAINT  | From: x@example.com/Content-Type: multipart/report; report-type=feedback-report",
                "LIST       | From: jane@example.com/List-Id: <list.example.com>",
                "LIST       | From: jane@example.com/Precedence: list",
                "LIST       | From: jane@example.com/List-Post: NO",
                "BULK       | From: jane@example.com/List-Unsubscribe: <https://example.com/u>",
                "BULK       | From: jane@example.com/Precedence: bulk",
                "BULK       | From: jane@example.com/Precedence: junk",
                "BULK       | From: no-reply@example.com/Subject: Your order",
                "BULK       | From: do_not_reply@example.com/Subject: Your order",
            })
    void header_fields_decide(Classification expected, String fields) throws IOException {
        assertEquals(expected, MailClassifier.classify(header(fields), SENDER));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BOUNCE     | From: jane@example.com/Subject: Hello",
                "AUTO_REPLY | From: jane@example.com/Subject: Hello/Auto-Submitted: auto-replied",
                "AUTO_REPLY | From: jane@example.com/Subject: Automatic reply: Hello",
                "COMPLAINT  | From: jane@example.com/Content-Type: multipart/report; report-type=feedback-report",
            })
    void nobody_can_be_told_of_an_answer_to_a_null_reverse_path(Classification expected, String fields)
            throws IOException {
        assertEquals(expected, MailClassifier.classify(header(fields), ReversePath.NULL));
    }

    private static MessageHeader header(String fields) throws IOException {
        // The slash of a content type is no divider: what follows it is no field name.
        String lines = fields.replaceAll("/(?=[A-Z][A-Za-z-]*: )", "\r\n") + "\r\n\r\n";
        return MessageReader.header(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
    }
}
