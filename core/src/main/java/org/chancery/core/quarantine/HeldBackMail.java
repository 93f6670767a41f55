package org.chancery.core.quarantine;

import java.util.Optional;
import org.chancery.core.id.QuarantineId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mailbox.Entrance;
import org.chancery.core.mailbox.HeldBack;
import org.chancery.core.quarantine.Quarantined.Accepted;
import org.chancery.core.quarantine.Quarantined.Pending;
import org.chancery.core.quarantine.Quarantined.Rejected;
import org.chancery.core.quarantine.Quarantined.Release;
import org.chancery.core.tx.Tx;

/** What the quarantine holds back from mailboxes: all that was confined and that nobody has let out since. */
public final class HeldBackMail implements HeldBack {
    private final QuarantineRepository quarantine;

    public HeldBackMail(QuarantineRepository quarantine) {
        this.quarantine = quarantine;
    }

    @Override
    public Optional<QuarantineId> heldBack(Tx tx, SpoolId spool, Entrance entrance) {
        return quarantine
                .confined(tx, spool, entrance)
                .filter(HeldBackMail::isHeldBack)
                .map(item -> item.mail().id());
    }

    private static boolean isHeldBack(Quarantined item) {
        return switch (item) {
            case Pending ignored -> true;
            case Rejected ignored -> true;
            case Accepted accepted -> accepted.release() instanceof Release.RecordOnly;
        };
    }
}
