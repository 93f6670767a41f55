package org.chancery.storage.label;

import static org.chancery.storage.jooq.Tables.LABEL;
import static org.chancery.storage.jooq.Tables.MESSAGE_LABEL;
import static org.chancery.storage.jooq.Tables.WORKSPACE;
import static org.jooq.impl.DSL.noCondition;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.chancery.core.id.LabelId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.label.Label;
import org.chancery.core.label.LabelRepository;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.LabelRecord;
import org.chancery.storage.jooq.tables.records.MessageLabelRecord;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jspecify.annotations.Nullable;

/** Labels in tables. A message's row is locked by whoever changes its labels. */
public final class JooqLabelRepository implements LabelRepository {
    private static final RowInsert<LabelRecord> LABELS = RowInsert.into(LABEL, Keys.UQ_LABEL_NAME);
    private static final RowInsert<MessageLabelRecord> MESSAGE_LABELS =
            RowInsert.into(MESSAGE_LABEL, Keys.PK_MESSAGE_LABEL);

    @Override
    public boolean add(Tx tx, Label label) {
        lockNames(tx, label.workspace());
        return LABELS.insertIfAbsent(
                tx,
                new LabelRecord(
                        label.id().value(),
                        label.workspace().value(),
                        label.name(),
                        digest(label.key()),
                        label.color(),
                        label.createdAt(),
                        null));
    }

    @Override
    public Optional<Label> find(Tx tx, WorkspaceId workspace, LabelId id) {
        return JooqTx.sql(tx)
                .selectFrom(LABEL)
                .where(is(workspace, id))
                .fetchOptional()
                .map(JooqLabelRepository::label);
    }

    @Override
    public Optional<Label> named(Tx tx, WorkspaceId workspace, String key) {
        return JooqTx.sql(tx)
                .selectFrom(LABEL)
                .where(LABEL.WORKSPACE_ID.eq(workspace.value()).and(LABEL.NAME_KEY.eq(digest(key))))
                .and(LABEL.REMOVED_AT.isNull())
                .fetchOptional()
                .map(JooqLabelRepository::label);
    }

    @Override
    public boolean change(Tx tx, Label label) {
        lockNames(tx, label.workspace());
        boolean isTaken = named(tx, label.workspace(), label.key())
                .filter(other -> !other.id().equals(label.id()))
                .isPresent();
        return !isTaken
                && JooqTx.sql(tx)
                                .update(LABEL)
                                .set(LABEL.NAME, label.name())
                                .set(LABEL.NAME_KEY, digest(label.key()))
                                .set(LABEL.COLOR, label.color())
                                .where(is(label.workspace(), label.id()))
                                .execute()
                        == 1;
    }

    @Override
    public List<Label> page(Tx tx, WorkspaceId workspace, @Nullable LabelId after, int limit) {
        DSLContext sql = JooqTx.sql(tx);
        return sql.selectFrom(IndexOrder.by(sql, LABEL, Indexes.IX_LABEL_WORKSPACE))
                .where(LABEL.WORKSPACE_ID.eq(workspace.value()))
                .and(after == null ? noCondition() : LABEL.ID.gt(after.value()))
                .and(LABEL.REMOVED_AT.isNull())
                .orderBy(IndexOrder.up(Indexes.IX_LABEL_WORKSPACE))
                .limit(limit)
                .fetch(JooqLabelRepository::label);
    }

    @Override
    public int count(Tx tx, WorkspaceId workspace) {
        return JooqTx.sql(tx)
                .fetchCount(LABEL, LABEL.WORKSPACE_ID.eq(workspace.value()).and(LABEL.REMOVED_AT.isNull()));
    }

    @Override
    public boolean remove(Tx tx, WorkspaceId workspace, LabelId id, Instant now) {
        return JooqTx.sql(tx)
                        .update(LABEL)
                        .set(LABEL.REMOVED_AT, now)
                        .set(LABEL.NAME_KEY, id.value())
                        .where(is(workspace, id))
                        .execute()
                == 1;
    }

    @Override
    public boolean clear(Tx tx, int limit) {
        UUID removed = JooqTx.sql(tx)
                .select(LABEL.ID)
                .from(LABEL)
                .where(IndexOrder.isSet(LABEL.REMOVED_AT))
                .orderBy(IndexOrder.up(Indexes.IX_LABEL_REMOVED))
                .limit(1)
                .fetchOne(LABEL.ID);
        if (removed == null) {
            return false;
        }
        List<UUID> messages = JooqTx.sql(tx)
                .select(MESSAGE_LABEL.MESSAGE_ID)
                .from(MESSAGE_LABEL)
                .where(MESSAGE_LABEL.LABEL_ID.eq(removed))
                .orderBy(IndexOrder.up(Indexes.IX_MESSAGE_LABEL_LIST))
                .limit(limit)
                .fetch(MESSAGE_LABEL.MESSAGE_ID);
        JooqTx.sql(tx)
                .deleteFrom(MESSAGE_LABEL)
                .where(MESSAGE_LABEL.MESSAGE_ID.in(messages).and(MESSAGE_LABEL.LABEL_ID.eq(removed)))
                .execute();
        if (messages.size() < limit) {
            JooqTx.sql(tx).deleteFrom(LABEL).where(LABEL.ID.eq(removed)).execute();
        }
        return true;
    }

    @Override
    public boolean put(Tx tx, LabelId label, MessageId message, Instant occurredAt, Instant now) {
        // Locked, so that nobody puts on what is being removed: the rows would outlive the label.
        boolean isThere = JooqTx.sql(tx)
                .select(LABEL.ID)
                .from(LABEL)
                .where(LABEL.ID.eq(label.value()).and(LABEL.REMOVED_AT.isNull()))
                .forUpdate()
                .fetchOptional()
                .isPresent();
        return isThere
                && MESSAGE_LABELS.insertIfAbsent(
                        tx, new MessageLabelRecord(message.value(), label.value(), occurredAt, now));
    }

    @Override
    public boolean take(Tx tx, LabelId label, MessageId message) {
        return JooqTx.sql(tx)
                        .deleteFrom(MESSAGE_LABEL)
                        .where(MESSAGE_LABEL.MESSAGE_ID.eq(message.value()))
                        .and(MESSAGE_LABEL.LABEL_ID.eq(label.value()))
                        .execute()
                == 1;
    }

    @Override
    public Map<MessageId, List<LabelId>> of(Tx tx, Collection<MessageId> messages) {
        Map<MessageId, List<LabelId>> found = new LinkedHashMap<>();
        JooqTx.sql(tx)
                .select(MESSAGE_LABEL.MESSAGE_ID, MESSAGE_LABEL.LABEL_ID)
                .from(MESSAGE_LABEL)
                // An outer join, though none is without its label, so that H2 begins with the messages.
                .leftJoin(LABEL)
                .on(LABEL.ID.eq(MESSAGE_LABEL.LABEL_ID))
                .where(MESSAGE_LABEL.MESSAGE_ID.in(
                        messages.stream().map(MessageId::value).toList()))
                .and(LABEL.REMOVED_AT.isNull())
                .orderBy(MESSAGE_LABEL.MESSAGE_ID, MESSAGE_LABEL.PUT_AT, MESSAGE_LABEL.LABEL_ID)
                .forEach(row -> found.computeIfAbsent(new MessageId(row.value1()), id -> new ArrayList<>())
                        .add(new LabelId(row.value2())));
        return found;
    }

    /** Whoever gives a name waits for those who give one, so that none takes it between the look for it and the change. */
    private static void lockNames(Tx tx, WorkspaceId workspace) {
        JooqTx.sql(tx)
                .select(WORKSPACE.ID)
                .from(WORKSPACE)
                .where(WORKSPACE.ID.eq(workspace.value()))
                .forUpdate()
                .fetch();
    }

    /** Folding can make a name many times as long. */
    private static UUID digest(String key) {
        return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8));
    }

    private static Condition is(WorkspaceId workspace, LabelId id) {
        return LABEL.ID
                .eq(id.value())
                .and(LABEL.WORKSPACE_ID.eq(workspace.value()))
                .and(LABEL.REMOVED_AT.isNull());
    }

    private static Label label(LabelRecord row) {
        return new Label(
                new LabelId(row.getId()),
                new WorkspaceId(row.getWorkspaceId()),
                row.getName(),
                row.getColor(),
                row.getCreatedAt());
    }
}
