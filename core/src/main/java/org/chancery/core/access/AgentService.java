package org.chancery.core.access;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.chancery.core.access.Agent.ExecutionMode;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/**
 * Makes, changes and deletes agents, and keeps the secrets that their webhooks are signed with. Who the caller is by now is looked at
 * again in the transaction that writes, one such transaction of a workspace at a time: whoever is being disabled, or whose token is
 * being revoked, changes no agent meanwhile.
 */
public final class AgentService {
    /** In one transaction, so that none gets long, however much a program left undone. */
    static final int TURNS_AT_ONCE = 200;

    private final Transactions transactions;
    private final AccessRepository access;
    private final Surroundings surroundings;
    private final SecretBox secrets;
    private final AuditLog audit;
    private final Clock clock;

    /** Says what is wrong with a URL that the server is to call; empty where nothing is. It may look names up. */
    @FunctionalInterface
    public interface WebhookGuard {
        Optional<String> refusal(String url);
    }

    /** Whether an agent handles any endpoint; implemented above this package. */
    @FunctionalInterface
    public interface Wiring {
        boolean isWired(Tx tx, WorkspaceId workspace, AgentId agent);
    }

    /** Gives mail to people on which an agent has the turn; implemented above this package. */
    @FunctionalInterface
    public interface Turns {
        /** Gives so much of it; returns how much it was. */
        int toPeople(Tx tx, Agent agent, int limit);
    }

    /** What lies outside of this package and has a say. */
    public record Surroundings(WebhookGuard guard, Wiring wiring, Turns turns) {}

    public AgentService(
            Transactions transactions,
            AccessRepository access,
            Surroundings surroundings,
            SecretBox secrets,
            AuditLog audit,
            Clock clock) {
        this.transactions = transactions;
        this.access = access;
        this.surroundings = surroundings;
        this.secrets = secrets;
        this.audit = audit;
        this.clock = clock;
    }

    /** What a new agent is to be. */
    public record NewAgent(
            String name,
            String type,
            ExecutionMode executionMode,
            @Nullable UserId owner,
            @Nullable String webhookUrl) {}

    /** An agent, and the secret that was made for it just now and is shown once; null where none was. */
    public record Shown(Agent agent, @Nullable WebhookSecret secret) {}

    /**
     * Makes an agent.
     *
     * @param id reserved for it; where an agent of that id exists already, that one is given back unchanged
     */
    public Shown create(Principal by, NewAgent wanted, AgentId id) {
        by.requireUnrestricted("make an agent");
        // First: what its try made before was looked at then, and its webhook's host may not answer any more.
        Optional<Agent> before = transactions.in(tx -> access.agent(tx, by.workspace(), id));
        if (before.isPresent()) {
            return new Shown(before.get(), null);
        }
        Instant now = clock.instant();
        Agent agent = new Agent(
                id,
                by.workspace(),
                wanted.name(),
                wanted.type(),
                Agent.Status.ACTIVE,
                wanted.executionMode(),
                wanted.owner(),
                wanted.webhookUrl(),
                now,
                now);
        check(agent, null);
        WebhookSecret secret = WebhookSecret.generate();
        return transactions.durably(tx -> {
            lockedStill(tx, by).requireUnrestricted("make an agent");
            Optional<Agent> already = access.agent(tx, by.workspace(), id);
            if (already.isPresent()) {
                return new Shown(already.get(), null);
            }
            checkOwner(tx, agent);
            access.add(tx, agent, seal(agent, secret));
            audit.append(tx, AccessRecord.agent(AuditKind.AGENT_CREATED, agent, by.author(), now));
            return new Shown(agent, secret);
        });
    }

    /** Changes an agent; one that gets its first webhook without ever having had a secret gets one. */
    public Shown change(Principal by, AgentId id, UnaryOperator<Agent> change) {
        by.requireUnrestricted("change an agent");
        Agent before = agent(by, id);
        check(change.apply(before), before);
        return transactions.durably(tx -> {
            lockedStill(tx, by).requireUnrestricted("change an agent");
            Agent locked = access.lockAgent(tx, by.workspace(), id).orElseThrow(() -> CallerFault.notFound("agent"));
            if (!Objects.equals(locked.webhookUrl(), before.webhookUrl())
                    || locked.executionMode() != before.executionMode()) {
                throw CallerFault.conflict("agent_changed", "Somebody else changed the agent meanwhile; look again.");
            }
            Agent wanted = change.apply(locked);
            Agent changed = new Agent(
                    locked.id(),
                    locked.workspace(),
                    wanted.name(),
                    wanted.type(),
                    wanted.status(),
                    wanted.executionMode(),
                    wanted.owner(),
                    wanted.webhookUrl(),
                    locked.createdAt(),
                    clock.instant());
            checkOwner(tx, changed);
            access.update(tx, changed);
            audit.append(tx, AccessRecord.agent(AuditKind.AGENT_CHANGED, changed, by.author(), changed.updatedAt()));
            boolean needsSecret =
                    changed.webhookUrl() != null && access.webhookSecret(tx, id).isEmpty();
            return new Shown(changed, needsSecret ? newSecret(tx, changed) : null);
        });
    }

    /** Gives an agent's webhook a new secret; the old one signs nothing any more. */
    public Shown rotateSecret(Principal by, AgentId id) {
        return transactions.durably(tx -> {
            lockedStill(tx, by);
            Agent agent = access.lockAgent(tx, by.workspace(), id).orElseThrow(() -> CallerFault.notFound("agent"));
            audit.append(tx, AccessRecord.agent(AuditKind.AGENT_SECRET_ROTATED, agent, by.author(), clock.instant()));
            return new Shown(agent, newSecret(tx, agent));
        });
    }

    /**
     * Deletes an agent. One that handles an endpoint is not deleted: its mail would lose its handler unseen. Mail on which it still has
     * the turn goes to people, before it is gone. Tokens that act for it are dead at once.
     */
    public void delete(Principal by, AgentId id) {
        boolean isDone;
        do {
            isDone = transactions.durably(tx -> deleteOrMakeReady(tx, by, id));
        } while (!isDone);
    }

    /** Whether it was deleted; false where it has the turn on more mail than goes to people at once. */
    private boolean deleteOrMakeReady(Tx tx, Principal by, AgentId id) {
        lockedStill(tx, by);
        Agent agent = access.lockAgent(tx, by.workspace(), id).orElseThrow(() -> CallerFault.notFound("agent"));
        if (surroundings.wiring().isWired(tx, by.workspace(), agent.id())) {
            throw CallerFault.conflict(
                    "agent_in_use", "The agent handles an endpoint; give that another agent or none first.");
        }
        if (surroundings.turns().toPeople(tx, agent, TURNS_AT_ONCE) == TURNS_AT_ONCE) {
            return false;
        }
        access.delete(tx, id, clock.instant());
        audit.append(tx, AccessRecord.agent(AuditKind.AGENT_DELETED, agent, by.author(), clock.instant()));
        return true;
    }

    /** A page of the workspace's agents, oldest first. */
    public List<Agent> agents(Principal by, @Nullable AgentId after, int limit) {
        return transactions.in(tx -> access.agents(tx, by.workspace(), after, limit));
    }

    /** One agent of the caller's workspace. */
    public Agent agent(Principal by, AgentId id) {
        return transactions
                .in(tx -> access.agent(tx, by.workspace(), id))
                .orElseThrow(() -> CallerFault.notFound("agent"));
    }

    /** What an agent's webhook is signed with; empty where there is none, or the server's key is another one by now. */
    public Optional<WebhookSecret> webhookSecret(Agent agent) {
        return transactions
                .in(tx -> access.webhookSecret(tx, agent.id()))
                .flatMap(kept -> secrets.open(agent.id().text(), kept))
                .map(WebhookSecret::of);
    }

    /**
     * Who asks, as they are by now and stay until the transaction ends: looking a name up takes as long as its servers like, and
     * whoever asked for it may be out by then. First in the transaction.
     */
    private Principal lockedStill(Tx tx, Principal by) {
        access.lockWorkspace(tx, by.workspace());
        Principal now = access.again(tx, by, clock.instant());
        now.requireScope(Scope.ADMIN);
        return now;
    }

    private WebhookSecret newSecret(Tx tx, Agent agent) {
        WebhookSecret secret = WebhookSecret.generate();
        access.setWebhookSecret(tx, agent.id(), seal(agent, secret));
        return secret;
    }

    private String seal(Agent agent, WebhookSecret secret) {
        return secrets.seal(agent.id().text(), secret.key());
    }

    /** @param before what it is now, whose URL was checked already; or null */
    private void check(Agent agent, @Nullable Agent before) {
        String url = agent.webhookUrl();
        if (url == null) {
            return;
        }
        if (agent.executionMode() != ExecutionMode.EXTERNAL) {
            throw CallerFault.invalid(
                    "/webhook_url", "must not be given unless execution_mode is external: nothing would call it");
        }
        if (before == null || !url.equals(before.webhookUrl())) {
            surroundings.guard().refusal(url).ifPresent(why -> {
                throw CallerFault.invalid("/webhook_url", "refused_destination", why);
            });
        }
    }

    private void checkOwner(Tx tx, Agent agent) {
        UserId owner = agent.owner();
        if (owner != null && access.user(tx, agent.workspace(), owner).isEmpty()) {
            throw CallerFault.invalid("/owner_user_id", "names no user of this workspace");
        }
    }
}
