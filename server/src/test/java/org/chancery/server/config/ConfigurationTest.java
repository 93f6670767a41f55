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
import org.chancery.delivery.smtp.HostPort;
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
                Configuration.read(file("dns.servers = [\"127.0.0.1:53\", \"[::1]:53\"]"), true, Map.of());
        assertEquals(
                List.of(new HostPort("127.0.0.1", 53), new HostPort("::1", 53)), configuration.get(Keys.DNS_SERVERS));
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
        "CHANCERY_SPAM_RSPAMD_URL, localhost:11333",
        "CHANCERY_SPAM_RSPAMD_URL, ftp://localhost:11333",
        "CHANCERY_SPAM_RSPAMD_URL, http://localhost:11333?a=b",
        "CHANCERY_SPAM_RSPAMD_LEARN_URL, http://",
        "CHANCERY_SPAM_WHEN_AWAY, never",
        "CHANCERY_STORAGE_LIMIT, 1GiB",
        "CHANCERY_ANTIVIRUS_CLAMD, localhost",
        "CHANCERY_ANTIVIRUS_WHEN_AWAY, never",
        "CHANCERY_RETENTION_MESSAGES, 30d",
        "CHANCERY_RETENTION_EVENTS, 30d",
        "CHANCERY_DELIVERY_RETRY, '1m,0s'",
        "CHANCERY_DELIVERY_RELAY, smarthost",
        "CHANCERY_DNS_SERVERS, ::1",
        "CHANCERY_SMTP_BIND, ' '",
        "CHANCERY_HTTP_PUBLIC_URL, mail.example.com",
        "CHANCERY_HTTP_PUBLIC_URL, http://mail.example.com",
        "CHANCERY_HTTP_PUBLIC_URL, https://kim@mail.example.com",
        "CHANCERY_HTTP_PUBLIC_URL, https://mail.example.com/?a=b",
        "CHANCERY_HTTP_TRUSTED_PROXIES, proxy.example.com",
        "CHANCERY_HTTP_TRUSTED_PROXIES, '127.0.0.1,10.0.0.0/33'",
        "CHANCERY_SMTP_HOSTNAME, not a host",
        "CHANCERY_SMTP_IDLE_TIMEOUT, 0s",
        "CHANCERY_SPOOL_MINIMUM_FREE, 999999999999GiB",
        "CHANCERY_WORKSPACE_NAME, ' '",
        "CHANCERY_WORKSPACE_DOMAIN, -acme.example",
        "CHANCERY_WORKSPACE_DOMAIN, ''",
        "CHANCERY_WORKSPACE_SLUG, Acme",
        "CHANCERY_ADMIN_EMAIL, kim",
    })
    void a_value_that_cannot_be_used_is_refused_with_its_variable(String variable, String value) {
        String text = error(Map.of(variable, value));
        assertTrue(text.startsWith(variable + ": ") && text.contains("'" + value + "'"), text);
    }

    @ParameterizedTest
    @CsvSource({
        "CHANCERY_DELIVERY_MODE=relay, CHANCERY_DELIVERY_MODE, delivery.relay",
        "CHANCERY_DELIVERY_RELAY_USER=chancery, CHANCERY_DELIVERY_RELAY_USER, delivery.relay-password",
        "CHANCERY_DELIVERY_RELAY_PASSWORD=secret, CHANCERY_DELIVERY_RELAY_PASSWORD, delivery.relay-user",
        "CHANCERY_TLS_CERTIFICATE=a.pem, CHANCERY_TLS_CERTIFICATE, tls.key",
        "CHANCERY_TLS_KEY=a.pem, CHANCERY_TLS_KEY, tls.certificate",
        "CHANCERY_SUBMISSION_PORT=2525, CHANCERY_SUBMISSION_PORT, smtp.port",
        "CHANCERY_HTTP_PORT=2525, CHANCERY_HTTP_PORT, smtp.port",
        "CHANCERY_DATABASE_URL=jdbc:mysql://host/name?password=secret, CHANCERY_DATABASE_URL, jdbc:postgresql:",
    })
    void keys_that_do_not_fit_each_other_are_refused_with_what_to_mend(String setting, String variable, String other) {
        int equals = setting.indexOf('=');
        String text = error(Map.of(setting.substring(0, equals), setting.substring(equals + 1)));
        assertTrue(text.startsWith(variable + ": ") && text.contains(other) && !text.contains("secret"), text);
    }

    @Test
    void listeners_on_different_addresses_may_share_a_port() {
        Configuration.read(
                dir.resolve("none.toml"),
                false,
                Map.of("CHANCERY_HTTP_PORT", "2525", "CHANCERY_SMTP_BIND", "127.0.0.2"));
    }

    @Test
    void domains_are_kept_as_a_labels() {
        Configuration configuration = Configuration.read(
                dir.resolve("none.toml"),
                false,
                Map.of(
                        "CHANCERY_WORKSPACE_DOMAIN", "Bücher.example",
                        "CHANCERY_SMTP_HOSTNAME", "Mail.Bücher.example",
                        "CHANCERY_ADMIN_EMAIL", "kim@Bücher.example"));
        assertEquals("xn--bcher-kva.example", configuration.get(Keys.WORKSPACE_DOMAIN));
        assertEquals("mail.xn--bcher-kva.example", configuration.get(Keys.SMTP_HOSTNAME));
        assertEquals("kim@xn--bcher-kva.example", configuration.get(Keys.ADMIN_EMAIL));
    }

    @ParameterizedTest
    @MethodSource("notServedYet")
    void a_key_that_nothing_acts_on_yet_is_warned_of_once_somebody_gives_it(Key<?> key) {
        assertEquals(List.of(), Configuration.of(Map.of()).warnings());
        String value = key.defaultText().isEmpty() ? "given" : key.defaultText();
        List<String> warnings = Configuration.of(Map.of(key, value)).warnings();
        assertEquals(List.of(key.name() + " is set, and nothing acts on it yet"), warnings);
    }

    static List<Key<?>> notServedYet() {
        return Keys.NOT_SERVED_YET;
    }

    @Test
    void all_keys_of_imap_are_warned_of() {
        assertTrue(Keys.NOT_SERVED_YET.containsAll(List.of(Keys.IMAP_ENABLED, Keys.IMAP_PORT, Keys.IMAPS_PORT)));
    }

    @ParameterizedTest
    @CsvSource({
        "CHANCERY_SERVICE_HOST, 10.0.0.7",
        "CHANCERY_SERVICE_PORT, 8080",
        "CHANCERY_SERVICE_PORT_HTTP, 8080",
        "CHANCERY_PORT, tcp://10.0.0.7:8080",
        "CHANCERY_PORT_8080_TCP, tcp://10.0.0.7:8080",
        "CHANCERY_PORT_8080_TCP_PROTO, tcp",
        "CHANCERY_PORT_8080_TCP_ADDR, 10.0.0.7",
        "CHANCERY_SMTP_SERVICE_HOST, 10.0.0.8",
        "CHANCERY_SMTP_PORT, tcp://10.0.0.8:25",
        "CHANCERY_SMTP_PORT_25_TCP_PORT, 25",
    })
    void variables_that_an_orchestrator_makes_of_a_service_named_chancery_are_left_alone(
            String variable, String value) {
        Configuration configuration = Configuration.read(dir.resolve("none.toml"), false, Map.of(variable, value));
        assertEquals(2525, configuration.get(Keys.SMTP_PORT));
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
