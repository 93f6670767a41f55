package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.chancery.server.config.Keys;
import org.chancery.testkit.peer.ScriptedHttpPeer;
import org.chancery.testkit.peer.ScriptedHttpPeer.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mail comes in by SMTP, and its score is seen by HTTP. */
class SpamScoreTest {
    private static final String PRIZE = """
            Dear lucky winner, you have been selected in the international lottery. Claim your prize of $1,500,000
            before midnight: http://bit.ly/w1n. This cash prize is for you, act now.
            """;
    private static final String PILLS = """
            Viagra, cialis and levitra: cheap pills without prescription from our online pharmacy, no questions.
            Warehouse prices: http://tinyurl.com/p1lls
            """;

    /** Mails of either kind from which on what people decided has an effect. */
    private static final int LESSONS = 5;

    @TempDir
    private Path directory;

    private static JsonNode scored(RunningServer server, String message) {
        return server.stepOf(message, "SpamScore");
    }

    private static void send(RunningServer server, String from, String subject, String text) {
        String mail = "From: " + from + "\r\nTo: sales@acme.example\r\nSubject: " + subject + "\r\n\r\n"
                + text.replace("\n", "\r\n");
        String reply = server.mail(from, "sales@acme.example", mail);
        assertTrue(reply.startsWith("250"), reply);
    }

    /** Waits until the mail is held; gives its content. */
    private static JsonNode held(RunningServer server, String subject) {
        JsonNode row = row(
                server.admin
                        .until(
                                "/v1/api/email/review",
                                answer -> !row(answer.body(), subject).isMissingNode())
                        .body(),
                subject);
        return server.admin
                .get("/v1/api/email/quarantine/" + row.path("id").asText() + "/content")
                .expect(200)
                .body();
    }

    private static JsonNode row(JsonNode review, String subject) {
        for (JsonNode row : review.path("quarantined")) {
            if (row.path("subject").asText().equals(subject)) {
                return row;
            }
        }
        return MissingNode.getInstance();
    }

    private static double signal(JsonNode content, String name) {
        for (JsonNode signal : content.path("signals")) {
            if (signal.path("name").asText().equals(name)) {
                return signal.path("score").asDouble();
            }
        }
        return 0;
    }

    @Test
    void an_honest_mail_comes_through_and_its_score_is_seen() {
        try (RunningServer server = RunningServer.on(directory)) {
            server.makeEndpoint("sales", "");
            String honest = server.receive("sales@acme.example", "opening hours");

            JsonNode step = scored(server, honest);
            JsonNode content = server.admin
                    .get("/v1/api/email/messages/" + honest + "/content")
                    .expect(200)
                    .body();

            assertTrue(step.path("verdict").asDouble() < 3, step::toString);
            assertTrue(step.path("reason").asText().contains("first_contact 0.3"), step::toString);
            assertEquals(
                    step.path("verdict").asDouble(), content.path("spam_score").asDouble(), 0.06);
            assertEquals(0.3, signal(content, "first_contact"));
        }
    }

    @Test
    void spam_is_held_with_its_score_and_what_it_is_made_of() {
        try (RunningServer server = RunningServer.on(directory)) {
            server.makeEndpoint("sales", "");
            send(server, "claims@lotto.example", "YOU HAVE WON THE LOTTERY!!!", PRIZE);

            JsonNode content = held(server, "YOU HAVE WON THE LOTTERY!!!");

            assertEquals("spam_threshold", content.path("reason").asText());
            assertTrue(content.path("spam_score").asDouble() > 8, content::toString);
            assertTrue(signal(content, "lottery_wording") > 2, content::toString);
            assertEquals(0.8, signal(content, "shouted_subject"));
        }
    }

    @Test
    void what_people_accept_and_reject_changes_the_score_of_later_mail() {
        try (RunningServer server = RunningServer.on(directory)) {
            server.makeEndpoint("sales", "");
            for (int i = 0; i < LESSONS; i++) {
                decide(server, "shop" + i + "@pills.example", "Pills offer " + i, PILLS, "reject");
                decide(server, "board" + i + "@lotto.example", "Prize draw " + i, PRIZE, "accept");
            }
            send(server, "shop@pills.example", "Pills again", PILLS);
            send(server, "board@lotto.example", "Prize again", PRIZE);

            JsonNode pills = held(server, "Pills again");
            assertTrue(signal(pills, "bayes") > 0.5, pills::toString);
            JsonNode prize = held(server, "Prize again");
            assertTrue(signal(prize, "bayes") < -0.3, prize::toString);
        }
    }

    private static void decide(RunningServer server, String from, String subject, String text, String decision) {
        send(server, from, subject, text);
        JsonNode content = held(server, subject);
        assertEquals(0, signal(content, "bayes"), content::toString);
        server.admin
                .post("/v1/api/email/quarantine/" + content.path("id").asText() + "/" + decision, "{}")
                .expect(200);
    }

    @Test
    void figures_tell_how_many_mails_were_scored() {
        try (RunningServer server = RunningServer.on(directory)) {
            server.makeEndpoint("sales", "");
            server.receive("sales@acme.example", "opening hours");

            String metrics = new String(
                    server.admin.get("/metrics").expect(200).response().body(), StandardCharsets.UTF_8);

            assertTrue(metrics.contains("chancery_spam_scored_total 1"), metrics);
            assertTrue(metrics.contains("chancery_spam_score_average"), metrics);
            assertTrue(metrics.contains("chancery_spam_rspamd_failures_total 0"), metrics);
        }
    }

    @Test
    void where_rspamd_is_named_it_scores_instead() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        String answer =
                "{\"score\": 2.4, \"action\": \"no action\", \"symbols\": {\"MISSING_DATE\": {\"score\": 2.4}}}";
        HttpServer rspamd = rspamd(new AtomicInteger(200), answer, seen);
        try (RunningServer server = RunningServer.on(
                directory,
                Map.of(
                        Keys.SPAM_RSPAMD_URL,
                        "http://127.0.0.1:" + rspamd.getAddress().getPort()))) {
            server.makeEndpoint("sales", "");
            JsonNode step = scored(server, server.receive("sales@acme.example", "opening hours"));

            assertEquals("2.0", step.path("verdict").asText());
            assertEquals("MISSING_DATE 2.0", step.path("reason").asText());
            assertEquals("ada@customer.example", seen.poll(10, TimeUnit.SECONDS));
        } finally {
            rspamd.stop(0);
        }
    }

    @Test
    void while_rspamd_is_away_mail_waits_and_comes_through_once_it_is_back() throws Exception {
        AtomicInteger status = new AtomicInteger(503);
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        HttpServer rspamd = rspamd(status, "{\"score\": 0}", asked);
        try (RunningServer server = RunningServer.on(
                directory,
                Map.of(
                        Keys.SPAM_RSPAMD_URL,
                        "http://127.0.0.1:" + rspamd.getAddress().getPort()))) {
            server.makeEndpoint("sales", "");
            String content = RunningServer.content(
                    "ada@customer.example", "sales@acme.example", "waiting", "w1@customer.example", "");
            assertTrue(server.mail("ada@customer.example", "sales@acme.example", content)
                    .startsWith("250"));
            assertEquals("ada@customer.example", asked.poll(30, TimeUnit.SECONDS));
            assertEquals(0, server.admin.get("/v1/messages/?limit=100").body().size());

            status.set(200);

            server.await("waiting");
        } finally {
            rspamd.stop(0);
        }
    }

    @Test
    void where_mail_is_to_be_held_while_rspamd_is_away_a_person_decides() throws Exception {
        HttpServer rspamd = rspamd(new AtomicInteger(503), "", new LinkedBlockingQueue<>());
        String address = "http://127.0.0.1:" + rspamd.getAddress().getPort();
        try (RunningServer server =
                RunningServer.on(directory, Map.of(Keys.SPAM_RSPAMD_URL, address, Keys.SPAM_WHEN_AWAY, "hold"))) {
            server.makeEndpoint("sales", "");
            send(server, "ada@customer.example", "opening hours", "When do you open?\n");

            JsonNode content = held(server, "opening hours");

            assertEquals("spam_threshold", content.path("reason").asText());
            assertTrue(content.path("spam_score").isNull(), content::toString);
        } finally {
            rspamd.stop(0);
        }
    }

    @Test
    void a_mail_on_which_rspamd_fails_each_time_is_held_in_the_end_and_others_pass() {
        try (ScriptedHttpPeer rspamd = ScriptedHttpPeer.start(request ->
                        request.text().contains("poison") ? Reply.of(500, "") : Reply.of(200, "{\"score\": 0}"));
                RunningServer server = RunningServer.on(directory, Map.of(Keys.SPAM_RSPAMD_URL, rspamd.url("")))) {
            server.makeEndpoint("sales", "");
            send(server, "ada@customer.example", "opening hours", "When do you open? poison\n");
            server.receive("sales@acme.example", "closing hours");

            JsonNode content = held(server, "opening hours");

            assertEquals("spam_threshold", content.path("reason").asText());
            JsonNode signals = content.path("signals");
            assertTrue(signals.findValuesAsText("name").contains("spam_score_unknown"), signals::toString);
            assertTrue(signals.toString().contains("not with this one"), signals::toString);
        }
    }

    private static HttpServer rspamd(AtomicInteger status, String answer, BlockingQueue<String> senders)
            throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/checkv2", exchange -> {
            exchange.getRequestBody().readAllBytes();
            senders.add(String.join(",", exchange.getRequestHeaders().getOrDefault("From", List.of())));
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status.get(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }
}
