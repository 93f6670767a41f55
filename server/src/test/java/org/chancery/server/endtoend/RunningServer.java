package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.chancery.delivery.smtp.Tls;
import org.chancery.server.Server;
import org.chancery.server.admin.AdminSocket;
import org.chancery.server.config.Configuration;
import org.chancery.server.config.Key;
import org.chancery.server.config.Keys;
import org.chancery.server.data.DataDirectory;
import org.chancery.storage.DatabaseConfig;
import org.chancery.storage.h2.H2Url;
import org.chancery.testkit.database.TestDatabase;
import org.chancery.testkit.peer.PeerCertificate;
import org.chancery.testkit.peer.ScriptedDns;
import org.chancery.testkit.peer.ScriptedHttpPeer;
import org.chancery.testkit.peer.ScriptedSmtpPeer;
import org.chancery.testkit.smtp.SmtpClient;
import org.jspecify.annotations.Nullable;

/** A server on free ports for acme.example, which relays to a scripted peer, and clients of it. */
final class RunningServer implements AutoCloseable {
    static final String ADMIN_TOKEN = "the-owner-of-acme-0123456789";

    /** Longer than anything takes on a busy machine; nothing waits so long where all is well. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Path PIPELINE = Path.of("..", "conf", "mailetcontainer.xml");
    private static final ObjectMapper JSON = new ObjectMapper();

    final ScriptedSmtpPeer peer = ScriptedSmtpPeer.start();
    /** What is asked about senders; knows nobody, until a test tells it. */
    final ScriptedDns dns = ScriptedDns.start();

    /** Where domains publish their MTA-STS policies; serves none, until a test says otherwise. */
    final ScriptedHttpPeer policies = ScriptedHttpPeer.startSecured(request -> ScriptedHttpPeer.Reply.of(404, "none"));

    final Client admin;
    private final Map<Key<?>, String> values;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Path pipeline;
    private final Clock clock;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private Server server;

    private RunningServer(Map<Key<?>, String> values, Path pipeline, Clock clock) {
        this.values = values;
        this.pipeline = pipeline;
        this.clock = clock;
        this.server = launch();
        this.admin = new Client(ADMIN_TOKEN);
    }

    static RunningServer on(Path directory) {
        return on(directory, Map.of());
    }

    static RunningServer on(Path directory, Map<Key<?>, String> further) {
        return on(directory, further, PIPELINE);
    }

    static RunningServer onPostgres(Path directory) {
        return onPostgres(directory, Clock.systemUTC());
    }

    static RunningServer onPostgres(Path directory, Clock clock) {
        return onPostgres(directory, Map.of(), clock);
    }

    static RunningServer onPostgres(Path directory, Map<Key<?>, String> further) {
        return onPostgres(directory, further, Clock.systemUTC());
    }

    static RunningServer onPostgres(Path directory, Map<Key<?>, String> further, Clock clock) {
        TestDatabase database = TestDatabase.postgres();
        Map<Key<?>, String> values = new HashMap<>(further);
        values.put(Keys.DATABASE_URL, database.url());
        values.put(Keys.DATABASE_USER, database.user());
        values.put(Keys.DATABASE_PASSWORD, database.password());
        return on(directory, values, PIPELINE, clock);
    }

    static RunningServer on(Path directory, Clock clock) {
        return on(directory, Map.of(), clock);
    }

    static RunningServer on(Path directory, Map<Key<?>, String> further, Clock clock) {
        return on(directory, further, PIPELINE, clock);
    }

    static RunningServer on(Path directory, Map<Key<?>, String> further, Path pipeline) {
        return on(directory, further, pipeline, Clock.systemUTC());
    }

    private static RunningServer on(Path directory, Map<Key<?>, String> further, Path pipeline, Clock clock) {
        Map<Key<?>, String> values = new HashMap<>();
        values.put(Keys.DATA_DIRECTORY, directory.toString());
        values.put(Keys.SMTP_BIND, "127.0.0.1");
        values.put(Keys.SMTP_PORT, "0");
        values.put(Keys.SUBMISSION_PORT, "0");
        values.put(Keys.SUBMISSIONS_PORT, "0");
        values.put(Keys.HTTP_PORT, "0");
        values.put(Keys.WORKSPACE_DOMAIN, "acme.example");
        values.put(Keys.ADMIN_EMAIL, "owner@acme.example");
        values.put(Keys.ADMIN_TOKEN, ADMIN_TOKEN);
        values.put(Keys.DELIVERY_MODE, "relay");
        values.put(Keys.DELIVERY_RETRY, "200ms,200ms");
        values.put(Keys.SPOOL_MINIMUM_FREE, "1MiB");
        values.putAll(further);
        return new RunningServer(values, pipeline, clock);
    }

    private Server launch() {
        Map<Key<?>, String> all = new HashMap<>(values);
        all.putIfAbsent(Keys.DELIVERY_RELAY, "127.0.0.1:" + peer.port());
        all.putIfAbsent(Keys.DNS_SERVERS, dns.hostPort());
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        Server.Outside outside =
                new Server.Outside(peer.port(), policies.port(), true, () -> new Tls(PeerCertificate.trusted()));
        return Server.start(Configuration.of(all), pipeline, outside, clock, out);
    }

    /** What the starts have printed for the operator. */
    String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** Where it listens for mail. */
    String bind() {
        return values.getOrDefault(Keys.SMTP_BIND, "127.0.0.1");
    }

    /** The names of what is listened on. */
    Set<String> listeners() {
        return server.ports().keySet();
    }

    /** Stops the server in order and starts it again on the same data. */
    void restart() {
        server.close();
        server = launch();
    }

    /** What is done to a server's files while it does not run. */
    interface Meddling {
        void go() throws IOException;
    }

    /** The same, with something done in between. */
    void restart(Meddling between) throws IOException {
        server.close();
        between.go();
        server = launch();
    }

    /** A connection to the server's database that is none of its own. */
    Connection database() throws SQLException {
        String url = values.get(Keys.DATABASE_URL);
        if (url != null) {
            return DriverManager.getConnection(url, values.get(Keys.DATABASE_USER), values.get(Keys.DATABASE_PASSWORD));
        }
        DatabaseConfig embedded =
                DatabaseConfig.embedded(Path.of(Objects.requireNonNull(values.get(Keys.DATA_DIRECTORY))));
        return DriverManager.getConnection(
                H2Url.complete(embedded.url()),
                embedded.user(),
                embedded.password().reveal());
    }

    /** Where the octets of the mail with that digest are kept. */
    Path fileOf(String digest) throws IOException {
        Path raw =
                Path.of(Objects.requireNonNull(values.get(Keys.DATA_DIRECTORY))).resolve("raw");
        try (Stream<Path> files = Files.walk(raw)) {
            return files.filter(file -> Files.isRegularFile(file)
                            && file.toString().replace("/", "").contains(digest.substring(4)))
                    .findFirst()
                    .orElseThrow();
        }
    }

    int port(String name) {
        return Objects.requireNonNull(server.ports().get(name), name);
    }

    @Override
    public void close() {
        server.close();
        peer.close();
        policies.close();
        dns.close();
    }

    /** An answer of the API. */
    record Answer(int status, JsonNode body, HttpResponse<byte[]> response) {
        String text(String field) {
            return body.path(field).asText();
        }

        /** What stands at that JSON pointer. */
        JsonNode at(String pointer) {
            return body.at(pointer);
        }

        Answer expect(int wanted) {
            assertEquals(wanted, status, () -> String.valueOf(body));
            return this;
        }

        /** Of a problem: its stable code. */
        String code() {
            return body.at("/error/code").asText(text("code"));
        }

        /** Of a problem: what it tells people. */
        String detail() {
            return body.at("/error/message").asText(text("detail"));
        }

        /** Of a problem: the field or parameter that it names first. */
        String place() {
            JsonNode error = body.at(body.has("error") ? "/error/details/0" : "/errors/0");
            return error.has("pointer")
                    ? error.path("pointer").asText()
                    : "?" + error.path("parameter").asText();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** The path of the next page, or empty. */
        String next() {
            String link = header("Link");
            return link.isEmpty() ? "" : link.substring(1, link.indexOf('>'));
        }
    }

    /** Signs a person in; whoever they are then. */
    Client signIn(String email, String password) {
        String json = "{\"email\": \"" + email + "\", \"password\": \"" + password + "\"}";
        return new Client(new Client("nobody")
                .post("/api/auth/login", json)
                .expect(200)
                .body()
                .path("data")
                .path("token")
                .asText());
    }

    /** Whoever calls without a token. */
    Client stranger() {
        return new Client(null);
    }

    /** Whoever holds a token. */
    final class Client {
        private final @Nullable String token;

        Client(@Nullable String token) {
            this.token = token;
        }

        Answer get(String path) {
            return call("GET", path, null);
        }

        Answer post(String path, String json) {
            return call("POST", path, json);
        }

        Answer post(String path, String json, String idempotencyKey) {
            return call("POST", path, json, "Idempotency-Key", idempotencyKey);
        }

        Answer patch(String path, String json) {
            return call("PATCH", path, json);
        }

        Answer delete(String path) {
            return call("DELETE", path, null);
        }

        /** @param headers names and values in turns */
        Answer call(String method, String path, @Nullable String json, String... headers) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port("http") + path))
                    .timeout(PATIENCE)
                    .method(
                            method,
                            json == null
                                    ? BodyPublishers.noBody()
                                    : BodyPublishers.ofString(json, StandardCharsets.UTF_8));
            if (token != null) {
                request.header("Authorization", "Bearer " + token);
            }
            if (json != null) {
                request.header("Content-Type", "application/json");
            }
            for (int i = 0; i < headers.length; i += 2) {
                if (headers[i].equals("Content-Type")) {
                    request.setHeader(headers[i], headers[i + 1]);
                } else {
                    request.header(headers[i], headers[i + 1]);
                }
            }
            return send(request.build());
        }

        private Answer send(HttpRequest request) {
            try {
                HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
                String type = response.headers().firstValue("Content-Type").orElse("");
                JsonNode body = type.contains("json") ? JSON.readTree(response.body()) : JSON.nullNode();
                return new Answer(response.statusCode(), body, response);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Asks again until the answer is as wanted. */
        Answer until(String path, Predicate<Answer> wanted) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            Answer answer = get(path);
            while (!wanted.test(answer)) {
                assertTrue(System.nanoTime() < end, "gave up waiting for " + path + ", last: " + answer.body());
                Thread.onSpinWait();
                pause();
                answer = get(path);
            }
            return answer;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(20); // between two looks at a condition that is awaited
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes a workspace beside acme.example; its owner. */
    Client makeWorkspace(String domain) {
        return makeWorkspace(domain, "");
    }

    /** Makes a workspace beside acme.example; without a slug it owns the domain. */
    Client makeWorkspace(String domain, String slug) {
        String said = operator(
                "workspace", "add", "--name", domain, "--domain", domain, "--slug", slug, "--owner", "owner@" + domain);
        return new Client(said.substring(said.indexOf("token     ") + 10).strip());
    }

    /** Makes a member of a workspace, who sees the mail from that address. */
    Client makeMember(String domain, String address, String scopes) {
        operator("user", "add", "--workspace", domain, "--email", address, "--role", "member");
        String said = operator(
                "token", "create", "--workspace", domain, "--user", address, "--label", "test", "--scopes", scopes);
        return new Client(said.strip().substring(said.strip().lastIndexOf(' ') + 1));
    }

    /** Gives the operator's command to the running server; what it printed. */
    String operator(String... words) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        Path keys = DataDirectory.keysIn(Path.of(Objects.requireNonNull(values.get(Keys.DATA_DIRECTORY))));
        try {
            AdminSocket.send(keys, List.of(words), new PrintStream(answer, false, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    String makeAgent() {
        return admin.post("/v1/agents/", "{\"name\": \"helper\"}").expect(201).text("agent_id");
    }

    /** Makes an endpoint; further fields as JSON members that begin with a comma. */
    String makeEndpoint(String localPart, String further) {
        return admin.post(
                        "/v1/api/email/endpoints",
                        "{\"localpart\": \"" + localPart + "\", \"kind\": \"custom\"" + further + "}")
                .expect(201)
                .text("id");
    }

    String makeAgentEndpoint(String localPart, String replyPolicy, String further) {
        return makeEndpoint(
                localPart,
                ", \"plane\": \"agent\", \"agent_id\": \"" + makeAgent() + "\", \"reply_policy\": \"" + replyPolicy
                        + "\"" + further);
    }

    String makeToken(String inbox, String... scopes) {
        return admin.post(
                        "/v1/tokens/",
                        "{\"label\": \"test\", \"inbox_id\": \"" + inbox + "\", \"scopes\": [\""
                                + String.join("\", \"", scopes) + "\"]}")
                .expect(201)
                .text("token");
    }

    Client agentOf(String inbox) {
        return new Client(makeToken(inbox, "email:read", "email:send"));
    }

    /** Says a mail to the MX port; gives the last reply, or the first refusal. */
    String mail(@Nullable String reversePath, String recipient, String content) {
        return mail(reversePath, List.of(recipient), content);
    }

    /** The same to several recipients in one transaction, none of whom may be refused. */
    String mail(@Nullable String reversePath, List<String> recipients, String content) {
        try (SmtpClient client = SmtpClient.connect(port("smtp"))) {
            client.greet();
            String mail = client.command("MAIL FROM:<" + (reversePath == null ? "" : reversePath) + ">");
            if (!mail.startsWith("250")) {
                return mail;
            }
            for (String recipient : recipients) {
                String rcpt = client.command("RCPT TO:<" + recipient + ">");
                if (!rcpt.startsWith("250")) {
                    return rcpt;
                }
            }
            client.command("DATA");
            client.sendRaw(content.endsWith("\r\n") ? content + ".\r\n" : content + "\r\n.\r\n");
            return client.reply();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String content(String from, String to, String subject, String id, String further) {
        return "From: " + from + "\r\nTo: " + to + "\r\nSubject: " + subject + "\r\nMessage-ID: <" + id
                + ">\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\n" + further + "\r\nHello, what about " + subject
                + "?\r\n";
    }

    /** Says an ordinary mail and waits until it stands in its mailbox; gives its id. */
    String receive(String recipient, String subject) {
        String id = subject.replace(' ', '-') + "@customer.example";
        String reply = mail(
                "ada@customer.example", recipient, content("Ada <ada@customer.example>", recipient, subject, id, ""));
        assertTrue(reply.startsWith("250"), reply);
        return await(subject);
    }

    /** Waits for a message with that subject; gives its id. */
    String await(String subject) {
        Answer list = admin.until("/v1/messages/?limit=100", answer -> find(answer, subject) != null);
        return Objects.requireNonNull(find(list, subject)).path("message_id").asText();
    }

    /** The trace of a message, which is kept at the end of the pipeline, a moment after the message is there. */
    JsonNode traceWith(String message, String mailet) {
        return admin.until(
                        "/v1/api/email/messages/" + message + "/trace",
                        answer -> answer.status() == 200 && step(answer.body(), mailet) != null)
                .body();
    }

    /** What that step says of the message, once it stands in the trace. */
    JsonNode stepOf(String message, String mailet) {
        return Objects.requireNonNull(step(traceWith(message, mailet), mailet));
    }

    private static @Nullable JsonNode step(JsonNode trace, String mailet) {
        for (JsonNode step : trace) {
            if (step.path("mailet").asText().equals(mailet)) {
                return step;
            }
        }
        return null;
    }

    private static @Nullable JsonNode find(Answer list, String subject) {
        for (JsonNode message : list.body()) {
            if (message.path("subject").asText().equals(subject)
                    && message.path("direction").asText().equals("inbound")) {
                return message;
            }
        }
        return null;
    }

    String stateOf(String message) {
        return admin.get("/v1/messages/" + message + "/").expect(200).text("handling_state");
    }
}
