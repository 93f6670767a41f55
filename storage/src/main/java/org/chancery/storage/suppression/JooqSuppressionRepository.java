package org.chancery.storage.suppression;

import static org.chancery.storage.jooq.Tables.SUPPRESSION;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SuppressionId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.suppression.Suppression;
import org.chancery.core.suppression.Suppression.Cause;
import org.chancery.core.suppression.SuppressionRepository;
import org.chancery.core.tx.Tx;
import org.chancery.storage.column.SafeText;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.SuppressionRecord;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;
import org.jooq.Condition;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** One row for each suppressed address of a workspace. */
public final class JooqSuppressionRepository implements SuppressionRepository {
    private static final RowInsert<SuppressionRecord> SUPPRESSIONS = RowInsert.into(SUPPRESSION, Keys.PK_SUPPRESSION);

    @Override
    public boolean add(Tx tx, Suppression suppression) {
        MessageId message = suppression.message();
        SuppressionRecord row = new SuppressionRecord();
        row.setCanonical(suppression.address().canonical());
        row.setWorkspaceId(suppression.workspace().value());
        row.setId(suppression.id().value());
        row.setAddress(suppression.address().toString());
        row.setCause(suppression.cause().text());
        row.setNote(SafeText.fit(SUPPRESSION.NOTE, suppression.note()));
        row.setMessageId(message == null ? null : message.value());
        row.setAddedBy(SafeText.fit(SUPPRESSION.ADDED_BY, suppression.by()));
        row.setAddedAt(suppression.at());
        return SUPPRESSIONS.insertIfAbsent(tx, row);
    }

    @Override
    public Optional<Suppression> find(Tx tx, WorkspaceId workspace, EmailAddress address) {
        return JooqTx.sql(tx)
                .selectFrom(SUPPRESSION)
                .where(is(workspace, address))
                .fetchOptional(JooqSuppressionRepository::suppression);
    }

    @Override
    public Set<EmailAddress> among(Tx tx, WorkspaceId workspace, Collection<EmailAddress> addresses) {
        Set<String> suppressed = new HashSet<>(JooqTx.sql(tx)
                .select(SUPPRESSION.CANONICAL)
                .from(SUPPRESSION)
                .where(SUPPRESSION.CANONICAL.in(
                        addresses.stream().map(EmailAddress::canonical).toList()))
                .and(SUPPRESSION.WORKSPACE_ID.eq(workspace.value()))
                .fetch(SUPPRESSION.CANONICAL));
        return addresses.stream()
                .filter(address -> suppressed.contains(address.canonical()))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Optional<Suppression> remove(Tx tx, WorkspaceId workspace, EmailAddress address) {
        Optional<Suppression> found = JooqTx.sql(tx)
                .selectFrom(SUPPRESSION)
                .where(is(workspace, address))
                .forUpdate()
                .fetchOptional(JooqSuppressionRepository::suppression);
        if (found.isPresent()) {
            JooqTx.sql(tx).deleteFrom(SUPPRESSION).where(is(workspace, address)).execute();
        }
        return found;
    }

    private static Condition is(WorkspaceId workspace, EmailAddress address) {
        return SUPPRESSION.CANONICAL.eq(address.canonical()).and(SUPPRESSION.WORKSPACE_ID.eq(workspace.value()));
    }

    @Override
    public List<Suppression> page(Tx tx, WorkspaceId workspace, @Nullable Place before, int limit) {
        Condition behind = before == null
                ? DSL.noCondition()
                : SUPPRESSION
                        .ADDED_AT
                        .le(before.at())
                        .and(SUPPRESSION
                                .ADDED_AT
                                .lt(before.at())
                                .or(SUPPRESSION.CANONICAL.lt(before.address().canonical())));
        return JooqTx.sql(tx)
                .selectFrom(SUPPRESSION)
                .where(SUPPRESSION.WORKSPACE_ID.eq(workspace.value()))
                .and(behind)
                .orderBy(IndexOrder.down(Indexes.IX_SUPPRESSION_LIST))
                .limit(limit)
                .fetch(JooqSuppressionRepository::suppression);
    }

    private static Suppression suppression(SuppressionRecord row) {
        return new Suppression(
                new SuppressionId(row.getId()),
                new WorkspaceId(row.getWorkspaceId()),
                EmailAddress.of(row.getAddress()),
                Cause.parse(row.getCause()).orElseThrow(),
                row.getNote(),
                row.getMessageId() == null ? null : new MessageId(row.getMessageId()),
                row.getAddedBy(),
                row.getAddedAt());
    }
}
