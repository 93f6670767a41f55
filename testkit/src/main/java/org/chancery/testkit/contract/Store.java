package org.chancery.testkit.contract;

import org.chancery.core.access.AccessRepository;
import org.chancery.core.access.IdempotencyRepository;
import org.chancery.core.access.SignInRepository;
import org.chancery.core.access.TokenRepository;
import org.chancery.core.approval.ApprovalRepository;
import org.chancery.core.audit.AuditLog;
import org.chancery.core.audit.Journal;
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

/** All repositories over one database: what the suites are run against. */
public interface Store extends AutoCloseable {
    Transactions transactions();

    AccessRepository access();

    TokenRepository tokens();

    SignInRepository signIns();

    IdempotencyRepository idempotency();

    EndpointRepository endpoints();

    /** Rung by {@link #events}. */
    EventSignal signal();

    EventLog events();

    EventCursors cursors();

    AuditLog audit();

    /** Both of them. */
    default Journal journal() {
        return new Journal(events(), audit());
    }

    KeySetRepository signingKeys();

    StsPolicyRepository stsPolicies();

    DeliveryRepository deliveries();

    UsageRepository modelUsage();

    MessageRepository messages();

    FolderRepository folders();

    TraceRepository traces();

    QuarantineRepository quarantine();

    ApprovalRepository approvals();

    QueueRepository queue();

    AwaitedReplies awaitedReplies();

    EarlyReports earlyReports();

    SuppressionRepository suppressions();

    ReportRepository reports();

    ScheduleRepository schedule();

    SendCounts sendCounts();

    LessonRepository lessons();

    Correspondence correspondence();

    SpamScoreRepository spamScores();

    SearchRepository search();

    LabelRepository labels();

    @Override
    void close();
}
