package org.chancery.storage.access;

import static org.chancery.storage.jooq.Tables.IDEMPOTENCY_KEY;
import static org.chancery.storage.jooq.Tables.TOKEN;
import static org.chancery.storage.jooq.Tables.USER_PASSWORD;
import static org.chancery.storage.jooq.Tables.WORKSPACE_USER;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.notExists;
import static org.jooq.impl.DSL.selectOne;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.chancery.core.access.KeptToken;
import org.chancery.core.access.SignInRepository;
import org.chancery.core.access.Token;
import org.chancery.core.access.User;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.tables.records.TokenRecord;
import org.chancery.storage.jooq.tables.records.UserPasswordRecord;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;
import org.jooq.Condition;
import org.jspecify.annotations.Nullable;

/** Passwords beside their people, and sessions among the tokens. */
public final class JooqSignInRepository implements SignInRepository {
    private static final RowInsert<UserPasswordRecord> PASSWORDS =
            RowInsert.into(USER_PASSWORD, USER_PASSWORD.getPrimaryKey());
    private static final RowInsert<TokenRecord> TOKENS = RowInsert.into(TOKEN, TOKEN.getPrimaryKey());

    @Override
    public List<User> byEmail(Tx tx, String email, @Nullable WorkspaceId workspace, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(WORKSPACE_USER)
                .where(WORKSPACE_USER.EMAIL.eq(email))
                .and(workspace == null ? noCondition() : WORKSPACE_USER.WORKSPACE_ID.eq(workspace.value()))
                .orderBy(IndexOrder.up(Indexes.IX_WORKSPACE_USER_EMAIL))
                .limit(limit)
                .fetch(row -> JooqAccessRepository.user(tx, row));
    }

    @Override
    public Optional<String> passwordHash(Tx tx, UserId user) {
        return JooqTx.sql(tx)
                .select(USER_PASSWORD.HASH)
                .from(USER_PASSWORD)
                .where(USER_PASSWORD.USER_ID.eq(user.value()))
                .fetchOptional(USER_PASSWORD.HASH);
    }

    @Override
    public void setPassword(Tx tx, UserId user, String hash, Instant at) {
        UserPasswordRecord row = new UserPasswordRecord();
        row.setUserId(user.value());
        row.setHash(hash);
        row.setSetAt(at);
        if (!PASSWORDS.insertIfAbsent(tx, row)) {
            JooqTx.sql(tx)
                    .update(USER_PASSWORD)
                    .set(USER_PASSWORD.HASH, hash)
                    .set(USER_PASSWORD.SET_AT, at)
                    .where(USER_PASSWORD.USER_ID.eq(user.value()))
                    .execute();
        }
    }

    @Override
    public void open(Tx tx, Token session, String secretHash) {
        TOKENS.insert(tx, TokenRows.row(session, secretHash, true));
    }

    @Override
    public List<KeptToken> sessions(Tx tx, UserId user, Instant now, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(TOKEN)
                .where(goesOn(user, now))
                .orderBy(IndexOrder.down(Indexes.IX_TOKEN_PERSON))
                .limit(limit)
                .fetch(TokenRows::kept);
    }

    @Override
    public boolean end(Tx tx, UserId user, TokenId session, Instant at) {
        return endWhere(tx, goesOn(user, at).and(TOKEN.ID.eq(session.value())), at) == 1;
    }

    @Override
    public void endOthers(Tx tx, UserId user, TokenId session, Instant at) {
        endWhere(tx, goesOn(user, at).and(TOKEN.ID.ne(session.value())), at);
    }

    @Override
    public void endAll(Tx tx, UserId user, Instant at) {
        endWhere(tx, goesOn(user, at), at);
    }

    /** A session stands for the person, at no inbox and with no agent, and is ended and not revoked: so the index has it. */
    private static Condition goesOn(UserId user, Instant now) {
        return TOKEN.MAKER_ID
                .eq(user.value())
                .and(TOKEN.IS_SESSION.eq(inline(true)))
                .and(TOKEN.ENDPOINT_ID.isNull())
                .and(TOKEN.AGENT_ID.isNull())
                .and(TOKEN.REVOKED_AT.isNull())
                .and(TOKEN.EXPIRES_AT.gt(now));
    }

    private static int endWhere(Tx tx, Condition sessions, Instant at) {
        return JooqTx.sql(tx)
                .update(TOKEN)
                .set(TOKEN.EXPIRES_AT, at)
                .where(sessions)
                .execute();
    }

    @Override
    public int forget(Tx tx, Instant before, int limit) {
        List<UUID> over = JooqTx.sql(tx)
                .select(TOKEN.ID)
                .from(TOKEN)
                .where(TOKEN.IS_SESSION.eq(inline(true)))
                .and(IndexOrder.isSet(TOKEN.EXPIRES_AT))
                .and(TOKEN.EXPIRES_AT.lt(before))
                .and(notExists(selectOne().from(IDEMPOTENCY_KEY).where(IDEMPOTENCY_KEY.TOKEN_ID.eq(TOKEN.ID))))
                .orderBy(IndexOrder.up(Indexes.IX_TOKEN_SESSION))
                .limit(limit)
                .fetch(TOKEN.ID);
        return over.isEmpty()
                ? 0
                : JooqTx.sql(tx).deleteFrom(TOKEN).where(TOKEN.ID.in(over)).execute();
    }
}
