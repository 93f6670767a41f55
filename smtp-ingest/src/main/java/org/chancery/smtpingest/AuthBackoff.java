package org.chancery.smtpingest;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.mail.EmailAddress;

/**
 * Makes a client that guesses wait: after a few failed attempts none is looked at for a second, then for two, four and so
 * on. Nobody sleeps meanwhile, so guessing costs us no threads.
 *
 * <p>Counted twice. For a user name from one network: an old token in one program makes nobody wait but that program, also
 * not its neighbours behind the same address. And for a network, the user names which failed from it: whoever tries a few
 * guesses with each of many names waits as a whole.
 */
final class AuthBackoff {
    /** A person who mistypes, or a client with an old token on several connections, gets so far without noticing. */
    private static final int FREE_ATTEMPTS = 5;
    /** So many programs behind one address may have an old token at the same time. */
    private static final int FREE_USERS = 20;

    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);
    /** Networks, and user names in networks, remembered at once; the one that failed least lately is forgotten first. */
    private static final int MAX_REMEMBERED = 10_000;

    /** Empty for all user names that are no addresses. */
    private record Who(ClientNetwork network, Optional<EmailAddress> user) {}

    private final Failures<Who> attempts = new Failures<>(FREE_ATTEMPTS);
    private final Failures<ClientNetwork> users = new Failures<>(FREE_USERS);

    /** Whether an attempt of the client to be that user is looked at now; the user is empty where the name is no address. */
    synchronized boolean mayTry(InetAddress client, Optional<EmailAddress> user, Instant now) {
        ClientNetwork network = ClientNetwork.of(client);
        return attempts.mayTry(new Who(network, user), now) && users.mayTry(network, now);
    }

    synchronized void failed(InetAddress client, Optional<EmailAddress> user, Instant now) {
        ClientNetwork network = ClientNetwork.of(client);
        boolean isFirst = attempts.add(new Who(network, user), now) == 1;
        if (isFirst) {
            users.add(network, now);
        }
    }

    synchronized void succeeded(InetAddress client, EmailAddress user) {
        ClientNetwork network = ClientNetwork.of(client);
        boolean hadFailed = attempts.forget(new Who(network, Optional.of(user)));
        if (hadFailed) {
            users.takeOne(network);
        }
    }

    private record Count(int count, Instant last) {}

    /** Counts of failures, of which some are free and each further one doubles the wait. */
    private static final class Failures<K> {
        private final int free;
        private final Map<K, Count> counts = new LinkedHashMap<>();

        Failures(int free) {
            this.free = free;
        }

        boolean mayTry(K key, Instant now) {
            Count known = counts.get(key);
            return known == null || isForgotten(known, now) || !now.isBefore(waitsUntil(known));
        }

        private Instant waitsUntil(Count known) {
            if (known.count() < free) {
                return known.last();
            }
            Duration wait = Duration.ofSeconds(1L << Math.min(known.count() - free, 20));
            return known.last().plus(wait.compareTo(LONGEST) < 0 ? wait : LONGEST);
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

        void takeOne(K key) {
            counts.computeIfPresent(
                    key, (same, known) -> known.count() == 1 ? null : new Count(known.count() - 1, known.last()));
        }
    }
}
