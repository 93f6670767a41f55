package org.chancery.core.turn;

import java.time.LocalDate;
import java.util.List;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.tx.Tx;

/** Counts what models were asked, by workspace and day (UTC). */
public interface UsageRepository {

    /**
     * What a day took.
     *
     * @param viewTokens those of the tokens, in and out, that went into {@link Purpose#VIEW}
     */
    record Day(LocalDate day, long calls, long failures, long inputTokens, long outputTokens, long viewTokens) {
        public static Day unused(LocalDate day) {
            return new Day(day, 0, 0, 0, 0, 0);
        }

        /** What went into that. */
        public long tokens(Purpose purpose) {
            return switch (purpose) {
                case DECISION -> inputTokens + outputTokens - viewTokens;
                case VIEW -> viewTokens;
            };
        }
    }

    /** Adds to a day. */
    void add(Tx tx, WorkspaceId workspace, Day more);

    /** One day; zeros where nothing was asked. */
    Day day(Tx tx, WorkspaceId workspace, LocalDate day);

    /** Days on which something was asked, newest first. */
    List<Day> days(Tx tx, WorkspaceId workspace, int limit);
}
