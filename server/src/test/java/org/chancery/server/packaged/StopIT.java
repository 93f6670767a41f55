package org.chancery.server.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.chancery.server.packaged.Chancery.Serving;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.chancery.testkit.peer.Stage;
import org.chancery.testkit.smtp.SmtpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM while everybody whom the server talks to dawdles. */
class StopIT {
    /** What the server promises. */
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(10);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MAILS = 20;
    private static final int BIG = 8 << 20;

    @Test
    void the_server_stops_within_its_time_and_has_all_accepted_mail_at_the_next_start(@TempDir Path folder)
            throws IOException, InterruptedException {
        try (ScriptedSmtpPeer stalling = ScriptedSmtpPeer.start();
                Chancery chancery = new Chancery(folder)
                        .with("CHANCERY_DELIVERY_MODE", "relay")
                        .with("CHANCERY_DELIVERY_RELAY", "127.0.0.1:" + stalling.port())) {
            stalling.at(Stage.END_OF_DATA).stall();
            Serving server = chancery.serve();
            chancery.post("/v1/api/email/endpoints", "{\"localpart\": \"sales\", \"kind\": \"custom\"}");
            String big = accept(chancery, "big", "x".repeat(BIG));
            assertTrue(big.startsWith("250"), big);
            try (SmtpClient sender = halfAMail(chancery);
                    Socket reader = slowReader(chancery, await(chancery, "big"))) {
                chancery.post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"sales@acme.test\", \"to\": [{\"email\": \"a@far.test\"}], \"subject\": \"out\","
                                + " \"text_body\": \"x\"}");
                stalling.awaitStage(Stage.END_OF_DATA, 1, PATIENCE);
                List<String> accepted = new ArrayList<>(List.of("big"));
                for (int i = 0; i < MAILS; i++) {
                    if (accept(chancery, "mail " + i, "x").startsWith("250")) {
                        accepted.add("mail " + i);
                    }
                }
                server.process().destroy();
                assertTrue(
                        server.process().waitFor(STOPS_WITHIN.toMillis(), TimeUnit.MILLISECONDS),
                        () -> "it still runs after " + STOPS_WITHIN);
                assertTrue(sender.untilClosed().lines().noneMatch(reply -> reply.startsWith("250")));
                assertTrue(reader.isConnected(), "whoever reads slowly did so to the end");

                Serving next = chancery.serve();
                for (String subject : accepted) {
                    await(chancery, subject);
                }
                assertEquals(new TreeSet<>(accepted), new TreeSet<>(subjects(chancery)), "and no half mail");
                next.process().destroy();
                assertTrue(next.process().waitFor(STOPS_WITHIN.toMillis(), TimeUnit.MILLISECONDS));
            }
        }
    }

    private static String accept(Chancery chancery, String subject, String text) throws IOException {
        try (SmtpClient client = envelope(chancery)) {
            client.sendRaw(content(subject) + text.replaceAll("(.{900})", "$1\r\n") + "\r\n.\r\n");
            return client.reply();
        }
    }

    private static SmtpClient halfAMail(Chancery chancery) throws IOException {
        SmtpClient client = envelope(chancery);
        client.sendRaw(content("never ends") + "x");
        return client;
    }

    private static SmtpClient envelope(Chancery chancery) throws IOException {
        SmtpClient client = SmtpClient.connect(chancery.port("smtp"));
        client.greet();
        client.command("MAIL FROM:<ada@far.test>");
        client.command("RCPT TO:<sales@acme.test>");
        client.command("DATA");
        return client;
    }

    private static String content(String subject) {
        return "From: ada@far.test\r\nTo: sales@acme.test\r\nSubject: " + subject + "\r\nMessage-ID: <"
                + subject.replace(' ', '-') + "@far.test>\r\n\r\n";
    }

    /** Asks for a big mail and takes none of it. */
    private static Socket slowReader(Chancery chancery, String message) throws IOException {
        Socket socket = new Socket();
        // Small, or the system would take all of the mail on behalf of the client.
        socket.setReceiveBufferSize(4096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), chancery.port("http")));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.getOutputStream()
                .write(("GET /v1/messages/" + message + "/raw/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                + Chancery.ADMIN_TOKEN + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        assertEquals('H', socket.getInputStream().read(), "the answer has begun");
        return socket;
    }

    private static String await(Chancery chancery, String subject) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            for (JsonNode message : inbound(chancery)) {
                if (message.path("subject").asText().equals(subject)) {
                    return message.path("message_id").asText();
                }
            }
            assertTrue(System.nanoTime() < end, () -> "'" + subject + "' does not come");
            Thread.sleep(20); // between two looks at a condition that is awaited
        }
    }

    private static List<String> subjects(Chancery chancery) throws IOException, InterruptedException {
        return inbound(chancery).stream()
                .map(message -> message.path("subject").asText())
                .toList();
    }

    private static List<JsonNode> inbound(Chancery chancery) throws IOException, InterruptedException {
        List<JsonNode> messages = new ArrayList<>();
        for (JsonNode message : chancery.get(Chancery.ADMIN_TOKEN, "/v1/messages/?limit=100")) {
            if (message.path("direction").asText().equals("inbound")) {
                messages.add(message);
            }
        }
        return messages;
    }
}
