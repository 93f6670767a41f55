package org.chancery.storage;

import com.zaxxer.hikari.HikariConfig;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** How we talk to PostgreSQL, and what we ask of it. */
final class PostgresSettings {

    private PostgresSettings() {}

    static void apply(HikariConfig settings) {
        // Seconds. A host that is gone sends nothing, not even an error.
        settings.addDataSourceProperty("connectTimeout", "3");
        settings.addDataSourceProperty("socketTimeout", "40");
        settings.addDataSourceProperty("tcpKeepAlive", "true");
        settings.addDataSourceProperty("ApplicationName", "chancery");
        settings.addDataSourceProperty("reWriteBatchedInserts", "true");
        // Nothing of ours runs or waits so long, unless something is wrong.
        // synchronous_commit can be off for a role or a database, or from one moment to the next.
        settings.setConnectionInitSql(
                "SET synchronous_commit = on; SET lock_timeout = '10s'; SET statement_timeout = '30s';"
                        + " SET idle_in_transaction_session_timeout = '60s'");
    }

    /** Refuses a server whose commits do not survive a power cut: mail would be lost after its 250. */
    static void requireDurable(DataSource pool) {
        try (Connection connection = pool.getConnection()) {
            requireDurable(connection);
        } catch (SQLException e) {
            throw new UnusableDatabase("cannot read PostgreSQL's settings", e);
        }
    }

    static void requireDurable(Connection connection) {
        if (value(connection, "fsync").equals("off")) {
            throw new UnusableDatabase(
                    "PostgreSQL runs with fsync = off, so that committed mail can be lost."
                            + " Set fsync = on in postgresql.conf (or with ALTER SYSTEM) and reload it",
                    null);
        }
    }

    private static String value(Connection connection, String setting) {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW " + setting)) {
            return result.next() ? result.getString(1) : "";
        } catch (SQLException e) {
            throw new UnusableDatabase("cannot read PostgreSQL's setting " + setting, e);
        }
    }
}
