package org.chancery.storage.queue;

import static org.chancery.storage.jooq.Tables.QUEUE_JOB;
import static org.jooq.impl.DSL.noCondition;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.tables.records.QueueJobRecord;
import org.chancery.storage.tx.IndexOrder;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Index;
import org.jooq.SQLDialect;
import org.jspecify.annotations.Nullable;

/**
 * One claim of due jobs.
 *
 * <p>Candidates are read without locks in the order of an index, and then locked by their keys, those that somebody else
 * has locked being skipped: H2 locks every row that an ordered query for update looks at.
 *
 * <p>A due job whose destination is full is marked as passed over, once, and is out of the way from then on, so that a
 * backlog of one destination is not read again by every claim. Marked jobs are found by destination as soon as theirs has
 * room.
 */
final class Claiming {

    /** How many due jobs are read at a time; at first, no more than are likely to be needed. */
    private static final int BATCH = 200;

    private static final int FIRST_BATCH = 20;

    /** How often at most: so many times {@link #BATCH} jobs of full destinations are stepped over by one claim. */
    private static final int MAX_BATCHES = 10;

    /** So many destinations with marked jobs are asked for by one claim. */
    private static final int MAX_DESTINATIONS = 50;

    /** Sorts before every character that a domain or an address literal has. */
    private static final char BEFORE_ALL_OF_DOMAINS = '!';

    private record Candidate(UUID id, String destination, Instant dueAt) {
        static final Comparator<Candidate> OLDEST_FIRST =
                Comparator.comparing(Candidate::dueAt).thenComparing(Candidate::id);
    }

    private final DSLContext sql;
    private final String owner;
    private final Instant now;
    private final Instant leaseUntil;
    private final Set<String> full;
    private final List<QueueJobRecord> claimed = new ArrayList<>();

    Claiming(DSLContext sql, String owner, Instant now, Instant leaseUntil, Set<String> full) {
        this.sql = sql;
        this.owner = owner;
        this.now = now;
        this.leaseUntil = leaseUntil;
        this.full = full;
    }

    List<QueueJobRecord> claim(int limit) {
        List<Candidate> candidates = passedOver(limit);
        Candidate last = null;
        for (int batch = 0; batch < MAX_BATCHES; batch++) {
            int size = batch == 0 ? Math.max(FIRST_BATCH, 2 * limit) : BATCH;
            List<Candidate> due = due(last, size);
            passOver(due.stream().filter(this::isFull).map(Candidate::id).toList());
            due.stream().filter(candidate -> !isFull(candidate)).forEach(candidates::add);
            lease(candidates, limit);
            if (due.size() < size || claimed.size() >= limit) {
                break;
            }
            last = due.getLast();
            candidates.clear();
        }
        return claimed;
    }

    private boolean isFull(Candidate candidate) {
        return full.contains(candidate.destination());
    }

    private List<Candidate> due(@Nullable Candidate after, int limit) {
        Condition isDue = QUEUE_JOB.PASSED_OVER.eq(false).and(QUEUE_JOB.DUE_AT.le(now));
        return candidates(isDue.and(after == null ? noCondition() : isAfter(after)), Indexes.IX_QUEUE_JOB_DUE, limit);
    }

    private static Condition isAfter(Candidate last) {
        return QUEUE_JOB
                .DUE_AT
                .ge(last.dueAt())
                .and(QUEUE_JOB.DUE_AT.gt(last.dueAt()).or(QUEUE_JOB.ID.gt(last.id())));
    }

    /** Jobs that earlier claims passed over, of destinations that have room by now. */
    private List<Candidate> passedOver(int limit) {
        List<Candidate> found = new ArrayList<>();
        String destination = destinationAfter("");
        for (int i = 0; destination != null && i < MAX_DESTINATIONS + full.size(); i++) {
            if (!full.contains(destination)) {
                Condition isPassedOver = QUEUE_JOB.PASSED_OVER.eq(true).and(QUEUE_JOB.DESTINATION.eq(destination));
                found.addAll(candidates(isPassedOver, Indexes.IX_QUEUE_JOB_DESTINATION, limit));
            }
            destination = destinationAfter(destination);
        }
        return found;
    }

    /** Each destination is one step in the index, however many jobs it has: its first row, and not the least, which H2 seeks in all. */
    private @Nullable String destinationAfter(String destination) {
        // H2 begins to read at the first row of what all have to be behind; so it is told where that is over.
        Condition isBehind = sql.dialect() == SQLDialect.H2
                ? QUEUE_JOB.DESTINATION.ge(destination + BEFORE_ALL_OF_DOMAINS)
                : QUEUE_JOB.DESTINATION.gt(destination);
        return sql.select(QUEUE_JOB.DESTINATION)
                .from(QUEUE_JOB)
                .where(QUEUE_JOB.PASSED_OVER.eq(true).and(isBehind))
                .orderBy(IndexOrder.up(Indexes.IX_QUEUE_JOB_DESTINATION))
                .limit(1)
                .fetchOne(QUEUE_JOB.DESTINATION);
    }

    private List<Candidate> candidates(Condition which, Index index, int limit) {
        return sql.select(QUEUE_JOB.ID, QUEUE_JOB.DESTINATION, QUEUE_JOB.DUE_AT)
                .from(QUEUE_JOB)
                .where(which)
                .orderBy(IndexOrder.up(index))
                .limit(limit)
                .fetch(row -> new Candidate(row.value1(), row.value2(), row.value3()));
    }

    private void passOver(List<UUID> ids) {
        change(ids(lockFree(ids)), Map.of(QUEUE_JOB.PASSED_OVER, true));
    }

    private void lease(List<Candidate> candidates, int limit) {
        List<UUID> ids = candidates.stream()
                .sorted(Candidate.OLDEST_FIRST)
                .map(Candidate::id)
                .toList();
        for (int from = 0; from < ids.size() && claimed.size() < limit; ) {
            int to = Math.min(ids.size(), from + limit - claimed.size());
            List<QueueJobRecord> free = lockFree(ids.subList(from, to));
            change(
                    ids(free),
                    Map.of(QUEUE_JOB.LEASED_BY, owner, QUEUE_JOB.DUE_AT, leaseUntil, QUEUE_JOB.PASSED_OVER, false));
            claimed.addAll(free);
            from = to;
        }
    }

    /** Of these jobs, those that nobody else has locked or claimed meanwhile; locked now, oldest first. */
    private List<QueueJobRecord> lockFree(List<UUID> ids) {
        return ids.isEmpty()
                ? List.of()
                : sql
                        .selectFrom(QUEUE_JOB)
                        .where(QUEUE_JOB.ID.in(ids).and(QUEUE_JOB.DUE_AT.le(now)))
                        .forUpdate()
                        .skipLocked()
                        .fetch()
                        .stream()
                        .sorted(Comparator.comparing(QueueJobRecord::getDueAt).thenComparing(QueueJobRecord::getId))
                        .toList();
    }

    private static List<UUID> ids(List<QueueJobRecord> jobs) {
        return jobs.stream().map(QueueJobRecord::getId).toList();
    }

    private void change(List<UUID> ids, Map<?, ?> values) {
        if (!ids.isEmpty()) {
            sql.update(QUEUE_JOB).set(values).where(QUEUE_JOB.ID.in(ids)).execute();
        }
    }
}
