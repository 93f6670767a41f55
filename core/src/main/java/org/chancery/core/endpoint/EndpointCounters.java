package org.chancery.core.endpoint;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What happened at an endpoint so far, and what waits there now.
 *
 * @param received mails ever delivered to it
 * @param replied replies ever sent from it
 * @param awaitingReview mails that wait for a person now
 * @param unrouted mails without a handler now
 * @param quarantined mails in quarantine now
 * @param escalated mails ever handed to a person by an agent
 * @param lastOccurredAt when the last mail came or went, or null
 */
public record EndpointCounters(
        long received,
        long replied,
        long awaitingReview,
        long unrouted,
        long quarantined,
        long escalated,
        @Nullable Instant lastOccurredAt) {
    public static final EndpointCounters NONE = new EndpointCounters(0, 0, 0, 0, 0, 0, null);
}
