package org.chancery.api.agent;

import java.time.Duration;
import java.time.Instant;
import org.chancery.api.http.Field;
import org.chancery.core.subscription.DeliveryAttempt;
import org.chancery.core.subscription.DeliveryRepository.Logged;
import org.chancery.core.subscription.EventDelivery;
import org.jspecify.annotations.Nullable;

/** One event on its way to an agent. */
public record DeliveryLogJson(
        String deliveryId,

        @Field("As in GET /v1/events/, and in the header field webhook-id.")
        String eventId,

        String type,

        @Field("webhook, or model for an agent that the configured model works for.")
        String via,

        @Field("pending, retrying, delivered or failed.") String status,
        int attempts,
        Instant createdAt,
        @Nullable Instant endedAt,
        @Nullable Instant nextAttemptAt,
        @Nullable LastAttemptJson lastAttempt) {

    /** What the last attempt brought. */
    public record LastAttemptJson(
            Instant at,
            long millis,
            @Nullable Integer statusCode,

            @Field("The beginning of what was answered, or why there was no answer.")
            String response) {

        static LastAttemptJson of(DeliveryAttempt attempt) {
            return new LastAttemptJson(
                    attempt.startedAt(),
                    Duration.between(attempt.startedAt(), attempt.endedAt()).toMillis(),
                    attempt.outcome().status(),
                    attempt.outcome().note());
        }
    }

    static DeliveryLogJson of(Logged logged) {
        EventDelivery delivery = logged.delivery();
        DeliveryAttempt last = logged.last();
        return new DeliveryLogJson(
                delivery.id().text(),
                delivery.event().text(),
                delivery.type().text(),
                delivery.subscriber().kind().text(),
                delivery.status().text(),
                delivery.attempts(),
                delivery.createdAt(),
                delivery.endedAt(),
                logged.nextAttemptAt(),
                last == null ? null : LastAttemptJson.of(last));
    }
}
