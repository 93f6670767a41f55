package org.chancery.bench.product;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** The few calls a benchmark makes. */
public final class ProductApi implements AutoCloseable {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(30);
    private static final int POLL_MILLIS = 50;
    private static final String BACKLOG = "chancery_spool_backlog";

    private final URI root;
    private final String token;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    ProductApi(int port, String token) {
        this.root = URI.create("http://127.0.0.1:" + port);
        this.token = token;
    }

    /** Makes an address that takes mail; one that exists stays. */
    public void makeEndpoint(String localPart) throws IOException, InterruptedException {
        HttpRequest request = request("/v1/api/email/endpoints")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"localpart\": \"" + localPart + "\", \"kind\": \"custom\"}"))
                .build();
        HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 201 && answer.statusCode() != 409) {
            throw new IOException("endpoint " + localPart + ": " + answer.statusCode() + " " + answer.body());
        }
    }

    /** What a call with somebody's token answers; anything but 200 is a failure. */
    public byte[] get(String path, String token) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(root.resolve(path))
                .timeout(CALL_LIMIT)
                .header("Authorization", "Bearer " + token)
                .build();
        HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IOException(path + ": " + answer.statusCode());
        }
        return answer.body();
    }

    /** What a call with somebody's token answers; anything but success is a failure. */
    public byte[] post(String path, String json, String token) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(root.resolve(path))
                .timeout(CALL_LIMIT)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
        HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(
                    path + ": " + answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8));
        }
        return answer.body();
    }

    /** Every sample of {@code /metrics}, by its name and labels as printed. */
    public Map<String, Double> metrics() throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request("/metrics").build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("/metrics: " + answer.statusCode() + " " + answer.body());
        }
        return answer.body()
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.lastIndexOf(' ')),
                        line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)),
                        (first, second) -> first));
    }

    /** Mails that were accepted and are not through the pipeline. */
    public long backlog() throws IOException, InterruptedException {
        Double waiting = metrics().get(BACKLOG);
        if (waiting == null) {
            throw new IOException("/metrics has no " + BACKLOG);
        }
        return waiting.longValue();
    }

    /** Waits until not more mails than these wait for the pipeline. */
    public void awaitBacklog(long most, Duration limit) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        for (long waiting = backlog(); waiting > most; waiting = backlog()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("after " + limit + " there are still " + waiting + " mails in the spool");
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(root.resolve(path))
                .timeout(CALL_LIMIT)
                .header("Authorization", "Bearer " + token);
    }

    @Override
    public void close() {
        client.close();
    }
}
