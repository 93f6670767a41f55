package org.chancery.core.access;

import java.time.Instant;
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
 */
public record Token(
        TokenId id,
        WorkspaceId workspace,
        String label,
        Grant grant,
        @Nullable EndpointId endpoint,
        @Nullable AgentId agent,
        UserId maker,
        Instant createdAt) {

    public boolean isExpired(Instant now) {
        return grant.isExpired(now);
    }
}
