package org.chancery.storage.access;

import static org.chancery.storage.jooq.Tables.TOKEN;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.noCondition;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chancery.core.access.Token;
import org.chancery.core.access.TokenRepository;
import org.chancery.core.access.TokenSight;
import org.chancery.core.access.TokenStanding;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.jooq.Condition;
import org.jooq.Index;
import org.jspecify.annotations.Nullable;

/** Tokens in their table, beside the sessions, which are left alone here. */
public final class JooqTokenRepository implements TokenRepository {

    @Override
    public List<TokenStanding> tokens(Tx tx, TokenSight sight, @Nullable TokenId after, int limit) {
        return Standings.select(tx)
                .where(isIn(sight))
                .and(after == null ? noCondition() : TOKEN.ID.gt(after.value()))
                .orderBy(IndexOrder.up(index(sight)))
                .limit(limit)
                .fetch(Standings::standing);
    }

    /** In which those that are in sight stand one behind the other. */
    private static Index index(TokenSight sight) {
        return switch (sight) {
            case TokenSight.All ignored -> Indexes.IX_TOKEN_LISTED;
            case TokenSight.OfPerson ignored -> Indexes.IX_TOKEN_PERSON;
            case TokenSight.OfAgent ignored -> Indexes.IX_TOKEN_AGENT_LISTED;
            case TokenSight.OfInbox ignored -> Indexes.IX_TOKEN_ENDPOINT_LISTED;
        };
    }

    @Override
    public Optional<TokenStanding> token(Tx tx, TokenSight sight, TokenId id) {
        return Standings.select(tx)
                .where(TOKEN.ID.eq(id.value()))
                .and(isIn(sight))
                .fetchOptional(Standings::standing);
    }

    private static Condition isIn(TokenSight sight) {
        Condition bound = switch (sight) {
            case TokenSight.All ignored -> noCondition();
            case TokenSight.OfPerson own ->
                TOKEN.MAKER_ID
                        .eq(own.person().value())
                        .and(TOKEN.ENDPOINT_ID.isNull())
                        .and(TOKEN.AGENT_ID.isNull());
            case TokenSight.OfAgent own -> TOKEN.AGENT_ID.eq(own.agent().value());
            case TokenSight.OfInbox own ->
                TOKEN.ENDPOINT_ID
                        .eq(own.endpoint().value())
                        .and(
                                own.agent() == null
                                        ? TOKEN.AGENT_ID.isNull()
                                        : TOKEN.AGENT_ID.eq(own.agent().value()));
        };
        return TOKEN.WORKSPACE_ID
                .eq(sight.workspace().value())
                .and(TOKEN.IS_SESSION.eq(inline(false)))
                .and(TOKEN.REVOKED_AT.isNull())
                .and(bound);
    }

    @Override
    public void change(Tx tx, Token token) {
        JooqTx.sql(tx)
                .update(TOKEN)
                .set(TOKEN.LABEL, token.label())
                .set(TOKEN.SCOPES, TokenRows.text(token.grant().scopes()))
                .set(TOKEN.REQUIRES_APPROVAL, TokenRows.rules(token.grant()))
                .set(TOKEN.EXPIRES_AT, token.grant().expiresAt())
                .where(TOKEN.ID.eq(token.id().value()))
                .execute();
    }

    @Override
    public void replaceSecret(Tx tx, TokenId id, String secretHash) {
        JooqTx.sql(tx)
                .update(TOKEN)
                .set(TOKEN.SECRET_HASH, secretHash)
                .where(TOKEN.ID.eq(id.value()))
                .execute();
    }

    @Override
    public void handOver(Tx tx, TokenId id, UserId maker) {
        JooqTx.sql(tx)
                .update(TOKEN)
                .set(TOKEN.MAKER_ID, maker.value())
                .where(TOKEN.ID.eq(id.value()))
                .execute();
    }

    @Override
    public void revoke(Tx tx, TokenId id, Instant at) {
        JooqTx.sql(tx)
                .update(TOKEN)
                .set(TOKEN.REVOKED_AT, at)
                .where(TOKEN.ID.eq(id.value()))
                .execute();
    }

    @Override
    public void used(Tx tx, TokenId id, Instant at, Instant before) {
        JooqTx.sql(tx)
                .update(TOKEN)
                .set(TOKEN.LAST_USED_AT, at)
                .where(TOKEN.ID.eq(id.value()))
                .and(TOKEN.LAST_USED_AT.isNull().or(TOKEN.LAST_USED_AT.le(before)))
                .execute();
    }
}
