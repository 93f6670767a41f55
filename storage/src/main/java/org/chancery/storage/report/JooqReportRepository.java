package org.chancery.storage.report;

import static org.chancery.storage.jooq.Tables.RETURNED_REPORT;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.report.ReportRepository;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.ReturnedReportRecord;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;

/** One row for each report and message. */
public final class JooqReportRepository implements ReportRepository {
    private static final RowInsert<ReturnedReportRecord> REPORTS =
            RowInsert.into(RETURNED_REPORT, Keys.PK_RETURNED_REPORT);

    @Override
    public boolean remember(Tx tx, SpoolId report, MessageId message, Instant now) {
        ReturnedReportRecord row = new ReturnedReportRecord();
        row.setSpoolId(report.value());
        row.setMessageId(message.value());
        row.setRecordedAt(now);
        return REPORTS.insertIfAbsent(tx, row);
    }

    @Override
    public int forget(Tx tx, Instant before, int limit) {
        List<UUID> old = JooqTx.sql(tx)
                .select(RETURNED_REPORT.SPOOL_ID)
                .from(RETURNED_REPORT)
                .where(RETURNED_REPORT.RECORDED_AT.lt(before))
                .orderBy(RETURNED_REPORT.RECORDED_AT)
                .limit(limit)
                .fetch(RETURNED_REPORT.SPOOL_ID);
        if (!old.isEmpty()) {
            JooqTx.sql(tx)
                    .deleteFrom(RETURNED_REPORT)
                    .where(RETURNED_REPORT.SPOOL_ID.in(old))
                    .execute();
        }
        return old.size();
    }
}
