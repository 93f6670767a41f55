package org.chancery.core.access;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.chancery.core.access.IdempotencyRepository.Claim;
import org.chancery.core.access.IdempotencyRepository.Request;
import org.chancery.core.id.TokenId;
import org.chancery.core.tx.Transactions;

/**
 * Lets a request that carries an {@code Idempotency-Key} take effect once, however often it is repeated. After {@link
 * #claim} gave {@code First}, the caller does the work and says {@link #finish}, {@link #forget} or {@link #abandon}.
 */
public final class IdempotencyService {

    /** {@code spec/SHAPES.md}, "Tokens": keys live for 24 hours. */
    public static final Duration LIFETIME = Duration.ofHours(24);

    /**
     * A request that was claimed so long ago and is not finished died with its server, which has not come back since; its repetition
     * takes it over. Where it is alive after all, both make the same thing under the same reserved id, and one of them fails.
     */
    static final Duration PRESUMED_DEAD = Duration.ofMinutes(1);

    /** Requests remembered that failed here; past this they wait for {@link #PRESUMED_DEAD} as those of a dead server do. */
    static final int MAX_ABANDONED = 10_000;

    private record KeyOf(TokenId token, String key) {}

    private final Transactions transactions;
    private final IdempotencyRepository keys;
    private final String owner;
    private final Clock clock;
    private final Map<KeyOf, Instant> abandoned = new ConcurrentHashMap<>();

    /** @param owner names the server */
    public IdempotencyService(Transactions transactions, IdempotencyRepository keys, String owner, Clock clock) {
        this.transactions = transactions;
        this.keys = keys;
        this.owner = owner;
        this.clock = clock;
    }

    /**
     * Says what a key stands for now, and takes it where it is new; durable on return.
     *
     * @param requestHash the fingerprint of method, path and body ({@link SecretBox#fingerprint})
     */
    public Claim claim(TokenId token, String key, String requestHash) {
        Instant now = clock.instant();
        Request request = new Request(token, key, requestHash);
        boolean failedHere = abandoned.remove(new KeyOf(token, key)) != null;
        Instant deadBefore = failedHere ? now.plusSeconds(1) : now.minus(PRESUMED_DEAD);
        return transactions.durably(
                tx -> keys.claim(tx, request, owner, UuidCreator.getTimeOrderedEpoch(now), now, deadBefore));
    }

    /**
     * Lets what this server was at when it was stopped or killed be taken up by its repetition at once; returns how much that is. Call it
     * at the start, before the first claim.
     */
    public int takeBack() {
        return transactions.in(tx -> keys.releaseLeases(tx, owner));
    }

    /** Keeps the answer, to be given again; durable on return. */
    public void finish(TokenId token, String key, int status, String answer) {
        transactions.durably(tx -> {
            keys.finish(tx, token, key, status, answer);
            return true;
        });
    }

    /** The request was refused without any effect: its key is free again. */
    public void forget(TokenId token, String key) {
        transactions.run(tx -> keys.forget(tx, token, key));
    }

    /** The request failed in a way that leaves its effect unknown: its repetition goes on under the same reserved id. */
    public void abandon(TokenId token, String key) {
        Instant now = clock.instant();
        if (abandoned.size() >= MAX_ABANDONED) {
            // By now their repetition would go on without being remembered here.
            abandoned.values().removeIf(at -> at.isBefore(now.minus(PRESUMED_DEAD)));
        }
        if (abandoned.size() < MAX_ABANDONED) {
            abandoned.put(new KeyOf(token, key), now);
        }
    }

    /** Removes the keys whose time is over; returns how many. For a timer, every hour or so. */
    public int sweep() {
        Instant before = clock.instant().minus(LIFETIME);
        return transactions.in(tx -> keys.expire(tx, before));
    }
}
