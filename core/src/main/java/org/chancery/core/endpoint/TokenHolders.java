package org.chancery.core.endpoint;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Agent;
import org.chancery.core.access.Grant;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Scope;
import org.chancery.core.access.Token;
import org.chancery.core.access.User;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.tx.Tx;

/** Says who a token stands for now. */
public final class TokenHolders {
    private final AccessRepository access;
    private final EndpointRepository endpoints;

    public TokenHolders(AccessRepository access, EndpointRepository endpoints) {
        this.access = access;
        this.endpoints = endpoints;
    }

    /** Empty where whom it stood for is gone or locked out. Whether the token has ended is not looked at. */
    public Optional<Principal> holder(Tx tx, Token token) {
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
