package org.chancery.storage;

import java.nio.file.Path;
import org.chancery.storage.h2.H2Url;

/**
 * Where the database is ({@code database.url}, {@code database.user}, {@code database.password}).
 *
 * @param url {@code jdbc:h2:…} for the database inside this process, or {@code jdbc:postgresql:…}
 * @param connections how many connections are open at most
 */
public record DatabaseConfig(String url, String user, Password password, int connections) {

    /** More would only queue up inside the database instead of before it. */
    public static final int DEFAULT_CONNECTIONS = 16;

    private static final String H2 = "jdbc:h2:";
    private static final String POSTGRESQL = "jdbc:postgresql:";

    /** A password, which shows itself to nobody who does not ask for it by name. */
    public record Password(String reveal) {
        @Override
        public String toString() {
            return "Password[hidden]";
        }
    }

    /** Whose SQL it is. */
    enum Vendor {
        H2,
        POSTGRESQL
    }

    public DatabaseConfig {
        if (!url.startsWith(H2) && !url.startsWith(POSTGRESQL)) {
            throw new IllegalArgumentException(
                    "database.url must begin with " + POSTGRESQL + " or " + H2 + ", and is '" + shown(url) + "'");
        }
        if (url.startsWith(H2 + "tcp:") || url.startsWith(H2 + "ssl:")) {
            throw new IllegalArgumentException("database.url names an H2 server; H2 is used inside this process only."
                    + " Name a file, or a PostgreSQL");
        }
        if (url.startsWith(H2) && !H2Url.isUsable(url)) {
            throw new IllegalArgumentException("database.url names H2 in a way that is not used here, '" + shown(url)
                    + "'. Write jdbc:h2:file: and an absolute path, or name a PostgreSQL");
        }
        if (connections < 2) {
            throw new IllegalArgumentException("a database needs at least 2 connections");
        }
    }

    /** The embedded database in a directory. */
    public static DatabaseConfig embedded(Path directory) {
        String file = directory.resolve("chancery").toAbsolutePath().normalize().toString();
        return new DatabaseConfig(H2 + "file:" + file, "sa", new Password(""), DEFAULT_CONNECTIONS);
    }

    Vendor vendor() {
        return url.startsWith(H2) ? Vendor.H2 : Vendor.POSTGRESQL;
    }

    /** Without the parameters, which can hold secrets. */
    String shownUrl() {
        return shown(url);
    }

    private static String shown(String url) {
        return url.replaceFirst("[?;].*", "");
    }

    @Override
    public String toString() {
        return "DatabaseConfig[" + shownUrl() + ", " + user + "]";
    }
}
