package org.chancery.core.send;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.EventId;
import org.chancery.core.mailbox.MessageFacts;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/**
 * How many mails may leave in a day (UTC), from an endpoint and from its workspace. Each mail is counted in the transaction that
 * queues it, whatever asked for it, once for all of its recipients; past the cap that transaction fails, and nothing is queued.
 *
 * <p>Counted is from the first mail of the day on, so that a cap which is set at noon is one for the day; but for the whole
 * workspace only where it has a cap, for there all who send wait for one another.
 */
public final class SendCaps {
    private final Transactions transactions;
    private final SendCounts counts;
    private final EndpointRepository endpoints;
    private final EventLog events;
    private final Config config;
    private final Clock clock;

    /** Where it reads and writes. */
    public record Stores(SendCounts counts, EndpointRepository endpoints, EventLog events) {}

    /**
     * What holds for every workspace.
     *
     * @param perWorkspaceDay how many mails may leave from one in a day; 0 for any number
     * @param steps at which percentages of a cap {@code cap.reached} tells of it
     */
    public record Config(int perWorkspaceDay, List<Integer> steps) {
        public Config {
            steps = List.copyOf(steps);
        }
    }

    public SendCaps(Transactions transactions, Stores stores, Config config, Clock clock) {
        this.transactions = transactions;
        this.counts = stores.counts();
        this.endpoints = stores.endpoints();
        this.events = stores.events();
        this.config = config;
        this.clock = clock;
    }

    /**
     * Counts a mail that leaves now.
     *
     * @throws CallerFault where the day's mails have left
     */
    void count(Tx tx, MessageFacts mail, Instant now) {
        Cap own = new Cap("inbox", capOf(tx, mail), mail, now);
        tell(tx, own, counts.add(tx, mail.endpoint(), own.day(), own.limitOrAny()));
        if (config.perWorkspaceDay() > 0) {
            Cap shared = new Cap("workspace", config.perWorkspaceDay(), mail, now);
            tell(tx, shared, counts.add(tx, mail.workspace(), shared.day(), shared.limitOrAny()));
        }
    }

    /** The cap as it is now; that of an endpoint which was removed meanwhile does not matter any more. */
    private @Nullable Integer capOf(Tx tx, MessageFacts mail) {
        return endpoints
                .find(tx, mail.workspace(), mail.endpoint())
                .map(Endpoint::behaviour)
                .map(behaviour -> behaviour.sendCapPerDay())
                .orElse(null);
    }

    /** A cap on a day. */
    private record Cap(String of, @Nullable Integer limit, MessageFacts mail, Instant now) {
        LocalDate day() {
            return LocalDate.ofInstant(now, ZoneOffset.UTC);
        }

        int limitOrAny() {
            return limit == null ? Integer.MAX_VALUE : limit;
        }

        Instant end() {
            return day().plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        }

        CallerFault reached() {
            return CallerFault.tooMany(
                    "cap_reached",
                    "The " + of + " may send " + limit + " mails a day, and they have left; the day ends at " + end()
                            + ".",
                    Duration.between(now, end()));
        }
    }

    private void tell(Tx tx, Cap cap, OptionalInt sent) {
        int value = sent.orElseThrow(cap::reached);
        Integer limit = cap.limit();
        if (limit == null) {
            return;
        }
        for (int step : config.steps()) {
            // The count rises by one each time, so that it stands at each step once.
            if (value == firstOf(step, limit)) {
                append(tx, cap, step, value, limit);
            }
        }
    }

    /** The least number of mails that is as many percent of the limit. */
    private static long firstOf(int step, int limit) {
        return Math.ceilDiv((long) limit * step, 100);
    }

    private void append(Tx tx, Cap cap, int step, int value, int limit) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("cap_type", "send");
        payload.put("scope", cap.of());
        payload.put("threshold", step);
        payload.put("value", value);
        payload.put("limit", limit);
        payload.put("resets_at", cap.end().toString());
        EndpointId endpoint = cap.of().equals("inbox") ? cap.mail().endpoint() : null;
        if (endpoint != null) {
            payload.put("inbox_id", endpoint.text());
        }
        events.append(
                tx,
                new DomainEvent(
                        EventId.at(cap.now()),
                        cap.mail().workspace(),
                        endpoint,
                        EventType.CAP_REACHED,
                        payload,
                        cap.now()));
    }

    /** Forgets the days before yesterday. For a timer, every hour or so. */
    public void sweep() {
        LocalDate yesterday =
                LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(1);
        transactions.run(tx -> counts.forget(tx, yesterday));
    }
}
