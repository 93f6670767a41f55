package org.chancery.delivery.queue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.JobId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mail.EmailAddress;
import org.chancery.core.mail.ReversePath;
import org.chancery.core.mailbox.RawDigest;
import org.chancery.core.queue.Attempt;
import org.chancery.core.queue.OutgoingJob;

/** Jobs that become due when a test says so, a database that goes away when it says so, and everything noted. */
final class ScriptedJobs implements Jobs {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<OutgoingJob, Instant> waiting = new LinkedHashMap<>();
    private final List<String> calls = new ArrayList<>();
    private final Map<JobId, List<Attempt>> recorded = new LinkedHashMap<>();
    private int recoveriesToRefuse;
    private int claimsToRefuse;
    private int recordsToRefuse;
    private final Set<OutgoingJob> parked = new HashSet<>();
    private boolean leasesLost;
    private Throwable refusal = new Unavailable("the database is away", null);
    private int jobs;

    ScriptedJobs(Clock clock) {
        this.clock = clock;
    }

    // ---- the script

    OutgoingJob add(String recipient) {
        return add(recipient, clock.instant());
    }

    OutgoingJob add(String recipient, Instant dueAt) {
        return locked(() -> {
            OutgoingJob job = new OutgoingJob(
                    new JobId(new UUID(1, ++jobs)),
                    new WorkspaceId(new UUID(2, 1)),
                    new MessageId(new UUID(3, jobs)),
                    EmailAddress.of(recipient).domain(),
                    ReversePath.NULL,
                    List.of(EmailAddress.of(recipient)),
                    RawDigest.of(new byte[0]),
                    0,
                    0,
                    clock.instant());
            waiting.put(job, dueAt);
            return job;
        });
    }

    /** As if its lease had run out. */
    void putBack(OutgoingJob job) {
        locked(() -> waiting.put(job, clock.instant()));
    }

    void refuseRecoveries(int times) {
        locked(() -> recoveriesToRefuse = times);
    }

    void refuseClaims(int times) {
        locked(() -> claimsToRefuse = times);
    }

    void refuseRecords(int times) {
        locked(() -> recordsToRefuse = times);
    }

    void refuseWith(Throwable exception) {
        locked(() -> refusal = exception);
    }

    void loseLeases() {
        locked(() -> leasesLost = true);
    }

    // ---- what was seen

    List<String> calls() {
        return locked(() -> List.copyOf(calls));
    }

    List<Attempt> recorded(OutgoingJob job) {
        return locked(() -> List.copyOf(recorded.getOrDefault(job.id(), List.of())));
    }

    Attempt awaitRecorded(OutgoingJob job) throws InterruptedException {
        await(() -> recorded.containsKey(job.id()), "a result of " + job.id());
        return recorded(job).getFirst();
    }

    void awaitAllRecorded() throws InterruptedException {
        await(() -> recorded.size() == jobs, "the results of " + jobs + " jobs");
    }

    void awaitCalls(String call, int times) throws InterruptedException {
        await(() -> calls.stream().filter(call::equals).count() >= times, call + " called " + times + " times");
    }

    void awaitParked(OutgoingJob job) throws InterruptedException {
        await(() -> parked.contains(job), "the parking of " + job.id());
    }

    void awaitTaken(OutgoingJob job) throws InterruptedException {
        await(() -> !waiting.containsKey(job), "a claim of " + job.id());
    }

    private void await(BooleanSupplier condition, String what) throws InterruptedException {
        long left = PATIENCE.toNanos();
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    throw new AssertionError("waited in vain for " + what + "; calls " + calls);
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- for the runner

    @Override
    public int recover() {
        return locked(() -> {
            calls.add("recover");
            if (recoveriesToRefuse-- > 0) {
                refuse();
            }
            return 0;
        });
    }

    @Override
    public List<OutgoingJob> claim(int limit, Set<String> fullDestinations) {
        return locked(() -> {
            calls.add("claim");
            if (claimsToRefuse-- > 0) {
                refuse();
            }
            List<OutgoingJob> due = waiting.entrySet().stream()
                    .filter(entry -> !entry.getValue().isAfter(clock.instant()))
                    .map(Map.Entry::getKey)
                    .filter(job -> !fullDestinations.contains(job.destination()))
                    .limit(limit)
                    .toList();
            due.forEach(waiting::remove);
            return due;
        });
    }

    @Override
    public Optional<Instant> nextDue() {
        return locked(() -> {
            calls.add("nextDue");
            return waiting.values().stream().min(Instant::compareTo);
        });
    }

    @Override
    public boolean record(OutgoingJob job, Attempt attempt) {
        return locked(() -> {
            calls.add("record");
            if (recordsToRefuse-- > 0) {
                refuse();
            }
            recorded.computeIfAbsent(job.id(), ignored -> new ArrayList<>()).add(attempt);
            return !leasesLost;
        });
    }

    @Override
    public void park(OutgoingJob job, Attempt attempt) {
        locked(() -> parked.add(job));
    }

    private void refuse() {
        switch (refusal) {
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            default -> throw new IllegalStateException(refusal);
        }
    }

    private <T> T locked(java.util.function.Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            changed.signalAll();
            lock.unlock();
        }
    }
}
