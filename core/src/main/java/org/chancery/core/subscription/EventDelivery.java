package org.chancery.core.subscription;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import org.chancery.core.event.EventType;
import org.chancery.core.id.EventDeliveryId;
import org.chancery.core.id.EventId;
import org.chancery.core.id.WorkspaceId;
import org.jspecify.annotations.Nullable;

/**
 * One event on its way to one subscriber.
 *
 * @param position the event's place in the log of its workspace
 * @param attempts how many were made
 * @param endedAt when it was delivered or given up; null before
 */
public record EventDelivery(
        EventDeliveryId id,
        WorkspaceId workspace,
        Subscriber subscriber,
        EventId event,
        long position,
        EventType type,
        Status status,
        int attempts,
        Instant createdAt,
        @Nullable Instant endedAt) {

    /** How far it came. */
    public enum Status {
        PENDING,
        RETRYING,
        DELIVERED,
        FAILED;

        /** The spelling in the API and the database. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        public static Status of(String text) {
            return Arrays.stream(values())
                    .filter(status -> status.text().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no status of a delivery: " + text));
        }
    }

    /** One that nobody has tried yet. */
    public static EventDelivery of(Subscriber subscriber, EventDeliveryId id, EventFacts event, Instant now) {
        return new EventDelivery(
                id,
                event.workspace(),
                subscriber,
                event.id(),
                event.position(),
                event.type(),
                Status.PENDING,
                0,
                now,
                null);
    }

    /** What a delivery keeps of its event. */
    public record EventFacts(WorkspaceId workspace, EventId id, long position, EventType type) {}
}
