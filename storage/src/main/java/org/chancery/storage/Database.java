package org.chancery.storage;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.chancery.core.tx.Transactions;
import org.chancery.storage.DatabaseConfig.Vendor;
import org.chancery.storage.h2.H2Forcing;
import org.chancery.storage.h2.H2Url;
import org.chancery.storage.tx.Durability;
import org.chancery.storage.tx.JooqTransactions;
import org.chancery.storage.tx.SharedForce;
import org.jooq.SQLDialect;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open database: a pool of connections on a schema that is up to date. */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    /** A dead database is noticed so soon. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** How long commits that nobody waits for can be lost by a power cut. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final DatabaseConfig config;
    private final HikariDataSource pool;
    private final Durability durability;
    private final Transactions transactions;

    private Database(DatabaseConfig config, HikariDataSource pool, Durability durability) {
        this.config = config;
        this.pool = pool;
        this.durability = durability;
        this.transactions = new JooqTransactions(
                pool, config.vendor() == Vendor.H2 ? SQLDialect.H2 : SQLDialect.POSTGRES, durability);
    }

    /**
     * Opens the database and brings its schema up to date.
     *
     * @throws UnusableDatabase where the server cannot work with it
     */
    public static Database open(DatabaseConfig config) {
        return switch (config.vendor()) {
            case H2 -> openH2(config);
            case POSTGRESQL -> openPostgres(config);
        };
    }

    private static Database openH2(DatabaseConfig config) {
        String url = H2Url.complete(config.url());
        new Migrations(config, url).run();
        HikariConfig settings = settings(config, url);
        // Connections to it cost next to nothing and do not age.
        settings.setMaxLifetime(0);
        HikariDataSource pool = new HikariDataSource(settings);
        Durability durability =
                H2Url.isInMemory(config.url()) ? Durability.BY_ITSELF : new SharedForce(H2Forcing.of(pool), PATIENCE);
        // A new schema is there before the first promise that rests on it.
        durability.force();
        return new Database(config, pool, durability);
    }

    private static Database openPostgres(DatabaseConfig config) {
        new Migrations(config, config.url()).run();
        HikariConfig settings = settings(config, config.url());
        PostgresSettings.apply(settings);
        HikariDataSource pool = new HikariDataSource(settings);
        try {
            PostgresSettings.requireDurable(pool);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
        return new Database(config, pool, Durability.BY_ITSELF);
    }

    private static HikariConfig settings(DatabaseConfig config, String url) {
        HikariConfig settings = new HikariConfig();
        settings.setPoolName("database");
        settings.setJdbcUrl(url);
        settings.setUsername(config.user());
        settings.setPassword(config.password().reveal());
        settings.setAutoCommit(false);
        settings.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        settings.setMaximumPoolSize(config.connections());
        settings.setMinimumIdle(2);
        settings.setConnectionTimeout(CONNECT_TIMEOUT.toMillis());
        settings.setValidationTimeout(CONNECT_TIMEOUT.toMillis() / 2);
        return settings;
    }

    public Transactions transactions() {
        return transactions;
    }

    /** Forces what was committed, and lets go of the database. */
    @Override
    public void close() {
        durability.close();
        if (config.vendor() == Vendor.H2) {
            closeH2();
        } else {
            pool.close();
        }
    }

    /** The pool ends first: it would open the database again to fill itself up. */
    private void closeH2() {
        try (Connection last = DriverManager.getConnection(
                pool.getJdbcUrl(), config.user(), config.password().reveal())) {
            pool.close();
            try (Statement statement = last.createStatement()) {
                statement.execute("SHUTDOWN");
            }
        } catch (SQLException e) {
            LOG.warn("the embedded database did not close in order; it will recover when it is opened again", e);
        } finally {
            pool.close();
        }
    }
}
