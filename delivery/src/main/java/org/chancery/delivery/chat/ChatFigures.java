package org.chancery.delivery.chat;

import java.util.concurrent.atomic.LongAdder;
import org.chancery.core.turn.LanguageModel.Reply;

/** Counters of what models were asked since the start, for the metrics. */
public final class ChatFigures {
    private final LongAdder calls = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder inputTokens = new LongAdder();
    private final LongAdder outputTokens = new LongAdder();
    private final LongAdder busyNanos = new LongAdder();

    void count(Reply reply, long nanos) {
        calls.increment();
        busyNanos.add(nanos);
        if (reply instanceof Reply.None) {
            failures.increment();
        }
        Long input = reply.usage().input();
        Long output = reply.usage().output();
        inputTokens.add(input == null ? 0 : input);
        outputTokens.add(output == null ? 0 : output);
    }

    public long calls() {
        return calls.sum();
    }

    /** Calls without an answer that is of use. */
    public long failures() {
        return failures.sum();
    }

    /** As the model counted them. */
    public long inputTokens() {
        return inputTokens.sum();
    }

    public long outputTokens() {
        return outputTokens.sum();
    }

    public double busySeconds() {
        return busyNanos.sum() / 1e9;
    }
}
