package org.chancery.core.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token that was not revoked, and what became of it since it was made.
 *
 * @param isSession whether it is the session of a person who signed in, which is no token to its workspace
 * @param lastUsedAt when it was last let in, to the minute; null where it never was
 * @param isReadable whether this version knows all of its approval rules; else it is shown with none, and gives nothing
 */
public record KeptToken(
        Token token, boolean isSession, @Nullable Instant lastUsedAt, boolean isReadable) {

    /** One that can be read. */
    public KeptToken(Token token, boolean isSession, @Nullable Instant lastUsedAt) {
        this(token, isSession, lastUsedAt, true);
    }
}
