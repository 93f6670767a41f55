package org.chancery.server.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the server holds, seen over HTTP as by a stranger. */
final class StoredMails implements AutoCloseable {
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"?next\"?");
    private static final String BACKLOG = "chancery_spool_backlog";
    private static final Duration CALL_LIMIT = Duration.ofSeconds(30);
    private static final int POLL_MILLIS = 50;
    private static final int READERS = 4;

    private final URI root;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    StoredMails(int port) {
        this.root = URI.create("http://127.0.0.1:" + port);
    }

    /** Gives its id. */
    String makeEndpoint(String localPart) throws IOException, InterruptedException {
        return post("/v1/api/email/endpoints", "{\"localpart\": \"" + localPart + "\", \"kind\": \"custom\"}", 201)
                .path("id")
                .asText();
    }

    /** Queues a mail; gives its id. */
    String send(String inbox, String to, String subject) throws IOException, InterruptedException {
        return post(
                        "/v1/messages/",
                        "{\"inbox_id\": \"" + inbox + "\", \"to\": [{\"email\": \"" + to + "\"}], \"subject\": \""
                                + subject + "\", \"text_body\": \".A line with a dot.\\n\"}",
                        202)
                .path("message_id")
                .asText();
    }

    private JsonNode post(String path, String body, int expected) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(
                to(path).header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        if (answer.statusCode() != expected) {
            throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return new ObjectMapper().readTree(answer.body());
    }

    /** The digest of a message's octets. */
    String sha256(String id) throws IOException, InterruptedException {
        return read(id, new SeededMails(0, 0)).sha256();
    }

    /** Every message of which the server says that it was delivered. */
    Set<String> delivered() throws IOException, InterruptedException {
        Set<String> ids = new HashSet<>();
        for (Optional<String> page = Optional.of("/v1/messages/?status=delivered&limit=100"); page.isPresent(); ) {
            HttpResponse<String> answer = get(page.get());
            new ObjectMapper()
                    .readTree(answer.body())
                    .forEach(message -> ids.add(message.path("message_id").asText()));
            page = next(answer);
        }
        return ids;
    }

    /** Waits until so many messages were delivered. */
    void awaitDelivered(int count, Duration limit) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        for (int delivered = delivered().size();
                delivered < count;
                delivered = delivered().size()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("after " + limit + " only " + delivered + " messages are delivered");
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private static Optional<String> next(HttpResponse<String> answer) {
        return answer.headers().allValues("Link").stream()
                .map(NEXT::matcher)
                .filter(Matcher::find)
                .map(link -> link.group(1))
                .findFirst();
    }

    /** Mails that were accepted and are not through the pipeline. */
    long backlog() throws IOException, InterruptedException {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(BACKLOG + " "))
                .map(line ->
                        Double.valueOf(line.substring(BACKLOG.length() + 1)).longValue())
                .findFirst()
                .orElseThrow(() -> new IOException("/metrics has no " + BACKLOG));
    }

    /** Waits until not more mails than these wait for the pipeline. */
    void awaitBacklog(long most, Duration limit) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        for (long waiting = backlog(); waiting > most; waiting = backlog()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("after " + limit + " there are still " + waiting + " mails in the spool");
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /** A message, by what identifies it, and its octets, by their digest. */
    record Stored(String id, OptionalInt number, String sha256) {}

    /** Every message there is. */
    List<Stored> all(SeededMails sent) throws IOException, InterruptedException {
        List<Future<Stored>> reads = new ArrayList<>();
        try (ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
            Optional<String> page = Optional.of("/v1/messages/?limit=100");
            while (page.isPresent()) {
                HttpResponse<String> answer = get(page.get());
                for (JsonNode message : new ObjectMapper().readTree(answer.body())) {
                    String id = message.path("message_id").asText();
                    reads.add(readers.submit(() -> read(id, sent)));
                }
                page = next(answer);
            }
        }
        List<Stored> mails = new ArrayList<>();
        for (Future<Stored> read : reads) {
            try {
                mails.add(read.get());
            } catch (ExecutionException e) {
                throw new IOException(e.getCause());
            }
        }
        return mails;
    }

    private Stored read(String id, SeededMails sent) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer =
                client.send(to("/v1/messages/" + id + "/raw/").build(), BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IOException("message " + id + ": " + answer.statusCode());
        }
        return new Stored(id, sent.numberOf(answer.body()), SeededMails.sha256(answer.body()));
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(to(path).build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer;
    }

    private HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(root.resolve(path))
                .timeout(CALL_LIMIT)
                .header("Authorization", "Bearer " + PackagedServer.ADMIN_TOKEN);
    }

    @Override
    public void close() {
        client.close();
    }
}
