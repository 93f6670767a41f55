package org.chancery.core.turn;

import java.time.LocalDate;
import java.util.List;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;

/** Counts what models were asked, by workspace and day (UTC). */
public interface UsageRepository {

    /** What a day took. */
    record Day(LocalDate day, long calls, long failures, long inputTokens, long outputTokens) {
        public long tokens() {
            return inputTokens + outputTokens;
        }
    }

    /** Adds to a day. */
    void add(Tx tx, WorkspaceId workspace, Day more);

    /** One day; zeros where nothing was asked. */
    Day day(Tx tx, WorkspaceId workspace, LocalDate day);

    /** Days on which something was asked, newest first. */
    List<Day> days(Tx tx, WorkspaceId workspace, int limit);
}
