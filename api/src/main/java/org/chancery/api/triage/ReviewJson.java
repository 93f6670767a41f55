package org.chancery.api.triage;

import java.util.List;
import org.chancery.api.http.Field;
import org.chancery.api.quarantine.HeldRowJson;
import org.chancery.core.quarantine.QuarantineView.Waiting;
import org.chancery.core.triage.ReviewQueues.Review;

/** What waits for a person; each queue shows 200 at most. */
public record ReviewJson(
        List<RowJson> awaitingReview,
        @Field("For admins; empty for others.") List<RowJson> unrouted,

        @Field("For admins; empty for others.") List<HeldRowJson> quarantined,

        @Field("How many there really are.") CountsJson counts) {

    /** How many wait in each queue. */
    public record CountsJson(long awaitingReview, long unrouted, long quarantined) {}

    static ReviewJson of(Review review, Waiting held) {
        return new ReviewJson(
                RowJson.all(review.awaitingReview()),
                RowJson.all(review.unrouted()),
                held.rows().stream().map(HeldRowJson::of).toList(),
                new CountsJson(review.counts().awaitingReview(), review.counts().unrouted(), held.count()));
    }
}
