package org.chancery.core.approval;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.chancery.core.id.ApprovalId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Keeps approvals and what people decided. Changes of state are compare-and-set: they say whether they found it. */
public interface ApprovalRepository {

    /** Adds a pending approval; a message has one at most. */
    void add(Tx tx, Approval approval);

    Optional<Approval> find(Tx tx, WorkspaceId workspace, ApprovalId id);

    /** The same, locked until the transaction ends, so that decisions about it queue up behind one another. */
    Optional<Approval> lock(Tx tx, WorkspaceId workspace, ApprovalId id);

    /** By which a message is or was held. */
    Optional<Approval> ofMessage(Tx tx, WorkspaceId workspace, MessageId message);

    /** Moves an approval on; false where it is not in the expected state. */
    boolean move(Tx tx, ApprovalId id, ApprovalStatus expected, ApprovalStatus next, String standing);

    /** Has an expired approval wait again, until then; false where it has not expired. */
    boolean reopen(Tx tx, ApprovalId id, @Nullable Instant expiresAt);

    /** From now on it is about these bytes. */
    void revise(Tx tx, ApprovalId id, RawDigest digest, String summary);

    /** Adds a decision of a locked approval. */
    void add(Tx tx, ApprovalId id, Decision decision);

    /** All decisions about an approval, in their order; few. */
    List<Decision> decisions(Tx tx, ApprovalId id);

    /** One page, newest first. */
    List<Approval> page(Tx tx, Question question, int limit);

    /**
     * Pending approvals whose time is over, those first that ended first.
     *
     * @param after only those behind this one, which was among them; null for the first page
     */
    List<Approval> overdue(Tx tx, Instant now, @Nullable Approval after, int limit);

    /**
     * What {@link #page} looks for.
     *
     * @param before only older ones than this; null for the first page
     */
    record Question(
            WorkspaceId workspace,
            Whose whose,
            ApprovalStatus status,
            @Nullable ApprovalId before) {}

    /** Whose approvals. */
    sealed interface Whose {
        /** All of the workspace. */
        record Everybodys() implements Whose {}

        /** Of mail from that endpoint. */
        record AtEndpoint(EndpointId endpoint) implements Whose {}

        /** Which that agent asked for, from whatever endpoint. */
        record AskedBy(UUID requester) implements Whose {}
    }
}
