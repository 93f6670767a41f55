package org.chancery.storage.search;

import static org.chancery.storage.jooq.Tables.MESSAGE_LABEL;
import static org.chancery.storage.jooq.Tables.MESSAGE_TERM;
import static org.jooq.impl.DSL.exists;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.noCondition;
import static org.jooq.impl.DSL.selectOne;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.chancery.core.id.LabelId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mailbox.MessageRepository.Place;
import org.chancery.core.search.SearchRepository.SearchQuery;
import org.chancery.core.search.Term;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.mailbox.MessageLists;
import org.chancery.storage.tx.IndexOrder;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Index;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;

/**
 * The mail that has one thing in common, newest first: a run of an index that ends with the mail's place.
 *
 * @param name of what they have in common
 * @param run which rows of the index those are
 * @param has what tells that of a message, by the table's key
 * @param index whose order the list has
 */
record Listing(
        Object name,
        Table<?> table,
        Condition run,
        Condition has,
        Index index,
        Field<Instant> at,
        Field<UUID> message) {

    /** All in which what the query looks for has to stand. */
    static List<Listing> of(SearchQuery query) {
        List<Listing> all = new ArrayList<>();
        query.terms().forEach(term -> all.add(of(query.mail().workspace(), term)));
        query.labels().forEach(label -> all.add(of(label)));
        return all;
    }

    private static Listing of(WorkspaceId workspace, Term term) {
        Condition has = MESSAGE_TERM.TERM.eq(term.key());
        return new Listing(
                term,
                MESSAGE_TERM,
                MESSAGE_TERM.WORKSPACE_ID.eq(workspace.value()).and(has),
                has,
                Indexes.IX_MESSAGE_TERM_LIST,
                MESSAGE_TERM.OCCURRED_AT,
                MESSAGE_TERM.MESSAGE_ID);
    }

    private static Listing of(LabelId label) {
        Condition has = MESSAGE_LABEL.LABEL_ID.eq(label.value());
        return new Listing(
                label,
                MESSAGE_LABEL,
                has,
                has,
                Indexes.IX_MESSAGE_LABEL_LIST,
                MESSAGE_LABEL.OCCURRED_AT,
                MESSAGE_LABEL.MESSAGE_ID);
    }

    /** How many there are, or the limit. */
    int count(DSLContext sql, @Nullable Instant since, @Nullable Place before, int limit) {
        return sql.fetchCount(sql.select(message)
                .from(table)
                .where(run.and(between(since, before)))
                .limit(inline(limit)));
    }

    /** The next ones behind a place. */
    List<Place> older(DSLContext sql, @Nullable Instant since, @Nullable Place before, int limit) {
        return sql.select(at, message)
                .from(table)
                .where(run.and(between(since, before)))
                .orderBy(IndexOrder.down(index))
                .limit(inline(limit))
                .fetch(row -> new Place(row.value1(), new MessageId(row.value2())));
    }

    private Condition between(@Nullable Instant since, @Nullable Place before) {
        Condition between = since == null ? noCondition() : at.ge(since);
        return before == null ? between : between.and(MessageLists.before(at, message, before));
    }

    /** Whether a message stands in it. */
    Condition holds(Field<UUID> id) {
        return exists(selectOne().from(table).where(message.eq(id).and(has)));
    }
}
