package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mail comes in by SMTP, and its score is seen by HTTP. */
class SpamScoreTest {
    private static final String SPAM = "From: Prize Board <claims@lotto.example>\r\nTo: sales@acme.example\r\n"
            + "Subject: YOU HAVE WON THE LOTTERY!!!\r\n\r\n"
            + "Dear lucky winner, you have been selected in the international lottery. Claim your prize of $1,500,000\r\n"
            + "now: http://bit.ly/w1n. Cheap pills, viagra and cialis without prescription at our online casino.\r\n";

    @TempDir
    private Path directory;

    private static JsonNode scored(RunningServer server, String message) {
        JsonNode trace = server.admin
                .get("/v1/api/email/messages/" + message + "/trace")
                .expect(200)
                .body();
        for (JsonNode step : trace) {
            if (step.path("mailet").asText().equals("SpamScore")) {
                return step;
            }
        }
        throw new AssertionError("no step SpamScore in " + trace);
    }

    @Test
    void the_trace_says_how_much_a_mail_looks_like_spam_and_why() {
        // A threshold that lets everything in: this is about the score.
        try (RunningServer server = RunningServer.on(directory)) {
            server.makeEndpoint("sales", ", \"spam_score_max\": 100");
            String honest = server.receive("sales@acme.example", "opening hours");
            assertTrue(server.mail("claims@lotto.example", "sales@acme.example", SPAM).startsWith("250"));
            String spam = server.await("YOU HAVE WON THE LOTTERY!!!");

            JsonNode low = scored(server, honest);
            JsonNode high = scored(server, spam);

            assertTrue(low.path("verdict").asDouble() < 3, low::toString);
            assertTrue(high.path("verdict").asDouble() > 8, high::toString);
            assertTrue(high.path("reason").asText().contains("lottery_wording"), high::toString);
        }
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
        String answer = "{\"score\": 2.4, \"action\": \"no action\", \"symbols\": {\"MISSING_DATE\": {\"score\": 2.4}}}";
        HttpServer rspamd = rspamd(new AtomicInteger(200), answer, seen);
        try (RunningServer server = RunningServer.on(
                directory, Map.of(Keys.SPAM_RSPAMD_URL, "http://127.0.0.1:" + rspamd.getAddress().getPort()))) {
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
                directory, Map.of(Keys.SPAM_RSPAMD_URL, "http://127.0.0.1:" + rspamd.getAddress().getPort()))) {
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
