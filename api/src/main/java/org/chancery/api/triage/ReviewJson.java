package org.chancery.api.triage;

import java.util.List;
import org.chancery.api.http.Field;
import org.chancery.core.triage.ReviewQueues.Review;

/** What waits for a person; each queue shows 200 at most. */
public record ReviewJson(
        List<RowJson> awaitingReview,
        @Field("For admins; empty for others.") List<RowJson> unrouted,

        @Field("For admins; empty until there is a quarantine.")
        List<Object> quarantined,

        @Field("How many there really are.") CountsJson counts) {

    /** How many wait in each queue. */
    public record CountsJson(long awaitingReview, long unrouted, long quarantined) {}

    static ReviewJson of(Review review) {
        return new ReviewJson(
                RowJson.all(review.awaitingReview()),
                RowJson.all(review.unrouted()),
                List.of(),
                new CountsJson(review.counts().awaitingReview(), review.counts().unrouted(), 0));
    }
}
