package org.chancery.storage.event;

import static org.chancery.storage.jooq.Tables.EVENT;
import static org.chancery.storage.jooq.Tables.EVENT_HEAD;
import static org.jooq.impl.DSL.inline;

import com.fasterxml.jackson.core.type.TypeReference;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventSignal;
import org.chancery.core.event.EventType;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.EventId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;
import org.chancery.storage.column.Json;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.EventRecord;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Index;
import org.jooq.Select;
import org.jooq.Table;

/**
 * The event log in a table. Appended events are kept back and written as the transaction's last statements, so that the
 * workspace's log is locked as briefly as can be.
 */
public final class JooqEventLog implements EventLog {
    private static final TypeReference<Map<String, Object>> TREE = new TypeReference<>() {};

    /** With more ranges than this, most of the workspace's log is asked for: its own order is read and filtered. */
    private static final int MAX_RANGES = 32;

    private final EventSignal signal;

    /** The signal is rung after each commit that appended. */
    public JooqEventLog(EventSignal signal) {
        this.signal = signal;
    }

    @Override
    public void append(Tx tx, DomainEvent event) {
        JooqTx.of(tx)
                .lastWork(this, Appending.class, Appending::new)
                .add(tx, event, () -> signal.ring(event.workspace()));
    }

    @Override
    public List<Entry> after(Tx tx, WorkspaceId workspace, long position, Set<EndpointId> endpoints, int limit) {
        writeAppended(tx);
        Condition isNew = EVENT.WORKSPACE_ID.eq(workspace.value()).and(EVENT.POSITION.gt(position));
        if (endpoints.isEmpty()) {
            return first(tx, isNew, limit);
        }
        if (endpoints.size() > MAX_RANGES) {
            Condition isTheirs = EVENT.ENDPOINT_ID.in(
                    endpoints.stream().map(EndpointId::value).toList());
            return first(tx, isNew.and(isTheirs), limit);
        }
        return ofEndpoints(tx, isNew, endpoints, limit);
    }

    /**
     * One range of the index for each endpoint, because a list of endpoints in one condition would sort all that came after
     * the position; and all in one statement, because between two statements an event could be committed below the last
     * position of the result.
     */
    private static List<Entry> ofEndpoints(Tx tx, Condition isNew, Set<EndpointId> endpoints, int limit) {
        DSLContext sql = JooqTx.sql(tx);
        Index index = Indexes.IX_EVENT_ENDPOINT;
        Table<EventRecord> ranges = endpoints.stream()
                .<Select<EventRecord>>map(endpoint -> sql.selectFrom(IndexOrder.by(sql, EVENT, index))
                        .where(EVENT.ENDPOINT_ID.eq(endpoint.value()).and(isNew))
                        .orderBy(IndexOrder.up(index))
                        .limit(inline(limit)))
                .reduce(Select::unionAll)
                .orElseThrow()
                .asTable("ranges");
        return sql.selectFrom(ranges)
                .orderBy(ranges.field(EVENT.POSITION))
                .limit(inline(limit))
                .fetchInto(EVENT)
                .map(JooqEventLog::entry);
    }

    /** In the order of the workspace's log. */
    private static List<Entry> first(Tx tx, Condition which, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(EVENT)
                .where(which)
                .orderBy(IndexOrder.up(Keys.PK_EVENT))
                .limit(inline(limit))
                .fetch(JooqEventLog::entry);
    }

    @Override
    public long head(Tx tx, WorkspaceId workspace) {
        writeAppended(tx);
        Long position = JooqTx.sql(tx)
                .select(EVENT_HEAD.POSITION)
                .from(EVENT_HEAD)
                .where(EVENT_HEAD.WORKSPACE_ID.eq(workspace.value()))
                .fetchOne(EVENT_HEAD.POSITION);
        return position == null ? 0 : position;
    }

    /** A transaction sees what it appended itself. */
    private void writeAppended(Tx tx) {
        JooqTx own = JooqTx.of(tx);
        own.lastWork(this, Appending.class, Appending::new).run(own);
    }

    private static Entry entry(EventRecord row) {
        EventType type = EventType.parse(row.getType())
                .orElseThrow(() -> new IllegalStateException("unknown type of event: " + row.getType()));
        DomainEvent event = new DomainEvent(
                new EventId(row.getId()),
                new WorkspaceId(row.getWorkspaceId()),
                row.getEndpointId() == null ? null : new EndpointId(row.getEndpointId()),
                type,
                Json.read(row.getPayload(), TREE),
                row.getCreatedAt());
        return new Entry(row.getPosition(), event);
    }
}
