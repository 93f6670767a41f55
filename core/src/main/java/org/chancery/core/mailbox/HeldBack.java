package org.chancery.core.mailbox;

import java.util.Optional;
import org.chancery.core.id.QuarantineId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.tx.Tx;

/** Knows which mail was kept out of a mailbox before, whatever a later try of the pipeline finds. */
@FunctionalInterface
public interface HeldBack {

    /** As what a spooled mail is held back at an entrance; empty where it is not, or where a person let it in. */
    Optional<QuarantineId> heldBack(Tx tx, SpoolId spool, Entrance entrance);
}
