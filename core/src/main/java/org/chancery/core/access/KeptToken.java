package org.chancery.core.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token that was not revoked, and what became of it since it was made.
 *
 * @param isSession whether it is the session of a person who signed in, which is no token to its workspace
 * @param lastUsedAt when it was last let in, to the minute; null where it never was
 */
public record KeptToken(
        Token token, boolean isSession, @Nullable Instant lastUsedAt) {}
