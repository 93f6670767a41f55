package org.chancery.storage;

import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.IdempotencyRepository;
import org.chancery.core.access.SignInRepository;
import org.chancery.core.access.TokenRepository;
import org.chancery.core.approval.ApprovalRepository;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.dkim.KeySetRepository;
import org.chancery.core.endpoint.EndpointRepository;
import org.chancery.core.event.EventCursors;
import org.chancery.core.event.EventLog;
import org.chancery.core.event.EventSignal;
import org.chancery.core.label.LabelRepository;
import org.chancery.core.mailbox.FolderRepository;
import org.chancery.core.mailbox.MessageRepository;
import org.chancery.core.mailbox.TraceRepository;
import org.chancery.core.quarantine.QuarantineRepository;
import org.chancery.core.queue.AwaitedReplies;
import org.chancery.core.queue.EarlyReports;
import org.chancery.core.queue.QueueRepository;
import org.chancery.core.report.ReportRepository;
import org.chancery.core.screening.Correspondence;
import org.chancery.core.screening.LessonRepository;
import org.chancery.core.screening.SpamScoreRepository;
import org.chancery.core.search.SearchRepository;
import org.chancery.core.send.ScheduleRepository;
import org.chancery.core.send.SendCounts;
import org.chancery.core.sts.StsPolicyRepository;
import org.chancery.core.subscription.DeliveryRepository;
import org.chancery.core.suppression.SuppressionRepository;
import org.chancery.core.turn.UsageRepository;
import org.chancery.core.tx.Transactions;
import org.chancery.storage.access.JooqAccessRepository;
import org.chancery.storage.access.JooqIdempotencyRepository;
import org.chancery.storage.access.JooqSignInRepository;
import org.chancery.storage.access.JooqTokenRepository;
import org.chancery.storage.approval.JooqApprovalRepository;
import org.chancery.storage.audit.JooqAuditLog;
import org.chancery.storage.dkim.JooqKeySetRepository;
import org.chancery.storage.endpoint.JooqEndpointRepository;
import org.chancery.storage.event.JooqEventCursors;
import org.chancery.storage.event.JooqEventLog;
import org.chancery.storage.label.JooqLabelRepository;
import org.chancery.storage.mailbox.JooqFolderRepository;
import org.chancery.storage.mailbox.JooqMessageRepository;
import org.chancery.storage.mailbox.JooqTraceRepository;
import org.chancery.storage.quarantine.JooqQuarantineRepository;
import org.chancery.storage.queue.JooqAwaitedReplies;
import org.chancery.storage.queue.JooqEarlyReports;
import org.chancery.storage.queue.JooqQueueRepository;
import org.chancery.storage.report.JooqReportRepository;
import org.chancery.storage.screening.JooqCorrespondence;
import org.chancery.storage.screening.JooqLessonRepository;
import org.chancery.storage.screening.JooqSpamScoreRepository;
import org.chancery.storage.search.JooqSearchRepository;
import org.chancery.storage.send.JooqScheduleRepository;
import org.chancery.storage.send.JooqSendCounts;
import org.chancery.storage.sts.JooqStsPolicyRepository;
import org.chancery.storage.subscription.JooqDeliveryRepository;
import org.chancery.storage.suppression.JooqSuppressionRepository;
import org.chancery.storage.turn.JooqUsageRepository;
import org.chancery.testkit.contract.Store;
import org.chancery.testkit.database.TestDatabase;

/** The jOOQ repositories on one database. */
public record JooqStore(
        Database database,
        Transactions transactions,
        AccessRepository access,
        TokenRepository tokens,
        SignInRepository signIns,
        IdempotencyRepository idempotency,
        EndpointRepository endpoints,
        EventSignal signal,
        EventLog events,
        EventCursors cursors,
        AuditLog audit,
        KeySetRepository signingKeys,
        StsPolicyRepository stsPolicies,
        DeliveryRepository deliveries,
        UsageRepository modelUsage,
        MessageRepository messages,
        FolderRepository folders,
        TraceRepository traces,
        QuarantineRepository quarantine,
        ApprovalRepository approvals,
        QueueRepository queue,
        AwaitedReplies awaitedReplies,
        EarlyReports earlyReports,
        SuppressionRepository suppressions,
        ReportRepository reports,
        ScheduleRepository schedule,
        SendCounts sendCounts,
        LessonRepository lessons,
        Correspondence correspondence,
        SpamScoreRepository spamScores,
        SearchRepository search,
        LabelRepository labels)
        implements Store {

    public static JooqStore on(TestDatabase database) {
        return on(Database.open(config(database)));
    }

    /** With so many connections at most. */
    public static JooqStore on(TestDatabase database, int connections) {
        DatabaseConfig usual = config(database);
        return on(Database.open(new DatabaseConfig(usual.url(), usual.user(), usual.password(), connections)));
    }

    static JooqStore on(Database database) {
        return on(database, database.transactions());
    }

    static JooqStore on(Database database, Transactions transactions) {
        EventSignal signal = new EventSignal();
        return new JooqStore(
                database,
                transactions,
                new JooqAccessRepository(),
                new JooqTokenRepository(),
                new JooqSignInRepository(),
                new JooqIdempotencyRepository(),
                new JooqEndpointRepository(),
                signal,
                new JooqEventLog(signal),
                new JooqEventCursors(),
                new JooqAuditLog(),
                new JooqKeySetRepository(),
                new JooqStsPolicyRepository(),
                new JooqDeliveryRepository(),
                new JooqUsageRepository(),
                new JooqMessageRepository(),
                new JooqFolderRepository(),
                new JooqTraceRepository(),
                new JooqQuarantineRepository(),
                new JooqApprovalRepository(),
                new JooqQueueRepository(),
                new JooqAwaitedReplies(),
                new JooqEarlyReports(),
                new JooqSuppressionRepository(),
                new JooqReportRepository(),
                new JooqScheduleRepository(),
                new JooqSendCounts(),
                new JooqLessonRepository(),
                new JooqCorrespondence(),
                new JooqSpamScoreRepository(),
                new JooqSearchRepository(),
                new JooqLabelRepository());
    }

    static DatabaseConfig config(TestDatabase database) {
        return new DatabaseConfig(
                database.url(),
                database.user(),
                new DatabaseConfig.Password(database.password()),
                DatabaseConfig.DEFAULT_CONNECTIONS);
    }

    @Override
    public void close() {
        database.close();
    }
}
