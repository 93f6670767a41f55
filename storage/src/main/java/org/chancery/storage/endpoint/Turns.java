package org.chancery.storage.endpoint;

import static org.chancery.storage.jooq.Tables.SENDER_TURNS;
import static org.jooq.impl.DSL.deleteFrom;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.update;

import java.time.LocalDate;
import org.chancery.core.id.EndpointId;
import org.chancery.core.tx.Tx;
import org.chancery.storage.column.SafeText;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.SenderTurnsRecord;
import org.chancery.storage.tx.FixedStatement;
import org.chancery.storage.tx.RowInsert;
import org.jooq.Condition;

/**
 * How many turns senders had on a day. The endpoint's own row, which counts the turns of all senders, has an empty sender;
 * its lock orders those who ask at the same time.
 */
final class Turns {
    private static final String ALL = "";

    private static final RowInsert<SenderTurnsRecord> ROWS = RowInsert.into(SENDER_TURNS, Keys.PK_SENDER_TURNS);

    private static final Condition IS_ROW = SENDER_TURNS
            .ENDPOINT_ID
            .eq(param("endpoint", SENDER_TURNS.ENDPOINT_ID))
            .and(SENDER_TURNS.TURN_DAY.eq(param("day", SENDER_TURNS.TURN_DAY)))
            .and(SENDER_TURNS.SENDER.eq(param("sender", SENDER_TURNS.SENDER)));

    private static final FixedStatement ADD_ONE = new FixedStatement(update(SENDER_TURNS)
            .set(SENDER_TURNS.TURNS, SENDER_TURNS.TURNS.plus(inline(1)))
            .where(IS_ROW)
            .and(SENDER_TURNS.TURNS.lt(param("limit", SENDER_TURNS.TURNS))));

    private static final FixedStatement FORGET = new FixedStatement(
            deleteFrom(SENDER_TURNS).where(SENDER_TURNS.TURN_DAY.lt(param("day", SENDER_TURNS.TURN_DAY))));

    private static final FixedStatement GIVE_BACK = new FixedStatement(update(SENDER_TURNS)
            .set(SENDER_TURNS.TURNS, SENDER_TURNS.TURNS.minus(inline(1)))
            .where(IS_ROW));

    /** Takes a turn under both limits, or none. */
    boolean take(Tx tx, EndpointId endpoint, String sender, LocalDate day, int perSender, int perDay) {
        String who = SafeText.fit(SENDER_TURNS.SENDER, sender);
        if (!take(tx, endpoint, ALL, day, perDay)) {
            return false;
        }
        boolean taken = take(tx, endpoint, who, day, perSender);
        if (!taken) {
            giveBack(tx, endpoint, ALL, day);
        }
        return taken;
    }

    int forget(Tx tx, LocalDate before) {
        return FORGET.execute(tx, before);
    }

    private static boolean take(Tx tx, EndpointId endpoint, String sender, LocalDate day, int limit) {
        return addOne(tx, endpoint, sender, day, limit)
                || (limit > 0 && begin(tx, endpoint, sender, day))
                // Somebody else began the row meanwhile, or it stands at the limit.
                || addOne(tx, endpoint, sender, day, limit);
    }

    private static boolean addOne(Tx tx, EndpointId endpoint, String sender, LocalDate day, int limit) {
        return ADD_ONE.execute(tx, endpoint.value(), day, sender, limit) == 1;
    }

    private static boolean begin(Tx tx, EndpointId endpoint, String sender, LocalDate day) {
        return ROWS.insertIfAbsent(tx, new SenderTurnsRecord(endpoint.value(), day, sender, 1));
    }

    private static void giveBack(Tx tx, EndpointId endpoint, String sender, LocalDate day) {
        GIVE_BACK.execute(tx, endpoint.value(), day, sender);
    }
}
