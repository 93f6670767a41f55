package org.chancery.core.sts;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BooleanSupplier;
import org.chancery.core.sts.StsSource.Announced;
import org.chancery.core.sts.StsSource.Fetched;
import org.chancery.core.tx.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policies of domains, fetched when they are announced and kept for as long as they say: whoever keeps the announcement or the
 * policy from us later takes nothing from a domain that we know (RFC 8461 §10.2). Safe for use by many threads.
 */
public final class StsPolicies {
    private static final Logger LOG = LoggerFactory.getLogger(StsPolicies.class);

    /** RFC 8461 §3.3: how long a fetch that failed is not repeated. */
    private static final Duration PAUSE = Duration.ofMinutes(5);

    /** Domains whose fetch failed, in memory; past this they are forgotten. */
    private static final int MAX_FAILED = 10_000;

    /** A policy that is not needed is not refreshed, and expires some day. */
    private static final Duration NEEDED = Duration.ofDays(14);

    private static final int REFRESHED_AT_ONCE = 50;

    /** After a refresh that failed. */
    private static final Duration REPEATED = Duration.ofHours(1);

    private final Transactions transactions;
    private final StsPolicyRepository policies;
    private final StsSource source;
    private final Clock clock;
    private final ConcurrentMap<String, Instant> failed = new ConcurrentHashMap<>();

    public StsPolicies(Transactions transactions, StsPolicyRepository policies, StsSource source, Clock clock) {
        this.transactions = transactions;
        this.policies = policies;
        this.source = source;
        this.clock = clock;
    }

    /**
     * The policy by which mail is to be brought to a domain now; empty where it has none. Takes as long as name servers and the
     * domain's web server do.
     *
     * @throws org.chancery.core.fault.Unavailable where the database is away
     */
    public Optional<StsPolicy> of(String domain) {
        Instant now = clock.instant();
        Optional<KeptPolicy> kept =
                transactions.in(tx -> policies.find(tx, domain)).filter(policy -> policy.isAliveAt(now));
        kept.ifPresent(policy -> markUsed(policy, now));
        return switch (source.announced(domain)) {
            case Announced.Id announced ->
                kept.filter(policy -> policy.id().equals(announced.id()))
                        .or(() -> fetch(domain, announced.id(), now))
                        .or(() -> kept)
                        .map(KeptPolicy::policy);
            // §3.1, §5.1: a policy that is alive holds, whatever the DNS says or does not say meanwhile.
            case Announced.Nothing ignored -> kept.map(KeptPolicy::policy);
            case Announced.Unknown ignored -> kept.map(KeptPolicy::policy);
        };
    }

    private void markUsed(KeptPolicy policy, Instant now) {
        if (policy.usedAt().isBefore(now.minus(Duration.ofDays(1)))) {
            transactions.run(tx -> policies.used(tx, policy.domain(), now));
        }
    }

    private Optional<KeptPolicy> fetch(String domain, String id, Instant usedAt) {
        Instant now = clock.instant();
        Instant before = failed.get(domain);
        if (before != null && now.isBefore(before.plus(PAUSE))) {
            return Optional.empty();
        }
        return switch (source.fetch(domain)) {
            case Fetched.Policy fetched -> {
                failed.remove(domain);
                KeptPolicy fresh = KeptPolicy.fetched(domain, id, fetched.policy(), now, usedAt);
                // Another thread or server may have asked later and had its answer sooner.
                yield transactions.in(tx -> policies.keep(tx, fresh) ? Optional.of(fresh) : policies.find(tx, domain));
            }
            case Fetched.Failed failure -> {
                LOG.warn("the MTA-STS policy of {} cannot be fetched: {}", domain, failure.why());
                if (failed.size() >= MAX_FAILED) {
                    failed.clear();
                }
                failed.put(domain, now);
                yield Optional.empty();
            }
        };
    }

    /**
     * Fetches anew what is used and has got old, before it expires; deletes what has expired. Takes as long as the slowest of many
     * name servers and web servers: nothing else should wait for it.
     *
     * @param goesOn asked before each policy
     */
    public void refresh(BooleanSupplier goesOn) {
        Instant now = clock.instant();
        List<KeptPolicy> due = transactions.in(tx -> policies.due(tx, now, now.minus(NEEDED), REFRESHED_AT_ONCE));
        for (KeptPolicy old : due) {
            if (!goesOn.getAsBoolean()) {
                return;
            }
            String id = source.announced(old.domain()) instanceof Announced.Id announced ? announced.id() : old.id();
            if (fetch(old.domain(), id, old.usedAt()).isEmpty()) {
                transactions.run(
                        tx -> policies.postpone(tx, old, clock.instant().plus(REPEATED)));
            }
        }
        transactions.run(tx -> policies.forget(tx, now));
    }
}
