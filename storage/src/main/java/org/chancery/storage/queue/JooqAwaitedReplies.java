package org.chancery.storage.queue;

import static org.chancery.storage.jooq.Tables.AWAITED_REPLY;
import static org.chancery.storage.jooq.Tables.MESSAGE;

import java.time.Instant;
import java.util.List;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.Classification;
import org.chancery.core.queue.AwaitedReplies;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.tables.records.AwaitedReplyRecord;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;

/** One row for each mail until it is due. */
public final class JooqAwaitedReplies implements AwaitedReplies {
    private static final RowInsert<AwaitedReplyRecord> AWAITED =
            RowInsert.into(AWAITED_REPLY, AWAITED_REPLY.getPrimaryKey());

    @Override
    public void await(Tx tx, Awaited awaited) {
        AwaitedReplyRecord row = new AwaitedReplyRecord();
        row.setMessageId(awaited.message().value());
        row.setWorkspaceId(awaited.workspace().value());
        row.setDueAt(awaited.dueAt());
        AWAITED.insertIfAbsent(tx, row);
    }

    @Override
    public List<Awaited> due(Tx tx, Instant now, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(AWAITED_REPLY)
                .where(AWAITED_REPLY.DUE_AT.le(now))
                .orderBy(IndexOrder.up(Indexes.IX_AWAITED_REPLY_DUE))
                .limit(limit)
                .fetch(row -> new Awaited(
                        new MessageId(row.getMessageId()), new WorkspaceId(row.getWorkspaceId()), row.getDueAt()));
    }

    @Override
    public boolean isAnswered(Tx tx, WorkspaceId workspace, ThreadId thread, Instant since) {
        return JooqTx.sql(tx)
                .fetchExists(
                        MESSAGE,
                        MESSAGE.THREAD_ID
                                .eq(thread.value())
                                .and(MESSAGE.OCCURRED_AT.ge(since))
                                .and(MESSAGE.WORKSPACE_ID.eq(workspace.value()))
                                .and(MESSAGE.INBOUND)
                                .and(MESSAGE.CLASSIFICATION.eq(Classification.HUMAN.text())));
    }

    @Override
    public boolean take(Tx tx, MessageId message) {
        return JooqTx.sql(tx)
                        .deleteFrom(AWAITED_REPLY)
                        .where(AWAITED_REPLY.MESSAGE_ID.eq(message.value()))
                        .execute()
                > 0;
    }
}
