package org.chancery.core.send;

import java.time.Instant;
import java.util.List;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Keeps which mail leaves later, and when. A mail is in it while it is scheduled, and no longer. */
public interface ScheduleRepository {

    /**
     * A mail that waits for its time.
     *
     * @param token by which it was asked for, or null where a person had signed in
     */
    record Scheduled(
            MessageId message,
            WorkspaceId workspace,
            EndpointId endpoint,
            @Nullable TokenId token,
            Instant dueAt) {}

    void add(Tx tx, Scheduled scheduled);

    /** Those whose time has come, the longest due first. */
    List<Scheduled> due(Tx tx, Instant now, int limit);

    /** Those of an endpoint. */
    List<Scheduled> at(Tx tx, EndpointId endpoint, int limit);

    /** Takes one out; false where it is gone, so that of several who find it one decides. */
    boolean take(Tx tx, MessageId message);

    /** Has one looked at later. */
    void postpone(Tx tx, MessageId message, Instant until);
}
