package org.chancery.core.fault;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One thing has to wait for an answer that is under way; nothing is away, and others need not wait. */
public final class Later extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * What is known of mails that wait is kept in memory for so many of them, wherever it is: less in one place would be found out
     * once more there.
     */
    public static final int MAX_KNOWN = 5_000;

    private final Duration pause;
    private final transient @Nullable CompletionStage<?> answer;

    /** @param pause when it is worth to look again */
    public Later(String waitsFor, Duration pause) {
        this(waitsFor, pause, null);
    }

    /** @param answer what is waited for, where that tells by itself that it is there, whatever it is: then it is worth to look at once */
    public Later(String waitsFor, Duration pause, @Nullable CompletionStage<?> answer) {
        super(waitsFor, null, false, false);
        this.pause = pause;
        this.answer = answer;
    }

    /** Whether it came meanwhile. */
    public boolean isThere() {
        return answer != null && answer.toCompletableFuture().isDone();
    }

    /** What is waited for, where it tells by itself that it is there. */
    public Optional<CompletionStage<?>> answer() {
        return Optional.ofNullable(answer);
    }

    /** Does something as soon as the answer is there, if it tells. */
    public void whenThere(Runnable action) {
        answer().ifPresent(stage -> stage.whenComplete((said, failed) -> action.run()));
    }

    public Duration pause() {
        return pause;
    }
}
