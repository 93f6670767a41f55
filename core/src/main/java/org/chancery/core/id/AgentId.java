package org.chancery.core.id;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Names an agent: a program that handles mail. */
public record AgentId(UUID value) implements PublicId {
    private static final String PREFIX = "agt";

    /** A new id that sorts by the given time. */
    public static AgentId at(Instant now) {
        return new AgentId(UuidCreator.getTimeOrderedEpoch(now));
    }

    /** Reads the public form; empty for anything that is not exactly one. */
    public static Optional<AgentId> parse(String text) {
        return text.startsWith(PREFIX + "_")
                ? Base32.decode(text.substring(PREFIX.length() + 1)).map(AgentId::new)
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
