package org.chancery.server.endtoend;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/**
 * A row of the server's database that somebody else holds: whoever wants to change it waits until it is let go. So a test has a call
 * of its own come in while another one is under way.
 */
final class HeldRow implements AutoCloseable {
    /** Who waits for a lock, whoever holds it. */
    private static final String WAITING_ON_POSTGRES =
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";

    private static final String WAITING_ON_H2 =
            "SELECT count(*) FROM information_schema.sessions WHERE blocker_id IS NOT NULL";

    private final RunningServer server;
    private final Connection connection;
    private final boolean isPostgres;

    private HeldRow(RunningServer server, Connection connection) throws SQLException {
        this.server = server;
        this.connection = connection;
        this.isPostgres = connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
    }

    static HeldRow of(RunningServer server, String table, UUID id) throws SQLException {
        Connection connection = server.database();
        HeldRow row = new HeldRow(server, connection);
        connection.setAutoCommit(false);
        // On PostgreSQL rows that refer to it can be added meanwhile.
        String how = row.isPostgres ? "FOR NO KEY UPDATE" : "FOR UPDATE";
        try (PreparedStatement lock = connection.prepareStatement("SELECT id FROM " + table + " WHERE id = ? " + how)) {
            lock.setObject(1, id);
            try (ResultSet found = lock.executeQuery()) {
                assertTrue(found.next(), () -> "no " + id + " in " + table);
            }
        }
        return row;
    }

    /** Waits until so many transactions wait. */
    void awaitWaiting(int count) throws SQLException {
        long end = System.nanoTime() + RunningServer.PATIENCE.toNanos();
        try (Connection looking = server.database();
                Statement statement = looking.createStatement()) {
            while (waiting(statement) < count) {
                assertTrue(System.nanoTime() < end, "nobody waits");
                Thread.onSpinWait();
            }
        }
    }

    private int waiting(Statement statement) throws SQLException {
        try (ResultSet found = statement.executeQuery(isPostgres ? WAITING_ON_POSTGRES : WAITING_ON_H2)) {
            found.next();
            return found.getInt(1);
        }
    }

    /** Lets it go. */
    @Override
    public void close() throws SQLException {
        connection.rollback();
        connection.close();
    }
}
