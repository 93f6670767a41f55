package org.chancery.storage;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.chancery.testkit.PostgresServer;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

class MigrationsTest {
    @Test
    void applyToAnEmptyH2() {
        var h2 = Map.of("json", "JSON", "blob", "BLOB");
        assertTrue(migrate("jdbc:h2:mem:migrations;DATABASE_TO_LOWER=TRUE;DB_CLOSE_DELAY=-1", "sa", "h2", h2) > 0);
    }

    @Test
    void applyToAnEmptyPostgres() {
        var postgres = Map.of("json", "JSONB", "blob", "BYTEA");
        assertTrue(migrate(PostgresServer.newDatabase(), PostgresServer.USER, "postgresql", postgres) > 0);
    }

    private static int migrate(String url, String user, String vendor, Map<String, String> placeholders) {
        return Flyway.configure()
                .dataSource(url, user, "")
                .locations("classpath:db/migration/common", "classpath:db/migration/" + vendor)
                .placeholders(placeholders)
                .load()
                .migrate()
                .migrationsExecuted;
    }
}
