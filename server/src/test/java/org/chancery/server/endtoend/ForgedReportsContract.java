package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.peer.Stage;
import org.junit.jupiter.api.Test;

/** Whoever has a mail, or knows its Message-ID, can write a report on it: what that does to others is nothing. */
interface ForgedReportsContract {
    String SUPPRESSION = "/v1/suppressions/";

    RunningServer server();

    @Test
    default void who_got_a_mail_at_one_domain_ends_nothing_at_another() {
        String message = send("forged1", "victim@far.example", "forger@other.example");
        String path = arrived("forged1", "forger@other.example").reversePath();
        assertNotEquals(path, arrived("forged1", "victim@far.example").reversePath());
        server().mail("fbl@other.example", path, ReturnedMailContract.arf("victim@far.example", "<" + path + ">"));
        bounce(path, "victim@far.example", "failed");
        // It ends the delivery to who says so, for mail is forwarded, and no other.
        Answer seen = server().admin
                .until(message, answer -> status(answer, "forger@other.example").equals("bounced"));
        assertEquals("delivered", status(seen, "victim@far.example"));
        server().admin.get(SUPPRESSION + "victim@far.example/").expect(404);
        server().admin.get(SUPPRESSION + "forger@other.example/").expect(404);
    }

    @Test
    default void a_report_on_what_waits_in_the_queue_does_not_keep_it_from_leaving() {
        server().peer.at(Stage.RCPT, "slow@").answer("451 4.7.1 greylisted");
        String message = send("forged2", "slow@slow.example", "forger@other.example");
        String id = header(arrived("forged2", "forger@other.example"), "Message-ID");
        String report = ReturnedMailContract.dsn("slow@slow.example", "failed", "5.1.1", "550 5.1.1 no such user", id);
        assertTrue(server().mail(null, "forged2@acme.example", report).startsWith("250"));
        server().await("Returned mail for slow@slow.example");
        Answer seen = server().admin.get(message).expect(200);
        assertEquals("pending", status(seen, "slow@slow.example"));
        assertEquals("sending", seen.text("status"));
        // Nothing of it is said to the peer amid another test.
        server().admin
                .until(message, answer -> status(answer, "slow@slow.example").equals("failed"));
    }

    @Test
    default void a_member_of_a_list_that_is_gone_bounces_the_mail_and_does_not_suppress_the_list() {
        String message = send("forged5", "list@far.example");
        String path = arrived("forged5", "list@far.example").reversePath();
        String report = ReturnedMailContract.dsn("member@third.example", "failed", "5.1.1", "550 5.1.1 gone", null)
                .replace("Final-Recipient:", "Original-Recipient: rfc822; list@far.example\r\nFinal-Recipient:");
        assertTrue(server().mail(null, path, report).startsWith("250"));
        server().admin
                .until(message, answer -> status(answer, "list@far.example").equals("bounced"));
        server().admin.get(SUPPRESSION + "list@far.example/").expect(404);
    }

    @Test
    default void a_delay_with_a_comment_and_an_action_that_nobody_knows_end_nothing() {
        String message = send("forged3", "waiting@far.example", "also@far.example");
        String path = arrived("forged3", "waiting@far.example").reversePath();
        bounce(path, "waiting@far.example", "delayed (will try for three days)");
        bounce(path, "also@far.example", "delivered (to a list)");
        server().await("Returned mail for also@far.example");
        assertEquals("delivered", server().admin.get(message).expect(200).text("status"));
    }

    @Test
    default void a_complaint_about_a_virus_is_told_and_suppresses_nobody_and_the_same_again_is_not_told() {
        send("forged4", "filter@far.example");
        String path = arrived("forged4", "filter@far.example").reversePath();
        String virus = ReturnedMailContract.arf("filter@far.example", "<" + path + ">")
                .replace("Feedback-Type: abuse", "Feedback-Type: virus");
        server().mail("fbl@far.example", "abuse@acme.example", virus);
        server().admin
                .until(
                        "/v1/events/?types=message.spam_complaint&inbox_id=forged4@acme.example",
                        answer -> answer.body().path("events").size() == 1);
        server().mail("fbl@far.example", "abuse@acme.example", virus);
        bounce(path, "filter@far.example", "failed");
        server().await("Returned mail for filter@far.example");
        assertEquals(
                1,
                server().admin
                        .get("/v1/events/?types=message.spam_complaint&inbox_id=forged4@acme.example")
                        .expect(200)
                        .body()
                        .path("events")
                        .size());
        assertEquals(
                "hard_bounce",
                server().admin
                        .until(SUPPRESSION + "filter@far.example/", answer -> answer.status() == 200)
                        .text("reason"));
    }

    @Test
    default void who_shows_the_mail_as_it_came_is_believed_at_the_address_of_its_sender_too() {
        send("shown1", "nobody-shown@far.example");
        send("shown2", "angry-shown@far.example");
        String gone = headerOf(arrived("shown1", "nobody-shown@far.example"));
        String angry = headerOf(arrived("shown2", "angry-shown@far.example"));
        String report =
                ReturnedMailContract.dsn("nobody-shown@far.example", "failed", "5.1.1", "550 5.1.1 no such user", null);
        server().mail(null, "shown1@acme.example", showing(report, gone));
        String complaint = ReturnedMailContract.arf("angry-shown@far.example", "<>");
        server().mail("fbl@far.example", "shown2@acme.example", showing(complaint, angry));
        assertEquals("hard_bounce", suppression("nobody-shown@far.example"));
        assertEquals("complaint", suppression("angry-shown@far.example"));
    }

    private String suppression(String address) {
        return server().admin
                .until(SUPPRESSION + address + "/", answer -> answer.status() == 200)
                .text("reason");
    }

    private static String headerOf(ReceivedMail mail) {
        String text = mail.content().text();
        return text.substring(0, text.indexOf("\r\n\r\n"));
    }

    private static String showing(String report, String header) {
        return report.replace("--b--", "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n" + header + "\r\n\r\n--b--");
    }

    /** Sends a mail from an endpoint of its own; its path. */
    private String send(String localPart, String... recipients) {
        server().makeEndpoint(localPart, "");
        StringBuilder to = new StringBuilder();
        for (String recipient : recipients) {
            to.append(to.isEmpty() ? "" : ", ")
                    .append("{\"email\": \"")
                    .append(recipient)
                    .append("\"}");
        }
        return "/v1/messages/"
                + server().admin
                        .post(
                                "/v1/messages/",
                                "{\"inbox_id\": \"" + localPart + "@acme.example\", \"to\": [" + to
                                        + "], \"subject\": \"about " + localPart + "\", \"text_body\": \"x\"}")
                        .expect(202)
                        .text("message_id")
                + "/";
    }

    /** The mail as that recipient got it, once it is delivered. */
    private ReceivedMail arrived(String localPart, String recipient) {
        server().admin
                .until(
                        "/v1/events/?types=message.delivered&inbox_id=" + localPart + "@acme.example",
                        answer -> answer.body().path("events").toString().contains(recipient));
        return server().peer.mails().stream()
                .filter(mail -> mail.recipients().contains(recipient))
                .filter(mail -> mail.content().text().contains("Subject: about " + localPart + "\r\n"))
                .findFirst()
                .orElseThrow();
    }

    private void bounce(String path, String recipient, String action) {
        String report = ReturnedMailContract.dsn(recipient, action, "5.1.1", "550 5.1.1 no such user", null);
        assertTrue(server().mail(null, path, report).startsWith("250"));
    }

    private static String status(Answer message, String address) {
        for (JsonNode delivery : message.body().path("deliveries")) {
            if (delivery.path("address").asText().equals(address)) {
                return delivery.path("status").asText();
            }
        }
        throw new AssertionError("no delivery to " + address + " in " + message.body());
    }

    private static String header(ReceivedMail mail, String name) {
        return mail.content()
                .text()
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .findFirst()
                .orElseThrow()
                .substring(name.length() + 1)
                .strip();
    }
}
