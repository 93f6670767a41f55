package org.chancery.storage.report;

import static org.chancery.storage.jooq.Tables.COMPLAINT;
import static org.chancery.storage.jooq.Tables.RETURNED_REPORT;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.report.ReportRepository;
import org.chancery.core.tx.Tx;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.ComplaintRecord;
import org.chancery.storage.jooq.tables.records.ReturnedReportRecord;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;

/** One row for each report and message. */
public final class JooqReportRepository implements ReportRepository {
    private static final RowInsert<ReturnedReportRecord> REPORTS =
            RowInsert.into(RETURNED_REPORT, Keys.PK_RETURNED_REPORT);
    private static final RowInsert<ComplaintRecord> COMPLAINTS = RowInsert.into(COMPLAINT, Keys.PK_COMPLAINT);

    @Override
    public boolean remember(Tx tx, SpoolId report, MessageId message, Instant now) {
        ReturnedReportRecord row = new ReturnedReportRecord();
        row.setSpoolId(report.value());
        row.setMessageId(message.value());
        row.setRecordedAt(now);
        return REPORTS.insertIfAbsent(tx, row);
    }

    @Override
    public boolean remember(Tx tx, Complaint complaint, Instant now) {
        EmailAddress who = complaint.who();
        ComplaintRecord row = new ComplaintRecord();
        row.setMessageId(complaint.message().value());
        row.setCanonical(who == null ? "" : who.canonical());
        row.setSuppressed(complaint.suppresses());
        row.setRecordedAt(now);
        return COMPLAINTS.insertIfAbsent(tx, row);
    }

    @Override
    public int forgetComplaints(Tx tx, Instant before, int limit) {
        List<ComplaintRecord> old = JooqTx.sql(tx)
                .selectFrom(COMPLAINT)
                .where(COMPLAINT.RECORDED_AT.lt(before))
                .orderBy(IndexOrder.up(Indexes.IX_COMPLAINT_AT))
                .limit(limit)
                .fetch();
        for (ComplaintRecord row : old) {
            JooqTx.sql(tx)
                    .deleteFrom(COMPLAINT)
                    .where(COMPLAINT.MESSAGE_ID.eq(row.getMessageId()))
                    .and(COMPLAINT.CANONICAL.eq(row.getCanonical()))
                    .and(COMPLAINT.SUPPRESSED.eq(row.getSuppressed()))
                    .execute();
        }
        return old.size();
    }

    @Override
    public int forget(Tx tx, Instant before, int limit) {
        List<UUID> old = JooqTx.sql(tx)
                .select(RETURNED_REPORT.SPOOL_ID)
                .from(RETURNED_REPORT)
                .where(RETURNED_REPORT.RECORDED_AT.lt(before))
                .orderBy(IndexOrder.up(Indexes.IX_RETURNED_REPORT_AT))
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
