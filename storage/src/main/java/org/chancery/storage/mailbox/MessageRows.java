package org.chancery.storage.mailbox;

import static org.chancery.storage.jooq.Tables.MESSAGE;
import static org.chancery.storage.jooq.Tables.MESSAGE_RECIPIENT;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.chancery.core.access.Actor;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.Classification;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.Mailbox;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mail.TransportSecurity;
import org.chancery.core.mailbox.Entrance;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.DraftText;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Progress;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.Message.Rejection;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.mailbox.ModelView;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.tx.Tx;
import org.chancery.storage.access.Actors;
import org.chancery.storage.column.SafeText;
import org.chancery.storage.jooq.tables.records.MessageRecipientRecord;
import org.chancery.storage.jooq.tables.records.MessageRecord;
import org.chancery.storage.mailbox.Tallying.Counted;
import org.chancery.storage.tx.JooqTx;
import org.jspecify.annotations.Nullable;

/** Messages as rows, there and back. */
public final class MessageRows {
    private MessageRows() {}

    static MessageRecord row(Inbound message) {
        MessageRecord row = new MessageRecord();
        setFacts(row, message.facts());
        AgentId agent = message.agent();
        row.setInbound(true);
        row.setState(message.state().text());
        row.setStateReason(SafeText.fit(MESSAGE.STATE_REASON, message.stateReason()));
        row.setStateAt(message.facts().occurredAt());
        row.setSpoolId(message.spool().value());
        row.setRecipient(message.recipient().toString());
        row.setReturnPath(Entrance.returnPath(message.recipient()));
        row.setReversePath(
                message.reversePath().mailbox().map(EmailAddress::toString).orElse(""));
        row.setClassification(message.classification().text());
        row.setAuthentication(KeptAuthentication.json(message.authentication()));
        row.setAgentId(agent == null ? null : agent.value());
        row.setAutomatic(false);
        return row;
    }

    /** The row without the recipients, which have rows of their own. */
    static MessageRecord row(Outbound message) {
        MessageRecord row = new MessageRecord();
        setFacts(row, message.facts());
        setAuthor(row, message);
        MessageId inReplyTo = message.inReplyTo();
        row.setReturnPath("");
        row.setInbound(false);
        row.setState(message.status().text());
        row.setStateReason("");
        row.setStateAt(message.facts().occurredAt());
        row.setInReplyToId(inReplyTo == null ? null : inReplyTo.value());
        setDraft(row, message.draft());
        setRejection(row, message.rejection());
        row.setSendAt(message.sendAt());
        return row;
    }

    /** What a newer version of a draft changes: all but its id, its place and its draft text. */
    static void setVersion(MessageRecord row, Outbound version) {
        MessageFacts facts = version.facts();
        setContent(row, facts);
        row.setOccurredAt(facts.occurredAt());
        setAuthor(row, version);
    }

    /** What the message of that row is counted under. */
    static Counted counted(MessageRecord row) {
        return new Counted(row.getWorkspaceId(), row.getEndpointId(), row.getInbound(), row.getFromCanonical());
    }

    private static void setFacts(MessageRecord row, MessageFacts facts) {
        row.setId(facts.id().value());
        row.setWorkspaceId(facts.workspace().value());
        row.setEndpointId(facts.endpoint().value());
        row.setThreadId(facts.thread().value());
        row.setAssigned(false);
        setContent(row, facts);
        row.setOccurredAt(facts.occurredAt());
    }

    static void setContent(MessageRecord row, MessageFacts facts) {
        Mailbox from = facts.from();
        InternetMessageId internetId = facts.internetId();
        row.setFromName(SafeText.fitNullable(MESSAGE.FROM_NAME, from.name()));
        row.setFromAddress(SafeText.fit(MESSAGE.FROM_ADDRESS, from.address()));
        row.setFromCanonical(from.emailAddress().map(EmailAddress::canonical).orElse(""));
        row.setAddressees(Addressees.json(facts));
        row.setSubject(SafeText.fit(MESSAGE.SUBJECT, facts.subject()));
        row.setInternetId(internetId == null ? null : SafeText.fit(MESSAGE.INTERNET_ID, internetId.value()));
        row.setInternetKey(internetId == null ? null : InternetIdKey.of(internetId));
        row.setRawDigest(facts.raw().hex());
        row.setRawSize(facts.size());
    }

    private static void setAuthor(MessageRecord row, Outbound message) {
        Actor author = message.author();
        row.setAuthorKind(author.kind());
        row.setAuthorId(Actors.id(author));
        row.setAuthorLabel(SafeText.fit(MESSAGE.AUTHOR_LABEL, author.label()));
        row.setAgentId(message.handler() == null ? null : message.handler().value());
        row.setAutomatic(message.automatic());
    }

    static void setDraft(MessageRecord row, @Nullable DraftText draft) {
        row.setDraftText(draft == null ? null : draft.text());
        row.setDraftHtml(draft == null ? null : draft.html());
    }

    static void setRejection(MessageRecord row, @Nullable Rejection rejection) {
        row.setRejectionReason(rejection == null ? null : SafeText.fit(MESSAGE.REJECTION_REASON, rejection.reason()));
        row.setRejectedBy(rejection == null ? null : SafeText.fit(MESSAGE.REJECTED_BY, rejection.by()));
        row.setRejectedAt(rejection == null ? null : rejection.at());
    }

    static MessageRecipientRecord row(MessageId message, EndpointId endpoint, int position, RecipientStatus recipient) {
        MessageRecipientRecord row = new MessageRecipientRecord();
        row.setMessageId(message.value());
        row.setEndpointId(endpoint.value());
        row.setPosition(position);
        row.setAddress(recipient.address().toString());
        row.setCanonical(recipient.address().canonical());
        row.setProgress(text(recipient.progress()));
        row.setSmtpReply(SafeText.fitNullable(MESSAGE_RECIPIENT.SMTP_REPLY, recipient.smtpReply()));
        row.setAt(recipient.at());
        return row;
    }

    static String text(Progress progress) {
        return progress.name().toLowerCase(Locale.ROOT);
    }

    static Optional<Message> message(Tx tx, Optional<MessageRecord> row) {
        return row.map(found -> messages(tx, List.of(found)).getFirst());
    }

    /** The messages of these rows, in the same order. */
    public static List<Message> messages(Tx tx, List<MessageRecord> rows) {
        Map<UUID, List<RecipientStatus>> recipients = recipients(
                tx,
                rows.stream()
                        .filter(row -> !row.getInbound())
                        .map(MessageRecord::getId)
                        .toList());
        return rows.stream()
                .<Message>map(row -> row.getInbound()
                        ? inbound(row)
                        : outbound(row, recipients.getOrDefault(row.getId(), List.of())))
                .toList();
    }

    private static Map<UUID, List<RecipientStatus>> recipients(Tx tx, List<UUID> messages) {
        if (messages.isEmpty()) {
            return Map.of();
        }
        Map<UUID, List<RecipientStatus>> recipients = new HashMap<>();
        JooqTx.sql(tx)
                .selectFrom(MESSAGE_RECIPIENT)
                .where(MESSAGE_RECIPIENT.MESSAGE_ID.in(messages))
                .orderBy(MESSAGE_RECIPIENT.MESSAGE_ID, MESSAGE_RECIPIENT.POSITION)
                .fetchGroups(MESSAGE_RECIPIENT.MESSAGE_ID)
                .forEach((message, rows) -> recipients.put(message, rows.map(MessageRows::recipient)));
        return recipients;
    }

    private static RecipientStatus recipient(MessageRecipientRecord row) {
        return new RecipientStatus(
                EmailAddress.of(row.getAddress()),
                Progress.valueOf(row.getProgress().toUpperCase(Locale.ROOT)),
                row.getSmtpReply(),
                row.getAt(),
                new TransportSecurity(row.getTls(), row.getCertificate(), row.getSts()));
    }

    static Inbound inbound(MessageRecord row) {
        return new Inbound(
                facts(row),
                HandlingState.valueOf(row.getState().toUpperCase(Locale.ROOT)),
                row.getStateReason(),
                new SpoolId(row.getSpoolId()),
                EmailAddress.of(row.getRecipient()),
                row.getReversePath().isEmpty()
                        ? ReversePath.NULL
                        : ReversePath.of(EmailAddress.of(row.getReversePath())),
                Classification.valueOf(row.getClassification().toUpperCase(Locale.ROOT)),
                KeptAuthentication.read(row.getAuthentication()),
                row.getAgentId() == null ? null : new AgentId(row.getAgentId()),
                row.getLlmCategory() == null
                        ? null
                        : new ModelView(row.getLlmCategory(), row.getLlmSummary() == null ? "" : row.getLlmSummary()));
    }

    private static Outbound outbound(MessageRecord row, List<RecipientStatus> recipients) {
        return new Outbound(
                facts(row),
                OutboundStatus.valueOf(row.getState().toUpperCase(Locale.ROOT)),
                row.getInReplyToId() == null ? null : new MessageId(row.getInReplyToId()),
                author(row),
                row.getAgentId() == null ? null : new AgentId(row.getAgentId()),
                row.getAutomatic(),
                recipients,
                row.getDraftText() == null ? null : new DraftText(row.getDraftText(), row.getDraftHtml()),
                row.getRejectedAt() == null
                        ? null
                        : new Rejection(row.getRejectionReason(), row.getRejectedBy(), row.getRejectedAt()),
                row.getSendAt());
    }

    private static MessageFacts facts(MessageRecord row) {
        Addressees addressees = Addressees.read(row.getAddressees());
        return new MessageFacts(
                new MessageId(row.getId()),
                new WorkspaceId(row.getWorkspaceId()),
                new EndpointId(row.getEndpointId()),
                new ThreadId(row.getThreadId()),
                new Mailbox(row.getFromName(), row.getFromAddress()),
                Addressees.mailboxes(addressees.to()),
                Addressees.mailboxes(addressees.cc()),
                Addressees.mailboxes(addressees.bcc()),
                row.getSubject(),
                row.getInternetId() == null ? null : new InternetMessageId(row.getInternetId()),
                new RawDigest(row.getRawDigest()),
                row.getRawSize(),
                row.getOccurredAt());
    }

    private static Actor author(MessageRecord row) {
        return Actors.of(row.getAuthorKind(), row.getAuthorId(), row.getAuthorLabel());
    }
}
