package org.chancery.core.queue;

import java.time.Instant;
import java.util.List;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.ThreadId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;

/** Keeps which sent mail is looked at again for an answer, and when. */
public interface AwaitedReplies {

    /** One of them. */
    record Awaited(MessageId message, WorkspaceId workspace, Instant dueAt) {}

    /** Has it looked at; nothing where it waits already. */
    void await(Tx tx, Awaited awaited);

    /** Those that are due, the longest first. */
    List<Awaited> due(Tx tx, Instant now, int limit);

    /** Whether a human's mail came into a thread of a workspace since then, however many others did. */
    boolean isAnswered(Tx tx, WorkspaceId workspace, ThreadId thread, Instant since);

    /** Takes one out; false where it is gone, so that of several who find it due one looks. */
    boolean take(Tx tx, MessageId message);
}
