package org.chancery.core.queue;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.queue.RecipientOutcome.Bounced;
import org.chancery.core.tx.Tx;

/** Keeps bounces that came while the attempt which they are about was under way, until what came of it is recorded. */
public interface EarlyReports {

    /** One of them, about one recipient. */
    record Early(MessageId message, Bounced bounced, ReportMail report, Instant cameAt) {}

    /** Keeps it; nothing where one about that recipient is kept already. */
    void keep(Tx tx, Early early);

    /** Takes out those about these recipients of a message. */
    List<Early> take(Tx tx, MessageId message, Collection<EmailAddress> recipients);

    /** Forgets those that came before that time, the oldest first; returns how many. */
    int forget(Tx tx, Instant before, int limit);
}
