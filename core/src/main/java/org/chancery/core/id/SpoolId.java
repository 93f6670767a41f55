package org.chancery.core.id;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Names one accepted mail in the spool; given once, before the 250, and the key of idempotence after it. */
public record SpoolId(UUID value) implements PublicId {
    private static final String PREFIX = "spl";

    /** A new id that sorts by the given time. */
    public static SpoolId at(Instant now) {
        return new SpoolId(UuidCreator.getTimeOrderedEpoch(now));
    }

    /** Reads the public form; empty for anything that is not exactly one. */
    public static Optional<SpoolId> parse(String text) {
        return text.startsWith(PREFIX + "_")
                ? Base32.decode(text.substring(PREFIX.length() + 1)).map(SpoolId::new)
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
