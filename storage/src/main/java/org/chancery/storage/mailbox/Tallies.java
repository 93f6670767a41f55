package org.chancery.storage.mailbox;

import static org.chancery.storage.jooq.Tables.MESSAGE_TALLY;
import static org.chancery.storage.jooq.Tables.SENDER_TALLY;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.noCondition;

import java.math.BigDecimal;
import java.util.List;
import java.util.UUID;
import org.chancery.core.id.EndpointId;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.MessageRepository.Totalled;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Totals of messages, summed up from the tallies. */
public final class Tallies {
    private Tallies() {}

    /** What a query of totals sums up to. */
    public static long total(DSLContext sql, Totalled which) {
        List<String> senders = which.senders();
        if (senders == null) {
            return sum(
                    sql,
                    MESSAGE_TALLY,
                    MESSAGE_TALLY.MESSAGES,
                    MESSAGE_TALLY
                            .WORKSPACE_ID
                            .eq(which.workspace().value())
                            .and(at(MESSAGE_TALLY.ENDPOINT_ID, which.endpoints()))
                            .and(in(MESSAGE_TALLY.INBOUND, MESSAGE_TALLY.STATE, which.state())));
        }
        return sum(
                sql,
                SENDER_TALLY,
                SENDER_TALLY.MESSAGES,
                SENDER_TALLY
                        .WORKSPACE_ID
                        .eq(which.workspace().value())
                        .and(SENDER_TALLY.SENDER.in(senders))
                        .and(at(SENDER_TALLY.ENDPOINT_ID, which.endpoints()))
                        .and(in(SENDER_TALLY.INBOUND, SENDER_TALLY.STATE, which.state())));
    }

    private static long sum(DSLContext sql, Table<?> table, Field<Long> messages, Condition which) {
        return sql.select(coalesce(DSL.sum(messages), BigDecimal.ZERO))
                .from(table)
                .where(which)
                .fetchSingle()
                .value1()
                .longValue();
    }

    private static Condition at(Field<UUID> column, @Nullable List<EndpointId> endpoints) {
        return endpoints == null
                ? noCondition()
                : column.in(endpoints.stream().map(EndpointId::value).toList());
    }

    private static Condition in(Field<Boolean> inbound, Field<String> column, @Nullable HandlingState state) {
        return state == null
                ? column.ne(HandlingState.ERROR.text())
                : inbound.eq(true).and(column.eq(state.text()));
    }
}
