package org.chancery.core.access;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.Notes;
import org.chancery.core.audit.RefusedAttempts.Attempt;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.TokenId;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/**
 * Makes, shows, changes and ends tokens. What the caller may give is looked at again in the transaction that gives it, one
 * such transaction of a workspace at a time: a token that is being restricted makes no unrestricted one meanwhile.
 */
public final class TokenService {
    private final Transactions transactions;
    private final AccessRepository access;
    private final TokenRepository tokens;
    private final Notes notes;
    private final Clock clock;

    public TokenService(
            Transactions transactions, AccessRepository access, TokenRepository tokens, Notes notes, Clock clock) {
        this.transactions = transactions;
        this.access = access;
        this.tokens = tokens;
        this.notes = notes;
        this.clock = clock;
    }

    /**
     * What a new token is to be.
     *
     * @param endpoint the only endpoint it may use, already known to be one that the caller may use; or null
     * @param agent the agent it acts for, or null
     */
    public record NewToken(
            String label,
            Grant grant,
            @Nullable EndpointId endpoint,
            @Nullable AgentId agent) {}

    /** A token and its secret, which is shown once; null where the token had been made before. */
    public record MadeToken(KeptToken kept, @Nullable TokenSecret secret) {}

    /**
     * Makes a token that may do no more than the one that asks for it.
     *
     * @param id reserved for it; where a token of that id exists already, that one is given back without its secret
     */
    public MadeToken create(Principal by, NewToken wanted, TokenId id) {
        TokenSecret secret = TokenSecret.generate(id);
        return notingEscalation(
                by,
                by.token(),
                () -> transactions.durably(tx -> {
                    TokenLimit limit = lockLimit(tx, by);
                    Instant now = clock.instant();
                    AgentId agent = wanted.agent();
                    limit.requireWithin(wanted.grant());
                    checkBinding(wanted.grant(), wanted.endpoint(), agent);
                    limit.requireReach(wanted.endpoint(), agent);
                    checkExpiry(wanted.grant(), now);
                    Optional<KeptToken> already = access.token(tx, by.workspace(), id);
                    if (already.isPresent()) {
                        return new MadeToken(already.get(), null);
                    }
                    if (agent != null && access.agent(tx, by.workspace(), agent).isEmpty()) {
                        throw CallerFault.invalid("/agent_id", "names no agent of this workspace");
                    }
                    Token token = new Token(
                            id,
                            by.workspace(),
                            wanted.label(),
                            wanted.grant(),
                            wanted.endpoint(),
                            agent,
                            by.maker(),
                            now);
                    if (!access.add(tx, token, secret.hash())) {
                        throw new IllegalStateException("two random secrets were the same");
                    }
                    notes.log().append(tx, AccessRecord.tokenCreated(token, by.author()));
                    return new MadeToken(new KeptToken(token, false, null), secret);
                }));
    }

    /** A page of the tokens that the caller may know of, oldest first. */
    public List<KeptToken> list(Principal by, @Nullable TokenId after, int limit) {
        return transactions.in(tx -> tokens.tokens(tx, limit(tx, by).sight(), after, limit));
    }

    /** One of the tokens that the caller may know of. */
    public KeptToken get(Principal by, TokenId id) {
        return transactions.in(tx -> found(tx, limit(tx, by), id));
    }

    /** Changes label and grant of a token, so that it may do no more than the caller. */
    public KeptToken change(Principal by, TokenId id, UnaryOperator<Token> change) {
        return notingEscalation(
                by,
                id,
                () -> transactions.durably(tx -> {
                    TokenLimit limit = lockLimit(tx, by);
                    KeptToken before = found(tx, limit, id);
                    Token wanted = change.apply(before.token());
                    limit.requireWithin(wanted.grant());
                    limit.requireNotLoosened(
                            before.token().grant().approvalRules(),
                            wanted.grant().approvalRules());
                    checkBinding(wanted.grant(), wanted.endpoint(), wanted.agent());
                    if (!Objects.equals(
                            wanted.grant().expiresAt(), before.token().grant().expiresAt())) {
                        checkExpiry(wanted.grant(), clock.instant());
                    }
                    tokens.change(tx, wanted);
                    record(tx, AuditKind.TOKEN_CHANGED, wanted, by);
                    return new KeptToken(wanted, before.isSession(), before.lastUsedAt());
                }));
    }

    /** Gives a token a new secret; the old one is dead at once. */
    public MadeToken rotate(Principal by, TokenId id) {
        TokenSecret secret = TokenSecret.generate(id);
        return notingEscalation(
                by,
                id,
                () -> transactions.durably(tx -> {
                    TokenLimit limit = lockLimit(tx, by);
                    KeptToken kept = found(tx, limit, id);
                    limit.requireSecret(kept.token());
                    tokens.replaceSecret(tx, id, secret.hash());
                    record(tx, AuditKind.TOKEN_ROTATED, kept.token(), by);
                    return new MadeToken(kept, secret);
                }));
    }

    /** Ends a token at once, also one that may do more than the caller: less is never more. */
    public void revoke(Principal by, TokenId id) {
        transactions.durably(tx -> {
            TokenLimit limit = lockLimit(tx, by);
            KeptToken kept = found(tx, limit, id);
            tokens.revoke(tx, kept.token().id(), clock.instant());
            record(tx, AuditKind.TOKEN_REVOKED, kept.token(), by);
            return true;
        });
    }

    private <T> T notingEscalation(Principal by, TokenId subject, Supplier<T> action) {
        Attempt attempt = new Attempt(by.workspace(), by.author(), AuditKind.ACCESS_REFUSED, subject.text());
        return notes.refused().noting(attempt, action);
    }

    private void record(Tx tx, AuditKind kind, Token token, Principal by) {
        notes.log().append(tx, AccessRecord.token(kind, token, by.author(), clock.instant()));
    }

    private KeptToken found(Tx tx, TokenLimit limit, TokenId id) {
        return tokens.token(tx, limit.sight(), id).orElseThrow(() -> CallerFault.notFound("token"));
    }

    private TokenLimit lockLimit(Tx tx, Principal by) {
        access.lockWorkspace(tx, by.workspace());
        return limit(tx, by);
    }

    private TokenLimit limit(Tx tx, Principal by) {
        return access.token(tx, by.workspace(), by.token())
                .filter(own -> !own.token().isExpired(clock.instant()))
                .map(own -> new TokenLimit(by, own))
                .orElseThrow(() -> CallerFault.forbidden("token_ended", "This token has ended meanwhile."));
    }

    private static void checkBinding(Grant grant, @Nullable EndpointId endpoint, @Nullable AgentId agent) {
        boolean isBound = endpoint != null || agent != null;
        if (isBound && grant.scopes().contains(Scope.ADMIN)) {
            throw CallerFault.invalid(
                    "/scopes", "must not hold admin in a token that is bound to an inbox or an agent");
        }
    }

    private static void checkExpiry(Grant grant, Instant now) {
        if (grant.isExpired(now)) {
            throw CallerFault.invalid("/expires_at", "must lie in the future");
        }
    }
}
