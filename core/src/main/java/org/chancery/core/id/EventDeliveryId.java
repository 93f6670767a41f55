package org.chancery.core.id;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Names one delivery: an event on its way to one subscriber. */
public record EventDeliveryId(UUID value) implements PublicId {
    private static final String PREFIX = "dlv";

    /** A new id that sorts by the given time. */
    public static EventDeliveryId at(Instant now) {
        return new EventDeliveryId(UuidCreator.getTimeOrderedEpoch(now));
    }

    /** Reads the public form; empty for anything that is not exactly one. */
    public static Optional<EventDeliveryId> parse(String text) {
        return text.startsWith(PREFIX + "_")
                ? Base32.decode(text.substring(PREFIX.length() + 1)).map(EventDeliveryId::new)
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
