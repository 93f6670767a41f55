package org.chancery.storage.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.chancery.core.spool.Admission;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes mails durable, many with one force: the thread {@code spool-commit} writes all that waits, forces once, and lets all
 * those sessions go on; what comes in meanwhile waits for the next round.
 *
 * <p>When writing or forcing fails, the mails of that round are refused and their segment is cut off before them, durably,
 * before any other is begun. Where the cut-off fails too, nothing is taken until it succeeds; a crash in between is the one
 * case in which a mail may be processed whose sender was told to try again, and who then sends it twice. None is lost.
 */
final class GroupCommit {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    private static final int STAGING = 1 << 20;
    // A round ends when so much is written, so that small mails do not wait for all of a crowd of big ones.
    private static final long ROUND_BYTES = 8L << 20;
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);
    private static final Duration LAST_RETRY = Duration.ofSeconds(5);
    private static final Admission.Refused STOPPING =
            new Admission.Refused(Admission.Reason.STOPPING, "the server stops");

    private final SpoolDirectory directory;
    private final UUID spool;
    private final SegmentSupply supply;
    private final Backlog backlog;
    private final SpoolCounters counters;
    private final Thread thread;

    // A stack, newest first.
    private final AtomicReference<@Nullable PendingCommit> waiting = new AtomicReference<>();
    private volatile boolean idle;
    private volatile boolean closing;
    private volatile boolean ended;
    private volatile Admission.@Nullable Refused trouble;

    // Used by the committing thread alone:
    private final ByteBuffer staging = ByteBuffer.allocateDirect(STAGING);
    private final List<PendingCommit> round = new ArrayList<>();
    private final List<LoggedMail> logged = new ArrayList<>();
    private @Nullable SegmentWriter writer;
    private boolean askedAhead;
    private @Nullable SegmentWriter toCutOff;
    private Duration retryAfter = FIRST_RETRY;
    private long retryAt;

    GroupCommit(SpoolDirectory directory, UUID spool, SegmentSupply supply, Backlog backlog, SpoolCounters counters) {
        this.directory = directory;
        this.spool = spool;
        this.supply = supply;
        this.backlog = backlog;
        this.counters = counters;
        this.thread = SpoolThreads.make("spool-commit", this::run);
    }

    void start() {
        thread.start();
    }

    /** Waits until the mail is durable; throws {@code SpoolRefused} where it cannot be made so. */
    void commit(PendingCommit mail) {
        push(mail);
        if (ended) {
            // The committing thread may have looked for the last time before this mail came.
            refuseAll(takeAll(), STOPPING, null);
        } else if (idle) {
            LockSupport.unpark(thread);
        }
        mail.await();
    }

    /** Why nothing can be made durable now; null where it can. */
    Admission.@Nullable Refused trouble() {
        return trouble;
    }

    /** Finishes what waits, refuses what comes later, and closes the log. */
    void close() {
        closing = true;
        LockSupport.unpark(thread);
        SpoolThreads.join(thread);
        ended = true;
        refuseAll(takeAll(), STOPPING, null);
    }

    private void push(PendingCommit mail) {
        do {
            mail.next = waiting.get();
        } while (!waiting.compareAndSet(mail.next, mail));
    }

    private @Nullable PendingCommit takeAll() {
        @Nullable PendingCommit first = null;
        @Nullable PendingCommit newest = waiting.getAndSet(null);
        while (newest != null) {
            @Nullable PendingCommit older = newest.next;
            newest.next = first;
            first = newest;
            newest = older;
        }
        return first;
    }

    private void run() {
        try {
            commitUntilClosed();
        } finally {
            // However this ends, no session waits for a thread that is gone.
            ended = true;
            if (!closing) {
                trouble =
                        new Admission.Refused(Admission.Reason.BROKEN, "the thread that writes the spool's log ended");
            }
            refuseAll(takeAll(), STOPPING, null);
        }
    }

    private void commitUntilClosed() {
        mend();
        while (!closing) {
            Admission.@Nullable Refused why = trouble;
            if (why == null) {
                awaitMail(Long.MAX_VALUE);
                commitAll(takeAll());
            } else if (retryAt - System.nanoTime() > 0) {
                awaitMail(retryAt - System.nanoTime());
                refuseAll(takeAll(), why, null);
            } else {
                mend();
            }
        }
        ended = true;
        commitAll(takeAll());
        closeLog();
    }

    private void awaitMail(long nanos) {
        long end = System.nanoTime() + nanos;
        idle = true;
        // Asked after idle was set: a session that did not see it set has its mail in the stack by now.
        while (waiting.get() == null && !closing && (nanos == Long.MAX_VALUE || end - System.nanoTime() > 0)) {
            LockSupport.parkNanos(this, nanos);
        }
        idle = false;
    }

    private void commitAll(@Nullable PendingCommit first) {
        @Nullable PendingCommit next = first;
        while (next != null) {
            SegmentWriter open = writer;
            if (open == null) {
                Admission.@Nullable Refused why = trouble;
                refuseAll(next, why != null ? why : STOPPING, null);
                return;
            }
            next = commitRound(open, next);
        }
    }

    /** Makes as many durable as one round takes, and returns the first of the others. */
    private @Nullable PendingCommit commitRound(SegmentWriter to, PendingCommit first) {
        @Nullable PendingCommit next = first;
        long bytes = 0;
        try {
            while (next != null && bytes < ROUND_BYTES && to.hasRoomFor(next)) {
                PendingCommit mail = next;
                next = mail.next;
                round.add(mail);
                LogRecord record = to.append(mail);
                logged.add(new LoggedMail(record, to.segment(), 0));
                bytes += record.body().bytes();
            }
            if (round.isEmpty()) {
                turnOver(to);
            } else {
                to.force();
                publish(to.segment(), bytes);
                lookAhead(to);
            }
        } catch (IOException e) {
            giveUp(to, e);
        } catch (RuntimeException | Error e) {
            giveUp(to, new IOException("the log's writer broke: " + e, e));
        } finally {
            round.clear();
            logged.clear();
        }
        return next;
    }

    private void publish(Segment in, long bytes) {
        boolean noted = false;
        try {
            counters.committed(logged.size(), bytes);
            backlog.committed(logged);
            noted = true;
        } catch (RuntimeException | Error e) {
            // The mails are durable, and so accepted; the log goes on behind them.
            LOG.error(
                    "{} accepted mails could not be noted; those that are not processed wait in segment {} for the next"
                            + " start of the server",
                    logged.size(),
                    in.number(),
                    e);
        } finally {
            // Nothing here takes memory, for want of which it may be that the mails were not noted.
            if (!noted) {
                in.keepForNextStart();
            }
            for (int i = 0; i < round.size(); i++) {
                round.get(i).durable();
            }
        }
    }

    // Not from the start: a server with little mail never needs a second segment.
    private void lookAhead(SegmentWriter filling) {
        if (!askedAhead && filling.isHalfFull()) {
            askedAhead = true;
            supply.prepareAhead();
        }
    }

    private void turnOver(SegmentWriter full) throws IOException {
        writer = null;
        try {
            full.seal();
        } catch (IOException e) {
            // All in it is durable already; the next start will search its end for more, and find nothing.
            LOG.warn(
                    "segment {} of the spool could not be sealed",
                    full.segment().number(),
                    e);
        }
        closeQuietly(full);
        backlog.full(full.segment());
        mend();
    }

    private void giveUp(SegmentWriter broken, IOException cause) {
        LOG.error(
                "segment {} of the spool could not be written or forced; the {} mails of this round are refused",
                broken.segment().number(),
                round.size(),
                cause);
        writer = null;
        toCutOff = broken;
        closeQuietly(broken);
        // Before the sessions are told: whoever sends again because of the refusal finds the mail gone.
        mend();
        Admission.Refused why = Trouble.of("the mail could not be made durable", cause);
        for (PendingCommit mail : round) {
            counters.refused();
            mail.refused(why, cause);
        }
    }

    /** Does what is needed before mail can be taken: cuts off a broken segment, opens the next. */
    private void mend() {
        try {
            if (toCutOff != null) {
                cutOff(toCutOff);
                backlog.full(toCutOff.segment());
                toCutOff = null;
            }
            if (writer == null) {
                writer = openNext();
            }
            if (trouble != null) {
                LOG.info("the spool can write its log again and takes mail");
            }
            trouble = null;
            retryAfter = FIRST_RETRY;
        } catch (IOException e) {
            if (trouble == null && !closing) {
                LOG.error("the spool cannot write its log and takes no mail until it can", e);
            }
            trouble = Trouble.of("the spool's log cannot be written", e);
            retryAt = System.nanoTime() + retryAfter.toNanos();
            retryAfter = retryAfter.multipliedBy(2).compareTo(LAST_RETRY) < 0 ? retryAfter.multipliedBy(2) : LAST_RETRY;
        }
    }

    private void cutOff(SegmentWriter broken) throws IOException {
        // Through a new descriptor: what the old one could not force may have made it unusable.
        try (FileChannel file =
                directory.disk().open(directory.segment(broken.segment().number()), StandardOpenOption.WRITE)) {
            file.truncate(broken.forcedUpTo());
            file.force(true);
        }
    }

    private SegmentWriter openNext() throws IOException {
        SegmentSupply.Prepared next = supply.next();
        Segment segment = new Segment(next.number(), Marks.fresh(directory.disk(), directory.marks(next.number())));
        SegmentWriter opened = new SegmentWriter(next.channel(), spool, segment, staging);
        backlog.opened(segment);
        askedAhead = false;
        return opened;
    }

    private void closeLog() {
        if (toCutOff != null) {
            mend();
        }
        SegmentWriter open = writer;
        if (open != null) {
            writer = null;
            try {
                open.seal();
                open.force();
            } catch (IOException e) {
                LOG.warn("the spool's log could not be sealed", e);
            }
            closeQuietly(open);
        }
    }

    private void refuseAll(@Nullable PendingCommit first, Admission.Refused why, @Nullable Throwable cause) {
        for (PendingCommit mail = first; mail != null; mail = mail.next) {
            counters.refused();
            mail.refused(why, cause);
        }
    }

    private static void closeQuietly(SegmentWriter done) {
        try {
            done.close();
        } catch (IOException e) {
            LOG.debug("closing a segment", e);
        }
    }
}
