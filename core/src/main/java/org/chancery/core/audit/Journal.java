package org.chancery.core.audit;

import org.chancery.core.event.DomainEvent;
import org.chancery.core.event.EventLog;
import org.chancery.core.tx.Tx;

/** Both books in which what happens is written down: events for those who react to it, entries for the record. */
public record Journal(EventLog events, AuditLog audit) {

    public void append(Tx tx, DomainEvent event) {
        events.append(tx, event);
    }

    public void append(Tx tx, AuditEntry entry) {
        audit.append(tx, entry);
    }
}
