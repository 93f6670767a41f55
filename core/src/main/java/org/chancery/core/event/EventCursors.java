package org.chancery.core.event;

import java.util.List;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;

/** Where the server's own readers of the event log stand, each in each workspace. */
public interface EventCursors {

    /** Workspaces in whose log there is something that the reader has not passed yet; of very many, some. */
    List<WorkspaceId> behind(Tx tx, String reader, int limit);

    /** The position that the reader passed last, 0 at first; locked until the transaction ends. */
    long lock(Tx tx, String reader, WorkspaceId workspace);

    /** Moves a locked cursor on. */
    void move(Tx tx, String reader, WorkspaceId workspace, long position);
}
