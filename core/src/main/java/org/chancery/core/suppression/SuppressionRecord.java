package org.chancery.core.suppression;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.chancery.core.audit.AuditEntry;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.Author;
import org.chancery.core.audit.Digests;

/** What the record tells of suppressions: never the address, which their ids stand for. */
final class SuppressionRecord {
    private SuppressionRecord() {}

    static AuditEntry added(Suppression added, Author by) {
        Map<String, Object> details = details(added);
        details.put("note_digest", Digests.ofText(added.note()));
        return entry(AuditKind.SUPPRESSION_ADDED, added, by, details, added.at());
    }

    static AuditEntry lifted(Suppression lifted, Author by, Instant now) {
        return entry(AuditKind.SUPPRESSION_LIFTED, lifted, by, details(lifted), now);
    }

    private static Map<String, Object> details(Suppression suppression) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("cause", suppression.cause().text());
        if (suppression.message() != null) {
            details.put("message_id", suppression.message().text());
        }
        return details;
    }

    private static AuditEntry entry(
            AuditKind kind, Suppression suppression, Author by, Map<String, Object> details, Instant now) {
        return new AuditEntry(
                suppression.workspace(), now, kind, by, suppression.id().text(), details);
    }
}
