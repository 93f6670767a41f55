package org.chancery.core.endpoint;

import java.time.Instant;
import java.util.Locale;
import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.WorkspaceId;
import org.jspecify.annotations.Nullable;

/**
 * One hosted address with its policies and its mailbox.
 *
 * @param localPart canonical: lower case, without the workspace's slug
 * @param address the whole address, canonical
 * @param agent who gets the turn on plane {@link Plane#AGENT}; null there means that mail is unrouted
 * @param replyPolicy what becomes of a program's reply
 * @param maxTurnsPerSenderDay how often a day (UTC) one sender's mail gives the agent a turn
 * @param maxTurnsPerDay how often a day (UTC) all mail together does
 * @param isSystem whether it is the workspace's outbound mailbox
 */
public record Endpoint(
        EndpointId id,
        WorkspaceId workspace,
        String localPart,
        String address,
        Kind kind,
        Plane plane,
        @Nullable AgentId agent,
        ReplyPolicy replyPolicy,
        int maxTurnsPerSenderDay,
        int maxTurnsPerDay,
        boolean enabled,
        boolean isSystem,
        Instant createdAt,
        Instant updatedAt) {

    /** Made by somebody, or with the workspace. */
    public enum Kind {
        CUSTOM,
        MAILBOX;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Who handles the mail first. */
    public enum Plane {
        /** People: mail waits in the review queue. */
        LIGHT,
        /** The agent. */
        AGENT;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What becomes of a reply that a program wrote. */
    public enum ReplyPolicy {
        /** The program chooses: send, draft or nothing. */
        AGENT_DECIDES,
        /** Sent. */
        ALWAYS_REPLY,
        /** Refused. */
        NEVER_REPLY,
        /** Becomes a draft that a person sends, edits or discards. */
        HUMAN_REVIEW;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
