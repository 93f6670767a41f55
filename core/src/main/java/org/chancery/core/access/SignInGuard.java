package org.chancery.core.access;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.chancery.core.access.TryBackoff.Limits;

/**
 * Slows down whoever guesses passwords, and keeps nobody else out by it for long. Guesses are counted for an account from
 * one network, for all accounts tried from a network, and for an account from everywhere. The two latter, which strangers can
 * use up, do not bind an account where it has signed in before from that network. In memory, and bounded.
 */
final class SignInGuard {
    /** Ten mistakes of one person, thirty people of one office; past it half a minute, doubled with each further one. */
    private static final Limits LIMITS = new Limits(10, 30, Duration.ofSeconds(30));

    /** From all networks together: never doubled, so that nobody is kept out when the guessing is over. */
    private static final int FREE_EVERYWHERE = 100;

    private static final Duration ONE_MORE_EVERY = Duration.ofSeconds(30);
    private static final int MAX_REMEMBERED = 10_000;

    private record Place(ClientNetwork network, String account) {}

    private final TryBackoff<String> backoff = new TryBackoff<>(LIMITS);
    private final FailedTries<String> everywhere = new FailedTries<>(FREE_EVERYWHERE, ONE_MORE_EVERY, MAX_REMEMBERED);

    /** Where accounts have signed in; the one that did least lately is forgotten first. */
    private final Set<Place> familiar = Collections.newSetFromMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Boolean> eldest) {
            return size() > MAX_REMEMBERED;
        }
    });

    /**
     * Takes a try before its outcome is known, so that many at once are no more than the rules allow.
     *
     * @return how long to wait instead; zero where the try was taken
     */
    synchronized Duration take(ClientNetwork network, String account, Instant now) {
        boolean isFamiliar = familiar.contains(new Place(network, account));
        Duration wait = isFamiliar ? backoff.waitForThing(network, account, now) : backoff.wait(network, account, now);
        if (wait.isZero() && !isFamiliar) {
            wait = everywhere.take(account, now);
        }
        if (wait.isZero()) {
            backoff.failed(network, account, now);
        }
        return wait;
    }

    /** The try was right: the account is at home there. */
    synchronized void succeeded(ClientNetwork network, String account) {
        backoff.succeeded(network, account);
        giveBackEverywhere(network, account);
        familiar.add(new Place(network, account));
    }

    /** The try was neither right nor wrong. */
    synchronized void giveBack(ClientNetwork network, String account) {
        backoff.giveBack(network, account);
        giveBackEverywhere(network, account);
    }

    private void giveBackEverywhere(ClientNetwork network, String account) {
        if (!familiar.contains(new Place(network, account))) {
            everywhere.giveBack(account);
        }
    }
}
