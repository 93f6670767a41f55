package org.chancery.core.suppression;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.User;
import org.chancery.core.endpoint.Endpoint;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.Message.Outbound;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.suppression.Suppression.Cause;
import org.chancery.core.tx.Tx;

/**
 * Says to which of its recipients a mail does not go.
 *
 * <p>People rely on what the server itself writes: whoever adds an address must not keep its owner from hearing of what waits for
 * them, or of what came in. Notices to people of the workspace go whatever is said of their addresses; copies to people whom an
 * endpoint names are kept back by bounces and complaints alone.
 */
public final class SuppressedRecipients {
    private final Stores stores;

    /** Where it reads. */
    public record Stores(
            SuppressionRepository suppressions,
            AccessRepository access,
            EndpointRepository endpoints,
            MessageRepository messages) {}

    public SuppressedRecipients(Stores stores) {
        this.stores = stores;
    }

    /** Those of the recipients to whom the mail does not go. */
    public Set<EmailAddress> of(Tx tx, Outbound message, Collection<EmailAddress> recipients) {
        WorkspaceId workspace = message.facts().workspace();
        Set<EmailAddress> suppressed = stores.suppressions().among(tx, workspace, recipients);
        return suppressed.isEmpty() || !message.isLetter() ? suppressed : keptFromLetter(tx, message, suppressed);
    }

    /** The same of a mail that is looked for where it matters only. */
    public Set<EmailAddress> of(Tx tx, WorkspaceId workspace, MessageId id, Collection<EmailAddress> recipients) {
        Set<EmailAddress> suppressed = stores.suppressions().among(tx, workspace, recipients);
        return !suppressed.isEmpty()
                        && stores.messages().find(tx, workspace, id).orElse(null) instanceof Outbound message
                        && message.isLetter()
                ? keptFromLetter(tx, message, suppressed)
                : suppressed;
    }

    private Set<EmailAddress> keptFromLetter(Tx tx, Outbound letter, Set<EmailAddress> suppressed) {
        WorkspaceId workspace = letter.facts().workspace();
        boolean isNotice = stores.endpoints()
                .find(tx, workspace, letter.facts().endpoint())
                .filter(Endpoint::isSystem)
                .isPresent();
        return suppressed.stream()
                .filter(address -> !(isNotice && isOfPerson(tx, workspace, address)))
                .filter(address -> stores.suppressions()
                        .find(tx, workspace, address)
                        .filter(entry -> entry.cause() == Cause.HARD_BOUNCE || entry.cause() == Cause.COMPLAINT)
                        .isPresent())
                .collect(Collectors.toUnmodifiableSet());
    }

    private boolean isOfPerson(Tx tx, WorkspaceId workspace, EmailAddress address) {
        return stores.access()
                .userByEmail(tx, workspace, address.canonical())
                .filter(User::isActive)
                .isPresent();
    }
}
