package org.chancery.core.endpoint;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Actor;
import org.chancery.core.access.Principal;
import org.chancery.core.access.Workspace;
import org.chancery.core.endpoint.Endpoint.Kind;
import org.chancery.core.endpoint.Endpoint.Plane;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Makes and shows endpoints, and says which of them a principal may use. */
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
            Clock clock) {
        this.transactions = transactions;
        this.endpoints = endpoints;
        this.access = access;
        this.mailboxes = mailboxes;
        this.directory = directory;
        this.clock = clock;
    }

    /** What a new endpoint is to be. */
    public record NewEndpoint(String localPart, Behaviour behaviour) {
        public NewEndpoint {
            checkTurns("/max_turns_per_sender_day", behaviour.maxTurnsPerSenderDay());
            checkTurns("/max_turns_per_day", behaviour.maxTurnsPerDay());
        }

        private static void checkTurns(String pointer, int turns) {
            if (turns < 0 || turns > MAX_TURNS) {
                throw CallerFault.invalid(pointer, "must be between 0 and " + MAX_TURNS);
            }
        }
    }

    /** An endpoint with what happened there. */
    public record Shown(Endpoint endpoint, EndpointCounters counters) {}

    /**
     * Makes an endpoint with its mailbox.
     *
     * @param id reserved for it; where an endpoint of that id exists already, that one is given back unchanged
     */
    public Shown create(Principal by, NewEndpoint wanted, EndpointId id) {
        Instant now = clock.instant();
        Endpoint made = transactions.durably(tx -> {
            Optional<Endpoint> already = endpoints.find(tx, by.workspace(), id);
            if (already.isPresent()) {
                return already.get();
            }
            Workspace workspace = access.workspace(tx, by.workspace()).orElseThrow();
            LocalParts.check(wanted.localPart(), workspace);
            checkAgent(tx, by.workspace(), wanted.behaviour());
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
            add(tx, endpoint, now);
            return endpoint;
        });
        return new Shown(made, EndpointCounters.NONE);
    }

    /** Adds an endpoint and its folders; 409 where the address is taken. */
    void add(Tx tx, Endpoint endpoint, Instant now) {
        if (!endpoints.add(tx, endpoint)) {
            throw CallerFault.conflict("address_taken", endpoint.address() + " exists already.");
        }
        mailboxes.create(tx, endpoint.id(), now);
        tx.afterCommit(() -> directory.forget(endpoint.address()));
    }

    private void checkAgent(Tx tx, WorkspaceId workspace, Behaviour wanted) {
        AgentId agent = wanted.agent();
        if (agent == null) {
            return;
        }
        if (wanted.plane() == Plane.LIGHT) {
            throw CallerFault.invalid("/agent_id", "must not be given on plane light, which has no agent");
        }
        if (access.agent(tx, workspace, agent).isEmpty()) {
            throw CallerFault.invalid("/agent_id", "names no agent of this workspace");
        }
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
