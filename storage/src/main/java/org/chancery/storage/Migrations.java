package org.chancery.storage;

import java.util.Map;
import org.chancery.storage.DatabaseConfig.Vendor;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Brings the schema up to what this version of the server expects. */
final class Migrations {
    private Migrations() {}

    static void run(DatabaseConfig config, String url) {
        boolean isH2 = config.vendor() == Vendor.H2;
        Flyway flyway = Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(url, config.user(), config.password().reveal())
                .locations("classpath:db/migration/common", "classpath:db/migration/" + (isH2 ? "h2" : "postgresql"))
                .placeholders(Map.of("json", isH2 ? "JSON" : "JSONB"))
                .load();
        try {
            flyway.migrate();
        } catch (FlywayException e) {
            throw new UnusableDatabase(
                    "cannot bring the database " + config.shownUrl() + " (database.url) up to date: " + e.getMessage(),
                    e);
        }
    }
}
