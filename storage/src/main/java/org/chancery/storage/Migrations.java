package org.chancery.storage;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.chancery.storage.DatabaseConfig.Vendor;
import org.chancery.storage.jooq.MigrationsDigest;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema up to what this version of the server expects. Flyway needs half a second to find that there is nothing
 * to do, so it is asked only where the digest of the migrations is not the one that was noted after the last run.
 */
final class Migrations {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    private static final String UNIQUE_VIOLATION = "23505";

    private final DatabaseConfig config;
    private final String url;

    Migrations(DatabaseConfig config, String url) {
        this.config = config;
        this.url = url;
    }

    void run() {
        try (Connection connection = connect()) {
            if (!isDone(connection)) {
                migrate();
                noteDone(connection);
            }
        } catch (SQLException e) {
            throw new UnusableDatabase("the database " + config.shownUrl() + " (database.url) broke off", e);
        }
    }

    private Connection connect() {
        try {
            return DriverManager.getConnection(
                    url, config.user(), config.password().reveal());
        } catch (SQLException e) {
            throw cannotOpen(config, e);
        }
    }

    static UnusableDatabase cannotOpen(DatabaseConfig config, SQLException e) {
        return new UnusableDatabase(
                "cannot open the database " + config.shownUrl() + " (database.url) as user '" + config.user() + "': "
                        + hint(e) + ". The database says: " + firstLine(e),
                e);
    }

    private static String hint(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (state.startsWith("28")) {
            return "check database.user and database.password";
        }
        return switch (state) {
            case "3D000" -> "create that database first";
            case "08001", "08004", "08006" -> "check that PostgreSQL runs there and takes connections";
            case "90020" -> "another process has it open; stop that one first";
            default -> "check database.url";
        };
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    static boolean isDone(Connection connection) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT digest FROM migrations_done")) {
            return row.next() && MigrationsDigest.VALUE.equals(row.getString(1));
        } catch (SQLException noSuchTableYet) {
            LOG.debug("no migration has run yet", noSuchTableYet);
            return false;
        }
    }

    private void migrate() {
        boolean isH2 = config.vendor() == Vendor.H2;
        Flyway flyway = Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(url, config.user(), config.password().reveal())
                .locations("classpath:db/migration/common", "classpath:db/migration/" + (isH2 ? "h2" : "postgresql"))
                .placeholders(Map.of("json", isH2 ? "JSON" : "JSONB"))
                // A schema from the future is refused: what this version would do to it, nobody has tried.
                .ignoreMigrationPatterns(new String[0])
                .load();
        try {
            flyway.migrate();
        } catch (FlywayException e) {
            throw new UnusableDatabase(
                    "cannot bring the schema of " + config.shownUrl()
                            + " (database.url) up to date; was it used by a newer version? " + e.getMessage(),
                    e);
        }
    }

    private static void noteDone(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement delete = connection.createStatement();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO migrations_done (only_row, digest) VALUES (1, ?)")) {
            delete.execute("DELETE FROM migrations_done");
            insert.setString(1, MigrationsDigest.VALUE);
            insert.execute();
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            if (!UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw e;
            }
            LOG.debug("another server has noted the same in this moment", e);
        }
    }
}
