package org.chancery.storage.quarantine;

import static org.chancery.storage.jooq.Tables.QUARANTINED_MESSAGE;
import static org.jooq.impl.DSL.noCondition;

import java.util.Arrays;
import java.util.List;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.quarantine.QuarantineRepository.Filter;
import org.chancery.core.quarantine.QuarantineRepository.Place;
import org.chancery.core.quarantine.Quarantined;
import org.chancery.core.quarantine.Reason;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.tables.records.QuarantinedMessageRecord;
import org.chancery.storage.tx.IndexOrder;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Index;
import org.jspecify.annotations.Nullable;

/** Lists of quarantined mail. Each is a range of one index, and is read in its order. */
final class QuarantineLists {
    /** All but what strangers can make long and no list shows. */
    private static final List<Field<?>> LISTED = Arrays.stream(QUARANTINED_MESSAGE.fields())
            .filter(field ->
                    !field.equals(QUARANTINED_MESSAGE.SIGNALS) && !field.equals(QUARANTINED_MESSAGE.AUTHENTICATION))
            .<Field<?>>map(field -> field)
            .toList();

    private QuarantineLists() {}

    static List<Quarantined> page(
            DSLContext sql, WorkspaceId workspace, Filter filter, @Nullable Place before, int limit) {
        Condition range = QUARANTINED_MESSAGE
                .WORKSPACE_ID
                .eq(workspace.value())
                .and(QUARANTINED_MESSAGE.STATE.eq(filter.state()));
        EndpointId endpoint = filter.endpoint();
        if (endpoint != null) {
            range = range.and(QUARANTINED_MESSAGE.ENDPOINT_ID.eq(endpoint.value()));
        }
        Reason reason = filter.reason();
        if (reason != null) {
            range = range.and(QUARANTINED_MESSAGE.REASON.eq(reason.text()));
        }
        Index index = index(filter);
        return sql.select(LISTED)
                .from(IndexOrder.by(sql, QUARANTINED_MESSAGE, index))
                .where(range)
                .and(before(before))
                .orderBy(IndexOrder.down(index))
                .limit(limit)
                .fetch(row -> QuarantineRows.item(row.into(QuarantinedMessageRecord.class)));
    }

    /** In which what is asked for stands one behind the other. */
    private static Index index(Filter filter) {
        if (filter.endpoint() == null) {
            return filter.reason() == null
                    ? Indexes.IX_QUARANTINED_MESSAGE_STATE
                    : Indexes.IX_QUARANTINED_MESSAGE_REASON;
        }
        return filter.reason() == null
                ? Indexes.IX_QUARANTINED_MESSAGE_ENDPOINT
                : Indexes.IX_QUARANTINED_MESSAGE_ENDPOINT_REASON;
    }

    private static Condition before(@Nullable Place place) {
        if (place == null) {
            return noCondition();
        }
        // The first part says the same once more in a way that bounds the range of an index.
        return QUARANTINED_MESSAGE
                .ARRIVED_AT
                .le(place.arrivedAt())
                .and(QUARANTINED_MESSAGE
                        .ARRIVED_AT
                        .lt(place.arrivedAt())
                        .or(QUARANTINED_MESSAGE.ID.lt(place.id().value())));
    }
}
