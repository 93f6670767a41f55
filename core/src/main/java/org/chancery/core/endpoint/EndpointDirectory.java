package org.chancery.core.endpoint;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
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
    private volatile List<Workspace> workspaces = List.of();
    private volatile boolean stale;

    public EndpointDirectory(
            Transactions transactions, EndpointRepository endpoints, AccessRepository access, ReturnPaths returnPaths) {
        this.transactions = transactions;
        this.endpoints = endpoints;
        this.access = access;
        this.returnPaths = returnPaths;
    }

    /** Reads the workspaces with their domains; once at the start. */
    public void refresh() {
        // First, so that a workspace which is added while they are read is not missed.
        stale = false;
        try {
            workspaces = transactions.in(access::workspaces);
        } catch (RuntimeException notRead) {
            stale = true;
            throw notRead;
        }
    }

    /** A workspace was added: they are read again before the next look-up. */
    void markStale() {
        stale = true;
    }

    /** An endpoint was added, changed or removed. */
    public void forget(String canonicalAddress) {
        known.remove(canonicalAddress);
    }

    /**
     * Whether mail for that domain comes to us.
     *
     * @throws Unavailable where a workspace was added and cannot be read yet
     */
    public boolean hosts(String domain) {
        if (stale) {
            refresh();
        }
        return workspaces.stream().anyMatch(workspace -> workspace.domain().equals(domain));
    }

    /** The workspace that answers for a domain: the one that owns it whole, else the first of those that share it. */
    public Optional<WorkspaceId> responsibleFor(String domain) {
        return workspaces.stream()
                .filter(workspace -> workspace.domain().equals(domain))
                .min((a, b) ->
                        a.slug().isEmpty() == b.slug().isEmpty() ? 0 : a.slug().isEmpty() ? -1 : 1)
                .map(Workspace::id);
    }

    @Override
    public Destination find(EmailAddress recipient) {
        if (stale) {
            try {
                refresh();
            } catch (Unavailable away) {
                return new Destination.Away();
            }
        }
        List<Workspace> here = workspaces.stream()
                .filter(workspace -> workspace.domain().equals(recipient.domain()))
                .toList();
        if (here.isEmpty()) {
            return new Destination.Foreign();
        }
        String local = unquoted(recipient.localPart()).toLowerCase(Locale.ROOT);
        if (ReturnPaths.isReturnPath(local)) {
            return returnPaths
                    .message(local)
                    .<Destination>map(Destination.ReturnPath::new)
                    .orElseGet(Destination.Unknown::new);
        }
        Optional<WorkspaceId> admins = adminsNamedBy(local, here);
        if (admins.isPresent()) {
            return new Destination.Admins(admins.get());
        }
        return firstOf(spellings(local, recipient.domain(), here));
    }

    private Optional<WorkspaceId> adminsNamedBy(String local, List<Workspace> here) {
        String name = beforeTag(local);
        if (ALWAYS.contains(name)) {
            return responsibleFor(here.getFirst().domain());
        }
        return here.stream()
                .filter(workspace -> !workspace.slug().isEmpty())
                .filter(workspace -> ALWAYS.stream().anyMatch(always -> name.equals(always + '-' + workspace.slug())))
                .map(Workspace::id)
                .findFirst();
    }

    /** The addresses that a local part may mean, the most exact first. */
    private static Set<String> spellings(String local, String domain, List<Workspace> here) {
        Set<String> spellings = new LinkedHashSet<>();
        List<String> names = new ArrayList<>(List.of(local));
        int plus = local.indexOf('+');
        if (plus > 0) {
            names.add(local.substring(0, plus));
            // sales+tag-acme@ as well as sales-acme+tag@
            here.stream()
                    .map(Workspace::slug)
                    .filter(slug -> !slug.isEmpty() && local.endsWith('-' + slug))
                    .forEach(slug -> names.add(local.substring(0, plus) + '-' + slug));
        }
        for (String name : names) {
            spellings.add(name + '@' + domain);
            // <localpart>-<empty slug>@<domain>, as a client may assemble it
            if (name.endsWith("-") && name.length() > 1) {
                spellings.add(name.substring(0, name.length() - 1) + '@' + domain);
            }
        }
        return spellings;
    }

    private Destination firstOf(Set<String> addresses) {
        for (String address : addresses) {
            Destination remembered = known.get(address);
            if (remembered != null) {
                return remembered;
            }
        }
        try {
            for (String address : addresses) {
                Optional<Endpoint> endpoint = transactions.in(tx -> endpoints.byAddress(tx, address));
                if (endpoint.isPresent()) {
                    return remember(address, endpoint.get());
                }
            }
            return new Destination.Unknown();
        } catch (Unavailable away) {
            return new Destination.Away();
        }
    }

    private Destination remember(String address, Endpoint endpoint) {
        Destination destination = endpoint.enabled()
                ? new Destination.Hosted(endpoint.workspace(), endpoint.id())
                : new Destination.Disabled(endpoint.workspace(), endpoint.id());
        if (known.size() >= MAX_KNOWN) {
            known.clear();
        }
        known.put(address, destination);
        return destination;
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
