package org.chancery.storage.access;

import static org.chancery.storage.jooq.Tables.AGENT;
import static org.chancery.storage.jooq.Tables.ENDPOINT;
import static org.chancery.storage.jooq.Tables.TOKEN;
import static org.chancery.storage.jooq.Tables.WORKSPACE_USER;
import static org.jooq.impl.DSL.coalesce;

import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.chancery.core.access.Agent;
import org.chancery.core.access.Role;
import org.chancery.core.access.TokenStanding;
import org.chancery.core.access.TokenStanding.Handler;
import org.chancery.core.access.TokenStanding.Inbox;
import org.chancery.core.access.TokenStanding.Maker;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.tx.Tx;
import org.chancery.storage.tx.JooqTx;
import org.jooq.Record;
import org.jooq.SelectJoinStep;
import org.jspecify.annotations.Nullable;

/** Tokens with what they rest on, in one query: each call of the API asks for one. */
final class Standings {
    private Standings() {}

    /** All tokens and sessions, to be narrowed down. Outer joins only, so that H2 begins with the token, and its index. */
    static SelectJoinStep<Record> select(Tx tx) {
        return JooqTx.sql(tx)
                .select(TOKEN.fields())
                .select(WORKSPACE_USER.EMAIL, WORKSPACE_USER.ROLE, WORKSPACE_USER.DISABLED_AT)
                .select(ENDPOINT.ID, ENDPOINT.ADDRESS, ENDPOINT.AGENT_ID)
                .select(AGENT.ID, AGENT.NAME, AGENT.STATUS)
                .from(TOKEN)
                .leftJoin(WORKSPACE_USER)
                .on(WORKSPACE_USER.ID.eq(TOKEN.MAKER_ID))
                .leftJoin(ENDPOINT)
                .on(ENDPOINT.ID.eq(TOKEN.ENDPOINT_ID).and(ENDPOINT.REMOVED_AT.isNull()))
                .leftJoin(AGENT)
                .on(AGENT.ID.eq(coalesce(TOKEN.AGENT_ID, ENDPOINT.AGENT_ID)).and(AGENT.DELETED_AT.isNull()));
    }

    static TokenStanding standing(Record row) {
        return new TokenStanding(TokenRows.kept(row.into(TOKEN)), maker(row), inbox(row), handler(row));
    }

    private static Maker maker(Record row) {
        return new Maker(
                Objects.requireNonNull(row.get(WORKSPACE_USER.EMAIL)),
                Role.valueOf(
                        Objects.requireNonNull(row.get(WORKSPACE_USER.ROLE)).toUpperCase(Locale.ROOT)),
                row.get(WORKSPACE_USER.DISABLED_AT) != null);
    }

    private static @Nullable Inbox inbox(Record row) {
        UUID id = row.get(ENDPOINT.ID);
        UUID agent = row.get(ENDPOINT.AGENT_ID);
        return id == null
                ? null
                : new Inbox(
                        new EndpointId(id),
                        Objects.requireNonNull(row.get(ENDPOINT.ADDRESS)),
                        agent == null ? null : new AgentId(agent));
    }

    private static @Nullable Handler handler(Record row) {
        UUID id = row.get(AGENT.ID);
        return id == null
                ? null
                : new Handler(
                        new AgentId(id),
                        Objects.requireNonNull(row.get(AGENT.NAME)),
                        Agent.Status.valueOf(
                                Objects.requireNonNull(row.get(AGENT.STATUS)).toUpperCase(Locale.ROOT)));
    }
}
