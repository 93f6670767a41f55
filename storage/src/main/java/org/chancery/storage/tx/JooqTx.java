package org.chancery.storage.tx;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.chancery.core.tx.Tx;
import org.jooq.Configuration;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** The open transaction as repositories of this module see it. Used by one thread. */
public final class JooqTx implements Tx {

    /** Statements that a repository keeps back to the end of the transaction. */
    public interface LastWork {
        void run(JooqTx tx);

        Stage stage();
    }

    /**
     * In which order last work is done, in every transaction the same, so that no two of them wait for each other. What is shared
     * by most comes last, and is locked the shortest.
     */
    public enum Stage {
        /** Rows of an endpoint. */
        TALLIES,
        /** A row of the whole workspace. */
        AUDIT,
        /** Another one; the workspace's readers wait for what is written here. */
        EVENTS
    }

    private final Configuration jooq;
    private final Connection connection;
    private @Nullable DSLContext sql;
    private final List<Runnable> effects = new ArrayList<>();
    private final Map<Object, LastWork> lastWork = new LinkedHashMap<>();
    private boolean open = true;

    JooqTx(Configuration jooq, Connection connection) {
        this.jooq = jooq;
        this.connection = connection;
    }

    /** The transaction that a repository was handed. */
    public static JooqTx of(Tx tx) {
        JooqTx own = (JooqTx) tx;
        if (!own.open) {
            throw new IllegalStateException("the transaction is over");
        }
        return own;
    }

    /** jOOQ on the transaction's connection. */
    public static DSLContext sql(Tx tx) {
        JooqTx own = of(tx);
        DSLContext sql = own.sql;
        if (sql == null) {
            sql = DSL.using(own.jooq.derive(own.connection));
            own.sql = sql;
        }
        return sql;
    }

    Connection connection() {
        return connection;
    }

    SQLDialect dialect() {
        return jooq.dialect();
    }

    @Override
    public void afterCommit(Runnable effect) {
        effects.add(effect);
    }

    /** The owner's work before the commit; made the first time that the owner asks for it. */
    public <W extends LastWork> W lastWork(Object owner, Class<W> type, Supplier<W> fresh) {
        return type.cast(lastWork.computeIfAbsent(owner, ignored -> fresh.get()));
    }

    void runLastWork() {
        lastWork.values().stream()
                .sorted(Comparator.comparing(LastWork::stage))
                .toList()
                .forEach(work -> work.run(this));
    }

    /** From here on nobody can use it any more; returns what to do once the commit is done. */
    List<Runnable> end() {
        open = false;
        return effects;
    }
}
