package org.chancery.core.access;

import java.time.Instant;
import java.util.UUID;
import org.chancery.core.id.TokenId;
import org.chancery.core.tx.Tx;

/**
 * Remembers the first answer to each request that carried an {@code Idempotency-Key}. Keys live per token for 24 hours.
 */
public interface IdempotencyRepository {

    /** What a key stands for now. */
    sealed interface Claim {
        /**
         * New: the caller goes on, and then says {@link #finish} or {@link #forget}.
         *
         * @param reserved the value of the id for what the request creates. After a crash the repeated request gets the same
         *     one, and finds what was created already.
         * @param isTakenUp whether an earlier try was cut off; what it did may be there or not
         */
        record First(UUID reserved, boolean isTakenUp) implements Claim {}

        /** The same request is under way. */
        record InFlight() implements Claim {}

        /** The key was used for another request. */
        record OtherRequest() implements Claim {}

        /** The first answer, to be given again. */
        record Answered(int status, String body) implements Claim {}
    }

    /**
     * Looks a key up and takes it where it is new. A claim that was begun before {@code abandonedBefore} and never
     * finished belongs to a request that a crash ended; it is taken over.
     *
     * @param requestHash the fingerprint of method, path and body ({@link SecretBox#fingerprint})
     * @param reserved the id to reserve where the key is new
     */
    Claim claim(
            Tx tx, TokenId token, String key, String requestHash, UUID reserved, Instant now, Instant abandonedBefore);

    void finish(Tx tx, TokenId token, String key, int status, String body);

    /** The request had no effect; the key is free again. */
    void forget(Tx tx, TokenId token, String key);

    /** Removes keys older than that; returns how many. */
    int expire(Tx tx, Instant olderThan);
}
