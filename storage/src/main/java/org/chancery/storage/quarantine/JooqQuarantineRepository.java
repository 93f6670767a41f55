package org.chancery.storage.quarantine;

import static org.chancery.storage.jooq.Tables.QUARANTINED_MESSAGE;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.QuarantineId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mailbox.Entrance;
import org.chancery.core.quarantine.HeldMail;
import org.chancery.core.quarantine.QuarantineRepository;
import org.chancery.core.quarantine.Quarantined;
import org.chancery.core.quarantine.Quarantined.Accepted;
import org.chancery.core.quarantine.Quarantined.Decision;
import org.chancery.core.quarantine.Quarantined.Pending;
import org.chancery.core.quarantine.Quarantined.Rejected;
import org.chancery.core.quarantine.Quarantined.Release;
import org.chancery.core.tx.Tx;
import org.chancery.storage.access.Actors;
import org.chancery.storage.column.SafeText;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.QuarantinedMessageRecord;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;
import org.jooq.Condition;
import org.jspecify.annotations.Nullable;

/** Quarantined mail in a table. A release is leased while it has an owner and its {@code release_due_at} is to come. */
public final class JooqQuarantineRepository implements QuarantineRepository {
    private static final RowInsert<QuarantinedMessageRecord> HELD =
            RowInsert.into(QUARANTINED_MESSAGE, Keys.UQ_QUARANTINED_MESSAGE_SPOOL);

    /** So many releases are looked at for one that is free; more than servers and mails in hand. */
    private static final int CANDIDATES = 32;

    @Override
    public boolean add(Tx tx, HeldMail mail) {
        return HELD.insertIfAbsent(tx, QuarantineRows.row(mail));
    }

    @Override
    public Optional<Quarantined> confined(Tx tx, SpoolId spool, Entrance entrance) {
        return JooqTx.sql(tx)
                .selectFrom(QUARANTINED_MESSAGE)
                .where(QUARANTINED_MESSAGE.SPOOL_ID.eq(spool.value()))
                .and(QUARANTINED_MESSAGE.ENDPOINT_ID.eq(entrance.endpoint().value()))
                .and(QUARANTINED_MESSAGE.RETURN_PATH.eq(entrance.returnPath()))
                .fetchOptional(QuarantineRows::item);
    }

    @Override
    public Optional<Quarantined> find(Tx tx, WorkspaceId workspace, QuarantineId id) {
        return JooqTx.sql(tx)
                .selectFrom(QUARANTINED_MESSAGE)
                .where(is(workspace, id))
                .fetchOptional(QuarantineRows::item);
    }

    @Override
    public Optional<Quarantined> lock(Tx tx, WorkspaceId workspace, QuarantineId id) {
        return JooqTx.sql(tx)
                .selectFrom(QUARANTINED_MESSAGE)
                .where(is(workspace, id))
                .forUpdate()
                .fetchOptional(QuarantineRows::item);
    }

    private static Condition is(WorkspaceId workspace, QuarantineId id) {
        return QUARANTINED_MESSAGE.ID.eq(id.value()).and(QUARANTINED_MESSAGE.WORKSPACE_ID.eq(workspace.value()));
    }

    @Override
    public boolean accept(Tx tx, Accepted accepted) {
        QuarantinedMessageRecord row = decision(accepted.decision());
        row.setState(Accepted.STATE);
        if (accepted.release() instanceof Release.Due) {
            row.setReleaseDueAt(accepted.decision().at());
        }
        return decide(tx, accepted, row);
    }

    @Override
    public boolean reject(Tx tx, Rejected rejected) {
        QuarantinedMessageRecord row = decision(rejected.decision());
        row.setState(Rejected.STATE);
        return decide(tx, rejected, row);
    }

    private static QuarantinedMessageRecord decision(Decision decision) {
        UserId bound = decision.bound();
        QuarantinedMessageRecord row = new QuarantinedMessageRecord();
        row.setDecisionKey(decision.key());
        row.setDecidedAt(decision.at());
        row.setDecidedByKind(decision.by().kind());
        row.setDecidedById(Actors.id(decision.by()));
        row.setDecidedBy(
                SafeText.fit(QUARANTINED_MESSAGE.DECIDED_BY, decision.by().label()));
        row.setDecisionNote(SafeText.fit(QUARANTINED_MESSAGE.DECISION_NOTE, decision.note()));
        row.setBoundUserId(bound == null ? null : bound.value());
        return row;
    }

    private static boolean decide(Tx tx, Quarantined decided, QuarantinedMessageRecord changes) {
        return JooqTx.sql(tx)
                        .update(QUARANTINED_MESSAGE)
                        .set(changes)
                        .where(QUARANTINED_MESSAGE.ID.eq(decided.mail().id().value()))
                        .and(QUARANTINED_MESSAGE.STATE.eq(Pending.STATE))
                        .execute()
                == 1;
    }

    @Override
    public List<Quarantined> list(Tx tx, WorkspaceId workspace, Filter filter, @Nullable Place before, int limit) {
        return QuarantineLists.page(JooqTx.sql(tx), workspace, filter, before, limit);
    }

    @Override
    public Optional<ClaimedRelease> claimRelease(
            Tx tx, String owner, Set<SpoolId> without, Instant now, Instant leaseEnd) {
        // H2 locks every row that it passes in an order: the candidates are read first, and locked by their keys.
        List<UUID> candidates = JooqTx.sql(tx)
                .select(QUARANTINED_MESSAGE.ID)
                .from(QUARANTINED_MESSAGE)
                .where(IndexOrder.isSet(QUARANTINED_MESSAGE.RELEASE_DUE_AT))
                .and(QUARANTINED_MESSAGE.RELEASE_DUE_AT.le(now))
                .and(QUARANTINED_MESSAGE.SPOOL_ID.notIn(
                        without.stream().map(SpoolId::value).toList()))
                .orderBy(IndexOrder.up(Indexes.IX_QUARANTINED_MESSAGE_DUE))
                .limit(CANDIDATES)
                .fetch(QUARANTINED_MESSAGE.ID);
        return candidates.stream()
                .map(id -> lease(tx, id, owner, now, leaseEnd))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<ClaimedRelease> lease(Tx tx, UUID id, String owner, Instant now, Instant leaseEnd) {
        Optional<QuarantinedMessageRecord> free = JooqTx.sql(tx)
                .selectFrom(QUARANTINED_MESSAGE)
                .where(QUARANTINED_MESSAGE.ID.eq(id))
                .and(QUARANTINED_MESSAGE.RELEASE_DUE_AT.le(now))
                .forUpdate()
                .skipLocked()
                .fetchOptional();
        free.ifPresent(row -> JooqTx.sql(tx)
                .update(QUARANTINED_MESSAGE)
                .set(QUARANTINED_MESSAGE.RELEASE_DUE_AT, leaseEnd)
                .set(QUARANTINED_MESSAGE.LEASED_BY, owner)
                .set(QUARANTINED_MESSAGE.RELEASE_ATTEMPTS, row.getReleaseAttempts() + 1)
                .where(QUARANTINED_MESSAGE.ID.eq(id))
                .execute());
        return free.map(row -> new ClaimedRelease(QuarantineRows.mail(row), row.getReleaseAttempts() + 1));
    }

    @Override
    public void giveBack(Tx tx, QuarantineId id, String owner, Instant notBefore, boolean counts) {
        JooqTx.sql(tx)
                .update(QUARANTINED_MESSAGE)
                .set(QUARANTINED_MESSAGE.RELEASE_DUE_AT, notBefore)
                .setNull(QUARANTINED_MESSAGE.LEASED_BY)
                .set(QUARANTINED_MESSAGE.RELEASE_ATTEMPTS, QUARANTINED_MESSAGE.RELEASE_ATTEMPTS.minus(counts ? 0 : 1))
                .where(QUARANTINED_MESSAGE.ID.eq(id.value()))
                .and(QUARANTINED_MESSAGE.LEASED_BY.eq(owner))
                .and(QUARANTINED_MESSAGE.RELEASED_AT.isNull())
                .execute();
    }

    @Override
    public void giveBackAll(Tx tx, String owner, Instant dueAt) {
        JooqTx.sql(tx)
                .update(QUARANTINED_MESSAGE)
                .set(QUARANTINED_MESSAGE.RELEASE_DUE_AT, dueAt)
                .setNull(QUARANTINED_MESSAGE.LEASED_BY)
                .where(QUARANTINED_MESSAGE.LEASED_BY.eq(owner))
                .execute();
    }

    @Override
    public boolean released(Tx tx, QuarantineId id, String owner, @Nullable MessageId message, Instant at) {
        return JooqTx.sql(tx)
                        .update(QUARANTINED_MESSAGE)
                        .set(QUARANTINED_MESSAGE.RELEASED_AT, at)
                        .set(QUARANTINED_MESSAGE.MESSAGE_ID, message == null ? null : message.value())
                        .setNull(QUARANTINED_MESSAGE.RELEASE_DUE_AT)
                        .setNull(QUARANTINED_MESSAGE.LEASED_BY)
                        .where(QUARANTINED_MESSAGE.ID.eq(id.value()))
                        .and(QUARANTINED_MESSAGE.STATE.eq(Accepted.STATE))
                        .and(QUARANTINED_MESSAGE.LEASED_BY.eq(owner))
                        .and(QUARANTINED_MESSAGE.RELEASED_AT.isNull())
                        .execute()
                == 1;
    }
}
