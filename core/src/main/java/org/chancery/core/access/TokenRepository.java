package org.chancery.core.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Shows and changes the tokens that were made. It knows neither sessions nor revoked tokens. */
public interface TokenRepository {

    /** Tokens in sight, oldest first, those after the given one; expired ones as well. */
    List<TokenStanding> tokens(Tx tx, TokenSight sight, @Nullable TokenId after, int limit);

    Optional<TokenStanding> token(Tx tx, TokenSight sight, TokenId id);

    /** Keeps label and grant as they are now. */
    void change(Tx tx, Token token);

    /** From then on the token has that secret, and no other. */
    void replaceSecret(Tx tx, TokenId id, String secretHash);

    /** From then on that person is behind the token. */
    void handOver(Tx tx, TokenId id, UserId maker);

    /** The token is dead from then on, whoever shows its secret to whichever server. */
    void revoke(Tx tx, TokenId id, Instant at);

    /** Notes that it was used, unless that was noted after {@code before} already. */
    void used(Tx tx, TokenId id, Instant at, Instant before);
}
