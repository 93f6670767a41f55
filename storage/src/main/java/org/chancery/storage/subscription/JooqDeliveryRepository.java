package org.chancery.storage.subscription;

import static org.chancery.storage.jooq.Tables.EVENT_DELIVERY;
import static org.chancery.storage.jooq.Tables.EVENT_DELIVERY_ATTEMPT;
import static org.chancery.storage.jooq.Tables.EVENT_LANE;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.noCondition;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.chancery.core.id.EventDeliveryId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.subscription.DeliveryAttempt;
import org.chancery.core.subscription.DeliveryRepository;
import org.chancery.core.subscription.EventDelivery;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.EventDeliveryAttemptRecord;
import org.chancery.storage.jooq.tables.records.EventDeliveryRecord;
import org.chancery.storage.jooq.tables.records.EventLaneRecord;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;
import org.jooq.Condition;
import org.jspecify.annotations.Nullable;

/**
 * Lanes and deliveries in tables. A lane is leased while it has an owner and its {@code due_at}, the lease's end, is to come.
 * Whoever adds to a lane or lets it go holds its row, so that none is idle while something waits in it.
 */
public final class JooqDeliveryRepository implements DeliveryRepository {
    private static final RowInsert<EventLaneRecord> LANES = RowInsert.into(EVENT_LANE, Keys.UQ_EVENT_LANE);
    private static final RowInsert<EventDeliveryRecord> DELIVERIES =
            RowInsert.into(EVENT_DELIVERY, Keys.UQ_EVENT_DELIVERY);
    private static final RowInsert<EventDeliveryAttemptRecord> ATTEMPTS =
            RowInsert.into(EVENT_DELIVERY_ATTEMPT, Keys.PK_EVENT_DELIVERY_ATTEMPT);

    @Override
    public boolean add(Tx tx, EventDelivery delivery, UUID laneKey, String destination, Instant now) {
        EventLaneRecord lane = lane(tx, delivery, laneKey, destination);
        if (!DELIVERIES.insertIfAbsent(tx, DeliveryRows.row(delivery, lane.getId()))) {
            return false;
        }
        JooqTx.sql(tx)
                .update(EVENT_LANE)
                .set(EVENT_LANE.DESTINATION, destination)
                .set(EVENT_LANE.DUE_AT, lane.getDueAt() == null ? now : lane.getDueAt())
                .where(EVENT_LANE.ID.eq(lane.getId()))
                .execute();
        return true;
    }

    private static EventLaneRecord lane(Tx tx, EventDelivery delivery, UUID key, String destination) {
        return locked(tx, delivery, key)
                .or(() -> {
                    EventLaneRecord fresh = new EventLaneRecord();
                    fresh.setId(EventDeliveryId.at(delivery.createdAt()).value());
                    fresh.setWorkspaceId(delivery.workspace().value());
                    fresh.setSubscriberKind(delivery.subscriber().kind().text());
                    fresh.setSubscriberId(delivery.subscriber().id());
                    fresh.setLaneKey(key);
                    fresh.setDestination(destination);
                    LANES.insertIfAbsent(tx, fresh);
                    return locked(tx, delivery, key);
                })
                .orElseThrow(() -> new IllegalStateException("no lane for " + delivery.id()));
    }

    private static Optional<EventLaneRecord> locked(Tx tx, EventDelivery delivery, UUID key) {
        return JooqTx.sql(tx)
                .selectFrom(EVENT_LANE)
                .where(EVENT_LANE.SUBSCRIBER_ID.eq(delivery.subscriber().id()))
                .and(EVENT_LANE
                        .SUBSCRIBER_KIND
                        .eq(delivery.subscriber().kind().text())
                        .and(EVENT_LANE.LANE_KEY.eq(key)))
                .forUpdate()
                .fetchOptional();
    }

    @Override
    public List<Lane> claim(Tx tx, String owner, Instant now, Instant leaseUntil, int limit, Set<String> full) {
        // Read without locks and then locked by key: H2 locks every row that an ordered query for update looks at.
        List<UUID> due = JooqTx.sql(tx)
                .select(EVENT_LANE.ID)
                .from(EVENT_LANE)
                .where(IndexOrder.isSet(EVENT_LANE.DUE_AT))
                .and(EVENT_LANE.DUE_AT.le(now))
                .and(full.isEmpty() ? noCondition() : EVENT_LANE.DESTINATION.notIn(full))
                .orderBy(IndexOrder.up(Indexes.IX_EVENT_LANE_DUE))
                .limit(limit)
                .fetch(EVENT_LANE.ID);
        List<EventLaneRecord> free = due.isEmpty()
                ? List.of()
                : JooqTx.sql(tx)
                        .selectFrom(EVENT_LANE)
                        .where(EVENT_LANE.ID.in(due).and(EVENT_LANE.DUE_AT.le(now)))
                        .forUpdate()
                        .skipLocked()
                        .fetch();
        if (!free.isEmpty()) {
            JooqTx.sql(tx)
                    .update(EVENT_LANE)
                    .set(EVENT_LANE.LEASED_BY, owner)
                    .set(EVENT_LANE.DUE_AT, leaseUntil)
                    .where(EVENT_LANE.ID.in(
                            free.stream().map(EventLaneRecord::getId).toList()))
                    .execute();
        }
        return free.stream().map(DeliveryRows::lane).toList();
    }

    @Override
    public Optional<EventDelivery> head(Tx tx, UUID lane) {
        return JooqTx.sql(tx)
                .selectFrom(EVENT_DELIVERY)
                .where(EVENT_DELIVERY.LANE_ID.eq(lane).and(EVENT_DELIVERY.ENDED_AT.isNull()))
                .orderBy(IndexOrder.up(Indexes.IX_EVENT_DELIVERY_WAITING))
                .limit(1)
                .fetchOptional(DeliveryRows::delivery);
    }

    @Override
    public boolean holds(Tx tx, UUID lane, String owner) {
        return JooqTx.sql(tx)
                .select(EVENT_LANE.ID)
                .from(EVENT_LANE)
                .where(EVENT_LANE.ID.eq(lane).and(EVENT_LANE.LEASED_BY.eq(owner)))
                .forUpdate()
                .fetchOptional()
                .isPresent();
    }

    @Override
    public void addAttempt(Tx tx, EventDeliveryId delivery, DeliveryAttempt attempt) {
        Integer last = JooqTx.sql(tx)
                .select(max(EVENT_DELIVERY_ATTEMPT.NUMBER))
                .from(EVENT_DELIVERY_ATTEMPT)
                .where(EVENT_DELIVERY_ATTEMPT.DELIVERY_ID.eq(delivery.value()))
                .fetchOne(0, Integer.class);
        ATTEMPTS.insert(tx, DeliveryRows.row(delivery, last == null ? 1 : last + 1, attempt));
    }

    @Override
    public void settle(Tx tx, EventDeliveryId delivery, EventDelivery.Status status, Instant at) {
        boolean ended = switch (status) {
            case PENDING, RETRYING -> false;
            case DELIVERED, FAILED -> true;
        };
        JooqTx.sql(tx)
                .update(EVENT_DELIVERY)
                .set(EVENT_DELIVERY.STATUS, status.text())
                .set(EVENT_DELIVERY.ATTEMPTS, EVENT_DELIVERY.ATTEMPTS.plus(1))
                .set(EVENT_DELIVERY.ENDED_AT, ended ? at : null)
                .where(EVENT_DELIVERY.ID.eq(delivery.value()))
                .execute();
    }

    @Override
    public void release(Tx tx, UUID lane, Instant dueAt) {
        boolean waits = head(tx, lane).isPresent();
        JooqTx.sql(tx)
                .update(EVENT_LANE)
                .setNull(EVENT_LANE.LEASED_BY)
                .set(EVENT_LANE.DUE_AT, waits ? dueAt : null)
                .where(EVENT_LANE.ID.eq(lane))
                .execute();
    }

    @Override
    public int releaseLeases(Tx tx, String owner, Instant dueAt) {
        return JooqTx.sql(tx)
                .update(EVENT_LANE)
                .setNull(EVENT_LANE.LEASED_BY)
                .set(EVENT_LANE.DUE_AT, dueAt)
                .where(EVENT_LANE.LEASED_BY.eq(owner))
                .execute();
    }

    @Override
    public @Nullable Instant nextDue(Tx tx) {
        // The first of the index, and not the least: H2 steps over every idle lane for that.
        return JooqTx.sql(tx)
                .select(EVENT_LANE.DUE_AT)
                .from(EVENT_LANE)
                .where(IndexOrder.isSet(EVENT_LANE.DUE_AT))
                .orderBy(IndexOrder.up(Indexes.IX_EVENT_LANE_DUE))
                .limit(1)
                .fetchOne(EVENT_LANE.DUE_AT);
    }

    @Override
    public long waiting(Tx tx) {
        return JooqTx.sql(tx).fetchCount(EVENT_DELIVERY, EVENT_DELIVERY.ENDED_AT.isNull());
    }

    @Override
    public List<Logged> log(
            Tx tx, WorkspaceId workspace, UUID subscriber, @Nullable EventDeliveryId before, int limit) {
        Condition older = before == null ? noCondition() : EVENT_DELIVERY.ID.lt(before.value());
        List<EventDeliveryRecord> page = JooqTx.sql(tx)
                .selectFrom(EVENT_DELIVERY)
                .where(EVENT_DELIVERY.SUBSCRIBER_ID.eq(subscriber))
                .and(EVENT_DELIVERY.WORKSPACE_ID.eq(workspace.value()).and(older))
                .orderBy(IndexOrder.down(Indexes.IX_EVENT_DELIVERY_SUBSCRIBER))
                .limit(limit)
                .fetch();
        Map<UUID, DeliveryAttempt> last =
                lastAttempts(tx, page.stream().map(EventDeliveryRecord::getId).toList());
        Map<UUID, Instant> due = dueLanes(
                tx, page.stream().map(EventDeliveryRecord::getLaneId).distinct().toList());
        return page.stream()
                .map(row -> new Logged(
                        DeliveryRows.delivery(row),
                        last.get(row.getId()),
                        row.getEndedAt() == null ? due.get(row.getLaneId()) : null))
                .toList();
    }

    private static Map<UUID, DeliveryAttempt> lastAttempts(Tx tx, List<UUID> deliveries) {
        Map<UUID, DeliveryAttempt> last = new HashMap<>();
        if (!deliveries.isEmpty()) {
            JooqTx.sql(tx)
                    .selectFrom(EVENT_DELIVERY_ATTEMPT)
                    .where(EVENT_DELIVERY_ATTEMPT.DELIVERY_ID.in(deliveries))
                    .orderBy(IndexOrder.up(Keys.PK_EVENT_DELIVERY_ATTEMPT))
                    .forEach(row -> last.put(row.getDeliveryId(), DeliveryRows.attempt(row)));
        }
        return last;
    }

    private static Map<UUID, Instant> dueLanes(Tx tx, List<UUID> lanes) {
        return lanes.isEmpty()
                ? Map.of()
                : JooqTx.sql(tx)
                        .select(EVENT_LANE.ID, EVENT_LANE.DUE_AT)
                        .from(EVENT_LANE)
                        .where(EVENT_LANE.ID.in(lanes).and(EVENT_LANE.DUE_AT.isNotNull()))
                        .fetchMap(EVENT_LANE.ID, EVENT_LANE.DUE_AT);
    }

    @Override
    public List<DeliveryAttempt> attempts(Tx tx, EventDeliveryId delivery) {
        return JooqTx.sql(tx)
                .selectFrom(EVENT_DELIVERY_ATTEMPT)
                .where(EVENT_DELIVERY_ATTEMPT.DELIVERY_ID.eq(delivery.value()))
                .orderBy(IndexOrder.up(Keys.PK_EVENT_DELIVERY_ATTEMPT))
                .fetch(DeliveryRows::attempt);
    }

    @Override
    public int forget(Tx tx, Instant endedBefore, int limit) {
        List<UUID> old = JooqTx.sql(tx)
                .select(EVENT_DELIVERY.ID)
                .from(EVENT_DELIVERY)
                .where(IndexOrder.isSet(EVENT_DELIVERY.ENDED_AT))
                .and(EVENT_DELIVERY.ENDED_AT.lt(endedBefore))
                .orderBy(IndexOrder.up(Indexes.IX_EVENT_DELIVERY_ENDED))
                .limit(limit)
                .fetch(EVENT_DELIVERY.ID);
        if (!old.isEmpty()) {
            JooqTx.sql(tx)
                    .deleteFrom(EVENT_DELIVERY_ATTEMPT)
                    .where(EVENT_DELIVERY_ATTEMPT.DELIVERY_ID.in(old))
                    .execute();
            JooqTx.sql(tx)
                    .deleteFrom(EVENT_DELIVERY)
                    .where(EVENT_DELIVERY.ID.in(old))
                    .execute();
        }
        return old.size();
    }
}
