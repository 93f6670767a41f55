package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.clock.TurningClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mail that nobody answers, over days that the clock is turned by. */
class MissedReplyTest {

    @Test
    void a_sent_mail_without_an_answer_is_told_of_once_after_the_endpoints_days(@TempDir Path directory) {
        TurningClock clock = TurningClock.atStart();
        try (RunningServer server = RunningServer.on(directory, clock)) {
            server.makeEndpoint("patient", ", \"missed_reply_threshold_days\": 5");
            String asking = server.makeEndpoint("asking", "");
            assertEquals(
                    3,
                    server.admin
                            .patch("/v1/api/email/endpoints/" + asking, "{\"missed_reply_threshold_days\": 3}")
                            .expect(200)
                            .body()
                            .path("missed_reply_threshold_days")
                            .asInt());
            send(server, "patient");
            String sent = send(server, "asking");

            server.restart();
            assertEquals(0, missed(server).size());
            clock.turn(Duration.ofDays(4));
            server.restart();
            Answer told = server.admin.until(
                    "/v1/events/?types=message.missed_reply",
                    answer -> !answer.body().path("events").isEmpty());
            JsonNode payload = told.body().at("/events/0/payload");
            assertEquals(sent, payload.path("message_id").asText());
            assertEquals("ada@customer.example", payload.path("to_address").asText());
            assertEquals(4, payload.path("days_since_sent").asInt());
            assertEquals("from asking", payload.path("subject").asText());

            server.restart();
            clock.turn(Duration.ofDays(4));
            server.restart();
            Answer both = server.admin.until(
                    "/v1/events/?types=message.missed_reply",
                    answer -> answer.body().path("events").size() > 1);
            assertEquals(2, both.body().path("events").size(), "each once");
        }
    }

    @Test
    void an_answer_in_time_is_no_news(@TempDir Path directory) {
        TurningClock clock = TurningClock.atStart();
        try (RunningServer server = RunningServer.on(directory, clock)) {
            server.makeEndpoint("asking", ", \"missed_reply_threshold_days\": 3");
            server.makeEndpoint("other", ", \"missed_reply_threshold_days\": 3");
            String sent = send(server, "asking");
            send(server, "other");
            String id = server.peer.mails().stream()
                    .map(mail -> mail.content().text())
                    .filter(text -> text.contains("Subject: from asking\r\n"))
                    .flatMap(String::lines)
                    .filter(line -> line.startsWith("Message-ID:"))
                    .findFirst()
                    .orElseThrow()
                    .substring("Message-ID:".length())
                    .strip();
            clock.turn(Duration.ofHours(1));
            String answer = RunningServer.content(
                    "ada@customer.example",
                    "asking@acme.example",
                    "the answer",
                    "answer@customer.example",
                    "In-Reply-To: " + id + "\r\n");
            assertEquals(
                    "250",
                    server.mail("ada@customer.example", "asking@acme.example", answer)
                            .substring(0, 3));
            server.await("the answer");
            clock.turn(Duration.ofDays(4));
            server.restart();
            Answer told = server.admin.until(
                    "/v1/events/?types=message.missed_reply",
                    page -> !page.body().path("events").isEmpty());
            assertEquals(1, told.body().path("events").size());
            assertEquals(
                    "from other", told.body().at("/events/0/payload/subject").asText(), "not " + sent);
        }
    }

    private static JsonNode missed(RunningServer server) {
        return server.admin
                .get("/v1/events/?types=message.missed_reply")
                .expect(200)
                .body()
                .path("events");
    }

    private static String send(RunningServer server, String localPart) {
        String id = server.admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + localPart + "@acme.example\", \"to\": [{\"email\":"
                                + " \"ada@customer.example\"}], \"subject\": \"from " + localPart
                                + "\", \"text_body\": \"Well?\"}")
                .expect(202)
                .text("message_id");
        server.admin.until(
                "/v1/messages/" + id + "/", answer -> answer.text("status").equals("delivered"));
        return id;
    }
}
