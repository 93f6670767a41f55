package org.chancery.core.webhook;

import java.time.Duration;
import java.util.Map;
import org.chancery.core.access.WebhookSecret;
import org.jspecify.annotations.Nullable;

/** Calls a URL of somebody else's: signed, guarded against destinations inside our own network, and within bounded time. */
public interface WebhookCaller {

    /**
     * One call.
     *
     * @param id what the receiver tells repetitions by; the same in each
     * @param body a tree of strings, numbers, booleans, lists and maps, sent as JSON
     */
    record Call(String url, WebhookSecret secret, String id, Map<String, Object> body) {}

    /** What came of it. */
    sealed interface Answer {
        /**
         * The receiver said something.
         *
         * @param excerpt the beginning of what it said, as one line of printable text
         * @param retryAfter how long it asks to be left alone, or null
         */
        record Status(int code, String excerpt, @Nullable Duration retryAfter) implements Answer {}

        /** It could not be reached or gave no answer. */
        record Unreachable(String why) implements Answer {}

        /** It is called in no case, where it stands now. */
        record Forbidden(String why) implements Answer {}
    }

    Answer call(Call call);
}
