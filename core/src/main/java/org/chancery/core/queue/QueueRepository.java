package org.chancery.core.queue;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.chancery.core.id.JobId;
import org.chancery.core.id.MessageId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.tx.Tx;
import org.jspecify.annotations.Nullable;

/** Keeps outgoing jobs and their attempts. */
public interface QueueRepository {

    void add(Tx tx, OutgoingJob job, Instant dueAt);

    /**
     * Leases due jobs to one owner, oldest due first. Two callers never get the same job, and never wait for each other.
     * A lease that ran out is up for claim again.
     *
     * @param owner names the server; a server that starts takes back its own leases with {@link #releaseLeases}
     * @param full destinations that have no free connection: their jobs are passed over, cheaply however many they are
     */
    List<OutgoingJob> claim(Tx tx, String owner, Instant now, Instant leaseUntil, int limit, Set<String> full);

    /** Whether the job is still leased to that owner; locks it until the transaction ends. */
    boolean holds(Tx tx, JobId job, String owner);

    /** Appends what an attempt brought, as the job's next; nothing where the job is not in the queue any more. */
    void addAttempt(Tx tx, JobId job, Attempt attempt);

    /** Whether this very attempt, known by its times, was appended already. */
    boolean hasAttempt(Tx tx, JobId job, Attempt attempt);

    /** The job has nothing left to do: it is taken out of the queue; its attempts stay. */
    void done(Tx tx, JobId job);

    /** The job waits for its next attempt, for these recipients. */
    void defer(Tx tx, JobId job, List<EmailAddress> remaining, Instant dueAt);

    /** Ends the leases of an owner that was stopped or killed; returns how many. */
    int releaseLeases(Tx tx, String owner, Instant dueAt);

    /** Whether any job of the message is still in the queue. */
    boolean hasJobs(Tx tx, MessageId message);

    /** Whether an attempt of the message at that destination is under way, or its lease lasts. */
    boolean isUnderWay(Tx tx, MessageId message, String destination, Instant now);

    /** When the next job is due, leases that run out included; null where the queue is empty. */
    @Nullable
    Instant nextDue(Tx tx);

    /** How many jobs wait. */
    long waiting(Tx tx);

    /** The attempts made for a message, oldest first. */
    List<Attempt> attempts(Tx tx, MessageId message, int limit);
}
