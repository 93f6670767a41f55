package org.chancery.storage.mailbox;

import static org.chancery.storage.jooq.Tables.MESSAGE;
import static org.chancery.storage.jooq.Tables.MESSAGE_LABEL;
import static org.chancery.storage.jooq.Tables.MESSAGE_RECIPIENT;
import static org.chancery.storage.jooq.Tables.REDRAFT;
import static org.chancery.storage.jooq.Tables.THREAD;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.param;
import static org.jooq.impl.DSL.select;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mail.TransportSecurity;
import org.chancery.core.mailbox.Entrance;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.Message;
import org.chancery.core.mailbox.Message.Inbound;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.Message.Progress;
import org.chancery.core.mailbox.Message.RecipientStatus;
import org.chancery.core.mailbox.Message.Rejection;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.ModelView;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.tx.Tx;
import org.chancery.storage.column.SafeText;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.MessageRecipientRecord;
import org.chancery.storage.jooq.tables.records.MessageRecord;
import org.chancery.storage.jooq.tables.records.RedraftRecord;
import org.chancery.storage.jooq.tables.records.ThreadRecord;
import org.chancery.storage.mailbox.Tallying.Counted;
import org.chancery.storage.tx.FixedStatement;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;
import org.jooq.Condition;
import org.jooq.DSLContext;

/** Messages of both directions in one table, so that every list of mail is one list. */
public final class JooqMessageRepository implements MessageRepository {

    private static final RowInsert<ThreadRecord> THREADS = RowInsert.into(THREAD, THREAD.getPrimaryKey());
    private static final RowInsert<MessageRecord> MESSAGES = RowInsert.into(MESSAGE, Keys.UQ_MESSAGE_SPOOL);
    private static final RowInsert<MessageRecipientRecord> RECIPIENTS =
            RowInsert.into(MESSAGE_RECIPIENT, Keys.PK_MESSAGE_RECIPIENT);
    private static final RowInsert<RedraftRecord> REDRAFTS = RowInsert.into(REDRAFT, REDRAFT.getPrimaryKey());

    /** What left, or is on its way. */
    private static final List<String> LEFT = Stream.of(
                    OutboundStatus.QUEUED, OutboundStatus.SENDING, OutboundStatus.SENT, OutboundStatus.DELIVERED)
            .map(OutboundStatus::text)
            .toList();

    private static final FixedStatement DELIVERED = new FixedStatement(select(MESSAGE.ID)
            .from(MESSAGE)
            .where(MESSAGE.SPOOL_ID.eq(param("spool", MESSAGE.SPOOL_ID)))
            .and(MESSAGE.ENDPOINT_ID.eq(param("endpoint", MESSAGE.ENDPOINT_ID)))
            .and(MESSAGE.RETURN_PATH.eq(param("returnPath", MESSAGE.RETURN_PATH))));

    private static final FixedStatement THREAD_OF = new FixedStatement(select(MESSAGE.THREAD_ID)
            .from(MESSAGE)
            .where(MESSAGE.ENDPOINT_ID.eq(param("endpoint", MESSAGE.ENDPOINT_ID)))
            .and(MESSAGE.INTERNET_KEY.eq(param("key", MESSAGE.INTERNET_KEY)))
            .and(MESSAGE.INBOUND.eq(param("inbound", MESSAGE.INBOUND)))
            .orderBy(IndexOrder.down(Indexes.IX_MESSAGE_INTERNET_ID))
            .limit(inline(1)));

    @Override
    public void addThread(Tx tx, ThreadId id, WorkspaceId workspace, EndpointId endpoint, String subject, Instant at) {
        THREADS.insert(
                tx,
                new ThreadRecord(
                        id.value(), workspace.value(), endpoint.value(), SafeText.fit(THREAD.SUBJECT, subject), at));
    }

    @Override
    public Optional<ThreadId> threadOf(Tx tx, EndpointId endpoint, List<InternetMessageId> ids) {
        return firstKnown(ids, key -> threadOf(tx, endpoint, key, false).or(() -> threadOf(tx, endpoint, key, true)));
    }

    private static Optional<ThreadId> threadOf(Tx tx, EndpointId endpoint, UUID key, boolean inbound) {
        return THREAD_OF
                .fetchFirst(tx, JooqMessageRepository::id, endpoint.value(), key, inbound)
                .map(ThreadId::new);
    }

    @Override
    public Optional<Inbound> inboundOf(Tx tx, EndpointId endpoint, List<InternetMessageId> ids) {
        return firstKnown(
                ids,
                key -> JooqTx.sql(tx)
                        .selectFrom(MESSAGE)
                        .where(MESSAGE.ENDPOINT_ID.eq(endpoint.value()))
                        .and(MESSAGE.INTERNET_KEY.eq(key))
                        .and(MESSAGE.INBOUND.eq(true))
                        .orderBy(IndexOrder.down(Indexes.IX_MESSAGE_INTERNET_ID))
                        .limit(1)
                        .fetchOptional(MessageRows::inbound));
    }

    @Override
    public Optional<Outbound> outboundOf(Tx tx, EndpointId endpoint, InternetMessageId id) {
        Optional<MessageRecord> row = JooqTx.sql(tx)
                .selectFrom(MESSAGE)
                .where(MESSAGE.ENDPOINT_ID.eq(endpoint.value()))
                .and(MESSAGE.INTERNET_KEY.eq(InternetIdKey.of(id)))
                .and(MESSAGE.INBOUND.eq(false))
                .orderBy(IndexOrder.down(Indexes.IX_MESSAGE_INTERNET_ID))
                .limit(1)
                .fetchOptional();
        return MessageRows.message(tx, row).map(Outbound.class::cast);
    }

    /**
     * Asks for one id after the other, although one query could ask for all: mostly the first is known, and somebody who
     * sends thousands of mails under one Message-ID shall not make the others hard to find.
     */
    private static <T> Optional<T> firstKnown(List<InternetMessageId> ids, Function<UUID, Optional<T>> find) {
        return ids.stream()
                .map(InternetIdKey::of)
                .distinct()
                .map(find)
                .flatMap(Optional::stream)
                .findFirst();
    }

    @Override
    public boolean add(Tx tx, Inbound message) {
        MessageRecord row = MessageRows.row(message);
        boolean isNew = MESSAGES.insertIfAbsent(tx, row);
        if (isNew) {
            added(tx, row);
        }
        return isNew;
    }

    @Override
    public void add(Tx tx, Outbound message) {
        MessageRecord row = MessageRows.row(message);
        MESSAGES.insert(tx, row);
        added(tx, row);
        addRecipients(tx, message.id(), message);
    }

    private static void added(Tx tx, MessageRecord row) {
        Tallying.in(tx).added(MessageRows.counted(row), row.getState());
        Unindexed.added(tx, row.getWorkspaceId(), row.getId());
    }

    private static void addRecipients(Tx tx, MessageId id, Outbound version) {
        List<MessageRecipientRecord> rows = new ArrayList<>();
        for (RecipientStatus recipient : version.recipients()) {
            rows.add(MessageRows.row(id, version.facts().endpoint(), rows.size(), recipient));
        }
        RECIPIENTS.insertAll(tx, rows);
    }

    @Override
    public Optional<MessageId> delivered(Tx tx, SpoolId spool, Entrance entrance) {
        return DELIVERED
                .fetchFirst(
                        tx,
                        JooqMessageRepository::id,
                        spool.value(),
                        entrance.endpoint().value(),
                        entrance.returnPath())
                .map(MessageId::new);
    }

    private static UUID id(ResultSet row) throws SQLException {
        return row.getObject(1, UUID.class);
    }

    @Override
    public Optional<Message> find(Tx tx, WorkspaceId workspace, MessageId id) {
        return MessageRows.message(
                tx, JooqTx.sql(tx).selectFrom(MESSAGE).where(is(workspace, id)).fetchOptional());
    }

    @Override
    public Optional<Message> lock(Tx tx, WorkspaceId workspace, MessageId id) {
        return MessageRows.message(
                tx,
                JooqTx.sql(tx)
                        .selectFrom(MESSAGE)
                        .where(is(workspace, id))
                        .forUpdate()
                        .fetchOptional());
    }

    private static Condition is(WorkspaceId workspace, MessageId id) {
        return MESSAGE.ID.eq(id.value()).and(MESSAGE.WORKSPACE_ID.eq(workspace.value()));
    }

    @Override
    public Set<MessageId> concerning(
            Tx tx, WorkspaceId workspace, Set<MessageId> ids, List<String> originators, UserId author) {
        return JooqTx.sql(tx)
                .select(MESSAGE.ID)
                .from(MESSAGE)
                .where(MESSAGE.ID.in(ids.stream().map(MessageId::value).toList()))
                .and(MESSAGE.WORKSPACE_ID.eq(workspace.value()))
                .and(MESSAGE.FROM_CANONICAL.in(originators).or(MESSAGE.AUTHOR_ID.eq(author.value())))
                .fetchSet(row -> new MessageId(row.value1()));
    }

    @Override
    public Optional<WorkspaceId> workspaceOf(Tx tx, MessageId id) {
        return JooqTx.sql(tx)
                .select(MESSAGE.WORKSPACE_ID)
                .from(MESSAGE)
                .where(MESSAGE.ID.eq(id.value()))
                .fetchOptional(MESSAGE.WORKSPACE_ID)
                .map(WorkspaceId::new);
    }

    @Override
    public boolean move(Tx tx, MessageId id, HandlingState expected, HandlingState next, String reason, Instant at) {
        MessageRecord row = inState(next, reason, at);
        row.setAssigned(false);
        return move(tx, isInbound(id, expected), row, expected.text());
    }

    @Override
    public boolean assign(Tx tx, MessageId id, HandlingState expected, AgentId agent, String reason, Instant at) {
        MessageRecord row = inState(HandlingState.HANDLED, reason, at);
        row.setAgentId(agent.value());
        row.setAssigned(true);
        return move(tx, isInbound(id, expected), row, expected.text());
    }

    private static MessageRecord inState(HandlingState state, String reason, Instant at) {
        MessageRecord row = new MessageRecord();
        row.setState(state.text());
        row.setStateReason(SafeText.fit(MESSAGE.STATE_REASON, reason));
        row.setStateAt(at);
        return row;
    }

    @Override
    public Optional<AgentId> assignee(Tx tx, MessageId id) {
        return JooqTx.sql(tx)
                .select(MESSAGE.AGENT_ID)
                .from(MESSAGE)
                .where(MESSAGE.ID.eq(id.value()).and(MESSAGE.ASSIGNED))
                .fetchOptional(MESSAGE.AGENT_ID)
                .map(AgentId::new);
    }

    private static Condition isInbound(MessageId id, HandlingState state) {
        return MESSAGE.ID.eq(id.value()).and(MESSAGE.INBOUND).and(MESSAGE.STATE.eq(state.text()));
    }

    @Override
    public void setModelView(Tx tx, MessageId id, ModelView view) {
        JooqTx.sql(tx)
                .update(MESSAGE)
                .set(MESSAGE.LLM_CATEGORY, SafeText.fit(MESSAGE.LLM_CATEGORY, view.category()))
                .set(MESSAGE.LLM_SUMMARY, SafeText.fit(MESSAGE.LLM_SUMMARY, view.summary()))
                .where(MESSAGE.ID.eq(id.value()))
                .execute();
    }

    @Override
    public boolean move(Tx tx, MessageId id, OutboundStatus expected, OutboundStatus next, Instant at) {
        MessageRecord row = new MessageRecord();
        row.setState(next.text());
        row.setStateAt(at);
        return move(tx, isOutbound(id, expected), row, expected.text());
    }

    /** Changes the state of one message, and the tallies with it; whether it was as expected. */
    private static boolean move(Tx tx, Condition asExpected, MessageRecord changes, String before) {
        Optional<Counted> moved = JooqTx.sql(tx)
                .update(MESSAGE)
                .set(changes)
                .where(asExpected)
                .returningResult(MESSAGE.WORKSPACE_ID, MESSAGE.ENDPOINT_ID, MESSAGE.INBOUND, MESSAGE.FROM_CANONICAL)
                .fetchOptional(row -> new Counted(row.value1(), row.value2(), row.value3(), row.value4()));
        moved.ifPresent(message -> Tallying.in(tx).moved(message, before, changes.getState()));
        return moved.isPresent();
    }

    private static Condition isOutbound(MessageId id, OutboundStatus status) {
        return MESSAGE.ID.eq(id.value()).and(MESSAGE.INBOUND.eq(false)).and(MESSAGE.STATE.eq(status.text()));
    }

    @Override
    public void release(Tx tx, Outbound composed) {
        MessageRecord row = new MessageRecord();
        MessageRows.setVersion(row, composed);
        row.setState(OutboundStatus.QUEUED.text());
        row.setStateAt(composed.facts().occurredAt());
        change(tx, isOutbound(composed.id(), OutboundStatus.DRAFT), row);
        replaceRecipients(tx, composed.id(), composed);
    }

    @Override
    public void redraft(Tx tx, MessageId id, Outbound version) {
        MessageRecord row = new MessageRecord();
        MessageRows.setVersion(row, version);
        MessageRows.setDraft(row, version.draft());
        row.setStateAt(version.facts().occurredAt());
        change(tx, isOutbound(id, OutboundStatus.DRAFT), row);
        replaceRecipients(tx, id, version);
        REDRAFTS.insertIfAbsent(
                tx,
                new RedraftRecord(
                        version.id().value(), id.value(), version.facts().occurredAt()));
    }

    @Override
    public Optional<MessageId> redrafted(Tx tx, MessageId request) {
        return JooqTx.sql(tx)
                .select(REDRAFT.MESSAGE_ID)
                .from(REDRAFT)
                .where(REDRAFT.REQUEST_ID.eq(request.value()))
                .fetchOptional(row -> new MessageId(row.value1()));
    }

    @Override
    public int forgetRedrafts(Tx tx, Instant before) {
        return JooqTx.sql(tx)
                .deleteFrom(REDRAFT)
                .where(REDRAFT.CREATED_AT.lt(before))
                .execute();
    }

    @Override
    public void reject(Tx tx, MessageId id, Rejection rejection) {
        MessageRecord row = new MessageRecord();
        MessageRows.setRejection(row, rejection);
        row.setState(OutboundStatus.REJECTED.text());
        row.setStateAt(rejection.at());
        change(tx, isOutbound(id, OutboundStatus.DRAFT), row);
    }

    /** A new version may have another originator: the endpoint's address can change. */
    private static void change(Tx tx, Condition asExpected, MessageRecord changes) {
        MessageRecord draft = JooqTx.sql(tx)
                .selectFrom(MESSAGE)
                .where(asExpected)
                .forUpdate()
                .fetchOptional()
                .orElseThrow(() -> new IllegalStateException("not as expected: " + asExpected));
        JooqTx.sql(tx)
                .update(MESSAGE)
                .set(changes)
                .where(MESSAGE.ID.eq(draft.getId()))
                .execute();
        Counted before = MessageRows.counted(draft);
        String sender = changes.getFromCanonical() == null ? before.sender() : changes.getFromCanonical();
        String state = changes.getState() == null ? draft.getState() : changes.getState();
        Tallying tallies = Tallying.in(tx);
        tallies.removed(before, draft.getState());
        tallies.added(new Counted(before.workspace(), before.endpoint(), before.inbound(), sender), state);
        if (changes.getOccurredAt() != null) {
            JooqTx.sql(tx)
                    .update(MESSAGE_LABEL)
                    .set(MESSAGE_LABEL.OCCURRED_AT, changes.getOccurredAt())
                    .where(MESSAGE_LABEL.MESSAGE_ID.eq(draft.getId()))
                    .execute();
        }
        if (changes.getRawDigest() != null) {
            Unindexed.changed(tx, draft.getWorkspaceId(), draft.getId());
        }
    }

    /** @param version has an id of its own where it is a draft that was written anew */
    private static void replaceRecipients(Tx tx, MessageId id, Outbound version) {
        JooqTx.sql(tx)
                .deleteFrom(MESSAGE_RECIPIENT)
                .where(MESSAGE_RECIPIENT.MESSAGE_ID.eq(id.value()))
                .execute();
        addRecipients(tx, id, version);
    }

    @Override
    public void revise(Tx tx, MessageId id, Outbound version) {
        MessageRecord row = new MessageRecord();
        MessageRows.setContent(row, version.facts());
        row.setAutomatic(version.automatic());
        change(tx, isOutbound(id, OutboundStatus.HELD), row);
    }

    @Override
    public boolean end(Tx tx, MessageId id, OutboundStatus expected, OutboundStatus next, Rejection why) {
        MessageRecord row = new MessageRecord();
        MessageRows.setRejection(row, why);
        row.setState(next.text());
        row.setStateAt(why.at());
        return move(tx, isOutbound(id, expected), row, expected.text());
    }

    @Override
    public List<Outbound> waitingFor(Tx tx, MessageId inbound) {
        List<MessageRecord> rows = JooqTx.sql(tx)
                .selectFrom(MESSAGE)
                .where(MESSAGE.IN_REPLY_TO_ID.eq(inbound.value()))
                .and(MESSAGE.STATE.in(OutboundStatus.HELD.text(), OutboundStatus.SCHEDULED.text()))
                .orderBy(MESSAGE.ID)
                .fetch();
        return MessageRows.messages(tx, rows).stream().map(Outbound.class::cast).toList();
    }

    @Override
    public List<MessageId> turnsOf(Tx tx, AgentId agent, int limit) {
        List<MessageId> routed = turnsOf(tx, agent, false, HandlingState.ROUTED, limit);
        List<MessageId> assigned = turnsOf(tx, agent, true, HandlingState.HANDLED, limit - routed.size());
        return Stream.concat(routed.stream(), assigned.stream()).toList();
    }

    private static List<MessageId> turnsOf(Tx tx, AgentId agent, boolean assigned, HandlingState state, int limit) {
        DSLContext sql = JooqTx.sql(tx);
        return sql.select(MESSAGE.ID)
                .from(IndexOrder.by(sql, MESSAGE, Indexes.IX_MESSAGE_TURN))
                .where(MESSAGE.AGENT_ID.eq(agent.value()))
                // Said in the text of the query, where PostgreSQL compares it with the partial index.
                .and(MESSAGE.ASSIGNED.eq(inline(assigned)))
                .and(MESSAGE.STATE.eq(inline(state.text())))
                .orderBy(IndexOrder.up(Indexes.IX_MESSAGE_TURN))
                .limit(limit)
                .fetch(row -> new MessageId(row.value1()));
    }

    @Override
    public boolean wroteTo(Tx tx, EndpointId endpoint, String address) {
        return JooqTx.sql(tx)
                .fetchExists(JooqTx.sql(tx)
                        .selectOne()
                        .from(MESSAGE_RECIPIENT)
                        .join(MESSAGE)
                        .on(MESSAGE.ID.eq(MESSAGE_RECIPIENT.MESSAGE_ID))
                        .where(MESSAGE_RECIPIENT.ENDPOINT_ID.eq(endpoint.value()))
                        .and(MESSAGE_RECIPIENT.CANONICAL.eq(address))
                        .and(MESSAGE.STATE.in(LEFT)));
    }

    @Override
    public Optional<Outbound> draftFor(Tx tx, MessageId inbound) {
        Optional<MessageRecord> row = JooqTx.sql(tx)
                .selectFrom(MESSAGE)
                .where(MESSAGE.IN_REPLY_TO_ID.eq(inbound.value()))
                .and(MESSAGE.STATE.eq(OutboundStatus.DRAFT.text()))
                .orderBy(MESSAGE.ID.desc())
                .limit(1)
                .fetchOptional();
        return MessageRows.message(tx, row).map(Outbound.class::cast);
    }

    @Override
    public int automaticRepliesTo(Tx tx, MessageId inbound) {
        return JooqTx.sql(tx)
                .fetchCount(MESSAGE, MESSAGE.IN_REPLY_TO_ID.eq(inbound.value()).and(MESSAGE.AUTOMATIC));
    }

    @Override
    public void progress(
            Tx tx, MessageId id, Collection<EmailAddress> recipients, Progress progress, String smtpReply, Instant at) {
        JooqTx.sql(tx)
                .update(MESSAGE_RECIPIENT)
                .set(MESSAGE_RECIPIENT.PROGRESS, MessageRows.text(progress))
                .set(MESSAGE_RECIPIENT.SMTP_REPLY, SafeText.fit(MESSAGE_RECIPIENT.SMTP_REPLY, smtpReply))
                .set(MESSAGE_RECIPIENT.AT, at)
                .where(isAmong(id, recipients))
                .execute();
    }

    @Override
    public void setSecurity(Tx tx, MessageId id, Collection<EmailAddress> recipients, TransportSecurity security) {
        JooqTx.sql(tx)
                .update(MESSAGE_RECIPIENT)
                .set(MESSAGE_RECIPIENT.TLS, SafeText.fitNullable(MESSAGE_RECIPIENT.TLS, security.tls()))
                .set(
                        MESSAGE_RECIPIENT.CERTIFICATE,
                        SafeText.fitNullable(MESSAGE_RECIPIENT.CERTIFICATE, security.certificate()))
                .set(MESSAGE_RECIPIENT.STS, SafeText.fitNullable(MESSAGE_RECIPIENT.STS, security.sts()))
                .where(isAmong(id, recipients))
                .execute();
    }

    private static Condition isAmong(MessageId id, Collection<EmailAddress> recipients) {
        List<String> canonical =
                recipients.stream().map(EmailAddress::canonical).toList();
        return MESSAGE_RECIPIENT.MESSAGE_ID.eq(id.value()).and(MESSAGE_RECIPIENT.CANONICAL.in(canonical));
    }

    @Override
    public List<Message> page(Tx tx, MessageQuery query, int limit) {
        DSLContext sql = JooqTx.sql(tx);
        return MessageRows.messages(tx, MessageLists.page(sql, query, 0, limit));
    }

    @Override
    public List<Message> pageFrom(Tx tx, MessageQuery query, int offset, int limit) {
        return MessageRows.messages(tx, MessageLists.page(JooqTx.sql(tx), anywhere(query), offset, limit));
    }

    @Override
    public long total(Tx tx, Totalled which) {
        return Tallies.total(JooqTx.sql(tx), which);
    }

    private static MessageQuery anywhere(MessageQuery query) {
        return new MessageQuery(
                query.workspace(),
                query.endpoints(),
                query.senders(),
                query.inbound(),
                query.state(),
                query.status(),
                query.thread(),
                query.since(),
                null);
    }

    @Override
    public List<Message> thread(Tx tx, WorkspaceId workspace, ThreadId thread, int limit) {
        return MessageRows.messages(
                tx, MessageLists.latestOf(JooqTx.sql(tx), workspace.value(), thread.value(), limit));
    }
}
