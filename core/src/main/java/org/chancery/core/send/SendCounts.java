package org.chancery.core.send;

import java.time.LocalDate;
import java.util.OptionalInt;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;

/** Counts the mails that leave in a day (UTC). Whoever counts at the same place waits for the end of the transaction before. */
public interface SendCounts {

    /** Counts one more, where the limit leaves it; how many there are with it, or empty with nothing counted. */
    OptionalInt add(Tx tx, EndpointId endpoint, LocalDate day, int limit);

    /** The same for a workspace. */
    OptionalInt add(Tx tx, WorkspaceId workspace, LocalDate day, int limit);

    /** Forgets the days before that one; returns how many entries went. */
    int forget(Tx tx, LocalDate before);
}
