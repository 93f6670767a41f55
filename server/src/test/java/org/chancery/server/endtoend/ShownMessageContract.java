package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Outgoing.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.clock.TurningClock;
import org.chancery.testkit.peer.Stage;
import org.junit.jupiter.api.Test;

/** Every field of a mail that is shown, by its value; run on each database, on a clock that stands still. */
interface ShownMessageContract {
    RunningServer server();

    TurningClock clock();

    @Test
    default void a_delivered_mail_is_shown_with_each_field() {
        String inbox = server().makeEndpoint("shown", "");
        String label = server().admin
                .post("/v1/labels/", "{\"name\": \"shown here\"}")
                .expect(201)
                .text("label_id");
        server().peer.at(Stage.RCPT, "cy@shown.example").answer("550 5.1.1 No such user");
        String file = Base64.getEncoder().encodeToString("attached".getBytes(StandardCharsets.UTF_8));
        String sentAt = clock().instant().toString();
        Answer sent = server().admin.post("/v1/messages/", """
                        {"inbox_id": "shown@acme.example",
                         "to": [{"email": "bob@shown.example", "name": "Bob Grün"}, {"email": "dan@shown.example"}],
                         "cc": [{"email": "cy@shown.example", "name": "Cy"}], "bcc": [{"email": "eve@shown.example"}],
                         "subject": "Grün, and all", "text_body": "Good day.", "html_body": "<p>Good day.</p>",
                         "attachments": [{"filename": "a.txt", "content_type": "text/plain", "content": "%s"}]}""".formatted(file)).expect(202);
        String path = "/v1/messages/" + sent.text("message_id") + "/";
        server().admin.until(path, answer -> answer.text("status").equals("bounced"));
        server().admin.patch(path, "{\"add_labels\": [\"" + label + "\"]}").expect(200);

        String delivered = ", \"status\": \"delivered\", \"smtp_reply\": \"250 2.0.0 kept\", \"at\": \"" + sentAt
                + "\", \"tls\": null, \"mta_sts\": null}";
        assertEquals(
                json("""
                        {"message_id": "%s", "thread_id": "%s", "inbox_id": "%s", "direction": "outbound", "status": "bounced",
                         "handling_state": null, "from": {"email": "shown@acme.example", "name": null},
                         "to": [{"email": "bob@shown.example", "name": "Bob Grün"}, {"email": "dan@shown.example", "name": null}],
                         "cc": [{"email": "cy@shown.example", "name": "Cy"}], "bcc": [{"email": "eve@shown.example", "name": null}],
                         "subject": "Grün, and all", "text_body": "Good day.\\n", "html_body": "<p>Good day.</p>\\n",
                         "labels": ["%s"],
                         "attachments": [{"id": "2", "filename": "a.txt", "content_type": "text/plain", "size": 8}],
                         "created_at": "%s", "send_at": null, "rejection": null,
                         "deliveries": [
                           {"address": "bob@shown.example"%s, {"address": "dan@shown.example"%s,
                           {"address": "cy@shown.example", "status": "bounced", "smtp_reply": "550 5.1.1 No such user",
                            "at": "%s", "tls": null, "mta_sts": null},
                           {"address": "eve@shown.example"%s]}""".formatted(
                                sent.text("message_id"),
                                sent.text("thread_id"),
                                inbox,
                                label,
                                sentAt,
                                delivered,
                                delivered,
                                sentAt,
                                delivered)),
                server().admin.get(path).expect(200).body());
    }

    @Test
    default void a_mail_that_came_in_is_shown_with_each_field() {
        String inbox = server().makeEndpoint("seen", "");
        String cameAt = clock().instant().toString();
        server().mail("bounces@customer.example", "seen@acme.example", """
                        From: =?utf-8?q?Ad=C3=A4?= <Ada@customer.example>
                        To: Seen <seen@acme.example>, other@customer.example
                        Cc: "Third, the" <third@customer.example>
                        Subject: All that is seen
                        Message-ID: <seen@customer.example>
                        Date: Sun, 1 Mar 2026 10:00:00 +0000
                        MIME-Version: 1.0
                        Content-Type: multipart/mixed; boundary=m

                        --m
                        Content-Type: multipart/alternative; boundary=a

                        --a
                        Content-Type: text/plain; charset=utf-8

                        Hello.
                        --a
                        Content-Type: text/html; charset=utf-8

                        <p onclick="steal()">Hello.</p>
                        --a--
                        --m
                        Content-Type: application/pdf
                        Content-Disposition: attachment; filename="a b.pdf"

                        12345
                        --m--
                        """.replace("\n", "\r\n"));
        String id = server().await("All that is seen");
        Answer shown = server().admin.get("/v1/messages/" + id + "/").expect(200);
        assertEquals(json("""
                        {"message_id": "%s", "thread_id": "%s", "inbox_id": "%s", "direction": "inbound", "status": null,
                         "handling_state": "awaiting_review", "from": {"email": "Ada@customer.example", "name": "Adä"},
                         "to": [{"email": "seen@acme.example", "name": "Seen"}, {"email": "other@customer.example", "name": null}],
                         "cc": [{"email": "third@customer.example", "name": "Third, the"}], "bcc": [],
                         "subject": "All that is seen", "text_body": "Hello.", "html_body": null, "labels": [],
                         "attachments": [{"id": "2", "filename": "a b.pdf", "content_type": "application/pdf", "size": 5}],
                         "created_at": "%s", "send_at": null, "rejection": null, "deliveries": []}""".formatted(id, shown.text("thread_id"), inbox, cameAt)), shown.body());
        assertEquals("thr_", shown.text("thread_id").substring(0, 4));
    }

    @Test
    default void what_was_planned_held_and_rejected_tells_when_by_whom_and_why() {
        Approvals approvals = new Approvals(server());
        String inbox = approvals.endpoint("turned.down");
        Client agent = approvals.restricted(inbox, Approvals.EVERYTHING);
        String at = clock().instant().toString();
        String planned = clock().instant().plusSeconds(7_200).toString();
        Answer held = agent.post(
                        "/v1/messages/",
                        "{\"send_at\": \"" + planned + "\", "
                                + Approvals.mail("client@elsewhere.example", "turned down")
                                        .substring(1))
                .expect(202);
        Approvals.reject(server().admin, held.text("approval_id"), "too early").expect(200);
        Answer shown =
                agent.get("/v1/messages/" + held.text("message_id") + "/").expect(200);
        assertEquals("rejected", shown.text("status"));
        assertEquals(planned, shown.text("send_at"));
        assertEquals(
                json("{\"reason\": \"too early\", \"by\": \"owner@acme.example\", \"at\": \"" + at + "\"}"),
                shown.body().path("rejection"));
        assertEquals(
                json("[{\"address\": \"client@elsewhere.example\", \"status\": \"pending\", \"smtp_reply\": null,"
                        + " \"at\": null, \"tls\": null, \"mta_sts\": null}]"),
                shown.body().path("deliveries"));
    }
}
