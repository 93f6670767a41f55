package org.chancery.core.suppression;

import java.util.function.Predicate;
import org.chancery.core.access.AccessRepository;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.tx.Transactions;

/** Whom no program cuts off from a workspace's mail: its people, wherever their address is, and whoever is written to at our own. */
public final class Colleagues {
    private final Transactions transactions;
    private final AccessRepository access;
    private final Predicate<String> isHosted;

    /** @param isHosted whether mail for a domain comes to us */
    public Colleagues(Transactions transactions, AccessRepository access, Predicate<String> isHosted) {
        this.transactions = transactions;
        this.access = access;
        this.isHosted = isHosted;
    }

    /** Whether the address is one of theirs. Looks in a transaction of its own, as what is hosted does. */
    public boolean include(WorkspaceId workspace, EmailAddress address) {
        return isHosted.test(address.domain())
                || transactions.in(tx ->
                        access.userByEmail(tx, workspace, address.canonical()).isPresent());
    }
}
