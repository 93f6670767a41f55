package org.chancery.storage.h2;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.chancery.core.fault.Unavailable;
import org.chancery.storage.tx.Forcing;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/**
 * Writes all that is committed to H2's file, and forces the file.
 *
 * <p>H2 writes the changes of all its maps as one chunk, but takes up the maps one after another: of a transaction that is
 * open meanwhile, the rows may come with the chunk and the undo log not. When the file is opened after a crash, the next
 * transaction of that number takes the rows for its own, and rows that were committed long before are gone. So chunks are
 * made only while no transaction is open, and not by H2 itself: its writer is switched off by the URL.
 *
 * <p>Nor is a chunk made before the one before it is written: H2 would not list that one in it, and the file could not be
 * opened at this chunk.
 *
 * <p>{@code CHECKPOINT SYNC} would be the statement for forcing, but it forces the file without waiting until what was
 * taken up is in it. So this talks to the store itself.
 */
public final class H2Forcing implements Forcing {
    /** H2's own writer used to make room in the file by moving what is left of old chunks; per cent that is still of use. */
    private static final int FILL = 60;

    /** Parts of the memory that may be unsaved before H2 writes by itself, in the midst of transactions. */
    private static final int FULL = 4;

    private static final int OVERFULL = 2;

    private static final int OCTETS_AT_ONCE = 1 << 20;
    private static final long BETWEEN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MVStore store;
    private long compactedAt = System.nanoTime();

    private H2Forcing(MVStore store) {
        this.store = store;
    }

    /** For the database that the pool's connections lead to. */
    public static H2Forcing of(DataSource pool) {
        try (Connection connection = pool.getConnection()) {
            SessionLocal session =
                    (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
            return new H2Forcing(session.getDatabase().getStore().getMvStore());
        } catch (SQLException e) {
            throw new Unavailable("find H2's file", e);
        }
    }

    @Override
    public void gather() {
        try {
            if (System.nanoTime() - compactedAt > BETWEEN_NANOS) {
                store.compact(FILL, OCTETS_AT_ONCE);
                compactedAt = System.nanoTime();
            }
            // Written later, in force(); at once where somebody else, such as a change of the schema, holds the store.
            if (store.tryCommit() < 0) {
                store.commit();
            }
        } catch (MVStoreException e) {
            throw new Unavailable("take up H2's changes", e);
        }
    }

    @Override
    public void force() {
        try {
            // Comes back when all that was taken up is written.
            store.executeFilestoreOperation(() -> {});
            store.sync();
        } catch (MVStoreException e) {
            throw new Unavailable("write H2's file", e);
        }
    }

    @Override
    public boolean isFull() {
        return store.getUnsavedMemory() > store.getAutoCommitMemory() / FULL;
    }

    /** The other half is for the transactions that are open: a slow disk does not make H2 write by itself. */
    @Override
    public boolean isOverfull() {
        return store.getUnsavedMemory() > store.getAutoCommitMemory() / OVERFULL;
    }
}
