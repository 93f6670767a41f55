package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.server.endtoend.RunningServer.Client;
import org.chancery.testkit.peer.ReceivedMail;
import org.chancery.testkit.smtp.SmtpClient;

/** What the tests of approvals ask of a server. */
final class Approvals {
    static final String LIST = "/v1/approvals/";

    /** Every send waits. */
    static final String EVERYTHING = "[\"email:send\"]";

    private static final ObjectMapper JSON = new ObjectMapper();

    /** How the subject begins of what is sent to find out whether all has left. */
    private static final String LAST = "the last of all, no. ";

    private static final AtomicInteger PROBES = new AtomicInteger();

    private final RunningServer server;

    Approvals(RunningServer server) {
        this.server = server;
    }

    static String item(String approval) {
        return LIST + approval + "/";
    }

    /** An endpoint that may answer as it likes, but for its token; its id. */
    String endpoint(String localPart) {
        return server.makeAgentEndpoint(localPart, "agent_decides", "");
    }

    /** Whoever holds a token of the inbox whose mail these rules hold. */
    Client restricted(String inbox, String rules) {
        return server.new Client(secret(inbox, rules));
    }

    String secret(String inbox, String rules) {
        return server.admin
                .post(
                        "/v1/tokens/",
                        "{\"label\": \"restricted\", \"inbox_id\": \"" + inbox + "\", \"scopes\": [\"email:read\","
                                + " \"email:send\", \"approvals:read\", \"approvals:write\", \"tokens:write\"],"
                                + " \"requires_approval\": " + rules + "}")
                .expect(201)
                .text("token");
    }

    /** A personal token of the caller. */
    Client personal(Client maker, String rules, String... scopes) {
        return server.new Client(personalSecret(maker, rules, scopes));
    }

    String personalSecret(Client maker, String rules, String... scopes) {
        return maker.post(
                        "/v1/tokens/",
                        "{\"label\": \"personal\", \"scopes\": [\"" + String.join("\", \"", scopes)
                                + "\"], \"requires_approval\": " + rules + "}")
                .expect(201)
                .text("token");
    }

    /** Another person of acme.example who decides. */
    Client reviewer(String name) {
        return server.makeMember("acme.example", name + "@acme.example", "approvals:read,approvals:write");
    }

    static String mail(String to, String subject) {
        return "{\"to\": [{\"email\": \"" + to + "\"}], \"subject\": \"" + subject
                + "\", \"text_body\": \"Here is the proposed next step.\"}";
    }

    /** Has a mail held; the answer. */
    static Answer hold(Client by, String to, String subject) {
        Answer answer = by.post("/v1/messages/", mail(to, subject)).expect(202);
        assertEquals("held", answer.text("status"));
        assertTrue(answer.text("approval_id").startsWith("apr_"), answer.body().toString());
        return answer;
    }

    static Answer approve(Client by, String approval) {
        return by.post(item(approval) + "approve/", "{}");
    }

    static Answer reject(Client by, String approval, String reason) {
        return by.post(item(approval) + "reject/", "{\"reason\": \"" + reason + "\"}");
    }

    JsonNode message(String id) {
        return server.admin.get("/v1/messages/" + id + "/").expect(200).body();
    }

    String statusOf(String message) {
        return message(message).path("status").asText();
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<JsonNode> each(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }

    static List<String> ids(Answer list) {
        return each(list.body()).map(row -> row.path("approval_id").asText()).toList();
    }

    /** What arrived with that subject, after all that was queued before this call has left or failed to. */
    List<ReceivedMail> arrived(String subject) {
        awaitAllThatLeaves();
        return received(subject);
    }

    /** All that arrived, after all that was queued before this call has left or failed to. */
    List<ReceivedMail> left() {
        awaitAllThatLeaves();
        return server.peer.mails().stream()
                .filter(mail -> !mail.content().text().contains("\r\nSubject: " + LAST))
                .toList();
    }

    /**
     * Jobs are begun oldest first: when what is sent last has arrived, all that was due before it have begun, and when none is in
     * flight they have ended.
     */
    private void awaitAllThatLeaves() {
        String last = LAST + PROBES.incrementAndGet();
        server.admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + systemInbox() + "\", "
                                + mail("last@elsewhere.example", last).substring(1))
                .expect(202);
        awaitArrival(last);
        server.admin.until("/metrics", Approvals::isNothingInFlight);
    }

    private static boolean isNothingInFlight(Answer metrics) {
        return new String(metrics.expect(200).response().body(), StandardCharsets.UTF_8)
                .lines()
                .anyMatch("chancery_delivery_in_flight 0.0"::equals);
    }

    private String systemInbox() {
        return each(server.admin
                        .get("/v1/api/email/endpoints")
                        .expect(200)
                        .body()
                        .path("endpoints"))
                .filter(endpoint -> endpoint.path("is_system").asBoolean())
                .findFirst()
                .orElseThrow()
                .path("id")
                .asText();
    }

    List<ReceivedMail> awaitArrival(String subject) {
        return awaitArrivalOf("\r\nSubject: " + subject + "\r\n");
    }

    /** What contains these words, once it has arrived. */
    List<ReceivedMail> awaitArrivalOf(String words) {
        long end = System.nanoTime() + RunningServer.PATIENCE.toNanos();
        while (containing(words).isEmpty()) {
            assertTrue(System.nanoTime() < end, "'" + words.strip() + "' did not arrive");
            Thread.onSpinWait();
        }
        return containing(words);
    }

    private List<ReceivedMail> received(String subject) {
        return containing("\r\nSubject: " + subject + "\r\n");
    }

    private List<ReceivedMail> containing(String words) {
        return server.peer.mails().stream()
                .filter(mail -> mail.content().text().contains(words))
                .toList();
    }

    /** The bytes that are decided on. */
    static byte[] raw(Client by, String approval) {
        return by.get(item(approval) + "raw/").expect(200).response().body();
    }

    /** The version that an approval has: what its bytes say they are. */
    static String versionOf(Client by, String approval) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(raw(by, approval)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The row of an approval in the caller's list of those in that state. */
    static JsonNode row(Client by, String approval, String status) {
        return each(by.get(LIST + "?limit=100&status=" + status).expect(200).body())
                .filter(row -> row.path("approval_id").asText().equals(approval))
                .findFirst()
                .orElseThrow();
    }

    /** The events about an approval that the caller reads, in order. */
    static List<JsonNode> events(Client by, String approval) {
        return each(by.get("/v1/events/?types=approval.*&limit=500")
                        .expect(200)
                        .body()
                        .path("events"))
                .filter(event ->
                        event.path("payload").path("approval_id").asText().equals(approval))
                .toList();
    }

    static List<String> typesOf(List<JsonNode> events) {
        return events.stream().map(event -> event.path("type").asText()).toList();
    }

    /** Submits a mail by SMTP with a token as password; gives the last reply. */
    String submit(String token, String from, List<String> recipients, String content) {
        try (SmtpClient client = SmtpClient.connect(server.port("submission"))) {
            client.greet();
            String login =
                    Base64.getEncoder().encodeToString(("\0" + from + "\0" + token).getBytes(StandardCharsets.UTF_8));
            assertTrue(client.command("AUTH PLAIN " + login).startsWith("235"));
            return say(client, from, recipients, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One mail transaction in a session that is authenticated. */
    static String say(SmtpClient client, String from, List<String> recipients, String content) throws IOException {
        assertTrue(client.command("MAIL FROM:<" + from + ">").startsWith("250"));
        for (String recipient : recipients) {
            assertTrue(client.command("RCPT TO:<" + recipient + ">").startsWith("250"));
        }
        client.command("DATA");
        client.sendRaw(content + "\r\n.\r\n");
        return client.reply();
    }

    static String lines(String... lines) {
        return String.join("\r\n", Arrays.asList(lines));
    }
}
