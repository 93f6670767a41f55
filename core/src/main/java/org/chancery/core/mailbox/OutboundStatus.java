package org.chancery.core.mailbox;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Where an outbound message stands. */
public enum OutboundStatus {
    /** Waits in the review queue for a person. */
    DRAFT,
    /** Waits until its sender's approval is decided. No attempt is made. */
    HELD,
    /** Waits for the time at which it is to leave. */
    SCHEDULED,
    /** In the delivery queue. */
    QUEUED,
    /** An attempt is under way, or some recipients are served and others are not yet. */
    SENDING,
    /** The next server has it; nothing is known of the recipient's yet. */
    SENT,
    /** The recipient's server, or the relay that answers for it, said 250. */
    DELIVERED,
    /** A peer refused it for good. */
    BOUNCED,
    /** A person discarded it. */
    REJECTED,
    /** It was held or scheduled, and was taken back or lost its reason before it left. */
    CANCELLED,
    /** Given up for another reason than a peer's final refusal. */
    FAILED;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<OutboundStatus> parse(String text) {
        return Arrays.stream(values())
                .filter(status -> status.text().equals(text))
                .findFirst();
    }

    /** The states that a message may go to from this one. */
    public Set<OutboundStatus> next() {
        return switch (this) {
            case DRAFT -> EnumSet.of(QUEUED, REJECTED);
            case HELD -> EnumSet.of(SCHEDULED, QUEUED, REJECTED, CANCELLED, FAILED);
            case SCHEDULED -> EnumSet.of(HELD, QUEUED, CANCELLED);
            case QUEUED -> EnumSet.of(SENDING, SENT, DELIVERED, BOUNCED, FAILED);
            case SENDING -> EnumSet.of(SENT, DELIVERED, BOUNCED, FAILED);
            case SENT -> EnumSet.of(DELIVERED, BOUNCED);
            case DELIVERED -> EnumSet.of(BOUNCED);
            case FAILED -> EnumSet.of(BOUNCED);
            case BOUNCED, REJECTED, CANCELLED -> EnumSet.noneOf(OutboundStatus.class);
        };
    }
}
