package org.chancery.server.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.chancery.storage.DatabaseConfig;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/**
 * The values of all keys. The environment wins over the file, the file over the defaults. Anything unknown, and any value
 * that cannot be used, stops the start.
 */
public final class Configuration {

    /** Variables which belong to the scripts around the server. */
    private static final Set<String> SCRIPT_VARIABLES =
            Set.of("CHANCERY_JAVA", "CHANCERY_JAVA_OPTS", "CHANCERY_CORPUS");

    private static final Pattern SERVICE_LINK = Pattern.compile("CHANCERY(_[A-Z0-9_]+)?"
            + "(_SERVICE_HOST|_SERVICE_PORT(_[A-Z0-9_]+)?|_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

    private static final Pattern SERVICE_ADDRESS = Pattern.compile("(tcp|udp|sctp)://\\S+");

    /** A secret in a file is one line; more is somebody's mistake. */
    private static final long MAX_SECRET_FILE = 64 << 10;

    private record Given(String text, String origin) {}

    private final Map<String, Given> given;

    private Configuration(Map<String, Given> given) {
        this.given = Map.copyOf(given);
    }

    /**
     * Reads the file and the environment.
     *
     * @param file a TOML file; it may be missing where {@code required} is false
     * @throws ConfigurationError naming the first mistake
     */
    public static Configuration read(Path file, boolean required, Map<String, String> environment) {
        Map<String, Given> given = new HashMap<>();
        if (Files.exists(file)) {
            given.putAll(fromFile(file));
        } else if (required) {
            throw new ConfigurationError(file + ": there is no such file.");
        }
        given.putAll(fromEnvironment(environment));
        return checked(given);
    }

    /** A configuration of these values and otherwise defaults, as if the environment had set them. */
    public static Configuration of(Map<Key<?>, String> values) {
        Map<String, Given> given = new HashMap<>();
        values.forEach((key, text) -> given.put(key.name(), new Given(text, key.variable())));
        return checked(given);
    }

    private static Configuration checked(Map<String, Given> given) {
        Configuration configuration = new Configuration(given);
        Keys.ALL.forEach(configuration::get);
        configuration.requireThatKeysFit();
        return configuration;
    }

    /** The value of a key. */
    public <T> T get(Key<T> key) {
        Given value = given.getOrDefault(key.name(), new Given(key.defaultText(), "the default"));
        try {
            return key.parse().apply(value.text());
        } catch (IllegalArgumentException wrong) {
            String shown = key.isSecret() ? "the secret given" : "'" + value.text() + "'";
            throw new ConfigurationError(
                    value.origin() + ": " + key.name() + " " + wrong.getMessage() + ", not " + shown + ".");
        }
    }

    /** Whether somebody set the key to something else than its default. */
    public boolean isSet(Key<?> key) {
        Given value = given.get(key.name());
        return value != null && !value.text().equals(key.defaultText());
    }

    /** Whether somebody gave the key a value, be it the default. */
    private boolean isGiven(Key<?> key) {
        Given value = given.get(key.name());
        return value != null && !value.text().isEmpty();
    }

    /** What no key can see alone. */
    private void requireThatKeysFit() {
        if (get(Keys.MODEL_BASE_URL).isPresent() && get(Keys.MODEL_NAME).isBlank()) {
            throw new ConfigurationError(originOf(Keys.MODEL_BASE_URL)
                    + ": model.base-url is set, and model.name is empty; set it to the model's name.");
        }
        if (get(Keys.DELIVERY_MODE).equals("relay") && get(Keys.DELIVERY_RELAY).isEmpty()) {
            throw new ConfigurationError(originOf(Keys.DELIVERY_MODE)
                    + ": delivery.mode is 'relay', and delivery.relay is empty; set it to the smarthost's host:port.");
        }
        requireBoth(Keys.DELIVERY_RELAY_USER, Keys.DELIVERY_RELAY_PASSWORD);
        requireBoth(Keys.TLS_CERTIFICATE, Keys.TLS_KEY);
        requireFirst(Keys.SPAM_WHEN_AWAY, Keys.SPAM_RSPAMD_URL);
        requireFirst(Keys.SPAM_RSPAMD_LEARN_URL, Keys.SPAM_RSPAMD_URL);
        requireFirst(Keys.SPAM_RSPAMD_PASSWORD, Keys.SPAM_RSPAMD_LEARN_URL);
        requireDistinctPorts();
        if (isGiven(Keys.DATABASE_URL)) {
            try {
                DatabaseConfig ignored = new DatabaseConfig(
                        get(Keys.DATABASE_URL),
                        get(Keys.DATABASE_USER),
                        new DatabaseConfig.Password(get(Keys.DATABASE_PASSWORD)),
                        DatabaseConfig.DEFAULT_CONNECTIONS);
            } catch (IllegalArgumentException mistake) {
                throw new ConfigurationError(originOf(Keys.DATABASE_URL) + ": " + mistake.getMessage() + ".");
            }
        }
    }

    private void requireBoth(Key<?> one, Key<?> other) {
        if (isGiven(one) != isGiven(other)) {
            Key<?> set = isGiven(one) ? one : other;
            Key<?> missing = isGiven(one) ? other : one;
            throw new ConfigurationError(originOf(set) + ": " + set.name() + " is set, and " + missing.name()
                    + " is not; set both, or neither.");
        }
    }

    /** A key that has no effect without another one is refused without it. */
    private void requireFirst(Key<?> key, Key<?> needed) {
        if (isSet(key) && !isGiven(needed)) {
            throw new ConfigurationError(originOf(key) + ": " + key.name() + " is set, and has no effect without "
                    + needed.name() + "; set that, too, or neither.");
        }
    }

    private void requireDistinctPorts() {
        List<Key<Integer>> served = get(Keys.SUBMISSION_ENABLED)
                ? List.of(Keys.SMTP_PORT, Keys.SUBMISSION_PORT, Keys.SUBMISSIONS_PORT, Keys.HTTP_PORT)
                : List.of(Keys.SMTP_PORT, Keys.HTTP_PORT);
        Map<Integer, Key<Integer>> taken = new HashMap<>();
        for (Key<Integer> key : served) {
            int port = get(key);
            // On different addresses, mail and HTTP may have the same one.
            boolean standsAlone = key.equals(Keys.HTTP_PORT)
                    && !get(Keys.SMTP_BIND).equals(get(Keys.HTTP_BIND))
                    && !get(Keys.SMTP_BIND).isAnyLocalAddress()
                    && !get(Keys.HTTP_BIND).isAnyLocalAddress();
            Key<Integer> holder = port == 0 || standsAlone ? null : taken.putIfAbsent(port, key);
            if (holder != null) {
                throw new ConfigurationError(originOf(key) + ": " + key.name() + " is " + port + ", as is "
                        + holder.name() + "; give each a port of its own.");
            }
        }
    }

    private String originOf(Key<?> key) {
        Given value = given.get(key.name());
        return value == null ? "the default" : value.origin();
    }

    /** What an operator should know although it does not stop the start. */
    public List<String> warnings() {
        return Keys.NOT_SERVED_YET.stream()
                .filter(this::isGiven)
                .map(key -> key.name() + " is set, and nothing acts on it yet")
                .toList();
    }

    private static Map<String, Given> fromFile(Path file) {
        TomlParseResult toml;
        try {
            toml = Toml.parse(file);
        } catch (IOException unreadable) {
            throw new ConfigurationError(file + ": cannot be read (" + unreadable.getMessage() + ").");
        }
        if (toml.hasErrors()) {
            throw new ConfigurationError(file + ": " + toml.errors().getFirst());
        }
        Map<String, Given> given = new LinkedHashMap<>();
        collect(toml, "", file, toml, given);
        return given;
    }

    private static void collect(
            TomlTable table, String prefix, Path file, TomlParseResult whole, Map<String, Given> into) {
        for (String part : table.keySet()) {
            String name = prefix + part;
            Object value = table.get(List.of(part));
            if (value instanceof TomlTable inner) {
                collect(inner, name + '.', file, whole, into);
                continue;
            }
            var position = table.inputPositionOf(List.of(part));
            String origin = file + (position == null ? "" : ":" + position.line());
            if (Keys.ALL.stream().noneMatch(key -> key.name().equals(name))) {
                throw new ConfigurationError(
                        origin + ": unknown key " + name + "; did you mean " + nearest(name) + "?");
            }
            into.put(name, new Given(text(value, name, origin), origin));
        }
    }

    private static String text(Object value, String name, String origin) {
        return switch (value) {
            case String text -> text;
            case Long number -> number.toString();
            case Boolean flag -> flag.toString();
            case TomlArray array -> {
                List<String> items = new ArrayList<>();
                for (int i = 0; i < array.size(); i++) {
                    items.add(text(array.get(i), name, origin));
                }
                yield String.join(",", items);
            }
            default ->
                throw new ConfigurationError(origin + ": " + name + " must be a text, a whole number, true or false.");
        };
    }

    private static Map<String, Given> fromEnvironment(Map<String, String> environment) {
        Map<String, Given> given = new LinkedHashMap<>();
        Map<String, Key<?>> variables = new HashMap<>();
        Keys.ALL.forEach(key -> variables.put(key.variable(), key));
        environment.forEach((variable, value) -> {
            if (!variable.startsWith("CHANCERY_")
                    || SCRIPT_VARIABLES.contains(variable)
                    || isServiceLink(variable, value)) {
                return;
            }
            Key<?> key = variables.get(variable);
            if (key != null) {
                given.put(key.name(), new Given(value, variable));
                return;
            }
            Key<?> fromFile = variable.endsWith("_FILE")
                    ? variables.get(variable.substring(0, variable.length() - "_FILE".length()))
                    : null;
            if (fromFile == null || !fromFile.isSecret()) {
                throw new ConfigurationError("Unknown variable " + variable + "; did you mean "
                        + nearest(variable, variables.keySet().stream().toList()) + "?");
            }
            if (environment.containsKey(fromFile.variable())) {
                throw new ConfigurationError(
                        variable + ": " + fromFile.variable() + " is set as well; give only one of them.");
            }
            given.put(fromFile.name(), new Given(secretIn(Path.of(value), variable), variable));
        });
        return given;
    }

    /**
     * Whether the variable is one of those that Kubernetes and Docker links make of a service named {@code chancery} or
     * {@code chancery-…}. One of them, {@code CHANCERY_SMTP_PORT=tcp://…}, looks like a key; its value tells it apart.
     */
    private static boolean isServiceLink(String variable, String value) {
        return SERVICE_LINK.matcher(variable).matches()
                || (variable.endsWith("_PORT") && SERVICE_ADDRESS.matcher(value).matches());
    }

    private static String secretIn(Path file, String variable) {
        try {
            if (Files.size(file) > MAX_SECRET_FILE) {
                throw new ConfigurationError(variable + ": " + file + " is too long for a secret.");
            }
            return Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            throw new ConfigurationError(variable + ": " + file + " cannot be read (" + unreadable.getMessage() + ").");
        }
    }

    private static String nearest(String name) {
        return nearest(name, Keys.ALL.stream().map(Key::name).toList());
    }

    private static String nearest(String name, List<String> known) {
        return known.stream()
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .orElseThrow();
    }

    /** Levenshtein's distance. */
    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                current[j] = Math.min(previous[j - 1] + change, Math.min(previous[j], current[j - 1]) + 1);
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
