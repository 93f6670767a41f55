package org.chancery.core.access;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes a client that guesses wait: after a few failed tries none is looked at for a while, then for twice as long, and so
 * on. Nobody sleeps meanwhile, so guessing costs us no threads. In memory, and bounded. Used by many threads.
 *
 * <p>Counted twice. For what was tried from one network: an old token in one program makes nobody wait but that program, also
 * not its neighbours behind the same address. And for a network, how many different things failed from it: whoever tries a
 * few guesses with each of many names waits as a whole. Both again for the site around an IPv6 network, with more room: its
 * owner has thousands of networks.
 *
 * @param <K> what is tried: a user name, an account, a token
 */
public final class TryBackoff<K> {
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);
    /** How much more may fail from a site than from one of its networks: several people's mistakes. */
    private static final int SITE_ALLOWANCE = 4;
    /** Networks, and things in networks, remembered at once; the one that failed least lately is forgotten first. */
    private static final int MAX_REMEMBERED = 10_000;

    /**
     * Where waiting begins.
     *
     * @param tries how often one thing may fail from a network without anybody having to wait
     * @param things how many things may fail from one network
     * @param firstWait how long the first wait is
     */
    public record Limits(int tries, int things, Duration firstWait) {
        private Limits ofSite() {
            return new Limits(more(tries), more(things), firstWait);
        }

        private static int more(int count) {
            return (int) Math.min(Integer.MAX_VALUE, (long) SITE_ALLOWANCE * count);
        }
    }

    private final Around<K> networks;
    private final Around<K> sites;

    public TryBackoff(Limits limits) {
        this.networks = new Around<>(limits);
        this.sites = new Around<>(limits.ofSite());
    }

    /** How long the client has to wait before that thing is looked at; zero where it is looked at now. */
    public synchronized Duration wait(ClientNetwork client, K what, Instant now) {
        Duration own = networks.wait(client, what, now);
        Duration sites =
                client.site().map(site -> this.sites.wait(site, what, now)).orElse(Duration.ZERO);
        return longer(own, sites);
    }

    /** The same, whatever else came from its network, and whatever came from those around it. */
    public synchronized Duration waitForThing(ClientNetwork client, K what, Instant now) {
        return networks.waitForThing(client, what, now);
    }

    /** A try failed. */
    public synchronized void failed(ClientNetwork client, K what, Instant now) {
        networks.failed(client, what, now);
        client.site().ifPresent(site -> sites.failed(site, what, now));
    }

    /** A try did not fail: what failed before was a mistake. */
    public synchronized void succeeded(ClientNetwork client, K what) {
        networks.succeeded(client, what);
        client.site().ifPresent(site -> sites.succeeded(site, what));
    }

    /** A try that was counted as failed before its outcome was known had none. */
    public synchronized void giveBack(ClientNetwork client, K what) {
        networks.giveBack(client, what);
        client.site().ifPresent(site -> sites.giveBack(site, what));
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /** What failed from networks, or from sites. */
    private static final class Around<K> {
        private record What<K>(ClientNetwork network, K what) {}

        private final Failures<What<K>> tries;
        private final Failures<ClientNetwork> things;

        Around(Limits limits) {
            this.tries = new Failures<>(limits.tries(), limits.firstWait());
            this.things = new Failures<>(limits.things(), limits.firstWait());
        }

        Duration wait(ClientNetwork client, K what, Instant now) {
            return longer(waitForThing(client, what, now), things.wait(client, now));
        }

        Duration waitForThing(ClientNetwork client, K what, Instant now) {
            return tries.wait(new What<>(client, what), now);
        }

        void failed(ClientNetwork client, K what, Instant now) {
            boolean isFirst = tries.add(new What<>(client, what), now) == 1;
            if (isFirst) {
                things.add(client, now);
            }
        }

        void succeeded(ClientNetwork client, K what) {
            boolean hadFailed = tries.forget(new What<>(client, what));
            if (hadFailed) {
                things.takeOne(client);
            }
        }

        void giveBack(ClientNetwork client, K what) {
            boolean wasOnly = tries.takeOne(new What<>(client, what));
            if (wasOnly) {
                things.takeOne(client);
            }
        }
    }

    private record Count(int count, Instant last) {}

    /** Counts of failures, of which some are free and each further one doubles the wait. */
    private static final class Failures<K> {
        private final int free;
        private final Duration firstWait;
        private final Map<K, Count> counts = new LinkedHashMap<>();

        Failures(int free, Duration firstWait) {
            this.free = free;
            this.firstWait = firstWait;
        }

        Duration wait(K key, Instant now) {
            Count known = counts.get(key);
            if (known == null || isForgotten(known, now) || known.count() < free) {
                return Duration.ZERO;
            }
            Duration doubled = firstWait.multipliedBy(1L << Math.min(known.count() - free, 20));
            Duration wait = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
            Duration left = Duration.between(now, known.last().plus(wait));
            return left.isNegative() ? Duration.ZERO : left;
        }

        private static boolean isForgotten(Count known, Instant now) {
            return known.last().plus(FORGOTTEN_AFTER).isBefore(now);
        }

        /** Counts one more, and gives how many there are. */
        int add(K key, Instant now) {
            Count known = counts.remove(key);
            int count = known == null || isForgotten(known, now) ? 1 : known.count() + 1;
            counts.put(key, new Count(count, now));
            if (counts.size() > MAX_REMEMBERED) {
                counts.remove(counts.keySet().iterator().next());
            }
            return count;
        }

        /** Whether there was something to forget. */
        boolean forget(K key) {
            return counts.remove(key) != null;
        }

        /** Whether the one that was taken was the only one. */
        boolean takeOne(K key) {
            boolean[] wasOnly = {false};
            counts.computeIfPresent(key, (same, known) -> {
                wasOnly[0] = known.count() == 1;
                return wasOnly[0] ? null : new Count(known.count() - 1, known.last());
            });
            return wasOnly[0];
        }
    }
}
