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
        record First(UUID reserved, boolean isTakenUp) implements Claim {
            /** When the first try was made: RFC 9562 §5.7, the first 48 bits of the id. */
            public Instant firstMadeAt() {
                return Instant.ofEpochMilli(reserved.getMostSignificantBits() >>> 16);
            }
        }

        /** The same request is under way. */
        record InFlight() implements Claim {}

        /** The key was used for another request. */
        record OtherRequest() implements Claim {}

        /** The first answer, to be given again. */
        record Answered(int status, String body) implements Claim {}
    }

    /**
     * Looks a key up and takes it where it is new. A claim that was begun before {@code abandonedBefore} and never
     * finished, or whose owner let go of it ({@link #releaseLeases}), belongs to a request that a crash ended; it is taken over.
     *
     * @param request what is asked for, and by which key
     * @param owner names the server
     * @param reserved the id to reserve where the key is new
     */
    Claim claim(Tx tx, Request request, String owner, UUID reserved, Instant now, Instant abandonedBefore);

    /**
     * A request that carries a key.
     *
     * @param hash the fingerprint of method, path and body ({@link SecretBox#fingerprint})
     */
    record Request(TokenId token, String key, String hash) {}

    void finish(Tx tx, TokenId token, String key, int status, String body);

    /** The request had no effect; the key is free again. */
    void forget(Tx tx, TokenId token, String key);

    /** Lets go of the unfinished requests of a server that was stopped or killed; returns how many. */
    int releaseLeases(Tx tx, String owner);

    /** Removes keys older than that; returns how many. */
    int expire(Tx tx, Instant olderThan);
}
