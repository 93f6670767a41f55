package org.chancery.storage.dkim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import org.chancery.storage.JooqStore;
import org.chancery.testkit.database.TestDatabase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the update does to keys that signed once: their private halves go, and those of the others stay. */
class PastKeysMigrationTest {
    private static final String DESTROYED = "/";

    @Test
    void private_halves_of_past_keys_are_destroyed_on_h2(@TempDir Path directory) throws SQLException {
        TestDatabase database = TestDatabase.h2In(directory);
        destroyed(database, database.url() + ";DATABASE_TO_LOWER=TRUE", "h2", "JSON");
    }

    @Test
    void private_halves_of_past_keys_are_destroyed_on_postgresql() throws SQLException {
        TestDatabase database = TestDatabase.postgres();
        destroyed(database, database.url(), "postgresql", "JSONB");
    }

    private static void destroyed(TestDatabase database, String url, String vendor, String json) throws SQLException {
        Flyway.configure()
                .dataSource(url, database.user(), database.password())
                .locations("classpath:db/migration/common", "classpath:db/migration/" + vendor)
                .placeholders(Map.of("json", json))
                .target("33")
                .load()
                .migrate();
        try (Connection connection = DriverManager.getConnection(url, database.user(), database.password())) {
            insert(connection, "retired");
            insert(connection, "discarded");
            insert(connection, "waiting");
            insert(connection, "active");
        }
        JooqStore.on(database).close();
        try (Connection connection = DriverManager.getConnection(url, database.user(), database.password())) {
            assertEquals(
                    Map.of(
                            "retired",
                            DESTROYED,
                            "discarded",
                            DESTROYED,
                            "waiting",
                            "sealed rsa/sealed ed25519",
                            "active",
                            "sealed rsa/sealed ed25519"),
                    halves(connection));
            assertThrows(SQLException.class, () -> retire(connection), "with its private half");
        }
    }

    private static void insert(Connection connection, String state) throws SQLException {
        String sql =
                "INSERT INTO signing_key_set (domain, number, name, state, created_at, state_at, rsa_public, rsa_sealed,"
                        + " ed25519_public, ed25519_sealed) VALUES (?, 1, 'c20260301-1', ?, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP,"
                        + " 'public rsa', 'sealed rsa', 'public ed25519', 'sealed ed25519')";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            insert.setString(1, state + ".example");
            insert.setString(2, state);
            insert.execute();
        }
    }

    private static Map<String, String> halves(Connection connection) throws SQLException {
        Map<String, String> halves = new TreeMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT state, rsa_sealed, ed25519_sealed FROM signing_key_set")) {
            while (rows.next()) {
                halves.put(rows.getString(1), rows.getString(2) + '/' + rows.getString(3));
            }
        }
        return halves;
    }

    private static void retire(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("UPDATE signing_key_set SET state = 'retired' WHERE state = 'active'");
        }
    }
}
