package org.chancery.storage.spool;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.chancery.core.id.SpoolId;
import org.jspecify.annotations.Nullable;

/**
 * All mails in the log that storage was not proved to hold, and how far each is: which wait, which are in the pipeline, which
 * are processed. Its lock guards them and their segments; nothing is read or written under it. Used by many threads at once.
 */
final class Backlog {
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition due = lock.newCondition();

    // Guarded by the lock:
    private final TreeMap<Long, Segment> segments = new TreeMap<>();
    private final ArrayDeque<LoggedMail> fresh = new ArrayDeque<>();
    private final TreeSet<LoggedMail> later = new TreeSet<>(Comparator.comparing((LoggedMail mail) -> mail.notBefore)
            .thenComparing(mail -> mail.id().value()));

    /** Those of them that wait for something which may tell that it is there. */
    private final Map<SpoolId, LoggedMail> postponed = new HashMap<>();

    private final Map<SpoolId, LoggedMail> inPipeline = new HashMap<>();
    private List<LoggedMail> processed = new ArrayList<>();
    private boolean closed;

    // Changed under the lock, read without it.
    private final AtomicInteger size = new AtomicInteger();

    Backlog(InstantSource clock) {
        this.clock = clock;
    }

    /** How many mails wait or are in the pipeline. */
    int size() {
        return size.get();
    }

    /** A new segment takes mail from now on, or one was found at the start. */
    void opened(Segment segment) {
        lock.lock();
        try {
            segments.put(segment.number(), segment);
        } finally {
            lock.unlock();
        }
    }

    /** The segment takes no mail any more. */
    void full(Segment segment) {
        lock.lock();
        try {
            segment.markFull();
        } finally {
            lock.unlock();
        }
    }

    /** The mails are durable, in the order given. */
    void committed(List<LoggedMail> mails) {
        lock.lock();
        try {
            for (LoggedMail mail : mails) {
                mail.segment().add(mail);
                fresh.addLast(mail);
                size.incrementAndGet();
            }
            if (mails.size() == 1) {
                due.signal();
            } else {
                due.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The next mail that is due, as one more attempt; waits for one as long as given. */
    Optional<LoggedMail> take(Duration wait) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos(wait);
            while (!closed) {
                Instant now = clock.instant();
                @Nullable LoggedMail next = nextDue(now);
                if (next != null) {
                    next.stage = LoggedMail.Stage.IN_PIPELINE;
                    next.attempts++;
                    inPipeline.put(next.id(), next);
                    return Optional.of(next);
                }
                if (left <= 0) {
                    return Optional.empty();
                }
                long nap = Math.min(left, nanosUntilDue(now));
                left -= nap - due.awaitNanos(nap);
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** The mail's effects are in storage, durable after the next proof. Whether this was not known before. */
    boolean processed(SpoolId id) {
        lock.lock();
        try {
            @Nullable LoggedMail mail = inPipeline.remove(id);
            if (mail == null) {
                return false;
            }
            mail.stage = LoggedMail.Stage.PROCESSED;
            processed.add(mail);
            size.decrementAndGet();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The mail waits again; nothing happens to one that is not in the pipeline. */
    void retry(SpoolId id, Instant notBefore) {
        putBack(id, notBefore, false);
    }

    /** The same without counting the attempt; gives the mail, if it was in the pipeline. */
    Optional<LoggedMail> postpone(SpoolId id, Instant notBefore) {
        return putBack(id, notBefore, true);
    }

    /** The mail need not wait any longer; nothing happens to one that was not postponed. */
    void due(SpoolId id) {
        lock.lock();
        try {
            @Nullable LoggedMail mail = postponed.get(id);
            if (mail != null) {
                later.remove(mail);
                mail.notBefore = Instant.MIN;
                later.add(mail);
                due.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The mail, if it is in the pipeline. */
    Optional<LoggedMail> inPipeline(SpoolId id) {
        lock.lock();
        try {
            return Optional.ofNullable(inPipeline.get(id));
        } finally {
            lock.unlock();
        }
    }

    /** The mail cannot be read: it leaves the backlog, and its segment will be kept. */
    void damaged(LoggedMail mail) {
        lock.lock();
        try {
            if (inPipeline.remove(mail.id()) != null) {
                mail.stage = LoggedMail.Stage.DAMAGED;
                mail.segment().markDamaged();
                mail.segment().letGo();
                size.decrementAndGet();
            }
        } finally {
            lock.unlock();
        }
    }

    /** What was processed since it was last proved. */
    List<LoggedMail> unproved() {
        lock.lock();
        try {
            return List.copyOf(processed);
        } finally {
            lock.unlock();
        }
    }

    /** How many were processed and not proved. */
    int unprovedCount() {
        lock.lock();
        try {
            return processed.size();
        } finally {
            lock.unlock();
        }
    }

    /** Storage was proved to hold these, and that is written down. */
    void proved(List<LoggedMail> mails) {
        lock.lock();
        try {
            for (LoggedMail mail : mails) {
                mail.stage = LoggedMail.Stage.PROVED;
                mail.segment().letGo();
            }
            List<LoggedMail> others = new ArrayList<>();
            for (LoggedMail mail : processed) {
                if (mail.stage == LoggedMail.Stage.PROCESSED) {
                    others.add(mail);
                }
            }
            processed = others;
        } finally {
            lock.unlock();
        }
    }

    /** Segments which no mail needs any more. */
    List<Segment> releasable() {
        lock.lock();
        try {
            return segments.values().stream().filter(Segment::isReleasable).toList();
        } finally {
            lock.unlock();
        }
    }

    void released(Segment segment) {
        lock.lock();
        try {
            segments.remove(segment.number());
        } finally {
            lock.unlock();
        }
    }

    /** Mails that wait or are in the pipeline, oldest first. */
    List<LoggedMail> oldest(int limit) {
        lock.lock();
        try {
            List<LoggedMail> found = new ArrayList<>();
            for (Segment segment : segments.values()) {
                if (found.size() >= limit) {
                    break;
                }
                found.addAll(segment.inBacklog(limit - found.size()));
            }
            return found;
        } finally {
            lock.unlock();
        }
    }

    int segmentCount() {
        lock.lock();
        try {
            return segments.size();
        } finally {
            lock.unlock();
        }
    }

    /** Numbers of the segments that hold what cannot be read; each is kept when its other mails are done. */
    List<Long> damagedSegments() {
        lock.lock();
        try {
            return segments.values().stream()
                    .filter(Segment::isDamaged)
                    .map(Segment::number)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** Hands out nothing any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            due.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Optional<LoggedMail> putBack(SpoolId id, Instant notBefore, boolean uncounted) {
        lock.lock();
        try {
            @Nullable LoggedMail mail = inPipeline.remove(id);
            if (mail == null) {
                return Optional.empty();
            }
            mail.stage = LoggedMail.Stage.WAITING;
            mail.notBefore = notBefore;
            if (uncounted) {
                mail.attempts--;
                postponed.put(id, mail);
            }
            later.add(mail);
            due.signalAll();
            return Optional.of(mail);
        } finally {
            lock.unlock();
        }
    }

    // What was put back is older than what is fresh.
    private @Nullable LoggedMail nextDue(Instant now) {
        @Nullable LoggedMail first = first();
        if (first != null && !first.notBefore.isAfter(now)) {
            later.remove(first);
            postponed.remove(first.id());
            return first;
        }
        return fresh.pollFirst();
    }

    private @Nullable LoggedMail first() {
        return later.isEmpty() ? null : later.first();
    }

    private long nanosUntilDue(Instant now) {
        @Nullable LoggedMail first = first();
        return first == null ? Long.MAX_VALUE : Math.max(1, nanos(Duration.between(now, first.notBefore)));
    }

    private static long nanos(Duration time) {
        try {
            return time.toNanos();
        } catch (ArithmeticException centuries) {
            return time.isNegative() ? 0 : Long.MAX_VALUE;
        }
    }
}
