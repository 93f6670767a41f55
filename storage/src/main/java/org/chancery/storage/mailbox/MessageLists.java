package org.chancery.storage.mailbox;

import static org.chancery.storage.jooq.Tables.MESSAGE;
import static org.jooq.impl.DSL.falseCondition;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.noCondition;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.chancery.core.access.SenderBindings;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.MessageRepository.MessageQuery;
import org.chancery.core.mailbox.MessageRepository.Place;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.tables.records.MessageRecord;
import org.chancery.storage.tx.IndexOrder;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Index;
import org.jooq.Record2;
import org.jooq.Select;
import org.jooq.SortField;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;

/**
 * Lists of messages, newest first, each read in the order of one of the table's indexes and no further than the page.
 *
 * <p>A condition that names several endpoints or senders would make either database collect and sort all of their mail for
 * every page. So each gets a range of its own, no longer than the page, and the ranges are merged.
 */
public final class MessageLists {

    /** With more endpoints than this, most of a workspace's mail is asked for: its own order is read and filtered. */
    private static final int MAX_ENDPOINTS = 32;

    /** As many as one person has; theirs may be few mails among very many. */
    static final int MAX_SENDERS = SenderBindings.MAX_ADDRESSES;

    /** As the databases sort: ids octet by octet, which {@link UUID#compareTo} does not. */
    private static final Comparator<Place> NEWEST_FIRST = Comparator.comparing(Place::occurredAt)
            .thenComparing(place -> place.id().value().toString())
            .reversed();

    private MessageLists() {}

    /** A run of one index, in which all rows have the same values in the columns before the time. */
    private record Range(Condition condition, Index index) {

        Table<MessageRecord> table(DSLContext sql) {
            return IndexOrder.by(sql, MESSAGE, index);
        }

        List<SortField<?>> newestFirst() {
            return IndexOrder.down(index);
        }
    }

    /** One page, newest first. */
    public static List<MessageRecord> page(DSLContext sql, MessageQuery query, int offset, int limit) {
        List<Range> ranges = ranges(query);
        if (ranges.isEmpty()) {
            return List.of();
        }
        Condition filter = filter(query).and(before(query.before()));
        if (ranges.size() == 1) {
            return newest(sql, ranges.getFirst(), filter, offset, limit).fetch();
        }
        return byIds(
                sql,
                merged(sql, ranges, filter, offset, limit).stream()
                        .map(place -> place.id().value())
                        .toList());
    }

    /**
     * Where the newest mails are, for whoever walks on along them: each endpoint has its range, however many there are, so that as
     * much is read as is asked for, where {@link #page} might read all mail of the workspace.
     */
    public static List<Place> places(DSLContext sql, MessageQuery query, int limit) {
        List<EndpointId> endpoints = query.endpoints();
        if (endpoints == null || query.senders() != null || query.thread() != null) {
            return page(sql, query, 0, limit).stream()
                    .map(row -> new Place(row.getOccurredAt(), new MessageId(row.getId())))
                    .toList();
        }
        List<Place> newest = new ArrayList<>();
        for (int from = 0; from < endpoints.size(); from += MAX_ENDPOINTS) {
            MessageQuery some = at(query, endpoints.subList(from, Math.min(from + MAX_ENDPOINTS, endpoints.size())));
            Condition filter = filter(some).and(before(some.before()));
            newest.addAll(merged(sql, ranges(some), filter, 0, limit));
            newest.sort(NEWEST_FIRST);
            newest = new ArrayList<>(newest.subList(0, Math.min(limit, newest.size())));
        }
        return newest;
    }

    private static MessageQuery at(MessageQuery query, List<EndpointId> endpoints) {
        return new MessageQuery(
                query.workspace(),
                endpoints,
                query.senders(),
                query.inbound(),
                query.state(),
                query.status(),
                query.thread(),
                query.since(),
                query.before());
    }

    /** Where the rows of a page are; the ranges of a far one are long, and whole rows need not be read for it. */
    private static List<Place> merged(DSLContext sql, List<Range> ranges, Condition filter, int offset, int limit) {
        Table<Record2<Instant, UUID>> merged = ranges.stream()
                .<Select<Record2<Instant, UUID>>>map(range -> sql.select(MESSAGE.OCCURRED_AT, MESSAGE.ID)
                        .from(range.table(sql))
                        .where(range.condition().and(filter))
                        .orderBy(range.newestFirst())
                        .limit(inline(offset + limit)))
                .reduce(Select::unionAll)
                .orElseThrow()
                .asTable("merged");
        return sql.select(merged.field(MESSAGE.OCCURRED_AT), merged.field(MESSAGE.ID))
                .from(merged)
                .orderBy(
                        merged.field(MESSAGE.OCCURRED_AT).desc(),
                        merged.field(MESSAGE.ID).desc())
                .limit(inline(limit))
                .offset(offset)
                .fetch(row -> new Place(row.value1(), new MessageId(row.value2())));
    }

    private static List<MessageRecord> byIds(DSLContext sql, List<UUID> ids) {
        Map<UUID, MessageRecord> found =
                sql.selectFrom(MESSAGE).where(MESSAGE.ID.in(ids)).fetchMap(MESSAGE.ID);
        return ids.stream().map(found::get).filter(Objects::nonNull).toList();
    }

    static List<MessageRecord> latestOf(DSLContext sql, UUID workspace, UUID thread, int limit) {
        Range range = new Range(
                MESSAGE.WORKSPACE_ID.eq(workspace).and(MESSAGE.THREAD_ID.eq(thread)), Indexes.IX_MESSAGE_THREAD);
        List<MessageRecord> latest = newest(sql, range, noCondition(), 0, limit).fetch();
        Collections.reverse(latest);
        return latest;
    }

    private static Select<MessageRecord> newest(DSLContext sql, Range range, Condition filter, int offset, int limit) {
        return sql.selectFrom(range.table(sql))
                .where(range.condition().and(filter))
                .orderBy(range.newestFirst())
                // Inlined: H2 may keep the limit of an earlier execution within a union.
                .limit(inline(limit))
                .offset(offset);
    }

    /** The parts of the table that the list is merged from; none where nothing can be found. */
    private static List<Range> ranges(MessageQuery query) {
        List<EndpointId> endpoints = query.endpoints();
        List<String> senders = query.senders();
        if (isEmpty(endpoints) || isEmpty(senders)) {
            return List.of();
        }
        UUID workspace = query.workspace().value();
        if (query.thread() != null) {
            return List.of(new Range(
                    MESSAGE.WORKSPACE_ID
                            .eq(workspace)
                            .and(MESSAGE.THREAD_ID.eq(query.thread().value())),
                    Indexes.IX_MESSAGE_THREAD));
        }
        boolean isOfState = query.state() != null || query.status() != null;
        if (senders != null && isBySender(query)) {
            Index index = isOfState ? Indexes.IX_MESSAGE_SENDER_STATE : Indexes.IX_MESSAGE_SENDER;
            return each(
                    query,
                    index,
                    senders,
                    sender -> MESSAGE.WORKSPACE_ID.eq(workspace).and(MESSAGE.FROM_CANONICAL.eq(sender)));
        }
        if (endpoints != null && endpoints.size() <= MAX_ENDPOINTS) {
            Index index = isOfState ? Indexes.IX_MESSAGE_ENDPOINT_STATE : Indexes.IX_MESSAGE_ENDPOINT;
            return each(
                    query,
                    index,
                    endpoints,
                    endpoint -> MESSAGE.WORKSPACE_ID.eq(workspace).and(MESSAGE.ENDPOINT_ID.eq(endpoint.value())));
        }
        Index index = isOfState ? Indexes.IX_MESSAGE_STATE : Indexes.IX_MESSAGE_WORKSPACE;
        return List.of(new Range(MESSAGE.WORKSPACE_ID.eq(workspace).and(inState(query)), index));
    }

    private static boolean isBySender(MessageQuery query) {
        List<String> senders = query.senders();
        return query.thread() == null && senders != null && senders.size() <= MAX_SENDERS;
    }

    private static boolean isEmpty(@Nullable List<?> list) {
        return list != null && list.isEmpty();
    }

    private static <T> List<Range> each(MessageQuery query, Index index, List<T> values, Function<T, Condition> is) {
        return values.stream()
                .distinct()
                .map(value -> new Range(is.apply(value).and(inState(query)), index))
                .toList();
    }

    /** All that a message has to be, for those that were found otherwise than by the ranges; but for {@code before}. */
    public static Condition whole(MessageQuery query) {
        if (isEmpty(query.endpoints()) || isEmpty(query.senders())) {
            return falseCondition();
        }
        Condition all = MESSAGE.WORKSPACE_ID
                .eq(query.workspace().value())
                .and(filter(query))
                .and(inState(query));
        if (query.thread() != null) {
            all = all.and(MESSAGE.THREAD_ID.eq(query.thread().value()));
        }
        return query.senders() == null ? all : all.and(MESSAGE.FROM_CANONICAL.in(query.senders()));
    }

    private static Condition inState(MessageQuery query) {
        Condition is = noCondition();
        if (query.state() != null) {
            is = is.and(MESSAGE.INBOUND.eq(true))
                    .and(MESSAGE.STATE.eq(query.state().text()));
        }
        if (query.status() != null) {
            is = is.and(MESSAGE.INBOUND.eq(false))
                    .and(MESSAGE.STATE.eq(query.status().text()));
        }
        return is;
    }

    /** What the ranges do not say; to say it twice does no harm. */
    private static Condition filter(MessageQuery query) {
        Condition filter = query.thread() == null ? noCondition() : inState(query);
        if (query.state() == null && query.status() == null) {
            filter = filter.and(MESSAGE.STATE.ne(HandlingState.ERROR.text()));
        }
        if (query.inbound() != null) {
            filter = filter.and(MESSAGE.INBOUND.eq(query.inbound()));
        }
        if (query.since() != null) {
            filter = filter.and(MESSAGE.OCCURRED_AT.ge(query.since()));
        }
        List<EndpointId> endpoints = query.endpoints();
        if (endpoints != null && endpoints.size() != 1) {
            filter = filter.and(MESSAGE.ENDPOINT_ID.in(
                    endpoints.stream().map(EndpointId::value).toList()));
        } else if (endpoints != null) {
            filter = filter.and(MESSAGE.ENDPOINT_ID.eq(endpoints.getFirst().value()));
        }
        List<String> senders = query.senders();
        // A hundred ranges, each with all hundred senders once more, would be a statement of ten thousand values.
        if (senders != null && !isBySender(query)) {
            filter = filter.and(MESSAGE.FROM_CANONICAL.in(senders));
        }
        return filter;
    }

    private static Condition before(@Nullable Place place) {
        return place == null ? noCondition() : before(MESSAGE.OCCURRED_AT, MESSAGE.ID, place);
    }

    /** That something stands behind a place in the order newest first. */
    public static Condition before(Field<Instant> at, Field<UUID> id, Place place) {
        // The first part says the same once more in a way that bounds the range of an index.
        return at.le(place.occurredAt())
                .and(at.lt(place.occurredAt()).or(id.lt(place.id().value())));
    }
}
