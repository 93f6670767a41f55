package org.chancery.storage.access;

import static org.chancery.storage.jooq.Tables.IDEMPOTENCY_KEY;

import java.time.Instant;
import java.util.UUID;
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
    public Claim claim(Tx tx, Request request, String owner, UUID reserved, Instant now, Instant abandonedBefore) {
        IdempotencyKeyRecord row = new IdempotencyKeyRecord();
        row.setTokenId(request.token().value());
        row.setKeyText(request.key());
        row.setRequestHash(request.hash());
        row.setReservedId(reserved);
        row.setCreatedAt(now);
        row.setLeasedBy(owner);
        if (KEYS.insertIfAbsent(tx, row)) {
            return new Claim.First(reserved, false);
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
        if (known.getLeasedBy() == null || known.getCreatedAt().isBefore(abandonedBefore)) {
            takeOver(tx, request, owner, now);
            return new Claim.First(known.getReservedId(), true);
        }
        return new Claim.InFlight();
    }

    private static void takeOver(Tx tx, Request request, String owner, Instant now) {
        JooqTx.sql(tx)
                .update(IDEMPOTENCY_KEY)
                .set(IDEMPOTENCY_KEY.CREATED_AT, now)
                .set(IDEMPOTENCY_KEY.LEASED_BY, owner)
                .where(is(request.token(), request.key()))
                .execute();
    }

    @Override
    public void finish(Tx tx, TokenId token, String key, int status, String body) {
        JooqTx.sql(tx)
                .update(IDEMPOTENCY_KEY)
                .set(IDEMPOTENCY_KEY.STATUS, status)
                .set(IDEMPOTENCY_KEY.ANSWER, body)
                .setNull(IDEMPOTENCY_KEY.LEASED_BY)
                .where(is(token, key))
                .execute();
    }

    @Override
    public void forget(Tx tx, TokenId token, String key) {
        JooqTx.sql(tx).deleteFrom(IDEMPOTENCY_KEY).where(is(token, key)).execute();
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
