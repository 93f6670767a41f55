package org.chancery.storage.send;

import static org.chancery.storage.jooq.Tables.SCHEDULED_SEND;

import java.time.Instant;
import java.util.List;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.send.ScheduleRepository;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.tables.records.ScheduledSendRecord;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;

/** Scheduled mail in a table of its own, so that what is due is found without a look at any other mail. */
public final class JooqScheduleRepository implements ScheduleRepository {

    @Override
    public void add(Tx tx, Scheduled scheduled) {
        TokenId token = scheduled.token();
        JooqTx.sql(tx)
                .insertInto(SCHEDULED_SEND)
                .set(new ScheduledSendRecord(
                        scheduled.message().value(),
                        scheduled.workspace().value(),
                        scheduled.endpoint().value(),
                        token == null ? null : token.value(),
                        scheduled.dueAt()))
                .execute();
    }

    @Override
    public List<Scheduled> due(Tx tx, Instant now, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(SCHEDULED_SEND)
                .where(SCHEDULED_SEND.DUE_AT.le(now))
                .orderBy(IndexOrder.up(Indexes.IX_SCHEDULED_SEND_DUE))
                .limit(limit)
                .fetch(JooqScheduleRepository::scheduled);
    }

    @Override
    public List<Scheduled> at(Tx tx, EndpointId endpoint, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(SCHEDULED_SEND)
                .where(SCHEDULED_SEND.ENDPOINT_ID.eq(endpoint.value()))
                .orderBy(IndexOrder.up(Indexes.IX_SCHEDULED_SEND_ENDPOINT))
                .limit(limit)
                .fetch(JooqScheduleRepository::scheduled);
    }

    @Override
    public boolean take(Tx tx, MessageId message) {
        return JooqTx.sql(tx)
                        .deleteFrom(SCHEDULED_SEND)
                        .where(SCHEDULED_SEND.MESSAGE_ID.eq(message.value()))
                        .execute()
                == 1;
    }

    @Override
    public void postpone(Tx tx, MessageId message, Instant until) {
        JooqTx.sql(tx)
                .update(SCHEDULED_SEND)
                .set(SCHEDULED_SEND.DUE_AT, until)
                .where(SCHEDULED_SEND.MESSAGE_ID.eq(message.value()))
                .execute();
    }

    private static Scheduled scheduled(ScheduledSendRecord row) {
        return new Scheduled(
                new MessageId(row.getMessageId()),
                new WorkspaceId(row.getWorkspaceId()),
                new EndpointId(row.getEndpointId()),
                row.getTokenId() == null ? null : new TokenId(row.getTokenId()),
                row.getDueAt());
    }
}
