package org.chancery.storage.audit;

import static org.chancery.storage.jooq.Tables.AUDIT_ENTRY;
import static org.chancery.storage.jooq.Tables.AUDIT_HEAD;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.update;

import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.chancery.core.audit.AuditChain;
import org.chancery.core.audit.AuditEntry;
import org.chancery.core.audit.AuditLog.Head;
import org.chancery.core.audit.Author;
import org.chancery.core.audit.CanonicalJson;
import org.chancery.core.audit.ChainedEntry;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;
import org.chancery.storage.column.SafeText;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.AuditEntryRecord;
import org.chancery.storage.jooq.tables.records.AuditHeadRecord;
import org.chancery.storage.tx.FixedStatement;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.JooqTx.LastWork;
import org.chancery.storage.tx.JooqTx.Stage;
import org.chancery.storage.tx.RowInsert;

/** What a transaction appends to the record: chained and written at its end, under the lock of the workspace's head. */
final class Chaining implements LastWork {

    private static final RowInsert<AuditEntryRecord> ENTRIES = RowInsert.into(AUDIT_ENTRY, Keys.PK_AUDIT_ENTRY);
    private static final RowInsert<AuditHeadRecord> HEADS = RowInsert.into(AUDIT_HEAD, Keys.PK_AUDIT_HEAD);
    private static final FixedStatement LOCK_HEAD = new FixedStatement(select(AUDIT_HEAD.SEQ, AUDIT_HEAD.HASH)
            .from(AUDIT_HEAD)
            .where(AUDIT_HEAD.WORKSPACE_ID.eq(param("workspace", AUDIT_HEAD.WORKSPACE_ID)))
            .forUpdate());
    private static final FixedStatement MOVE_HEAD = new FixedStatement(update(AUDIT_HEAD)
            .set(AUDIT_HEAD.SEQ, param("seq", AUDIT_HEAD.SEQ))
            .set(AUDIT_HEAD.HASH, param("hash", AUDIT_HEAD.HASH))
            .where(AUDIT_HEAD.WORKSPACE_ID.eq(param("workspace", AUDIT_HEAD.WORKSPACE_ID))));

    /** In the order of workspaces, so that two transactions cannot wait for each other. */
    private final Map<UUID, List<AuditEntry>> byWorkspace = new TreeMap<>();

    void add(AuditEntry entry) {
        byWorkspace
                .computeIfAbsent(entry.workspace().value(), ignored -> new ArrayList<>())
                .add(entry);
    }

    @Override
    public Stage stage() {
        return Stage.AUDIT;
    }

    @Override
    public void run(JooqTx tx) {
        byWorkspace.forEach((workspace, appended) -> write(tx, workspace, appended));
    }

    private static void write(Tx tx, UUID workspace, List<AuditEntry> appended) {
        Head head = lock(tx, workspace);
        List<AuditEntryRecord> rows = new ArrayList<>();
        for (AuditEntry entry : appended) {
            ChainedEntry chained = chained(head, entry);
            rows.add(AuditRows.row(workspace, chained));
            head = new Head(chained.seq(), chained.hash());
        }
        ENTRIES.insertAll(tx, rows);
        MOVE_HEAD.execute(tx, head.seq(), head.hash(), workspace);
    }

    /** Locks the head until the transaction ends. */
    private static Head lock(Tx tx, UUID workspace) {
        return locked(tx, workspace)
                .or(() -> {
                    HEADS.insertIfAbsent(
                            tx, new AuditHeadRecord(workspace, 0L, AuditChain.origin(new WorkspaceId(workspace))));
                    return locked(tx, workspace);
                })
                .orElseThrow(() -> new IllegalStateException("no head of the record of workspace " + workspace));
    }

    private static Optional<Head> locked(Tx tx, UUID workspace) {
        return LOCK_HEAD.fetchFirst(tx, row -> new Head(row.getLong(1), row.getString(2)), workspace);
    }

    /** In the very words that the columns keep, for these are what is hashed. */
    private static ChainedEntry chained(Head head, AuditEntry entry) {
        Author author = entry.author();
        ChainedEntry unhashed = new ChainedEntry(
                head.seq() + 1,
                entry.at().truncatedTo(ChronoUnit.MILLIS),
                entry.kind().text(),
                new ChainedEntry.Actor(
                        author.kind(),
                        author.id(),
                        SafeText.of(SafeText.fit(AUDIT_ENTRY.ACTOR_LABEL, author.label())),
                        author.channel().text(),
                        author.token()),
                entry.subject(),
                CanonicalJson.write(entry.details()),
                head.hash(),
                "");
        return AuditRows.withHash(unhashed, AuditChain.hash(head.hash(), unhashed.content()));
    }
}
