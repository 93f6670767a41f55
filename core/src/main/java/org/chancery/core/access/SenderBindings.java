package org.chancery.core.access;

import java.util.Optional;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.tx.Tx;

/** The one rule by which sender addresses are bound to people, whoever asks for it. */
public final class SenderBindings {

    /** Addresses of one person; each of their mails is compared with them. */
    public static final int MAX_ADDRESSES = 100;

    private final AccessRepository access;

    public SenderBindings(AccessRepository access) {
        this.access = access;
    }

    /**
     * The form in which an address is bound.
     *
     * @param pointer where the caller named it
     */
    static String bindable(EmailAddress address, String pointer) {
        // RFC 5322 allows it in a local part, but who writes one means a pattern, and a person is no pattern.
        if (address.localPart().indexOf('*') >= 0) {
            throw CallerFault.invalid(pointer, "must be one address, no pattern");
        }
        return address.canonical();
    }

    /** Binds what nobody has. */
    void bind(Tx tx, User person, String bindable) {
        if (!access.bind(tx, person, bindable)) {
            throw CallerFault.conflict("address_bound", bindable + " is bound to another user already.");
        }
    }

    /**
     * Binds one more address to a person; where it is theirs already, nothing changes.
     *
     * @param pointer where the caller named the person
     */
    public void add(Tx tx, WorkspaceId workspace, UserId to, EmailAddress sender, String pointer) {
        // Two who bind to one person at once: the second one counts what the first one bound.
        access.lockWorkspace(tx, workspace);
        User person = access.user(tx, workspace, to)
                .orElseThrow(() -> CallerFault.invalid(pointer, "names no user of this workspace"));
        String address = bindable(sender, pointer);
        if (access.holderOf(tx, workspace, address).equals(Optional.of(to))) {
            return;
        }
        if (person.addresses().size() >= MAX_ADDRESSES) {
            throw CallerFault.conflict(
                    "too_many_addresses",
                    person.email() + " has " + MAX_ADDRESSES + " addresses bound already; take one away first.");
        }
        bind(tx, person, address);
    }
}
