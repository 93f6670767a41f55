package org.chancery.core.access;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.tx.Transactions;

/** Turns a bearer token into the one it stands for: see {@link TokenStanding}. */
public final class TokenAuthenticator implements Credentials {
    private final Transactions transactions;
    private final AccessRepository access;
    private final LastUse lastUse;
    private final AuthFailures failures;
    private final Clock clock;

    public TokenAuthenticator(
            Transactions transactions, AccessRepository access, LastUse lastUse, AuthFailures failures, Clock clock) {
        this.transactions = transactions;
        this.access = access;
        this.lastUse = lastUse;
        this.failures = failures;
        this.clock = clock;
    }

    @Override
    public Check bearer(String secret, Client client) {
        if (secret.length() > TokenSecret.MAX_LENGTH) {
            failures.token("", client);
            return new Check.Invalid();
        }
        String hash = TokenSecret.of(secret).hash();
        Instant now = clock.instant();
        try {
            Optional<Known> known = transactions
                    .in(tx -> access.standing(tx, hash))
                    .flatMap(standing ->
                            standing.principal(now).map(principal -> new Known(standing.kept(), principal)));
            if (known.isEmpty()) {
                failures.token(secret, client);
                return new Check.Invalid();
            }
            lastUse.note(known.get().kept(), now);
            failures.succeeded(known.get().kept().token().id());
            return new Check.Valid(known.get().principal());
        } catch (Unavailable away) {
            return new Check.Away();
        }
    }

    private record Known(KeptToken kept, Principal principal) {}
}
