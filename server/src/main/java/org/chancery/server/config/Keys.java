package org.chancery.server.config;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.chancery.api.http.TrustedProxies;
import org.chancery.core.access.Password;
import org.chancery.core.endpoint.Behaviour;
import org.chancery.core.endpoint.WorkspaceSetup;
import org.chancery.core.screening.WhenAway;
import org.chancery.delivery.chat.ChatConfig;
import org.chancery.delivery.smtp.HostPort;

/** Every key there is. {@code conf/chancery.toml} shows each with its default and a comment; a test compares the two. */
public final class Keys {

    public static final Key<Path> DATA_DIRECTORY = key("data.directory", "./data", Values::path);

    public static final Key<String> DATABASE_URL = key("database.url", "", Values::text);
    public static final Key<String> DATABASE_USER = key("database.user", "", Values::text);
    public static final Key<String> DATABASE_PASSWORD = secret("database.password", "", Values::text);

    public static final Key<InetAddress> SMTP_BIND = key("smtp.bind", "0.0.0.0", Values::address);
    public static final Key<Integer> SMTP_PORT = key("smtp.port", "2525", Values::port);
    public static final Key<String> SMTP_HOSTNAME = key("smtp.hostname", "", Values::optionalDomain);
    public static final Key<Long> SMTP_MAX_MESSAGE = key("smtp.max-message", "25MiB", Keys::messageSize);
    public static final Key<Integer> SMTP_MAX_RECIPIENTS =
            key("smtp.max-recipients", "100", value -> Values.number(value, 1, 1_000));
    public static final Key<Integer> SMTP_MAX_CONNECTIONS =
            key("smtp.max-connections", "500", value -> Values.number(value, 1, 10_000));
    public static final Key<Integer> SMTP_MAX_CONNECTIONS_PER_CLIENT =
            key("smtp.max-connections-per-client", "60", value -> Values.number(value, 1, 10_000));
    public static final Key<Integer> SMTP_MAX_COMMANDS =
            key("smtp.max-commands", "1000", value -> Values.number(value, 10, 1_000_000));
    public static final Key<Duration> SMTP_IDLE_TIMEOUT = key("smtp.idle-timeout", "5m", Values::positiveDuration);
    public static final Key<Integer> SMTP_MAX_RECEIVED =
            key("smtp.max-received", "100", value -> Values.number(value, 1, 1_000));

    public static final Key<Boolean> SUBMISSION_ENABLED = key("submission.enabled", "true", Values::flag);
    public static final Key<Integer> SUBMISSION_PORT = key("submission.port", "2587", Values::port);
    public static final Key<Integer> SUBMISSIONS_PORT = key("submissions.port", "2465", Values::port);

    public static final Key<Boolean> IMAP_ENABLED = key("imap.enabled", "true", Values::flag);
    public static final Key<Integer> IMAP_PORT = key("imap.port", "2143", Values::port);
    public static final Key<Integer> IMAPS_PORT = key("imaps.port", "2993", Values::port);

    public static final Key<InetAddress> HTTP_BIND = key("http.bind", "127.0.0.1", Values::address);
    public static final Key<Integer> HTTP_PORT = key("http.port", "8080", Values::port);
    public static final Key<Optional<URI>> HTTP_PUBLIC_URL = key("http.public-url", "", Values::optionalPublicUrl);
    public static final Key<TrustedProxies> HTTP_TRUSTED_PROXIES =
            key("http.trusted-proxies", "127.0.0.0/8,::1", value -> TrustedProxies.of(Values.list(value)));

    public static final Key<Optional<Path>> TLS_CERTIFICATE = key("tls.certificate", "", Values::optionalPath);
    public static final Key<Optional<Path>> TLS_KEY = key("tls.key", "", Values::optionalPath);

    public static final Key<String> WORKSPACE_NAME = key("workspace.name", "Default", Keys::workspaceName);
    public static final Key<String> WORKSPACE_DOMAIN = key("workspace.domain", "localhost", Values::domain);
    public static final Key<String> WORKSPACE_SLUG = key("workspace.slug", "", Keys::slug);

    public static final Key<String> ADMIN_EMAIL = key("admin.email", "admin@localhost", Values::email);
    public static final Key<Optional<String>> ADMIN_PASSWORD = secret("admin.password", "", Keys::adminPassword);
    public static final Key<Optional<String>> ADMIN_TOKEN = secret("admin.token", "", Keys::adminToken);

    public static final Key<String> DELIVERY_MODE =
            key("delivery.mode", "sandbox", value -> Values.oneOf(value, "sandbox", "relay", "mx"));
    public static final Key<Optional<HostPort>> DELIVERY_RELAY = key("delivery.relay", "", Values::optionalHostPort);
    public static final Key<String> DELIVERY_RELAY_USER = key("delivery.relay-user", "", Values::text);
    public static final Key<String> DELIVERY_RELAY_PASSWORD = secret("delivery.relay-password", "", Values::text);
    public static final Key<List<Duration>> DELIVERY_RETRY =
            key("delivery.retry", "1m,5m,15m,1h,4h,12h,24h", Values::durations);
    public static final Key<Integer> DELIVERY_CONCURRENCY =
            key("delivery.concurrency", "50", value -> Values.number(value, 1, 1_000));
    public static final Key<Integer> DELIVERY_CONCURRENCY_PER_DESTINATION =
            key("delivery.concurrency-per-destination", "5", value -> Values.number(value, 1, 1_000));
    public static final Key<Integer> DELIVERY_CONCURRENCY_RELAY =
            key("delivery.concurrency-relay", "20", value -> Values.number(value, 1, 1_000));

    public static final Key<Integer> SENDING_WORKSPACE_CAP_PER_DAY =
            key("sending.workspace-cap-per-day", "0", value -> Values.number(value, 0, Behaviour.MAX_SEND_CAP));
    public static final Key<List<Integer>> SENDING_CAP_STEPS = key("sending.cap-steps", "80,100", Values::percentages);

    public static final Key<List<HostPort>> DNS_SERVERS = key("dns.servers", "", Values::hostPorts);

    public static final Key<Integer> PIPELINE_WORKERS =
            key("pipeline.workers", "2", value -> Values.number(value, 1, 64));

    public static final Key<Integer> SPOOL_BACKLOG =
            key("spool.backlog", "100000", value -> Values.number(value, 1, 100_000_000));
    public static final Key<Long> SPOOL_MINIMUM_FREE = key("spool.minimum-free", "512MiB", Values::size);
    public static final Key<String> SPOOL_MODE =
            key("spool.mode", "disk", value -> Values.only(value, "disk", "the spool in the database"));

    public static final Key<Optional<String>> WEBHOOKS_SECRET = secret("webhooks.secret", "", Values::optional);
    public static final Key<Boolean> WEBHOOKS_ALLOW_PRIVATE = key("webhooks.allow-private", "false", Values::flag);

    public static final Key<Optional<URI>> MODEL_BASE_URL =
            key("model.base-url", "", value -> Values.optional(value).map(ChatConfig::baseUrl));
    public static final Key<String> MODEL_API_KEY = secret("model.api-key", "", Values::text);
    public static final Key<String> MODEL_NAME = key("model.name", "", Values::text);
    public static final Key<Duration> MODEL_TIMEOUT = key("model.timeout", "30s", Keys::modelTimeout);
    public static final Key<Integer> MODEL_MAX_OUTPUT_TOKENS =
            key("model.max-output-tokens", "1000", value -> Values.number(value, 1, 100_000));
    public static final Key<Integer> MODEL_TOKENS_PER_DAY =
            key("model.tokens-per-day", "1000000", value -> Values.number(value, 0, 2_000_000_000));
    public static final Key<Integer> MODEL_VIEWS_PERCENT =
            key("model.views-percent", "30", value -> Values.number(value, 0, 100));

    public static final Key<Optional<URI>> SPAM_RSPAMD_URL = key("spam.rspamd-url", "", Values::optionalUrl);
    public static final Key<WhenAway> SPAM_WHEN_AWAY = key("spam.when-away", "defer", Keys::whenAway);
    public static final Key<Optional<URI>> SPAM_RSPAMD_LEARN_URL =
            key("spam.rspamd-learn-url", "", Values::optionalUrl);
    public static final Key<String> SPAM_RSPAMD_PASSWORD = secret("spam.rspamd-password", "", Values::text);
    public static final Key<Optional<HostPort>> ANTIVIRUS_CLAMD = key("antivirus.clamd", "", Values::optionalHostPort);
    public static final Key<WhenAway> ANTIVIRUS_WHEN_AWAY = key("antivirus.when-away", "defer", Keys::whenAway);
    public static final Key<String> RETENTION_MESSAGES =
            key("retention.messages", "keep", value -> Values.only(value, "keep", "retention"));
    public static final Key<String> RETENTION_RAW =
            key("retention.raw", "keep", value -> Values.only(value, "keep", "retention"));
    public static final Key<String> RETENTION_EVENTS =
            key("retention.events", "keep", value -> Values.only(value, "keep", "retention"));
    public static final Key<String> STORAGE_LIMIT =
            key("storage.limit", "", value -> Values.only(value, "", "storage thresholds"));

    /** All keys, in the order of {@code conf/chancery.toml}. */
    public static final List<Key<?>> ALL = List.of(
            DATA_DIRECTORY,
            DATABASE_URL,
            DATABASE_USER,
            DATABASE_PASSWORD,
            SMTP_BIND,
            SMTP_PORT,
            SMTP_HOSTNAME,
            SMTP_MAX_MESSAGE,
            SMTP_MAX_RECIPIENTS,
            SMTP_MAX_CONNECTIONS,
            SMTP_MAX_CONNECTIONS_PER_CLIENT,
            SMTP_MAX_COMMANDS,
            SMTP_IDLE_TIMEOUT,
            SMTP_MAX_RECEIVED,
            SUBMISSION_ENABLED,
            SUBMISSION_PORT,
            SUBMISSIONS_PORT,
            IMAP_ENABLED,
            IMAP_PORT,
            IMAPS_PORT,
            HTTP_BIND,
            HTTP_PORT,
            HTTP_PUBLIC_URL,
            HTTP_TRUSTED_PROXIES,
            TLS_CERTIFICATE,
            TLS_KEY,
            WORKSPACE_NAME,
            WORKSPACE_DOMAIN,
            WORKSPACE_SLUG,
            ADMIN_EMAIL,
            ADMIN_PASSWORD,
            ADMIN_TOKEN,
            DELIVERY_MODE,
            DELIVERY_RELAY,
            DELIVERY_RELAY_USER,
            DELIVERY_RELAY_PASSWORD,
            DELIVERY_RETRY,
            DELIVERY_CONCURRENCY,
            DELIVERY_CONCURRENCY_PER_DESTINATION,
            DELIVERY_CONCURRENCY_RELAY,
            SENDING_WORKSPACE_CAP_PER_DAY,
            SENDING_CAP_STEPS,
            DNS_SERVERS,
            PIPELINE_WORKERS,
            SPOOL_BACKLOG,
            SPOOL_MINIMUM_FREE,
            SPOOL_MODE,
            WEBHOOKS_SECRET,
            WEBHOOKS_ALLOW_PRIVATE,
            MODEL_BASE_URL,
            MODEL_API_KEY,
            MODEL_NAME,
            MODEL_TIMEOUT,
            MODEL_MAX_OUTPUT_TOKENS,
            MODEL_TOKENS_PER_DAY,
            MODEL_VIEWS_PERCENT,
            SPAM_RSPAMD_URL,
            SPAM_WHEN_AWAY,
            SPAM_RSPAMD_LEARN_URL,
            SPAM_RSPAMD_PASSWORD,
            ANTIVIRUS_CLAMD,
            ANTIVIRUS_WHEN_AWAY,
            RETENTION_MESSAGES,
            RETENTION_RAW,
            RETENTION_EVENTS,
            STORAGE_LIMIT);

    /** Keys that are part of the contract and read, while what they set is not served yet; the start says so. */
    public static final List<Key<?>> NOT_SERVED_YET = List.of(IMAP_ENABLED, IMAP_PORT, IMAPS_PORT, WEBHOOKS_SECRET);

    private Keys() {}

    private static <T> Key<T> key(String name, String defaultText, Function<String, T> parse) {
        return new Key<>(name, defaultText, parse, false);
    }

    private static <T> Key<T> secret(String name, String defaultText, Function<String, T> parse) {
        return new Key<>(name, defaultText, parse, true);
    }

    private static WhenAway whenAway(String value) {
        return WhenAway.valueOf(Values.oneOf(value, "defer", "hold").toUpperCase(Locale.ROOT));
    }

    private static long messageSize(String value) {
        long size = Values.size(value);
        if (size < 64 << 10 || size > 1 << 30) {
            throw new IllegalArgumentException("must lie between 64KiB and 1GiB");
        }
        return size;
    }

    private static Duration modelTimeout(String value) {
        Duration timeout = Values.positiveDuration(value);
        if (timeout.compareTo(ChatConfig.MAX_TIMEOUT) > 0) {
            throw new IllegalArgumentException("must not be longer than 5m");
        }
        return timeout;
    }

    private static String workspaceName(String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("must be a name");
        }
        return value.strip();
    }

    private static String slug(String value) {
        if (!WorkspaceSetup.isSlug(value)) {
            throw new IllegalArgumentException(
                    "must be up to 32 lower-case letters, digits and inner dashes, or empty");
        }
        return value;
    }

    private static Optional<String> adminPassword(String value) {
        if (!value.isEmpty() && (value.length() < Password.MIN_LENGTH || value.length() > Password.MAX_LENGTH)) {
            throw new IllegalArgumentException(
                    "must have from " + Password.MIN_LENGTH + " to " + Password.MAX_LENGTH + " characters");
        }
        return Values.optional(value);
    }

    private static Optional<String> adminToken(String value) {
        if (!value.isEmpty() && value.length() < 16) {
            throw new IllegalArgumentException("must have 16 characters or more");
        }
        return Values.optional(value);
    }
}
