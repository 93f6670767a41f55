package org.chancery.storage.quarantine;

import static org.chancery.storage.jooq.Tables.QUARANTINED_MESSAGE;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.noCondition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.quarantine.QuarantineRepository.Filter;
import org.chancery.core.quarantine.QuarantineRepository.Place;
import org.chancery.core.quarantine.Quarantined;
import org.chancery.core.quarantine.Reason;
import org.chancery.storage.jooq.tables.records.QuarantinedMessageRecord;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SortField;
import org.jspecify.annotations.Nullable;

/**
 * Lists of quarantined mail. Each is a range of one index, and is read in its order: the columns before the time are the same in
 * all rows and stand in the order only because H2 does not see otherwise that the index has it.
 */
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
        List<Field<?>> columns = new ArrayList<>();
        Condition range =
                owner(workspace.value(), filter.endpoint(), columns).and(QUARANTINED_MESSAGE.STATE.eq(filter.state()));
        columns.add(QUARANTINED_MESSAGE.STATE);
        Reason reason = filter.reason();
        if (reason != null) {
            range = range.and(QUARANTINED_MESSAGE.REASON.eq(reason.text()));
            columns.add(QUARANTINED_MESSAGE.REASON);
        }
        columns.add(QUARANTINED_MESSAGE.ARRIVED_AT);
        columns.add(QUARANTINED_MESSAGE.ID);
        return sql.select(LISTED)
                .from(QUARANTINED_MESSAGE)
                .where(range)
                .and(before(before))
                .orderBy(columns.stream().<SortField<?>>map(Field::desc).toList())
                .limit(limit)
                .fetch(row -> QuarantineRows.item(row.into(QuarantinedMessageRecord.class)));
    }

    private static Condition owner(UUID workspace, @Nullable EndpointId endpoint, List<Field<?>> columns) {
        if (endpoint == null) {
            columns.add(QUARANTINED_MESSAGE.WORKSPACE_ID);
            return QUARANTINED_MESSAGE.WORKSPACE_ID.eq(workspace);
        }
        columns.add(QUARANTINED_MESSAGE.ENDPOINT_ID);
        // The workspace is said so that H2 does not take an index of it: the endpoint's is meant.
        return QUARANTINED_MESSAGE
                .ENDPOINT_ID
                .eq(endpoint.value())
                .and(coalesce(QUARANTINED_MESSAGE.WORKSPACE_ID, QUARANTINED_MESSAGE.ID)
                        .eq(workspace));
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
