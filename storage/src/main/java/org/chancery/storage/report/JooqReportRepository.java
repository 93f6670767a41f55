package org.chancery.storage.report;

import static org.chancery.storage.jooq.Tables.RETURNED_REPORT;

import org.chancery.core.id.MessageId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.report.ReportRepository;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.ReturnedReportRecord;
import org.chancery.storage.tx.RowInsert;

/** One row for each report and message. */
public final class JooqReportRepository implements ReportRepository {
    private static final RowInsert<ReturnedReportRecord> REPORTS =
            RowInsert.into(RETURNED_REPORT, Keys.PK_RETURNED_REPORT);

    @Override
    public boolean remember(Tx tx, SpoolId report, MessageId message) {
        ReturnedReportRecord row = new ReturnedReportRecord();
        row.setSpoolId(report.value());
        row.setMessageId(message.value());
        return REPORTS.insertIfAbsent(tx, row);
    }
}
