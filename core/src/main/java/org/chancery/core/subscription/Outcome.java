package org.chancery.core.subscription;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of one attempt. */
public sealed interface Outcome {

    /** For people: what happened, without secrets and bounded. */
    String note();

    /**
     * The subscriber has it.
     *
     * @param statusCode the HTTP status, or null where none was had
     */
    record Delivered(@Nullable Integer statusCode, String note) implements Outcome {}

    /**
     * To be tried again as the retry policy says.
     *
     * @param notBefore what the subscriber asked to wait at least, or null
     */
    record Failed(
            @Nullable Integer statusCode,
            String note,
            @Nullable Duration notBefore) implements Outcome {}

    /** Not to be tried again. */
    record Refused(@Nullable Integer statusCode, String note) implements Outcome {}

    /** No attempt was made, for something of ours is away; the same again after that time, and this one does not count. */
    record Postponed(String note, Duration pause) implements Outcome {}

    /** The HTTP status, or null where none was had. */
    default @Nullable Integer status() {
        return switch (this) {
            case Delivered delivered -> delivered.statusCode();
            case Failed failed -> failed.statusCode();
            case Refused refused -> refused.statusCode();
            case Postponed ignored -> null;
        };
    }
}
