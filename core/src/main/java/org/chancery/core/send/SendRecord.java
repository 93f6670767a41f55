package org.chancery.core.send;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.chancery.core.approval.Approval;
import org.chancery.core.audit.AuditEntry;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.Author;
import org.chancery.core.audit.Digests;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.Envelope;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Rejection;
import org.chancery.core.mailbox.MessageFacts;

/** What the record tells of mail that leaves, waits or is not sent: digests of what it says, not what it says. */
public final class SendRecord {
    private SendRecord() {}

    static AuditEntry queued(Candidate candidate, Envelope envelope, Instant now) {
        Outbound message = candidate.message();
        Map<String, Object> details = ofSend(message, envelope);
        details.put("decided", candidate.decided());
        if (candidate.reviewed() != null) {
            details.put("draft_digest", candidate.reviewed().hex());
        }
        return entry(
                AuditKind.MESSAGE_QUEUED, message.facts(), candidate.principal().author(), details, now);
    }

    /** A mail that was held, and that somebody let go. */
    static AuditEntry released(Outbound message, Envelope envelope, Approval approval, Author by, Instant now) {
        Map<String, Object> details = ofSend(message, envelope);
        details.put("approval_id", approval.id().text());
        details.put("requested_by", message.author().idText());
        return entry(AuditKind.MESSAGE_QUEUED, message.facts(), by, details, now);
    }

    /** A mail whose time has come. */
    static AuditEntry left(Outbound message, Envelope envelope, Author by, Instant now) {
        return entry(AuditKind.MESSAGE_QUEUED, message.facts(), by, ofSend(message, envelope), now);
    }

    /** A mail that is to leave later. */
    static AuditEntry scheduled(Outbound message, Instant at, Author by, Instant now) {
        Map<String, Object> details = ofMail(message.facts());
        details.put("recipients", message.recipients().size());
        details.put("send_at", at.truncatedTo(ChronoUnit.MILLIS).toString());
        putAnswered(details, message);
        return entry(AuditKind.MESSAGE_SCHEDULED, message.facts(), by, details, now);
    }

    static AuditEntry cancelled(Outbound message, Rejection why, Author by) {
        Map<String, Object> details = ofMail(message.facts());
        details.put("reason_digest", Digests.ofText(why.reason()));
        putAnswered(details, message);
        return entry(AuditKind.MESSAGE_CANCELLED, message.facts(), by, details, why.at());
    }

    private static Map<String, Object> ofSend(Outbound message, Envelope envelope) {
        Map<String, Object> details = ofMail(message.facts());
        details.put("recipients", envelope.recipients().size());
        details.put("envelope_digest", Digests.ofTree(envelope(envelope)));
        if (message.handler() != null) {
            details.put("agent_id", message.handler().text());
        }
        putAnswered(details, message);
        return details;
    }

    /** What the digest of an envelope is of. Its signed return path cannot be guessed, and neither can a digest with it. */
    public static Map<String, Object> envelope(Envelope envelope) {
        return Map.of(
                "recipients",
                envelope.recipients().stream().map(EmailAddress::toString).toList(),
                "reverse_path",
                envelope.reversePath().mailbox().map(EmailAddress::toString).orElse(""));
    }

    static AuditEntry drafted(Candidate candidate, Outbound draft, String reason, Instant now) {
        Map<String, Object> details = ofMail(draft.facts());
        details.put("reason", reason);
        putAnswered(details, draft);
        return entry(
                AuditKind.MESSAGE_DRAFTED, draft.facts(), candidate.principal().author(), details, now);
    }

    static AuditEntry rejected(Outbound draft, Rejection rejection, Author by) {
        Map<String, Object> details = ofMail(draft.facts());
        details.put("reason_digest", Digests.ofText(rejection.reason()));
        putAnswered(details, draft);
        return entry(AuditKind.MESSAGE_REJECTED, draft.facts(), by, details, rejection.at());
    }

    static AuditEntry answered(Inbound mail, Outbound answer, Author by, Instant now) {
        Map<String, Object> details = ofMail(mail.facts());
        details.put("answer_message_id", answer.id().text());
        return entry(AuditKind.MESSAGE_ANSWERED, mail.facts(), by, details, now);
    }

    static AuditEntry discarded(Inbound mail, Candidate.Discard discard, Instant now) {
        Map<String, Object> details = ofMail(mail.facts());
        details.put("reason_digest", Digests.ofText(discard.reason()));
        return entry(AuditKind.MESSAGE_DISCARDED, mail.facts(), discard.by(), details, now);
    }

    /** What every entry about a mail tells of it. */
    public static Map<String, Object> ofMail(MessageFacts facts) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("inbox_id", facts.endpoint().text());
        details.put("thread_id", facts.thread().text());
        details.put("raw_digest", facts.raw().hex());
        details.put("size", facts.size());
        return details;
    }

    private static void putAnswered(Map<String, Object> details, Outbound message) {
        if (message.inReplyTo() != null) {
            details.put("in_reply_to_message_id", message.inReplyTo().text());
        }
    }

    private static AuditEntry entry(
            AuditKind kind, MessageFacts facts, Author author, Map<String, Object> details, Instant now) {
        return new AuditEntry(facts.workspace(), now, kind, author, facts.id().text(), details);
    }
}
