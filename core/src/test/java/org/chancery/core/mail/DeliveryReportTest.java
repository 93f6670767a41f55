package org.chancery.core.mail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.chancery.core.mail.BounceCategory.Command;
import org.chancery.core.mail.DeliveryReport.Action;
import org.chancery.core.mail.DeliveryReport.Recipient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeliveryReportTest {

    @Test
    void the_fields_of_a_dsn_are_read() throws IOException {
        DeliveryReport report = read("""
                From: MAILER-DAEMON@mx.example.net
                Content-Type: multipart/report; report-type=delivery-status; boundary=b

                --b
                Content-Type: text/plain

                Your mail could not be delivered.
                --b
                Content-Type: message/delivery-status

                Reporting-MTA: dns; mx.example.net
                Original-Envelope-Id: env-17

                Original-Recipient: rfc822;Info@example.org
                Final-Recipient: rfc822; <bob@example.org>
                Action: failed
                Status: 5.1.1
                Diagnostic-Code: smtp; 550 5.1.1 <bob@example.org>:
                  Recipient address rejected: User unknown

                Final-Recipient: rfc822; ann@example.org
                Action: delayed
                Status: 4.2.2
                Diagnostic-Code: smtp; 452 4.2.2 Mailbox full

                --b
                Content-Type: text/rfc822-headers

                Message-ID: <first@example.com>
                Subject: Hello
                --b--
                """).orElseThrow();
        assertEquals(new InternetMessageId("first@example.com"), report.originalMessage());
        assertEquals("env-17", report.envelopeId());
        assertEquals(
                List.of(
                        new Recipient(
                                "bob@example.org",
                                "Info@example.org",
                                Action.FAILED,
                                "5.1.1",
                                "550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown",
                                BounceCategory.HARD),
                        new Recipient(
                                "ann@example.org",
                                null,
                                Action.DELAYED,
                                "4.2.2",
                                "452 4.2.2 Mailbox full",
                                BounceCategory.UNKNOWN)),
                report.recipients());
        assertTrue(report.isHard());
        assertFalse(report.isOfSuccess());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "failed                      | 5.1.1 | FAILED",
                "Failed (permanently)        | 5.1.1 | FAILED",
                "delayed (will be tried on)  | 5.1.1 | DELAYED",
                "delivered; to the list      | 5.1.1 | DELIVERED",
                "relayed                     | 2.1.9 | RELAYED",
                "expanded (mailing list)     | 2.1.5 | EXPANDED",
                "something                   | 4.2.2 | DELAYED",
                "something                   | 2.1.5 | DELIVERED",
                "something                   | 5.1.1 | FAILED",
                "''                          | 4.2.2 | FAILED",
            })
    void an_action_may_have_a_comment_and_one_that_nobody_knows_goes_by_its_code(
            String action, String status, Action expected) throws IOException {
        assertEquals(
                expected,
                reported("rfc822; bob@example.org", "Action: " + action + "\nStatus: " + status)
                        .action());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rfc822; <bob@example.org>        | bob@example.org",
                "RFC822;bob@example.org (Bob)     | bob@example.org",
                "x400; /G=Bob/S=Roe/C=de/         | /G=Bob/S=Roe/C=de/",
                "utf-8; b\\x{F6}b@example.org   | b\u00f6b@example.org",
                "utf-8; b\u00f6b@example.org     | b\u00f6b@example.org",
                "unknown; b\\x{FFFFFF}@example.org | x{FFFFFF}@example.org",
            })
    void an_address_is_read_whatever_its_type(String field, String expected) throws IOException {
        assertEquals(expected, reported(field, "Action: failed\nStatus: 5.1.1").finalRecipient());
    }

    private static Recipient reported(String recipient, String fields) throws IOException {
        return read("From: MAILER-DAEMON@mx.example.net\n"
                        + "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
                        + "--b\nContent-Type: message/global-delivery-status; charset=utf-8\n"
                        + "Content-Transfer-Encoding: 8bit\n\nReporting-MTA: dns; mx\n\n"
                        + "Final-Recipient: " + recipient + "\n" + fields + "\n\n--b--\n")
                .orElseThrow()
                .recipients()
                .getFirst();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // qmail
                "Hi. This is the qmail-send program at example.net.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
                        + "<bob@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n"
                        + "Return-Path: <jane@example.com>\nMessage-ID: <first@example.com>\nTo: eve@example.org\n",
                // Exim
                "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\n"
                        + "recipients. This is a permanent error. The following address(es) failed:\n\n  bob@example.org\n"
                        + "    SMTP error from remote mail server after RCPT TO:<bob@example.org>:\n    host mx.example.org [192.0.2.1]: 550 no such user\n\n"
                        + "------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <jane@example.com>\nMessage-ID: <first@example.com>\n",
                // Exchange
                "Your message\n\n  To:      eve@example.com\n  Subject: Hello\n\ndid not reach the following recipient(s):\n\n"
                        + "bob@example.org on Tue, 5 Mar 2024 09:15:00 +0100\n    The recipient name is not recognized\n",
                // sendmail
                "The original message was received at Tue, 5 Mar 2024\nfrom localhost\n\n   ----- The following addresses had permanent fatal errors -----\n<bob@example.org>\n\n"
                        + "   ----- Transcript of session follows -----\n... while talking to mx.example.org.:\n>>> RCPT To:<bob@example.org>\n<<< 550 5.1.1 User unknown\n",
                // fields in prose
                "An error occurred while trying to deliver the mail:\n\nAction: failed\nFinal-Recipient: rfc822; bob@example.org\n"
                        + "Diagnostic-Code: smtp; 550 5.1.1 User Unknown\nStatus: 5.1.1\n",
            })
    void reports_without_a_format_are_read(String prose) throws IOException {
        DeliveryReport report = read("From: MAILER-DAEMON@mx.example.net\nTo: jane@example.com\n\n" + prose)
                .orElseThrow();
        assertEquals(
                List.of("bob@example.org"),
                report.recipients().stream().map(Recipient::finalRecipient).toList());
        assertTrue(report.isHard(), report.toString());
        if (prose.contains("Message-ID")) {
            assertEquals(new InternetMessageId("first@example.com"), report.originalMessage());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HARD        | 5.1.1  | 550 5.1.1 <a@b.example>: Recipient address rejected: User unknown in virtual mailbox table",
                "HARD        | 5.1.1  | 550-5.1.1 The email account that you tried to reach does not exist. Please try 550-5.1.1 double-checking",
                "HARD        | 5.1.6  | 551 5.1.6 The user has moved",
                "HARD        | 5.4.4  | Host or domain name not found. Name service error for name=b.example type=AAAA: Host not found",
                "UNKNOWN     | 5.0.0  | 550 No such user here",
                "UNKNOWN     | 5.0.0  | 550 Something of its own",
                "HARD        | 5.1.10 | 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
                "HARD        | 5.7.1  | 553 Invalid recipient a@b.example (Mode: normal)",
                "HARD        | 5.0.0  | 554 delivery error: dd This user doesn't have a b.example account",
                "SOFT        | 5.2.1  | 550 5.2.1 <a@b.example>... User Unknown",
                "UNKNOWN     | 5.1.1  | procmail: Couldn't create \"/var/spool/mail/a\"; No such user",
                "SOFT        | 5.2.2  | 552 5.2.2 Mailbox full",
                "SOFT        | 5.1.1  | 550 5.1.1 mailbox is full",
                "SPAM_POLICY | 5.7.1  | 554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
                "SPAM_POLICY | 5.7.26 | 550-5.7.26 This mail is unauthenticated; the sender does not exist in SPF",
                "SOFT        | 5.3.4  | 552 5.3.4 Message size exceeds fixed limit",
                "SPAM_POLICY | 5.1.8  | 553 5.1.8 Sender address rejected: Domain not found",
                "SPAM_POLICY | 5.7.1  | 550 5.7.1 Relaying denied",
                "SOFT        | 4.4.1  | 451 user unknown, try later",
                "SOFT        | 5.2.1  | 550 5.2.1 The email account that you tried to reach is disabled",
                "SPAM_POLICY | 5.0.0  | 550 Unauthenticated senders not allowed",
            })
    void each_refusal_has_its_category(BounceCategory expected, String status, String diagnostic) throws IOException {
        DeliveryReport report = read(dsn("failed", status, diagnostic)).orElseThrow();
        assertEquals(expected, report.recipients().getFirst().category());
    }

    @Test
    void an_unknown_user_after_the_data_was_filtered() throws IOException {
        DeliveryReport report = read("From: MAILER-DAEMON@mx.example.net\n\nYour message cannot be delivered:\n\n"
                        + "<bob@example.org>:\n    mx.example.org [192.0.2.45]:\n>>> DATA\n<<< 550 Unknown user bob@example.org\n")
                .orElseThrow();
        assertEquals(BounceCategory.UNKNOWN, report.recipients().getFirst().category());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "UNKNOWN | Your mail was not sent.",
                "HARD    | while talking to mx.b.example: >>> RCPT To:<a@b.example>",
                "HARD    | Your mail wasn't delivered because the address couldn't be found.",
                "UNKNOWN | while talking to mx.b.example: >>> DATA",
            })
    void without_a_code_an_unknown_user_counts_where_the_address_was_looked_up(BounceCategory expected, String prose)
            throws IOException {
        String text = "Content-Type: text/plain\n\n" + prose + "\n\n--b\n";
        DeliveryReport report = read(dsn("failed", "5.0.0", "550 No such user")
                        .replace("Content-Type: message", text + "Content-Type: message"))
                .orElseThrow();
        assertEquals(expected, report.recipients().getFirst().category());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HARD        | 550 no such user",
                "HARD        | 550 5.1.1 <a@b.example>: Recipient address rejected: User unknown",
                "HARD        | 550 5.2.1 <a@b.example>... User Unknown",
                "HARD        | 556 5.1.10 null MX",
                "SOFT        | 552 5.2.2 Mailbox full",
                "SOFT        | 550 5.2.1 The account is disabled",
                "SOFT        | 552 5.3.4 Message too big",
                "SPAM_POLICY | 554 5.7.1 blocked using zen.spamhaus.org",
                "SPAM_POLICY | 550 5.7.26 unauthenticated",
                "SPAM_POLICY | 550 5.7.1 no",
                "UNKNOWN     | 554 transaction failed",
                "UNKNOWN     | ''",
                // about us
                "SPAM_POLICY | 553 5.1.8 agent@a.example does not exist",
                "SPAM_POLICY | 550 5.7.1 mx.b.example does not accept mail from dynamic addresses",
                "SPAM_POLICY | 550 5.7.1 Reverse hostname could not be found for [192.0.2.9]",
                "SPAM_POLICY | 550 PTR for 192.0.2.9 does not exist",
                "SPAM_POLICY | 550 5.7.1 192.0.2.5 doesn't have a valid host name",
                "SPAM_POLICY | 550 5.7.0 TLS is required; user not found in whitelist",
                "SPAM_POLICY | 550 5.7.1 the domain of 192.0.2.5 could not be found",
                "HARD        | 550 5.7.1 Invalid recipient <a@b.example>",
                // an address of a host is no code
                "UNKNOWN     | 550 No thanks, 5.1.12.7",
                "HARD        | 550 no such user here (client 4.31.198.44)",
                "HARD        | 550 no such user here (client 2.58.10.9)",
            })
    void what_a_server_says_to_us_has_a_category_too(BounceCategory expected, String reply) {
        assertEquals(expected, BounceCategory.ofReply(reply, Command.RCPT));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HARD        | RCPT | 550 No such user",
                "UNKNOWN     | DATA | 550 No such user",
                "HARD        | DATA | 550 5.1.1 No such user",
                "SPAM_POLICY | MAIL | 550 5.1.8 Domain does not exist",
                "SPAM_POLICY | MAIL | 550 No such user",
                "SOFT        | MAIL | 552 5.3.4 Message too large",
                "SOFT        | DATA | 552 5.2.2 Mailbox full",
            })
    void what_a_refusal_means_depends_on_what_was_asked(BounceCategory expected, Command asked, String reply) {
        assertEquals(expected, BounceCategory.ofReply(reply, asked));
    }

    @ParameterizedTest
    @CsvSource({"delivered, 2.0.0", "relayed, 2.0.0", "expanded, 2.0.0"})
    void a_report_of_success_is_no_failure(String action, String status) throws IOException {
        DeliveryReport report = read(dsn(action, status, "250 ok")).orElseThrow();
        assertTrue(report.isOfSuccess());
        assertFalse(report.isHard());
    }

    @Test
    void a_mail_of_a_person_is_no_report() throws IOException {
        assertEquals(Optional.empty(), read("From: jane@example.com\n\nHello bob@example.org,\n\nsee you tomorrow.\n"));
    }

    @Test
    void a_complaint_names_what_it_is_about() throws IOException {
        FeedbackReport report = FeedbackReport.read(stream("""
                From: fbl@example.net
                Content-Type: multipart/report; report-type=feedback-report; boundary=b

                --b
                Content-Type: text/plain

                This is an abuse report.
                --b
                Content-Type: message/feedback-report

                Feedback-Type: Abuse
                User-Agent: SomeGenerator/1.0
                Version: 1
                Original-Mail-From: <bounce-17@example.com>
                Original-Rcpt-To: <bob@example.net>
                Original-Rcpt-To: ann@example.net
                Original-Envelope-Id: env-17

                --b
                Content-Type: message/rfc822

                Message-ID: <first@example.com>
                Subject: Buy

                Buy.
                --b--
                """)).orElseThrow();
        assertEquals(
                new FeedbackReport(
                        "abuse",
                        List.of("bob@example.net", "ann@example.net"),
                        "bounce-17@example.com",
                        new InternetMessageId("first@example.com"),
                        "env-17"),
                report);
        assertEquals(Optional.empty(), FeedbackReport.read(stream("From: jane@example.com\n\nI complain.\n")));
    }

    @Test
    void a_complaint_without_the_return_path_has_that_of_the_mail_in_it() throws IOException {
        FeedbackReport report = FeedbackReport.read(stream("""
                From: fbl@example.net
                Content-Type: multipart/report; report-type=feedback-report; boundary=b

                --b
                Content-Type: message/feedback-report

                Feedback-Type: abuse

                --b
                Content-Type: message/rfc822

                Return-Path: <bounce-17@example.com>
                Subject: Buy

                Buy.
                --b--
                """)).orElseThrow();
        assertEquals("bounce-17@example.com", report.originalMailFrom());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@b.example\n",
                "<a@b>:\n",
                "Final-Recipient: rfc822; a@b\n",
                "Final-Recipient: rfc822; a@b\n\n",
                "Received: x\n",
                "Received: \n ",
                "RCPT TO:",
                "RCPT TO: \t",
                "5.1.1",
                "550 ",
                "Message-ID: <",
                "could not be delivered ",
                "a@",
                "@",
                "x:",
                "\n",
                " ",
                "Return-Path: <a@b>\n"
            })
    void a_quarter_million_of_anything_takes_linear_time(String piece) {
        String text = piece.repeat(250_000 / piece.length());
        String prose = "From: MAILER-DAEMON@mx.example.net\n\nundeliverable\n\n" + text;
        String fields = "From: x@example.net\nContent-Type: message/delivery-status\n\n" + text;
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> read(prose));
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> read(fields));
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> FeedbackReport.read(stream(fields)));
    }

    @Test
    void what_a_report_says_in_its_own_words_stands_on_one_line() throws IOException {
        Recipient gone = read("""
                From: MAILER-DAEMON@mx.example.net
                Subject: failure notice

                Sorry, I wasn't able to deliver your message.

                <bob@example.org>:
                  Sorry, no mailbox here by that name.

                """).orElseThrow().recipients().getFirst();
        assertEquals(
                "Sorry, I wasn't able to deliver your message. <bob@example.org>: Sorry, no mailbox here by that name.",
                gone.diagnostic());
    }

    private static String dsn(String action, String status, String diagnostic) {
        return """
                From: MAILER-DAEMON@mx.example.net
                Content-Type: multipart/report; report-type=delivery-status; boundary=b

                --b
                Content-Type: message/delivery-status

                Reporting-MTA: dns; mx.example.net

                Final-Recipient: rfc822; a@b.example
                Action: %s
                Status: %s
                Diagnostic-Code: smtp; %s
                --b--
                """.formatted(action, status, diagnostic);
    }

    private static Optional<DeliveryReport> read(String mail) throws IOException {
        return DeliveryReport.read(stream(mail));
    }

    private static ByteArrayInputStream stream(String mail) {
        return new ByteArrayInputStream(mail.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }
}
