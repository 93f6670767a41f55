package org.chancery.storage.queue;

import static org.chancery.storage.jooq.Tables.QUEUE_ATTEMPT;
import static org.chancery.storage.jooq.Tables.QUEUE_JOB;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.inline;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.select;
import static org.jooq.impl.DSL.val;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.chancery.core.id.JobId;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.TransportSecurity;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.OutgoingJob;
import org.chancery.core.queue.QueueRepository;
import org.chancery.core.tx.Tx;
import org.chancery.storage.column.SafeText;
import org.chancery.storage.jooq.Indexes;
import org.chancery.storage.tx.IndexOrder;
import org.chancery.storage.tx.JooqTx;
import org.jspecify.annotations.Nullable;

/** The outgoing queue in a table. A job is leased while it has an owner and its {@code due_at}, the lease's end, is to come. */
public final class JooqQueueRepository implements QueueRepository {

    @Override
    public void add(Tx tx, OutgoingJob job, Instant dueAt) {
        JooqTx.sql(tx)
                .insertInto(QUEUE_JOB)
                .set(QUEUE_JOB.ID, job.id().value())
                .set(QUEUE_JOB.WORKSPACE_ID, job.workspace().value())
                .set(QUEUE_JOB.MESSAGE_ID, job.message().value())
                .set(QUEUE_JOB.DESTINATION, job.destination())
                .set(
                        QUEUE_JOB.REVERSE_PATH,
                        job.reversePath().mailbox().map(EmailAddress::toString).orElse(""))
                .set(QUEUE_JOB.RECIPIENTS, JobRows.json(job.recipients()))
                .set(QUEUE_JOB.RAW_DIGEST, job.raw().hex())
                .set(QUEUE_JOB.RAW_SIZE, job.size())
                .set(QUEUE_JOB.ATTEMPTS, job.attempts())
                .set(QUEUE_JOB.QUEUED_AT, job.queuedAt())
                .set(QUEUE_JOB.DUE_AT, dueAt)
                .set(QUEUE_JOB.PASSED_OVER, false)
                .execute();
    }

    @Override
    public List<OutgoingJob> claim(Tx tx, String owner, Instant now, Instant leaseUntil, int limit, Set<String> full) {
        return new Claiming(JooqTx.sql(tx), owner, now, leaseUntil, full)
                .claim(limit).stream().map(JobRows::job).toList();
    }

    @Override
    public boolean holds(Tx tx, JobId job, String owner) {
        return JooqTx.sql(tx)
                .select(QUEUE_JOB.ID)
                .from(QUEUE_JOB)
                .where(QUEUE_JOB.ID.eq(job.value()).and(QUEUE_JOB.LEASED_BY.eq(owner)))
                .forUpdate()
                .fetchOptional()
                .isPresent();
    }

    @Override
    public void addAttempt(Tx tx, JobId job, Attempt attempt) {
        String remote = SafeText.fitNullable(QUEUE_ATTEMPT.REMOTE, attempt.remote());
        String tls = SafeText.fitNullable(QUEUE_ATTEMPT.TLS, attempt.tls());
        TransportSecurity security = attempt.way().security();
        String certificate = SafeText.fitNullable(QUEUE_ATTEMPT.CERTIFICATE, security.certificate());
        String sts = SafeText.fitNullable(QUEUE_ATTEMPT.STS, security.sts());
        String signedWith =
                SafeText.fitNullable(QUEUE_ATTEMPT.SIGNED_WITH, attempt.way().signedWith());
        JooqTx.sql(tx)
                .insertInto(
                        QUEUE_ATTEMPT,
                        QUEUE_ATTEMPT.JOB_ID,
                        QUEUE_ATTEMPT.NUMBER,
                        QUEUE_ATTEMPT.MESSAGE_ID,
                        QUEUE_ATTEMPT.STARTED_AT,
                        QUEUE_ATTEMPT.ENDED_AT,
                        QUEUE_ATTEMPT.REMOTE,
                        QUEUE_ATTEMPT.TLS,
                        QUEUE_ATTEMPT.CERTIFICATE,
                        QUEUE_ATTEMPT.STS,
                        QUEUE_ATTEMPT.SIGNED_WITH,
                        QUEUE_ATTEMPT.RESULTS)
                .select(select(
                                QUEUE_JOB.ID,
                                field(select(coalesce(max(QUEUE_ATTEMPT.NUMBER), inline(0))
                                                .plus(inline(1)))
                                        .from(QUEUE_ATTEMPT)
                                        .where(QUEUE_ATTEMPT.JOB_ID.eq(job.value()))),
                                QUEUE_JOB.MESSAGE_ID,
                                val(attempt.startedAt(), QUEUE_ATTEMPT.STARTED_AT),
                                val(attempt.endedAt(), QUEUE_ATTEMPT.ENDED_AT),
                                val(remote, QUEUE_ATTEMPT.REMOTE),
                                val(tls, QUEUE_ATTEMPT.TLS),
                                val(certificate, QUEUE_ATTEMPT.CERTIFICATE),
                                val(sts, QUEUE_ATTEMPT.STS),
                                val(signedWith, QUEUE_ATTEMPT.SIGNED_WITH),
                                val(JobRows.results(attempt), QUEUE_ATTEMPT.RESULTS))
                        .from(QUEUE_JOB)
                        .where(QUEUE_JOB.ID.eq(job.value())))
                .execute();
    }

    @Override
    public boolean hasAttempt(Tx tx, JobId job, Attempt attempt) {
        return JooqTx.sql(tx)
                .fetchExists(
                        QUEUE_ATTEMPT,
                        QUEUE_ATTEMPT
                                .JOB_ID
                                .eq(job.value())
                                .and(QUEUE_ATTEMPT.STARTED_AT.eq(attempt.startedAt()))
                                .and(QUEUE_ATTEMPT.ENDED_AT.eq(attempt.endedAt())));
    }

    @Override
    public void done(Tx tx, JobId job) {
        JooqTx.sql(tx).deleteFrom(QUEUE_JOB).where(QUEUE_JOB.ID.eq(job.value())).execute();
    }

    @Override
    public void defer(Tx tx, JobId job, List<EmailAddress> remaining, Instant dueAt) {
        JooqTx.sql(tx)
                .update(QUEUE_JOB)
                .set(QUEUE_JOB.RECIPIENTS, JobRows.json(remaining))
                .set(QUEUE_JOB.ATTEMPTS, QUEUE_JOB.ATTEMPTS.plus(1))
                .set(QUEUE_JOB.DUE_AT, dueAt)
                .setNull(QUEUE_JOB.LEASED_BY)
                .where(QUEUE_JOB.ID.eq(job.value()))
                .execute();
    }

    @Override
    public int releaseLeases(Tx tx, String owner, Instant dueAt) {
        return JooqTx.sql(tx)
                .update(QUEUE_JOB)
                .setNull(QUEUE_JOB.LEASED_BY)
                .set(QUEUE_JOB.DUE_AT, dueAt)
                .where(QUEUE_JOB.LEASED_BY.eq(owner))
                .execute();
    }

    @Override
    public boolean hasJobs(Tx tx, MessageId message) {
        return JooqTx.sql(tx).fetchExists(QUEUE_JOB, QUEUE_JOB.MESSAGE_ID.eq(message.value()));
    }

    @Override
    public boolean isUnderWay(Tx tx, MessageId message, String destination, Instant now) {
        return JooqTx.sql(tx)
                .fetchExists(
                        QUEUE_JOB,
                        QUEUE_JOB
                                .MESSAGE_ID
                                .eq(message.value())
                                .and(QUEUE_JOB.DESTINATION.eq(destination))
                                .and(QUEUE_JOB.LEASED_BY.isNotNull())
                                .and(QUEUE_JOB.DUE_AT.gt(now)));
    }

    @Override
    public @Nullable Instant nextDue(Tx tx) {
        return Stream.of(true, false)
                .flatMap(passedOver -> firstDue(tx, passedOver).stream())
                .min(Instant::compareTo)
                .orElse(null);
    }

    private static Optional<Instant> firstDue(Tx tx, boolean passedOver) {
        // The first of the index, and not the least: H2 looks for that among all of them.
        return JooqTx.sql(tx)
                .select(QUEUE_JOB.DUE_AT)
                .from(QUEUE_JOB)
                .where(QUEUE_JOB.PASSED_OVER.eq(inline(passedOver)))
                .orderBy(IndexOrder.up(Indexes.IX_QUEUE_JOB_DUE))
                .limit(1)
                .fetchOptional(QUEUE_JOB.DUE_AT);
    }

    @Override
    public long waiting(Tx tx) {
        return JooqTx.sql(tx).fetchCount(QUEUE_JOB);
    }

    @Override
    public List<Attempt> attempts(Tx tx, MessageId message, int limit) {
        return JooqTx.sql(tx)
                .selectFrom(QUEUE_ATTEMPT)
                .where(QUEUE_ATTEMPT.MESSAGE_ID.eq(message.value()))
                .orderBy(IndexOrder.up(Indexes.IX_QUEUE_ATTEMPT_MESSAGE))
                .limit(limit)
                .fetch()
                .sortAsc(QUEUE_ATTEMPT.NUMBER)
                .sortAsc(QUEUE_ATTEMPT.JOB_ID)
                .sortAsc(QUEUE_ATTEMPT.STARTED_AT)
                .map(JobRows::attempt);
    }
}
