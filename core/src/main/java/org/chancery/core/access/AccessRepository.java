package org.chancery.core.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Keeps workspaces, people, agents and tokens. */
public interface AccessRepository {

    /** Whether it was added; false where a workspace of that domain and slug exists. */
    boolean add(Tx tx, Workspace workspace);

    Optional<Workspace> workspace(Tx tx, WorkspaceId id);

    /** The workspace whose addresses have that domain and slug. */
    Optional<Workspace> workspace(Tx tx, String domain, String slug);

    /** All workspaces, oldest first. Few: loaded at start and after changes. */
    List<Workspace> workspaces(Tx tx);

    /** Whether the person was added; false where the workspace has a user of that e-mail address. */
    boolean add(Tx tx, User user);

    Optional<User> user(Tx tx, WorkspaceId workspace, UserId id);

    Optional<User> userByEmail(Tx tx, WorkspaceId workspace, String email);

    /** People of a workspace, oldest first, those after the given one. */
    List<User> users(Tx tx, WorkspaceId workspace, @Nullable UserId after, int limit);

    /** How many owners the workspace has who are not disabled. */
    int owners(Tx tx, WorkspaceId workspace);

    /** Keeps all that changes of a person as it is now, but for the bound addresses. */
    void update(Tx tx, User user);

    /** To whom of the workspace a canonical sender address is bound. */
    Optional<UserId> holderOf(Tx tx, WorkspaceId workspace, String address);

    /** Whether a canonical sender address was bound to the person; false where it is bound already, to whomever. */
    boolean bind(Tx tx, User person, String address);

    /** The canonical sender address is the person's no more. */
    void unbind(Tx tx, User person, String address);

    /** Has others who change the workspace's people, tokens or agents wait until this transaction ends. */
    void lockWorkspace(Tx tx, WorkspaceId workspace);

    /** Adds an agent with the secret of its webhook, sealed. */
    void add(Tx tx, Agent agent, String sealedSecret);

    Optional<Agent> agent(Tx tx, WorkspaceId workspace, AgentId id);

    /** The same, locked until the transaction ends. */
    Optional<Agent> lockAgent(Tx tx, WorkspaceId workspace, AgentId id);

    /**
     * Where an agent stands, which stays so until the transaction ends; empty where it was deleted. Unlike {@link #lockAgent}, several
     * may do it at once where the database can.
     */
    Optional<Agent.Status> holdStatus(Tx tx, WorkspaceId workspace, AgentId id);

    /** Writes all that can change of an agent. */
    void update(Tx tx, Agent agent);

    /** The sealed secret of an agent's webhook; empty where it never had one. */
    Optional<String> webhookSecret(Tx tx, AgentId id);

    void setWebhookSecret(Tx tx, AgentId id, String sealedSecret);

    /** Deletes an agent with its secret: from then on it is not found, and neither are tokens that act for it. */
    void delete(Tx tx, AgentId id, Instant at);

    /** Agents of a workspace, oldest first, those after the given one. */
    List<Agent> agents(Tx tx, WorkspaceId workspace, @Nullable AgentId after, int limit);

    /** Whether the token was added; false where that secret is in use. */
    boolean add(Tx tx, Token token, String secretHash);

    /** A token or session by the hash of its secret, with what it rests on; empty where it was revoked. */
    Optional<TokenStanding> standing(Tx tx, String secretHash);

    /** A token or session with what it rests on; empty where it was revoked. */
    Optional<TokenStanding> standing(Tx tx, WorkspaceId workspace, TokenId id);

    /**
     * Who a caller is by now: a token may have been revoked or restricted, and its person demoted, since they were let in.
     *
     * @throws CallerFault where they would not be let in any more
     */
    default Principal again(Tx tx, Principal caller, Instant now) {
        return standing(tx, caller.workspace(), caller.token())
                .flatMap(standing -> standing.principal(now))
                .map(principal -> principal.through(caller.channel()))
                .orElseThrow(() -> CallerFault.forbidden("token_ended", "This token has ended meanwhile."));
    }

    /** A token or session of whichever workspace, also one that was revoked. */
    Optional<KeptToken> tokenEver(Tx tx, TokenId id);

    /** A token or session; empty where it was revoked. */
    Optional<KeptToken> token(Tx tx, WorkspaceId workspace, TokenId id);

    /** Who holds a personal token with that very scope which is neither expired nor revoked. */
    Set<UserId> holdersOf(Tx tx, WorkspaceId workspace, Scope scope, Instant now);
}
