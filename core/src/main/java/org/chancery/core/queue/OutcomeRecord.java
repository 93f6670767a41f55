package org.chancery.core.queue;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.chancery.core.audit.AuditEntry;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.Author;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.suppression.Suppression;

/** What the record tells of what became of mail that left: how many recipients, and the evidence by its digest. */
public final class OutcomeRecord {
    private OutcomeRecord() {}

    static AuditEntry bounced(
            Outbound message, List<RecipientOutcome.Bounced> bounced, Map<String, ?> evidence, Instant now) {
        Map<String, Object> further = new LinkedHashMap<>(evidence);
        further.put(
                "bounce_categories",
                bounced.stream()
                        .map(one -> one.category().text())
                        .distinct()
                        .sorted()
                        .toList());
        return of(AuditKind.MESSAGE_BOUNCED, message, bounced.size(), further, now);
    }

    /**
     * What became of a mail.
     *
     * @param recipients for how many
     * @param evidence what it rests on
     */
    public static AuditEntry of(
            AuditKind kind, Outbound message, int recipients, Map<String, ?> evidence, Instant now) {
        Map<String, Object> details = new LinkedHashMap<>(evidence);
        details.put("recipients", recipients);
        return entry(kind, message, details, now);
    }

    static AuditEntry suppressed(Suppression added, Outbound message, Map<String, ?> evidence) {
        Map<String, Object> details = new LinkedHashMap<>(evidence);
        details.put("suppression_id", added.id().text());
        details.put("cause", added.cause().text());
        return entry(AuditKind.SUPPRESSION_ADDED, message, details, added.at());
    }

    private static AuditEntry entry(AuditKind kind, Outbound message, Map<String, Object> details, Instant now) {
        MessageFacts facts = message.facts();
        details.put("inbox_id", facts.endpoint().text());
        details.put("raw_digest", facts.raw().hex());
        details.put("size", facts.size());
        return new AuditEntry(
                facts.workspace(), now, kind, Author.SERVER, message.id().text(), details);
    }
}
