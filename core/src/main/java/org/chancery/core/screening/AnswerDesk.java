package org.chancery.core.screening;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
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
 */
public final class AnswerDesk<V> {
    /** What takes no longer is not worth another way through the pipeline. */
    private static final Duration MOMENT = Duration.ofMillis(250);

    /** Mails are called for when their answer is there. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    private static final Duration FULL_PAUSE = Duration.ofSeconds(5);

    /** Answers that are awaited, or that nobody came for. */
    private static final int MAX_MAILS = 10_000;

    /** An answer that nobody came for so long after it was asked for is of no use. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);

    private final int atOnce;
    private final Clock clock;
    private final Map<SpoolId, Entry<V>> entries = new ConcurrentHashMap<>();

    private record Entry<V>(Instant since, CompletableFuture<V> answer) {}

    /** @param atOnce while more are asked about, nobody waits */
    public AnswerDesk(int atOnce, Clock clock) {
        this.atOnce = atOnce;
        this.clock = clock;
    }

    /**
     * The answer about a mail; what the question throws comes out as it is.
     *
     * @param threads find it out
     * @throws Later while they do
     * @throws Unavailable where this server stops
     */
    public V ask(SpoolId mail, Executor threads, Supplier<V> question) {
        Entry<V> entry = entries.get(mail);
        boolean mayWait = entry == null && entries.size() < atOnce;
        if (entry == null) {
            entry = begin(mail, threads, question);
        }
        try {
            V answer = entry.answer().get(mayWait ? MOMENT.toMillis() : 0, TimeUnit.MILLISECONDS);
            entries.remove(mail);
            return answer;
        } catch (TimeoutException notYet) {
            throw new Later("somebody is still looking at the mail", LOOK_AGAIN, entry.answer());
        } catch (ExecutionException broken) {
            entries.remove(mail);
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

    private Entry<V> begin(SpoolId mail, Executor threads, Supplier<V> question) {
        Instant now = clock.instant();
        if (entries.size() >= MAX_MAILS) {
            entries.values().removeIf(entry -> entry.since().isBefore(now.minus(FORGOTTEN)));
        }
        if (entries.size() >= MAX_MAILS) {
            throw new Later("too many mails are looked at", FULL_PAUSE);
        }
        Entry<V> entry = new Entry<>(now, new CompletableFuture<>());
        entries.put(mail, entry);
        try {
            threads.execute(() -> answer(question, entry.answer()));
        } catch (RejectedExecutionException stopping) {
            entries.remove(mail);
            throw new Unavailable("nothing is found out any more, for this server stops", stopping);
        }
        return entry;
    }

    private static <V> void answer(Supplier<V> question, CompletableFuture<V> answer) {
        try {
            answer.complete(question.get());
        } catch (RuntimeException | Error broken) {
            answer.completeExceptionally(broken);
        }
    }

    private static RuntimeException thrown(@Nullable Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof RuntimeException one ? one : new IllegalStateException(cause);
    }
}
