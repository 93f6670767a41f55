package org.chancery.storage;

import com.zaxxer.hikari.HikariConfig;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;

/** How we talk to PostgreSQL, and what we ask of it. */
final class PostgresSettings {

    /** Settings without which a commit is a promise that PostgreSQL does not keep, each with the value that breaks it. */
    private static final Map<String, String> LYING = Map.of("fsync", "off", "synchronous_commit", "off");

    private PostgresSettings() {}

    static void apply(HikariConfig settings) {
        // Seconds. A host that is gone sends nothing, not even an error.
        settings.addDataSourceProperty("connectTimeout", "3");
        settings.addDataSourceProperty("socketTimeout", "60");
        settings.addDataSourceProperty("tcpKeepAlive", "true");
        settings.addDataSourceProperty("ApplicationName", "chancery");
        settings.addDataSourceProperty("reWriteBatchedInserts", "true");
        // Nothing of ours runs or waits so long, unless something is wrong.
        settings.setConnectionInitSql("SET lock_timeout = '10s'; SET statement_timeout = '30s';"
                + " SET idle_in_transaction_session_timeout = '60s'");
    }

    /** Refuses a server whose commits do not survive a power cut: mail would be lost after its 250. */
    static void requireDurable(DataSource pool) {
        LYING.forEach((setting, lie) -> {
            if (value(pool, setting).equals(lie)) {
                throw new UnusableDatabase(
                        "PostgreSQL runs with " + setting + " = " + lie + ", so that committed mail can be lost."
                                + " Set " + setting + " = on in postgresql.conf (or with ALTER SYSTEM) and reload it",
                        null);
            }
        });
    }

    private static String value(DataSource pool, String setting) {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SHOW " + setting)) {
            return result.next() ? result.getString(1) : "";
        } catch (SQLException e) {
            throw new UnusableDatabase("cannot read PostgreSQL's setting " + setting, e);
        }
    }
}
