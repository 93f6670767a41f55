package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chancery.server.config.Key;
import org.chancery.server.config.Keys;
import org.chancery.testkit.peer.ScriptedDns;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.chancery.testkit.peer.Stage;
import org.chancery.testkit.peer.Stall;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the other side of delivery sees of each of its keys. */
class DeliveryKeysTest {

    @Test
    void in_the_sandbox_nothing_leaves_and_by_relay_all_goes_to_the_relay(@TempDir Path directory) {
        try (RunningServer relayed = RunningServer.on(directory.resolve("relay"));
                RunningServer kept =
                        RunningServer.on(directory.resolve("sandbox"), Map.of(Keys.DELIVERY_MODE, "sandbox"))) {
            await(kept, send(kept, "ada@far.example"), "delivered");
            await(relayed, send(relayed, "ada@far.example"), "delivered");
            assertEquals(1, relayed.peer.mails().size());
            assertEquals(0, kept.peer.sessions());
        }
    }

    @Test
    void straight_to_the_recipients_servers_asks_the_name_servers_that_are_set(@TempDir Path directory) {
        try (ScriptedDns dns = ScriptedDns.start().nullMx("closed.example")) {
            Map<Key<?>, String> mx = Map.of(Keys.DELIVERY_MODE, "mx", Keys.DNS_SERVERS, dns.hostPort());
            try (RunningServer server = RunningServer.on(directory, mx)) {
                // RFC 7505: such a domain says itself that it takes no mail.
                await(server, send(server, "ada@closed.example"), "failed");
                assertTrue(dns.queries().contains("closed.example. MX"), () -> String.valueOf(dns.queries()));
                assertEquals(0, server.peer.sessions());
            }
        }
    }

    @Test
    void the_relay_is_the_one_that_is_named_and_is_shown_user_and_password(@TempDir Path directory) {
        try (ScriptedSmtpPeer strict = ScriptedSmtpPeer.start().requiringAuth("chancery", "correct horse");
                RunningServer known = RunningServer.on(
                        directory.resolve("known"),
                        Map.of(
                                Keys.DELIVERY_RELAY, "127.0.0.1:" + strict.port(),
                                Keys.DELIVERY_RELAY_USER, "chancery",
                                Keys.DELIVERY_RELAY_PASSWORD, "correct horse"));
                RunningServer stranger = RunningServer.on(
                        directory.resolve("stranger"),
                        Map.of(
                                Keys.DELIVERY_RELAY, "127.0.0.1:" + strict.port(),
                                Keys.DELIVERY_RELAY_USER, "chancery",
                                Keys.DELIVERY_RELAY_PASSWORD, "battery staple",
                                Keys.DELIVERY_RETRY, "50ms"))) {
            await(known, send(known, "ada@far.example"), "delivered");
            await(stranger, send(stranger, "bob@far.example"), "failed");
            assertEquals(1, strict.mails().size());
            assertEquals(0, known.peer.sessions());
        }
    }

    @Test
    void after_the_last_pause_a_mail_has_failed(@TempDir Path directory) {
        assertEquals(2, attempts(directory.resolve("one"), "50ms"));
        assertEquals(4, attempts(directory.resolve("three"), "50ms,60ms,70ms"));
    }

    private static int attempts(Path directory, String retry) {
        try (RunningServer server = RunningServer.on(directory, Map.of(Keys.DELIVERY_RETRY, retry))) {
            server.peer.at(Stage.RCPT).answer("450 4.2.1 never");
            await(server, send(server, "ada@far.example"), "failed");
            return (int) server.peer.commands().stream()
                    .filter(line -> line.startsWith("RCPT"))
                    .count();
        }
    }

    @Test
    void attempts_at_once_are_limited_in_all_and_for_each_destination(@TempDir Path directory) {
        Map<Key<?>, String> limits =
                Map.of(Keys.DELIVERY_CONCURRENCY, "3", Keys.DELIVERY_CONCURRENCY_PER_DESTINATION, "2");
        try (RunningServer server = RunningServer.on(directory, limits)) {
            Stall stall = server.peer.at(Stage.END_OF_DATA).stall();
            server.makeEndpoint("sales", "");
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                sent.add(post(server, "r" + i + "@one.example"));
            }
            server.peer.awaitStage(Stage.END_OF_DATA, 2, RunningServer.PATIENCE);
            sent.add(post(server, "r7@two.example"));
            sent.add(post(server, "r8@three.example"));
            server.peer.awaitStage(Stage.END_OF_DATA, 3, RunningServer.PATIENCE);
            assertEquals(2, recipientsAt(server, "@one.example"));
            assertEquals(1, recipientsAt(server, "@two.example") + recipientsAt(server, "@three.example"));
            stall.release();
            sent.forEach(message -> await(server, message, "delivered"));
            assertEquals(3, server.peer.mostOpenSessions());
        }
    }

    @Test
    void attempts_at_once_by_a_relay_are_limited_whatever_the_destinations(@TempDir Path directory) {
        assertEquals(2, atOnceByRelay(directory.resolve("two"), 2));
        assertEquals(4, atOnceByRelay(directory.resolve("four"), 4));
    }

    /** The most sessions at once that bring seven mails, each to a domain of its own. */
    private static int atOnceByRelay(Path directory, int limit) {
        Map<Key<?>, String> limits =
                Map.of(Keys.DELIVERY_CONCURRENCY, "6", Keys.DELIVERY_CONCURRENCY_RELAY, Integer.toString(limit));
        try (RunningServer server = RunningServer.on(directory, limits)) {
            Stall stall = server.peer.at(Stage.END_OF_DATA).stall();
            List<String> sent = new ArrayList<>(List.of(send(server, "r0@d0.example")));
            for (int i = 1; i < limit; i++) {
                sent.add(post(server, "r" + i + "@d" + i + ".example"));
            }
            server.peer.awaitStage(Stage.END_OF_DATA, limit, RunningServer.PATIENCE);
            // All slots are taken; what comes now has to wait.
            for (int i = limit; i < 7; i++) {
                sent.add(post(server, "r" + i + "@d" + i + ".example"));
            }
            assertEquals(limit, server.peer.timesReached(Stage.END_OF_DATA));
            stall.release();
            sent.forEach(message -> await(server, message, "delivered"));
            return server.peer.mostOpenSessions();
        }
    }

    @Test
    void mails_one_after_another_are_brought_in_one_session_by_a_relay(@TempDir Path directory) {
        try (RunningServer server = RunningServer.on(directory, Map.of(Keys.DELIVERY_CONCURRENCY, "1"))) {
            Stall stall = server.peer.at(Stage.END_OF_DATA).once().stall();
            List<String> sent = new ArrayList<>(List.of(send(server, "ada@one.example")));
            sent.add(post(server, "bob@two.example"));
            sent.add(post(server, "eve@three.example"));
            stall.release();
            sent.forEach(message -> await(server, message, "delivered"));
            assertEquals(3, server.peer.mails().size());
            assertEquals(1, server.peer.sessions());
            server.peer.awaitStage(Stage.QUIT, 1, RunningServer.PATIENCE); // when nobody has wanted it for some seconds
        }
    }

    private static long recipientsAt(RunningServer server, String domain) {
        return server.peer.commands().stream()
                .filter(line -> line.startsWith("RCPT") && line.contains(domain))
                .count();
    }

    private static String send(RunningServer server, String recipient) {
        server.makeEndpoint("sales", "");
        return post(server, recipient);
    }

    private static String post(RunningServer server, String recipient) {
        return server.admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"sales@acme.example\", \"to\": [{\"email\": \"" + recipient
                                + "\"}], \"subject\": \"an offer\", \"text_body\": \"x\"}")
                .expect(202)
                .text("message_id");
    }

    private static void await(RunningServer server, String message, String status) {
        server.admin.until(
                "/v1/messages/" + message + "/", answer -> answer.text("status").equals(status));
    }
}
