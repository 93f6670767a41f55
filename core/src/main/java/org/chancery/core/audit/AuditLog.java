package org.chancery.core.audit;

import java.time.Instant;
import java.util.List;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/**
 * The record of a workspace: append-only, each entry chained to the one before it. Within a workspace the numbers follow the
 * order of commits without gaps. What a transaction appended, it does not see itself.
 */
public interface AuditLog {

    /** Appends, at the end of the transaction and in the order of the calls; nothing where it is rolled back. */
    void append(Tx tx, AuditEntry entry);

    /** Where the record ends. */
    Head head(Tx tx, WorkspaceId workspace);

    /** One page, newest first. */
    List<ChainedEntry> page(Tx tx, Question question, int limit);

    /** Entries about a subject, in their order; of very many, the first. */
    List<ChainedEntry> about(Tx tx, WorkspaceId workspace, String subject, int limit);

    /** Entries in their order, those after that number. */
    List<ChainedEntry> after(Tx tx, WorkspaceId workspace, long seq, int limit);

    /**
     * The newest entry.
     *
     * @param seq 0 where there is none yet
     * @param hash {@link AuditChain#origin} where there is none yet
     */
    record Head(long seq, String hash) {}

    /**
     * What {@link #page} looks for; each null means: any.
     *
     * @param actor the public id of who did it
     * @param before only entries older than this place
     */
    record Question(
            WorkspaceId workspace,
            @Nullable AuditKind kind,
            @Nullable String actor,
            @Nullable Instant since,
            @Nullable Place before) {}

    /** A place in the order newest first. */
    record Place(Instant at, long seq) {}
}
