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
 * Makes, shows, changes and ends tokens. Who the caller is by now is looked at again in the transaction that gives something, one
 * such transaction of a workspace at a time: a token that is being restricted makes no unrestricted one meanwhile, and nobody who is
 * being demoted or disabled makes any.
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
    public record MadeToken(
            TokenStanding standing, @Nullable TokenSecret secret) {}

    /**
     * Makes a token that may do no more than the one that asks for it.
     *
     * @param id reserved for it; where a token of that id exists already, that one is given back without its secret
     */
    public MadeToken create(Principal by, NewToken wanted, TokenId id) {
        return notingEscalation(by, by.token(), () -> transactions.durably(tx -> create(tx, by, wanted, id)));
    }

    private MadeToken create(Tx tx, Principal by, NewToken wanted, TokenId id) {
        TokenLimit limit = lockLimit(tx, by);
        // First: what an earlier try made was within the limits of then, and may have expired since.
        Optional<TokenStanding> made = tokens.token(tx, limit.sight(), id);
        if (made.isPresent()) {
            return new MadeToken(made.get(), null);
        }
        Instant now = clock.instant();
        AgentId agent = wanted.agent();
        limit.requireWithin(wanted.grant());
        checkBinding(wanted.grant(), wanted.endpoint(), agent);
        checkRules(wanted.grant().approvalRules(), wanted.endpoint() != null || agent != null);
        limit.requireReach(wanted.endpoint(), agent);
        checkExpiry(wanted.grant(), now);
        Optional<TokenStanding> already = access.standing(tx, by.workspace(), id);
        if (already.isPresent()) {
            return new MadeToken(already.get(), null);
        }
        if (agent != null && access.agent(tx, by.workspace(), agent).isEmpty()) {
            throw CallerFault.invalid("/agent_id", "names no agent of this workspace");
        }
        Token token = new Token(
                id, by.workspace(), wanted.label(), wanted.grant(), wanted.endpoint(), agent, by.maker(), now);
        TokenSecret secret = TokenSecret.generate(id);
        if (!access.add(tx, token, secret.hash())) {
            throw new IllegalStateException("two random secrets were the same");
        }
        notes.log().append(tx, AccessRecord.tokenCreated(token, by.author()));
        return new MadeToken(access.standing(tx, by.workspace(), id).orElseThrow(), secret);
    }

    /** A page of the tokens that the caller may know of, oldest first. */
    public List<TokenStanding> list(Principal by, @Nullable TokenId after, int limit) {
        return transactions.in(tx -> tokens.tokens(tx, limit(tx, by).sight(), after, limit));
    }

    /** One of the tokens that the caller may know of. */
    public TokenStanding get(Principal by, TokenId id) {
        return transactions.in(tx -> found(tx, limit(tx, by), id));
    }

    /** Changes label and grant of a token, so that it may do no more than the caller. */
    public TokenStanding change(Principal by, TokenId id, UnaryOperator<Token> change) {
        return notingEscalation(by, id, () -> transactions.durably(tx -> change(tx, by, id, change)));
    }

    private TokenStanding change(Tx tx, Principal by, TokenId id, UnaryOperator<Token> change) {
        TokenLimit limit = lockLimit(tx, by);
        TokenStanding before = found(tx, limit, id);
        if (!before.kept().isReadable()) {
            throw dead("Its rules are of another version of this server; revoke it and make another one.");
        }
        Token wanted = change.apply(before.token());
        limit.requireWithin(wanted.grant());
        limit.requireNotLoosened(
                before.token().grant().approvalRules(), wanted.grant().approvalRules());
        checkBinding(wanted.grant(), wanted.endpoint(), wanted.agent());
        ApprovalRules rules = wanted.grant().approvalRules();
        if (!rules.equals(before.token().grant().approvalRules())) {
            checkRules(rules, wanted.endpoint() != null || wanted.agent() != null);
        }
        if (!Objects.equals(wanted.grant().expiresAt(), before.token().grant().expiresAt())) {
            checkExpiry(wanted.grant(), clock.instant());
        }
        tokens.change(tx, wanted);
        record(tx, AuditKind.TOKEN_CHANGED, wanted, by);
        return found(tx, limit, id);
    }

    /**
     * Gives a token a new secret; the old one is dead at once. Where the person behind a program's token is disabled, whoever has the
     * new secret takes their place.
     */
    public MadeToken rotate(Principal by, TokenId id) {
        return notingEscalation(by, id, () -> transactions.durably(tx -> rotate(tx, by, id)));
    }

    private MadeToken rotate(Tx tx, Principal by, TokenId id) {
        TokenLimit limit = lockLimit(tx, by);
        TokenStanding found = found(tx, limit, id);
        limit.requireSecret(found.token());
        if (found.state(clock.instant()).isFinal()) {
            throw dead("What it was for is gone, and no secret of it would let anybody in.");
        }
        TokenSecret secret = TokenSecret.generate(id);
        tokens.replaceSecret(tx, id, secret.hash());
        if (found.maker().isDisabled()) {
            tokens.handOver(tx, id, by.maker());
        }
        TokenStanding now = found(tx, limit, id);
        record(tx, AuditKind.TOKEN_ROTATED, now.token(), by);
        return new MadeToken(now, secret);
    }

    /** Ends a token at once, also one that may do more than the caller: less is never more. */
    public void revoke(Principal by, TokenId id) {
        transactions.durably(tx -> {
            TokenLimit limit = lockLimit(tx, by);
            Token token = found(tx, limit, id).token();
            tokens.revoke(tx, token.id(), clock.instant());
            record(tx, AuditKind.TOKEN_REVOKED, token, by);
            return true;
        });
    }

    private static CallerFault dead(String why) {
        return CallerFault.conflict("token_dead", "This token lets nobody in any more. " + why);
    }

    private <T> T notingEscalation(Principal by, TokenId subject, Supplier<T> action) {
        Attempt attempt = new Attempt(by.workspace(), by.author(), AuditKind.ACCESS_REFUSED, subject.text());
        return notes.refused().noting(attempt, action);
    }

    private void record(Tx tx, AuditKind kind, Token token, Principal by) {
        notes.log().append(tx, AccessRecord.token(kind, token, by.author(), clock.instant()));
    }

    private TokenStanding found(Tx tx, TokenLimit limit, TokenId id) {
        return tokens.token(tx, limit.sight(), id).orElseThrow(() -> CallerFault.notFound("token"));
    }

    private TokenLimit lockLimit(Tx tx, Principal by) {
        access.lockWorkspace(tx, by.workspace());
        return limit(tx, by);
    }

    private TokenLimit limit(Tx tx, Principal by) {
        Principal now = access.again(tx, by, clock.instant());
        KeptToken own = access.token(tx, now.workspace(), now.token()).orElseThrow();
        return new TokenLimit(now, own);
    }

    private static void checkBinding(Grant grant, @Nullable EndpointId endpoint, @Nullable AgentId agent) {
        boolean isBound = endpoint != null || agent != null;
        if (isBound && grant.scopes().contains(Scope.ADMIN)) {
            throw CallerFault.invalid(
                    "/scopes", "must not hold admin in a token that is bound to an inbox or an agent");
        }
    }

    /**
     * All that a program sends counts as generated, and nothing that a person's own token sends: a rule that asks for the other one would
     * hold nothing, and promise what it does not keep.
     */
    private static void checkRules(ApprovalRules rules, boolean isProgram) {
        for (int i = 0; i < rules.rules().size(); i++) {
            Boolean generated = rules.rules().get(i).when().generated();
            if (generated != null && generated != isProgram) {
                throw CallerFault.invalid(
                        "/requires_approval/" + i + "/when/generated",
                        isProgram
                                ? "must not be false in a program's token, all of whose mail is generated"
                                : "must not be true in a person's own token, none of whose mail is generated");
            }
        }
    }

    private static void checkExpiry(Grant grant, Instant now) {
        if (grant.isExpired(now)) {
            throw CallerFault.invalid("/expires_at", "must lie in the future");
        }
    }
}
