package org.chancery.bench.store;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.chancery.bench.product.Setup;

/**
 * The database of a server that is stopped, to be filled with copies of rows. What the product keeps beside the rows to answer from,
 * the tallies, is counted anew as its own migration does.
 */
public final class StoppedStore implements AutoCloseable {
    /** As the product opens it, which decides how names are spelled. */
    private static final String H2_SETTINGS = ";DATABASE_TO_LOWER=TRUE;CACHE_SIZE=262144";

    private final Connection connection;
    private long ids;

    private StoppedStore(Connection connection) {
        this.connection = connection;
    }

    public static StoppedStore open(Setup setup) throws SQLException {
        Connection connection = connect(setup);
        connection.setAutoCommit(false);
        return new StoppedStore(connection);
    }

    private static Connection connect(Setup setup) throws SQLException {
        if (setup.database().isPresent()) {
            Setup.Database database = setup.database().get();
            return DriverManager.getConnection(database.url(), database.user(), database.password());
        }
        String file = setup.dataDirectory().resolve("chancery").toAbsolutePath().toString();
        return DriverManager.getConnection("jdbc:h2:file:" + file + H2_SETTINGS, "sa", "");
    }

    public Connection connection() {
        return connection;
    }

    /** Each greater than the one before, as the product's are (RFC 9562 §5.7), and all older than those. */
    public UUID nextId() {
        long time = 1_600_000_000_000L + ++ids;
        return new UUID(time << 16 | 0x7000L, 0x8000_0000_0000_0000L | ids);
    }

    /** Writes what was added to these tables. */
    public void flush(Copying... tables) throws SQLException {
        for (Copying table : tables) {
            table.execute();
        }
        connection.commit();
    }

    /** Counts what the product counts, and has the database look at what it holds; last of all. */
    public void recount() throws SQLException {
        String counted = "workspace_id, endpoint_id, inbound, state";
        String ofSender = "workspace_id, from_canonical, endpoint_id, inbound, state";
        Map<String, String> tallies = new LinkedHashMap<>();
        tallies.put("message_tally (" + counted + ", messages)", counted);
        tallies.put("sender_tally (" + ofSender.replace("from_canonical", "sender") + ", messages)", ofSender);
        try (Statement statement = connection.createStatement()) {
            for (Map.Entry<String, String> tally : tallies.entrySet()) {
                statement.execute("DELETE FROM " + tally.getKey().split(" ")[0]);
                statement.execute("INSERT INTO " + tally.getKey() + " SELECT " + tally.getValue()
                        + ", COUNT(*) FROM message GROUP BY " + tally.getValue());
            }
            connection.commit();
            // What PostgreSQL does by itself within minutes, and H2 after some thousand changes.
            connection.setAutoCommit(true);
            statement.execute("ANALYZE");
            if (connection.getMetaData().getDatabaseProductName().equals("PostgreSQL")) {
                statement.execute("VACUUM");
            } else {
                statement.execute("SHUTDOWN COMPACT");
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
