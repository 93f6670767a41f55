package org.chancery.core.access;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.chancery.core.access.TryBackoff.Limits;
import org.chancery.core.id.UserId;

/**
 * Slows down whoever guesses passwords, and keeps nobody else out by it for long. Guesses are counted for an account from
 * one network, for an account from everywhere, and for all addresses tried from a network. The two latter, which strangers can
 * use up, do not bind an account where it has signed in before from that network.
 *
 * <p>An address can have accounts in several workspaces. Each is counted by itself, so that who may sign in to one gains nothing
 * towards another. One that has to wait is left out of the comparison and not told of: how many there are is nobody's
 * business. In memory, and bounded.
 */
final class SignInGuard {
    private static final Duration FIRST_WAIT = Duration.ofSeconds(30);

    /** Ten mistakes of one person; past it half a minute, doubled with each further one. */
    private static final Limits OF_ACCOUNT = new Limits(10, Integer.MAX_VALUE, FIRST_WAIT);

    /** Thirty people of one office, however often each. */
    private static final Limits OF_NETWORK = new Limits(Integer.MAX_VALUE, 30, FIRST_WAIT);

    /** From all networks together: never doubled, so that nobody is kept out when the guessing is over. */
    private static final int FREE_EVERYWHERE = 100;

    private static final Duration ONE_MORE_EVERY = Duration.ofSeconds(30);
    private static final int MAX_REMEMBERED = 10_000;

    /** What is guessed at. */
    private sealed interface Target {
        record Account(UserId user) implements Target {}

        /** An address without an account, which has to look like one with. */
        record Nobody(String address) implements Target {}
    }

    private record Place(ClientNetwork network, Target target) {}

    /** What came of asking for a try. */
    sealed interface Turn {
        /** Not now. */
        record Wait(Duration pause) implements Turn {}

        /** The try is counted as failed until its outcome is known. */
        final class Taken implements Turn {
            private final ClientNetwork network;
            private final String address;
            private final Set<Target> targets;
            /** Those that count for everywhere: at home they do not. */
            private final Set<Target> away;

            private Taken(ClientNetwork network, String address, Set<Target> targets, Set<Target> away) {
                this.network = network;
                this.address = address;
                this.targets = targets;
                this.away = away;
            }

            /** Whether the password may be compared with that account's. */
            boolean includes(UserId account) {
                return targets.contains(new Target.Account(account));
            }
        }
    }

    private final TryBackoff<Target> ofAccount = new TryBackoff<>(OF_ACCOUNT);
    private final TryBackoff<String> ofNetwork = new TryBackoff<>(OF_NETWORK);
    private final FailedTries<Target> accountsEverywhere =
            new FailedTries<>(FREE_EVERYWHERE, ONE_MORE_EVERY, MAX_REMEMBERED);
    /** Kept apart: made-up addresses are without number, and would have real accounts forgotten. */
    private final FailedTries<Target> nobodyEverywhere =
            new FailedTries<>(FREE_EVERYWHERE, ONE_MORE_EVERY, MAX_REMEMBERED);

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
     * @param address as it was given, in canonical form
     * @param accounts whose the address is; none where it is nobody's
     */
    synchronized Turn take(ClientNetwork network, String address, List<UserId> accounts, Instant now) {
        Set<Target> targets = new LinkedHashSet<>();
        Set<Target> away = new LinkedHashSet<>();
        Duration shortest = null;
        for (Target target : targets(address, accounts)) {
            boolean isFamiliar = familiar.contains(new Place(network, target));
            Duration wait = isFamiliar
                    ? ofAccount.waitForThing(network, target, now)
                    : longest(
                            ofAccount.wait(network, target, now),
                            ofNetwork.wait(network, address, now),
                            everywhere(target).wait(target, now));
            if (wait.isZero()) {
                targets.add(target);
                if (!isFamiliar) {
                    away.add(target);
                }
            }
            shortest = shortest == null || wait.compareTo(shortest) < 0 ? wait : shortest;
        }
        if (targets.isEmpty()) {
            return new Turn.Wait(shortest == null ? Duration.ZERO : shortest);
        }
        targets.forEach(target -> ofAccount.failed(network, target, now));
        away.forEach(target -> everywhere(target).failed(target, now));
        ofNetwork.failed(network, address, now);
        return new Turn.Taken(network, address, targets, away);
    }

    /** The account's password was shown, and its person is in: it is at home there. Others of the address stay failed. */
    synchronized void succeeded(Turn.Taken taken, UserId account) {
        Target target = new Target.Account(account);
        ofAccount.succeeded(taken.network, target);
        ofNetwork.succeeded(taken.network, taken.address);
        giveBackEverywhere(taken, target);
        familiar.add(new Place(taken.network, target));
    }

    /** The try was neither right nor wrong for those accounts. */
    synchronized void giveBack(Turn.Taken taken, Collection<UserId> accounts) {
        giveBackAll(taken, targets(taken.address, accounts));
    }

    /** The try was neither right nor wrong. */
    synchronized void giveBack(Turn.Taken taken) {
        giveBackAll(taken, taken.targets);
    }

    private void giveBackAll(Turn.Taken taken, Collection<Target> targets) {
        for (Target target : targets) {
            ofAccount.giveBack(taken.network, target);
            giveBackEverywhere(taken, target);
        }
        ofNetwork.giveBack(taken.network, taken.address);
    }

    private void giveBackEverywhere(Turn.Taken taken, Target target) {
        if (taken.away.contains(target)) {
            everywhere(target).giveBack(target);
        }
    }

    private FailedTries<Target> everywhere(Target target) {
        return switch (target) {
            case Target.Account ignored -> accountsEverywhere;
            case Target.Nobody ignored -> nobodyEverywhere;
        };
    }

    private static List<Target> targets(String address, Collection<UserId> accounts) {
        return accounts.isEmpty()
                ? List.of(new Target.Nobody(address))
                : accounts.stream().<Target>map(Target.Account::new).toList();
    }

    private static Duration longest(Duration... waits) {
        return Collections.max(List.of(waits));
    }
}
