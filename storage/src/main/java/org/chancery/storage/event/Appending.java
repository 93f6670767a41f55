package org.chancery.storage.event;

import static org.chancery.storage.jooq.Tables.EVENT;
import static org.chancery.storage.jooq.Tables.EVENT_HEAD;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.update;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.id.EndpointId;
import org.chancery.core.tx.Tx;
import org.chancery.storage.column.Json;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.EventHeadRecord;
import org.chancery.storage.jooq.tables.records.EventRecord;
import org.chancery.storage.tx.FixedStatement;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.JooqTx.LastWork;
import org.chancery.storage.tx.JooqTx.Stage;
import org.chancery.storage.tx.RowInsert;
import org.jooq.JSONB;

/** What a transaction appends: numbered and written at its end, under the lock of the workspace's head. */
final class Appending implements LastWork {

    private static final RowInsert<EventRecord> EVENTS = RowInsert.into(EVENT, EVENT.getPrimaryKey());
    private static final RowInsert<EventHeadRecord> HEADS = RowInsert.into(EVENT_HEAD, Keys.PK_EVENT_HEAD);
    private static final FixedStatement MOVE_HEAD = new FixedStatement(update(EVENT_HEAD)
            .set(EVENT_HEAD.POSITION, EVENT_HEAD.POSITION.plus(param("by", Long.class)))
            .where(EVENT_HEAD.WORKSPACE_ID.eq(param("workspace", EVENT_HEAD.WORKSPACE_ID)))
            .returningResult(EVENT_HEAD.POSITION));

    private record Written(DomainEvent event, JSONB payload) {}

    /** In the order of workspaces, so that two transactions cannot wait for each other. */
    private final Map<UUID, List<Written>> byWorkspace = new TreeMap<>();

    void add(Tx tx, DomainEvent event, Runnable ring) {
        List<Written> appended = byWorkspace.computeIfAbsent(event.workspace().value(), ignored -> {
            tx.afterCommit(ring);
            return new ArrayList<>();
        });
        appended.add(new Written(event, Json.write(event.payload())));
    }

    @Override
    public Stage stage() {
        return Stage.EVENTS;
    }

    @Override
    public void run(JooqTx tx) {
        byWorkspace.forEach((workspace, appended) -> {
            if (!appended.isEmpty()) {
                write(tx, workspace, appended);
                appended.clear();
            }
        });
    }

    private static void write(Tx tx, UUID workspace, List<Written> appended) {
        long position = advance(tx, workspace, appended.size()) - appended.size();
        List<EventRecord> rows = new ArrayList<>();
        for (Written written : appended) {
            rows.add(row(++position, written));
        }
        EVENTS.insertAll(tx, rows);
    }

    /** Locks the head until the transaction ends, and moves it on; returns where it stands then. */
    private static long advance(Tx tx, UUID workspace, int by) {
        return moveHead(tx, workspace, by)
                .or(() -> {
                    HEADS.insertIfAbsent(tx, new EventHeadRecord(workspace, 0L));
                    return moveHead(tx, workspace, by);
                })
                .orElseThrow(() -> new IllegalStateException("no head of the event log of workspace " + workspace));
    }

    private static Optional<Long> moveHead(Tx tx, UUID workspace, int by) {
        return MOVE_HEAD.fetchFirst(tx, row -> row.getLong(1), (long) by, workspace);
    }

    private static EventRecord row(long position, Written written) {
        DomainEvent event = written.event();
        EndpointId endpoint = event.endpoint();
        EventRecord row = new EventRecord();
        row.setWorkspaceId(event.workspace().value());
        row.setPosition(position);
        row.setId(event.id().value());
        row.setEndpointId(endpoint == null ? null : endpoint.value());
        row.setType(event.type().text());
        row.setPayload(written.payload());
        row.setCreatedAt(event.createdAt());
        return row;
    }
}
