package org.chancery.storage.access;

import static org.chancery.storage.jooq.Tables.IDEMPOTENCY_KEY;

import java.time.Instant;
import org.chancery.core.access.IdempotencyRepository;
import org.chancery.core.id.TokenId;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.IdempotencyKeyRecord;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;
import org.jooq.Condition;

/** Idempotency keys in a table: a row without a status belongs to a request under way. */
public final class JooqIdempotencyRepository implements IdempotencyRepository {
    private static final RowInsert<IdempotencyKeyRecord> KEYS =
            RowInsert.into(IDEMPOTENCY_KEY, Keys.PK_IDEMPOTENCY_KEY);

    @Override
    public Claim claim(Tx tx, Request request, Wanted wanted, Lost lost, Instant now) {
        IdempotencyKeyRecord row = new IdempotencyKeyRecord();
        row.setTokenId(request.token().value());
        row.setKeyText(request.key());
        row.setRequestHash(request.hash());
        row.setReservedId(wanted.reserved());
        row.setCreatedAt(now);
        row.setLeasedBy(wanted.owner());
        row.setLeaseId(wanted.lease());
        if (KEYS.insertIfAbsent(tx, row)) {
            return new Claim.First(wanted.reserved(), wanted.lease(), false);
        }
        IdempotencyKeyRecord known = JooqTx.sql(tx)
                .selectFrom(IDEMPOTENCY_KEY)
                .where(is(request.token(), request.key()))
                .forUpdate()
                .fetchOne();
        if (known == null) {
            // Forgotten in this very moment by the request that had it: no answer is known yet, ask again.
            return new Claim.InFlight();
        }
        if (!known.getRequestHash().equals(request.hash())) {
            return new Claim.OtherRequest();
        }
        if (known.getStatus() != null) {
            return new Claim.Answered(known.getStatus(), known.getAnswer());
        }
        if (isLost(known, lost)) {
            takeOver(tx, request, wanted, now);
            return new Claim.First(known.getReservedId(), wanted.lease(), true);
        }
        return new Claim.InFlight();
    }

    private static boolean isLost(IdempotencyKeyRecord known, Lost lost) {
        return known.getLeasedBy() == null
                || known.getCreatedAt().isBefore(lost.before())
                || (lost.lease() != null && lost.lease().equals(known.getLeaseId()));
    }

    private static void takeOver(Tx tx, Request request, Wanted wanted, Instant now) {
        JooqTx.sql(tx)
                .update(IDEMPOTENCY_KEY)
                .set(IDEMPOTENCY_KEY.CREATED_AT, now)
                .set(IDEMPOTENCY_KEY.LEASED_BY, wanted.owner())
                .set(IDEMPOTENCY_KEY.LEASE_ID, wanted.lease())
                .where(is(request.token(), request.key()))
                .execute();
    }

    @Override
    public boolean finish(Tx tx, Lease lease, int status, String body) {
        return JooqTx.sql(tx)
                        .update(IDEMPOTENCY_KEY)
                        .set(IDEMPOTENCY_KEY.STATUS, status)
                        .set(IDEMPOTENCY_KEY.ANSWER, body)
                        .setNull(IDEMPOTENCY_KEY.LEASED_BY)
                        .setNull(IDEMPOTENCY_KEY.LEASE_ID)
                        .where(isOf(lease))
                        .execute()
                == 1;
    }

    @Override
    public boolean forget(Tx tx, Lease lease) {
        return JooqTx.sql(tx).deleteFrom(IDEMPOTENCY_KEY).where(isOf(lease)).execute() == 1;
    }

    private static Condition isOf(Lease lease) {
        return is(lease.token(), lease.key()).and(IDEMPOTENCY_KEY.LEASE_ID.eq(lease.id()));
    }

    @Override
    public int releaseLeases(Tx tx, String owner) {
        return JooqTx.sql(tx)
                .update(IDEMPOTENCY_KEY)
                .setNull(IDEMPOTENCY_KEY.LEASED_BY)
                .where(IDEMPOTENCY_KEY.LEASED_BY.eq(owner))
                .execute();
    }

    @Override
    public int expire(Tx tx, Instant olderThan) {
        return JooqTx.sql(tx)
                .deleteFrom(IDEMPOTENCY_KEY)
                .where(IDEMPOTENCY_KEY.CREATED_AT.lt(olderThan))
                .execute();
    }

    private static Condition is(TokenId token, String key) {
        return IDEMPOTENCY_KEY.TOKEN_ID.eq(token.value()).and(IDEMPOTENCY_KEY.KEY_TEXT.eq(key));
    }
}
