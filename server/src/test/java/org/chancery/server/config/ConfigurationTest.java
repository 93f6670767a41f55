package org.chancery.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigurationTest {
    @TempDir
    Path dir;

    @Test
    void without_file_and_environment_all_keys_have_their_defaults() {
        Configuration configuration = Configuration.read(dir.resolve("none.toml"), false, Map.of());
        assertEquals(2525, configuration.get(Keys.SMTP_PORT));
        assertEquals(25L << 20, configuration.get(Keys.SMTP_MAX_MESSAGE));
        assertEquals("sandbox", configuration.get(Keys.DELIVERY_MODE));
        assertEquals(
                List.of(
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(15),
                        Duration.ofHours(1),
                        Duration.ofHours(4),
                        Duration.ofHours(12),
                        Duration.ofHours(24)),
                configuration.get(Keys.DELIVERY_RETRY));
        assertEquals(Optional.empty(), configuration.get(Keys.ADMIN_TOKEN));
        assertEquals(100_000, configuration.get(Keys.SPOOL_BACKLOG));
    }

    @Test
    void the_environment_wins_over_the_file_and_the_file_over_the_default() throws IOException {
        Path file = file("[smtp]\nport = 26\nmax-message = \"1MiB\"\n");
        Configuration configuration = Configuration.read(file, true, Map.of("CHANCERY_SMTP_PORT", "27"));
        assertEquals(27, configuration.get(Keys.SMTP_PORT));
        assertEquals(1L << 20, configuration.get(Keys.SMTP_MAX_MESSAGE));
        assertTrue(configuration.isSet(Keys.SMTP_PORT));
        assertFalse(configuration.isSet(Keys.HTTP_PORT));
    }

    @Test
    void lists_may_be_arrays() throws IOException {
        Configuration configuration =
                Configuration.read(file("dns.servers = [\"127.0.0.1:53\", \"::1\"]"), true, Map.of());
        assertEquals(List.of("127.0.0.1:53", "::1"), configuration.get(Keys.DNS_SERVERS));
    }

    @ParameterizedTest
    @CsvSource({"smtp.prot, smtp.port", "delivery.relay_user, delivery.relay-user", "worspace.domain, workspace.domain"
    })
    void an_unknown_key_is_refused_with_the_nearest_known_one(String unknown, String nearest) throws IOException {
        Path file = file(unknown + " = 1");
        String text = assertThrows(ConfigurationError.class, () -> Configuration.read(file, true, Map.of()))
                .text();
        assertTrue(text.contains(unknown) && text.contains(nearest) && text.contains(file + ":1"), text);
    }

    @Test
    void an_unknown_variable_is_refused_with_the_nearest_known_one() {
        String text = error(Map.of("CHANCERY_SMTP_PROT", "1"));
        assertTrue(text.contains("CHANCERY_SMTP_PROT") && text.contains("CHANCERY_SMTP_PORT"), text);
    }

    @Test
    void variables_of_the_scripts_are_left_alone() {
        Configuration.read(
                dir.resolve("none.toml"),
                false,
                Map.of("CHANCERY_JAVA", "/x", "CHANCERY_JAVA_OPTS", "-Xmx1g", "CHANCERY_CORPUS", "/y", "PATH", "/z"));
    }

    @ParameterizedTest
    @CsvSource({
        "CHANCERY_SMTP_PORT, 65536",
        "CHANCERY_SMTP_PORT, smtp",
        "CHANCERY_SMTP_PORT, -1",
        "CHANCERY_SMTP_MAX_MESSAGE, 25MB",
        "CHANCERY_SMTP_MAX_MESSAGE, 1KiB",
        "CHANCERY_SMTP_IDLE_TIMEOUT, 5",
        "CHANCERY_SMTP_MAX_RECIPIENTS, 0",
        "CHANCERY_SUBMISSION_ENABLED, yes",
        "CHANCERY_DELIVERY_MODE, direct",
        "CHANCERY_DELIVERY_RETRY, '1m,soon'",
        "CHANCERY_SPOOL_BACKLOG, 0",
        "CHANCERY_SPOOL_MODE, database",
        "CHANCERY_RETENTION_RAW, 30d",
        "CHANCERY_SPAM_RSPAMD_URL, http://localhost:11333",
        "CHANCERY_STORAGE_LIMIT, 1GiB",
    })
    void a_value_that_cannot_be_used_is_refused_with_its_variable(String variable, String value) {
        String text = error(Map.of(variable, value));
        assertTrue(text.startsWith(variable + ": ") && text.contains("'" + value + "'"), text);
    }

    @Test
    void a_refused_secret_is_not_shown() {
        String text = error(Map.of("CHANCERY_ADMIN_TOKEN", "too-short"));
        assertTrue(text.contains("admin.token") && !text.contains("too-short"), text);
    }

    @Test
    void a_secret_can_be_given_by_file() throws IOException {
        Path secret = Files.writeString(dir.resolve("token"), "0123456789abcdef\n");
        Configuration configuration = Configuration.read(
                dir.resolve("none.toml"), false, Map.of("CHANCERY_ADMIN_TOKEN_FILE", secret.toString()));
        assertEquals(Optional.of("0123456789abcdef"), configuration.get(Keys.ADMIN_TOKEN));
    }

    @Test
    void only_secrets_can_be_given_by_file() {
        assertTrue(error(Map.of("CHANCERY_SMTP_PORT_FILE", "/x")).contains("CHANCERY_SMTP_PORT_FILE"));
    }

    @Test
    void a_secret_given_twice_is_refused() throws IOException {
        Path secret = Files.writeString(dir.resolve("token"), "0123456789abcdef");
        assertTrue(error(Map.of(
                        "CHANCERY_ADMIN_TOKEN_FILE", secret.toString(), "CHANCERY_ADMIN_TOKEN", "fedcba9876543210"))
                .contains("only one"));
    }

    @Test
    void a_file_that_is_asked_for_has_to_be_there() {
        assertThrows(ConfigurationError.class, () -> Configuration.read(dir.resolve("none.toml"), true, Map.of()));
    }

    @Test
    void broken_toml_is_refused_with_its_place() throws IOException {
        Path file = file("[smtp]\nport = = 1");
        String text = assertThrows(ConfigurationError.class, () -> Configuration.read(file, true, Map.of()))
                .text();
        assertTrue(text.contains("line 2"), text);
    }

    static List<Key<?>> keys() {
        return Keys.ALL;
    }

    @ParameterizedTest
    @MethodSource("keys")
    void every_default_can_be_read(Key<?> key) {
        Configuration.of(Map.of()).get(key);
    }

    @Test
    void the_shipped_file_shows_every_key_with_its_default() throws IOException {
        Map<String, String> shown = new HashMap<>();
        String section = "";
        Pattern header = Pattern.compile("\\[([a-z-]+)]");
        Pattern line = Pattern.compile("# ([a-z-]+) = \"?([^\"]*)\"?");
        for (String text : Files.readAllLines(Path.of("..", "conf", "chancery.toml"))) {
            var sectionStart = header.matcher(text);
            var key = line.matcher(text);
            if (sectionStart.matches()) {
                section = sectionStart.group(1);
            } else if (key.matches()) {
                shown.put(section + "." + key.group(1), key.group(2));
            }
        }
        Map<String, String> defaults = new HashMap<>();
        Keys.ALL.forEach(key -> defaults.put(key.name(), key.defaultText()));
        assertEquals(defaults, shown);
    }

    @Test
    void the_shipped_file_can_be_read() {
        Configuration.read(Path.of("..", "conf", "chancery.toml"), true, Map.of());
    }

    private String error(Map<String, String> environment) {
        return assertThrows(
                        ConfigurationError.class,
                        () -> Configuration.read(dir.resolve("none.toml"), false, environment))
                .text();
    }

    private Path file(String content) throws IOException {
        return Files.writeString(dir.resolve("chancery.toml"), content);
    }
}
