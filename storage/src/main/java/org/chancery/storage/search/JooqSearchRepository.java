package org.chancery.storage.search;

import static org.chancery.storage.jooq.Tables.MESSAGE;
import static org.chancery.storage.jooq.Tables.MESSAGE_TERM;
import static org.chancery.storage.jooq.Tables.MESSAGE_UNINDEXED;
import static org.jooq.impl.DSL.noCondition;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mailbox.Message;
import org.chancery.core.search.SearchRepository;
import org.chancery.core.search.Term;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.MessageTermRecord;
import org.chancery.storage.jooq.tables.records.MessageUnindexedRecord;
import org.chancery.storage.mailbox.Unindexed;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;
import org.jspecify.annotations.Nullable;

/** Terms of mail in a table that is an index in itself: what has a term is read from it in the order of the lists. */
public final class JooqSearchRepository implements SearchRepository {
    private static final RowInsert<MessageTermRecord> TERMS = RowInsert.into(MESSAGE_TERM, Keys.PK_MESSAGE_TERM);

    private final Search.Bounds bounds;

    public JooqSearchRepository() {
        this(Search.Bounds.USUAL);
    }

    JooqSearchRepository(Search.Bounds bounds) {
        this.bounds = bounds;
    }

    @Override
    public List<Waiting> waitingBehind(Tx tx, @Nullable MessageId place, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(MESSAGE_UNINDEXED)
                .where(place == null ? noCondition() : MESSAGE_UNINDEXED.MESSAGE_ID.lt(place.value()))
                .orderBy(IndexOrder.down(Keys.PK_MESSAGE_UNINDEXED))
                .limit(limit)
                .fetch(JooqSearchRepository::waiting);
    }

    @Override
    public List<Waiting> waiting(Tx tx, WorkspaceId workspace, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(MESSAGE_UNINDEXED)
                .where(MESSAGE_UNINDEXED.WORKSPACE_ID.eq(workspace.value()))
                .orderBy(IndexOrder.down(Indexes.IX_MESSAGE_UNINDEXED_WORKSPACE))
                .limit(limit)
                .fetch(JooqSearchRepository::waiting);
    }

    private static Waiting waiting(MessageUnindexedRecord row) {
        return new Waiting(new WorkspaceId(row.getWorkspaceId()), new MessageId(row.getMessageId()));
    }

    @Override
    public boolean put(Tx tx, Message message, Set<Term> terms) {
        UUID id = message.id().value();
        // Locked as whoever gives it another text locks it: either they see that it waits no longer, or this sees their
        // text.
        boolean isSame = JooqTx.sql(tx)
                .select(MESSAGE.RAW_DIGEST)
                .from(MESSAGE)
                .where(MESSAGE.ID.eq(id))
                .forUpdate()
                .fetchOptional(MESSAGE.RAW_DIGEST)
                .filter(message.facts().raw().hex()::equals)
                .isPresent();
        if (!isSame || !take(tx, id)) {
            return false;
        }
        Unindexed.forget(tx, id);
        UUID workspace = message.facts().workspace().value();
        TERMS.insertAll(
                tx,
                terms.stream()
                        .map(term -> new MessageTermRecord(
                                id, term.key(), workspace, message.facts().occurredAt()))
                        .toList());
        return true;
    }

    private static boolean take(Tx tx, UUID message) {
        return JooqTx.sql(tx)
                        .deleteFrom(MESSAGE_UNINDEXED)
                        .where(MESSAGE_UNINDEXED.MESSAGE_ID.eq(message))
                        .execute()
                == 1;
    }

    @Override
    public Found page(Tx tx, SearchQuery query, int limit) {
        return new Search(tx, query, bounds).page(limit);
    }
}
