package org.chancery.storage.queue;

import static org.chancery.storage.jooq.Tables.EARLY_REPORT;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.BounceCategory;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.queue.EarlyReports;
import org.chancery.core.queue.RecipientOutcome.Bounced;
import org.chancery.core.queue.ReportMail;
import org.chancery.core.tx.Tx;
import org.chancery.storage.column.SafeText;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.jooq.Keys;
import org.chancery.storage.jooq.tables.records.EarlyReportRecord;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.chancery.storage.tx.RowInsert;

/** One row for each message and recipient. */
public final class JooqEarlyReports implements EarlyReports {
    private static final RowInsert<EarlyReportRecord> REPORTS = RowInsert.into(EARLY_REPORT, Keys.PK_EARLY_REPORT);

    @Override
    public void keep(Tx tx, Early early) {
        EarlyReportRecord row = new EarlyReportRecord();
        row.setMessageId(early.message().value());
        row.setCanonical(early.bounced().recipient().canonical());
        row.setAddress(early.bounced().recipient().toString());
        row.setSmtpReply(SafeText.fit(EARLY_REPORT.SMTP_REPLY, early.bounced().reply()));
        row.setCategory(early.bounced().category().text());
        row.setForAddress(early.bounced().countsForAddress());
        row.setSpoolId(early.report().id().value());
        row.setReportDigest(early.report().raw().hex());
        row.setReportSize(early.report().size());
        row.setCameAt(early.cameAt());
        REPORTS.insertIfAbsent(tx, row);
    }

    @Override
    public List<Early> take(Tx tx, MessageId message, Collection<EmailAddress> recipients) {
        Set<String> wanted = recipients.stream().map(EmailAddress::canonical).collect(Collectors.toSet());
        // Mostly there is none, and of one message there are few.
        List<EarlyReportRecord> rows = JooqTx.sql(tx)
                .selectFrom(EARLY_REPORT)
                .where(EARLY_REPORT.MESSAGE_ID.eq(message.value()))
                .orderBy(IndexOrder.up(Keys.PK_EARLY_REPORT))
                .stream()
                .filter(row -> wanted.contains(row.getCanonical()))
                .toList();
        rows.forEach(row -> delete(tx, row));
        return rows.stream().map(JooqEarlyReports::early).toList();
    }

    private static void delete(Tx tx, EarlyReportRecord row) {
        JooqTx.sql(tx)
                .deleteFrom(EARLY_REPORT)
                .where(EARLY_REPORT.MESSAGE_ID.eq(row.getMessageId()))
                .and(EARLY_REPORT.CANONICAL.eq(row.getCanonical()))
                .execute();
    }

    private static Early early(EarlyReportRecord row) {
        return new Early(
                new MessageId(row.getMessageId()),
                new Bounced(
                        EmailAddress.of(row.getAddress()),
                        row.getSmtpReply(),
                        BounceCategory.of(row.getCategory()),
                        row.getForAddress()),
                new ReportMail(
                        new SpoolId(row.getSpoolId()), new RawDigest(row.getReportDigest()), row.getReportSize()),
                row.getCameAt());
    }

    @Override
    public int forget(Tx tx, Instant before, int limit) {
        List<EarlyReportRecord> old = JooqTx.sql(tx)
                .selectFrom(EARLY_REPORT)
                .where(EARLY_REPORT.CAME_AT.lt(before))
                .orderBy(IndexOrder.up(Indexes.IX_EARLY_REPORT_AT))
                .limit(limit)
                .fetch();
        old.forEach(row -> delete(tx, row));
        return old.size();
    }
}
