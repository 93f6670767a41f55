package org.chancery.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.chancery.server.data.DataDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts that cannot succeed: one line that says what to mend, and the exit code for a configuration that is wrong. */
class MainTest {
    private static final int EXIT_CONFIG = 78;

    private final ByteArrayOutputStream told = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    @Test
    void an_unknown_key_is_named_with_the_nearest_one() {
        refused(Map.of("CHANCERY_SMTP_PROT", "26"), "CHANCERY_SMTP_PROT", "CHANCERY_SMTP_PORT");
    }

    @Test
    void a_database_that_cannot_be_opened_is_named() {
        refused(Map.of("CHANCERY_DATABASE_URL", "jdbc:h2:file:/dev/null/chancery"), "database.url");
    }

    @Test
    void a_database_that_does_not_answer_is_named() throws IOException {
        int nobody = free();
        refused(
                Map.of("CHANCERY_DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + nobody + "/chancery"),
                "database.url",
                Integer.toString(nobody));
    }

    @Test
    void a_certificate_that_is_none_is_named() throws IOException {
        Path file = Files.writeString(directory.resolve("none.pem"), "not a certificate");
        refused(
                Map.of("CHANCERY_TLS_CERTIFICATE", file.toString(), "CHANCERY_TLS_KEY", file.toString()),
                "tls.certificate",
                file.toString());
    }

    @Test
    void a_certificate_that_is_missing_is_named() {
        String file = directory.resolve("missing.pem").toString();
        refused(Map.of("CHANCERY_TLS_CERTIFICATE", file, "CHANCERY_TLS_KEY", file), file);
    }

    @Test
    void a_pipeline_that_cannot_be_used_is_named() throws IOException {
        Path pipeline = Files.writeString(directory.resolve("mailetcontainer.xml"), "<mailetcontainer/>");
        refused(Map.of(), pipeline.toString());
    }

    @Test
    void a_port_that_is_taken_is_named_with_its_key() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            refused(Map.of("CHANCERY_SMTP_PORT", port), "smtp.port", port);
            refused(Map.of("CHANCERY_HTTP_PORT", port), "http.port", port);
        }
    }

    @Test
    void a_directory_that_cannot_be_made_is_named() {
        refused(Map.of("CHANCERY_DATA_DIRECTORY", "/dev/null/data"), "data.directory", "/dev/null/data");
    }

    @Test
    void a_directory_in_use_is_named_with_the_process_that_uses_it() {
        try (DataDirectory taken = DataDirectory.take(directory.resolve("data"))) {
            refused(
                    Map.of("CHANCERY_DATA_DIRECTORY", taken.root().toString()),
                    "data.directory",
                    "process " + ProcessHandle.current().pid());
        }
    }

    @Test
    void a_command_that_there_is_not_is_answered_with_those_there_are() {
        assertEquals(64, run(List.of("sevre"), Map.of()));
        assertTrue(told().contains("'sevre'") && told().contains("serve [--config FILE]"), told());
    }

    private void refused(Map<String, String> further, String... named) {
        Map<String, String> environment = new HashMap<>();
        environment.put("CHANCERY_DATA_DIRECTORY", directory.resolve("data").toString());
        environment.put("CHANCERY_SMTP_BIND", "127.0.0.1");
        for (String listener : List.of("SMTP", "SUBMISSION", "SUBMISSIONS", "HTTP")) {
            environment.put("CHANCERY_" + listener + "_PORT", "0");
        }
        environment.putAll(further);
        told.reset();
        int exit = run(List.of("serve", "--config", configuration().toString()), environment);
        String text = told();
        assertEquals(EXIT_CONFIG, exit, text);
        assertTrue(text.startsWith("chancery: ") && text.lines().count() == 1, text);
        for (String name : named) {
            assertTrue(text.contains(name), text);
        }
    }

    private Path configuration() {
        try {
            return Files.writeString(directory.resolve("chancery.toml"), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int run(List<String> words, Map<String, String> environment) {
        PrintStream out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(told, true, StandardCharsets.UTF_8);
        return new Main(environment, Clock.systemUTC(), out, err).run(words);
    }

    private String told() {
        return told.toString(StandardCharsets.UTF_8);
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
