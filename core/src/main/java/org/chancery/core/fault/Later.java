package org.chancery.core.fault;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** One thing has to wait for an answer that is under way; nothing is away, and others need not wait. */
public final class Later extends RuntimeException {
    private static final long serialVersionUID = 1L;

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

    /** Does something as soon as the answer is there, if it tells. */
    public void whenThere(Runnable action) {
        if (answer != null) {
            answer.whenComplete((said, failed) -> action.run());
        }
    }

    public Duration pause() {
        return pause;
    }
}
