package org.chancery.storage.mailbox;

import static org.chancery.storage.jooq.Tables.MESSAGE;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.noCondition;

import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.chancery.core.id.EndpointId;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.MessageRepository.MessageQuery;
import org.chancery.core.mailbox.MessageRepository.Place;
import org.chancery.core.mailbox.OutboundStatus;
import org.chancery.storage.jooq.tables.records.MessageRecord;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Select;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;

/**
 * Lists of messages, newest first, each read in the order of one of the table's indexes.
 *
 * <p>A condition that names several endpoints or senders would make either database collect and sort all of their mail for
 * every page. So each gets a range of its own, no longer than the page, and the ranges are merged.
 */
final class MessageLists {

    /** With more ranges than this, most of a workspace's mail is asked for: its own order is read and filtered. */
    private static final int MAX_RANGES = 32;

    private MessageLists() {}

    static List<MessageRecord> page(DSLContext sql, MessageQuery query, int offset, int limit) {
        List<Condition> ranges = ranges(query);
        if (ranges.isEmpty()) {
            return List.of();
        }
        Condition filter = filter(query).and(before(query.before()));
        if (ranges.size() == 1) {
            return newest(sql, ranges.getFirst().and(filter), offset, limit).fetch();
        }
        Table<MessageRecord> merged = ranges.stream()
                .<Select<MessageRecord>>map(range -> newest(sql, range.and(filter), 0, offset + limit))
                .reduce(Select::unionAll)
                .orElseThrow()
                .asTable("merged");
        return sql.selectFrom(merged)
                .orderBy(
                        merged.field(MESSAGE.OCCURRED_AT).desc(),
                        merged.field(MESSAGE.ID).desc())
                .limit(inline(limit))
                .offset(offset)
                .fetchInto(MESSAGE);
    }

    static long count(DSLContext sql, MessageQuery query) {
        List<Condition> ranges = ranges(query);
        return ranges.isEmpty() ? 0 : sql.fetchCount(MESSAGE, filter(query).and(anyOf(ranges)));
    }

    static List<MessageRecord> latestOf(DSLContext sql, UUID workspace, UUID thread, int limit) {
        List<MessageRecord> latest = newest(
                        sql, MESSAGE.THREAD_ID.eq(thread).and(MESSAGE.WORKSPACE_ID.eq(workspace)), 0, limit)
                .fetch();
        Collections.reverse(latest);
        return latest;
    }

    private static Select<MessageRecord> newest(DSLContext sql, Condition which, int offset, int limit) {
        return sql.selectFrom(MESSAGE)
                .where(which)
                .orderBy(MESSAGE.OCCURRED_AT.desc(), MESSAGE.ID.desc())
                // Inlined: H2 may keep the limit of an earlier execution within a union.
                .limit(inline(limit))
                .offset(offset);
    }

    /** The parts of the table that the list is merged from; none where nothing can be found. */
    private static List<Condition> ranges(MessageQuery query) {
        List<EndpointId> endpoints = query.endpoints();
        List<String> senders = query.senders();
        if (senders != null && query.thread() == null && senders.size() <= MAX_RANGES) {
            return each(senders, MESSAGE.FROM_CANONICAL::eq);
        }
        if (endpoints != null && query.thread() == null && !isShort(query) && endpoints.size() <= MAX_RANGES) {
            return each(endpoints, endpoint -> MESSAGE.ENDPOINT_ID.eq(endpoint.value()));
        }
        boolean findsNothing = isEmpty(endpoints) || isEmpty(senders);
        return findsNothing ? List.of() : List.of(noCondition());
    }

    private static boolean isEmpty(@Nullable List<?> list) {
        return list != null && list.isEmpty();
    }

    private static <T> List<Condition> each(List<T> values, Function<T, Condition> range) {
        return values.stream().distinct().map(range).toList();
    }

    private static Condition anyOf(List<Condition> ranges) {
        return ranges.stream().reduce(Condition::or).orElseThrow();
    }

    /** Whether the state is one that mail does not stay in: its list is short, whatever else is asked for. */
    private static boolean isShort(MessageQuery query) {
        boolean isWaiting = query.state() != null && query.state() != HandlingState.HANDLED;
        OutboundStatus status = query.status();
        boolean isStuck = status != null && status != OutboundStatus.SENT && status != OutboundStatus.DELIVERED;
        return isWaiting || isStuck;
    }

    private static Condition filter(MessageQuery query) {
        Condition filter = MESSAGE.WORKSPACE_ID.eq(query.workspace().value());
        if (query.state() != null) {
            filter = filter.and(MESSAGE.INBOUND.eq(true))
                    .and(MESSAGE.STATE.eq(query.state().text()));
        }
        if (query.status() != null) {
            filter = filter.and(MESSAGE.INBOUND.eq(false))
                    .and(MESSAGE.STATE.eq(query.status().text()));
        }
        if (query.state() == null && query.status() == null) {
            filter = filter.and(MESSAGE.STATE.ne(HandlingState.ERROR.text()));
        }
        if (query.inbound() != null) {
            filter = filter.and(MESSAGE.INBOUND.eq(query.inbound()));
        }
        if (query.thread() != null) {
            filter = filter.and(MESSAGE.THREAD_ID.eq(query.thread().value()));
        }
        if (query.since() != null) {
            filter = filter.and(MESSAGE.OCCURRED_AT.ge(query.since()));
        }
        List<EndpointId> endpoints = query.endpoints();
        if (endpoints != null) {
            filter = filter.and(MESSAGE.ENDPOINT_ID.in(
                    endpoints.stream().map(EndpointId::value).toList()));
        }
        List<String> senders = query.senders();
        if (senders != null) {
            filter = filter.and(MESSAGE.FROM_CANONICAL.in(senders));
        }
        return filter;
    }

    private static Condition before(@Nullable Place place) {
        if (place == null) {
            return noCondition();
        }
        // The first part says the same once more in a way that bounds the range of an index.
        return MESSAGE.OCCURRED_AT
                .le(place.occurredAt())
                .and(MESSAGE.OCCURRED_AT
                        .lt(place.occurredAt())
                        .or(MESSAGE.ID.lt(place.id().value())));
    }
}
