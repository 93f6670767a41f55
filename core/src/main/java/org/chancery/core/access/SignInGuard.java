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
import java.util.function.Predicate;
import org.chancery.core.access.TryBackoff.Limits;
import org.chancery.core.id.UserId;

/**
 * Slows down whoever guesses passwords, and keeps nobody else out by it for long. Guesses are counted for an address from one
 * network, for an address from everywhere, and for all addresses tried from a network. The two latter, which strangers can use
 * up, do not bind an address where somebody has signed in with it before from that network.
 *
 * <p>An address can have accounts in several workspaces, and whoever may sign in to one must gain nothing towards another. So each
 * account is counted by itself beside its address; one that has to wait is left out of the comparison, and the try looks as if its
 * password had been wrong. Whether somebody is told to wait goes by the address as it was typed, and by nothing that would tell
 * what accounts it has. In memory, and bounded.
 */
final class SignInGuard {
    static final Duration FIRST_WAIT = Duration.ofSeconds(30);

    /** Ten mistakes of one person; past it half a minute, doubled with each further one. */
    private static final Limits OF_ADDRESS = new Limits(10, Integer.MAX_VALUE, FIRST_WAIT);

    /** Thirty people of one office, however often each. */
    private static final Limits OF_NETWORK = new Limits(Integer.MAX_VALUE, 30, FIRST_WAIT);

    /** From all networks together: never doubled, so that nobody is kept out when the guessing is over. */
    private static final int FREE_EVERYWHERE = 100;

    private static final Duration ONE_MORE_EVERY = Duration.ofSeconds(30);
    private static final int MAX_REMEMBERED = 10_000;

    /** What is guessed at. */
    private sealed interface Target {
        /** Somebody's or nobody's. */
        record Address(String address) implements Target {}

        record Account(UserId user) implements Target {}
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

    private final TryBackoff<Target> ofTarget = new TryBackoff<>(OF_ADDRESS);
    private final TryBackoff<String> ofNetwork = new TryBackoff<>(OF_NETWORK);
    private final FailedTries<Target> addressesEverywhere =
            new FailedTries<>(FREE_EVERYWHERE, ONE_MORE_EVERY, MAX_REMEMBERED);
    /** Kept apart: made-up addresses are without number, and would have real accounts forgotten. */
    private final FailedTries<Target> accountsEverywhere =
            new FailedTries<>(FREE_EVERYWHERE, ONE_MORE_EVERY, MAX_REMEMBERED);

    /** Where it was signed in to them; the one that was least lately is forgotten first. */
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
        Target typed = new Target.Address(address);
        Duration wait = wait(network, typed, now);
        if (!isFamiliar(network, typed)) {
            wait = longer(wait, ofNetwork.wait(network, address, now));
        }
        if (wait.isPositive()) {
            return new Turn.Wait(wait);
        }
        Set<Target> targets = new LinkedHashSet<>(List.of(typed));
        accounts.stream()
                .map(Target.Account::new)
                .filter(account -> wait(network, account, now).isZero())
                .forEach(targets::add);
        Set<Target> away = new LinkedHashSet<>(targets);
        away.removeIf(target -> isFamiliar(network, target));
        targets.forEach(target -> ofTarget.failed(network, target, now));
        away.forEach(target -> everywhere(target).failed(target, now));
        ofNetwork.failed(network, address, now);
        return new Turn.Taken(network, address, targets, away);
    }

    private Duration wait(ClientNetwork network, Target target, Instant now) {
        return isFamiliar(network, target)
                ? ofTarget.waitForThing(network, target, now)
                : longer(ofTarget.wait(network, target, now), everywhere(target).wait(target, now));
    }

    private boolean isFamiliar(ClientNetwork network, Target target) {
        return familiar.contains(new Place(network, target));
    }

    /** The account's password was shown, and its person is in: they are at home there. Other accounts of the address stay failed. */
    synchronized void succeeded(Turn.Taken taken, UserId account) {
        for (Target target : List.of(new Target.Address(taken.address), new Target.Account(account))) {
            ofTarget.succeeded(taken.network, target);
            giveBackEverywhere(taken, target);
            familiar.add(new Place(taken.network, target));
        }
        ofNetwork.succeeded(taken.network, taken.address);
    }

    /** The try was neither right nor wrong for its address and those accounts. */
    synchronized void giveBack(Turn.Taken taken, Collection<UserId> accounts) {
        giveBackOf(taken, target -> switch (target) {
            case Target.Address ignored -> true;
            case Target.Account account -> accounts.contains(account.user());
        });
    }

    /** The try was neither right nor wrong. */
    synchronized void giveBack(Turn.Taken taken) {
        giveBackOf(taken, any -> true);
    }

    private void giveBackOf(Turn.Taken taken, Predicate<Target> which) {
        taken.targets.stream().filter(which).forEach(target -> {
            ofTarget.giveBack(taken.network, target);
            giveBackEverywhere(taken, target);
        });
        ofNetwork.giveBack(taken.network, taken.address);
    }

    private void giveBackEverywhere(Turn.Taken taken, Target target) {
        if (taken.away.contains(target)) {
            everywhere(target).giveBack(target);
        }
    }

    private FailedTries<Target> everywhere(Target target) {
        return switch (target) {
            case Target.Address ignored -> addressesEverywhere;
            case Target.Account ignored -> accountsEverywhere;
        };
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
