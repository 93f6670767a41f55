package org.chancery.storage.access;

import static org.chancery.storage.jooq.Tables.AGENT;
import static org.chancery.storage.jooq.Tables.TOKEN;
import static org.chancery.storage.jooq.Tables.USER_ADDRESS;
import static org.chancery.storage.jooq.Tables.WORKSPACE;
import static org.chancery.storage.jooq.Tables.WORKSPACE_USER;
import static org.jooq.impl.DSL.noCondition;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Agent;
import org.chancery.core.access.KeptToken;
import org.chancery.core.access.Role;
import org.chancery.core.access.Scope;
import org.chancery.core.access.Token;
import org.chancery.core.access.TokenStanding;
import org.chancery.core.access.User;
import org.chancery.core.access.Workspace;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.AgentRecord;
import org.chancery.storage.jooq.tables.records.TokenRecord;
import org.chancery.storage.jooq.tables.records.UserAddressRecord;
import org.chancery.storage.jooq.tables.records.WorkspaceRecord;
import org.chancery.storage.jooq.tables.records.WorkspaceUserRecord;
import org.chancery.storage.tx.FixedStatement;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Record1;
import org.jooq.SQLDialect;
import org.jooq.SelectConditionStep;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Workspaces, people, agents and tokens in their tables. */
public final class JooqAccessRepository implements AccessRepository {
    private static final RowInsert<WorkspaceRecord> WORKSPACES =
            RowInsert.into(WORKSPACE, Keys.UQ_WORKSPACE_DOMAIN_SLUG);
    private static final RowInsert<WorkspaceUserRecord> USERS =
            RowInsert.into(WORKSPACE_USER, Keys.UQ_WORKSPACE_USER_EMAIL);
    private static final RowInsert<UserAddressRecord> USER_ADDRESSES =
            RowInsert.into(USER_ADDRESS, Keys.PK_USER_ADDRESS);
    private static final RowInsert<AgentRecord> AGENTS = RowInsert.into(AGENT, AGENT.getPrimaryKey());
    private static final RowInsert<TokenRecord> TOKENS = RowInsert.into(TOKEN, Keys.UQ_TOKEN_SECRET_HASH);

    /** With every mail that is routed; H2 has no shared lock of a row. */
    private static final FixedStatement LOCKED_STATUS =
            new FixedStatement(statusOfAgent().forUpdate());

    private static final FixedStatement SHARED_STATUS =
            new FixedStatement(statusOfAgent().forShare());

    @Override
    public boolean add(Tx tx, Workspace workspace) {
        WorkspaceRecord row = new WorkspaceRecord();
        row.setId(workspace.id().value());
        row.setName(workspace.name());
        row.setDomain(workspace.domain());
        row.setSlug(workspace.slug());
        row.setCreatedAt(workspace.createdAt());
        return WORKSPACES.insertIfAbsent(tx, row);
    }

    @Override
    public Optional<Workspace> workspace(Tx tx, WorkspaceId id) {
        return workspaceWhere(tx, WORKSPACE.ID.eq(id.value()));
    }

    @Override
    public Optional<Workspace> workspace(Tx tx, String domain, String slug) {
        return workspaceWhere(tx, WORKSPACE.DOMAIN.eq(domain).and(WORKSPACE.SLUG.eq(slug)));
    }

    private static Optional<Workspace> workspaceWhere(Tx tx, Condition condition) {
        return JooqTx.sql(tx).selectFrom(WORKSPACE).where(condition).fetchOptional(JooqAccessRepository::workspace);
    }

    @Override
    public List<Workspace> workspaces(Tx tx) {
        return JooqTx.sql(tx).selectFrom(WORKSPACE).orderBy(WORKSPACE.ID).fetch(JooqAccessRepository::workspace);
    }

    @Override
    public boolean add(Tx tx, User user) {
        WorkspaceUserRecord row = new WorkspaceUserRecord();
        row.setId(user.id().value());
        row.setWorkspaceId(user.workspace().value());
        row.setEmail(user.email());
        row.setName(user.name());
        row.setRole(user.role().text());
        row.setCreatedAt(user.createdAt());
        row.setDisabledAt(user.disabledAt());
        boolean isNew = USERS.insertIfAbsent(tx, row);
        if (isNew) {
            USER_ADDRESSES.insertAll(
                    tx,
                    user.addresses().stream()
                            .map(address -> new UserAddressRecord(row.getWorkspaceId(), address, row.getId()))
                            .toList());
        }
        return isNew;
    }

    @Override
    public Optional<User> user(Tx tx, WorkspaceId workspace, UserId id) {
        return userWhere(tx, WORKSPACE_USER.ID.eq(id.value()).and(WORKSPACE_USER.WORKSPACE_ID.eq(workspace.value())));
    }

    @Override
    public Optional<User> userByEmail(Tx tx, WorkspaceId workspace, String email) {
        return userWhere(tx, WORKSPACE_USER.WORKSPACE_ID.eq(workspace.value()).and(WORKSPACE_USER.EMAIL.eq(email)));
    }

    @Override
    public List<User> users(Tx tx, WorkspaceId workspace, @Nullable UserId after, int limit) {
        DSLContext sql = JooqTx.sql(tx);
        List<WorkspaceUserRecord> rows = sql.selectFrom(
                        IndexOrder.by(sql, WORKSPACE_USER, Indexes.IX_WORKSPACE_USER_LISTED))
                .where(WORKSPACE_USER.WORKSPACE_ID.eq(workspace.value()))
                .and(after == null ? noCondition() : WORKSPACE_USER.ID.gt(after.value()))
                .orderBy(IndexOrder.up(Indexes.IX_WORKSPACE_USER_LISTED))
                .limit(limit)
                .fetch();
        Map<UUID, List<String>> addresses = sql.selectFrom(USER_ADDRESS)
                .where(USER_ADDRESS.USER_ID.in(
                        rows.stream().map(WorkspaceUserRecord::getId).toList()))
                .orderBy(USER_ADDRESS.ADDRESS)
                .fetchGroups(USER_ADDRESS.USER_ID, USER_ADDRESS.ADDRESS);
        return rows.stream()
                .map(row -> user(row, addresses.getOrDefault(row.getId(), List.of())))
                .toList();
    }

    @Override
    public int owners(Tx tx, WorkspaceId workspace) {
        return JooqTx.sql(tx)
                .fetchCount(
                        WORKSPACE_USER,
                        WORKSPACE_USER
                                .WORKSPACE_ID
                                .eq(workspace.value())
                                .and(WORKSPACE_USER.ROLE.eq(Role.OWNER.text()))
                                .and(WORKSPACE_USER.DISABLED_AT.isNull()));
    }

    @Override
    public void update(Tx tx, User user) {
        JooqTx.sql(tx)
                .update(WORKSPACE_USER)
                .set(WORKSPACE_USER.NAME, user.name())
                .set(WORKSPACE_USER.ROLE, user.role().text())
                .set(WORKSPACE_USER.DISABLED_AT, user.disabledAt())
                .where(WORKSPACE_USER.ID.eq(user.id().value()))
                .execute();
    }

    @Override
    public Optional<UserId> holderOf(Tx tx, WorkspaceId workspace, String address) {
        return JooqTx.sql(tx)
                .select(USER_ADDRESS.USER_ID)
                .from(USER_ADDRESS)
                .where(USER_ADDRESS.WORKSPACE_ID.eq(workspace.value()))
                .and(USER_ADDRESS.ADDRESS.eq(address))
                .fetchOptional(row -> new UserId(row.value1()));
    }

    @Override
    public boolean bind(Tx tx, User person, String address) {
        return USER_ADDRESSES.insertIfAbsent(
                tx,
                new UserAddressRecord(
                        person.workspace().value(), address, person.id().value()));
    }

    @Override
    public void unbind(Tx tx, User person, String address) {
        JooqTx.sql(tx)
                .deleteFrom(USER_ADDRESS)
                .where(USER_ADDRESS.WORKSPACE_ID.eq(person.workspace().value()))
                .and(USER_ADDRESS.ADDRESS.eq(address))
                .and(USER_ADDRESS.USER_ID.eq(person.id().value()))
                .execute();
    }

    @Override
    public void lockWorkspace(Tx tx, WorkspaceId workspace) {
        JooqTx.sql(tx)
                .select(WORKSPACE.ID)
                .from(WORKSPACE)
                .where(WORKSPACE.ID.eq(workspace.value()))
                .forUpdate()
                .fetch();
    }

    private static Optional<User> userWhere(Tx tx, Condition condition) {
        return JooqTx.sql(tx).selectFrom(WORKSPACE_USER).where(condition).fetchOptional(row -> user(tx, row));
    }

    @Override
    public void add(Tx tx, Agent agent, String sealedSecret) {
        AgentRecord row = new AgentRecord();
        row.setId(agent.id().value());
        row.setWorkspaceId(agent.workspace().value());
        row.setCreatedAt(agent.createdAt());
        row.setWebhookSecret(sealedSecret);
        setChangeable(row, agent);
        AGENTS.insert(tx, row);
    }

    private static void setChangeable(AgentRecord row, Agent agent) {
        UserId owner = agent.owner();
        row.setName(agent.name());
        row.setType(agent.type());
        row.setStatus(agent.status().text());
        row.setExecutionMode(agent.executionMode().text());
        row.setOwnerUserId(owner == null ? null : owner.value());
        row.setWebhookUrl(agent.webhookUrl());
        row.setUpdatedAt(agent.updatedAt());
    }

    @Override
    public Optional<Agent> agent(Tx tx, WorkspaceId workspace, AgentId id) {
        return JooqTx.sql(tx)
                .selectFrom(AGENT)
                .where(isAgent(workspace, id))
                .fetchOptional(JooqAccessRepository::agent);
    }

    @Override
    public Optional<Agent> lockAgent(Tx tx, WorkspaceId workspace, AgentId id) {
        return JooqTx.sql(tx)
                .selectFrom(AGENT)
                .where(isAgent(workspace, id))
                .forUpdate()
                .fetchOptional(JooqAccessRepository::agent);
    }

    @Override
    public Optional<Agent.Status> holdStatus(Tx tx, WorkspaceId workspace, AgentId id) {
        FixedStatement held = JooqTx.sql(tx).dialect() == SQLDialect.H2 ? LOCKED_STATUS : SHARED_STATUS;
        return held.fetch(tx, row -> status(row.getString(1)), id.value(), workspace.value()).stream()
                .findFirst();
    }

    private static SelectConditionStep<Record1<String>> statusOfAgent() {
        return DSL.select(AGENT.STATUS)
                .from(AGENT)
                .where(AGENT.ID.eq(DSL.param("agent", AGENT.ID)))
                .and(AGENT.WORKSPACE_ID.eq(DSL.param("workspace", AGENT.WORKSPACE_ID)))
                .and(AGENT.DELETED_AT.isNull());
    }

    private static Agent.Status status(String text) {
        return Agent.Status.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static Condition isAgent(WorkspaceId workspace, AgentId id) {
        return AGENT.ID
                .eq(id.value())
                .and(AGENT.WORKSPACE_ID.eq(workspace.value()))
                .and(AGENT.DELETED_AT.isNull());
    }

    @Override
    public void update(Tx tx, Agent agent) {
        AgentRecord row = new AgentRecord();
        setChangeable(row, agent);
        JooqTx.sql(tx)
                .update(AGENT)
                .set(row)
                .where(AGENT.ID.eq(agent.id().value()))
                .execute();
    }

    @Override
    public Optional<String> webhookSecret(Tx tx, AgentId id) {
        return JooqTx.sql(tx)
                .select(AGENT.WEBHOOK_SECRET)
                .from(AGENT)
                .where(AGENT.ID.eq(id.value()).and(AGENT.WEBHOOK_SECRET.isNotNull()))
                .fetchOptional(AGENT.WEBHOOK_SECRET);
    }

    @Override
    public void setWebhookSecret(Tx tx, AgentId id, String sealedSecret) {
        JooqTx.sql(tx)
                .update(AGENT)
                .set(AGENT.WEBHOOK_SECRET, sealedSecret)
                .where(AGENT.ID.eq(id.value()))
                .execute();
    }

    @Override
    public void delete(Tx tx, AgentId id, Instant at) {
        JooqTx.sql(tx)
                .update(AGENT)
                .set(AGENT.DELETED_AT, at)
                .setNull(AGENT.WEBHOOK_SECRET)
                .setNull(AGENT.WEBHOOK_URL)
                .where(AGENT.ID.eq(id.value()))
                .execute();
    }

    @Override
    public List<Agent> agents(Tx tx, WorkspaceId workspace, @Nullable AgentId after, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(AGENT)
                .where(AGENT.WORKSPACE_ID.eq(workspace.value()).and(AGENT.DELETED_AT.isNull()))
                .and(after == null ? noCondition() : AGENT.ID.gt(after.value()))
                .orderBy(IndexOrder.up(Indexes.IX_AGENT_LISTED))
                .limit(limit)
                .fetch(JooqAccessRepository::agent);
    }

    @Override
    public boolean add(Tx tx, Token token, String secretHash) {
        return TOKENS.insertIfAbsent(tx, TokenRows.row(token, secretHash, false));
    }

    @Override
    public Optional<TokenStanding> standing(Tx tx, String secretHash) {
        return standingWhere(tx, TOKEN.SECRET_HASH.eq(secretHash));
    }

    @Override
    public Optional<TokenStanding> standing(Tx tx, WorkspaceId workspace, TokenId id) {
        return standingWhere(tx, TOKEN.ID.eq(id.value()).and(TOKEN.WORKSPACE_ID.eq(workspace.value())));
    }

    private static Optional<TokenStanding> standingWhere(Tx tx, Condition condition) {
        return Standings.select(tx)
                .where(condition)
                .and(TOKEN.REVOKED_AT.isNull())
                .fetchOptional(Standings::standing);
    }

    @Override
    public Optional<KeptToken> token(Tx tx, WorkspaceId workspace, TokenId id) {
        return JooqTx.sql(tx)
                .selectFrom(TOKEN)
                .where(TOKEN.ID.eq(id.value()).and(TOKEN.WORKSPACE_ID.eq(workspace.value())))
                .and(TOKEN.REVOKED_AT.isNull())
                .fetchOptional(TokenRows::kept);
    }

    @Override
    public Optional<KeptToken> tokenEver(Tx tx, TokenId id) {
        return JooqTx.sql(tx).selectFrom(TOKEN).where(TOKEN.ID.eq(id.value())).fetchOptional(TokenRows::kept);
    }

    private static Workspace workspace(WorkspaceRecord row) {
        return new Workspace(
                new WorkspaceId(row.getId()), row.getName(), row.getDomain(), row.getSlug(), row.getCreatedAt());
    }

    static User user(Tx tx, WorkspaceUserRecord row) {
        return user(
                row,
                JooqTx.sql(tx)
                        .select(USER_ADDRESS.ADDRESS)
                        .from(USER_ADDRESS)
                        .where(USER_ADDRESS.USER_ID.eq(row.getId()))
                        .orderBy(USER_ADDRESS.ADDRESS)
                        .fetch(USER_ADDRESS.ADDRESS));
    }

    private static User user(WorkspaceUserRecord row, List<String> addresses) {
        return new User(
                new UserId(row.getId()),
                new WorkspaceId(row.getWorkspaceId()),
                row.getEmail(),
                row.getName(),
                Role.valueOf(row.getRole().toUpperCase(Locale.ROOT)),
                addresses,
                row.getCreatedAt(),
                row.getDisabledAt());
    }

    private static Agent agent(AgentRecord row) {
        return new Agent(
                new AgentId(row.getId()),
                new WorkspaceId(row.getWorkspaceId()),
                row.getName(),
                row.getType(),
                status(row.getStatus()),
                Agent.ExecutionMode.valueOf(row.getExecutionMode().toUpperCase(Locale.ROOT)),
                row.getOwnerUserId() == null ? null : new UserId(row.getOwnerUserId()),
                row.getWebhookUrl(),
                row.getCreatedAt(),
                row.getUpdatedAt() == null ? row.getCreatedAt() : row.getUpdatedAt());
    }

    @Override
    public Set<UserId> holdersOf(Tx tx, WorkspaceId workspace, Scope scope, Instant now) {
        // Scopes stand in one column, each between blanks; none is the beginning of another one's word.
        return JooqTx.sql(tx)
                .selectDistinct(TOKEN.MAKER_ID)
                .from(TOKEN)
                .where(TOKEN.WORKSPACE_ID.eq(workspace.value()))
                .and(TOKEN.ENDPOINT_ID.isNull())
                .and(TOKEN.AGENT_ID.isNull())
                .and(TOKEN.REVOKED_AT.isNull())
                .and(TOKEN.EXPIRES_AT.isNull().or(TOKEN.EXPIRES_AT.gt(now)))
                .and(TOKEN.SCOPES.contains(scope.text()))
                .fetchSet(row -> new UserId(row.value1()));
    }
}
