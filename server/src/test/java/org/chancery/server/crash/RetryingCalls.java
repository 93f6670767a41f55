package org.chancery.server.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Calls of a server that is killed again and again; each is made until it is answered. Used by all threads of a test. */
final class RetryingCalls implements AutoCloseable {
    private static final Duration CALL_LIMIT = Duration.ofSeconds(30);
    private static final int POLL_MILLIS = 50;

    private final PackagedServer server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    RetryingCalls(PackagedServer server) {
        this.server = server;
    }

    /** A POST that succeeds. */
    JsonNode post(@Nullable String token, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(token, path, body, null);
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return new ObjectMapper().readTree(answer.body());
    }

    /** Makes a call, a GET where there is no body; again, with the same key, where the server was killed meanwhile or is only just up. */
    HttpResponse<String> send(@Nullable String token, String path, @Nullable String body, @Nullable String key)
            throws IOException, InterruptedException {
        while (true) {
            URI uri = URI.create("http://127.0.0.1:" + server.ports().http() + path);
            HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(CALL_LIMIT);
            if (token != null) {
                request.header("Authorization", "Bearer " + token);
            }
            if (key != null) {
                request.header("Idempotency-Key", key);
            }
            if (body != null) {
                request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
            }
            try {
                HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
                // 409: another request with this key is under way.
                boolean isEarly = answer.statusCode() == 503 || answer.body().contains("idempotency_in_flight");
                if (!isEarly) {
                    return answer;
                }
            } catch (IOException killed) {
                // Once more, wherever it listens then.
            }
            Thread.sleep(POLL_MILLIS); // between two tries of what is awaited
        }
    }

    /** Every row of a list, page by page. */
    void each(String token, String list, Consumer<JsonNode> row) throws IOException, InterruptedException {
        for (Optional<String> page = Optional.of(list); page.isPresent(); ) {
            HttpResponse<String> answer = send(token, page.get(), null, null);
            if (answer.statusCode() != 200) {
                throw new IOException(page.get() + ": " + answer.statusCode() + " " + answer.body());
            }
            new ObjectMapper().readTree(answer.body()).forEach(row);
            page = answer.headers().firstValue("Link").map(link -> link.substring(1, link.indexOf('>')));
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
