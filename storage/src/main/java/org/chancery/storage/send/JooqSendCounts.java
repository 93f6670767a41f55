package org.chancery.storage.send;

import static org.chancery.storage.jooq.Tables.SEND_COUNT;
import static org.jooq.impl.DSL.deleteFrom;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.update;

import java.time.LocalDate;
import java.util.OptionalInt;
import java.util.UUID;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.send.SendCounts;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.SendCountRecord;
import org.chancery.storage.tx.FixedStatement;
import org.chancery.storage.tx.RowInsert;
import org.jooq.Condition;

/** One row for each sender and day; its lock orders those who count at the same time. */
public final class JooqSendCounts implements SendCounts {
    private static final RowInsert<SendCountRecord> ROWS = RowInsert.into(SEND_COUNT, Keys.PK_SEND_COUNT);

    private static final Condition IS_ROW = SEND_COUNT
            .SENDER_ID
            .eq(param("sender", SEND_COUNT.SENDER_ID))
            .and(SEND_COUNT.SEND_DAY.eq(param("day", SEND_COUNT.SEND_DAY)));

    private static final FixedStatement ADD_ONE = new FixedStatement(update(SEND_COUNT)
            .set(SEND_COUNT.SENDS, SEND_COUNT.SENDS.plus(inline(1)))
            .where(IS_ROW)
            .and(SEND_COUNT.SENDS.lt(param("limit", SEND_COUNT.SENDS))));

    private static final FixedStatement COUNTED =
            new FixedStatement(select(SEND_COUNT.SENDS).from(SEND_COUNT).where(IS_ROW));

    private static final FixedStatement FORGET =
            new FixedStatement(deleteFrom(SEND_COUNT).where(SEND_COUNT.SEND_DAY.lt(param("day", SEND_COUNT.SEND_DAY))));

    @Override
    public OptionalInt add(Tx tx, EndpointId endpoint, LocalDate day, int limit) {
        return add(tx, endpoint.value(), day, limit);
    }

    @Override
    public OptionalInt add(Tx tx, WorkspaceId workspace, LocalDate day, int limit) {
        return add(tx, workspace.value(), day, limit);
    }

    private static OptionalInt add(Tx tx, UUID sender, LocalDate day, int limit) {
        if (addOne(tx, sender, day, limit)) {
            return counted(tx, sender, day);
        }
        if (limit > 0 && ROWS.insertIfAbsent(tx, new SendCountRecord(sender, day, 1))) {
            return OptionalInt.of(1);
        }
        // Somebody else began the row meanwhile, or it stands at the limit.
        return addOne(tx, sender, day, limit) ? counted(tx, sender, day) : OptionalInt.empty();
    }

    private static boolean addOne(Tx tx, UUID sender, LocalDate day, int limit) {
        return ADD_ONE.execute(tx, sender, day, limit) == 1;
    }

    private static OptionalInt counted(Tx tx, UUID sender, LocalDate day) {
        return OptionalInt.of(
                COUNTED.fetchFirst(tx, row -> row.getInt(1), sender, day).orElseThrow());
    }

    @Override
    public int forget(Tx tx, LocalDate before) {
        return FORGET.execute(tx, before);
    }
}
