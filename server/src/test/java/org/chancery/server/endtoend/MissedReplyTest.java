package org.chancery.server.endtoend;

import static org.chancery.server.endtoend.Outgoing.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.chancery.server.endtoend.Outgoing.Sent;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail that nobody answers, over days that the clock is turned by while the server runs. */
class MissedReplyTest {
    private static final String MISSED = "/v1/events/?types=message.missed_reply";
    private static final String ADA = "ada@customer.example";

    private final TurningClock clock = TurningClock.atStart();
    private RunningServer server;
    private Outgoing outgoing;

    @BeforeEach
    void start(@TempDir Path directory) {
        server = RunningServer.on(directory, clock);
        outgoing = new Outgoing(server);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_sent_mail_without_an_answer_is_told_of_once_when_its_days_are_over_and_not_a_day_before() {
        Sent three = send("three", ", \"missed_reply_threshold_days\": 3");
        Sent before = send("two", "");
        assertEquals(
                2,
                server.admin
                        .patch("/v1/api/email/endpoints/" + before.inbox(), "{\"missed_reply_threshold_days\": 2}")
                        .expect(200)
                        .body()
                        .path("missed_reply_threshold_days")
                        .asInt());
        Sent two = outgoing.sendAnother(before, ADA);
        outgoing.await(two, "delivered");

        clock.turn(Duration.ofDays(2));
        await(1);
        clock.turn(Duration.ofDays(1));
        await(2);
        assertEquals(List.of(payload(two, 2), payload(three, 3)), payloads());
        assertEquals(1, outgoing.events("message.missed_reply", three).size(), "it is an event of the endpoint");

        server.restart();
        Sent four = outgoing.sendAnother(three, ADA);
        outgoing.await(four, "delivered");
        clock.turn(Duration.ofDays(4));
        await(3);
        assertEquals(List.of(payload(two, 2), payload(three, 3), payload(four, 4)), payloads(), "each once");
    }

    @Test
    void an_answer_in_time_is_no_news_and_an_automatic_one_is_no_answer() {
        Sent answered = send("answered", ", \"missed_reply_threshold_days\": 3");
        Sent away = send("away", ", \"missed_reply_threshold_days\": 3");
        clock.turn(Duration.ofHours(1));
        answer(answered, "the answer", "");
        answer(away, "away until Monday", "Auto-Submitted: auto-replied\r\n");
        clock.turn(Duration.ofDays(3));
        await(1);
        Sent last = outgoing.sendAnother(answered, ADA);
        outgoing.await(last, "delivered");
        clock.turn(Duration.ofDays(3));
        await(2);
        assertEquals(List.of(payload(away, 3), payload(last, 3)), payloads());
    }

    private void answer(Sent sent, String subject, String further) {
        String content = RunningServer.content(
                ADA,
                sent.address(),
                subject,
                subject.replace(' ', '-') + "@customer.example",
                "In-Reply-To: " + outgoing.internetId(sent, ADA) + "\r\n" + further);
        assertEquals("250", server.mail(ADA, sent.address(), content).substring(0, 3));
        assertEquals(
                sent.thread(),
                server.admin
                        .get("/v1/messages/" + server.await(subject) + "/")
                        .expect(200)
                        .text("thread_id"));
    }

    private Sent send(String localPart, String further) {
        Sent sent = outgoing.sendFromNew(localPart, further, ADA);
        outgoing.await(sent, "delivered");
        return sent;
    }

    private void await(int count) {
        server.admin.until(MISSED, answer -> answer.body().path("events").size() >= count);
    }

    private List<JsonNode> payloads() {
        List<JsonNode> payloads = new ArrayList<>();
        server.admin
                .get(MISSED)
                .expect(200)
                .body()
                .path("events")
                .forEach(event -> payloads.add(event.path("payload")));
        return payloads;
    }

    private static JsonNode payload(Sent sent, int days) {
        return json("{\"message_id\": \"" + sent.id() + "\", \"thread_id\": \"" + sent.thread()
                + "\", \"to_address\": \"" + ADA + "\", \"days_since_sent\": " + days + ", \"subject\": \""
                + sent.subject() + "\"}");
    }
}
