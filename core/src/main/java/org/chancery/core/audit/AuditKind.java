package org.chancery.core.audit;

import java.util.Arrays;
import java.util.Optional;

/** What an entry tells. A kind is added with the feature that writes it, and never given another meaning. */
public enum AuditKind {
    /** A mail is to leave at a later time. */
    MESSAGE_SCHEDULED("message.scheduled"),
    /** A scheduled mail does not leave. */
    MESSAGE_CANCELLED("message.cancelled"),
    /** A mail was handed to the delivery queue. */
    MESSAGE_QUEUED("message.queued"),
    /** A peer took a mail for some of its recipients. */
    MESSAGE_DELIVERED("message.delivered"),
    /** A peer refused a mail for some of its recipients, for good. */
    MESSAGE_BOUNCED("message.bounced"),
    /** A mail was given up for some of its recipients. */
    MESSAGE_FAILED("message.failed"),
    /** A recipient called a mail spam. */
    MESSAGE_SPAM_COMPLAINT("message.spam_complaint"),
    /** Nothing is sent to an address any more: for what became of a mail, which the entry is about then, or because a person says so. */
    SUPPRESSION_ADDED("suppression.added"),
    /** A person lifted that. */
    SUPPRESSION_LIFTED("suppression.lifted"),
    /** A text was left for a person to look at. */
    MESSAGE_DRAFTED("message.drafted"),
    /** A draft will not be sent. */
    MESSAGE_REJECTED("message.rejected"),
    /** An inbound mail was settled by an answer. */
    MESSAGE_ANSWERED("message.answered"),
    /** An inbound mail was settled without an answer. */
    MESSAGE_DISCARDED("message.discarded"),
    /** A person gave an inbound mail to an agent. */
    MESSAGE_ASSIGNED("message.assigned"),
    /** An agent gave an inbound mail to people. */
    MESSAGE_ESCALATED("message.escalated"),
    /** A mail is held until people approve it. */
    APPROVAL_QUEUED("approval.queued"),
    /** A person said yes to what is held; where the rule asks for two, there are two of these. */
    APPROVAL_APPROVED("approval.approved"),
    /** A person said yes, and what was held was not there any more as it was. */
    APPROVAL_FAILED("approval.failed"),
    /** A person said no. */
    APPROVAL_REJECTED("approval.rejected"),
    /** Nobody decided in time. */
    APPROVAL_EXPIRED("approval.expired"),
    /** An owner has it wait again. */
    APPROVAL_REOPENED("approval.reopened"),
    /** It lost its reason before anybody decided. */
    APPROVAL_CANCELLED("approval.cancelled"),
    /** Somebody tried to decide who must not. */
    APPROVAL_REFUSED("approval.refused"),
    /** Somebody tried to give a token or a person more than is theirs to give. */
    ACCESS_REFUSED("access.refused"),
    /** A held inbound mail was let in. */
    QUARANTINE_ACCEPTED("quarantine.accepted"),
    /** A held inbound mail was kept out. */
    QUARANTINE_REJECTED("quarantine.rejected"),
    WORKSPACE_CREATED("workspace.created"),
    /** Keys to sign a domain's mail with were made. */
    SIGNING_KEYS_CREATED("signing_keys.created"),
    /** A domain's mail is signed with other keys from now on. */
    SIGNING_KEYS_ACTIVATED("signing_keys.activated"),
    /** Keys that waited to sign a domain's mail were given up. */
    SIGNING_KEYS_DISCARDED("signing_keys.discarded"),
    TOKEN_CREATED("token.created"),
    TOKEN_CHANGED("token.changed"),
    /** A token got another secret. */
    TOKEN_ROTATED("token.rotated"),
    TOKEN_REVOKED("token.revoked"),
    USER_CREATED("user.created"),
    USER_CHANGED("user.changed"),
    AGENT_CREATED("agent.created"),
    AGENT_CHANGED("agent.changed"),
    /** The key that an agent's webhook is signed with was replaced. */
    AGENT_SECRET_ROTATED("agent.secret_rotated"),
    AGENT_DELETED("agent.deleted"),
    ENDPOINT_CREATED("endpoint.created"),
    ENDPOINT_CHANGED("endpoint.changed"),
    ENDPOINT_REMOVED("endpoint.removed"),
    /** A person opened a session. */
    SESSION_OPENED("session.opened"),
    /** A person ended a session. */
    SESSION_ENDED("session.ended");

    private final String text;

    AuditKind(String text) {
        this.text = text;
    }

    /** The spelling in the record and in the API. */
    public String text() {
        return text;
    }

    public static Optional<AuditKind> parse(String text) {
        return Arrays.stream(values()).filter(kind -> kind.text.equals(text)).findFirst();
    }
}
