package org.chancery.core.id;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Names a hosted address with its policies and its mailbox; clients call it an inbox. */
public record EndpointId(UUID value) implements PublicId {
    private static final String PREFIX = "inb";

    /** A new id that sorts by the given time. */
    public static EndpointId at(Instant now) {
        return new EndpointId(UuidCreator.getTimeOrderedEpoch(now));
    }

    /** Reads the public form; empty for anything that is not exactly one. */
    public static Optional<EndpointId> parse(String text) {
        return text.startsWith(PREFIX + "_")
                ? Base32.decode(text.substring(PREFIX.length() + 1)).map(EndpointId::new)
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
