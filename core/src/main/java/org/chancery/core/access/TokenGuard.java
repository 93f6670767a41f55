package org.chancery.core.access;

import java.time.Duration;
import java.time.Instant;
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

    private final TryBackoff<String> backoff;
    private final FailedTries<ClientNetwork> looks = new FailedTries<>(FREE_LOOKS, ONE_MORE_EVERY, MAX_REMEMBERED);

    public TokenGuard(Limits limits) {
        this.backoff = new TryBackoff<>(limits);
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
