package org.chancery.storage.mailbox;

import static org.chancery.storage.jooq.Tables.FOLDER;
import static org.chancery.storage.jooq.Tables.FOLDER_ENTRY;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.update;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.FolderId;
import org.chancery.core.id.MessageId;
import org.chancery.core.mailbox.FolderRepository;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.FolderEntryRecord;
import org.chancery.storage.jooq.tables.records.FolderRecord;
import org.chancery.storage.tx.FixedStatement;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;
import org.jooq.Condition;

/** Folders and their entries in tables. Whoever changes a folder locks its row, which hands out UIDs and mod-sequences. */
public final class JooqFolderRepository implements FolderRepository {
    private static final RowInsert<FolderRecord> FOLDERS = RowInsert.into(FOLDER, Keys.UQ_FOLDER_NAME);
    private static final RowInsert<FolderEntryRecord> ENTRIES =
            RowInsert.into(FOLDER_ENTRY, FOLDER_ENTRY.getPrimaryKey());

    private static final FixedStatement NEXT = new FixedStatement(update(FOLDER)
            .set(FOLDER.UID_NEXT, FOLDER.UID_NEXT.plus(inline(1)))
            .set(FOLDER.HIGHEST_MOD_SEQ, FOLDER.HIGHEST_MOD_SEQ.plus(inline(1)))
            .where(FOLDER.ENDPOINT_ID.eq(param("endpoint", FOLDER.ENDPOINT_ID)))
            .and(FOLDER.NAME.eq(param("name", FOLDER.NAME)))
            .returningResult(FOLDER.ID, FOLDER.UID_NEXT, FOLDER.HIGHEST_MOD_SEQ));

    /** RFC 7162 §3.1.2.2: a mod-sequence is positive, also that of an empty folder. */
    private static final long FIRST_MOD_SEQ = 1;

    /** RFC 9051 §2.3.1.1: UIDs begin with 1. */
    private static final long FIRST_UID = 1;

    @Override
    public void create(Tx tx, EndpointId endpoint, Instant now) {
        FOLDERS.insertAll(
                tx,
                STANDARD.stream()
                        .map(name -> new FolderRecord(
                                FolderId.at(now).value(),
                                endpoint.value(),
                                name,
                                now.getEpochSecond(),
                                FIRST_UID,
                                FIRST_MOD_SEQ))
                        .toList());
    }

    @Override
    public Optional<Folder> find(Tx tx, EndpointId endpoint, String name) {
        return JooqTx.sql(tx).selectFrom(FOLDER).where(is(endpoint, name)).fetchOptional(JooqFolderRepository::folder);
    }

    @Override
    public Entry append(Tx tx, EndpointId endpoint, String folder, MessageId message, Flags flags) {
        FolderRecord next = NEXT.fetchFirst(tx, JooqFolderRepository::numbers, endpoint.value(), folder)
                .orElseThrow(() -> new IllegalStateException(endpoint + " has no folder " + folder));
        Entry entry = new Entry(message, next.getUidNext() - 1, next.getHighestModSeq(), flags);
        FolderEntryRecord row = new FolderEntryRecord();
        row.setFolderId(next.getId());
        row.setUid(entry.uid());
        row.setMessageId(message.value());
        setFlags(row, entry.modSeq(), flags);
        ENTRIES.insert(tx, row);
        return entry;
    }

    private static FolderRecord numbers(ResultSet row) throws SQLException {
        FolderRecord numbers = new FolderRecord();
        numbers.setId(row.getObject(1, UUID.class));
        numbers.setUidNext(row.getLong(2));
        numbers.setHighestModSeq(row.getLong(3));
        return numbers;
    }

    private static void setFlags(FolderEntryRecord row, long modSeq, Flags flags) {
        row.setModSeq(modSeq);
        row.setSeen(flags.seen());
        row.setAnswered(flags.answered());
        row.setFlagged(flags.flagged());
        row.setDeleted(flags.deleted());
        row.setDraft(flags.draft());
        row.setKeywords(text(flags.keywords()));
    }

    @Override
    public boolean remove(Tx tx, EndpointId endpoint, String folder, MessageId message) {
        UUID id = JooqTx.sql(tx)
                .select(FOLDER.ID)
                .from(FOLDER)
                .where(is(endpoint, folder))
                .forUpdate()
                .fetchOne(FOLDER.ID);
        if (id == null) {
            return false;
        }
        boolean wasThere = JooqTx.sql(tx)
                        .deleteFrom(FOLDER_ENTRY)
                        .where(FOLDER_ENTRY.MESSAGE_ID.eq(message.value()).and(FOLDER_ENTRY.FOLDER_ID.eq(id)))
                        .execute()
                > 0;
        if (wasThere) {
            nextModSeq(tx, id);
        }
        return wasThere;
    }

    @Override
    public void flag(Tx tx, EndpointId endpoint, MessageId message, Flags flags) {
        List<UUID> folders = JooqTx.sql(tx)
                .selectDistinct(FOLDER.ID)
                .from(FOLDER_ENTRY)
                .join(FOLDER)
                .on(FOLDER.ID.eq(FOLDER_ENTRY.FOLDER_ID))
                .where(FOLDER_ENTRY.MESSAGE_ID.eq(message.value()))
                .and(FOLDER.ENDPOINT_ID.eq(endpoint.value()))
                .orderBy(FOLDER.ID)
                .fetch(FOLDER.ID);
        for (UUID folder : folders) {
            flag(tx, folder, message, flags);
        }
    }

    private static void flag(Tx tx, UUID folder, MessageId message, Flags flags) {
        FolderEntryRecord changes = new FolderEntryRecord();
        setFlags(changes, nextModSeq(tx, folder), flags);
        JooqTx.sql(tx)
                .update(FOLDER_ENTRY)
                .set(changes)
                .where(FOLDER_ENTRY.MESSAGE_ID.eq(message.value()).and(FOLDER_ENTRY.FOLDER_ID.eq(folder)))
                .execute();
    }

    @Override
    public List<Entry> entries(Tx tx, FolderId folder, long fromUid, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(FOLDER_ENTRY)
                .where(FOLDER_ENTRY.FOLDER_ID.eq(folder.value()).and(FOLDER_ENTRY.UID.ge(fromUid)))
                .orderBy(IndexOrder.up(Keys.PK_FOLDER_ENTRY))
                .limit(limit)
                .fetch(JooqFolderRepository::entry);
    }

    private static Condition is(EndpointId endpoint, String name) {
        return FOLDER.ENDPOINT_ID.eq(endpoint.value()).and(FOLDER.NAME.eq(name));
    }

    /** Locks the folder, and gives the mod-sequence of the change. */
    private static long nextModSeq(Tx tx, UUID folder) {
        return JooqTx.sql(tx)
                .update(FOLDER)
                .set(FOLDER.HIGHEST_MOD_SEQ, FOLDER.HIGHEST_MOD_SEQ.plus(1))
                .where(FOLDER.ID.eq(folder))
                .returningResult(FOLDER.HIGHEST_MOD_SEQ)
                .fetchSingle(FOLDER.HIGHEST_MOD_SEQ);
    }

    private static Folder folder(FolderRecord row) {
        return new Folder(
                new FolderId(row.getId()),
                new EndpointId(row.getEndpointId()),
                row.getName(),
                row.getUidValidity(),
                row.getUidNext(),
                row.getHighestModSeq());
    }

    private static Entry entry(FolderEntryRecord row) {
        Flags flags = new Flags(
                row.getSeen(),
                row.getAnswered(),
                row.getFlagged(),
                row.getDeleted(),
                row.getDraft(),
                keywords(row.getKeywords()));
        return new Entry(new MessageId(row.getMessageId()), row.getUid(), row.getModSeq(), flags);
    }

    // RFC 9051 §2.3.2: a keyword is an atom, so that a space can stand between two.
    private static String text(List<String> keywords) {
        return String.join(" ", keywords);
    }

    private static List<String> keywords(String text) {
        return text.isEmpty() ? List.of() : Arrays.asList(text.split(" "));
    }
}
