package org.chancery.storage.tx;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/** What a failure of the database means for the transaction that met it. */
enum SqlFault {
    /** Others were in the way; the same work may pass if it is begun anew. */
    CONFLICT,
    /** The database does not answer, or cannot now. */
    AWAY,
    /** Neither: our mistake. */
    BUG;

    /**
     * PostgreSQL's serialization_failure and deadlock_detected, and H2's CONCURRENT_UPDATE_1. H2 spells a deadlock like the
     * first.
     */
    private static final Set<String> CONFLICTS = Set.of("40001", "40P01", "90131");

    /** Whole SQLSTATEs and beginnings of them. */
    private static final List<String> AWAYS = List.of(
            // connection exception
            "08",
            // insufficient resources: connections, memory, disk
            "53",
            // operator intervention: shutdown, crash, cannot connect now; cancelled by statement_timeout
            "57",
            // system error of PostgreSQL itself
            "58",
            // lock_not_available, by lock_timeout; read_only_sql_transaction, from a server that became a standby
            "55P03",
            "25006",
            // time-outs, among them H2's LOCK_TIMEOUT_1
            "HYT",
            // H2: object closed, connection broken, database closed, called at shutdown, already open
            "90007",
            "90067",
            "90098",
            "90121",
            "90020",
            // H2: I/O trouble, disk full, out of memory
            "90028",
            "90031",
            "90100",
            "90108");

    /** What to make of it; a failure that has nothing to do with the database is a bug, or somebody's value. */
    static SqlFault of(Throwable failure) {
        SQLException sql = sqlException(failure);
        if (sql == null) {
            return BUG;
        }
        String state = sql.getSQLState();
        if (state != null && CONFLICTS.contains(state)) {
            return CONFLICT;
        }
        boolean isAway = state != null && AWAYS.stream().anyMatch(state::startsWith);
        return isAway || hasBrokenFile(sql) ? AWAY : BUG;
    }

    private static @Nullable SQLException sqlException(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException found) {
                return found;
            }
        }
        return null;
    }

    private static boolean hasBrokenFile(SQLException failure) {
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof MVStoreException || cause instanceof IOException) {
                return true;
            }
        }
        return false;
    }
}
