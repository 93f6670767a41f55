package org.chancery.core.access;

import java.time.Instant;
import java.util.Set;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.jspecify.annotations.Nullable;

/**
 * A bearer credential, as kept: without its secret.
 *
 * @param endpoint the only endpoint it may use, or null
 * @param agent the agent it acts for, or null
 * @param maker the person who made it
 * @param expiresAt from when on it is refused, or null
 */
public record Token(
        TokenId id,
        WorkspaceId workspace,
        String label,
        Set<Scope> scopes,
        @Nullable EndpointId endpoint,
        @Nullable AgentId agent,
        UserId maker,
        @Nullable Instant expiresAt,
        Instant createdAt) {
    public Token {
        scopes = Set.copyOf(scopes);
    }

    public boolean isExpired(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }
}
