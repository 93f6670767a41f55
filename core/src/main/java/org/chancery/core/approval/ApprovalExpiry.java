package org.chancery.core.approval;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.chancery.core.audit.AuditKind;
import org.chancery.core.audit.Author;
import org.chancery.core.event.EventType;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.tx.Transactions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the wait for what nobody decided in time. It never sends anything: an owner may have it wait again. */
public final class ApprovalExpiry {
    private static final Logger LOG = LoggerFactory.getLogger(ApprovalExpiry.class);

    /** Read at once; all are expired in one go. */
    private static final int OVERDUE_AT_ONCE = 100;

    private final Transactions transactions;
    private final ApprovalService.Stores stores;
    private final Clock clock;

    public ApprovalExpiry(Transactions transactions, ApprovalService.Stores stores, Clock clock) {
        this.transactions = transactions;
        this.stores = stores;
        this.clock = clock;
    }

    /** Returns how many there were. For a timer, every few seconds. */
    public int expireDue() {
        Instant now = clock.instant();
        int expired = 0;
        List<Approval> page = overdue(now, null);
        while (!page.isEmpty()) {
            expired += (int) page.stream().filter(found -> expires(found, now)).count();
            // Behind these, and not from the start: those that cannot be expired stay first.
            page = page.size() < OVERDUE_AT_ONCE ? List.of() : overdue(now, page.getLast());
        }
        return expired;
    }

    private List<Approval> overdue(Instant now, @Nullable Approval after) {
        return transactions.in(tx -> stores.approvals().overdue(tx, now, after, OVERDUE_AT_ONCE));
    }

    /** One that cannot be expired, for a fault of ours, does not keep the others waiting. */
    private boolean expires(Approval found, Instant now) {
        try {
            return expire(found, now);
        } catch (Unavailable away) {
            throw away;
        } catch (RuntimeException broken) {
            LOG.error("{} cannot be ended, though its time is over", found.id(), broken);
            return false;
        }
    }

    private boolean expire(Approval found, Instant now) {
        return transactions.durably(tx -> {
            Approval approval = stores.approvals()
                    .lock(tx, found.workspace(), found.id())
                    .filter(current -> current.isOver(now))
                    .orElse(null);
            if (approval == null
                    || !stores.approvals()
                            .move(
                                    tx,
                                    approval.id(),
                                    ApprovalStatus.PENDING,
                                    ApprovalStatus.EXPIRED,
                                    "nobody decided in time")) {
                return false;
            }
            stores.notes()
                    .log()
                    .append(tx, ApprovalRecord.ended(AuditKind.APPROVAL_EXPIRED, approval, Author.SERVER, now));
            ApprovalEvents.append(stores.events(), tx, EventType.APPROVAL_EXPIRED, approval, Map.of(), now);
            return true;
        });
    }
}
