package org.chancery.storage.audit;

import java.util.UUID;
import org.chancery.core.audit.ChainedEntry;
import org.chancery.storage.jooq.tables.records.AuditEntryRecord;

/** Entries as rows. */
final class AuditRows {
    private AuditRows() {}

    static AuditEntryRecord row(UUID workspace, ChainedEntry entry) {
        ChainedEntry.Actor by = entry.actor();
        AuditEntryRecord row = new AuditEntryRecord();
        row.setWorkspaceId(workspace);
        row.setSeq(entry.seq());
        row.setAt(entry.at());
        row.setKind(entry.kind());
        row.setActorKind(by.kind());
        row.setActorId(by.id());
        row.setActorLabel(by.label());
        row.setChannel(by.channel());
        row.setTokenId(by.token());
        row.setSubject(entry.subject());
        row.setDetails(entry.details());
        row.setPreviousHash(entry.previousHash());
        row.setHash(entry.hash());
        return row;
    }

    static ChainedEntry entry(AuditEntryRecord row) {
        return new ChainedEntry(
                row.getSeq(),
                row.getAt(),
                row.getKind(),
                new ChainedEntry.Actor(
                        row.getActorKind(), row.getActorId(), row.getActorLabel(), row.getChannel(), row.getTokenId()),
                row.getSubject(),
                row.getDetails(),
                row.getPreviousHash(),
                row.getHash());
    }

    static ChainedEntry withHash(ChainedEntry entry, String hash) {
        return new ChainedEntry(
                entry.seq(),
                entry.at(),
                entry.kind(),
                entry.actor(),
                entry.subject(),
                entry.details(),
                entry.previousHash(),
                hash);
    }
}
