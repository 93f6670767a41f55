package org.chancery.core.dkim;

import java.time.Instant;
import java.util.Map;
import org.chancery.core.audit.AuditEntry;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.Author;
import org.chancery.core.id.WorkspaceId;

/** What the record tells of keys: to every workspace of their domain, and never a private one. */
final class SigningKeyRecord {
    private SigningKeyRecord() {}

    static AuditEntry created(WorkspaceId workspace, KeySet.Pair pair, Author by, Instant now) {
        return entry(AuditKind.SIGNING_KEYS_CREATED, workspace, pair, by, now);
    }

    static AuditEntry activated(WorkspaceId workspace, KeySet.Pair pair, Author by, Instant now) {
        return entry(AuditKind.SIGNING_KEYS_ACTIVATED, workspace, pair, by, now);
    }

    static AuditEntry discarded(WorkspaceId workspace, KeySet.Pair pair, Author by, Instant now) {
        return entry(AuditKind.SIGNING_KEYS_DISCARDED, workspace, pair, by, now);
    }

    private static AuditEntry entry(AuditKind kind, WorkspaceId workspace, KeySet.Pair pair, Author by, Instant now) {
        return new AuditEntry(
                workspace,
                now,
                kind,
                by,
                workspace.text(),
                Map.of("domain", pair.domain(), "selectors", pair.selectors()));
    }
}
