package org.chancery.core.id;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Names that nothing is sent to an address, from when it began until it is lifted. */
public record SuppressionId(UUID value) implements PublicId {
    private static final String PREFIX = "sup";

    /** A new id that sorts by the given time. */
    public static SuppressionId at(Instant now) {
        return new SuppressionId(UuidCreator.getTimeOrderedEpoch(now));
    }

    /** Reads the public form; empty for anything that is not exactly one. */
    public static Optional<SuppressionId> parse(String text) {
        return text.startsWith(PREFIX + "_")
                ? Base32.decode(text.substring(PREFIX.length() + 1)).map(SuppressionId::new)
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
