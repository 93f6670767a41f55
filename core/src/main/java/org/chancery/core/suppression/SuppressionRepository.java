package org.chancery.core.suppression;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Keeps what is suppressed. Addresses are compared in their canonical form. */
public interface SuppressionRepository {

    /** Adds one; false, with nothing changed, where the address is suppressed already. */
    boolean add(Tx tx, Suppression suppression);

    Optional<Suppression> find(Tx tx, WorkspaceId workspace, EmailAddress address);

    /** Those of the addresses that are suppressed, each as it was given. */
    Set<EmailAddress> among(Tx tx, WorkspaceId workspace, Collection<EmailAddress> addresses);

    /** Lifts one; empty where the address is not suppressed, or somebody else has just lifted it. */
    Optional<Suppression> remove(Tx tx, WorkspaceId workspace, EmailAddress address);

    /** One page, newest first. */
    List<Suppression> page(Tx tx, WorkspaceId workspace, @Nullable Place before, int limit);

    /** A place in the order newest first. */
    record Place(Instant at, EmailAddress address) {
        public static Place of(Suppression suppression) {
            return new Place(suppression.at(), suppression.address());
        }
    }
}
