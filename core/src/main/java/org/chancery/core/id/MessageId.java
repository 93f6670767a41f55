package org.chancery.core.id;

import com.github.f4b6a3.uuid.UuidCreator;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Names one mail in one mailbox, in or out. Not the Message-ID header field, which is an {@code InternetMessageId}. */
public record MessageId(UUID value) implements PublicId {
    private static final String PREFIX = "msg";

    /** A new id that sorts by the given time. */
    public static MessageId at(Instant now) {
        return new MessageId(UuidCreator.getTimeOrderedEpoch(now));
    }

    /** Reads the public form; empty for anything that is not exactly one. */
    public static Optional<MessageId> parse(String text) {
        return text.startsWith(PREFIX + "_")
                ? Base32.decode(text.substring(PREFIX.length() + 1)).map(MessageId::new)
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
