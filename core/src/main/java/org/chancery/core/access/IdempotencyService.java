package org.chancery.core.access;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.chancery.core.access.IdempotencyRepository.Claim;
import org.chancery.core.access.IdempotencyRepository.Lease;
import org.chancery.core.access.IdempotencyRepository.Lost;
import org.chancery.core.access.IdempotencyRepository.Request;
import org.chancery.core.access.IdempotencyRepository.Wanted;
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
     * takes it over. Where it is alive after all, both make the same thing under the same reserved id, and one of them finds it made, or
     * fails; the answer is kept of the one that came later, and a refusal of the earlier one frees nothing.
     */
    static final Duration PRESUMED_DEAD = Duration.ofMinutes(1);

    /** Requests remembered that failed here; past this they wait for {@link #PRESUMED_DEAD} as those of a dead server do. */
    static final int MAX_ABANDONED = 10_000;

    private final Transactions transactions;
    private final IdempotencyRepository keys;
    private final String owner;
    private final Clock clock;

    /** Tries that failed here. */
    private final Map<KeyOf, Abandoned> abandoned = new ConcurrentHashMap<>();

    private record KeyOf(TokenId token, String key) {}

    private record Abandoned(UUID lease, Instant at) {}

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
        Abandoned failedHere = abandoned.get(new KeyOf(token, key));
        Lost lost = new Lost(now.minus(PRESUMED_DEAD), failedHere == null ? null : failedHere.lease());
        Wanted wanted = new Wanted(owner, UUID.randomUUID(), UuidCreator.getTimeOrderedEpoch(now));
        Claim claim =
                transactions.durably(tx -> keys.claim(tx, new Request(token, key, requestHash), wanted, lost, now));
        if (claim instanceof Claim.First && failedHere != null) {
            abandoned.remove(new KeyOf(token, key), failedHere);
        }
        return claim;
    }

    /**
     * Lets what this server was at when it was stopped or killed be taken up by its repetition at once; returns how much that is. Call it
     * at the start, before the first claim.
     */
    public int takeBack() {
        return transactions.in(tx -> keys.releaseLeases(tx, owner));
    }

    /** Keeps the answer, to be given again, unless another try has taken the request up; durable on return. */
    public void finish(Lease lease, int status, String answer) {
        transactions.durably(tx -> keys.finish(tx, lease, status, answer));
    }

    /** The request was refused without any effect: its key is free again, unless another try has taken it up. */
    public void forget(Lease lease) {
        transactions.in(tx -> keys.forget(tx, lease));
    }

    /** The request failed in a way that leaves its effect unknown: its repetition goes on under the same reserved id. */
    public void abandon(Lease lease) {
        Instant now = clock.instant();
        if (abandoned.size() >= MAX_ABANDONED) {
            // By now their repetition would go on without being remembered here.
            abandoned.values().removeIf(one -> one.at().isBefore(now.minus(PRESUMED_DEAD)));
        }
        if (abandoned.size() < MAX_ABANDONED) {
            abandoned.put(new KeyOf(lease.token(), lease.key()), new Abandoned(lease.id(), now));
        }
    }

    /** Removes the keys whose time is over; returns how many. For a timer, every hour or so. */
    public int sweep() {
        Instant before = clock.instant().minus(LIFETIME);
        return transactions.in(tx -> keys.expire(tx, before));
    }
}
