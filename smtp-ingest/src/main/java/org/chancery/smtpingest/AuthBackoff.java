package org.chancery.smtpingest;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Makes a client that guesses wait: after a few failed attempts none is looked at for a second, then for two, four and so
 * on. Nobody sleeps meanwhile, so guessing costs us no threads.
 */
final class AuthBackoff {
    /** A person who mistypes, or a client with an old token on several connections, gets so far without noticing. */
    private static final int FREE = 5;

    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);
    /** Clients remembered at once; the one that failed least lately is forgotten first. */
    private static final int MAX_CLIENTS = 10_000;

    private record Failures(int count, Instant last) {
        Instant waitsUntil() {
            if (count < FREE) {
                return last;
            }
            Duration wait = Duration.ofSeconds(1L << Math.min(count - FREE, 20));
            return last.plus(wait.compareTo(LONGEST) < 0 ? wait : LONGEST);
        }

        boolean isForgotten(Instant now) {
            return last.plus(FORGOTTEN_AFTER).isBefore(now);
        }
    }

    private final Map<ClientNetwork, Failures> failures = new LinkedHashMap<>();

    /** Whether an attempt of the client is looked at now. */
    synchronized boolean mayTry(InetAddress client, Instant now) {
        Failures known = failures.get(ClientNetwork.of(client));
        return known == null || known.isForgotten(now) || !now.isBefore(known.waitsUntil());
    }

    synchronized void failed(InetAddress client, Instant now) {
        ClientNetwork network = ClientNetwork.of(client);
        Failures known = failures.remove(network);
        int before = known == null || known.isForgotten(now) ? 0 : known.count();
        failures.put(network, new Failures(before + 1, now));
        if (failures.size() > MAX_CLIENTS) {
            failures.remove(failures.keySet().iterator().next());
        }
    }

    synchronized void succeeded(InetAddress client) {
        failures.remove(ClientNetwork.of(client));
    }
}
