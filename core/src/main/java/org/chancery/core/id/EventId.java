package org.chancery.core.id;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Names one fact in the event log; stable over redelivery, so that readers can tell repeats. */
public record EventId(UUID value) implements PublicId {
    private static final String PREFIX = "evt";

    /** A new id that sorts by the given time. */
    public static EventId at(Instant now) {
        return new EventId(UuidCreator.getTimeOrderedEpoch(now));
    }

    /** Reads the public form; empty for anything that is not exactly one. */
    public static Optional<EventId> parse(String text) {
        return text.startsWith(PREFIX + "_")
                ? Base32.decode(text.substring(PREFIX.length() + 1)).map(EventId::new)
                : Optional.empty();
    }

    @Override
    public String prefix() {
        return PREFIX;
    }

    @Override
    public String toString() {
        return text();
    }
}
