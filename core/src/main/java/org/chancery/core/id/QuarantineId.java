package org.chancery.core.id;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Names one mail that is or was held in quarantine for one endpoint. */
public record QuarantineId(UUID value) implements PublicId {
    private static final String PREFIX = "qua";

    /** A new id that sorts by the given time. */
    public static QuarantineId at(Instant now) {
        return new QuarantineId(UuidCreator.getTimeOrderedEpoch(now));
    }

    /** Reads the public form; empty for anything that is not exactly one. */
    public static Optional<QuarantineId> parse(String text) {
        return text.startsWith(PREFIX + "_")
                ? Base32.decode(text.substring(PREFIX.length() + 1)).map(QuarantineId::new)
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
