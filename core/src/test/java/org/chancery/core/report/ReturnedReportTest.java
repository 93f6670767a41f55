package org.chancery.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.DeliveryReport.Recipient;
import org.junit.jupiter.api.Test;

/** What strangers put into reports to be taken for more than they say. */
class ReturnedReportTest {
    private static final String PATH = "bounces+0123456789abcdefghjkmnpqrs01234567-0123456789abcdef";

    private static final String HEAD = "From: MAILER-DAEMON@mx.example.net\n"
            + "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n";

    @Test
    void a_report_in_the_mail_that_a_report_returns_says_nothing() throws IOException {
        String inner = HEAD.replace("boundary=b", "boundary=c") + fields("c", "victim@example.org") + "--c--\n";
        String outer =
                HEAD + fields("b", "bob@example.org") + "--b\nContent-Type: message/rfc822\n\n" + inner + "--b--\n";
        assertEquals(List.of("bob@example.org"), recipients(outer));
        String onlyInner = HEAD + "--b\nContent-Type: message/rfc822\n\n" + inner + "--b--\n";
        assertEquals(List.of(), recipients(onlyInner));
    }

    @Test
    void fields_are_read_however_they_are_encoded_and_in_a_charset_that_hides_them_not() throws IOException {
        String said =
                "Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; bob@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n";
        String base64 = Base64.getMimeEncoder().encodeToString(said.getBytes(StandardCharsets.US_ASCII));
        assertEquals(
                List.of("bob@example.org"),
                recipients(HEAD
                        + "--b\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n" + base64
                        + "\n--b--\n"));
        assertEquals(
                List.of(),
                recipients(HEAD
                        + fields("b", "bob@example.org")
                                .replace("delivery-status\n", "delivery-status; charset=utf-16\n")
                        + "--b--\n"));
    }

    @Test
    void no_more_than_a_thousand_recipients_are_read() throws IOException {
        StringBuilder many = new StringBuilder("Reporting-MTA: dns; mx\n\n");
        for (int i = 0; i < 3_000; i++) {
            many.append("Final-Recipient:a").append(i).append("@b.example\n\n");
        }
        assertEquals(
                1_000,
                recipients(HEAD + "--b\nContent-Type: message/delivery-status\n\n" + many + "--b--\n")
                        .size());
    }

    @Test
    void a_return_path_is_found_in_the_trace_of_the_returned_mail_and_not_behind_what_is_read() throws IOException {
        String trace = "--b\nContent-Type: text/rfc822-headers\n\nReceived: from x (envelope-from <" + PATH
                + "@acme.example>)\n by mx; now\nSubject: x\n\n";
        assertEquals(
                List.of(PATH),
                read(HEAD + fields("b", "bob@example.org") + trace + "--b--\n")
                        .orElseThrow()
                        .shownPaths());
        String filler = "--b\nContent-Type: text/plain\n\n"
                + "x".repeat(70).concat("\n").repeat(16_000);
        assertEquals(
                List.of(),
                read(HEAD + fields("b", "bob@example.org") + filler + trace + "--b--\n")
                        .orElseThrow()
                        .shownPaths());
    }

    private static String fields(String boundary, String recipient) {
        return "--" + boundary + "\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n"
                + "Final-Recipient: rfc822; " + recipient + "\nAction: failed\nStatus: 5.1.1\n\n";
    }

    private static List<String> recipients(String mail) throws IOException {
        return read(mail).stream()
                .flatMap(report -> ((ReturnedReport.OfDelivery) report).report().recipients().stream())
                .map(Recipient::finalRecipient)
                .toList();
    }

    private static Optional<ReturnedReport> read(String mail) throws IOException {
        return ReturnedReport.read(
                Classification.BOUNCE,
                new ByteArrayInputStream(mail.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8)));
    }
}
