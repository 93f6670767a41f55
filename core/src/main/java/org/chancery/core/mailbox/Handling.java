package org.chancery.core.mailbox;

import org.chancery.core.id.AgentId;
import org.chancery.core.id.EndpointId;
import org.chancery.core.id.WorkspaceId;
import org.jspecify.annotations.Nullable;

/**
 * Who is to handle an inbound mail, decided before it is stored.
 *
 * @param endpoint the mailbox that it goes into
 * @param folder the folder in that mailbox
 * @param state the state that it begins in
 * @param agent who gets the turn, or whose work people do; set for {@code ROUTED} and {@code AWAITING_REVIEW} only
 * @param maxTurnsPerSenderDay limit of the endpoint, looked at for {@code ROUTED} only
 * @param maxTurnsPerDay the same for all senders together
 * @param reason why, for people and the record
 */
public record Handling(
        WorkspaceId workspace,
        EndpointId endpoint,
        String folder,
        HandlingState state,
        @Nullable AgentId agent,
        int maxTurnsPerSenderDay,
        int maxTurnsPerDay,
        String reason) {}
