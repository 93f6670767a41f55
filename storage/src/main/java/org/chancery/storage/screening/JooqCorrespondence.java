package org.chancery.storage.screening;

import static org.chancery.storage.jooq.Tables.MESSAGE;

import java.util.List;
import java.util.UUID;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.InternetMessageId;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.core.screening.Correspondence;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.tables.Message;
import org.chancery.storage.mailbox.InternetIdKey;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.jooq.DSLContext;

/**
 * Looks through the newest messages of a sender, and for the ids of our own. What left without a person having seen it makes nobody a
 * correspondent: an agent that answers everybody would make friends of spammers.
 */
public final class JooqCorrespondence implements Correspondence {
    /** The newest mails of a sender that are looked at for an answer. */
    private static final int NEWEST = 50;

    private static final int OLDEST = 10;

    /** What was sent, or is on its way. */
    private static final List<String> SENT = List.of(
            OutboundStatus.QUEUED.text(),
            OutboundStatus.SENDING.text(),
            OutboundStatus.SENT.text(),
            OutboundStatus.DELIVERED.text());

    @Override
    public Acquaintance with(Tx tx, WorkspaceId workspace, EmailAddress sender) {
        // Own addresses have outbound mail among theirs, as much as there is: so many rows are looked at, whatever they
        // are.
        DSLContext sql = JooqTx.sql(tx);
        List<UUID> newest = sql
                .select(MESSAGE.ID, MESSAGE.INBOUND, MESSAGE.STATE)
                .from(IndexOrder.by(sql, MESSAGE, Indexes.IX_MESSAGE_SENDER))
                .where(MESSAGE.WORKSPACE_ID.eq(workspace.value()))
                .and(MESSAGE.FROM_CANONICAL.eq(sender.canonical()))
                .orderBy(IndexOrder.down(Indexes.IX_MESSAGE_SENDER))
                .limit(NEWEST)
                .fetch()
                .stream()
                .filter(row -> row.get(MESSAGE.INBOUND))
                .filter(row -> !row.get(MESSAGE.STATE).equals(HandlingState.ERROR.text()))
                .map(row -> row.get(MESSAGE.ID))
                .toList();
        if (newest.isEmpty()) {
            return Acquaintance.STRANGER;
        }
        Message answer = MESSAGE.as("answer");
        boolean answered = JooqTx.sql(tx)
                .fetchExists(JooqTx.sql(tx)
                        .selectOne()
                        .from(answer)
                        .where(answer.IN_REPLY_TO_ID.in(newest))
                        .and(answer.AUTOMATIC.isFalse())
                        .and(answer.STATE.in(SENT)));
        return answered ? Acquaintance.CORRESPONDENT : Acquaintance.KNOWN;
    }

    @Override
    public boolean isOurs(Tx tx, EndpointId endpoint, List<InternetMessageId> ids) {
        return ids.stream().map(InternetIdKey::of).anyMatch(key -> isOurs(tx, endpoint, key));
    }

    /** Of a mail that was sent many times under one id, the first few tell enough. */
    private static boolean isOurs(Tx tx, EndpointId endpoint, UUID key) {
        return JooqTx.sql(tx)
                .select(MESSAGE.STATE, MESSAGE.AUTOMATIC)
                .from(MESSAGE)
                .where(MESSAGE.ENDPOINT_ID.eq(endpoint.value()))
                .and(MESSAGE.INTERNET_KEY.eq(key))
                .and(MESSAGE.INBOUND.eq(false))
                .orderBy(IndexOrder.up(Indexes.IX_MESSAGE_INTERNET_ID))
                .limit(OLDEST)
                .fetch()
                .stream()
                .anyMatch(row -> !row.get(MESSAGE.AUTOMATIC) && SENT.contains(row.get(MESSAGE.STATE)));
    }
}
