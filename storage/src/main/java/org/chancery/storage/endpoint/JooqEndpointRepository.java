package org.chancery.storage.endpoint;

import static org.chancery.storage.jooq.Tables.ENDPOINT;
import static org.chancery.storage.jooq.Tables.ENDPOINT_COUNTERS;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.not;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.sum;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointCounters;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.tables.records.EndpointCountersRecord;
import org.chancery.storage.jooq.tables.records.EndpointRecord;
import org.chancery.storage.tx.FixedStatement;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.UpdateConditionStep;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Endpoints in their table; counters and turns, which change with every mail, in tables of their own. */
public final class JooqEndpointRepository implements EndpointRepository {
    private static final RowInsert<EndpointRecord> ENDPOINTS = RowInsert.into(ENDPOINT, ENDPOINT.getPrimaryKey());
    private static final RowInsert<EndpointCountersRecord> COUNTERS =
            RowInsert.into(ENDPOINT_COUNTERS, ENDPOINT_COUNTERS.getPrimaryKey());

    private static final FixedStatement COUNT = new FixedStatement(counting());
    private static final FixedStatement COUNT_ARRIVAL =
            new FixedStatement(counting().and(not(ENDPOINT_COUNTERS.IS_CLOSED)));

    private static UpdateConditionStep<EndpointCountersRecord> counting() {
        return DSL.update(ENDPOINT_COUNTERS)
                .set(ENDPOINT_COUNTERS.RECEIVED, plus(ENDPOINT_COUNTERS.RECEIVED))
                .set(ENDPOINT_COUNTERS.REPLIED, plus(ENDPOINT_COUNTERS.REPLIED))
                .set(ENDPOINT_COUNTERS.AWAITING_REVIEW, plus(ENDPOINT_COUNTERS.AWAITING_REVIEW))
                .set(ENDPOINT_COUNTERS.UNROUTED, plus(ENDPOINT_COUNTERS.UNROUTED))
                .set(ENDPOINT_COUNTERS.QUARANTINED, plus(ENDPOINT_COUNTERS.QUARANTINED))
                .set(ENDPOINT_COUNTERS.ESCALATED, plus(ENDPOINT_COUNTERS.ESCALATED))
                .set(
                        ENDPOINT_COUNTERS.LAST_OCCURRED_AT,
                        coalesce(param("at", ENDPOINT_COUNTERS.LAST_OCCURRED_AT), ENDPOINT_COUNTERS.LAST_OCCURRED_AT))
                .where(ENDPOINT_COUNTERS.ENDPOINT_ID.eq(param("endpoint", ENDPOINT_COUNTERS.ENDPOINT_ID)));
    }

    private final EndpointAddresses addresses = new EndpointAddresses();
    private final Turns turns = new Turns();

    private static Field<Long> plus(Field<Long> counter) {
        return counter.plus(param(counter.getName(), Long.class));
    }

    @Override
    public boolean add(Tx tx, Endpoint endpoint) {
        EndpointRecord row = EndpointRows.row(endpoint);
        ENDPOINTS.insert(tx, row);
        if (!addresses.take(tx, endpoint)) {
            JooqTx.sql(tx)
                    .deleteFrom(ENDPOINT)
                    .where(ENDPOINT.ID.eq(row.getId()))
                    .execute();
            return false;
        }
        COUNTERS.insert(
                tx, new EndpointCountersRecord(row.getId(), row.getWorkspaceId(), 0L, 0L, 0L, 0L, 0L, 0L, null, false));
        return true;
    }

    @Override
    public Optional<Endpoint> find(Tx tx, WorkspaceId workspace, EndpointId id) {
        return endpointWhere(tx, ENDPOINT.ID.eq(id.value()).and(isOf(workspace)).and(IS_THERE));
    }

    @Override
    public Optional<Endpoint> lock(Tx tx, WorkspaceId workspace, EndpointId id) {
        return JooqTx.sql(tx)
                .selectFrom(ENDPOINT)
                .where(ENDPOINT.ID.eq(id.value()).and(isOf(workspace)).and(IS_THERE))
                .forUpdate()
                .fetchOptional(EndpointRows::endpoint);
    }

    @Override
    public Optional<Endpoint> kept(Tx tx, WorkspaceId workspace, EndpointId id) {
        return endpointWhere(tx, ENDPOINT.ID.eq(id.value()).and(isOf(workspace)));
    }

    @Override
    public List<Endpoint> all(Tx tx, WorkspaceId workspace, Set<EndpointId> ids) {
        return JooqTx.sql(tx)
                .selectFrom(ENDPOINT)
                .where(ENDPOINT.ID.in(ids.stream().map(EndpointId::value).toList()))
                .and(isOf(workspace))
                .fetch(EndpointRows::endpoint);
    }

    @Override
    public Optional<Endpoint> byAddress(Tx tx, String address) {
        return addresses.owner(tx, address).flatMap(id -> endpointWhere(tx, ENDPOINT.ID.eq(id)));
    }

    @Override
    public Optional<WorkspaceId> formerOwner(Tx tx, String address) {
        return JooqTx.sql(tx)
                .select(ENDPOINT.WORKSPACE_ID)
                .from(ENDPOINT)
                .where(ENDPOINT.ADDRESS.eq(address).and(ENDPOINT.REMOVED_AT.isNotNull()))
                .orderBy(IndexOrder.down(Indexes.IX_ENDPOINT_ADDRESS))
                .limit(1)
                .fetchOptional(row -> new WorkspaceId(row.value1()));
    }

    @Override
    public void update(Tx tx, Endpoint endpoint) {
        EndpointRecord row = new EndpointRecord();
        EndpointRows.write(endpoint.behaviour(), row);
        row.setUpdatedAt(endpoint.updatedAt());
        JooqTx.sql(tx)
                .update(ENDPOINT)
                .set(row)
                .where(ENDPOINT.ID.eq(endpoint.id().value()))
                .execute();
    }

    @Override
    public boolean rename(Tx tx, Endpoint endpoint) {
        if (!addresses.take(tx, endpoint)) {
            return false;
        }
        addresses.retireOthers(tx, endpoint);
        JooqTx.sql(tx)
                .update(ENDPOINT)
                .set(ENDPOINT.LOCALPART, endpoint.localPart())
                .set(ENDPOINT.ADDRESS, endpoint.address())
                .set(ENDPOINT.UPDATED_AT, endpoint.updatedAt())
                .where(ENDPOINT.ID.eq(endpoint.id().value()))
                .execute();
        return true;
    }

    @Override
    public List<String> remove(Tx tx, EndpointId id, UserId by, Instant at) {
        // First, because whoever delivers a mail holds this row: afterwards nothing comes in any more.
        JooqTx.sql(tx)
                .update(ENDPOINT_COUNTERS)
                .set(ENDPOINT_COUNTERS.IS_CLOSED, true)
                .where(ENDPOINT_COUNTERS.ENDPOINT_ID.eq(id.value()))
                .execute();
        JooqTx.sql(tx)
                .update(ENDPOINT)
                .set(ENDPOINT.REMOVED_AT, at)
                .set(ENDPOINT.REMOVED_BY, by.value())
                .set(ENDPOINT.IS_CLOSING, true)
                .setNull(ENDPOINT.AGENT_ID)
                .set(ENDPOINT.ENABLED, false)
                .where(ENDPOINT.ID.eq(id.value()))
                .execute();
        return addresses.release(tx, id);
    }

    @Override
    public List<Closing> closing(Tx tx, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(ENDPOINT)
                .where(ENDPOINT.IS_CLOSING)
                .orderBy(IndexOrder.up(Indexes.IX_ENDPOINT_CLOSING))
                .limit(limit)
                .fetch(row -> new Closing(
                        new WorkspaceId(row.getWorkspaceId()),
                        new EndpointId(row.getId()),
                        new UserId(row.getRemovedBy())));
    }

    @Override
    public void closed(Tx tx, EndpointId id) {
        JooqTx.sql(tx)
                .update(ENDPOINT)
                .set(ENDPOINT.IS_CLOSING, false)
                .where(ENDPOINT.ID.eq(id.value()))
                .execute();
    }

    @Override
    public Optional<Endpoint> system(Tx tx, WorkspaceId workspace) {
        return JooqTx.sql(tx)
                .selectFrom(ENDPOINT)
                .where(isOf(workspace).and(ENDPOINT.IS_SYSTEM))
                .orderBy(IndexOrder.up(Indexes.IX_ENDPOINT_SYSTEM))
                .limit(1)
                .fetchOptional(EndpointRows::endpoint);
    }

    private static Optional<Endpoint> endpointWhere(Tx tx, Condition condition) {
        return JooqTx.sql(tx).selectFrom(ENDPOINT).where(condition).fetchOptional(EndpointRows::endpoint);
    }

    @Override
    public List<Endpoint> page(Tx tx, WorkspaceId workspace, @Nullable EndpointId after, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(ENDPOINT)
                .where(isOf(workspace).and(IS_THERE))
                .and(after == null ? noCondition() : ENDPOINT.ID.gt(after.value()))
                .orderBy(IndexOrder.up(Indexes.IX_ENDPOINT_LISTED))
                .limit(limit)
                .fetch(EndpointRows::endpoint);
    }

    @Override
    public List<Endpoint> ofAgent(Tx tx, WorkspaceId workspace, AgentId agent, int limit) {
        DSLContext sql = JooqTx.sql(tx);
        return sql.selectFrom(IndexOrder.by(sql, ENDPOINT, Indexes.IX_ENDPOINT_AGENT_LISTED))
                .where(ENDPOINT.AGENT_ID.eq(agent.value()).and(isOf(workspace)))
                .orderBy(IndexOrder.up(Indexes.IX_ENDPOINT_AGENT_LISTED))
                .limit(limit)
                .fetch(EndpointRows::endpoint);
    }

    private static final Condition IS_THERE = ENDPOINT.REMOVED_AT.isNull();

    private static Condition isOf(WorkspaceId workspace) {
        return ENDPOINT.WORKSPACE_ID.eq(workspace.value());
    }

    @Override
    public Map<EndpointId, EndpointCounters> counters(Tx tx, WorkspaceId workspace, List<EndpointId> ids) {
        Map<EndpointId, EndpointCounters> counters = new LinkedHashMap<>();
        ids.forEach(id -> counters.put(id, EndpointCounters.NONE));
        List<UUID> wanted = ids.stream().map(EndpointId::value).toList();
        JooqTx.sql(tx)
                .selectFrom(ENDPOINT_COUNTERS)
                .where(ENDPOINT_COUNTERS.ENDPOINT_ID.in(wanted))
                .and(ENDPOINT_COUNTERS.WORKSPACE_ID.eq(workspace.value()))
                .forEach(row -> counters.put(new EndpointId(row.getEndpointId()), counters(row)));
        return counters;
    }

    @Override
    public EndpointCounters totals(Tx tx, WorkspaceId workspace) {
        var row = JooqTx.sql(tx)
                .select(
                        total(ENDPOINT_COUNTERS.RECEIVED),
                        total(ENDPOINT_COUNTERS.REPLIED),
                        total(ENDPOINT_COUNTERS.AWAITING_REVIEW),
                        total(ENDPOINT_COUNTERS.UNROUTED),
                        total(ENDPOINT_COUNTERS.QUARANTINED),
                        total(ENDPOINT_COUNTERS.ESCALATED),
                        max(ENDPOINT_COUNTERS.LAST_OCCURRED_AT))
                .from(ENDPOINT_COUNTERS)
                .where(ENDPOINT_COUNTERS.WORKSPACE_ID.eq(workspace.value()))
                .fetchSingle();
        return new EndpointCounters(
                row.value1().longValue(),
                row.value2().longValue(),
                row.value3().longValue(),
                row.value4().longValue(),
                row.value5().longValue(),
                row.value6().longValue(),
                row.value7());
    }

    private static Field<BigDecimal> total(Field<Long> counter) {
        return coalesce(sum(counter), BigDecimal.ZERO);
    }

    @Override
    public boolean wire(Tx tx, EndpointId endpoint, AgentId agent, Instant at) {
        return JooqTx.sql(tx)
                        .update(ENDPOINT)
                        .set(ENDPOINT.AGENT_ID, agent.value())
                        .set(ENDPOINT.UPDATED_AT, at)
                        .where(ENDPOINT.ID.eq(endpoint.value()))
                        .and(ENDPOINT.AGENT_ID.isNull())
                        .and(ENDPOINT.PLANE.eq(Endpoint.Plane.AGENT.text()))
                        .and(ENDPOINT.IS_SYSTEM.eq(false))
                        .and(IS_THERE)
                        .execute()
                == 1;
    }

    @Override
    public void count(Tx tx, EndpointId endpoint, Count change, Instant at) {
        count(COUNT, tx, endpoint, change, at);
    }

    @Override
    public boolean countArrival(Tx tx, EndpointId endpoint, Count change, Instant at) {
        return count(COUNT_ARRIVAL, tx, endpoint, change, at) == 1;
    }

    private static int count(FixedStatement statement, Tx tx, EndpointId endpoint, Count change, Instant at) {
        return statement.execute(
                tx,
                (long) change.received(),
                (long) change.replied(),
                (long) change.awaitingReview(),
                (long) change.unrouted(),
                (long) change.quarantined(),
                (long) change.escalated(),
                change.isMail() ? at : null,
                endpoint.value());
    }

    @Override
    public boolean takeTurn(Tx tx, EndpointId endpoint, String sender, LocalDate day, int perSender, int perDay) {
        return turns.take(tx, endpoint, sender, day, perSender, perDay);
    }

    @Override
    public int forgetTurns(Tx tx, LocalDate before) {
        return turns.forget(tx, before);
    }

    private static EndpointCounters counters(EndpointCountersRecord row) {
        return new EndpointCounters(
                row.getReceived(),
                row.getReplied(),
                row.getAwaitingReview(),
                row.getUnrouted(),
                row.getQuarantined(),
                row.getEscalated(),
                row.getLastOccurredAt());
    }
}
