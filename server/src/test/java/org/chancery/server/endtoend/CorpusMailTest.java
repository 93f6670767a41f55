package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.smtp.SmtpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every file of the corpus, mail or not, goes in as a mail: accepted and shown, or refused with a code. */
class CorpusMailTest {

    @Test
    void every_file_of_the_corpus_is_shown_or_refused(@TempDir Path directory) throws IOException {
        Path corpus = Path.of(System.getenv().getOrDefault("CHANCERY_CORPUS", "../../shared/corpus"), "dev");
        Assumptions.assumeTrue(Files.isDirectory(corpus), "there is no mail corpus at " + corpus + ": skipped");
        try (RunningServer server = RunningServer.on(directory)) {
            server.makeEndpoint("corpus", "");
            int accepted = 0;
            List<String> refusals = new ArrayList<>();
            for (Path file : files(corpus)) {
                String reply = send(server, Files.readAllBytes(file));
                if (reply.startsWith("250")) {
                    accepted++;
                } else {
                    refusals.add(reply.substring(0, 9));
                }
            }
            assertTrue(refusals.stream().allMatch(reply -> reply.matches("55[24] 5\\.\\d\\.\\d")), refusals.toString());
            int expected = accepted;
            server.admin.until(
                    "/v1/api/email/activity?limit=1",
                    answer -> answer.body().path("total").asInt() + quarantined(server) >= expected);
            assertEquals(
                    0,
                    server.admin
                            .get("/v1/api/email/activity?state=error")
                            .body()
                            .path("total")
                            .asInt(),
                    "errors");
            // What is held is in no list of messages: some of these mails carry malware or pretend to be somebody.
            assertEquals(accepted, shown(server) + quarantined(server));
            for (JsonNode row :
                    server.admin.get("/v1/api/email/review").expect(200).body().path("quarantined")) {
                server.admin
                        .get("/v1/api/email/quarantine/" + row.path("id").asText() + "/content")
                        .expect(200);
            }
        }
    }

    private static List<Path> files(Path corpus) throws IOException {
        try (Stream<Path> walk = Files.walk(corpus)) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** With line ends as SMTP wants them and dots stuffed: what a mail program does. */
    private static String send(RunningServer server, byte[] file) throws IOException {
        String text = new String(file, StandardCharsets.ISO_8859_1)
                .replace("\r\n", "\n")
                .replace('\r', '\n')
                .replace("\n", "\r\n");
        String stuffed = (text.startsWith(".") ? "." : "") + text.replace("\r\n.", "\r\n..");
        String ended = stuffed.endsWith("\r\n") ? stuffed : stuffed + "\r\n";
        try (SmtpClient client = SmtpClient.connect(server.port("smtp"))) {
            client.greet();
            client.command("MAIL FROM:<corpus@customer.example>");
            client.command("RCPT TO:<corpus@acme.example>");
            client.command("DATA");
            client.send((ended + ".\r\n").getBytes(StandardCharsets.ISO_8859_1));
            return client.reply();
        }
    }

    private static int quarantined(RunningServer server) {
        return server.admin
                .get("/v1/api/email/badge")
                .expect(200)
                .body()
                .path("quarantined")
                .asInt();
    }

    private static int shown(RunningServer server) {
        int count = 0;
        @Nullable String path = "/v1/messages/?limit=100";
        while (path != null) {
            Answer page = server.admin.get(path).expect(200);
            for (var message : page.body()) {
                server.admin
                        .get("/v1/api/email/messages/"
                                + message.path("message_id").asText() + "/content")
                        .expect(200);
                count++;
            }
            path = page.response()
                    .headers()
                    .firstValue("Link")
                    .map(link -> link.substring(link.indexOf('<') + 1, link.indexOf('>')))
                    .map(url -> url.substring(url.indexOf("/v1/")))
                    .orElse(null);
        }
        return count;
    }
}
