package org.chancery.storage.tx;

import java.util.Arrays;
import java.util.List;
import org.chancery.core.tx.Tx;
import org.jooq.Condition;
import org.jooq.Field;
import org.jooq.InsertOnDuplicateStep;
import org.jooq.JSONB;
import org.jooq.Param;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.TableRecord;
import org.jooq.UniqueKey;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;

/** Inserts whole rows of a table; where a key is named, only those whose key is free. */
public final class RowInsert<R extends TableRecord<R>> {
    /** SQLSTATE unique_violation. */
    private static final String DUPLICATE = "23505";

    /** Somebody would have to insert and delete the row in between so many times. */
    private static final int ATTEMPTS = 5;

    private final UniqueKey<R> key;
    private final FixedStatement plain;
    private final FixedStatement unlessTaken;
    private final FixedStatement withKey;

    private RowInsert(Table<R> table, UniqueKey<R> key) {
        this.key = key;
        this.plain = new FixedStatement(statement(table));
        this.unlessTaken =
                new FixedStatement(statement(table).onConflict(key.getFields()).doNothing());
        this.withKey = new FixedStatement(DSL.selectOne()
                .from(table)
                .where(key.getFields().stream().map(RowInsert::isGiven).toList()));
    }

    /** Rows of the table, and the key that another row may have taken. */
    public static <R extends TableRecord<R>> RowInsert<R> into(Table<R> table, UniqueKey<R> key) {
        return new RowInsert<>(table, key);
    }

    private static <R extends TableRecord<R>> InsertOnDuplicateStep<R> statement(Table<R> table) {
        List<Param<?>> values = Arrays.stream(table.fields())
                .<Param<?>>map(RowInsert::parameter)
                .toList();
        return DSL.insertInto(table).columns(table.fields()).values(values);
    }

    private static <T> Condition isGiven(Field<T> field) {
        return field.eq(DSL.param(field.getName(), field));
    }

    private static <T> Param<T> parameter(Field<T> column) {
        if (column.getType() == JSONB.class) {
            // Without a value jOOQ leaves out H2's FORMAT JSON, and the text would be kept as a JSON string.
            T any = column.getDataType().convert(JSONB.valueOf("{}"));
            return DSL.val(any, column);
        }
        return DSL.param(column.getName(), column);
    }

    public void insert(Tx tx, R row) {
        plain.execute(tx, row.intoArray());
    }

    public void insertAll(Tx tx, List<R> rows) {
        if (!rows.isEmpty()) {
            plain.executeAll(tx, rows.stream().map(TableRecord::intoArray).toList());
        }
    }

    /**
     * Whether the row was inserted; false, with nothing changed, where another row has its key. Who meets a row of the same
     * key that is not committed yet waits for the end of that transaction.
     */
    public boolean insertIfAbsent(Tx tx, R row) {
        if (JooqTx.of(tx).dialect() == SQLDialect.POSTGRES) {
            return unlessTaken.execute(tx, row.intoArray()) == 1;
        }
        // H2 knows ON CONFLICT in its compatibility modes only, and its MERGE can fail when two come at once. Unlike on
        // PostgreSQL, the transaction can go on after a violated constraint.
        for (int attempt = 1; ; attempt++) {
            try {
                insert(tx, row);
                return true;
            } catch (DataAccessException e) {
                if (!DUPLICATE.equals(e.sqlState())) {
                    throw e;
                }
                if (isTaken(tx, row)) {
                    return false;
                }
                // The row that was in the way is deleted by now; or it is another key that is violated.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private boolean isTaken(Tx tx, R row) {
        Object[] values = key.getFields().stream().map(row::get).toArray();
        return withKey.fetchFirst(tx, found -> true, values).isPresent();
    }
}
