package org.chancery.storage.h2;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.chancery.core.fault.Unavailable;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;

/**
 * Writes all that is committed to H2's file, and forces the file.
 *
 * <p>{@code CHECKPOINT SYNC} would be the statement for it, but it forces the file without waiting for H2's own writer: what
 * the writer had taken up in the moment before is not yet in the file then. So this talks to the store itself.
 */
public final class H2Force implements Runnable {
    private final DataSource pool;

    public H2Force(DataSource pool) {
        this.pool = pool;
    }

    @Override
    public void run() {
        try (Connection connection = pool.getConnection()) {
            MVStore store = store(connection);
            store.commit();
            // Comes back when the writer has written all that it had taken up, this commit included.
            store.executeFilestoreOperation(() -> {});
            store.sync();
        } catch (SQLException | RuntimeException e) {
            throw new Unavailable("write H2's file", e);
        }
    }

    private static MVStore store(Connection connection) throws SQLException {
        SessionLocal session =
                (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
        return session.getDatabase().getStore().getMvStore();
    }
}
