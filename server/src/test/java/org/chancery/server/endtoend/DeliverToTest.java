package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.chancery.testkit.peer.ReceivedMail;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of delivered mail to people's own addresses: mail in by SMTP, copies out to the relay. */
class DeliverToTest {
    private static final String PEOPLE = ", \"deliver_to\": [\"ann@people.example\", \"bob@others.example\"]";

    @SuppressWarnings("NullAway.Init")
    private RunningServer server;

    @BeforeEach
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String mail(String from, String subject, String further) {
        return RunningServer.content(from, "sales@acme.example", subject, subject + "@customer.example", further);
    }

    private String deliver(String from, String subject, String further) {
        String content = mail(from, subject, further);
        String reply = server.mail("ada@customer.example", "sales@acme.example", content);
        assertTrue(reply.startsWith("250"), reply);
        return server.await(subject);
    }

    /** Waits until the pipeline is done with a mail: its trace is written. */
    private JsonNode trace(String message) {
        return server.admin
                .until(
                        "/v1/api/email/messages/" + message + "/trace",
                        answer -> !answer.body().isEmpty())
                .body();
    }

    private String verdict(String message) {
        String found = "";
        for (JsonNode step : trace(message)) {
            if (step.path("mailet").asText().equals("SendCopies")) {
                found = step.path("verdict").asText() + ": "
                        + step.path("reason").asText();
            }
        }
        return found;
    }

    private ReceivedMail copyFor(String person, String subject) {
        List<ReceivedMail> mails = server.peer.awaitMail(2, RunningServer.PATIENCE);
        return mails.stream()
                .filter(mail -> mail.recipients().contains(person)
                        && mail.content().text().contains(subject))
                .findFirst()
                .orElseThrow();
    }

    /** The header of a mail, unfolded. */
    private static String header(ReceivedMail mail) {
        String text = mail.content().text();
        return text.substring(0, text.indexOf("\r\n\r\n")).replaceAll("\r\n[ \t]+", " ");
    }

    @Test
    void people_get_a_copy_that_no_dmarc_policy_can_disown_with_the_original_in_it() {
        String inbox = server.makeEndpoint("sales", PEOPLE);
        String original = mail("Ada Löw <ada@customer.example>".replace("ö", "oe"), "Prices", "");
        String message = deliver("Ada Loew <ada@customer.example>", "Prices", "");

        for (String person : List.of("ann@people.example", "bob@others.example")) {
            ReceivedMail copy = copyFor(person, "Prices");
            String header = header(copy);
            assertTrue(header.contains("From: Ada Loew via sales <sales@acme.example>"), header);
            assertTrue(header.contains("Reply-To: Ada Loew <ada@customer.example>"), header);
            assertTrue(header.contains("To: sales@acme.example"), header);
            assertTrue(header.contains("Subject: Prices"), header);
            assertTrue(header.contains("Auto-Submitted: auto-generated"), header);
            assertTrue(header.contains("References: <Prices@customer.example>"), header);
            assertTrue(header.contains("Authentication-Results: "), header);
            assertFalse(header.contains("bob@others.example"), "nobody sees who else gets it");
            assertTrue(
                    copy.reversePath().matches("bounces\\+[a-z0-9]+-[0-9a-f]{16}@acme\\.example"), copy.reversePath());
            String text = copy.content().text();
            assertTrue(text.contains("Ada Loew <ada@customer.example> wrote to sales@acme.example:"), text);
            assertTrue(text.contains("Content-Type: message/rfc822"), text);
            assertTrue(text.contains("\r\n\r\n" + original + "\r\n--"), "byte for byte");
        }
        assertEquals("copied: to 2 people", verdict(message));
        JsonNode endpoint = server.admin.get("/v1/api/email/endpoints/" + inbox).body();
        assertEquals(1, endpoint.path("received").asInt());
        assertEquals(0, endpoint.path("replied").asInt(), "a copy is no reply");
        assertEquals("awaiting_review", server.stateOf(message), "and settles nothing");
        server.admin.until(
                "/v1/events/?types=message.delivered",
                answer -> !answer.body().path("events").isEmpty());
    }

    @Test
    void an_originator_says_where_answers_go_and_one_without_a_name_has_an_address() {
        server.makeEndpoint("sales", PEOPLE);
        deliver("ada@customer.example", "Nameless", "Reply-To: Desk <desk@customer.example>\r\n");

        String header = header(copyFor("ann@people.example", "Nameless"));
        assertTrue(header.contains("From: \"ada@customer.example via sales\" <sales@acme.example>"), header);
        assertTrue(header.contains("Reply-To: Desk <desk@customer.example>"), header);
    }

    @Test
    void only_our_own_verdicts_stand_in_the_copys_header() {
        server.makeEndpoint("sales", PEOPLE);
        deliver(
                "Ada <ada@customer.example>",
                "Forged",
                "Authentication-Results: acme.example; dkim=pass header.d=bank.example\r\n");

        String header = header(copyFor("ann@people.example", "Forged"));
        assertEquals(
                1,
                header.lines()
                        .filter(line -> line.startsWith("Authentication-Results:"))
                        .count(),
                header);
        assertFalse(header.contains("bank.example"), header);
    }

    @Test
    void no_header_of_the_mail_gets_into_the_copys() {
        server.makeEndpoint("sales", PEOPLE);
        String content = mail(
                "=?utf-8?Q?Ada=0D=0ABcc:_eve@evil.example?= <ada@customer.example>",
                "=?utf-8?Q?Injected=0D=0AX-Evil:_yes?=",
                "");
        assertTrue(server.mail("ada@customer.example", "sales@acme.example", content)
                .startsWith("250"));

        ReceivedMail copy = copyFor("ann@people.example", "Injected");
        assertFalse(
                copy.content().text().lines().anyMatch(line -> line.startsWith("Bcc:") || line.startsWith("X-Evil:")),
                copy.content().text());
        assertEquals(List.of("ann@people.example"), copy.recipients());
    }

    @Test
    void a_bounce_of_a_copy_is_kept_and_copied_to_nobody() {
        server.makeEndpoint("sales", PEOPLE);
        deliver("Ada <ada@customer.example>", "Bouncing", "");
        ReceivedMail copy = copyFor("ann@people.example", "Bouncing");

        String bounce = mail("mailer-daemon@people.example", "Undeliverable", "Auto-Submitted: auto-replied\r\n");
        assertTrue(server.mail(null, copy.reversePath(), bounce).startsWith("250"));
        String returned = server.await("Undeliverable");

        assertEquals("handled", server.stateOf(returned));
        assertEquals("done: ", verdict(returned));
        assertEquals(2, new Approvals(server).left().size());
    }

    @Test
    void automatic_mail_is_copied_to_nobody() {
        server.makeEndpoint("sales", PEOPLE);
        String away = deliver("Ada <ada@customer.example>", "Away", "Auto-Submitted: auto-replied\r\n");

        assertEquals("not_copied: it is automatic (auto_reply)", verdict(away));
        assertEquals(List.of(), new Approvals(server).left());
    }

    @Test
    void a_copy_that_comes_back_is_copied_to_nobody_even_where_its_way_took_the_marks_of_automatic_mail() {
        server.makeEndpoint("sales", PEOPLE);
        deliver("Ada <ada@customer.example>", "Circling", "");
        String copy = copyFor("ann@people.example", "Circling").content().text();

        String redirected = copy.replaceFirst("Auto-Submitted: auto-generated\r\n", "")
                .replaceFirst("Subject: Circling", "Subject: Come back")
                .replaceFirst("Message-ID: <", "Message-ID: <again-");
        assertTrue(server.mail("ann@people.example", "sales@acme.example", redirected)
                .startsWith("250"));
        String back = server.await("Come back");

        assertEquals("not_copied: it is a copy of ours itself", verdict(back));
        assertEquals(2, new Approvals(server).left().size());
    }

    @Test
    void a_stranger_cannot_keep_their_mail_from_people() {
        server.makeEndpoint("sales", PEOPLE);
        deliver("Ada <ada@customer.example>", "Sneaking", "X-Chancery-Copy: bounces+x-0123456789abcdef\r\n");
        copyFor("ann@people.example", "Sneaking");
    }

    @Test
    void who_wrote_the_mail_needs_no_copy_of_it() {
        server.makeEndpoint("sales", ", \"deliver_to\": [\"ada@customer.example\"]");
        String own = deliver("Ada <Ada@customer.example>", "Own words", "");

        assertEquals("not_copied: nobody is left to get it", verdict(own));
    }

    @Test
    void an_address_of_ours_is_refused_and_passed_over_when_it_becomes_ours_later() {
        server.admin
                .post(
                        "/v1/api/email/endpoints",
                        "{\"localpart\": \"a\", \"kind\": \"custom\", \"deliver_to\": [\"b@acme.example\"]}")
                .expect(422);
        server.makeEndpoint("sales", ", \"deliver_to\": [\"ann@later.example\"]");
        server.makeWorkspace("later.example", "");

        String message = deliver("Ada <ada@customer.example>", "Ours now", "");
        assertEquals("not_copied: nobody is left to get it", verdict(message));
    }

    @Test
    void an_original_that_is_not_ascii_goes_along_whole() {
        server.makeEndpoint("sales", PEOPLE);
        String content = mail(
                        "Ada <ada@customer.example>",
                        "Umlauts",
                        "Content-Type: text/plain; charset=utf-8\r\n" + "Content-Transfer-Encoding: 8bit\r\n")
                .replace("Hello", "Grüße");
        assertTrue(server.mail("ada@customer.example", "sales@acme.example", content)
                .startsWith("250"));
        server.await("Umlauts");

        String text = copyFor("ann@people.example", "Umlauts").content().text();
        assertTrue(text.contains("filename=\"original.eml\""), text);
        String file = text.substring(text.indexOf("filename=\"original.eml\""));
        String encoded = file.substring(file.indexOf("\r\n\r\n"), file.indexOf("\r\n--"));
        byte[] bytes = java.util.Base64.getMimeDecoder().decode(encoded);
        // As the client of the tests says it.
        assertEquals(content, new String(bytes, StandardCharsets.ISO_8859_1));
    }

    @Test
    void a_change_of_the_list_holds_for_the_next_mail() {
        String inbox = server.makeEndpoint("sales", "");
        assertEquals(
                "not_copied: the endpoint names nobody", verdict(deliver("Ada <ada@customer.example>", "First", "")));
        server.admin
                .patch("/v1/api/email/endpoints/" + inbox, "{\"deliver_to\": [\"ann@people.example\"]}")
                .expect(200);
        assertEquals("copied: to 1 person", verdict(deliver("Ada <ada@customer.example>", "Second", "")));
    }
}
