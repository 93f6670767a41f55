package org.chancery.core.event;

import java.time.Instant;
import java.util.Map;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.EventId;
import org.chancery.core.id.WorkspaceId;
import org.jspecify.annotations.Nullable;

/**
 * One fact, written in the transaction that made it true.
 *
 * @param endpoint the endpoint that it happened at; null for facts of the whole workspace
 * @param payload what happened, as a tree of strings, numbers, booleans, lists and maps with the API's field names
 */
public record DomainEvent(
        EventId id,
        WorkspaceId workspace,
        @Nullable EndpointId endpoint,
        EventType type,
        Map<String, Object> payload,
        Instant createdAt) {
    public DomainEvent {
        payload = Map.copyOf(payload);
    }
}
