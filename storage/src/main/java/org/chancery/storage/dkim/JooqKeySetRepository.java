package org.chancery.storage.dkim;

import static org.chancery.storage.jooq.Tables.SIGNING_KEY_SET;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chancery.core.dkim.KeySet;
import org.chancery.core.dkim.KeySet.Kept;
import org.chancery.core.dkim.KeySet.Pair;
import org.chancery.core.dkim.KeySetRepository;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.SigningKeySetRecord;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;

/** The domains' keys in their table, a row for each set. */
public final class JooqKeySetRepository implements KeySetRepository {
    private static final String WAITING = "waiting";
    private static final String ACTIVE = "active";
    private static final String RETIRED = "retired";
    private static final String DISCARDED = "discarded";

    private static final RowInsert<SigningKeySetRecord> SETS =
            RowInsert.into(SIGNING_KEY_SET, SIGNING_KEY_SET.getPrimaryKey());

    @Override
    public boolean add(Tx tx, KeySet set) {
        Pair pair = set.pair();
        SigningKeySetRecord row = new SigningKeySetRecord();
        row.setDomain(pair.domain());
        row.setNumber(pair.number());
        row.setName(pair.name());
        row.setState(state(set));
        row.setCreatedAt(pair.createdAt());
        row.setStateAt(set.since());
        row.setRsaPublic(pair.rsa().published());
        row.setRsaSealed(pair.rsa().sealed());
        row.setEd25519Public(pair.ed25519().published());
        row.setEd25519Sealed(pair.ed25519().sealed());
        return SETS.insertIfAbsent(tx, row);
    }

    @Override
    public List<KeySet> of(Tx tx, String domain) {
        return JooqTx.sql(tx)
                .selectFrom(SIGNING_KEY_SET)
                .where(SIGNING_KEY_SET.DOMAIN.eq(domain))
                .orderBy(IndexOrder.down(Keys.PK_SIGNING_KEY_SET))
                .fetch(JooqKeySetRepository::set);
    }

    @Override
    public Optional<KeySet.Active> active(Tx tx, String domain) {
        return JooqTx.sql(tx)
                .selectFrom(SIGNING_KEY_SET)
                .where(SIGNING_KEY_SET.DOMAIN.eq(domain).and(SIGNING_KEY_SET.STATE.eq(ACTIVE)))
                .orderBy(IndexOrder.down(Keys.PK_SIGNING_KEY_SET))
                .limit(1)
                .fetchOptional(row -> new KeySet.Active(pair(row), row.getStateAt()));
    }

    @Override
    public List<KeySet.Waiting> waiting(Tx tx) {
        return JooqTx.sql(tx)
                .selectFrom(SIGNING_KEY_SET)
                .where(SIGNING_KEY_SET.STATE.eq(WAITING))
                .orderBy(SIGNING_KEY_SET.DOMAIN, SIGNING_KEY_SET.NUMBER)
                .fetch(row -> new KeySet.Waiting(pair(row)));
    }

    @Override
    public boolean activate(Tx tx, KeySet.Active set) {
        return move(tx, set, WAITING);
    }

    @Override
    public boolean discard(Tx tx, KeySet.Discarded set) {
        return move(tx, set, WAITING);
    }

    @Override
    public boolean retire(Tx tx, KeySet.Retired set) {
        return move(tx, set, ACTIVE);
    }

    private static boolean move(Tx tx, KeySet set, String before) {
        return JooqTx.sql(tx)
                        .update(SIGNING_KEY_SET)
                        .set(SIGNING_KEY_SET.STATE, state(set))
                        .set(SIGNING_KEY_SET.STATE_AT, set.since())
                        .set(SIGNING_KEY_SET.RSA_SEALED, set.pair().rsa().sealed())
                        .set(
                                SIGNING_KEY_SET.ED25519_SEALED,
                                set.pair().ed25519().sealed())
                        .where(SIGNING_KEY_SET
                                .DOMAIN
                                .eq(set.pair().domain())
                                .and(SIGNING_KEY_SET.NUMBER.eq(set.pair().number()))
                                .and(SIGNING_KEY_SET.STATE.eq(before)))
                        .execute()
                == 1;
    }

    @Override
    public int forget(Tx tx, Instant before) {
        return JooqTx.sql(tx)
                .deleteFrom(SIGNING_KEY_SET)
                .where(SIGNING_KEY_SET.STATE.in(RETIRED, DISCARDED).and(SIGNING_KEY_SET.STATE_AT.lt(before)))
                .execute();
    }

    private static String state(KeySet set) {
        return switch (set) {
            case KeySet.Waiting ignored -> WAITING;
            case KeySet.Active ignored -> ACTIVE;
            case KeySet.Retired ignored -> RETIRED;
            case KeySet.Discarded ignored -> DISCARDED;
        };
    }

    private static KeySet set(SigningKeySetRecord row) {
        return switch (row.getState()) {
            case WAITING -> new KeySet.Waiting(pair(row));
            case ACTIVE -> new KeySet.Active(pair(row), row.getStateAt());
            case RETIRED -> new KeySet.Retired(pair(row), row.getStateAt());
            case DISCARDED -> new KeySet.Discarded(pair(row), row.getStateAt());
            default -> throw new IllegalStateException("no state of keys: " + row.getState());
        };
    }

    private static Pair pair(SigningKeySetRecord row) {
        return new Pair(
                row.getDomain(),
                row.getNumber(),
                row.getName(),
                row.getCreatedAt(),
                new Kept(row.getRsaPublic(), row.getRsaSealed()),
                new Kept(row.getEd25519Public(), row.getEd25519Sealed()));
    }
}
