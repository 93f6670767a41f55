package org.chancery.storage.turn;

import static org.chancery.storage.jooq.Tables.MODEL_USAGE;

import java.time.LocalDate;
import java.util.List;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.turn.UsageRepository;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.ModelUsageRecord;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;

/** One row for each workspace and day. */
public final class JooqUsageRepository implements UsageRepository {
    private static final RowInsert<ModelUsageRecord> ROWS = RowInsert.into(MODEL_USAGE, Keys.PK_MODEL_USAGE);

    @Override
    public void add(Tx tx, WorkspaceId workspace, Day more) {
        boolean isCounted = increase(tx, workspace, more)
                || ROWS.insertIfAbsent(tx, row(workspace, more))
                // Somebody else began the row meanwhile.
                || increase(tx, workspace, more);
        if (!isCounted) {
            throw new IllegalStateException("the usage of " + workspace + " was not counted");
        }
    }

    private static ModelUsageRecord row(WorkspaceId workspace, Day day) {
        return new ModelUsageRecord(
                workspace.value(),
                day.day(),
                day.calls(),
                day.failures(),
                day.inputTokens(),
                day.outputTokens(),
                day.viewTokens());
    }

    private static boolean increase(Tx tx, WorkspaceId workspace, Day more) {
        return JooqTx.sql(tx)
                        .update(MODEL_USAGE)
                        .set(MODEL_USAGE.CALLS, MODEL_USAGE.CALLS.plus(more.calls()))
                        .set(MODEL_USAGE.FAILURES, MODEL_USAGE.FAILURES.plus(more.failures()))
                        .set(MODEL_USAGE.INPUT_TOKENS, MODEL_USAGE.INPUT_TOKENS.plus(more.inputTokens()))
                        .set(MODEL_USAGE.OUTPUT_TOKENS, MODEL_USAGE.OUTPUT_TOKENS.plus(more.outputTokens()))
                        .set(MODEL_USAGE.VIEW_TOKENS, MODEL_USAGE.VIEW_TOKENS.plus(more.viewTokens()))
                        .where(MODEL_USAGE.WORKSPACE_ID.eq(workspace.value()).and(MODEL_USAGE.USAGE_DAY.eq(more.day())))
                        .execute()
                == 1;
    }

    @Override
    public Day day(Tx tx, WorkspaceId workspace, LocalDate day) {
        return JooqTx.sql(tx)
                .selectFrom(MODEL_USAGE)
                .where(MODEL_USAGE.WORKSPACE_ID.eq(workspace.value()).and(MODEL_USAGE.USAGE_DAY.eq(day)))
                .fetchOptional(JooqUsageRepository::day)
                .orElse(Day.unused(day));
    }

    @Override
    public List<Day> days(Tx tx, WorkspaceId workspace, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(MODEL_USAGE)
                .where(MODEL_USAGE.WORKSPACE_ID.eq(workspace.value()))
                .orderBy(IndexOrder.down(Keys.PK_MODEL_USAGE))
                .limit(limit)
                .fetch(JooqUsageRepository::day);
    }

    private static Day day(ModelUsageRecord row) {
        return new Day(
                row.getUsageDay(),
                row.getCalls(),
                row.getFailures(),
                row.getInputTokens(),
                row.getOutputTokens(),
                row.getViewTokens());
    }
}
