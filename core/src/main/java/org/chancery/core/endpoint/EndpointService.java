package org.chancery.core.endpoint;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Workspace;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.audit.Author;
import org.chancery.core.endpoint.Endpoint.Kind;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Makes, changes and shows endpoints, and says which of them a principal may use. */
public final class EndpointService {

    /** More endpoints of one agent than these are not looked at when an agent's token asks what it may use. */
    public static final int MAX_PER_AGENT = 1000;

    /** Turns a day; past a million a limit limits nothing. */
    public static final int MAX_TURNS = 1_000_000;

    private final Transactions transactions;
    private final EndpointRepository endpoints;
    private final AccessRepository access;
    private final Mailboxes mailboxes;
    private final EndpointDirectory directory;
    private final AuditLog audit;
    private final Clock clock;

    /** Makes the folders of a new endpoint; implemented above this package. */
    @FunctionalInterface
    public interface Mailboxes {
        void create(Tx tx, EndpointId endpoint, Instant now);
    }

    public EndpointService(
            Transactions transactions,
            EndpointRepository endpoints,
            AccessRepository access,
            Mailboxes mailboxes,
            EndpointDirectory directory,
            AuditLog audit,
            Clock clock) {
        this.transactions = transactions;
        this.endpoints = endpoints;
        this.access = access;
        this.mailboxes = mailboxes;
        this.directory = directory;
        this.audit = audit;
        this.clock = clock;
    }

    /** What a new endpoint is to be. */
    public record NewEndpoint(String localPart, Behaviour behaviour) {}

    /** An endpoint with what happened there. */
    public record Shown(Endpoint endpoint, EndpointCounters counters) {}

    /**
     * Makes an endpoint with its mailbox.
     *
     * @param id reserved for it; where an endpoint of that id exists already, that one is given back unchanged
     */
    public Shown create(Principal by, NewEndpoint wanted, EndpointId id) {
        by.requireUnrestricted("make an inbox");
        Instant now = clock.instant();
        return transactions.durably(tx -> {
            Optional<Endpoint> already = endpoints.find(tx, by.workspace(), id);
            if (already.isPresent()) {
                return shown(tx, already.get());
            }
            Workspace workspace = access.workspace(tx, by.workspace()).orElseThrow();
            LocalParts.wrong(wanted.localPart(), workspace, access.workspaces(tx))
                    .ifPresent(wrong -> {
                        throw CallerFault.invalid("/localpart", wrong.code(), wrong.message());
                    });
            check(tx, by.workspace(), wanted.behaviour(), Behaviour.DEFAULT);
            Endpoint endpoint = new Endpoint(
                    id,
                    by.workspace(),
                    wanted.localPart(),
                    workspace.address(wanted.localPart()),
                    Kind.CUSTOM,
                    false,
                    wanted.behaviour(),
                    now,
                    now);
            add(tx, endpoint, by.author(), now);
            return new Shown(endpoint, EndpointCounters.NONE);
        });
    }

    /** Adds an endpoint and its folders; 409 where the address is taken. */
    void add(Tx tx, Endpoint endpoint, Author by, Instant now) {
        if (!endpoints.add(tx, endpoint)) {
            throw addressTaken(endpoint);
        }
        mailboxes.create(tx, endpoint.id(), now);
        audit.append(tx, EndpointRecord.created(endpoint, by));
        tx.afterCommit(() -> directory.forget(endpoint.address()));
    }

    private static CallerFault addressTaken(Endpoint endpoint) {
        return CallerFault.conflict("address_taken", endpoint.address() + " exists already.");
    }

    private void check(Tx tx, WorkspaceId workspace, Behaviour wanted, Behaviour before) {
        Set<String> hosted = wanted.deliverTo().isEmpty()
                ? Set.of()
                : access.workspaces(tx).stream().map(Workspace::domain).collect(Collectors.toSet());
        BehaviourRules.check(wanted, before, hosted::contains);
        AgentId agent = wanted.agent();
        // Locked: whoever deletes the agent meanwhile waits, and then finds that it handles an endpoint.
        if (agent != null
                && !agent.equals(before.agent())
                && access.lockAgent(tx, workspace, agent).isEmpty()) {
            throw CallerFault.invalid("/agent_id", "names no agent of this workspace");
        }
    }

    /**
     * Changes what an endpoint does; durable on return. Two changes at once follow one another, each on what the other left.
     *
     * @param by not under any rule of its token: by instructions, policies and copies mail leaves that no token sent
     * @param change makes the new behaviour of the one there is
     */
    public Shown change(Principal by, EndpointId id, UnaryOperator<Behaviour> change) {
        by.requireUnrestricted("change an inbox");
        return transactions.durably(tx -> {
            Endpoint before = editable(tx, by, id);
            Behaviour wanted = change.apply(before.behaviour());
            if (wanted.equals(before.behaviour())) {
                return shown(tx, before);
            }
            check(tx, by.workspace(), wanted, before.behaviour());
            Endpoint after = before.with(wanted, clock.instant());
            endpoints.update(tx, after);
            audit.append(tx, EndpointRecord.changed(before, after, by.author()));
            tx.afterCommit(() -> directory.forget(after.address()));
            return shown(tx, after);
        });
    }

    /** An endpoint that admins may change or remove, locked: every one but the workspace's outbound mailbox. */
    private Endpoint editable(Tx tx, Principal by, EndpointId id) {
        Endpoint endpoint = endpoints.lock(tx, by.workspace(), id).orElseThrow(() -> CallerFault.notFound("endpoint"));
        if (endpoint.isSystem()) {
            throw CallerFault.badRequest(
                    "system_mailbox",
                    "The workspace's outbound mailbox cannot be edited or removed; its local part is changed by"
                            + " PATCH /v1/api/email/workspace-mailbox.");
        }
        return endpoint;
    }

    /**
     * Gives the workspace's outbound mailbox another local part; durable on return. Its former address goes on reaching it
     * until somebody makes an endpoint of that name.
     */
    public Shown renameOutboundMailbox(Principal by, String localPart) {
        return transactions.durably(tx -> {
            Workspace workspace = access.workspace(tx, by.workspace()).orElseThrow();
            LocalParts.wrong(localPart, workspace, access.workspaces(tx)).ifPresent(wrong -> {
                throw CallerFault.badRequest(
                        wrong.code().equals("invalid") ? "invalid_localpart" : wrong.code(),
                        "The local part " + wrong.message() + ".");
            });
            EndpointId id = endpoints.system(tx, by.workspace()).orElseThrow().id();
            Endpoint before = endpoints.lock(tx, by.workspace(), id).orElseThrow();
            if (before.localPart().equals(localPart)) {
                return shown(tx, before);
            }
            Endpoint after = before.named(localPart, workspace.address(localPart), clock.instant());
            if (!endpoints.rename(tx, after)) {
                throw addressTaken(after);
            }
            audit.append(tx, EndpointRecord.changed(before, after, by.author()));
            tx.afterCommit(() -> {
                directory.forget(before.address());
                directory.forget(after.address());
            });
            return shown(tx, after);
        });
    }

    /**
     * Takes an endpoint out of service: from the commit on its address is unknown and its tokens are refused. What waits there
     * is for the caller to settle.
     */
    public Endpoint remove(Tx tx, Principal by, EndpointId id) {
        Endpoint endpoint = editable(tx, by, id);
        Instant now = clock.instant();
        List<String> addresses = endpoints.remove(tx, id, by.maker(), now);
        audit.append(tx, EndpointRecord.removed(endpoint, by.author(), now));
        tx.afterCommit(() -> addresses.forEach(directory::forget));
        return endpoint;
    }

    /** One endpoint of the caller's workspace. */
    public Shown get(Principal by, EndpointId id) {
        return transactions.in(tx ->
                shown(tx, endpoints.find(tx, by.workspace(), id).orElseThrow(() -> CallerFault.notFound("endpoint"))));
    }

    /** A page of the workspace's endpoints, oldest first. */
    public List<Shown> list(Principal by, @Nullable EndpointId after, int limit) {
        return transactions.in(tx -> shown(tx, by.workspace(), endpoints.page(tx, by.workspace(), after, limit)));
    }

    /** The workspace itself with its outbound mailbox: what a client assembles addresses from. */
    public record AddressParts(String slug, String domain, String outboundLocalPart) {}

    public AddressParts addressParts(Principal by) {
        return transactions.in(tx -> {
            Workspace workspace = access.workspace(tx, by.workspace()).orElseThrow();
            Endpoint system = endpoints.system(tx, by.workspace()).orElseThrow();
            return new AddressParts(workspace.slug(), workspace.domain(), system.localPart());
        });
    }

    /** The endpoints that a principal may use, oldest first; of very many, the first. */
    public List<Endpoint> usableBy(Principal principal, @Nullable EndpointId after, int limit) {
        return transactions.in(tx -> usable(tx, principal, after, limit));
    }

    /** The same within a transaction. */
    public List<Endpoint> usable(Tx tx, Principal principal, @Nullable EndpointId after, int limit) {
        EndpointId bound = principal.endpoint();
        if (bound != null) {
            return after == null
                    ? endpoints.find(tx, principal.workspace(), bound).stream().toList()
                    : List.of();
        }
        return switch (principal.actor()) {
            case Actor.Program program ->
                endpoints.ofAgent(tx, principal.workspace(), program.id(), MAX_PER_AGENT).stream()
                        // Ids sort by age, as text too.
                        .filter(endpoint ->
                                after == null || endpoint.id().text().compareTo(after.text()) > 0)
                        .limit(limit)
                        .toList();
            case Actor.Address ignored -> List.of();
            case Actor.Person ignored -> endpoints.page(tx, principal.workspace(), after, limit);
        };
    }

    /** Whether the principal may use the endpoint. */
    public static boolean mayUse(Principal principal, Endpoint endpoint) {
        if (!endpoint.workspace().equals(principal.workspace())) {
            return false;
        }
        EndpointId bound = principal.endpoint();
        if (bound != null) {
            return bound.equals(endpoint.id());
        }
        return switch (principal.actor()) {
            case Actor.Program program -> program.id().equals(endpoint.agent());
            case Actor.Address ignored -> false;
            case Actor.Person ignored -> true;
        };
    }

    /**
     * Reads an {@code inbox_id}, which may also be the address itself; 404 or 422 where it names nothing that the caller may
     * use.
     *
     * @param pointer JSON pointer of the field that the text stood in
     */
    public Endpoint resolve(Principal principal, String text, String pointer) {
        return transactions.in(tx -> endpoint(tx, principal, text)
                .filter(endpoint -> mayUse(principal, endpoint))
                .orElseThrow(() -> CallerFault.invalid(pointer, "names no inbox that this token may use")));
    }

    /** The same where only its mail is asked for, which outlives an endpoint: one that was removed is found by its id. */
    public EndpointId resolveForReading(Principal principal, String text, String pointer) {
        return EndpointId.parse(text)
                .flatMap(id -> transactions.in(tx -> endpoints.kept(tx, principal.workspace(), id)))
                .filter(endpoint -> mayUse(principal, endpoint))
                .map(Endpoint::id)
                .orElseGet(() -> resolve(principal, text, pointer).id());
    }

    private Optional<Endpoint> endpoint(Tx tx, Principal principal, String text) {
        Optional<EndpointId> id = EndpointId.parse(text);
        if (id.isPresent()) {
            return endpoints.find(tx, principal.workspace(), id.get());
        }
        return EmailAddress.parse(text).flatMap(address -> endpoints.byAddress(tx, address.canonical()));
    }

    /** Forgets the turns of senders before yesterday; returns how many entries went. For a timer, every hour or so. */
    public int sweepTurns() {
        LocalDate yesterday =
                LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(1);
        return transactions.in(tx -> endpoints.forgetTurns(tx, yesterday));
    }

    private Shown shown(Tx tx, Endpoint endpoint) {
        return shown(tx, endpoint.workspace(), List.of(endpoint)).getFirst();
    }

    private List<Shown> shown(Tx tx, WorkspaceId workspace, List<Endpoint> page) {
        Map<EndpointId, EndpointCounters> counters = endpoints.counters(
                tx, workspace, page.stream().map(Endpoint::id).toList());
        return page.stream()
                .map(endpoint -> new Shown(endpoint, counters.getOrDefault(endpoint.id(), EndpointCounters.NONE)))
                .toList();
    }
}
