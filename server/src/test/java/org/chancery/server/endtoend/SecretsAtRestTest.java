package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.chancery.server.endtoend.RunningServer.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever gets hold of the data directory, or of a copy of it, finds no secret with which to come in. */
class SecretsAtRestTest {
    private static final String PASSWORD = "a pass phrase that nobody wrote down";

    /** What the server does keep as it is: where a search does not find this, it would find no secret either. */
    private static final String LABEL = "a label that is kept in the clear";

    @Test
    void no_token_password_or_webhook_secret_is_in_any_file_of_the_data(@TempDir Path directory) throws IOException {
        try (RunningServer server = RunningServer.on(directory)) {
            Map<String, String> secrets = new LinkedHashMap<>();
            secrets.put("the token that the operator gave", RunningServer.ADMIN_TOKEN);
            secrets.put("a password", PASSWORD);
            String inbox = server.makeEndpoint("sales", "");
            Answer made = server.admin
                    .post(
                            "/v1/tokens/",
                            "{\"label\": \"" + LABEL + "\", \"inbox_id\": \"" + inbox
                                    + "\", \"scopes\": [\"email:send\"]}",
                            "made-once")
                    .expect(201);
            secrets.put("a token", made.text("token"));
            Answer rotated = server.admin
                    .post("/v1/tokens/" + made.text("token_id") + "/rotate/", "", "rotated-once")
                    .expect(200);
            secrets.put("a rotated token", rotated.text("token"));
            server.admin
                    .post(
                            "/v1/users/",
                            "{\"email\": \"ann@acme.example\", \"name\": \"Ann\", \"role\": \"admin\", \"password\": \""
                                    + PASSWORD + "\"}",
                            "ann-once")
                    .expect(201);
            secrets.put(
                    "a session",
                    server.stranger()
                            .post(
                                    "/api/auth/login",
                                    "{\"email\": \"ann@acme.example\", \"password\": \"" + PASSWORD + "\"}")
                            .expect(200)
                            .body()
                            .at("/data/token")
                            .asText());
            Answer agent = server.admin
                    .post(
                            "/v1/agents/",
                            "{\"name\": \"hooked\", \"webhook_url\": \"https://hooks.example/\"}",
                            "agent-once")
                    .expect(201);
            secrets.put("a webhook secret", agent.text("webhook_secret"));
            server.new Client(rotated.text("token")).get("/v1/whoami/").expect(200);

            Map<String, List<String>> found = new LinkedHashMap<>();
            server.restart(() -> {
                found.putAll(found(directory, secrets));
                assertEquals(1, found(directory, Map.of("label", LABEL)).size(), "what is in the clear would be found");
            });
            assertEquals(Map.of(), found);
        }
    }

    /** By what was found, the files in which it stands, as it is or without what all of its kind begin with. */
    private static Map<String, List<String>> found(Path directory, Map<String, String> secrets) throws IOException {
        Map<String, List<String>> found = new LinkedHashMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : new TreeSet<>(files.filter(Files::isRegularFile).toList())) {
                String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                secrets.forEach((what, secret) -> {
                    if (content.contains(secret.replaceFirst("^(chy_([0-9a-z]{26}_)?|whsec_)", ""))) {
                        found.computeIfAbsent(what, ignored -> new ArrayList<>())
                                .add(directory.relativize(file).toString());
                    }
                });
            }
        }
        return found;
    }
}
