package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.peer.Stage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What comes back about mail that was sent: bounces, complaints, and the addresses to which nothing goes any more. */
interface ReturnedMailContract {
    String SUPPRESSIONS = "/v1/suppressions/";

    RunningServer server();

    // ---- bounces

    @Test
    default void a_bounce_at_the_return_path_ends_its_delivery_tells_and_suppresses_the_address() {
        Sent sent = send("bounce1", "gone@far.example");
        assertTrue(bounce(sent.returnPath(), dsn("gone@far.example", "failed", "5.1.1", "550 5.1.1 no such user", null))
                .startsWith("250"));
        Answer message = awaitStatus(sent, "bounced");
        JsonNode delivery = message.body().at("/deliveries/0");
        assertEquals("bounced", delivery.path("status").asText());
        assertEquals("550 5.1.1 no such user", delivery.path("smtp_reply").asText());
        JsonNode event = event("message.bounced", sent);
        assertEquals("hard", event.at("/payload/recipients/0/bounce_category").asText());
        assertEquals(
                "gone@far.example", event.at("/payload/recipients/0/address").asText());

        Answer entry = server().admin.get(SUPPRESSIONS + "gone@far.example/").expect(200);
        assertEquals("hard_bounce", entry.text("reason"));
        assertEquals(sent.id(), entry.text("message_id"));
        assertEquals("chancery", entry.text("added_by"));
        assertEquals("handled", server().stateOf(server().await("Returned mail for gone@far.example")));
    }

    @Test
    default void a_server_that_says_nothing_in_a_format_is_understood_too() {
        Sent sent = send("bounce2", "nobody@far.example");
        String mail = "From: MAILER-DAEMON@mx.far.example\r\nTo: " + sent.returnPath()
                + "\r\nSubject: failure notice\r\nMessage-ID: <q@mx.far.example>\r\n\r\n"
                + "Sorry, I wasn't able to deliver your message to the following addresses.\r\n\r\n"
                + "<nobody@far.example>:\r\nSorry, no mailbox here by that name. (#5.1.1)\r\n";
        assertTrue(server().mail(null, sent.returnPath(), mail).startsWith("250"));
        awaitStatus(sent, "bounced");
        assertEquals(
                "hard",
                event("message.bounced", sent)
                        .at("/payload/recipients/0/bounce_category")
                        .asText());
    }

    @Test
    default void a_full_mailbox_and_a_filter_bounce_the_mail_and_suppress_nobody() {
        Sent full = send("bounce3", "full@far.example");
        bounce(full.returnPath(), dsn("full@far.example", "failed", "5.2.2", "552 5.2.2 mailbox full", null));
        awaitStatus(full, "bounced");
        assertEquals("soft", category(full));
        Sent spam = send("bounce4", "wary@far.example");
        bounce(spam.returnPath(), dsn("wary@far.example", "failed", "5.7.1", "554 5.7.1 looks like spam", null));
        awaitStatus(spam, "bounced");
        assertEquals("spam_policy", category(spam));
        server().admin.get(SUPPRESSIONS + "full@far.example/").expect(404);
        server().admin.get(SUPPRESSIONS + "wary@far.example/").expect(404);
    }

    @Test
    default void a_delay_changes_nothing() {
        Sent sent = send("bounce5", "slow@far.example");
        bounce(sent.returnPath(), dsn("slow@far.example", "delayed", "4.4.1", "connection timed out", null));
        server().await("Returned mail for slow@far.example");
        assertEquals("delivered", status(sent));
        assertEquals(0, events("message.bounced", sent).size());
    }

    @Test
    default void a_bounce_that_came_to_the_endpoint_is_known_by_its_message_id() {
        Sent sent = send("bounce6", "old@far.example");
        bounce(sent.inbox(), dsn("old@far.example", "failed", "5.1.1", "550 5.1.1 no such user", sent.internetId()));
        awaitStatus(sent, "bounced");
        server().admin.get(SUPPRESSIONS + "old@far.example/").expect(404);
    }

    @Test
    default void a_bounce_that_came_to_the_endpoint_and_shows_the_return_path_suppresses_too() {
        Sent sent = send("bounce6b", "older@far.example");
        String original = sent.internetId() + "\r\nReturn-Path: <" + sent.returnPath() + ">";
        bounce(sent.inbox(), dsn("older@far.example", "failed", "5.1.1", "550 5.1.1 no such user", original));
        awaitStatus(sent, "bounced");
        server().admin.get(SUPPRESSIONS + "older@far.example/").expect(200);
    }

    @Test
    default void a_forged_bounce_does_no_harm() {
        Sent sent = send("bounce7", "well@far.example");
        String forged = sent.returnPath().replaceAll("-[0-9a-f]{16}@", "-0123456789abcdef@");
        assertTrue(bounce(forged, dsn("well@far.example", "failed", "5.1.1", "550 no such user", null))
                .startsWith("550"));
        // Of another mail of ours, whose Message-ID the forger knows.
        bounce(sent.inbox(), dsn("victim@far.example", "failed", "5.1.1", "550 5.1.1 x", sent.internetId()));
        server().await("Returned mail for victim@far.example");
        server().makeEndpoint("bounce7other", "");
        bounce(
                "bounce7other@acme.example",
                dsn("well@far.example", "failed", "5.1.1", "550 5.1.1 x", sent.internetId()));
        server().await("Returned mail for well@far.example");
        assertEquals("delivered", status(sent));
        server().admin.get(SUPPRESSIONS + "well@far.example/").expect(404);
        server().admin.get(SUPPRESSIONS + "victim@far.example/").expect(404);
    }

    @Test
    default void a_refusal_at_once_has_a_category_and_suppresses_too() {
        server().peer.at(Stage.RCPT, "never@").answer("550 5.1.1 no such user");
        Sent sent = queued("bounce8", "never@far.example");
        awaitStatus(sent, "bounced");
        assertEquals("hard", category(sent));
        server().admin.get(SUPPRESSIONS + "never@far.example/").expect(200);
    }

    @Test
    default void a_refusal_of_us_or_of_the_mail_suppresses_nobody() {
        // In a session that is used again, a refusal of MAIL would be asked about once more.
        server().peer.at(Stage.RSET).once().answer("421 4.7.0 enough for one session");
        server().peer.at(Stage.MAIL, "bounces").once().answer("550 5.1.8 this user does not exist");
        Sent sender = queued("bounce9", "fine@far.example");
        awaitStatus(sender, "bounced");
        assertEquals("spam_policy", category(sender));
        server().peer.at(Stage.END_OF_DATA).once().answer("550 no such user");
        Sent mail = queued("bounce10", "fine@far.example");
        awaitStatus(mail, "bounced");
        assertEquals("unknown", category(mail));
        server().admin.get(SUPPRESSIONS + "fine@far.example/").expect(404);
    }

    // ---- complaints

    @Test
    default void a_complaint_is_told_and_suppresses_who_complains() {
        Sent sent = send("complaint1", "angry@far.example");
        String arf = arf("angry@far.example", "<" + sent.returnPath() + ">");
        assertTrue(server().mail("fbl@far.example", "abuse@acme.example", arf).startsWith("250"));
        Answer entry = server().admin.until(SUPPRESSIONS + "angry@far.example/", answer -> answer.status() == 200);
        assertEquals("complaint", entry.text("reason"));
        JsonNode event = event("message.spam_complaint", sent);
        assertEquals("angry@far.example", event.at("/payload/recipient").asText());
        assertEquals("abuse", event.at("/payload/feedback_type").asText());
        assertEquals("delivered", status(sent));
    }

    // ---- suppressed addresses

    @Test
    default void a_send_to_a_suppressed_address_is_accepted_and_fails_for_it_alone() {
        server().admin
                .post(SUPPRESSIONS, "{\"email\": \"Not@Wanted.example\", \"note\": \"asked us to\"}")
                .expect(201);
        server().makeEndpoint("mixed", "");
        String id = server().admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"mixed@acme.example\", \"to\": [{\"email\": \"not@wanted.example\"},"
                                + " {\"email\": \"ok@wanted.example\"}], \"subject\": \"to both\", \"text_body\": \"x\"}")
                .expect(202)
                .text("message_id");
        Sent sent = new Sent(id, "mixed@acme.example", "", "");
        Answer message = awaitStatus(sent, "failed");
        assertEquals(
                "failed", delivery(message, "not@wanted.example").path("status").asText());
        assertEquals(
                "suppressed",
                delivery(message, "not@wanted.example").path("smtp_reply").asText());
        assertEquals(
                "delivered",
                delivery(message, "ok@wanted.example").path("status").asText());
        assertEquals(
                "suppressed",
                event("message.failed", sent)
                        .at("/payload/recipients/0/smtp_reply")
                        .asText());
        assertFalse(server().peer.commands().stream().anyMatch(command -> command.contains("not@wanted.example")));
    }

    @Test
    default void to_nobody_but_suppressed_addresses_nothing_leaves_until_they_are_lifted() {
        server().admin
                .post(SUPPRESSIONS, "{\"email\": \"alone@wanted.example\"}")
                .expect(201);
        Sent sent = queued("only", "alone@wanted.example");
        assertEquals("failed", status(sent));
        server().admin.delete(SUPPRESSIONS + "alone@wanted.example/").expect(204);
        server().admin.delete(SUPPRESSIONS + "alone@wanted.example/").expect(404);
        awaitStatus(queued("again", "alone@wanted.example"), "delivered");
    }

    @Test
    default void who_suppressed_and_who_lifted_is_in_the_record_and_not_whom() {
        OwnWorkspace place = OwnWorkspace.on(server());
        String id = place.owner
                .post(SUPPRESSIONS, "{\"email\": \"kim@wanted.example\", \"note\": \"asked us to\"}")
                .expect(201)
                .text("suppression_id");
        place.owner.post(SUPPRESSIONS, "{\"email\": \"kim@wanted.example\"}").expect(201);
        place.owner.delete(SUPPRESSIONS + "kim@wanted.example/").expect(204);
        for (String kind : List.of("suppression.added", "suppression.lifted")) {
            JsonNode entries =
                    place.owner.get("/v1/audit/?kind=" + kind).expect(200).body();
            assertEquals(1, entries.size(), kind);
            assertEquals(id, entries.at("/0/subject").asText());
            assertEquals("manual", entries.at("/0/details/cause").asText());
            assertEquals("user", entries.at("/0/actor/kind").asText());
            assertFalse(entries.toString().contains("kim@"), kind);
        }
    }

    @Test
    default void a_program_lifts_no_suppression_and_other_tokens_need_the_scope() {
        server().admin
                .post(SUPPRESSIONS, "{\"email\": \"kept@wanted.example\"}")
                .expect(201);
        String inbox = server().makeEndpoint("lifter", "");
        RunningServer.Client program =
                server().new Client(server().makeToken(inbox, "contacts:read", "contacts:write"));
        program.get(SUPPRESSIONS + "kept@wanted.example/").expect(200);
        assertEquals(
                "person_needed",
                program.delete(SUPPRESSIONS + "kept@wanted.example/")
                        .expect(403)
                        .code());
        RunningServer.Client sender = server().agentOf(inbox);
        sender.get(SUPPRESSIONS).expect(403);
        sender.post(SUPPRESSIONS, "{\"email\": \"x@wanted.example\"}").expect(403);
        server().stranger().get(SUPPRESSIONS).expect(401);
        assertEquals(
                "/email",
                server().admin
                        .post(SUPPRESSIONS, "{\"email\": \"nobody\"}")
                        .expect(422)
                        .place());
    }

    @Test
    default void suppressions_are_of_one_workspace_and_listed_in_pages() {
        RunningServer.Client other = server().makeWorkspace("own" + System.identityHashCode(this) + ".example");
        for (String name : List.of("a", "b", "c")) {
            other.post(SUPPRESSIONS, "{\"email\": \"" + name + "@listed.example\", \"note\": \"n\"}")
                    .expect(201);
        }
        List<String> seen = new ArrayList<>();
        String path = SUPPRESSIONS + "?limit=2";
        while (!path.isEmpty()) {
            Answer page = other.get(path).expect(200);
            page.body().forEach(entry -> seen.add(entry.path("email").asText()));
            path = page.next();
        }
        assertEquals(List.of("c@listed.example", "b@listed.example", "a@listed.example"), seen);
        Answer one = other.get(SUPPRESSIONS + "a@listed.example/").expect(200);
        Set<String> fields = new TreeSet<>();
        one.body().fieldNames().forEachRemaining(fields::add);
        assertEquals(
                Set.of("email", "suppression_id", "reason", "note", "message_id", "added_by", "created_at"), fields);
        assertEquals("manual", one.text("reason"));
        assertEquals("n", one.text("note"));
        assertTrue(one.text("added_by").startsWith("owner@own"), one.text("added_by"));
        Instant later = Instant.parse(
                other.get(SUPPRESSIONS + "c@listed.example/").expect(200).text("created_at"));
        assertFalse(Instant.parse(one.text("created_at")).isAfter(later), one.text("created_at"));
        server().admin.get(SUPPRESSIONS + "a@listed.example/").expect(404);
        server().admin.delete(SUPPRESSIONS + "a@listed.example/").expect(404);
    }

    // ---- what they are about

    /** A mail that left; the return path and the Message-ID are those on the wire. */
    record Sent(String id, String inbox, String returnPath, String internetId) {}

    /** Sends a mail from an endpoint of its own and waits until the peer has it. */
    private Sent send(String localPart, String recipient) {
        Sent sent = queued(localPart, recipient);
        awaitStatus(sent, "delivered");
        ReceivedMail mail = server().peer.mails().stream()
                .filter(one -> one.content().text().contains("Subject: about " + localPart + "\r\n"))
                .findFirst()
                .orElseThrow();
        String id = mail.content()
                .text()
                .lines()
                .filter(line -> line.startsWith("Message-ID:"))
                .findFirst()
                .orElseThrow();
        return new Sent(
                sent.id(),
                sent.inbox(),
                mail.reversePath(),
                id.substring("Message-ID:".length()).strip());
    }

    private Sent queued(String localPart, String recipient) {
        String inbox = localPart + "@acme.example";
        server().makeEndpoint(localPart, "");
        String id = server().admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + inbox + "\", \"to\": [{\"email\": \"" + recipient
                                + "\"}], \"subject\": \"about " + localPart + "\", \"text_body\": \"x\"}")
                .expect(202)
                .text("message_id");
        return new Sent(id, inbox, "", "");
    }

    private String bounce(String recipient, String mail) {
        return server().mail(null, recipient, mail);
    }

    static String dsn(String recipient, String action, String status, String said, @Nullable String internetId) {
        String original = internetId == null
                ? ""
                : "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: " + internetId + "\r\n\r\n";
        return "From: MAILER-DAEMON@mx.far.example\r\nSubject: Returned mail for " + recipient
                + "\r\nMessage-ID: <" + Integer.toHexString(recipient.hashCode()) + System.nanoTime()
                + "@mx.far.example>\r\nMIME-Version: 1.0\r\n"
                + "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
                + "--b\r\nContent-Type: text/plain\r\n\r\nAbout your mail.\r\n\r\n"
                + "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.far.example\r\n\r\n"
                + "Final-Recipient: rfc822; " + recipient + "\r\nAction: " + action + "\r\nStatus: " + status
                + "\r\nDiagnostic-Code: smtp; " + said + "\r\n\r\n" + original + "--b--\r\n";
    }

    static String arf(String recipient, String mailFrom) {
        return "From: fbl@far.example\r\nSubject: complaint\r\nMessage-ID: <arf@far.example>\r\nMIME-Version: 1.0\r\n"
                + "Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n"
                + "--b\r\nContent-Type: text/plain\r\n\r\nThis is an abuse report.\r\n\r\n"
                + "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nVersion: 1\r\n"
                + "Original-Mail-From: " + mailFrom + "\r\nOriginal-Rcpt-To: <" + recipient + ">\r\n\r\n--b--\r\n";
    }

    private Answer awaitStatus(Sent sent, String status) {
        return server().admin
                .until(
                        "/v1/messages/" + sent.id() + "/",
                        answer -> answer.text("status").equals(status));
    }

    private String status(Sent sent) {
        return server().admin.get("/v1/messages/" + sent.id() + "/").expect(200).text("status");
    }

    private static JsonNode delivery(Answer message, String address) {
        for (JsonNode delivery : message.body().path("deliveries")) {
            if (delivery.path("address").asText().equals(address)) {
                return delivery;
            }
        }
        throw new AssertionError("no delivery to " + address + " in " + message.body());
    }

    private String category(Sent sent) {
        return event("message.bounced", sent)
                .at("/payload/recipients/0/bounce_category")
                .asText();
    }

    /** The only event of that kind about the message. */
    private JsonNode event(String type, Sent sent) {
        List<JsonNode> events = events(type, sent);
        assertEquals(1, events.size(), type);
        return Objects.requireNonNull(events.getFirst());
    }

    private List<JsonNode> events(String type, Sent sent) {
        List<JsonNode> found = new ArrayList<>();
        Answer page = server().admin
                .get("/v1/events/?types=" + type + "&inbox_id=" + sent.inbox())
                .expect(200);
        for (JsonNode event : page.body().path("events")) {
            if (event.at("/payload/message_id").asText().equals(sent.id())) {
                found.add(event);
            }
        }
        return found;
    }
}
