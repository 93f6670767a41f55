package org.chancery.mailets.authentication;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.chancery.core.fault.Later;
import org.chancery.core.id.SpoolId;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.MessageHeader;
import org.chancery.core.spool.SpooledMail;
import org.jspecify.annotations.Nullable;

/**
 * Has senders judged beside the pipeline, so that none of its workers waits for name servers. A mail whose verdict is there in a
 * moment goes on with it; any other waits in the spool until the verdict is there, and others pass. Verdicts are kept for a while:
 * a mail that comes by again is not judged again. What is in here is lost with the process, and found out once more. Used by many
 * threads at once.
 */
public final class SenderDesk implements AutoCloseable {
    /**
     * Mails that are judged at a time, each by a thread that mostly waits. With questions to name servers all over the world, an
     * ordinary mail takes a third of a second, and one whose name servers are slow up to twelve.
     */
    public static final int AT_ONCE = 64;

    /** A near resolver that knows the answers says them within. */
    public static final Duration MOMENT = Duration.ofMillis(50);

    /** Octets of the mails that are judged or are to be, for these may be in memory. */
    static final int ROOM = 64 << 20;

    /** What a mail takes of the room at least, so that there are a thousand at most. */
    static final int LEAST = 64 << 10;

    /** What a mail takes of the room at most: a bigger one is in a file, and read from there. */
    static final int MOST = 2 << 20;

    /** Of the room, bigger mails get no more: a few of them leave room for ordinary ones, however slow their name servers are. */
    static final int ROOM_FOR_BIG = ROOM / 2;

    /** A worker waits so long for room: what lies behind its mail in the spool mostly needs some, too. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** For a bigger one no worker waits, and it comes back when several have left: others pass it meanwhile. */
    private static final Duration PATIENCE_FOR_BIG = Duration.ofSeconds(10);

    /** Mails are called for when their verdict is there. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    /** All that are at the desk, judged one after the other by half of the threads, with their longest times, take less. */
    private static final Duration HANGS_AFTER = Duration.ofMinutes(10);

    private final SenderAuthentication authentication;
    private final Duration moment;
    private final ThreadPoolExecutor judges;
    private final Semaphore room = new Semaphore(ROOM, true);
    private final Semaphore roomForBig = new Semaphore(ROOM_FOR_BIG);

    /** Guarded by this. */
    private final Map<SpoolId, Judging> underWay = new HashMap<>();

    /** The latest ones. Guarded by this. */
    private final Map<SpoolId, Judging> judged = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<SpoolId, Judging> eldest) {
            return size() > Later.MAX_KNOWN;
        }
    };

    private record Judging(CompletableFuture<AuthenticationResults> verdict, long since) {}

    /**
     * @param atOnce {@link #AT_ONCE}
     * @param moment how long a worker waits for a verdict before it lets other mail pass, {@link #MOMENT}
     */
    public SenderDesk(SenderAuthentication authentication, int atOnce, Duration moment) {
        this.authentication = authentication;
        this.moment = moment;
        this.judges = new ThreadPoolExecutor(
                atOnce,
                atOnce,
                1,
                TimeUnit.MINUTES,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("sender-", 1).factory());
        judges.allowCoreThreadTimeOut(true);
    }

    /**
     * Who sent the mail.
     *
     * @throws Later while that is being found out
     */
    AuthenticationResults results(SpooledMail mail, MessageHeader header) throws IOException {
        try {
            return results(mail, begun(mail, header));
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            throw stops();
        }
    }

    private AuthenticationResults results(SpooledMail mail, Judging judging) throws IOException, InterruptedException {
        try {
            AuthenticationResults results = judging.verdict().get(moment.toNanos(), TimeUnit.NANOSECONDS);
            if (results.isTemporary()) {
                forget(mail.id());
            }
            return results;
        } catch (TimeoutException slow) {
            if (System.nanoTime() - judging.since() > HANGS_AFTER.toNanos()) {
                throw new IllegalStateException("finding out who sent the mail takes longer than it can");
            }
            throw new Later("its sender is looked up", LOOK_AGAIN, judging.verdict());
        } catch (ExecutionException failed) {
            forget(mail.id());
            throw rethrown(failed);
        }
    }

    private static IOException rethrown(ExecutionException failed) {
        Throwable cause = failed.getCause();
        if (cause instanceof IOException unreadable) {
            return unreadable;
        }
        if (cause instanceof RuntimeException broken) {
            throw broken;
        }
        if (cause instanceof Error worse) {
            throw worse;
        }
        throw new IllegalStateException(failed);
    }

    private static Later stops() {
        return new Later("the server stops", LOOK_AGAIN);
    }

    /** One mail is in the hands of one worker: nobody else begins it meanwhile. */
    private Judging begun(SpooledMail mail, MessageHeader header) throws InterruptedException {
        Judging known = known(mail.id());
        if (known != null) {
            return known;
        }
        int octets = (int) Math.clamp(mail.size(), LEAST, MOST);
        if (!enter(octets)) {
            throw new Later(
                    "the senders of other mail are looked up first", octets > LEAST ? PATIENCE_FOR_BIG : PATIENCE);
        }
        return begin(mail, header, octets);
    }

    private boolean enter(int octets) throws InterruptedException {
        if (octets <= LEAST) {
            return room.tryAcquire(octets, PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        }
        if (!roomForBig.tryAcquire(octets)) {
            return false;
        }
        boolean entered = room.tryAcquire(octets);
        if (!entered) {
            roomForBig.release(octets);
        }
        return entered;
    }

    private void leave(int octets) {
        room.release(octets);
        if (octets > LEAST) {
            roomForBig.release(octets);
        }
    }

    private synchronized @Nullable Judging known(SpoolId mail) {
        return judged.getOrDefault(mail, underWay.get(mail));
    }

    private synchronized Judging begin(SpooledMail mail, MessageHeader header, int octets) {
        Judging fresh = new Judging(new CompletableFuture<>(), System.nanoTime());
        try {
            judges.execute(() -> {
                try {
                    judge(mail, header, fresh);
                } finally {
                    leave(octets);
                }
            });
        } catch (RejectedExecutionException stopping) {
            leave(octets);
            throw stops();
        }
        underWay.put(mail.id(), fresh);
        return fresh;
    }

    private void judge(SpooledMail mail, MessageHeader header, Judging judging) {
        try {
            AuthenticationResults results = authentication.check(
                    mail.arrival(),
                    mail.envelope().reversePath(),
                    header,
                    mail::open,
                    mail.id().text());
            if (Thread.currentThread().isInterrupted()) {
                // It waited for nobody, and would say that nobody answered.
                throw stops();
            }
            settled(mail.id(), judging);
            judging.verdict().complete(results);
        } catch (IOException | RuntimeException | Error broken) {
            settled(mail.id(), judging);
            judging.verdict().completeExceptionally(broken);
        }
    }

    /** Before the verdict is told: whoever comes for it then finds it. */
    private synchronized void settled(SpoolId mail, Judging judging) {
        underWay.remove(mail);
        judged.put(mail, judging);
    }

    /** A failure, or that the name servers did not answer, is told once; a try of the mail that asks again has it judged again. */
    private synchronized void forget(SpoolId mail) {
        judged.remove(mail);
    }

    @Override
    public void close() {
        judges.shutdownNow();
    }
}
