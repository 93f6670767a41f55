package org.chancery.storage.subscription;

import static org.chancery.storage.jooq.Tables.EVENT_DELIVERY_ATTEMPT;

import java.time.Duration;
import java.util.UUID;
import org.chancery.core.event.EventType;
import org.chancery.core.id.EventDeliveryId;
import org.chancery.core.id.EventId;
import org.chancery.core.id.WorkspaceId;
import org.chancery.core.subscription.DeliveryAttempt;
import org.chancery.core.subscription.DeliveryRepository.Lane;
import org.chancery.core.subscription.EventDelivery;
import org.chancery.core.subscription.EventDelivery.Status;
import org.chancery.core.subscription.Outcome;
import org.chancery.core.subscription.Subscriber;
import org.chancery.storage.column.SafeText;
import org.chancery.storage.jooq.tables.records.EventDeliveryAttemptRecord;
import org.chancery.storage.jooq.tables.records.EventDeliveryRecord;
import org.chancery.storage.jooq.tables.records.EventLaneRecord;

/** Rows of lanes, deliveries and attempts, there and back. */
final class DeliveryRows {
    private DeliveryRows() {}

    static Lane lane(EventLaneRecord row) {
        return new Lane(
                row.getId(),
                new WorkspaceId(row.getWorkspaceId()),
                new Subscriber(Subscriber.Kind.of(row.getSubscriberKind()), row.getSubscriberId()),
                row.getDestination());
    }

    static EventDeliveryRecord row(EventDelivery delivery, UUID lane) {
        EventDeliveryRecord row = new EventDeliveryRecord();
        row.setId(delivery.id().value());
        row.setWorkspaceId(delivery.workspace().value());
        row.setLaneId(lane);
        row.setSubscriberKind(delivery.subscriber().kind().text());
        row.setSubscriberId(delivery.subscriber().id());
        row.setEventId(delivery.event().value());
        row.setEventPosition(delivery.position());
        row.setEventType(delivery.type().text());
        row.setStatus(delivery.status().text());
        row.setAttempts(delivery.attempts());
        row.setCreatedAt(delivery.createdAt());
        row.setEndedAt(delivery.endedAt());
        return row;
    }

    static EventDelivery delivery(EventDeliveryRecord row) {
        return new EventDelivery(
                new EventDeliveryId(row.getId()),
                new WorkspaceId(row.getWorkspaceId()),
                new Subscriber(Subscriber.Kind.of(row.getSubscriberKind()), row.getSubscriberId()),
                new EventId(row.getEventId()),
                row.getEventPosition(),
                EventType.parse(row.getEventType())
                        .orElseThrow(() -> new IllegalStateException("unknown type of event: " + row.getEventType())),
                Status.of(row.getStatus()),
                row.getAttempts(),
                row.getCreatedAt(),
                row.getEndedAt());
    }

    static EventDeliveryAttemptRecord row(EventDeliveryId delivery, int number, DeliveryAttempt attempt) {
        EventDeliveryAttemptRecord row = new EventDeliveryAttemptRecord();
        row.setDeliveryId(delivery.value());
        row.setNumber(number);
        row.setStartedAt(attempt.startedAt());
        row.setEndedAt(attempt.endedAt());
        row.setOutcome(word(attempt.outcome()));
        row.setStatusCode(attempt.outcome().status());
        row.setNote(SafeText.fit(EVENT_DELIVERY_ATTEMPT.NOTE, attempt.outcome().note()));
        return row;
    }

    static DeliveryAttempt attempt(EventDeliveryAttemptRecord row) {
        Outcome outcome = switch (row.getOutcome()) {
            case "delivered" -> new Outcome.Delivered(row.getStatusCode(), row.getNote());
            case "refused" -> new Outcome.Refused(row.getStatusCode(), row.getNote());
            case "failed" -> new Outcome.Failed(row.getStatusCode(), row.getNote(), null);
            default -> new Outcome.Postponed(row.getNote(), Duration.ZERO);
        };
        return new DeliveryAttempt(row.getStartedAt(), row.getEndedAt(), outcome);
    }

    private static String word(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Delivered ignored -> "delivered";
            case Outcome.Failed ignored -> "failed";
            case Outcome.Refused ignored -> "refused";
            case Outcome.Postponed ignored -> "postponed";
        };
    }
}
