package org.chancery.storage.event;

import static org.chancery.storage.jooq.Tables.EVENT_CURSOR;
import static org.chancery.storage.jooq.Tables.EVENT_HEAD;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.inline;

import java.util.List;
import java.util.Optional;
import org.chancery.core.event.EventCursors;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.EventCursorRecord;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;

/** Cursors in a table; the heads of the logs tell who is behind. */
public final class JooqEventCursors implements EventCursors {
    private static final RowInsert<EventCursorRecord> CURSORS = RowInsert.into(EVENT_CURSOR, Keys.PK_EVENT_CURSOR);

    @Override
    public List<WorkspaceId> behind(Tx tx, String reader, int limit) {
        return JooqTx.sql(tx)
                .select(EVENT_HEAD.WORKSPACE_ID)
                .from(EVENT_HEAD)
                .leftJoin(EVENT_CURSOR)
                .on(EVENT_CURSOR.WORKSPACE_ID.eq(EVENT_HEAD.WORKSPACE_ID).and(EVENT_CURSOR.READER.eq(reader)))
                .where(EVENT_HEAD.POSITION.gt(coalesce(EVENT_CURSOR.POSITION, inline(0L))))
                .limit(limit)
                .fetch(row -> new WorkspaceId(row.value1()));
    }

    @Override
    public long lock(Tx tx, String reader, WorkspaceId workspace) {
        return locked(tx, reader, workspace)
                .or(() -> {
                    CURSORS.insertIfAbsent(tx, new EventCursorRecord(workspace.value(), reader, 0L));
                    return locked(tx, reader, workspace);
                })
                .orElseThrow(() -> new IllegalStateException("no cursor of " + reader + " in " + workspace));
    }

    private static Optional<Long> locked(Tx tx, String reader, WorkspaceId workspace) {
        return JooqTx.sql(tx)
                .select(EVENT_CURSOR.POSITION)
                .from(EVENT_CURSOR)
                .where(EVENT_CURSOR.WORKSPACE_ID.eq(workspace.value()).and(EVENT_CURSOR.READER.eq(reader)))
                .forUpdate()
                .fetchOptional(EVENT_CURSOR.POSITION);
    }

    @Override
    public void move(Tx tx, String reader, WorkspaceId workspace, long position) {
        JooqTx.sql(tx)
                .update(EVENT_CURSOR)
                .set(EVENT_CURSOR.POSITION, position)
                .where(EVENT_CURSOR.WORKSPACE_ID.eq(workspace.value()).and(EVENT_CURSOR.READER.eq(reader)))
                .execute();
    }
}
