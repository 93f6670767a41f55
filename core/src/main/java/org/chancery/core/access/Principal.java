package org.chancery.core.access;

import java.util.Set;
import java.util.UUID;
import org.chancery.core.audit.Author;
import org.chancery.core.audit.Channel;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.jspecify.annotations.Nullable;

/**
 * Who a valid token stands for, and what it may do.
 *
 * @param actor an agent or endpoint for a token made for one, else the person who made it
 * @param maker the person behind the token
 * @param endpoint the only endpoint that the token may use, or null where it is bound to none
 * @param grant what the token gives its holder as things stood when they were let in; a person who signed in has what their role gives
 * @param channel by which way they came
 */
public record Principal(
        TokenId token,
        WorkspaceId workspace,
        Actor actor,
        UserId maker,
        @Nullable EndpointId endpoint,
        Grant grant,
        Channel channel) {

    private static final UUID NOBODY = new UUID(0, 0);

    /** Who came by a call of the API. */
    public Principal(
            TokenId token,
            WorkspaceId workspace,
            Actor actor,
            UserId maker,
            @Nullable EndpointId endpoint,
            Grant grant) {
        this(token, workspace, actor, maker, endpoint, grant, Channel.API);
    }

    /** A part of the server that acts for an agent or an endpoint, at one endpoint and without a token. */
    public static Principal ofOurOwn(WorkspaceId workspace, Actor program, EndpointId endpoint) {
        return new Principal(
                new TokenId(NOBODY),
                workspace,
                program,
                new UserId(NOBODY),
                endpoint,
                Grant.of(Set.of(Scope.EMAIL_READ, Scope.EMAIL_SEND)),
                Channel.SERVER);
    }

    /** The same who came by another way. */
    public Principal through(Channel way) {
        return new Principal(token, workspace, actor, maker, endpoint, grant, way);
    }

    /** The same in the words of the record. */
    public Author author() {
        return actor.author(channel, channel == Channel.SERVER ? null : token);
    }

    public Set<Scope> scopes() {
        return grant.scopes();
    }

    public boolean may(Scope scope) {
        return grant.allows(scope);
    }

    /** @throws CallerFault where the token does not have it */
    public void requireScope(Scope scope) {
        if (!may(scope)) {
            throw CallerFault.forbidden("missing_scope", "This call needs the scope " + scope.text() + ".");
        }
    }

    public boolean isAdmin() {
        return grant.allows(Scope.ADMIN);
    }

    /** What of its doing waits for people; nothing for people who signed in, and for parts of our own. */
    public ApprovalRules approvalRules() {
        return grant.approvalRules();
    }

    /** Whether anything of its doing waits for people. */
    public boolean isRestricted() {
        return !approvalRules().isEmpty();
    }

    /**
     * Refuses what would let mail out past the rules of the token, or have somebody else do it.
     *
     * @param what it cannot do, in words
     */
    public void requireUnrestricted(String what) {
        if (isRestricted()) {
            throw CallerFault.forbidden(
                    "approval_escalation", "A token whose doing waits for people cannot " + what + ".");
        }
    }

    /** Whether it acts as a program: an agent, or an endpoint without one. */
    public boolean isProgram() {
        return !(actor instanceof Actor.Person);
    }
}
