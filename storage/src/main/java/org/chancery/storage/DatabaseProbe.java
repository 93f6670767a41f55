package org.chancery.storage;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.chancery.storage.DatabaseConfig.Vendor;

/** Looks at a database and changes nothing: no schema is made or brought up to date, no file is made. */
public final class DatabaseProbe {
    /** H2's word for a database that is not there, where it may not make one. */
    private static final String NO_SUCH_DATABASE = "90146";

    private DatabaseProbe() {}

    /**
     * Opens it and lets go of it again.
     *
     * @return what was found, for people
     * @throws UnusableDatabase where the server could not work with it
     */
    public static String look(DatabaseConfig config) {
        boolean isH2 = config.vendor() == Vendor.H2;
        try (Connection connection =
                DriverManager.getConnection(isH2 ? readOnly(config.url()) : config.url(), properties(config))) {
            if (!isH2) {
                PostgresSettings.requireDurable(connection);
            }
            return Migrations.isDone(connection)
                    ? "answers, its schema is up to date"
                    : "answers, its schema is brought up to date at the next start";
        } catch (SQLException e) {
            if (NO_SUCH_DATABASE.equals(e.getSQLState())) {
                return "is made at the first start";
            }
            throw Migrations.cannotOpen(config, e);
        }
    }

    private static String readOnly(String url) {
        return url + ";DATABASE_TO_LOWER=TRUE;IFEXISTS=TRUE;ACCESS_MODE_DATA=r;TRACE_LEVEL_FILE=0";
    }

    private static Properties properties(DatabaseConfig config) {
        Properties properties = new Properties();
        properties.setProperty("user", config.user());
        properties.setProperty("password", config.password().reveal());
        if (config.vendor() == Vendor.POSTGRESQL) {
            // Seconds; the operator waits.
            properties.setProperty("connectTimeout", "3");
            properties.setProperty("socketTimeout", "10");
        }
        return properties;
    }
}
