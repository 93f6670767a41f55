package org.chancery.storage.endpoint;

import static org.chancery.storage.jooq.Tables.ENDPOINT;
import static org.chancery.storage.jooq.Tables.ENDPOINT_COUNTERS;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.sum;
import static org.jooq.impl.DSL.update;

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
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.EndpointCountersRecord;
import org.chancery.storage.jooq.tables.records.EndpointRecord;
import org.chancery.storage.tx.FixedStatement;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;
import org.jooq.Condition;
import org.jooq.Field;
import org.jspecify.annotations.Nullable;

/** Endpoints in their table; counters and turns, which change with every mail, in tables of their own. */
public final class JooqEndpointRepository implements EndpointRepository {
    private static final RowInsert<EndpointRecord> ENDPOINTS = RowInsert.into(ENDPOINT, Keys.UQ_ENDPOINT_ADDRESS);
    private static final RowInsert<EndpointCountersRecord> COUNTERS =
            RowInsert.into(ENDPOINT_COUNTERS, ENDPOINT_COUNTERS.getPrimaryKey());

    private static final FixedStatement COUNT = new FixedStatement(update(ENDPOINT_COUNTERS)
            .set(ENDPOINT_COUNTERS.RECEIVED, plus(ENDPOINT_COUNTERS.RECEIVED))
            .set(ENDPOINT_COUNTERS.REPLIED, plus(ENDPOINT_COUNTERS.REPLIED))
            .set(ENDPOINT_COUNTERS.AWAITING_REVIEW, plus(ENDPOINT_COUNTERS.AWAITING_REVIEW))
            .set(ENDPOINT_COUNTERS.UNROUTED, plus(ENDPOINT_COUNTERS.UNROUTED))
            .set(ENDPOINT_COUNTERS.QUARANTINED, plus(ENDPOINT_COUNTERS.QUARANTINED))
            .set(ENDPOINT_COUNTERS.ESCALATED, plus(ENDPOINT_COUNTERS.ESCALATED))
            .set(
                    ENDPOINT_COUNTERS.LAST_OCCURRED_AT,
                    coalesce(param("at", ENDPOINT_COUNTERS.LAST_OCCURRED_AT), ENDPOINT_COUNTERS.LAST_OCCURRED_AT))
            .where(ENDPOINT_COUNTERS.ENDPOINT_ID.eq(param("endpoint", ENDPOINT_COUNTERS.ENDPOINT_ID))));

    private final Turns turns = new Turns();

    private static Field<Long> plus(Field<Long> counter) {
        return counter.plus(param(counter.getName(), Long.class));
    }

    @Override
    public boolean add(Tx tx, Endpoint endpoint) {
        EndpointRecord row = EndpointRows.row(endpoint);
        boolean isNew = ENDPOINTS.insertIfAbsent(tx, row);
        if (isNew) {
            COUNTERS.insert(
                    tx, new EndpointCountersRecord(row.getId(), row.getWorkspaceId(), 0L, 0L, 0L, 0L, 0L, 0L, null));
        }
        return isNew;
    }

    @Override
    public Optional<Endpoint> find(Tx tx, WorkspaceId workspace, EndpointId id) {
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
        return endpointWhere(tx, ENDPOINT.ADDRESS.eq(address));
    }

    @Override
    public Optional<Endpoint> system(Tx tx, WorkspaceId workspace) {
        return JooqTx.sql(tx)
                .selectFrom(ENDPOINT)
                .where(isOf(workspace).and(ENDPOINT.IS_SYSTEM))
                .orderBy(ENDPOINT.ID)
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
                .where(isOf(workspace))
                .and(after == null ? noCondition() : ENDPOINT.ID.gt(after.value()))
                .orderBy(ENDPOINT.ID)
                .limit(limit)
                .fetch(EndpointRows::endpoint);
    }

    @Override
    public List<Endpoint> ofAgent(Tx tx, WorkspaceId workspace, AgentId agent, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(ENDPOINT)
                .where(ENDPOINT.AGENT_ID.eq(agent.value()).and(isOf(workspace)))
                .orderBy(ENDPOINT.ID)
                .limit(limit)
                .fetch(EndpointRows::endpoint);
    }

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
                        .execute()
                == 1;
    }

    @Override
    public void count(Tx tx, EndpointId endpoint, Count change, Instant at) {
        COUNT.execute(
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
