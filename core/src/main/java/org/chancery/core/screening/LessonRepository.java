package org.chancery.core.screening;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.chancery.core.id.SpoolId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.screening.SpamLearning.Lesson;
import org.chancery.core.tx.Tx;

/** Keeps what the people of a workspace taught: lessons, and how often each token stood in mail of either kind. */
public interface LessonRepository {

    /** In how many mails of either kind something stood. */
    record Counts(int ham, int spam) {
        public static final Counts NONE = new Counts(0, 0);
    }

    /**
     * One mail that was learned.
     *
     * @param tokens the hashes that were counted for it
     */
    record Learned(SpoolId mail, Lesson lesson, List<Long> tokens, Instant at) {
        public Learned {
            tokens = List.copyOf(tokens);
        }
    }

    /** How many mails of either kind the workspace has learned. */
    Counts mails(Tx tx, WorkspaceId workspace);

    /** How often these tokens were met; those that never were are left out. One query. */
    Map<Long, Counts> tokens(Tx tx, WorkspaceId workspace, Collection<Long> tokens);

    /** As {@link #mails}; until the transaction ends nobody else learns in that workspace. */
    Counts lock(Tx tx, WorkspaceId workspace);

    Optional<Learned> find(Tx tx, WorkspaceId workspace, SpoolId mail);

    /** The lessons of that kind that are oldest, at most so many. */
    List<Learned> oldest(Tx tx, WorkspaceId workspace, Lesson lesson, int limit);

    /** Keeps a lesson about a mail that has none, and counts it; in a workspace that is locked. */
    void add(Tx tx, WorkspaceId workspace, Learned learned);

    /** Takes a lesson out again, and all that was counted for it; in a workspace that is locked. */
    void remove(Tx tx, WorkspaceId workspace, Learned learned);
}
