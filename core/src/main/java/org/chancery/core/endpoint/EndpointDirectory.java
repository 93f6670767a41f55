package org.chancery.core.endpoint;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.Workspace;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.tx.Transactions;

/**
 * Says where a recipient belongs. Domains and the addresses that were asked for before are in memory, so that mail for
 * them is accepted while the database is away; what is not known then is {@code Away}, never {@code Unknown}.
 *
 * <p>Used by all SMTP sessions at once. {@link #refresh} runs at start and after a workspace was added; endpoints are
 * forgotten one by one when they change.
 */
public final class EndpointDirectory implements RecipientLookup {

    /** Known addresses in memory; past this the memory is emptied and fills anew. About 200 bytes each. */
    private static final int MAX_KNOWN = 100_000;

    /** RFC 5321 §4.5.1 and RFC 2142: always there. */
    private static final Set<String> ALWAYS = Set.of("postmaster", "abuse");

    private final Transactions transactions;
    private final EndpointRepository endpoints;
    private final AccessRepository access;
    private final ReturnPaths returnPaths;
    private final ConcurrentMap<String, Destination> known = new ConcurrentHashMap<>();
    /** Counts what was forgotten, so that what was read before is not remembered after. */
    private final AtomicLong forgotten = new AtomicLong();

    /** Counts the workspaces that were added since the start. */
    private final AtomicLong added = new AtomicLong();

    /** Held while workspaces are read, so that nobody puts an older list in the place of a newer one. */
    private final ReentrantLock reading = new ReentrantLock();

    private volatile Read read = new Read(-1, List.of());

    /**
     * The workspaces as they were read.
     *
     * @param added {@link #added} before that
     */
    private record Read(long added, List<Workspace> workspaces) {}

    public EndpointDirectory(
            Transactions transactions, EndpointRepository endpoints, AccessRepository access, ReturnPaths returnPaths) {
        this.transactions = transactions;
        this.endpoints = endpoints;
        this.access = access;
        this.returnPaths = returnPaths;
    }

    /** Reads the workspaces with their domains; once at the start. */
    public void refresh() {
        reading.lock();
        try {
            // Counted first, so that a workspace which is added while they are read is not missed.
            long before = added.get();
            read = new Read(before, transactions.in(access::workspaces));
        } finally {
            reading.unlock();
        }
    }

    /** A workspace was added: they are read again before the next look-up. */
    void markStale() {
        added.incrementAndGet();
    }

    /** @throws Unavailable where a workspace was added and cannot be read yet */
    private List<Workspace> workspaces() {
        if (isStale()) {
            reading.lock();
            try {
                if (isStale()) {
                    refresh();
                }
            } finally {
                reading.unlock();
            }
        }
        return read.workspaces();
    }

    private boolean isStale() {
        return read.added() != added.get();
    }

    /** An endpoint was added, changed or removed. */
    public void forget(String canonicalAddress) {
        forgotten.incrementAndGet();
        known.remove(canonicalAddress);
    }

    /**
     * Whether mail for that domain comes to us.
     *
     * @throws Unavailable where a workspace was added and cannot be read yet
     */
    public boolean hosts(String domain) {
        return workspaces().stream().anyMatch(workspace -> workspace.domain().equals(domain));
    }

    /** The same as it was read last, for those who ask within a transaction: a workspace that was just added may be missing. */
    public boolean hostedWhenRead(String domain) {
        return read.workspaces().stream()
                .anyMatch(workspace -> workspace.domain().equals(domain));
    }

    /**
     * Whether mail from that domain is the workspace's to send. A workspace that another server added is asked for: its mail would
     * leave unsigned.
     *
     * @throws Unavailable where a workspace was added and cannot be read yet
     */
    public boolean owns(WorkspaceId owner, String domain) {
        return workspaces().stream()
                .filter(workspace -> workspace.id().equals(owner))
                .findFirst()
                .or(() -> addedElsewhere(owner))
                .filter(workspace -> workspace.domain().equals(domain))
                .isPresent();
    }

    private Optional<Workspace> addedElsewhere(WorkspaceId id) {
        Optional<Workspace> found = transactions.in(tx -> access.workspace(tx, id));
        found.ifPresent(ignored -> markStale());
        return found;
    }

    /**
     * The workspace that answers for a recipient whom no endpoint has: the one whose slug it ends with, else the one that owns
     * the domain, else the first of those that share it.
     */
    public Optional<WorkspaceId> responsibleFor(EmailAddress recipient) {
        List<Workspace> all = read.workspaces();
        return LocalParts.owner(beforeTag(local(recipient)), recipient.domain(), all)
                .or(() -> all.stream()
                        .filter(workspace -> workspace.domain().equals(recipient.domain()))
                        .findFirst())
                .map(Workspace::id);
    }

    /** The addresses of endpoints that a recipient may mean, the most exact first; at a foreign domain none. */
    public List<String> meanings(EmailAddress recipient) {
        return meanings(local(recipient), recipient.domain(), here(recipient.domain(), read.workspaces()));
    }

    private static List<Workspace> here(String domain, List<Workspace> workspaces) {
        return workspaces.stream()
                .filter(workspace -> workspace.domain().equals(domain))
                .toList();
    }

    @Override
    public Destination find(EmailAddress recipient) {
        List<Workspace> here;
        try {
            here = here(recipient.domain(), workspaces());
        } catch (Unavailable away) {
            return new Destination.Away();
        }
        if (here.isEmpty()) {
            return new Destination.Foreign();
        }
        String local = local(recipient);
        if (ReturnPaths.isReturnPath(local)) {
            return returnPaths
                    .message(local)
                    .<Destination>map(Destination.ReturnPath::new)
                    .orElseGet(Destination.Unknown::new);
        }
        Optional<WorkspaceId> admins = adminsNamedBy(recipient, here);
        if (admins.isPresent()) {
            return new Destination.Admins(admins.get());
        }
        return firstOf(meanings(local, recipient.domain(), here));
    }

    private Optional<WorkspaceId> adminsNamedBy(EmailAddress recipient, List<Workspace> here) {
        String name = withoutEmptySlug(beforeTag(local(recipient)));
        if (ALWAYS.contains(name)) {
            return responsibleFor(recipient);
        }
        return here.stream()
                .filter(workspace -> !workspace.slug().isEmpty())
                .filter(workspace -> ALWAYS.stream().anyMatch(always -> name.equals(always + '-' + workspace.slug())))
                .map(Workspace::id)
                .findFirst();
    }

    /**
     * Only what an endpoint's address can be: one never has a '+' and never ends with a '-'. So an address that is not in
     * memory is asked for once, whatever its tag.
     */
    private static List<String> meanings(String local, String domain, List<Workspace> here) {
        if (here.isEmpty()) {
            return List.of();
        }
        Set<String> meanings = new LinkedHashSet<>();
        int plus = local.indexOf('+');
        if (plus > 0) {
            // sales+tag-acme@ as well as sales-acme+tag@; the longest slug first, as nobody else may have such an
            // address
            here.stream()
                    .map(Workspace::slug)
                    .filter(slug ->
                            !slug.isEmpty() && local.endsWith('-' + slug) && local.length() - slug.length() > plus + 1)
                    .sorted(Comparator.comparingInt(String::length).reversed())
                    .forEach(slug -> meanings.add(local.substring(0, plus) + '-' + slug + '@' + domain));
        }
        meanings.add(withoutEmptySlug(beforeTag(local)) + '@' + domain);
        return List.copyOf(meanings);
    }

    /** {@code <localpart>-<empty slug>@<domain>}, as a client may assemble it. */
    private static String withoutEmptySlug(String local) {
        return local.length() > 1 && local.endsWith("-") ? local.substring(0, local.length() - 1) : local;
    }

    private Destination firstOf(List<String> addresses) {
        try {
            for (String address : addresses) {
                Destination remembered = known.get(address);
                if (remembered != null) {
                    return remembered;
                }
                long before = forgotten.get();
                Optional<Endpoint> endpoint = transactions.in(tx -> endpoints.byAddress(tx, address));
                if (endpoint.isPresent()) {
                    return remember(address, endpoint.get(), before);
                }
            }
            return new Destination.Unknown();
        } catch (Unavailable away) {
            return new Destination.Away();
        }
    }

    /** @param before {@link #forgotten} before the endpoint was read */
    private Destination remember(String address, Endpoint endpoint, long before) {
        Destination destination = endpoint.enabled()
                ? new Destination.Hosted(endpoint.workspace(), endpoint.id())
                : new Destination.Disabled(endpoint.workspace(), endpoint.id());
        if (known.size() >= MAX_KNOWN) {
            known.clear();
        }
        known.put(address, destination);
        if (forgotten.get() != before) {
            // Something changed while this was read; perhaps it is the state before the change, and would stay for
            // good.
            known.remove(address);
        }
        return destination;
    }

    private static String local(EmailAddress recipient) {
        return unquoted(recipient.localPart()).toLowerCase(Locale.ROOT);
    }

    private static String beforeTag(String local) {
        int plus = local.indexOf('+');
        return plus > 0 ? local.substring(0, plus) : local;
    }

    // RFC 5321 §4.1.2: "sales"@ and sales@ are the same mailbox.
    private static String unquoted(String local) {
        boolean quoted = local.length() > 2 && local.startsWith("\"") && local.endsWith("\"");
        return quoted ? local.substring(1, local.length() - 1).replaceAll("\\\\(.)", "$1") : local;
    }
}
