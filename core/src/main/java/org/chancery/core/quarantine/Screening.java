package org.chancery.core.quarantine;

import java.util.Optional;
import java.util.Set;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.RecipientLookup;
import org.chancery.core.endpoint.RecipientLookup.Destination;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.quarantine.ScreeningFacts.Addressed;
import org.chancery.core.quarantine.ScreeningFacts.Evidence;
import org.chancery.core.screening.SpamScore;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Brings together what {@link ScreeningPolicy} decides by. Used by many threads at once. */
public final class Screening {
    private final Transactions transactions;
    private final RecipientLookup directory;
    private final EndpointRepository endpoints;
    private final AccessRepository access;

    public Screening(
            Transactions transactions,
            RecipientLookup directory,
            EndpointRepository endpoints,
            AccessRepository access) {
        this.transactions = transactions;
        this.directory = directory;
        this.endpoints = endpoints;
        this.access = access;
    }

    /**
     * The verdict on a mail for one recipient, for those reasons.
     *
     * @param spam null before it is scored
     * @throws Unavailable while the database is away
     */
    public ScreeningVerdict screen(
            Evidence evidence, @Nullable SpamScore spam, EmailAddress recipient, Set<Reason> reasons) {
        return ScreeningPolicy.screen(
                new ScreeningFacts(evidence, spam, addressed(recipient, evidence.named())), reasons);
    }

    /** Why the endpoint does not take mail from that address as things stand; empty where it does. */
    Optional<String> stranger(Tx tx, Endpoint endpoint, @Nullable EmailAddress named) {
        return addressed(tx, endpoint, named) instanceof Addressed.AtEndpoint at
                ? ScreeningPolicy.stranger(named, at.admission(), at.isBound())
                : Optional.empty();
    }

    private Addressed addressed(EmailAddress recipient, @Nullable EmailAddress named) {
        return switch (directory.find(recipient)) {
            case Destination.Hosted hosted -> addressed(hosted.workspace(), hosted.endpoint(), named);
            // Accepted while it was enabled: it is screened as it would have been.
            case Destination.Disabled disabled -> addressed(disabled.workspace(), disabled.endpoint(), named);
            case Destination.ReturnPath ignored -> new Addressed.Returned();
            case Destination.Admins ignored -> new Addressed.ForAdmins();
            case Destination.Unknown ignored -> new Addressed.ForAdmins();
            case Destination.Foreign ignored -> new Addressed.ForAdmins();
            case Destination.Away ignored -> throw new Unavailable("looking up " + recipient, null);
        };
    }

    private Addressed addressed(WorkspaceId workspace, EndpointId id, @Nullable EmailAddress named) {
        return transactions.in(tx -> endpoints
                .find(tx, workspace, id)
                .map(endpoint -> addressed(tx, endpoint, named))
                .orElseGet(Addressed.ForAdmins::new));
    }

    private Addressed addressed(Tx tx, Endpoint endpoint, @Nullable EmailAddress named) {
        return endpoint.isSystem()
                ? new Addressed.AtOutboundMailbox(endpoint.behaviour().admission())
                : new Addressed.AtEndpoint(endpoint.behaviour().admission(), isBound(tx, endpoint.workspace(), named));
    }

    private boolean isBound(Tx tx, WorkspaceId workspace, @Nullable EmailAddress named) {
        return named != null
                && access.holderOf(tx, workspace, named.canonical()).isPresent();
    }
}
