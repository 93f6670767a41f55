package org.chancery.storage.tx;

import java.time.Instant;
import java.util.List;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Index;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.SortField;
import org.jooq.Table;
import org.jooq.UniqueKey;

/**
 * "In the order of this index", for {@code ORDER BY}. Every list that is cut off is sorted so, and reads no further than its page.
 *
 * <p>H2 reads rows in an index's order only where a query sorts by the index's columns from the first one on and all in one
 * direction, those too which the query holds equal and which therefore order nothing; otherwise it reads and sorts all that the
 * query finds, however short the page. PostgreSQL leaves such columns out by itself, and takes an index that is partial where the
 * sort order has the index's columns.
 */
public final class IndexOrder {
    private IndexOrder() {}

    /** From its first row on. */
    public static List<SortField<?>> up(Index index) {
        return index.getFields().stream()
                .<SortField<?>>map(column -> column.$field().asc())
                .toList();
    }

    /** From its last row on. */
    public static List<SortField<?>> down(Index index) {
        return index.getFields().stream()
                .<SortField<?>>map(column -> column.$field().desc())
                .toList();
    }

    /** From the first row of the key's index on. */
    public static List<SortField<?>> up(UniqueKey<?> key) {
        return key.getFields().stream().<SortField<?>>map(Field::asc).toList();
    }

    /** From the last row of the key's index on. */
    public static List<SortField<?>> down(UniqueKey<?> key) {
        return key.getFields().stream().<SortField<?>>map(Field::desc).toList();
    }

    /**
     * The table, to be read by that index and no other one. For lists that H2 would read by another: it weighs no order that goes
     * down, and where all rows look alike to it, as in a server with one workspace, any index is as good as the other. PostgreSQL
     * chooses well by itself.
     */
    public static <R extends Record> Table<R> by(DSLContext sql, Table<R> table, Index index) {
        return sql.dialect() == SQLDialect.H2 ? table.useIndex(index.getName()) : table;
    }

    /** That there is a time. Said beside {@code <=} and {@code <}: without a lower bound, H2 begins to read at the rows that have none. */
    public static Condition isSet(Field<Instant> time) {
        return time.gt(Instant.EPOCH);
    }
}
