package org.chancery.storage.tx;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import javax.sql.DataSource;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jooq.Configuration;
import org.jooq.SQLDialect;
import org.jooq.conf.Settings;
import org.jooq.impl.DefaultConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Transactions at READ COMMITTED on connections of a pool. Work that met a conflict is run again; a database that does not
 * answer becomes {@link Unavailable}; every other failure is passed on as it is. Where the connection breaks during the
 * commit itself, nobody can tell whether the work is kept: that is {@code Unavailable} too.
 */
public final class JooqTransactions implements Transactions {
    private static final Logger LOG = LoggerFactory.getLogger(JooqTransactions.class);

    private static final int MAX_TRIES = 12;

    /** How jOOQ writes and runs SQL here. */
    static final Settings SETTINGS = new Settings()
            .withRenderSchema(false)
            .withExecuteLogging(false)
            .withFetchWarnings(false)
            // Lists of nearly the same length share one statement.
            .withInListPadding(true);

    private final DataSource pool;
    private final Configuration jooq;
    private final Durability durability;
    private final ThreadLocal<Boolean> isOpen = ThreadLocal.withInitial(() -> false);

    public JooqTransactions(DataSource pool, SQLDialect dialect, Durability durability) {
        this.pool = pool;
        this.durability = durability;
        this.jooq = new DefaultConfiguration().set(dialect).set(SETTINGS);
    }

    @Override
    public <T> T in(Function<Tx, T> work) {
        T result = committed(work);
        durability.committed();
        return result;
    }

    @Override
    public <T> T durably(Function<Tx, T> work) {
        T result = committed(work);
        durability.force();
        return result;
    }

    @Override
    public void force() {
        if (isOpen.get()) {
            throw new IllegalStateException("nothing can be forced while this thread's transaction is open");
        }
        durability.force();
    }

    private <T> T committed(Function<Tx, T> work) {
        if (isOpen.get()) {
            throw new IllegalStateException("a transaction is open in this thread already");
        }
        isOpen.set(true);
        try {
            return untilUndisturbed(work);
        } finally {
            isOpen.remove();
        }
    }

    private <T> T untilUndisturbed(Function<Tx, T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return once(work);
            } catch (Unavailable e) {
                throw e;
            } catch (SQLException | RuntimeException e) {
                switch (SqlFault.of(e)) {
                    case CONFLICT -> {
                        if (attempt == MAX_TRIES) {
                            throw new Unavailable("gave up after " + attempt + " conflicts with other transactions", e);
                        }
                        pause(attempt);
                    }
                    case AWAY -> throw new Unavailable("the database does not answer", e);
                    case BUG -> throw e instanceof RuntimeException bug ? bug : new IllegalStateException(e);
                }
            }
        }
    }

    private <T> T once(Function<Tx, T> work) throws SQLException {
        T result;
        List<Runnable> effects;
        durability.begun();
        try (Connection connection = connect()) {
            JooqTx tx = new JooqTx(jooq, connection);
            boolean isCommitted = false;
            try {
                result = work.apply(tx);
                tx.runLastWork();
                connection.commit();
                isCommitted = true;
            } finally {
                effects = tx.end();
                if (!isCommitted) {
                    rollBack(connection);
                }
            }
        } finally {
            durability.ended();
        }
        effects.forEach(JooqTransactions::runEffect);
        return result;
    }

    private Connection connect() {
        try {
            return pool.getConnection();
        } catch (SQLException e) {
            throw new Unavailable("there is no connection to the database", e);
        }
    }

    private static void rollBack(Connection connection) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            // The failure that brought us here is the one to tell; the pool gives up a broken connection.
            LOG.debug("rollback failed", e);
        }
    }

    /** What was committed stays so, whatever an effect does. */
    private static void runEffect(Runnable effect) {
        try {
            effect.run();
        } catch (RuntimeException e) {
            LOG.error("an effect of a committed transaction failed", e);
        }
    }

    /** Longer with every attempt, and not alike for those who got in each other's way. */
    private static void pause(int attempt) {
        long millis = ThreadLocalRandom.current().nextLong(1, 2L << Math.min(attempt, 6));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
