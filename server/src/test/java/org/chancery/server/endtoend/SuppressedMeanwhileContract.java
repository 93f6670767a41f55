package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Approvals.EVERYTHING;
import static org.chancery.server.endtoend.Approvals.approve;
import static org.chancery.server.endtoend.Approvals.each;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.Test;

/** An address is suppressed while mail to it waits for people or for its time; run on each database. */
interface SuppressedMeanwhileContract {
    Duration HOUR = Duration.ofHours(1);

    RunningServer server();

    TurningClock clock();

    private Approvals approvals() {
        return new Approvals(server());
    }

    private static String mail(String subject, String further, String... to) {
        String recipients = String.join(
                "\"}, {\"email\": \"",
                List.of(to).stream().map(name -> name + "@wanted.example").toList());
        return "{\"to\": [{\"email\": \"" + recipients + "\"}], \"subject\": \"" + subject
                + "\", \"text_body\": \"Hello\"" + further + "}";
    }

    private String inAnHour() {
        return ", \"send_at\": \"" + clock().instant().plus(HOUR) + "\"";
    }

    private Answer send(Client by, String body, String status) {
        Answer sent = by.post("/v1/messages/", body).expect(202);
        assertEquals(status, sent.text("status"));
        return sent;
    }

    private void suppress(String name) {
        server().admin
                .post("/v1/suppressions/", "{\"email\": \"" + name + "@wanted.example\"}")
                .expect(201);
    }

    /** The mail has ended as failed: this is recorded of each of its recipients, and told of those who were suppressed. */
    private void failed(String message, String subject, List<String> suppressed, List<String> others) {
        Answer shown = server().admin
                .until(
                        "/v1/messages/" + message + "/",
                        answer -> answer.text("status").equals("failed"));
        for (String name : suppressed) {
            assertTrue(recipients(shown).contains(name + "@wanted.example failed suppressed"), shown.toString());
        }
        for (String name : others) {
            assertTrue(
                    recipients(shown).stream().anyMatch(one -> one.startsWith(name + "@wanted.example delivered")),
                    shown.toString());
        }
        assertEquals(suppressed.size() + others.size(), recipients(shown).size());
        assertEquals(others.isEmpty() ? 0 : 1, approvals().arrived(subject).size());
        List<String> told = each(server().admin
                        .get("/v1/events/?types=message.failed&limit=1000")
                        .expect(200)
                        .body()
                        .path("events"))
                .map(event -> event.path("payload"))
                .filter(payload -> payload.path("message_id").asText().equals(message))
                .flatMap(payload -> payload.path("recipients").findValuesAsText("address").stream())
                .toList();
        assertEquals(suppressed.stream().map(name -> name + "@wanted.example").toList(), told);
    }

    private static List<String> recipients(Answer shown) {
        return each(shown.body().path("deliveries"))
                .map(delivery -> delivery.path("address").asText()
                        + ' '
                        + delivery.path("status").asText()
                        + ' '
                        + delivery.path("smtp_reply").asText())
                .toList();
    }

    @Test
    default void an_approved_mail_whose_only_recipient_was_suppressed_meanwhile_fails() {
        Client agent = approvals().restricted(approvals().endpoint("m.held.one"), EVERYTHING);
        Answer sent = send(agent, mail("approved for nobody", "", "held.one"), "held");
        suppress("held.one");
        approve(server().admin, sent.text("approval_id")).expect(200);
        failed(sent.text("message_id"), "approved for nobody", List.of("held.one"), List.of());
    }

    @Test
    default void an_approved_mail_goes_to_those_who_were_not_suppressed_meanwhile() {
        Client agent = approvals().restricted(approvals().endpoint("m.held.two"), EVERYTHING);
        Answer sent = send(agent, mail("approved for one", "", "held.two", "held.other"), "held");
        suppress("held.two");
        approve(server().admin, sent.text("approval_id")).expect(200);
        failed(sent.text("message_id"), "approved for one", List.of("held.two"), List.of("held.other"));
    }

    @Test
    default void a_scheduled_mail_whose_only_recipient_was_suppressed_meanwhile_fails_at_its_time() {
        Client agent = server().agentOf(approvals().endpoint("m.later.one"));
        Answer sent = send(agent, mail("planned for nobody", inAnHour(), "later.one"), "scheduled");
        suppress("later.one");
        clock().turn(HOUR);
        failed(sent.text("message_id"), "planned for nobody", List.of("later.one"), List.of());
    }

    @Test
    default void a_scheduled_mail_goes_to_those_who_were_not_suppressed_meanwhile() {
        Client agent = server().agentOf(approvals().endpoint("m.later.two"));
        Answer sent = send(agent, mail("planned for one", inAnHour(), "later.two", "later.other"), "scheduled");
        suppress("later.two");
        clock().turn(HOUR);
        failed(sent.text("message_id"), "planned for one", List.of("later.two"), List.of("later.other"));
    }

    @Test
    default void a_mail_that_was_approved_for_later_fails_at_its_time_where_its_recipient_was_suppressed_since() {
        Client agent = approvals().restricted(approvals().endpoint("m.both"), EVERYTHING);
        Answer sent = send(agent, mail("approved for later", inAnHour(), "both"), "held");
        approve(server().admin, sent.text("approval_id")).expect(200);
        suppress("both");
        clock().turn(HOUR);
        failed(sent.text("message_id"), "approved for later", List.of("both"), List.of());
    }
}
