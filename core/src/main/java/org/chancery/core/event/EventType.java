package org.chancery.core.event;

import java.util.Arrays;
import java.util.Optional;

/** The kinds of facts, spelled as in the catalogue of the API. A kind is added with the feature that fires it. */
public enum EventType {
    /** An inbound mail was stored in an endpoint's mailbox. */
    MESSAGE_RECEIVED("message.received"),
    /** An agent has the turn. */
    MESSAGE_ROUTED("message.routed"),
    /** A mail waits for a person. */
    MESSAGE_AWAITING_REVIEW("message.awaiting_review"),
    /** A mail found no handler. */
    MESSAGE_UNROUTED("message.unrouted"),
    /** A person gave a mail to an agent, which has the turn now. */
    MESSAGE_ASSIGNED("message.assigned"),
    /** An agent gave a mail to people. */
    MESSAGE_ESCALATED("message.escalated"),
    /** An inbound mail was answered or its draft discarded. */
    MESSAGE_HANDLED("message.handled"),
    /** An outbound mail waits for the time at which it is to leave. */
    MESSAGE_SCHEDULED("message.scheduled"),
    /** An outbound mail is on its way. */
    MESSAGE_QUEUED("message.queued"),
    /** An outbound mail was taken by the next server for at least one recipient. */
    MESSAGE_SENT("message.sent"),
    /** The recipient's server confirmed. */
    MESSAGE_DELIVERED("message.delivered"),
    /** A recipient's server refused for good, at once or in a report that came back. */
    MESSAGE_BOUNCED("message.bounced"),
    /** A recipient of an outbound mail called it spam. */
    MESSAGE_SPAM_COMPLAINT("message.spam_complaint"),
    /** A recipient followed the link in a mail by which no more is wanted. */
    CONTACT_UNSUBSCRIBED("contact.unsubscribed"),
    /** Nobody answered an outbound mail within the days that its endpoint names. */
    MESSAGE_MISSED_REPLY("message.missed_reply"),
    /** An outbound mail will not be tried any more. */
    MESSAGE_FAILED("message.failed"),
    /** A person discarded a draft, or what was held. */
    MESSAGE_REJECTED("message.rejected"),
    /** A scheduled mail does not leave: somebody took it back, or it may not leave any more. */
    MESSAGE_CANCELLED("message.cancelled"),
    /** Somebody put a label on a message that did not have it. */
    LABEL_APPLIED("label.applied"),
    /** So much of what may leave in a day has left, from an endpoint or from the workspace. */
    CAP_REACHED("cap.reached"),
    /** An action is held until people approve it. */
    APPROVAL_QUEUED("approval.queued"),
    /** A reviewer edited what is held, and it waits for another one. */
    APPROVAL_CHANGED("approval.changed"),
    /** It was approved and done. */
    APPROVAL_APPROVED("approval.approved"),
    /** A person said no, or it was approved and could not be done. */
    APPROVAL_REJECTED("approval.rejected"),
    /** Nobody decided in time; it is not done. */
    APPROVAL_EXPIRED("approval.expired"),
    /** It lost its reason before anybody decided. */
    APPROVAL_CANCELLED("approval.cancelled"),
    /** The pipeline gave an inbound mail up; an operator has to look. */
    MESSAGE_ERROR("message.error", true),
    /** An inbound mail is held back until an admin decides. */
    MESSAGE_QUARANTINED("message.quarantined", true),
    /** An admin let a held mail in. */
    QUARANTINE_ACCEPTED("quarantine.accepted", true),
    /** An admin kept a held mail out. */
    QUARANTINE_REJECTED("quarantine.rejected", true),
    /** Somebody failed to get in as a person or with a token of the workspace, several times in a row perhaps. */
    AUTH_FAILED("auth.failed", true);

    private final String text;
    private final boolean forAdmins;

    EventType(String text) {
        this(text, false);
    }

    EventType(String text, boolean forAdmins) {
        this.text = text;
        this.forAdmins = forAdmins;
    }

    /** Whether admins alone may read it: what is in quarantine or was given up has not been let in, not even its subject. */
    public boolean isForAdmins() {
        return forAdmins;
    }

    public String text() {
        return text;
    }

    public static Optional<EventType> parse(String text) {
        return Arrays.stream(values()).filter(type -> type.text.equals(text)).findFirst();
    }
}
