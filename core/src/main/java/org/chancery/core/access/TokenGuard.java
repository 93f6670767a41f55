package org.chancery.core.access;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.chancery.core.access.TryBackoff.Limits;

/**
 * Slows down whoever shows wrong tokens, and keeps no right one out by it. A token that we generated cannot be guessed: a
 * wrong one waits for itself, and others from its network are looked at whatever comes from there, up to what is too much
 * work. One that the operator chose might be guessed, and waits with all that comes from its network. In memory, and
 * bounded. Used by many threads.
 */
public final class TokenGuard {
    /** From one network that waits, in a burst, and then every 20 ms: each costs a look into an index. */
    private static final int FREE_LOOKS = 100;

    private static final Duration ONE_MORE_EVERY = Duration.ofMillis(20);
    private static final int MAX_REMEMBERED = 10_000;

    /** Networks whose chosen secrets are looked at side by side; of the same one, they are looked at one by one. */
    private static final int LANES = 64;

    private final List<Lock> lanes =
            IntStream.range(0, LANES).<Lock>mapToObj(i -> new ReentrantLock()).toList();

    private final TryBackoff<String> backoff;
    private final FailedTries<ClientNetwork> looks = new FailedTries<>(FREE_LOOKS, ONE_MORE_EVERY, MAX_REMEMBERED);

    public TokenGuard(Limits limits) {
        this.backoff = new TryBackoff<>(limits);
    }

    /**
     * Looks at a secret: asks whether it has to {@link #wait}, checks it, and tells what came of it. Chosen ones of a network are looked
     * at one after the other, so that many guesses at once are no more than many in a row.
     */
    public <T> T look(ClientNetwork network, TokenSecret secret, Supplier<T> look) {
        if (secret.isGenerated()) {
            return look.get();
        }
        Lock lane = lanes.get(Math.floorMod(network.hashCode(), LANES));
        lane.lock();
        try {
            return look.get();
        } finally {
            lane.unlock();
        }
    }

    /**
     * How long the client has to wait before the secret is looked at; zero where it is looked at now.
     *
     * @param name what tries of chosen secrets are counted for, such as a user name
     */
    public Duration wait(ClientNetwork network, TokenSecret secret, String name, Instant now) {
        String key = key(secret, name);
        if (!secret.isGenerated()) {
            return backoff.wait(network, key, now);
        }
        Duration own = backoff.waitForThing(network, key, now);
        boolean isAlone = own.isPositive() || backoff.wait(network, key, now).isZero();
        return isAlone ? own : looks.wait(network, now);
    }

    /** It was looked at, and was wrong. */
    public void failed(ClientNetwork network, TokenSecret secret, String name, Instant now) {
        backoff.failed(network, key(secret, name), now);
        if (secret.isGenerated()) {
            looks.failed(network, now);
        }
    }

    /** It was looked at, and was right. */
    public void succeeded(ClientNetwork network, TokenSecret secret, String name) {
        backoff.succeeded(network, key(secret, name));
    }

    private static String key(TokenSecret secret, String name) {
        return secret.isGenerated() ? secret.hash() : name;
    }
}
