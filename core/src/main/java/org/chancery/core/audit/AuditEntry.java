package org.chancery.core.audit;

import java.time.Instant;
import java.util.Map;
import org.chancery.core.id.WorkspaceId;

/**
 * One thing that was decided or done, as it is appended to the record; the log gives it its place in the chain.
 *
 * <p>The record is never shortened, and mail is: so details hold ids, numbers, our own words, and digests of what
 * correspondents and people wrote ({@link Digests}); no address of a correspondent, no text of theirs, and no secret.
 *
 * @param subject the public id of what it is about
 * @param details a tree of texts, whole numbers, booleans, lists and maps
 */
public record AuditEntry(
        WorkspaceId workspace, Instant at, AuditKind kind, Author author, String subject, Map<String, ?> details) {
    public AuditEntry {
        details = Map.copyOf(details);
    }
}
