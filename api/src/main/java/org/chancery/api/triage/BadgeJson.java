package org.chancery.api.triage;

import org.chancery.api.http.Field;
import org.chancery.core.triage.ReviewQueues.Counts;

/** How much waits for a person. */
public record BadgeJson(
        @Field("All queues together.") long count,
        long awaitingReview,
        @Field("For admins; 0 for others.") long unrouted,
        @Field("For admins; 0 for others.") long quarantined) {

    static BadgeJson of(Counts counts, long quarantined) {
        return new BadgeJson(
                counts.awaitingReview() + counts.unrouted() + quarantined,
                counts.awaitingReview(),
                counts.unrouted(),
                quarantined);
    }
}
