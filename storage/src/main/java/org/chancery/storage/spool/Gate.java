package org.chancery.storage.spool;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.chancery.core.spool.Admission;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether mail is taken now: asked when a client begins to send one, and again before it is committed, since all who
 * were let in together may come to their end together. Used by many threads at once.
 */
final class Gate {
    private static final Logger LOG = LoggerFactory.getLogger(Gate.class);
    private static final Admission.Refused STOPPING =
            new Admission.Refused(Admission.Reason.STOPPING, "the server stops");

    private static final Duration BETWEEN_TELLING = Duration.ofSeconds(10);

    private final SpoolDirectory directory;
    private final SpoolConfig config;
    private final Backlog backlog;
    private final GroupCommit commits;
    private final InstantSource clock;

    private final ReentrantLock measuring = new ReentrantLock();
    private volatile Space space = new Space(Instant.MIN, null);
    private volatile Told told = new Told(Instant.MIN, null);
    private volatile boolean stopping;

    // Mails that were let in and are being made durable; they are not in the backlog yet, or just came there.
    private final AtomicInteger committing = new AtomicInteger();

    /**
     * How full the disk was found.
     *
     * @param at when
     * @param refusal what follows from it; null where there is room
     */
    private record Space(Instant at, Admission.@Nullable Refused refusal) {
        boolean isFresh(Instant now) {
            return !now.isBefore(at) && now.isBefore(at.plusSeconds(1));
        }
    }

    /**
     * What the log was told last.
     *
     * @param reason null where mail was taken
     */
    private record Told(Instant at, Admission.@Nullable Reason reason) {}

    Gate(SpoolDirectory directory, SpoolConfig config, Backlog backlog, GroupCommit commits, InstantSource clock) {
        this.directory = directory;
        this.config = config;
        this.backlog = backlog;
        this.commits = commits;
        this.clock = clock;
    }

    Admission admission() {
        return told(refusal());
    }

    /**
     * Lets a mail in that is complete. Where it is {@link Admission.Open}, {@link #leave} has to follow when the mail is
     * durable or refused.
     */
    Admission enter() {
        // Counted before the backlog is, so that a mail on its way from here to there is counted twice rather than
        // never.
        int others = committing.getAndIncrement();
        // What else may stand in its way is found when it is made durable.
        Admission.@Nullable Refused refusal = forWantOfRoom(backlog.size() + others);
        if (refusal != null) {
            committing.decrementAndGet();
        }
        return told(refusal);
    }

    void leave() {
        committing.decrementAndGet();
    }

    private Admission told(Admission.@Nullable Refused refusal) {
        if (told.reason() != (refusal == null ? null : refusal.reason())) {
            tell(refusal);
        }
        return refusal == null ? Admission.OPEN : refusal;
    }

    /** Takes nothing any more. */
    void stop() {
        stopping = true;
    }

    private Admission.@Nullable Refused refusal() {
        if (stopping) {
            return STOPPING;
        }
        Admission.@Nullable Refused trouble = commits.trouble();
        if (trouble != null) {
            return trouble;
        }
        return forWantOfRoom(backlog.size());
    }

    private Admission.@Nullable Refused forWantOfRoom(int waiting) {
        if (waiting >= config.backlog()) {
            return new Admission.Refused(
                    Admission.Reason.BACKLOG,
                    waiting + " mails wait for the pipeline, and spool.backlog allows " + config.backlog());
        }
        return forWantOfSpace();
    }

    private Admission.@Nullable Refused forWantOfSpace() {
        Instant now = clock.instant();
        Space known = space;
        // One asks the disk; the others meanwhile go by what was known.
        if (!known.isFresh(now) && measuring.tryLock()) {
            try {
                known = new Space(now, measure());
                space = known;
            } finally {
                measuring.unlock();
            }
        }
        return known.refusal();
    }

    private Admission.@Nullable Refused measure() {
        try {
            long usable = directory.disk().usableBytes(directory.root());
            return usable >= config.minimumFreeBytes()
                    ? null
                    : new Admission.Refused(
                            Admission.Reason.DISK,
                            usable + " octets are free on the disk of " + directory.root() + ", and "
                                    + config.minimumFreeBytes() + " have to be");
        } catch (IOException e) {
            return new Admission.Refused(
                    Admission.Reason.BROKEN, "the disk of " + directory.root() + " cannot be asked: " + e.getMessage());
        }
    }

    // A backlog at its bound goes above and below it many times a second.
    private synchronized void tell(Admission.@Nullable Refused refusal) {
        Admission.@Nullable Reason reason = refusal == null ? null : refusal.reason();
        Instant now = clock.instant();
        if (reason == told.reason() || now.isBefore(told.at().plus(BETWEEN_TELLING))) {
            return;
        }
        told = new Told(now, reason);
        if (refusal == null) {
            LOG.info("the spool takes mail again");
        } else if (reason != Admission.Reason.STOPPING) {
            LOG.warn("the spool takes no mail: {}", refusal.why());
        }
    }
}
