package org.chancery.core.suppression;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.chancery.core.access.Principal;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.fault.CallerFault;
import org.chancery.core.id.SuppressionId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.suppression.Suppression.Cause;
import org.chancery.core.suppression.SuppressionRepository.Place;
import org.chancery.core.tx.Transactions;
import org.jspecify.annotations.Nullable;

/** What people do about suppressed addresses: see, add and lift them. */
public final class SuppressionService {
    private final Transactions transactions;
    private final SuppressionRepository suppressions;
    private final AuditLog audit;
    private final Colleagues colleagues;
    private final Clock clock;

    public SuppressionService(Transactions transactions, Stores stores, Colleagues colleagues, Clock clock) {
        this.transactions = transactions;
        this.suppressions = stores.suppressions();
        this.audit = stores.audit();
        this.colleagues = colleagues;
        this.clock = clock;
    }

    /** Where it reads and writes. */
    public record Stores(SuppressionRepository suppressions, AuditLog audit) {}

    /** One page, newest first. */
    public List<Suppression> page(Principal by, @Nullable Place before, int limit) {
        return transactions.in(tx -> suppressions.page(tx, by.workspace(), before, limit));
    }

    /** The entry of an address. */
    public Suppression find(Principal by, EmailAddress address) {
        return transactions.in(tx ->
                suppressions.find(tx, by.workspace(), address).orElseThrow(() -> CallerFault.notFound("suppression")));
    }

    /**
     * Suppresses an address, durably. Where it is already, the older entry stays, with its cause. A program may not where others of
     * the workspace are cut off: its people, and who is written to at its own addresses.
     */
    public Suppression add(Principal by, EmailAddress address, String note) {
        if (by.isProgram() && colleagues.include(by.workspace(), address)) {
            throw CallerFault.forbidden(
                    "person_needed", "Only a person may suppress an address of the workspace's people or inboxes.");
        }
        return transactions.durably(tx -> {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
            Suppression added = new Suppression(
                    SuppressionId.at(now),
                    by.workspace(),
                    address,
                    Cause.MANUAL,
                    note,
                    null,
                    by.actor().label(),
                    now);
            if (suppressions.add(tx, added)) {
                audit.append(tx, SuppressionRecord.added(added, by.author()));
            }
            return suppressions.find(tx, by.workspace(), address).orElseThrow();
        });
    }

    /** Lifts a suppression, durably. A program may not: what it did wrong shall not be its to forget. */
    public void lift(Principal by, EmailAddress address) {
        if (by.isProgram()) {
            throw CallerFault.forbidden("person_needed", "Only a person may lift a suppression.");
        }
        transactions.durably(tx -> {
            Suppression lifted = suppressions
                    .remove(tx, by.workspace(), address)
                    .orElseThrow(() -> CallerFault.notFound("suppression"));
            audit.append(tx, SuppressionRecord.lifted(lifted, by.author(), clock.instant()));
            return true;
        });
    }
}
