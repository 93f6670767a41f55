package org.chancery.core.label;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.id.LabelId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Keeps labels, and which message has which. A label that was removed is none, whatever of it is still to be cleared away. */
public interface LabelRepository {

    /** Adds one; false, with nothing changed, where the workspace has one of that name. */
    boolean add(Tx tx, Label label);

    Optional<Label> find(Tx tx, WorkspaceId workspace, LabelId id);

    /** The label of that {@link Label#key}. */
    Optional<Label> named(Tx tx, WorkspaceId workspace, String key);

    /** Changes name and color; false, with nothing changed, where another label has that name. */
    boolean change(Tx tx, Label label);

    /** One page, oldest first. */
    List<Label> page(Tx tx, WorkspaceId workspace, @Nullable LabelId after, int limit);

    /** How many the workspace has. */
    int count(Tx tx, WorkspaceId workspace);

    /** Takes a label from the workspace, and from all its messages; false where it has none of that id. */
    boolean remove(Tx tx, WorkspaceId workspace, LabelId id, Instant now);

    /** Clears away a bit of what is left of removed labels; whether there may be more. */
    boolean clear(Tx tx, int limit);

    /**
     * Puts a label on a message that is locked.
     *
     * @param occurredAt the message's place in its lists
     * @return false where it has it already
     */
    boolean put(Tx tx, LabelId label, MessageId message, Instant occurredAt, Instant now);

    /** Takes a label from a message that is locked; false where it does not have it. */
    boolean take(Tx tx, LabelId label, MessageId message);

    /** The labels of these messages, in the order in which they were put on; of those without any there is no entry. */
    Map<MessageId, List<LabelId>> of(Tx tx, Collection<MessageId> messages);
}
