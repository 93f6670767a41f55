package org.chancery.core.endpoint;

import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Agent;
import org.chancery.core.access.AuthFailures;
import org.chancery.core.access.Client;
import org.chancery.core.access.Credentials;
import org.chancery.core.access.Grant;
import org.chancery.core.access.KeptToken;
import org.chancery.core.access.LastUse;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Scope;
import org.chancery.core.access.Token;
import org.chancery.core.access.TokenSecret;
import org.chancery.core.access.User;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;

/** Turns a bearer token into the one it stands for. */
public final class TokenAuthenticator implements Credentials {
    private final Transactions transactions;
    private final AccessRepository access;
    private final EndpointRepository endpoints;
    private final LastUse lastUse;
    private final AuthFailures failures;
    private final Clock clock;

    public TokenAuthenticator(
            Transactions transactions,
            AccessRepository access,
            EndpointRepository endpoints,
            LastUse lastUse,
            AuthFailures failures,
            Clock clock) {
        this.transactions = transactions;
        this.access = access;
        this.endpoints = endpoints;
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
            Optional<Known> known = transactions.in(tx -> access.tokenByHash(tx, hash)
                    .filter(kept -> !kept.token().isExpired(now))
                    .flatMap(kept -> principal(tx, kept.token()).map(principal -> new Known(kept, principal))));
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

    private Optional<Principal> principal(Tx tx, Token token) {
        return access.user(tx, token.workspace(), token.maker())
                .flatMap(maker -> actor(tx, token, maker)
                        .map(actor -> new Principal(
                                token.id(),
                                token.workspace(),
                                actor,
                                token.maker(),
                                token.endpoint(),
                                grant(token, maker))));
    }

    /** Who is an admin no more has no admin's token any more. */
    private static Grant grant(Token token, User maker) {
        Grant grant = token.grant();
        if (maker.role().isAdmin()) {
            return grant;
        }
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        scopes.addAll(grant.scopes());
        scopes.remove(Scope.ADMIN);
        return new Grant(scopes, grant.approvalRules(), grant.expiresAt());
    }

    /**
     * A token made for an inbox without an agent acts for that endpoint's agent, or for the endpoint itself; never for the
     * person who made it, who may approve what it asks for.
     */
    private Optional<Actor> actor(Tx tx, Token token, User maker) {
        AgentId agent = token.agent();
        EndpointId bound = token.endpoint();
        if (bound == null) {
            return agent != null ? program(tx, token, agent) : Optional.of(new Actor.Person(maker.id(), maker.email()));
        }
        // A token of an endpoint that was removed is good for nothing any more.
        return endpoints.find(tx, token.workspace(), bound).flatMap(endpoint -> {
            AgentId handler = agent != null ? agent : endpoint.agent();
            return handler != null
                    ? program(tx, token, handler)
                    : Optional.of(new Actor.Address(endpoint.id(), endpoint.address()));
        });
    }

    private Optional<Actor> program(Tx tx, Token token, AgentId id) {
        return access.agent(tx, token.workspace(), id)
                // A paused agent may still read what it has; a disabled one is locked out.
                .filter(agent -> agent.status() != Agent.Status.DISABLED)
                .map(agent -> new Actor.Program(agent.id(), agent.name()));
    }
}
