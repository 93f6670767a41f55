package org.chancery.core.endpoint;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.User;
import org.chancery.core.endpoint.RecipientLookup.Destination;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.phishing.OwnNames;
import org.chancery.core.phishing.OwnNames.Person;
import org.chancery.core.tx.Transactions;

/**
 * Says what the recipients of a mail call their own: the domains of their workspaces and the people there. What was read is used for a
 * minute, so that a burst of mail asks once. Used by all workers of the pipeline.
 */
public final class OwnNamesDirectory {
    private static final Duration FRESH = Duration.ofMinutes(1);
    /** The first of a larger workspace; each mail is compared with all of them. */
    private static final int MAX_PEOPLE = 1_000;
    /** Workspaces in memory; past this the memory is emptied and fills anew. */
    private static final int MAX_KNOWN = 1_000;

    private final Transactions transactions;
    private final RecipientLookup recipients;
    private final AccessRepository access;
    private final Clock clock;
    private final ConcurrentMap<WorkspaceId, Known> known = new ConcurrentHashMap<>();

    private record Known(OwnNames names, Instant until) {}

    public OwnNamesDirectory(
            Transactions transactions, RecipientLookup recipients, AccessRepository access, Clock clock) {
        this.transactions = transactions;
        this.recipients = recipients;
        this.access = access;
        this.clock = clock;
    }

    /**
     * What each of the recipients of a mail calls their own: never anything of another workspace.
     *
     * @throws Unavailable where that cannot be read now
     */
    public Map<EmailAddress, OwnNames> of(Collection<EmailAddress> recipients) {
        Map<EmailAddress, WorkspaceId> workspaces = new LinkedHashMap<>();
        Map<WorkspaceId, Set<String>> domains = new HashMap<>();
        for (EmailAddress recipient : recipients) {
            workspace(this.recipients.find(recipient)).ifPresent(workspace -> {
                workspaces.put(recipient, workspace);
                domains.computeIfAbsent(workspace, ignored -> new HashSet<>()).add(recipient.domain());
            });
        }
        Map<WorkspaceId, OwnNames> names = new HashMap<>();
        domains.forEach(
                (workspace, further) -> names.put(workspace, names(workspace).with(further)));
        Map<EmailAddress, OwnNames> own = new LinkedHashMap<>();
        for (EmailAddress recipient : recipients) {
            WorkspaceId workspace = workspaces.get(recipient);
            own.put(recipient, workspace == null ? OwnNames.NONE : names.getOrDefault(workspace, OwnNames.NONE));
        }
        return own;
    }

    private static Optional<WorkspaceId> workspace(Destination destination) {
        return switch (destination) {
            case Destination.Hosted hosted -> Optional.of(hosted.workspace());
            case Destination.Disabled disabled -> Optional.of(disabled.workspace());
            case Destination.Admins admins -> Optional.of(admins.workspace());
            case Destination.ReturnPath ignored -> Optional.empty();
            case Destination.Unknown ignored -> Optional.empty();
            case Destination.Foreign ignored -> Optional.empty();
            case Destination.Away ignored -> throw new Unavailable("whose mail it is cannot be told now", null);
        };
    }

    private OwnNames names(WorkspaceId workspace) {
        Known remembered = known.get(workspace);
        if (remembered != null && clock.instant().isBefore(remembered.until())) {
            return remembered.names();
        }
        OwnNames read = transactions.in(tx -> new OwnNames(
                access.workspace(tx, workspace).map(one -> Set.of(one.domain())).orElse(Set.of()),
                access.users(tx, workspace, null, MAX_PEOPLE).stream()
                        .map(OwnNamesDirectory::person)
                        .toList()));
        if (known.size() >= MAX_KNOWN) {
            known.clear();
        }
        known.put(workspace, new Known(read, clock.instant().plus(FRESH)));
        return read;
    }

    private static Person person(User user) {
        Set<String> addresses = new HashSet<>(user.addresses());
        Stream.of(user.email())
                .flatMap(email -> EmailAddress.parse(email).stream())
                .map(EmailAddress::canonical)
                .forEach(addresses::add);
        return new Person(user.name(), addresses);
    }
}
