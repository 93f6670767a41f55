package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BOUNCE | false | post_master@example.net               | 550 no such user here: bob@example.org",
                "BOUNCE | false | Mail Delivery System <a@example.net>  | Delivery to the following recipients was aborted: bob@example.org",
                "HUMAN  | false | postmaster@example.net                | The mail server is down tomorrow.",
                "HUMAN  | false | jane@example.com                      | It says 550 no such user here: bob@example.org",
                "BOUNCE | true  | jane@example.com                      | bob@example.org could not be reached: no such user",
                "HUMAN  | true  | jane@example.com                      | I shall be there.",
            })
    void the_body_decides_where_a_mail_server_may_be_speaking(
            Classification expected, boolean atReturnPath, String from, String body) throws IOException {
        byte[] mail =
                ("From: " + from + "\r\nSubject: Re: Hello\r\n\r\n" + body + "\r\n").getBytes(StandardCharsets.UTF_8);
        MessageHeader header = MessageReader.header(new ByteArrayInputStream(mail));
        assertEquals(
                expected,
                MailClassifier.judge(header, SENDER, atReturnPath, () -> new ByteArrayInputStream(mail))
                        .classification());
    }

    @Test
    void the_body_of_a_mail_whose_header_says_enough_is_not_read() throws IOException {
        MailClassifier.Source unread = () -> {
            throw new IOException("was read");
        };
        for (String fields : List.of(
                "From: jane@example.com/Subject: Hello",
                "From: jane@example.com/List-Id: <talk.example.com>",
                "From: MAILER-DAEMON@example.com/Subject: failure notice")) {
            MailClassifier.judge(header(fields), SENDER, false, unread);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Automatic reply: Hello",
                "Automatische Antwort: Hallo",
                "Réponse automatique : Bonjour",
                "Respuesta automática: Hola",
                "Resposta automática: Olá",
                "Risposta automatica: Ciao",
                "Automatisch antwoord: Hallo",
                "Autosvar: Hej",
                "Automatisk svar: Hei",
                "Automaattinen vastaus: Hei",
                "Automatyczna odpowiedź: Cześć",
                "Automatická odpověď: Ahoj",
                "Automatická odpoveď: Ahoj",
                "Automatikus válasz: Szia",
                "Răspuns automat: Salut",
                "Otomatik Yanıt: Merhaba",
                "Автоматический ответ: Привет",
                "Автоматична відповідь: Привіт",
                "Αυτόματη απάντηση: Γεια",
                "Automatski odgovor: Bok",
                "Автоматичен отговор: Здравей",
                "自动答复: 你好",
                "自動回覆: 你好",
                "自動応答: こんにちは",
                "자동 회신: 안녕",
                "Tự động trả lời: Chào",
                "Resposta automàtica: Hola",
                "Abwesenheitsnotiz: Hallo",
                "Out of Office: Hello",
                "Autoreply: Hello",
                "Abwesend: Hallo",
                "[Auto-Reply] Hello",
                "OOO: Hello"
            })
    void answers_of_programs_are_known_by_their_subjects_in_many_languages(String subject) throws IOException {
        assertEquals(
                Classification.AUTO_REPLY,
                MailClassifier.classify(header("From: jane@example.com/Subject: " + subject), SENDER));
        assertEquals(
                Classification.HUMAN,
                MailClassifier.classify(header("From: jane@example.com/Subject: Re: " + subject), SENDER));
    }

    private static MessageHeader header(String fields) throws IOException {
        // The slash of a content type is no divider: what follows it is no field name.
        String lines = fields.replaceAll("/(?=[A-Z][A-Za-z-]*: )", "\r\n") + "\r\n\r\n";
        return MessageReader.header(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
    }
}
