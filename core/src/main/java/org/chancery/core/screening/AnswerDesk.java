package org.chancery.core.screening;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.chancery.core.fault.Later;
import org.chancery.core.fault.Unavailable;
import org.chancery.core.id.SpoolId;
import org.jspecify.annotations.Nullable;

/**
 * Has something that may take long be found out about mails beside the pipeline. A worker waits a moment for the answer; takes it longer,
 * the mail waits in the spool, and others pass. Used by all workers. What is in here is lost with the process: the mail is then asked
 * about once more.
 *
 * <p>Mails that are asked about are in memory, so there is {@link Room} for some of them; others wait in the spool and come by again. A
 * question that hangs counts as a failed try of its mail.
 */
public final class AnswerDesk<V> {
    /** Mails are called for when their answer is there. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    /** An answer that nobody came for so long after it was asked for is of no use. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);

    private final int atOnce;
    private final Limits limits;
    private final Clock clock;
    private final Room room;
    private final Map<SpoolId, Entry<V>> entries = new ConcurrentHashMap<>();

    /** Those that a thread is at. */
    private final Set<Look<V>> underWay = ConcurrentHashMap.newKeySet();

    /**
     * What a desk allows.
     *
     * @param moment a worker waits so long for an answer before it lets other mail pass
     * @param hangsAfter no question takes so long, from when a thread took it up
     * @param room octets of mails that are asked about
     * @param answers that are awaited, or that nobody came for
     */
    public record Limits(Duration moment, Duration hangsAfter, long room, int answers) {
        /**
         * What is asked has time limits of its own, half a minute to a minute and a half in all. The room of a few desks is a part of the
         * smallest heap.
         */
        public static final Limits DEFAULT =
                new Limits(Duration.ofMillis(50), Duration.ofMinutes(2), 24 << 20, Later.MAX_KNOWN);
    }

    private record Entry<V>(Instant since, CompletableFuture<V> answer) {}

    /** @param atOnce while more are asked about, nobody waits */
    public AnswerDesk(int atOnce, Limits limits, Clock clock) {
        this.atOnce = atOnce;
        this.limits = limits;
        this.clock = clock;
        this.room = new Room(limits.room());
    }

    /**
     * The answer about a mail; what the question throws comes out as it is.
     *
     * @param threads find it out
     * @param question may be kept until it is answered, and holds no more of the mail than what was said of it
     * @throws Later while they do, or where there is no room
     * @throws Unavailable where this server stops
     * @throws IllegalStateException where the question hangs
     */
    public V ask(ScannedMail mail, AnswerThreads threads, Supplier<V> question) {
        giveUpWhatHangs();
        Entry<V> entry = entries.get(mail.id());
        boolean mayWait = entry == null && underWay.size() < atOnce;
        if (entry == null) {
            entry = begin(mail, threads, question);
        }
        try {
            V answer = entry.answer().get(mayWait ? limits.moment().toNanos() : 0, TimeUnit.NANOSECONDS);
            entries.remove(mail.id());
            return answer;
        } catch (TimeoutException notYet) {
            throw new Later("somebody is still looking at the mail", LOOK_AGAIN, entry.answer());
        } catch (ExecutionException broken) {
            entries.remove(mail.id());
            throw thrown(broken.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new Unavailable("an answer was not awaited, for this server stops", stopped);
        }
    }

    /** Whether the mail is asked about, or its answer is there. */
    public boolean isAsked(SpoolId mail) {
        return entries.containsKey(mail);
    }

    /** Every mail that waits comes by, so somebody does this often enough. */
    private void giveUpWhatHangs() {
        Instant longAgo = clock.instant().minus(limits.hangsAfter());
        underWay.forEach(look -> look.giveUp(longAgo));
    }

    private Entry<V> begin(ScannedMail mail, AnswerThreads threads, Supplier<V> question) {
        Instant now = clock.instant();
        if (entries.size() >= limits.answers()) {
            // What is not answered is in the hands of a thread or waits for one, and its mail comes by.
            entries.values()
                    .removeIf(entry -> entry.answer().isDone() && entry.since().isBefore(now.minus(FORGOTTEN)));
        }
        Room.Place place = Room.Place.of(mail);
        if (entries.size() >= limits.answers() || !room.take(place)) {
            throw new Later("other mails are looked at first", pause(mail, now));
        }
        Look<V> look = new Look<>(this, question, threads, place);
        Entry<V> entry = new Entry<>(now, look.answer);
        entries.put(mail.id(), entry);
        try {
            threads.execute(look);
        } catch (RejectedExecutionException stopping) {
            entries.remove(mail.id());
            room.giveBack(place);
            throw new Unavailable("nothing is found out any more, for this server stops", stopping);
        }
        return entry;
    }

    /** A part of the time that it has waited for: many that wait long keep the workers from what is fresh no more than few do. */
    private static Duration pause(ScannedMail mail, Instant now) {
        Duration part = Duration.between(mail.arrival().at(), now).dividedBy(4);
        if (part.compareTo(SHORTEST_PAUSE) < 0) {
            return SHORTEST_PAUSE;
        }
        return part.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : part;
    }

    private static RuntimeException thrown(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException one ? one : new IllegalStateException(cause);
    }

    /** One question, from when it is asked; it and the mail in it are let go when it is answered. */
    private static final class Look<V> implements Runnable {
        final CompletableFuture<V> answer = new CompletableFuture<>();
        private final AnswerDesk<V> desk;
        private final Supplier<V> question;
        private final AnswerThreads threads;
        private final Room.Place place;

        /** Who is at it; null before and after. Guarded by this. */
        private @Nullable Thread thread;

        private Instant begun = Instant.MAX;

        /** Guarded by this. */
        private boolean isGivenUp;

        Look(AnswerDesk<V> desk, Supplier<V> question, AnswerThreads threads, Room.Place place) {
            this.desk = desk;
            this.question = question;
            this.threads = threads;
            this.place = place;
        }

        @Override
        public void run() {
            begins();
            V said;
            try {
                said = question.get();
            } catch (RuntimeException | Error broken) {
                ends();
                answer.completeExceptionally(broken);
                return;
            }
            ends();
            answer.complete(said);
        }

        private synchronized void begins() {
            thread = Thread.currentThread();
            begun = desk.clock.instant();
            desk.underWay.add(this);
        }

        private synchronized void ends() {
            thread = null;
            if (isGivenUp) {
                // It was told to stop; what its thread is given next was not.
                Thread.interrupted();
                threads.cameBack();
            } else {
                leave();
            }
        }

        private void leave() {
            desk.underWay.remove(this);
            desk.room.giveBack(place);
        }

        void giveUp(Instant longAgo) {
            IllegalStateException hangs;
            synchronized (this) {
                if (thread == null || isGivenUp || !begun.isBefore(longAgo)) {
                    return;
                }
                isGivenUp = true;
                hangs = new IllegalStateException("to look at the mail takes longer than it can");
                hangs.setStackTrace(thread.getStackTrace());
                thread.interrupt();
                leave();
                threads.hangs();
            }
            answer.completeExceptionally(hangs);
        }
    }
}
