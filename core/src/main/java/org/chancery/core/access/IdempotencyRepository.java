package org.chancery.core.access;

import java.time.Instant;
import java.util.UUID;
import org.chancery.core.id.TokenId;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

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
         * @param lease names this try: another one that takes it up has another
         * @param isTakenUp whether an earlier try was cut off; what it did may be there or not
         */
        record First(UUID reserved, UUID lease, boolean isTakenUp) implements Claim {
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
     * Looks a key up and takes it where it is new. A claim that was begun before {@code lost.before()} and never
     * finished, or whose owner let go of it ({@link #releaseLeases}), belongs to a request that a crash ended; it is taken over.
     *
     * @param request what is asked for, and by which key
     * @param wanted by whom, and what it gets
     */
    Claim claim(Tx tx, Request request, Wanted wanted, Lost lost, Instant now);

    /**
     * A request that carries a key.
     *
     * @param hash the fingerprint of method, path and body ({@link SecretBox#fingerprint})
     */
    record Request(TokenId token, String key, String hash) {}

    /**
     * What a try gets.
     *
     * @param owner names the server
     * @param lease names the try
     * @param reserved the id to reserve where the key is new
     */
    record Wanted(String owner, UUID lease, UUID reserved) {}

    /**
     * Which tries are known to have come to nothing.
     *
     * @param before those that were begun before
     * @param lease the one that failed here, or null
     */
    record Lost(Instant before, @Nullable UUID lease) {}

    /** Keeps the answer; false, and nothing done, where another try has the key by now. */
    boolean finish(Tx tx, Lease lease, int status, String body);

    /** The request had no effect, and the key is free again; false, and nothing done, where another try has the key by now. */
    boolean forget(Tx tx, Lease lease);

    /**
     * A try that has a key.
     *
     * @param id as it was {@link Wanted}
     */
    record Lease(TokenId token, String key, UUID id) {}

    /** Lets go of the unfinished requests of a server that was stopped or killed; returns how many. */
    int releaseLeases(Tx tx, String owner);

    /** Removes keys older than that; returns how many. */
    int expire(Tx tx, Instant olderThan);
}
