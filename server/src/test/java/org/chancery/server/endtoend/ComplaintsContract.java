package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Outgoing.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.chancery.server.endtoend.Outgoing.Sent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Complaints as mailbox providers send them: of three parts, the last the mail that somebody complains of (RFC 5965 §2). */
interface ComplaintsContract {
    RunningServer server();

    /** The complaint that comes to the workspace's abuse address; waits until it stands there. */
    private void complain(String type, String further, String original) {
        String subject = "complaint " + Outgoing.domain();
        String report = "From: fbl@far.example\r\nTo: abuse@acme.example\r\nSubject: " + subject
                + "\r\nMessage-ID: <" + subject.replace(' ', '.')
                + ">\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n"
                + "--b\r\nContent-Type: text/plain\r\n\r\nThis is a report on a mail of yours.\r\n\r\n"
                + "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: " + type
                + "\r\nUser-Agent: Feedback/1.0\r\nVersion: 1\r\n" + further + "\r\n"
                + "--b\r\nContent-Type: message/rfc822\r\n\r\n" + original + "\r\n\r\nHello.\r\n--b--\r\n";
        String reply = server().mail("fbl@far.example", "abuse@acme.example", report);
        assertTrue(reply.startsWith("250"), reply);
        server().await(subject);
    }

    private static JsonNode payload(Sent sent, String recipient, String type) {
        return json("{\"message_id\": \"" + sent.id() + "\", \"thread_id\": \"" + sent.thread()
                + "\", \"recipient\": \"" + recipient + "\", \"feedback_type\": \"" + type + "\"}");
    }

    private void isSuppressed(String address, boolean isSuppressed) {
        var entry = server().admin.get("/v1/suppressions/" + address + "/").expect(isSuppressed ? 200 : 404);
        if (isSuppressed) {
            assertEquals("complaint", entry.text("reason"));
            assertEquals("feedback type", entry.text("note").substring(0, 13));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "abuse, true, true",
        "fraud, true, true",
        "opt-out, true, true",
        "virus, true, false",
        "other, true, false",
        "not-spam, false, false",
        "auth-failure, false, false"
    })
    default void what_each_type_of_complaint_does(String type, boolean isTold, boolean suppresses) {
        Outgoing outgoing = new Outgoing(server());
        String recipient = "angry@" + Outgoing.domain();
        Sent sent = outgoing.send(recipient);
        outgoing.await(sent, "delivered");
        String original = outgoing.arrived(sent, recipient).content().text();
        complain(
                type,
                "Original-Rcpt-To: <" + recipient + ">\r\n",
                "Return-Path: <" + outgoing.returnPath(sent, recipient) + ">\r\n"
                        + original.substring(0, original.indexOf("\r\n\r\n")));
        assertEquals(
                isTold ? List.of(payload(sent, recipient, type)) : List.of(),
                outgoing.events("message.spam_complaint", sent).stream()
                        .map(event -> event.path("payload"))
                        .toList());
        isSuppressed(recipient, suppresses);
        assertEquals("delivered", outgoing.shown(sent).text("status"));
    }

    @Test
    default void a_complaint_that_is_known_by_the_message_id_alone_is_told_and_suppresses_nobody() {
        Outgoing outgoing = new Outgoing(server());
        String recipient = "angry@" + Outgoing.domain();
        Sent sent = outgoing.send(recipient, "other@" + Outgoing.domain());
        outgoing.await(sent, "delivered");
        String original = "From: " + sent.address() + "\r\nSubject: " + sent.subject() + "\r\nMessage-ID: "
                + outgoing.internetId(sent, recipient);
        complain("abuse", "", original);
        assertEquals(List.of(), outgoing.events("message.spam_complaint", sent), "it names nobody who got the mail");
        complain("abuse", "Original-Rcpt-To: <somebody@else.example>\r\n", original);
        assertEquals(List.of(), outgoing.events("message.spam_complaint", sent), "nor does this one");
        complain("abuse", "Original-Rcpt-To: <" + recipient + ">\r\n", original);
        JsonNode event = outgoing.event("message.spam_complaint", sent);
        assertEquals(payload(sent, recipient, "abuse"), event.path("payload"));
        assertEquals(sent.inbox(), event.path("inbox_id").asText());
        isSuppressed(recipient, false);
    }
}
