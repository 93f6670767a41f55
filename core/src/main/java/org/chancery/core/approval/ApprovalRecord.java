package org.chancery.core.approval;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chancery.core.access.ApprovalRuleTree;
import org.chancery.core.access.ApprovalRules;
import org.chancery.core.audit.AuditEntry;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.Author;
import org.chancery.core.audit.Digests;

/** What the record tells of approvals: which bytes were held by which rule, and what was decided about which bytes. */
public final class ApprovalRecord {
    private ApprovalRecord() {}

    /** @param size octets of what is held */
    public static AuditEntry queued(Approval approval, long size, Author by) {
        Map<String, Object> details = of(approval);
        details.put("size", size);
        if (approval.expiresAt() != null) {
            // As the API shows it.
            Instant end = approval.expiresAt().truncatedTo(ChronoUnit.MILLIS);
            details.put("expires_at", end.toString());
        }
        details.put("rule", ApprovalRuleTree.write(new ApprovalRules(List.of(approval.rule()))));
        return entry(AuditKind.APPROVAL_QUEUED, approval, by, details, approval.createdAt());
    }

    /** What a person said about it. */
    static AuditEntry decided(AuditKind kind, Approval approval, Decision decision, Author by) {
        Map<String, Object> details = of(approval);
        details.put("note_digest", Digests.ofText(decision.note()));
        if (decision.edited() != null) {
            details.put("edited_digest", decision.edited().hex());
        }
        return entry(kind, approval, by, details, decision.at());
    }

    /** A yes to what was not there any more as it was. */
    static AuditEntry failed(Approval approval, Decision decision, String why, Author by) {
        Map<String, Object> details = of(approval);
        details.put("note_digest", Digests.ofText(decision.note()));
        details.put("reason_digest", Digests.ofText(why));
        return entry(AuditKind.APPROVAL_FAILED, approval, by, details, decision.at());
    }

    /** It lost its reason. */
    public static AuditEntry cancelled(Approval approval, String reason, Author by, Instant now) {
        Map<String, Object> details = of(approval);
        details.put("reason_digest", Digests.ofText(reason));
        return entry(AuditKind.APPROVAL_CANCELLED, approval, by, details, now);
    }

    /** How it ended without a decision about it. */
    public static AuditEntry ended(AuditKind kind, Approval approval, Author by, Instant now) {
        return entry(kind, approval, by, of(approval), now);
    }

    private static Map<String, Object> of(Approval approval) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("action_type", approval.actionType());
        details.put("message_id", approval.held().message().text());
        details.put("inbox_id", approval.held().endpoint().text());
        details.put("raw_digest", approval.held().digest().hex());
        details.put("reviewers", approval.rule().reviewers());
        return details;
    }

    private static AuditEntry entry(
            AuditKind kind, Approval approval, Author by, Map<String, Object> details, Instant now) {
        return new AuditEntry(approval.workspace(), now, kind, by, approval.id().text(), details);
    }
}
