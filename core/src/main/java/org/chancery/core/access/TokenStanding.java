package org.chancery.core.access;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.jspecify.annotations.Nullable;

/**
 * A token or session that was not revoked, and what it rests on as that is now: the person who made it, and the inbox and the agent
 * that it is for. Whether somebody gets in with it, as whom and for what, follows from these.
 *
 * @param inbox the endpoint that it is bound to; null where it is bound to none, or to one that was removed
 * @param agent the agent that it or its inbox is for; null where there is none, or it was deleted
 */
public record TokenStanding(
        KeptToken kept,
        Maker maker,
        @Nullable Inbox inbox,
        @Nullable Handler agent) {

    /** The person behind the token. */
    public record Maker(String email, Role role, boolean isDisabled) {}

    /** The endpoint that the token is bound to, and who handles its mail. */
    public record Inbox(
            EndpointId id, String address, @Nullable AgentId agent) {}

    /** An agent that is there. */
    public record Handler(AgentId id, String name, Agent.Status status) {}

    /** Whether it lets anybody in, and why not. */
    public enum State {
        ACTIVE,
        /** Until its end is put off. */
        EXPIRED,
        /** While its agent is. */
        AGENT_DISABLED,
        /** While the person who made it is. */
        PERSON_DISABLED,
        /** For ever. */
        AGENT_DELETED,
        /** For ever. */
        INBOX_REMOVED,
        /** Its rules are none that this version knows; it gives nothing rather than more than it should. */
        UNREADABLE;

        /** Whether it will never let anybody in again. */
        boolean isFinal() {
            return this == AGENT_DELETED || this == INBOX_REMOVED || this == UNREADABLE;
        }
    }

    public Token token() {
        return kept.token();
    }

    /** How it stands at that time. What lasts longest is told first. */
    public State state(Instant now) {
        Token token = kept.token();
        if (!kept.isReadable()) {
            return State.UNREADABLE;
        }
        if (token.endpoint() != null && inbox == null) {
            return State.INBOX_REMOVED;
        }
        if (handler() != null && agent == null) {
            return State.AGENT_DELETED;
        }
        if (maker.isDisabled()) {
            return State.PERSON_DISABLED;
        }
        // A paused agent may still read what it has; a disabled one is locked out.
        if (agent != null && agent.status() == Agent.Status.DISABLED) {
            return State.AGENT_DISABLED;
        }
        return token.isExpired(now) ? State.EXPIRED : State.ACTIVE;
    }

    /** Who comes with it at that time; empty where nobody gets in. */
    public Optional<Principal> principal(Instant now) {
        Token token = kept.token();
        return state(now) == State.ACTIVE
                ? Optional.of(
                        new Principal(token.id(), token.workspace(), actor(), token.maker(), token.endpoint(), grant()))
                : Optional.empty();
    }

    private @Nullable AgentId handler() {
        AgentId own = kept.token().agent();
        return own != null || inbox == null ? own : inbox.agent();
    }

    /**
     * A token made for an inbox without an agent acts for that endpoint's agent, or for the endpoint itself; never for the
     * person who made it, who may approve what it asks for.
     */
    private Actor actor() {
        if (agent != null) {
            return new Actor.Program(agent.id(), agent.name());
        }
        return inbox != null
                ? new Actor.Address(inbox.id(), inbox.address())
                : new Actor.Person(kept.token().maker(), maker.email());
    }

    /** A session gives what its person's role gives by now; and who is an admin no more has no token with admin any more. */
    private Grant grant() {
        Grant given = kept.token().grant();
        if (kept.isSession()) {
            return new Grant(maker.role().scopes(), given.approvalRules(), given.expiresAt());
        }
        if (maker.role().isAdmin()) {
            return given;
        }
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        scopes.addAll(given.scopes());
        scopes.remove(Scope.ADMIN);
        return new Grant(scopes, given.approvalRules(), given.expiresAt());
    }
}
