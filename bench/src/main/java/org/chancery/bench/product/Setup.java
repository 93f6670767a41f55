package org.chancery.bench.product;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How the product is started.
 *
 * @param folder gets the data directory and what the process prints
 * @param smtpPort 0 means any
 * @param database empty means H2 in the data directory
 */
public record Setup(Path folder, int smtpPort, Optional<Database> database) {
    /** The domain that the load is sent to. */
    public static final String DOMAIN = "bench.test";

    public static final String ADMIN_TOKEN = "bench-admin-token-0123456789";

    // Beyond what any run sends: a refusal for a full backlog is no measurement.
    private static final int BACKLOG = 10_000_000;
    private static final int CONNECTIONS = 1_000;
    private static final int COMMANDS = 1_000_000;

    /** Another database than the embedded one. */
    public record Database(String url, String user, String password) {}

    public static Setup in(Path folder) {
        return new Setup(folder, 0, Optional.empty());
    }

    public Setup onPort(int port) {
        return new Setup(folder, port, database);
    }

    public Setup with(Database other) {
        return new Setup(folder, smtpPort, Optional.of(other));
    }

    public Path dataDirectory() {
        return folder.resolve("data");
    }

    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("CHANCERY_DATA_DIRECTORY", dataDirectory().toString());
        environment.put("CHANCERY_SMTP_BIND", "127.0.0.1");
        environment.put("CHANCERY_SMTP_PORT", Integer.toString(smtpPort));
        environment.put("CHANCERY_SUBMISSION_PORT", "0");
        environment.put("CHANCERY_SUBMISSIONS_PORT", "0");
        environment.put("CHANCERY_HTTP_BIND", "127.0.0.1");
        environment.put("CHANCERY_HTTP_PORT", "0");
        environment.put("CHANCERY_SMTP_MAX_CONNECTIONS", Integer.toString(CONNECTIONS));
        environment.put("CHANCERY_SMTP_MAX_CONNECTIONS_PER_CLIENT", Integer.toString(CONNECTIONS));
        environment.put("CHANCERY_SMTP_MAX_COMMANDS", Integer.toString(COMMANDS));
        environment.put("CHANCERY_SPOOL_BACKLOG", Integer.toString(BACKLOG));
        environment.put("CHANCERY_WORKSPACE_DOMAIN", DOMAIN);
        environment.put("CHANCERY_ADMIN_TOKEN", ADMIN_TOKEN);
        environment.put("CHANCERY_DELIVERY_MODE", "sandbox");
        database.ifPresent(other -> {
            environment.put("CHANCERY_DATABASE_URL", other.url());
            environment.put("CHANCERY_DATABASE_USER", other.user());
            environment.put("CHANCERY_DATABASE_PASSWORD", other.password());
        });
        return environment;
    }
}
