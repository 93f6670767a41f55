package org.chancery.mailets;

import org.chancery.core.id.PublicId;
import org.chancery.core.mailbox.HandlingState;
import org.chancery.core.mailbox.MailboxService.Delivered;
import org.chancery.core.mailbox.SettledBefore;
import org.chancery.core.quarantine.QuarantineService.Confined;

/**
 * Where a mail ended for one recipient.
 *
 * @param id of what it became
 * @param how for the log
 */
public record Settled(PublicId id, String how) {

    static Settled in(SettledBefore before) {
        return new Settled(before.as(), "again");
    }

    static Settled in(Delivered delivered) {
        if (delivered.isRepeat()) {
            return new Settled(delivered.message(), "again");
        }
        String state = delivered.state().text();
        // Nobody will look into a queue to see why.
        return new Settled(
                delivered.message(),
                delivered.state() == HandlingState.HANDLED ? state + ", " + delivered.reason() : state);
    }

    static Settled in(Confined confined) {
        return new Settled(
                confined.id(),
                confined.isRepeat()
                        ? "again"
                        : "quarantined, " + confined.reason().text());
    }
}
