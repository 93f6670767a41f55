package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.chancery.testkit.peer.ReceivedMail;

/** Mail of acme.example that left, as its recipients' server got it and as the API tells of it. */
final class Outgoing {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicInteger MADE = new AtomicInteger();

    private final RunningServer server;

    Outgoing(RunningServer server) {
        this.server = server;
    }

    /**
     * A mail.
     *
     * @param inbox the id of the endpoint that it is from
     * @param address of that endpoint
     */
    record Sent(String id, String thread, String inbox, String address, String subject) {
        String path() {
            return "/v1/messages/" + id + "/";
        }
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** A domain for recipients of which no other test knows. */
    static String domain() {
        return "to" + MADE.incrementAndGet() + ".example";
    }

    /** Sends a mail from a new endpoint. */
    Sent send(String... recipients) {
        return sendFromNew("from" + MADE.incrementAndGet(), "", recipients);
    }

    /** The same from a new endpoint of that name; its further fields as JSON members that begin with a comma. */
    Sent sendFromNew(String localPart, String further, String... recipients) {
        return sendFrom(server.makeEndpoint(localPart, further), localPart + "@acme.example", recipients);
    }

    /** Sends another mail from where that one came from. */
    Sent sendAnother(Sent first, String... recipients) {
        return sendFrom(first.inbox(), first.address(), recipients);
    }

    private Sent sendFrom(String inbox, String address, String... recipients) {
        String subject = "mail no " + MADE.incrementAndGet() + " of " + address;
        String to = Stream.of(recipients)
                .map(recipient -> "{\"email\": \"" + recipient + "\"}")
                .collect(Collectors.joining(", "));
        Answer answer = server.admin
                .post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + inbox + "\", \"to\": [" + to + "], \"subject\": \"" + subject
                                + "\", \"text_body\": \"Hello.\"}")
                .expect(202);
        return new Sent(answer.text("message_id"), answer.text("thread_id"), inbox, address, subject);
    }

    Answer await(Sent sent, String status) {
        return server.admin.until(sent.path(), answer -> answer.text("status").equals(status));
    }

    Answer shown(Sent sent) {
        return server.admin.get(sent.path()).expect(200);
    }

    JsonNode delivery(Sent sent, String recipient) {
        return Approvals.each(shown(sent).body().path("deliveries"))
                .filter(delivery -> delivery.path("address").asText().equals(recipient))
                .findFirst()
                .orElseThrow();
    }

    /** The events of a type about the mail, in order. */
    List<JsonNode> events(String type, Sent sent) {
        JsonNode events = server.admin
                .get("/v1/events/?limit=500&types=" + type + "&inbox_id=" + sent.inbox())
                .expect(200)
                .body()
                .path("events");
        return StreamSupport.stream(events.spliterator(), false)
                .filter(event -> event.at("/payload/message_id").asText().equals(sent.id()))
                .toList();
    }

    /** The only one. */
    JsonNode event(String type, Sent sent) {
        List<JsonNode> events = events(type, sent);
        assertEquals(1, events.size(), () -> type + ": " + events);
        return Objects.requireNonNull(events.getFirst());
    }

    /** The mail as that recipient's server got it, once it is there. */
    ReceivedMail arrived(Sent sent, String recipient) {
        return new Approvals(server)
                .awaitArrival(sent.subject()).stream()
                        .filter(mail -> mail.recipients().contains(recipient))
                        .findFirst()
                        .orElseThrow();
    }

    /** The path to which reports on the mail come from that recipient's server. */
    String returnPath(Sent sent, String recipient) {
        return arrived(sent, recipient).reversePath();
    }

    /** The Message-ID, in its brackets. */
    String internetId(Sent sent, String recipient) {
        return arrived(sent, recipient)
                .content()
                .text()
                .lines()
                .filter(line -> line.startsWith("Message-ID:"))
                .map(line -> line.substring("Message-ID:".length()).strip())
                .findFirst()
                .orElseThrow();
    }
}
