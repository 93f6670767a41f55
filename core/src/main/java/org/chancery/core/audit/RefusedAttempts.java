package org.chancery.core.audit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps in the record that somebody tried what they must not do. A program decides how often it tries, so that the record tells of
 * the first try within an hour, and then of every tenth, hundredth, thousandth: a few entries for each token, kind and subject, each
 * with the count so far. Used by all calls at once.
 */
public final class RefusedAttempts {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedAttempts.class);

    private static final Duration HOUR = Duration.ofHours(1);
    /** Of what one token tries within an hour on more subjects than these, one more row tells, whose subject is the token. */
    private static final int MAX_SUBJECTS = 20;
    /** Whoever uses more tokens than these has their making in the record; the one first seen is forgotten first. */
    private static final int MAX_TOKENS = 2_000;

    private final Transactions transactions;
    private final AuditLog audit;
    private final Clock clock;
    private final Map<String, Hour> hours = new LinkedHashMap<>();

    /** What a token tried since that moment, and how often. */
    private record Hour(Instant began, Map<Tried, Integer> counts) {}

    private record Tried(AuditKind kind, String code, String subject) {}

    private record Row(Tried tried, int count) {}

    public RefusedAttempts(Transactions transactions, AuditLog audit, Clock clock) {
        this.transactions = transactions;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Something that somebody is about to do.
     *
     * @param kind of the entry, where it is refused
     * @param subject the public id of what it is about
     */
    public record Attempt(WorkspaceId workspace, Author by, AuditKind kind, String subject) {}

    /** Does it; where it is forbidden, this is noted and the caller is told as if it were not. */
    public <T> T noting(Attempt attempt, Supplier<T> action) {
        try {
            return action.get();
        } catch (CallerFault fault) {
            if (fault.kind() == CallerFault.Kind.FORBIDDEN) {
                note(attempt, fault.code());
            }
            throw fault;
        }
    }

    private void note(Attempt attempt, String code) {
        Row row = count(attempt.by(), new Tried(attempt.kind(), code, attempt.subject()));
        if (isPowerOfTen(row.count())) {
            append(attempt, row);
        }
    }

    private Row count(Author by, Tried tried) {
        String token = by.token() == null ? by.id() : by.token();
        Instant now = clock.instant();
        synchronized (hours) {
            Hour hour = hours.get(token);
            if (hour == null || !hour.began().plus(HOUR).isAfter(now)) {
                hours.remove(token);
                hour = new Hour(now, new HashMap<>());
                hours.put(token, hour);
                if (hours.size() > MAX_TOKENS) {
                    hours.remove(hours.keySet().iterator().next());
                }
            }
            boolean hasRow = hour.counts().containsKey(tried) || hour.counts().size() < MAX_SUBJECTS;
            Tried counted = hasRow ? tried : new Tried(tried.kind(), tried.code(), token);
            return new Row(counted, hour.counts().merge(counted, 1, Integer::sum));
        }
    }

    private static boolean isPowerOfTen(int count) {
        int left = count;
        while (left % 10 == 0) {
            left /= 10;
        }
        return left == 1;
    }

    private void append(Attempt attempt, Row row) {
        Tried tried = row.tried();
        Map<String, Object> details = Map.of("code", tried.code(), "count", row.count());
        try {
            transactions.run(tx -> audit.append(
                    tx,
                    new AuditEntry(
                            attempt.workspace(),
                            clock.instant(),
                            tried.kind(),
                            attempt.by(),
                            tried.subject(),
                            details)));
        } catch (Unavailable away) {
            LOG.warn("a refused attempt on {} is not in the record", tried.subject(), away);
        }
    }
}
