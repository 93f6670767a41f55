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
 * @param isSystem whether it is the workspace's outbound mailbox
 */
public record Endpoint(
        EndpointId id,
        WorkspaceId workspace,
        String localPart,
        String address,
        Kind kind,
        boolean isSystem,
        Behaviour behaviour,
        Instant createdAt,
        Instant updatedAt) {

    /** The same with another behaviour. */
    public Endpoint with(Behaviour next, Instant now) {
        return new Endpoint(id, workspace, localPart, address, kind, isSystem, next, createdAt, now);
    }

    /** The same under another name. */
    Endpoint named(String nextLocalPart, String nextAddress, Instant now) {
        return new Endpoint(id, workspace, nextLocalPart, nextAddress, kind, isSystem, behaviour, createdAt, now);
    }

    public Plane plane() {
        return behaviour.plane();
    }

    public @Nullable AgentId agent() {
        return behaviour.agent();
    }

    public ReplyPolicy replyPolicy() {
        return behaviour.replyPolicy();
    }

    public int maxTurnsPerSenderDay() {
        return behaviour.maxTurnsPerSenderDay();
    }

    public int maxTurnsPerDay() {
        return behaviour.maxTurnsPerDay();
    }

    public boolean enabled() {
        return behaviour.enabled();
    }

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
