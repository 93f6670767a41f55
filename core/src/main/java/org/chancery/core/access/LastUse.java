package org.chancery.core.access;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.TokenId;
import org.chancery.core.tx.Transactions;

/** Notes when tokens and sessions were last used: once a minute for each at most, so that a call costs no write. Used by all calls at once. */
public final class LastUse {
    /** People look at it to find what nobody needs any more; days would do. */
    static final Duration EVERY = Duration.ofMinutes(1);

    private final Transactions transactions;
    private final TokenRepository tokens;

    /** What is being written just now; many calls of one token come at once. */
    private final Set<TokenId> underWay = ConcurrentHashMap.newKeySet();

    public LastUse(Transactions transactions, TokenRepository tokens) {
        this.transactions = transactions;
        this.tokens = tokens;
    }

    /** The token was let in. Nothing comes of it where it cannot be written now: the next call tries again. */
    public void note(KeptToken kept, Instant now) {
        TokenId id = kept.token().id();
        Instant before = now.minus(EVERY);
        boolean isNoted = kept.lastUsedAt() != null && kept.lastUsedAt().isAfter(before);
        if (isNoted || !underWay.add(id)) {
            return;
        }
        try {
            transactions.run(tx -> tokens.used(tx, id, now, before));
        } catch (Unavailable ignored) {
            // The call itself goes on.
        } finally {
            underWay.remove(id);
        }
    }
}
