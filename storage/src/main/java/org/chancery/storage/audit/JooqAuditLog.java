package org.chancery.storage.audit;

import static org.chancery.storage.jooq.Tables.AUDIT_ENTRY;
import static org.chancery.storage.jooq.Tables.AUDIT_HEAD;
import static org.jooq.impl.DSL.inline;

import java.util.List;
import java.util.UUID;
import org.chancery.core.audit.AuditChain;
import org.chancery.core.audit.AuditEntry;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.audit.ChainedEntry;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Index;

/** The record in a table. Appended entries are kept back and written as a transaction's last statements but the events. */
public final class JooqAuditLog implements AuditLog {

    @Override
    public void append(Tx tx, AuditEntry entry) {
        JooqTx.of(tx).lastWork(this, Chaining.class, Chaining::new).add(entry);
    }

    @Override
    public Head head(Tx tx, WorkspaceId workspace) {
        return JooqTx.sql(tx)
                .select(AUDIT_HEAD.SEQ, AUDIT_HEAD.HASH)
                .from(AUDIT_HEAD)
                .where(AUDIT_HEAD.WORKSPACE_ID.eq(workspace.value()))
                .fetchOptional(row -> new Head(row.value1(), row.value2()))
                .orElseGet(() -> new Head(0, AuditChain.origin(workspace)));
    }

    @Override
    public List<ChainedEntry> page(Tx tx, Question question, int limit) {
        UUID workspace = question.workspace().value();
        Condition which = AUDIT_ENTRY.WORKSPACE_ID.eq(workspace);
        if (question.actor() != null) {
            which = which.and(AUDIT_ENTRY.ACTOR_ID.eq(question.actor()));
        }
        if (question.kind() != null) {
            which = which.and(AUDIT_ENTRY.KIND.eq(question.kind().text()));
        }
        if (question.since() != null) {
            which = which.and(AUDIT_ENTRY.AT.ge(question.since()));
        }
        Place before = question.before();
        if (before != null) {
            // The first part says the same once more in a way that bounds the range of an index.
            which = which.and(AUDIT_ENTRY.AT.le(before.at()))
                    .and(AUDIT_ENTRY.AT.lt(before.at()).or(AUDIT_ENTRY.SEQ.lt(before.seq())));
        }
        DSLContext sql = JooqTx.sql(tx);
        Index index = index(question);
        return sql.selectFrom(IndexOrder.by(sql, AUDIT_ENTRY, index))
                .where(which)
                .orderBy(IndexOrder.down(index))
                .limit(inline(limit))
                .fetch(AuditRows::entry);
    }

    /** In which the entries that are asked for stand one behind the other. */
    private static Index index(Question question) {
        if (question.actor() != null) {
            return question.kind() == null ? Indexes.IX_AUDIT_ENTRY_ACTOR : Indexes.IX_AUDIT_ENTRY_ACTOR_KIND;
        }
        return question.kind() == null ? Indexes.IX_AUDIT_ENTRY_AT : Indexes.IX_AUDIT_ENTRY_KIND;
    }

    @Override
    public List<ChainedEntry> about(Tx tx, WorkspaceId workspace, String subject, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(AUDIT_ENTRY)
                .where(AUDIT_ENTRY.WORKSPACE_ID.eq(workspace.value()).and(AUDIT_ENTRY.SUBJECT.eq(subject)))
                .orderBy(IndexOrder.up(Indexes.IX_AUDIT_ENTRY_SUBJECT))
                .limit(inline(limit))
                .fetch(AuditRows::entry);
    }

    @Override
    public List<ChainedEntry> after(Tx tx, WorkspaceId workspace, long seq, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(AUDIT_ENTRY)
                .where(AUDIT_ENTRY.WORKSPACE_ID.eq(workspace.value()).and(AUDIT_ENTRY.SEQ.gt(seq)))
                .orderBy(IndexOrder.up(Keys.PK_AUDIT_ENTRY))
                .limit(inline(limit))
                .fetch(AuditRows::entry);
    }
}
