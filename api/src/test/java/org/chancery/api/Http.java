package org.chancery.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Speaks HTTP as a stranger would. */
public final class Http implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int port;

    Http(int port) {
        this.port = port;
    }

    /** An answer. */
    public record Reply(int status, HttpResponse<byte[]> response) {

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        public byte[] bytes() {
            return response.body();
        }

        public String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        public JsonNode json() {
            try {
                return MAPPER.readTree(response.body());
            } catch (IOException e) {
                throw new UncheckedIOException(text(), e);
            }
        }

        /** The stable code of a problem. */
        public String code() {
            return json().path("code").asText();
        }

        /** The field or parameter that a problem names first. */
        public String place() {
            JsonNode error = json().path("errors").path(0);
            return error.has("pointer")
                    ? error.get("pointer").asText()
                    : "?" + error.path("parameter").asText();
        }

        /** The path of the next page, or empty. */
        public String next() {
            String link = header("Link");
            return link.isEmpty() ? "" : link.substring(1, link.indexOf('>'));
        }
    }

    public Reply get(String path, @Nullable String token) {
        return send("GET", path, token, null);
    }

    public Reply post(String path, @Nullable String token, String json, String... headers) {
        return send("POST", path, token, json.getBytes(StandardCharsets.UTF_8), headers);
    }

    public Reply patch(String path, @Nullable String token, String json) {
        return send("PATCH", path, token, json.getBytes(StandardCharsets.UTF_8));
    }

    public Reply delete(String path, @Nullable String token) {
        return send("DELETE", path, token, null);
    }

    /** @param headers names and values in turns; a Content-Type here stands in for application/json */
    public Reply send(String method, String path, @Nullable String token, byte @Nullable [] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        return send(request.build());
    }

    public Reply send(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
            return new Reply(response.statusCode(), response);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        client.close();
    }
}
