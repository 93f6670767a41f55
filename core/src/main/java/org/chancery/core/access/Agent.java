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
 * @param webhookUrl where it is told of its turns, or null; set for {@link ExecutionMode#EXTERNAL} only
 */
public record Agent(
        AgentId id,
        WorkspaceId workspace,
        String name,
        String type,
        Status status,
        ExecutionMode executionMode,
        @Nullable UserId owner,
        @Nullable String webhookUrl,
        Instant createdAt,
        Instant updatedAt) {

    /** Only an active agent gets the turn. */
    public enum Status {
        ACTIVE,
        PAUSED,
        DISABLED;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public boolean isActive() {
        return status == Status.ACTIVE;
    }

    /** Whether it is active and the model does its work. */
    public boolean worksByModel() {
        return isActive() && executionMode == ExecutionMode.AUTO;
    }

    /** Who does the agent's work. */
    public enum ExecutionMode {
        /** People: its mail goes into the review queue. */
        HUMAN,
        /** The model that the operator configured. */
        AUTO,
        /** A program of somebody else's, told by its webhook or polling. */
        EXTERNAL;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
