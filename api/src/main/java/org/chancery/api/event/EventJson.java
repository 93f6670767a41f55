package org.chancery.api.event;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.chancery.api.http.Field;
import org.chancery.core.event.DomainEvent;
import org.jspecify.annotations.Nullable;

/** A fact. */
public record EventJson(
        @Field("The same each time the event is told; to tell repetitions by.")
        String eventId,

        String type,

        @Field("Null for facts of the whole workspace.") @Nullable
        String inboxId,

        Instant createdAt,
        Map<String, Object> payload) {

    static EventJson of(DomainEvent event) {
        return new EventJson(
                event.id().text(),
                event.type().text(),
                event.endpoint() == null ? null : event.endpoint().text(),
                event.createdAt(),
                // The log keeps no order of members; the alphabet's is at least always the same.
                new TreeMap<>(event.payload()));
    }
}
