package org.chancery.core.access;

import java.time.Instant;
import java.util.Locale;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.jspecify.annotations.Nullable;

/**
 * A program that handles mail.
 *
 * @param type free text that tells people what kind of program it is; empty where nobody said
 * @param owner the person who answers for it, or null
 */
public record Agent(
        AgentId id,
        WorkspaceId workspace,
        String name,
        String type,
        Status status,
        ExecutionMode executionMode,
        @Nullable UserId owner,
        Instant createdAt) {

    /** Only an active agent gets the turn. */
    public enum Status {
        ACTIVE,
        PAUSED,
        DISABLED;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Who does the agent's work. */
    public enum ExecutionMode {
        HUMAN,
        AUTO,
        EXTERNAL;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
