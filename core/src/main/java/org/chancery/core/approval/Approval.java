package org.chancery.core.approval;

import java.time.Instant;
import java.util.Locale;
import org.chancery.core.access.Actor;
import org.chancery.core.access.ApprovalRule;
import org.chancery.core.access.Principal;
import org.chancery.core.id.ApprovalId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.MessageId;
import org.chancery.core.id.TokenId;
import org.chancery.core.id.UserId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.mailbox.RawDigest;
import org.jspecify.annotations.Nullable;

/**
 * An action that waits, or waited, for people.
 *
 * @param rule by which it was held
 * @param heldBy whose rule that is
 * @param expiresAt from when on nobody can approve it; null where it waits for ever
 * @param standing why it stands where it stands, for people and the record; empty while it waits
 */
public record Approval(
        ApprovalId id,
        Held held,
        Requester requestedBy,
        ApprovalRule rule,
        Holder heldBy,
        ApprovalStatus status,
        String standing,
        Instant createdAt,
        @Nullable Instant expiresAt) {

    /** Who wants it to wait; where several do, the first of these. */
    public enum Holder {
        /** A rule of the token that it was asked for with. */
        TOKEN,
        /** A step of the operator's pipeline. */
        OPERATOR,
        /** Whoever asked for it, and wanted somebody's look. */
        REQUESTER;

        /** The spelling in the API and the database. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Holder of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    /** The same about other bytes. */
    Approval about(Held revised) {
        return new Approval(id, revised, requestedBy, rule, heldBy, status, standing, createdAt, expiresAt);
    }

    /** The same where it stands next. */
    Approval as(ApprovalStatus next, String why) {
        return new Approval(id, held, requestedBy, rule, heldBy, next, why, createdAt, expiresAt);
    }

    /**
     * The mail that is held.
     *
     * @param digest of the bytes that are decided on; these very ones leave
     * @param summary a line for people
     */
    public record Held(
            WorkspaceId workspace, EndpointId endpoint, MessageId message, RawDigest digest, String summary) {}

    /**
     * Who asked.
     *
     * @param token the token that they used
     * @param maker the person behind that token
     * @param endpoint the only endpoint that the token may use, or null
     */
    public record Requester(
            Actor actor,
            TokenId token,
            UserId maker,
            @Nullable EndpointId endpoint) {

        public static Requester of(Principal by) {
            return new Requester(by.actor(), by.token(), by.maker(), by.endpoint());
        }
    }

    /** The kind of action, such as {@code email:send}. */
    public String actionType() {
        return rule.action();
    }

    public WorkspaceId workspace() {
        return held.workspace();
    }

    /** Whether the time that people had is over. */
    public boolean isOver(Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }
}
