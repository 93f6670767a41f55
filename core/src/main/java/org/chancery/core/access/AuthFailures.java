package org.chancery.core.access;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.EventId;
import org.chancery.core.id.PublicId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a workspace that somebody failed to get in as one of its people or with one of its tokens; what belongs to nobody is
 * only counted. Strangers decide how often that happens, so for one person or token an event is written once a minute, and
 * within the minute when the number of failures in a row doubles. Used by all calls at once; nobody waits for the writing, whose time would tell
 * whether an account exists.
 */
public final class AuthFailures {
    private static final Logger LOG = LoggerFactory.getLogger(AuthFailures.class);

    private static final Duration TOLD_AGAIN_AFTER = Duration.ofMinutes(1);
    /** A failure after so long a time is the first in a row again. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);
    /** People and tokens remembered at once; the one that failed least lately is forgotten first. */
    private static final int MAX_REMEMBERED = 10_000;

    private final Transactions transactions;
    private final AccessRepository access;
    private final EventLog events;
    private final Executor later;
    private final Clock clock;
    private final AtomicLong total = new AtomicLong();
    private final Map<PublicId, Row> rows = new LinkedHashMap<>();

    /**
     * Failures in a row.
     *
     * @param toldAt when the minute began in which an event was written last
     * @param told the highest number told in that minute
     */
    private record Row(int count, Instant last, Instant toldAt, int told) {}

    /** @param later runs what need not be done at once */
    public AuthFailures(
            Transactions transactions, AccessRepository access, EventLog events, Executor later, Clock clock) {
        this.transactions = transactions;
        this.access = access;
        this.events = events;
        this.later = later;
        this.clock = clock;
    }

    /** All that were counted, whoever was meant. */
    public long total() {
        return total.get();
    }

    /** Somebody showed a password that is not that of the account; the same address may have several. */
    void signIn(List<User> accounts, Client client) {
        total.incrementAndGet();
        for (User account : accounts) {
            count(account.id())
                    .ifPresent(count -> tell(
                            account.workspace(),
                            client,
                            count,
                            Map.of("user_id", account.id().text(), "email", account.email())));
        }
    }

    /** Somebody showed what is no valid token; perhaps one that was, or one that begins like one. Of sessions nothing is told. */
    public void token(String secret, Client client) {
        total.incrementAndGet();
        TokenSecret.of(secret)
                .token()
                .flatMap(id -> count(id).map(count -> (Runnable) () -> tellOfToken(id, client, count)))
                .ifPresent(later::execute);
    }

    /** Whoever was meant got in: what failed before is no row any more. */
    public void succeeded(PublicId whoever) {
        synchronized (rows) {
            rows.computeIfPresent(whoever, (same, row) -> new Row(0, row.last(), row.toldAt(), row.told()));
        }
    }

    /** Counts one more; empty where it is not to be told. */
    private Optional<Integer> count(PublicId whoever) {
        Instant now = clock.instant();
        synchronized (rows) {
            Row before = rows.remove(whoever);
            if (before == null || before.last().plus(FORGOTTEN_AFTER).isBefore(now)) {
                before = new Row(0, now, Instant.MIN, 0);
            }
            int count = before.count() + 1;
            boolean isNextMinute = !before.toldAt().isAfter(now.minus(TOLD_AGAIN_AFTER));
            boolean isTold = isNextMinute || (Integer.bitCount(count) == 1 && count > before.told());
            rows.put(
                    whoever, new Row(count, now, isNextMinute ? now : before.toldAt(), isTold ? count : before.told()));
            if (rows.size() > MAX_REMEMBERED) {
                rows.remove(rows.keySet().iterator().next());
            }
            return isTold ? Optional.of(count) : Optional.empty();
        }
    }

    private void tellOfToken(TokenId id, Client client, int count) {
        try {
            transactions
                    .in(tx -> access.tokenEver(tx, id))
                    // A session that is over is a page that somebody left open, and no token to its workspace.
                    .filter(kept -> !kept.isSession())
                    .map(KeptToken::token)
                    .ifPresent(token -> append(
                            token.workspace(),
                            client,
                            count,
                            Map.of("token_id", token.id().text(), "label", token.label())));
        } catch (Unavailable away) {
            LOG.warn("a failed try of token {} was not told", id, away);
        }
    }

    private void tell(WorkspaceId workspace, Client client, int count, Map<String, Object> who) {
        later.execute(() -> {
            try {
                append(workspace, client, count, who);
            } catch (Unavailable away) {
                LOG.warn("a failed sign-in in workspace {} was not told", workspace, away);
            }
        });
    }

    private void append(WorkspaceId workspace, Client client, int count, Map<String, Object> who) {
        Instant now = clock.instant();
        Map<String, Object> payload = new LinkedHashMap<>(who);
        payload.put("count", count);
        payload.put("channel", client.channel().text());
        payload.put("client", client.network().text());
        transactions.run(tx -> events.append(
                tx, new DomainEvent(EventId.at(now), workspace, null, EventType.AUTH_FAILED, payload, now)));
    }
}
