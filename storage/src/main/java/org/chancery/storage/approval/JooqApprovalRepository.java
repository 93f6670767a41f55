package org.chancery.storage.approval;

import static org.chancery.storage.jooq.Tables.APPROVAL;
import static org.chancery.storage.jooq.Tables.APPROVAL_DECISION;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.chancery.core.approval.Approval;
import org.chancery.core.approval.ApprovalRepository;
import org.chancery.core.approval.ApprovalStatus;
import org.chancery.core.approval.Decision;
import org.chancery.core.id.ApprovalId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.tx.Tx;
import org.chancery.storage.column.SafeText;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.ApprovalDecisionRecord;
import org.chancery.storage.jooq.tables.records.ApprovalRecord;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Index;
import org.jspecify.annotations.Nullable;

/** Approvals in one table, the decisions about them in another. */
public final class JooqApprovalRepository implements ApprovalRepository {
    private static final RowInsert<ApprovalRecord> APPROVALS = RowInsert.into(APPROVAL, Keys.UQ_APPROVAL_MESSAGE);
    private static final RowInsert<ApprovalDecisionRecord> DECISIONS =
            RowInsert.into(APPROVAL_DECISION, Keys.PK_APPROVAL_DECISION);

    @Override
    public void add(Tx tx, Approval approval) {
        APPROVALS.insert(tx, ApprovalRows.row(approval));
    }

    @Override
    public Optional<Approval> find(Tx tx, WorkspaceId workspace, ApprovalId id) {
        return JooqTx.sql(tx).selectFrom(APPROVAL).where(is(workspace, id)).fetchOptional(ApprovalRows::approval);
    }

    @Override
    public Optional<Approval> lock(Tx tx, WorkspaceId workspace, ApprovalId id) {
        return JooqTx.sql(tx)
                .selectFrom(APPROVAL)
                .where(is(workspace, id))
                .forUpdate()
                .fetchOptional(ApprovalRows::approval);
    }

    private static Condition is(WorkspaceId workspace, ApprovalId id) {
        return APPROVAL.ID.eq(id.value()).and(APPROVAL.WORKSPACE_ID.eq(workspace.value()));
    }

    @Override
    public Optional<Approval> ofMessage(Tx tx, WorkspaceId workspace, MessageId message) {
        return JooqTx.sql(tx)
                .selectFrom(APPROVAL)
                .where(APPROVAL.MESSAGE_ID.eq(message.value()))
                .and(APPROVAL.WORKSPACE_ID.eq(workspace.value()))
                .fetchOptional(ApprovalRows::approval);
    }

    @Override
    public boolean move(Tx tx, ApprovalId id, ApprovalStatus expected, ApprovalStatus next, String standing) {
        ApprovalRecord changes = new ApprovalRecord();
        changes.setStatus(next.text());
        changes.setStanding(SafeText.fit(APPROVAL.STANDING, standing));
        return change(tx, id, expected, changes);
    }

    @Override
    public boolean reopen(Tx tx, ApprovalId id, @Nullable Instant expiresAt) {
        ApprovalRecord changes = new ApprovalRecord();
        changes.setStatus(ApprovalStatus.PENDING.text());
        changes.setStanding("");
        changes.setExpiresAt(expiresAt);
        return change(tx, id, ApprovalStatus.EXPIRED, changes);
    }

    private static boolean change(Tx tx, ApprovalId id, ApprovalStatus expected, ApprovalRecord changes) {
        return JooqTx.sql(tx)
                        .update(APPROVAL)
                        .set(changes)
                        .where(APPROVAL.ID.eq(id.value()))
                        .and(APPROVAL.STATUS.eq(expected.text()))
                        .execute()
                == 1;
    }

    @Override
    public void revise(Tx tx, ApprovalId id, RawDigest digest, String summary) {
        JooqTx.sql(tx)
                .update(APPROVAL)
                .set(APPROVAL.DIGEST, digest.hex())
                .set(APPROVAL.SUMMARY, SafeText.fit(APPROVAL.SUMMARY, summary))
                .where(APPROVAL.ID.eq(id.value()))
                .execute();
    }

    @Override
    public void add(Tx tx, ApprovalId id, Decision decision) {
        int number = JooqTx.sql(tx).fetchCount(APPROVAL_DECISION, APPROVAL_DECISION.APPROVAL_ID.eq(id.value()));
        DECISIONS.insert(tx, ApprovalRows.row(id, number + 1, decision));
    }

    @Override
    public List<Decision> decisions(Tx tx, ApprovalId id) {
        return JooqTx.sql(tx)
                .selectFrom(APPROVAL_DECISION)
                .where(APPROVAL_DECISION.APPROVAL_ID.eq(id.value()))
                .orderBy(IndexOrder.up(Keys.PK_APPROVAL_DECISION))
                .fetch(ApprovalRows::decision);
    }

    @Override
    public List<Approval> page(Tx tx, Question question, int limit) {
        ApprovalId before = question.before();
        Condition where = APPROVAL.STATUS.eq(question.status().text());
        Index index = switch (question.whose()) {
            case Whose.Everybodys ignored -> Indexes.IX_APPROVAL_WORKSPACE;
            case Whose.AtEndpoint at -> {
                where = where.and(APPROVAL.ENDPOINT_ID.eq(at.endpoint().value()));
                yield Indexes.IX_APPROVAL_ENDPOINT;
            }
            case Whose.AskedBy asked -> {
                where = where.and(APPROVAL.REQUESTER_ID.eq(asked.requester()));
                yield Indexes.IX_APPROVAL_REQUESTER;
            }
        };
        if (before != null) {
            where = where.and(APPROVAL.ID.lt(before.value()));
        }
        DSLContext sql = JooqTx.sql(tx);
        return sql.selectFrom(IndexOrder.by(sql, APPROVAL, index))
                .where(where)
                .and(APPROVAL.WORKSPACE_ID.eq(question.workspace().value()))
                .orderBy(IndexOrder.down(index))
                .limit(limit)
                .fetch(ApprovalRows::approval);
    }

    @Override
    public List<Approval> overdue(Tx tx, Instant now, @Nullable Approval after, int limit) {
        Condition where = APPROVAL.STATUS
                .eq(ApprovalStatus.PENDING.text())
                .and(IndexOrder.isSet(APPROVAL.EXPIRES_AT))
                .and(APPROVAL.EXPIRES_AT.le(now));
        if (after != null) {
            Instant ended = Objects.requireNonNull(after.expiresAt(), "it was overdue");
            // The first bound is for the index: the second alone would be read over.
            Condition behind =
                    APPROVAL.EXPIRES_AT.gt(ended).or(APPROVAL.ID.gt(after.id().value()));
            where = where.and(APPROVAL.EXPIRES_AT.ge(ended)).and(behind);
        }
        return JooqTx.sql(tx)
                .selectFrom(APPROVAL)
                .where(where)
                .orderBy(IndexOrder.up(Indexes.IX_APPROVAL_DUE))
                .limit(limit)
                .fetch(ApprovalRows::approval);
    }
}
