package org.chancery.core.event;

import java.util.List;
import java.util.Set;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;

/**
 * The append-only log of facts. Within a workspace the positions follow the order of commits without gaps, so that a
 * reader that remembers the last position it saw misses nothing: no event appears later below a position already read.
 */
public interface EventLog {

    /** An event and its place; positions start at 1 in each workspace. */
    record Entry(long position, DomainEvent event) {}

    /**
     * Appends. Call it last in a transaction: until the commit, nobody else can append to the workspace's log.
     */
    void append(Tx tx, DomainEvent event);

    /**
     * Events after a position in order, at most so many.
     *
     * @param endpoints only facts of these endpoints; empty means all facts of the workspace
     */
    List<Entry> after(Tx tx, WorkspaceId workspace, long position, Set<EndpointId> endpoints, int limit);

    /** The position of the newest event; 0 where there is none. */
    long head(Tx tx, WorkspaceId workspace);
}
