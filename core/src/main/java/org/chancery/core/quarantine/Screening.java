package org.chancery.core.quarantine;

import java.util.EnumSet;
import java.util.Optional;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.endpoint.RecipientLookup;
import org.chancery.core.endpoint.RecipientLookup.Destination;
import org.chancery.core.endpoint.ReturnPaths;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.quarantine.HeldMail.Passage;
import org.chancery.core.quarantine.ScreeningFacts.Addressed;
import org.chancery.core.quarantine.ScreeningFacts.Evidence;
import org.chancery.core.screening.ContentFindings;
import org.chancery.core.screening.SenderIdentity;
import org.chancery.core.tx.Transactions;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Brings together what {@link ScreeningPolicy} decides by. Used by many threads at once. */
public final class Screening {
    private final Transactions transactions;
    private final RecipientLookup directory;
    private final EndpointRepository endpoints;
    private final AccessRepository access;
    private final MessageRepository messages;

    public Screening(
            Transactions transactions,
            RecipientLookup directory,
            EndpointRepository endpoints,
            AccessRepository access,
            MessageRepository messages) {
        this.transactions = transactions;
        this.directory = directory;
        this.endpoints = endpoints;
        this.access = access;
        this.messages = messages;
    }

    /**
     * Whom a mail to that recipient is for, as things stand.
     *
     * @throws Unavailable while the database is away
     */
    public Addressed addressed(EmailAddress recipient, Evidence evidence) {
        EmailAddress named = evidence.named();
        return switch (directory.find(recipient)) {
            case Destination.Hosted hosted -> addressed(hosted.workspace(), hosted.endpoint(), named);
            // Accepted while it was enabled: it is screened as it would have been.
            case Destination.Disabled disabled -> addressed(disabled.workspace(), disabled.endpoint(), named);
            case Destination.ReturnPath path ->
                evidence.classification().isFeedback() ? new Addressed.Returned() : senderOf(path.message(), named);
            case Destination.Admins ignored -> new Addressed.ForAdmins();
            case Destination.Unknown ignored -> new Addressed.ForAdmins();
            case Destination.Foreign ignored -> new Addressed.ForAdmins();
            case Destination.Away ignored -> throw new Unavailable("looking up " + recipient, null);
        };
    }

    /**
     * Why the endpoint of a held mail does not take mail from the address that it names, as things stand; empty where it does,
     * and where the mail is for admins by now.
     */
    Optional<String> stranger(Tx tx, HeldMail mail) {
        return held(tx, mail) instanceof Addressed.AtEndpoint at
                ? ScreeningPolicy.stranger(mail.shown().named().orElse(null), at.admission(), at.isBound())
                : Optional.empty();
    }

    /** Why another mail from the same address, of no other fault, would be held as things stand; empty where it would not. */
    Optional<String> stillHeld(Tx tx, HeldMail mail) {
        EmailAddress named = mail.shown().named().orElse(null);
        if (named == null) {
            return Optional.empty();
        }
        Passage passage = mail.passage();
        boolean isLocal = passage.arrival().isLocal();
        Evidence evidence = new Evidence(
                named,
                isLocal
                        ? SenderIdentity.ours(named)
                        : SenderIdentity.of(named, passage.reversePath(), passage.authentication()),
                passage.authentication(),
                ContentFindings.NONE,
                passage.classification(),
                isLocal);
        return ScreeningPolicy.screen(
                                new ScreeningFacts(evidence, null, held(tx, mail)),
                                EnumSet.of(Reason.AUTH_FAILED, Reason.UNKNOWN_SENDER))
                        instanceof ScreeningVerdict.Suspect suspect
                ? Optional.of(suspect.suspicion().signals().getFirst().detail())
                : Optional.empty();
    }

    /** Whom a held mail is for, as things stand. */
    private Addressed held(Tx tx, HeldMail mail) {
        // It was taken as one whose signature is valid.
        if (mail.passage().classification().isFeedback()
                && ReturnPaths.isReturnPath(mail.passage().recipient().localPart())) {
            return new Addressed.Returned();
        }
        return endpoints
                .find(tx, mail.workspace(), mail.endpoint())
                .map(endpoint -> addressed(tx, endpoint, mail.shown().named().orElse(null)))
                .orElseGet(Addressed.ForAdmins::new);
    }

    /** The endpoint that sent the message, even where it was removed since: the mail goes to its record. */
    private Addressed senderOf(MessageId message, @Nullable EmailAddress named) {
        return transactions.in(tx -> messages.workspaceOf(tx, message)
                .flatMap(workspace -> messages.find(tx, workspace, message))
                .flatMap(sent -> endpoints.kept(
                        tx, sent.facts().workspace(), sent.facts().endpoint()))
                .map(endpoint -> addressed(tx, endpoint, named))
                .orElseGet(Addressed.ForAdmins::new));
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
