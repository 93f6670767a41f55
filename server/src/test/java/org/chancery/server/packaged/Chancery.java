package org.chancery.server.packaged;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs {@code bin/chancery} of this checkout on one data directory; what is left running is ended at the end. */
final class Chancery implements AutoCloseable {
    static final String ADMIN_TOKEN = "packaged-admin-token-0123456789";

    /** Longer than any command takes on a busy machine. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private static final int POLL_MILLIS = 5;

    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private final List<Process> started = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    /** What a command left behind. */
    record Ended(int exit, String out, String err) {}

    /** A server in the foreground of a process of its own. */
    record Serving(Process process, Path out, Path err) {
        String errors() throws IOException {
            return Files.readString(err);
        }

        String printed() throws IOException {
            return Files.readString(out);
        }
    }

    Chancery(Path folder) throws IOException {
        this.folder = folder;
        environment.put("CHANCERY_DATA_DIRECTORY", data().toString());
        environment.put("CHANCERY_SMTP_BIND", "127.0.0.1");
        for (String listener : List.of("SMTP", "SUBMISSION", "SUBMISSIONS", "HTTP")) {
            environment.put("CHANCERY_" + listener + "_PORT", "0");
        }
        environment.put("CHANCERY_WORKSPACE_DOMAIN", "acme.test");
        Path secret = Files.writeString(folder.resolve("admin-token"), ADMIN_TOKEN + "\n");
        environment.put("CHANCERY_ADMIN_TOKEN_FILE", secret.toString());
    }

    /** The same with one more variable. */
    Chancery with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    Chancery without(String variable) {
        environment.remove(variable);
        return this;
    }

    Path data() {
        return folder.resolve("data");
    }

    /** Runs a command to its end. */
    Ended run(String... words) throws IOException, InterruptedException {
        return ended(start(words), words);
    }

    /** The same in that directory, with these variables alone: as on a machine where there is neither server nor configuration. */
    Ended runElsewhere(Path directory, Map<String, String> variables, String... words)
            throws IOException, InterruptedException {
        return ended(start(directory, variables, words), words);
    }

    private static Ended ended(Serving command, String... words) throws IOException, InterruptedException {
        if (!command.process().waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException(List.of(words) + " does not end:\n" + command.errors());
        }
        return new Ended(command.process().exitValue(), command.printed(), command.errors());
    }

    /** Starts a server and waits until it is ready. */
    Serving serve() throws IOException, InterruptedException {
        return until("ready ", "serve");
    }

    /** Starts a command and waits until it prints a line that begins so. */
    Serving until(String beginning, String... words) throws IOException, InterruptedException {
        Serving server = start(words);
        long end = System.nanoTime() + LIMIT.toNanos();
        while (server.printed().lines().noneMatch(line -> line.startsWith(beginning))) {
            if (!server.process().isAlive() || System.nanoTime() > end) {
                throw new IOException(List.of(words) + " does not start:\n" + server.printed() + server.errors());
            }
            Thread.sleep(POLL_MILLIS); // between two looks at a condition that is awaited
        }
        return server;
    }

    private Serving start(String... words) throws IOException {
        return start(Path.of(""), environment, words);
    }

    private Serving start(Path directory, Map<String, String> variables, String... words) throws IOException {
        Path home = Path.of(System.getProperty("chancery.home", "..")).toAbsolutePath();
        List<String> line = new ArrayList<>(List.of(home.resolve("bin/chancery").toString()));
        line.addAll(List.of(words));
        Path out = folder.resolve("out-" + started.size());
        Path err = folder.resolve("err-" + started.size());
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(directory.toAbsolutePath().toFile())
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("CHANCERY_") && !name.startsWith("CHANCERY_JAVA"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        started.add(process);
        return new Serving(process, out, err);
    }

    /** {@code ports.json} of the running server. */
    JsonNode ports() throws IOException {
        return new ObjectMapper().readTree(data().resolve("ports.json").toFile());
    }

    int port(String listener) throws IOException {
        return ports().path(listener).asInt();
    }

    /** Calls the API; gives status and JSON. */
    JsonNode get(String token, String path) throws IOException, InterruptedException {
        return send(request(token, path).GET().build());
    }

    JsonNode post(String path, String json) throws IOException, InterruptedException {
        return send(request(ADMIN_TOKEN, path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json, StandardCharsets.UTF_8))
                .build());
    }

    /** The bytes of a file that the API gives the owner. */
    byte[] download(String path) throws IOException, InterruptedException {
        return answered(request(ADMIN_TOKEN, path).GET().build(), BodyHandlers.ofByteArray());
    }

    private HttpRequest.Builder request(String token, String path) throws IOException {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port("http") + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token);
    }

    private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
        return new ObjectMapper().readTree(answered(request, BodyHandlers.ofString(StandardCharsets.UTF_8)));
    }

    private <T> T answered(HttpRequest request, BodyHandler<T> handler) throws IOException, InterruptedException {
        HttpResponse<T> response = http.send(request, handler);
        if (response.statusCode() >= 300) {
            throw new IOException(request.uri() + ": " + response.statusCode() + " " + response.body());
        }
        return response.body();
    }

    @Override
    public void close() {
        http.close();
        for (Process process : started) {
            process.destroyForcibly();
        }
    }
}
